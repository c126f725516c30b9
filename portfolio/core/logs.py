"""What the service says of its own work: a line for each event, and of an error where in the code it came to be."""

from __future__ import annotations

from contextlib import suppress

from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.exceptions import NoConsoleRendererConfiguredError


def init_logs() -> None:
    """Print errors without the values of variables, which would carry names, texts and secrets into the log.

    structlog prints those as soon as a library that can is installed, as it is beside the tests.
    """
    with suppress(NoConsoleRendererConfiguredError):  # whoever runs this prints otherwise, and chose how
        ConsoleRenderer.get_active().exception_formatter = plain_traceback
