"""The sections that review brings to a dossier."""

from __future__ import annotations

from portfolio.core.hooks import Hooks


def register(hooks: Hooks) -> None:
    """Fill the extension points."""
