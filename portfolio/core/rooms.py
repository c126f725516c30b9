"""Furnishes an application with the rooms of a package: the same file names in each, so one list is enough."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterable
from types import ModuleType

from flask import Blueprint, Flask

from portfolio.core.hooks import Hooks

REGISTERING = ("permissions", "operations", "queries", "erasure", "tasks", "cards", "commands", "sample_data")


def load_models(package: str, rooms: Iterable[str]) -> None:
    """Import every room's tables, so that the metadata is whole."""
    for room in rooms:
        _part(package, room, "models")


def furnish(app: Flask, hooks: Hooks, package: str, rooms: Iterable[str]) -> None:
    """Let every room fill the extension points (`register(hooks)`) and bring its routes (`views.bp`), in order."""
    for room in rooms:
        for part in REGISTERING:
            module = _part(package, room, part)
            if module is not None and hasattr(module, "register"):
                module.register(hooks)
        views = _part(package, room, "views")
        if views is not None:
            blueprint = views.bp
            assert isinstance(blueprint, Blueprint)
            app.register_blueprint(blueprint)


def _part(package: str, room: str, part: str) -> ModuleType | None:
    name = f"{package}.{room}.{part}"
    return importlib.import_module(name) if importlib.util.find_spec(name) else None
