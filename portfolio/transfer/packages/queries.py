"""Packages a person sent out or brought in, and the portfolios that can be packed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from portfolio.core.db import session
from portfolio.core.web.pagination import Page, paginate
from portfolio.portfolios.models import Portfolio
from portfolio.transfer.packages.models import Direction, PackageTransfer, TransferState


def visible_to(user: Any) -> Select[PackageTransfer]:
    """A person's own packages."""
    return (
        select(PackageTransfer)
        .where(PackageTransfer.owner_id == user.id)
        .options(
            joinedload(PackageTransfer.portfolio),
            joinedload(PackageTransfer.stored_file),
            joinedload(PackageTransfer.job),
        )
    )


def find(user: Any, transfer_id: int) -> PackageTransfer | None:
    """One of them."""
    return session.scalar(visible_to(user).where(PackageTransfer.id == transfer_id))


def get(transfer_id: int) -> PackageTransfer | None:
    """Any of them, for the task."""
    return session.get(PackageTransfer, transfer_id)


def index_page(user: Any, page: int) -> Page[PackageTransfer]:
    """Newest first, a page at a time."""
    return paginate(session, visible_to(user).order_by(PackageTransfer.id.desc()), page)


def find_portfolio(user: Any, portfolio_id: int) -> Portfolio | None:
    """A portfolio of this very person."""
    return session.scalar(select(Portfolio).where(Portfolio.id == portfolio_id, Portfolio.owner_id == user.id))


def portfolios_of(user: Any, *, limit: int = 100) -> list[Portfolio]:
    """What can be packed, the newest first."""
    statement = (
        select(Portfolio)
        .where(Portfolio.owner_id == user.id, Portfolio.archived_at.is_(None))
        .order_by(Portfolio.updated_at.desc(), Portfolio.id.desc())
        .limit(limit)
    )
    return list(session.scalars(statement))


def brought_in(user: Any, digest: str) -> PackageTransfer | None:
    """An earlier import of the very same payload by this person, whose portfolio is still there."""
    statement = (
        select(PackageTransfer)
        .where(
            PackageTransfer.owner_id == user.id,
            PackageTransfer.direction == Direction.IMPORT,
            PackageTransfer.state == TransferState.DONE,
            PackageTransfer.digest == digest,
            PackageTransfer.portfolio_id.is_not(None),
        )
        .order_by(PackageTransfer.id.desc())
        .limit(1)
    )
    return session.scalar(statement)
