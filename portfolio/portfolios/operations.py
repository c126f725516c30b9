"""What can be done with portfolios and with the academic's record. Nothing here commits."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlalchemy import func, select

from portfolio.accounts.models import User
from portfolio.core.audit.operations import record
from portfolio.core.clock import now
from portfolio.core.db import check_version, lock, session
from portfolio.core.permissions import demand
from portfolio.criteria.models import RuleSet
from portfolio.portfolios.models import CvEntry, CvKind, Portfolio, PortfolioWork
from portfolio.portfolios.permissions import PortfolioAction, PortfolioPermission
from portfolio.works.models import Work

SAME_FORM = timedelta(seconds=60)
"""An equal row this young came from the same form sent twice."""


@dataclass(frozen=True)
class PortfolioFields:
    """What is said of a portfolio as a whole."""

    title_th: str
    title_en: str = ""
    position_sought: str | None = None
    field_th: str = ""
    field_en: str = ""
    statement_th: str = ""
    statement_en: str = ""


@dataclass(frozen=True)
class CvFields:
    """A line of the academic's record."""

    title_th: str
    title_en: str = ""
    institution_th: str = ""
    institution_en: str = ""
    detail_th: str = ""
    detail_en: str = ""
    year_from: int | None = None
    year_to: int | None = None
    hours_per_week: float | None = None


def create_portfolio(*, actor: User, rule_set: RuleSet, fields: PortfolioFields) -> Portfolio:
    """A new portfolio without works. The same form sent twice gives the first one's portfolio."""
    session.scalar(select(User.id).where(User.id == actor.id).with_for_update())
    twin = session.scalar(
        select(Portfolio)
        .where(Portfolio.owner_id == actor.id, Portfolio.title_th == fields.title_th)
        .where(Portfolio.created_at > now() - SAME_FORM)
        .limit(1)
    )
    if twin is not None:
        return twin
    _check_position(rule_set, fields)
    portfolio = Portfolio(owner_id=actor.id, rule_set_id=rule_set.id, owner=actor, rule_set=rule_set, **asdict(fields))
    session.add(portfolio)
    session.flush()
    _note(PortfolioAction.CREATE, actor, portfolio)
    return portfolio


def update_portfolio(*, actor: User, portfolio: Portfolio, fields: PortfolioFields, version: int) -> None:
    """Change what is said of a portfolio. Raises Stale."""
    _lock(actor, portfolio)
    check_version(portfolio, version)
    _check_position(portfolio.rule_set, fields)
    for name, value in asdict(fields).items():
        setattr(portfolio, name, value)
    portfolio.updated_at = now()
    session.flush()
    _note(PortfolioAction.UPDATE, actor, portfolio)


def _check_position(rule_set: RuleSet, fields: PortfolioFields) -> None:
    if fields.position_sought and all(row.code != fields.position_sought for row in rule_set.positions):
        raise ValueError("the rule set has no such position")


def choose_work(*, actor: User, portfolio: Portfolio, work: Work) -> None:
    """Add one of the academic's works at the end; a work that is there stays where it is."""
    _lock(actor, portfolio)
    if work.owner_id != portfolio.owner_id:
        raise ValueError("only the academic's own works go into a portfolio")
    rows = list(portfolio.chosen)
    if all(row.work_id != work.id for row in rows):
        position = max((row.position for row in rows), default=0) + 1
        portfolio.chosen.append(PortfolioWork(work_id=work.id, work=work, position=position))
        _chosen(actor, portfolio)


def drop_work(*, actor: User, portfolio: Portfolio, work: Work) -> None:
    """Take a work out of a portfolio; the work itself stays."""
    _lock(actor, portfolio)
    row = next((row for row in portfolio.chosen if row.work_id == work.id), None)
    if row is not None:
        portfolio.chosen.remove(row)
        _chosen(actor, portfolio)


def move_work(*, actor: User, portfolio: Portfolio, work: Work, up: bool) -> None:
    """Move a work one place up or down."""
    _lock(actor, portfolio)
    rows = sorted(portfolio.chosen, key=lambda row: row.position)
    place = next(index for index, row in enumerate(rows) if row.work_id == work.id)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    # A place holds one work only, so all leave their places before any takes its new one.
    for position, row in enumerate(rows, start=1):
        row.position = -position
    session.flush()
    for position, row in enumerate(rows, start=1):
        row.position = position
    _chosen(actor, portfolio)


def _chosen(actor: User, portfolio: Portfolio) -> None:
    portfolio.updated_at = now()
    session.flush()
    session.expire(portfolio, ["chosen"])
    _note(PortfolioAction.CHOOSE, actor, portfolio)


def archive_portfolio(*, actor: User, portfolio: Portfolio) -> None:
    """Set a portfolio aside; what was submitted of it stays as it is."""
    _lock(actor, portfolio)
    if portfolio.archived_at is None:
        portfolio.archived_at = now()
        session.flush()
        _note(PortfolioAction.ARCHIVE, actor, portfolio)


def restore_portfolio(*, actor: User, portfolio: Portfolio) -> None:
    """Take a portfolio back into the lists."""
    _lock(actor, portfolio)
    if portfolio.archived_at is not None:
        portfolio.archived_at = None
        session.flush()
        _note(PortfolioAction.RESTORE, actor, portfolio)


def _lock(actor: User, portfolio: Portfolio) -> None:
    demand(PortfolioPermission.EDIT, actor, portfolio)
    lock(portfolio)


def _note(action: PortfolioAction, actor: User, portfolio: Portfolio) -> None:
    record(action=action, actor_id=actor.id, subject_type="portfolio", subject_id=portfolio.id)


def add_cv_entry(*, actor: User, kind: CvKind, fields: CvFields) -> CvEntry:
    """Another line of the actor's own record, at the end of its part. An equal line is not added twice."""
    session.scalar(select(User.id).where(User.id == actor.id).with_for_update())
    values = asdict(fields)
    for row in session.scalars(select(CvEntry).where(CvEntry.owner_id == actor.id, CvEntry.kind == kind)):
        if all(getattr(row, name) == value for name, value in values.items()):
            return row
    last = session.scalar(select(func.max(CvEntry.position)).where(CvEntry.owner_id == actor.id, CvEntry.kind == kind))
    entry = CvEntry(owner_id=actor.id, kind=kind, position=(last or 0) + 1, **values)
    session.add(entry)
    session.flush()
    return entry


def update_cv_entry(*, actor: User, entry: CvEntry, fields: CvFields, version: int) -> None:
    """Change a line of the record. Raises Stale."""
    demand(PortfolioPermission.EDIT_RECORD, actor, entry)
    lock(entry)
    check_version(entry, version)
    for name, value in asdict(fields).items():
        setattr(entry, name, value)
    session.flush()


def remove_cv_entry(*, actor: User, entry: CvEntry) -> None:
    """Take a line off the record."""
    demand(PortfolioPermission.EDIT_RECORD, actor, entry)
    session.delete(entry)
    session.flush()


def move_cv_entry(*, actor: User, entry: CvEntry, up: bool) -> None:
    """Move a line one place up or down in its part."""
    demand(PortfolioPermission.EDIT_RECORD, actor, entry)
    rows = list(
        session.scalars(
            select(CvEntry)
            .where(CvEntry.owner_id == entry.owner_id, CvEntry.kind == entry.kind)
            .order_by(CvEntry.position, CvEntry.id)
            .with_for_update()
        )
    )
    place = rows.index(entry)
    other = place - 1 if up else place + 1
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
        for position, row in enumerate(rows, start=1):
            row.position = position
        session.flush()
