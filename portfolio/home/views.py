"""The first page: what waits for the person, or a welcome for visitors; privacy and how to use the service."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portfolio.core.hooks import current_hooks
from portfolio.core.permissions import public
from portfolio.core.web.cards import written
from portfolio.core.web.navigation import viewer

bp = Blueprint("home", __name__)


@bp.get("/")
@public("a visitor is welcomed; a signed-in person sees only blocks that the rooms make for that person")
def index() -> ResponseReturnValue:
    """What waits, and what is one's own."""
    person = viewer()
    if person is None:
        return render_template("home/welcome.html")
    cards = [card for offer in current_hooks().home_cards for card in offer(person)]
    blocks = written(cards)
    tasks = blocks.get("tasks", [])
    lines = [block for block in tasks if block.lstrip().startswith("<li")]
    return render_template(
        "home/index.html",
        waiting=sum(card.waiting for card in cards),
        lines=lines,
        tasks=[block for block in tasks if block not in lines],
        main=blocks.get("main", []),
        aside=blocks.get("aside", []),
    )


@bp.get("/privacy")
@public("everybody may read how personal data are treated before giving any")
def privacy() -> ResponseReturnValue:
    """What is kept of a person, why, and how to have it removed."""
    return render_template("home/privacy.html")


@bp.get("/guide")
@public("everybody may read how the service is used")
def guide() -> ResponseReturnValue:
    """The way from a first text to a dossier."""
    return render_template("home/guide.html")
