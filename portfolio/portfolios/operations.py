"""What can be done with portfolios. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlalchemy import select

from portfolio.accounts.models import User
from portfolio.core.audit.operations import record
from portfolio.core.clock import now
from portfolio.core.db import check_version, lock, session
from portfolio.core.permissions import demand
from portfolio.criteria.models import RuleSet
from portfolio.organizations.delegations.queries import whose
from portfolio.portfolios.models import Method, Portfolio, PortfolioWork
from portfolio.portfolios.permissions import PortfolioAction, PortfolioPermission
from portfolio.record.models import AppointmentMode
from portfolio.works.models import Work

SAME_FORM = timedelta(seconds=60)
"""An equal row this young came from the same form sent twice."""


@dataclass(frozen=True)
class PortfolioFields:
    """What is said of a portfolio as a whole."""

    title_th: str
    title_en: str = ""
    position_sought: str | None = None
    mode: AppointmentMode | None = None
    method: Method | None = None
    field_th: str = ""
    field_en: str = ""
    statement_th: str = ""
    statement_en: str = ""


def create_portfolio(*, actor: User, rule_set: RuleSet, fields: PortfolioFields) -> Portfolio:
    """A new portfolio without works. The same form sent twice gives the first one's portfolio."""
    session.scalar(select(User.id).where(User.id == whose(actor).id).with_for_update(key_share=True))
    twin = session.scalar(
        select(Portfolio)
        .where(Portfolio.owner_id == whose(actor).id, Portfolio.title_th == fields.title_th)
        .where(Portfolio.created_at > now() - SAME_FORM)
        .limit(1)
    )
    if twin is not None:
        return twin
    _check_position(rule_set, fields)
    owner = whose(actor)
    portfolio = Portfolio(owner_id=owner.id, rule_set_id=rule_set.id, owner=owner, rule_set=rule_set, **asdict(fields))
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
    _place(rows)
    _chosen(actor, portfolio)


def order_works(*, actor: User, portfolio: Portfolio, order: Sequence[int]) -> None:
    """Bring the works into an order, given by their ids; works that it does not name come last as they stood."""
    _lock(actor, portfolio)
    places = {work_id: place for place, work_id in enumerate(order)}
    rows = sorted(portfolio.chosen, key=lambda row: (places.get(row.work_id, len(places)), row.position))
    _place(rows)
    _chosen(actor, portfolio)


def _place(rows: Sequence[PortfolioWork]) -> None:
    """A place holds one work only, so all leave their places before any takes its new one."""
    for position, row in enumerate(rows, start=1):
        row.position = -position
    session.flush()
    for position, row in enumerate(rows, start=1):
        row.position = position
    session.flush()


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
