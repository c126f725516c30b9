"""What can be done with works: their facts, texts, people and indicators. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import select, update

from portfolio.accounts.models import User
from portfolio.core.audit.operations import record
from portfolio.core.clock import now
from portfolio.core.db import Stale, check_version, lock, session
from portfolio.core.permissions import demand
from portfolio.criteria.models import RuleSet
from portfolio.works.models import (
    ChangeRecord,
    Contribution,
    Work,
    WorkChangeDomain,
    WorkMission,
    WorkSdg,
    WorkSection,
    WorkSectionVersion,
)
from portfolio.works.permissions import WorkAction, WorkPermission
from portfolio.works.queries import section_of
from portfolio.works.vocabulary import ChangeDomain, ContributionRole, Mission, Theme
from portfolio.works.words import count_words

SECTION_LIMIT = 60_000
"""Characters of one section: some hundred and twenty printed pages' worth for all seven."""

SAME_FORM = timedelta(seconds=60)
"""An equal row this young came from the same form sent twice."""

KEPT_EVERY = timedelta(minutes=5)
"""Autosaves in quick succession keep one earlier text in this time."""

MUCH_DELETED = 0.2
"""A save that drops more than this share of the text keeps what it replaced, whatever the time."""

Row = TypeVar("Row", Contribution, ChangeRecord)


@dataclass(frozen=True)
class WorkFacts:
    """Everything that is coded about a work."""

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


@dataclass(frozen=True)
class ChangeRecordFields:
    """An indicator before and after."""

    name_th: str
    name_en: str = ""
    unit_th: str = ""
    unit_en: str = ""
    baseline_value: Decimal | None = None
    baseline_date: date | None = None
    baseline_source: str = ""
    outcome_value: Decimal | None = None
    outcome_date: date | None = None
    outcome_source: str = ""
    target_value: Decimal | None = None
    note_th: str = ""
    note_en: str = ""


def create_work(*, actor: User, rule_set: RuleSet, facts: WorkFacts) -> Work:
    """A new work with the academic as its first person. The same form sent twice gives the first one's work."""
    session.scalar(select(User.id).where(User.id == actor.id).with_for_update())
    twin = session.scalar(
        select(Work)
        .where(Work.owner_id == actor.id, Work.title_th == facts.title_th, Work.title_en == facts.title_en)
        .where(Work.created_at > now() - SAME_FORM)
        .limit(1)
    )
    if twin is not None:
        return twin
    work = Work(owner_id=actor.id, rule_set_id=rule_set.id, owner=actor, rule_set=rule_set)
    _set_facts(work, facts)
    session.add(work)
    session.flush()
    name_th, name_en = actor.name_th, actor.name_en
    session.add(
        Contribution(
            work_id=work.id,
            position=1,
            name_th=name_th or name_en or actor.email,
            name_en=name_en,
            role=ContributionRole.PRINCIPAL_OPERATOR,
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
    with session.no_autoflush:  # one change, one version
        goals = {row.goal: row for row in work.sdgs}
        domains = {row.domain: row for row in work.change_domains}
        missions = {row.mission: row for row in work.missions}
    work.sdgs = [goals.get(goal) or WorkSdg(goal=goal) for goal in sorted(set(facts.sdgs))]
    work.change_domains = [
        domains.get(word) or WorkChangeDomain(domain=word) for word in dict.fromkeys(facts.change_domains)
    ]
    work.missions = [missions.get(word) or WorkMission(mission=word) for word in dict.fromkeys(facts.missions)]


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


def save_section(
    *, actor: User, work: Work, heading_code: str, body: str, version: int, autosave: bool = False
) -> WorkSection:
    """Write the text under a heading. `version` is the one the writer started from, 0 before the first save.

    The same text again changes nothing, whatever its version. Raises Stale where another text was saved meanwhile,
    ValueError for a heading that the rule set does not have or a text over SECTION_LIMIT.
    """
    demand(WorkPermission.EDIT, actor, work)
    if len(body) > SECTION_LIMIT:
        raise ValueError("the text is longer than a section may be")
    if all(heading.code != heading_code for heading in work.rule_set.headings):
        raise ValueError(f"the rule set has no heading {heading_code!r}")
    lock(work)
    section = section_of(work, heading_code)
    if section is not None and section.body == body:
        return section
    if version != (section.version if section else 0):
        raise Stale
    if section is None:
        section = WorkSection(work_id=work.id, heading_code=heading_code, body=body, word_count=count_words(body))
        session.add(section)
    else:
        if not autosave or _worth_keeping(section, body):
            session.add(
                WorkSectionVersion(
                    section_id=section.id,
                    section_version=section.version,
                    body=section.body,
                    saved_by_id=actor.id,
                    saved_at=section.updated_at,
                )
            )
        section.body = body
        section.word_count = count_words(body)
        section.updated_at = now()
    session.flush()
    _touch(work)
    return section


def _worth_keeping(section: WorkSection, body: str) -> bool:
    if len(body) < (1 - MUCH_DELETED) * len(section.body):
        return True
    last_kept: datetime | None = session.scalar(
        select(WorkSectionVersion.saved_at)
        .where(WorkSectionVersion.section_id == section.id)
        .order_by(WorkSectionVersion.section_version.desc())
        .limit(1)
    )
    return last_kept is None or section.updated_at - last_kept >= KEPT_EVERY


def restore_section(*, actor: User, work: Work, kept: WorkSectionVersion, version: int) -> WorkSection:
    """Put an earlier text back; the present one becomes an earlier text in its turn. Raises Stale."""
    section = session.get_one(WorkSection, kept.section_id)
    code = section.heading_code
    return save_section(actor=actor, work=work, heading_code=code, body=kept.body, version=version)


def add_contribution(*, actor: User, work: Work, fields: ContributionFields) -> Contribution:
    """Name another person, at the end. The same person and part twice is one."""
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    return _add(Contribution, work, fields)


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


def add_change_record(*, actor: User, work: Work, fields: ChangeRecordFields) -> ChangeRecord:
    """Another indicator, at the end. An equal one is not added twice."""
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    return _add(ChangeRecord, work, fields)


def update_change_record(*, actor: User, work: Work, change: ChangeRecord, fields: ChangeRecordFields) -> None:
    """Change an indicator."""
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    _update(work, change, fields)


def remove_change_record(*, actor: User, work: Work, change: ChangeRecord) -> None:
    """Take an indicator off the work."""
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    _remove(work, change)


def move_change_record(*, actor: User, work: Work, change: ChangeRecord, up: bool) -> None:
    """Move an indicator one place up or down."""
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    _move(work, change, up)


def _rows(model: type[Row], work: Work) -> list[Row]:
    return list(session.scalars(select(model).where(model.work_id == work.id).order_by(model.position, model.id)))


def _add(model: type[Row], work: Work, fields: ContributionFields | ChangeRecordFields) -> Row:
    values: dict[str, Any] = asdict(fields)
    rows = _rows(model, work)
    for row in rows:
        if all(getattr(row, name) == value for name, value in values.items()):
            return row
    row = model(work_id=work.id, position=rows[-1].position + 1 if rows else 1, **values)
    session.add(row)
    session.flush()
    _one_owner(work, row)
    _changed(work)
    return row


def _update(work: Work, row: Contribution | ChangeRecord, fields: ContributionFields | ChangeRecordFields) -> None:
    for name, value in asdict(fields).items():
        setattr(row, name, value)
    session.flush()
    _one_owner(work, row)
    _changed(work)


def _remove(work: Work, row: Contribution | ChangeRecord) -> None:
    session.delete(row)
    session.flush()
    _changed(work)


def _move(work: Work, row: Row, up: bool) -> None:
    rows = _rows(type(row), work)
    place = rows.index(row)
    other = place - 1 if up else place + 1
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
        for position, each in enumerate(rows, start=1):
            each.position = position
        session.flush()
        _changed(work)


def _one_owner(work: Work, row: Contribution | ChangeRecord) -> None:
    """Only one person of a work is the academic whose work it is."""
    if isinstance(row, Contribution) and row.is_owner:
        for other in _rows(Contribution, work):
            if other is not row:
                other.is_owner = False
        session.flush()


def _changed(work: Work) -> None:
    session.expire(work, ["contributions", "change_records"])
    _touch(work)


def _touch(work: Work) -> None:
    """Note the time without a new version: a form of facts in another tab stays good while texts are written."""
    table = Work.__table__
    session.execute(update(table).where(table.c.id == work.id).values(updated_at=now()))  # type: ignore[arg-type]
    session.expire(work, ["updated_at"])
