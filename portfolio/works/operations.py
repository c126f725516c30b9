"""What can be done with works: their facts and people. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update

from portfolio.accounts.models import User
from portfolio.core.audit.operations import record
from portfolio.core.clock import now
from portfolio.core.db import check_version, lock, session
from portfolio.core.permissions import demand
from portfolio.criteria.models import RuleSet
from portfolio.organizations.delegations.queries import whose
from portfolio.works.missions.models import MissionEntry
from portfolio.works.models import (
    Contribution,
    Work,
    WorkChangeDomain,
    WorkMission,
    WorkSdg,
)
from portfolio.works.permissions import WorkAction, WorkPermission
from portfolio.works.vocabulary import ChangeDomain, ContributionRole, Mission, Theme, WorkKind

SAME_FORM = timedelta(seconds=60)
"""An equal row this young came from the same form sent twice."""


@dataclass(frozen=True)
class WorkFacts:
    """Everything that is coded about a work."""

    kind: WorkKind | None = None  # None leaves it as it is; of a new work it makes a socially engaged one
    title_th: str = ""
    title_en: str = ""
    summary_th: str = ""
    summary_en: str = ""
    discipline_th: str = ""
    discipline_en: str = ""
    province_code: str | None = None
    district: str = ""
    subdistrict: str = ""
    theme: Theme | None = None
    period_start: date | None = None
    period_end: date | None = None
    not_for_profit: bool = False
    sdgs: Sequence[int] = ()
    change_domains: Sequence[ChangeDomain] = ()
    missions: Sequence[Mission] = ()


@dataclass(frozen=True)
class ContributionFields:
    """Who did what."""

    name_th: str
    name_en: str = ""
    role: ContributionRole = ContributionRole.CO_OPERATOR
    part_th: str = ""
    part_en: str = ""
    is_owner: bool = False
    family_en: str = ""
    given_en: str = ""
    is_literal: bool = False
    is_author: bool = True
    also_corresponding: bool = False
    also_intellectual: bool = False


def create_work(*, actor: User, rule_set: RuleSet, facts: WorkFacts) -> Work:
    """A new work with the academic as its first person. The same form sent twice gives the first one's work."""
    session.scalar(select(User.id).where(User.id == whose(actor).id).with_for_update(key_share=True))
    twin = session.scalar(
        select(Work)
        .where(Work.owner_id == whose(actor).id, Work.title_th == facts.title_th, Work.title_en == facts.title_en)
        .where(Work.created_at > now() - SAME_FORM)
        .limit(1)
    )
    if twin is not None:
        return twin
    return begin_work(actor=actor, rule_set=rule_set, facts=facts)


def begin_work(*, actor: User, rule_set: RuleSet, facts: WorkFacts, name_owner: bool = True) -> Work:
    """A new work, whatever else is there. With `name_owner` the academic is its first person."""
    owner = whose(actor)
    kind = facts.kind or WorkKind.SOCIAL
    work = Work(owner_id=owner.id, rule_set_id=rule_set.id, owner=owner, rule_set=rule_set, kind=kind)
    _set_facts(work, facts)
    session.add(work)
    session.flush()
    if name_owner:
        is_social = kind is WorkKind.SOCIAL
        session.add(
            Contribution(
                work_id=work.id,
                position=1,
                name_th=owner.name_th or owner.name_en or owner.email,
                name_en=owner.name_en,
                family_en=owner.family_name_en,
                given_en=owner.given_name_en,
                role=ContributionRole.PRINCIPAL_OPERATOR if is_social else ContributionRole.FIRST_AUTHOR,
                is_owner=True,
            )
        )
    session.flush()
    record(action=WorkAction.CREATE, actor_id=actor.id, subject_type="work", subject_id=work.id)
    return work


def update_facts(*, actor: User, work: Work, facts: WorkFacts, version: int) -> None:
    """Change the coded facts. Raises Stale where the form is older than the row."""
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    check_version(work, version)
    _set_facts(work, facts)
    work.updated_at = now()
    session.flush()
    record(action=WorkAction.UPDATE, actor_id=actor.id, subject_type="work", subject_id=work.id)


def _set_facts(work: Work, facts: WorkFacts) -> None:
    for name in (
        "title_th",
        "title_en",
        "summary_th",
        "summary_en",
        "discipline_th",
        "discipline_en",
        "province_code",
        "district",
        "subdistrict",
        "theme",
        "period_start",
        "period_end",
        "not_for_profit",
    ):
        setattr(work, name, getattr(facts, name))
    work.kind = facts.kind or work.kind
    with session.no_autoflush:  # one change, one version
        goals = {row.goal: row for row in work.sdgs}
        domains = {row.domain: row for row in work.change_domains}
        missions = {row.mission: row for row in work.missions}
        # What is said in detail of a mission implies its tick.
        implied = session.scalars(select(MissionEntry.mission).where(MissionEntry.work_id == work.id).distinct()).all()
    work.sdgs = [goals.get(goal) or WorkSdg(goal=goal) for goal in sorted(set(facts.sdgs))]
    work.change_domains = [
        domains.get(word) or WorkChangeDomain(domain=word) for word in dict.fromkeys(facts.change_domains)
    ]
    work.missions = [
        missions.get(word) or WorkMission(mission=word) for word in dict.fromkeys([*facts.missions, *implied])
    ]


def archive_work(*, actor: User, work: Work) -> None:
    """Set a work aside: it leaves the lists and can be taken back. Portfolios and snapshots keep what they have."""
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    if work.archived_at is None:
        work.archived_at = now()
        session.flush()
        record(action=WorkAction.ARCHIVE, actor_id=actor.id, subject_type="work", subject_id=work.id)


def restore_work(*, actor: User, work: Work) -> None:
    """Take a work back into the lists."""
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    if work.archived_at is not None:
        work.archived_at = None
        session.flush()
        record(action=WorkAction.RESTORE, actor_id=actor.id, subject_type="work", subject_id=work.id)


def add_contribution(*, actor: User, work: Work, fields: ContributionFields) -> Contribution:
    """Name another person, at the end. The same person and part twice is one."""
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    return _add(work, fields)


def update_contribution(*, actor: User, work: Work, contribution: Contribution, fields: ContributionFields) -> None:
    """Change what is said of a person."""
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    _update(work, contribution, fields)


def remove_contribution(*, actor: User, work: Work, contribution: Contribution) -> None:
    """Take a person off the work."""
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    _remove(work, contribution)


def move_contribution(*, actor: User, work: Work, contribution: Contribution, up: bool) -> None:
    """Move a person one place up or down."""
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    _move(work, contribution, up)


def _rows(work: Work) -> list[Contribution]:
    statement = select(Contribution).where(Contribution.work_id == work.id)
    return list(session.scalars(statement.order_by(Contribution.position, Contribution.id)))


def _add(work: Work, fields: ContributionFields) -> Contribution:
    values: dict[str, Any] = asdict(fields)
    rows = _rows(work)
    for row in rows:
        if all(getattr(row, name) == value for name, value in values.items()):
            return row
    row = Contribution(work_id=work.id, position=rows[-1].position + 1 if rows else 1, **values)
    session.add(row)
    session.flush()
    _one_owner(work, row)
    _changed(work)
    return row


def _update(work: Work, row: Contribution, fields: ContributionFields) -> None:
    for name, value in asdict(fields).items():
        setattr(row, name, value)
    session.flush()
    _one_owner(work, row)
    _changed(work)


def _remove(work: Work, row: Contribution) -> None:
    session.delete(row)
    session.flush()
    _changed(work)


def _move(work: Work, row: Contribution, up: bool) -> None:
    rows = _rows(work)
    place = rows.index(row)
    other = place - 1 if up else place + 1
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
        for position, each in enumerate(rows, start=1):
            each.position = position
        session.flush()
        _changed(work)


def _one_owner(work: Work, row: Contribution) -> None:
    """Only one person of a work is the academic whose work it is."""
    if row.is_owner:
        for other in _rows(work):
            if other is not row:
                other.is_owner = False
        session.flush()


def _changed(work: Work) -> None:
    session.expire(work, ["contributions"])
    touch(work)


def touch(work: Work) -> None:
    """Note the time without a new version: a form of facts in another tab stays good while texts are written."""
    table = Work.__table__
    session.execute(update(table).where(table.c.id == work.id).values(updated_at=now()))  # type: ignore[arg-type]
    session.expire(work, ["updated_at"])
