"""Adds review to an application: who judges, how they score, what is decided."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from portfolio.core import rooms
from portfolio.core.hooks import Hooks
from portfolio.core.i18n.catalogs import register_catalogs

PACKAGE = "review"

# Lowest first, as in portfolio.app.
ROOMS = ("panels", "reviewers", "conflicts", "assignments", "scoring", "decisions")


def load_models() -> None:
    """Import every table of this package."""
    rooms.load_models(PACKAGE, ROOMS)


def init_app(app: Flask) -> None:
    """Register review's rooms, and its disclosure policy and dossier sections, at the extension points."""
    from review import blindness, dossier

    hooks = app.extensions["hooks"]
    assert isinstance(hooks, Hooks)
    load_models()
    rooms.furnish(app, hooks, PACKAGE, ROOMS)
    blindness.register(hooks)
    dossier.register(hooks)
    register_catalogs(app, Path(__file__).parent)
