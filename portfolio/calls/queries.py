"""Calls: everybody sees the published ones, officers also the drafts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from portfolio.calls.models import Call
from portfolio.core.clock import now
from portfolio.core.db import session
from portfolio.core.web.pagination import Page, paginate
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role

LONGEST_GRACE = timedelta(days=7)


def visible_to(user: Any) -> Select[Call]:
    """The calls a person may know of."""
    statement = select(Call).options(joinedload(Call.criteria_set), selectinload(Call.rule_sets))
    return statement if has_role(user, Role.OFFICER) else statement.where(Call.published_at.is_not(None))


def find(user: Any, call_id: int) -> Call | None:
    """One call this person may know of."""
    return session.scalar(visible_to(user).where(Call.id == call_id))


def find_call(call_id: int) -> Call | None:
    """One call for the service itself: tasks and the command line."""
    return session.get(Call, call_id)


def by_code(code: str) -> Call | None:
    """The call with this code."""
    return session.scalar(select(Call).where(Call.code == code))


def open_calls(*, with_rules: bool = True) -> list[Call]:
    """The calls that take submissions at this moment, the one that closes first standing first; with criteria and
    rules, or where only their names are shown, without."""
    moment = now()
    rules = (joinedload(Call.criteria_set), selectinload(Call.rule_sets)) if with_rules else ()
    statement = (
        select(Call)
        .options(*rules)
        .where(Call.published_at.is_not(None), Call.opens_at <= moment, Call.closes_at >= moment - LONGEST_GRACE)
        .order_by(Call.closes_at, Call.id)
    )
    return [call for call in session.scalars(statement) if call.is_open]


def index_page(user: Any, page: int) -> Page[Call]:
    """The calls a person may know of, the latest first."""
    return paginate(session, visible_to(user).order_by(Call.opens_at.desc(), Call.id.desc()), page)


def listing() -> list[dict[str, Any]]:
    """What `list calls` prints."""
    statement = select(Call).options(joinedload(Call.criteria_set)).order_by(Call.id)
    return [
        {
            "id": call.id,
            "code": call.code,
            "title_th": call.title_th,
            "title_en": call.title_en,
            "opens_at": call.opens_at.isoformat(),
            "closes_at": call.closes_at.isoformat(),
            "anonymity": str(call.anonymity),
            "criteria_set": f"{call.criteria_set.code} v{call.criteria_set.set_version}",
            "published": call.published_at is not None,
            "open": call.is_open,
        }
        for call in session.scalars(statement)
    ]
