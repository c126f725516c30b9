"""Blocks that rooms bring to each other's pages, written out by place and order."""

from __future__ import annotations

from collections.abc import Iterable

from flask import render_template
from markupsafe import Markup

from portfolio.core.hooks import HomeCard


def written(cards: Iterable[HomeCard]) -> dict[str, list[Markup]]:
    """Each block's template with its context as top-level names, the lowest order first, under its place."""
    found: dict[str, list[Markup]] = {}
    for card in sorted(cards, key=lambda card: card.order):
        block = Markup(render_template(card.template, **card.context))  # noqa: S704 - a template escapes what it is given
        found.setdefault(card.place, []).append(block)
    return found
