"""Published criteria sets and rule sets. They are open to everybody; drafts do not exist."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from portfolio.core.db import session
from portfolio.criteria.models import CriteriaSet, RuleCheck, RuleCheckKind, RuleSet
from portfolio.criteria.schemas import CriteriaContent, RuleContent

DEFAULT_RULE_SET = "NATIONAL-2564"
DEFAULT_CRITERIA_SET = "ENT-PROVISIONAL"


def criteria_sets(_user: Any = None) -> Select[CriteriaSet]:
    """Every published criteria set with its criteria and levels, newest version of each code first."""
    return (
        select(CriteriaSet)
        .where(CriteriaSet.published_at.is_not(None))
        .options(selectinload(CriteriaSet.criteria), selectinload(CriteriaSet.levels))
        .order_by(CriteriaSet.code, CriteriaSet.set_version.desc())
    )


def rule_sets(_user: Any = None) -> Select[RuleSet]:
    """Every published rule set with its headings and positions, newest version of each code first."""
    return (
        select(RuleSet)
        .where(RuleSet.published_at.is_not(None))
        .options(selectinload(RuleSet.headings), selectinload(RuleSet.positions))
        .order_by(RuleSet.code, RuleSet.set_version.desc())
    )


def find_criteria_set(user: Any, criteria_set_id: int) -> CriteriaSet | None:
    """One published criteria set."""
    return session.scalar(criteria_sets(user).where(CriteriaSet.id == criteria_set_id))


def find_rule_set(user: Any, rule_set_id: int) -> RuleSet | None:
    """One published rule set."""
    statement = rule_sets(user).where(RuleSet.id == rule_set_id)
    return session.scalar(statement.options(selectinload(RuleSet.checks)))


def checks_of(
    rule_set: RuleSet, kind: RuleCheckKind | None = None, *, position: str = "", method: str = "", mode: str = ""
) -> list[RuleCheck]:
    """The checks of a rule set that hold for a position, a method and a mode; what is not given is not narrowed."""
    return [
        check
        for check in rule_set.checks
        if kind in (None, check.kind)
        and (not position or check.position_code in ("", position))
        and (not method or check.method in ("", method))
        and (not mode or check.mode in ("", mode))
    ]


def all_criteria_sets() -> list[CriteriaSet]:
    """Every published version; there are as many as there were publications, so a handful."""
    return list(session.scalars(criteria_sets()))


def all_rule_sets() -> list[RuleSet]:
    """Every published version."""
    return list(session.scalars(rule_sets()))


def current_criteria_sets() -> list[CriteriaSet]:
    """The newest version of each criteria set: what a new call may choose from."""
    newest: dict[str, CriteriaSet] = {}
    for row in all_criteria_sets():
        newest.setdefault(row.code, row)
    return list(newest.values())


def current_rule_sets() -> list[RuleSet]:
    """The newest version of each rule set: what a new work may be written under."""
    newest: dict[str, RuleSet] = {}
    for row in all_rule_sets():
        newest.setdefault(row.code, row)
    return list(newest.values())


def latest_criteria_set(code: str) -> CriteriaSet | None:
    """The newest published version of a criteria set."""
    return session.scalar(criteria_sets().where(CriteriaSet.code == code).limit(1))


def latest_rule_set(code: str = DEFAULT_RULE_SET) -> RuleSet | None:
    """The newest published version of a rule set; without a code the national one."""
    return session.scalar(rule_sets().where(RuleSet.code == code).limit(1))


def rule_set_of(code: str, version: int) -> RuleSet | None:
    """The published rule set of this code and version."""
    return session.scalar(
        select(RuleSet).where(RuleSet.code == code, RuleSet.set_version == version, RuleSet.published_at.is_not(None))
    )


def is_known(content: CriteriaContent | RuleContent) -> bool:
    """Whether a version with exactly this content was ever published."""
    table: type[CriteriaSet] | type[RuleSet] = CriteriaSet if isinstance(content, CriteriaContent) else RuleSet
    statement = select(table.id).where(table.code == content.code, table.content_digest == content.digest)
    return session.scalar(statement.limit(1)) is not None
