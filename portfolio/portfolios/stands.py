"""Where portfolios stand: what a room above says of them, else a draft at the first step."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from portfolio.core.hooks import PortfolioStand, current_hooks
from portfolio.portfolios.models import Portfolio

DRAFT = PortfolioStand(
    word=_l("Draft"),
    kind="",
    symbol="pencil",
    steps=(
        ("now", _l("Draft and check"), ""),
        ("", _l("Submit"), ""),
        ("", _l("Completeness check"), ""),
        ("", _l("Review by experts"), ""),
        ("", _l("Committee's resolution"), ""),
        ("", _l("Dossier"), ""),
    ),
    next=_l("Mend what must be mended, then submit."),
)


def stands_of(portfolios: Sequence[Portfolio]) -> dict[int, PortfolioStand]:
    """Where each of these stands, by id."""
    found = {portfolio.id: DRAFT for portfolio in portfolios}
    if portfolios:
        for tell in current_hooks().portfolio_stands:
            found.update(tell(portfolios))
    return found
