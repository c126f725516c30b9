"""The disclosure policy: what a viewer may learn of whom. One place, asked by every page, mail and document."""

from __future__ import annotations

from portfolio.core.hooks import Hooks


def register(hooks: Hooks) -> None:
    """Fill the extension points."""
