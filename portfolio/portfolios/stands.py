"""Where portfolios stand: what a room above says of them, else a draft at the first step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask_babel import lazy_gettext as _l

from portfolio.core.hooks import PortfolioStand, current_hooks
from portfolio.portfolios.models import Portfolio
from portfolio.portfolios.readiness import Readiness

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
)


def stands_of(portfolios: Sequence[Portfolio]) -> dict[int, PortfolioStand]:
    """Where each of these stands, by id."""
    found = {portfolio.id: DRAFT for portfolio in portfolios}
    if portfolios:
        for tell in current_hooks().portfolio_stands:
            found.update(tell(portfolios))
    return found


def with_next(stands: Mapping[int, PortfolioStand], readiness: Mapping[int, Readiness]) -> dict[int, PortfolioStand]:
    """The same, where drafts whose readiness is known also say what comes next."""
    return {
        id: _next(stand, readiness[id]) if stand is DRAFT and id in readiness else stand for id, stand in stands.items()
    }


def _next(draft: PortfolioStand, readiness: Readiness) -> PortfolioStand:
    if readiness.can_submit:
        return replace(draft, next=_l("Submit to an open call."))
    return replace(draft, next=_l("Mend what must be mended, then submit."))
