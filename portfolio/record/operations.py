"""What can be done with a record: lines added, changed, moved, removed, taken in from a table; the profile; and what
only the academic sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import force_locale
from sqlalchemy import func, select

from portfolio.accounts.models import User
from portfolio.core.audit.operations import record
from portfolio.core.clock import now
from portfolio.core.db import Stale, check_version, lock, session
from portfolio.core.permissions import demand
from portfolio.core.sealed import readable
from portfolio.organizations.delegations.queries import whose
from portfolio.record.models import (
    AcademicRank,
    AppointmentMode,
    CvEntry,
    CvKind,
    DegreeLevel,
    NamePrefix,
    PersonalDetails,
    RecordProfile,
    Semester,
)
from portfolio.record.permissions import RecordAction, RecordPermission
from portfolio.record.queries import in_order
from portfolio.record.vocabulary import RANK_LABELS

MOST_LINES = 500
"""Lines that a part may have; nobody has so many, and a page shows them all."""


class FullError(Exception):
    """A part has as many lines as it can hold."""


@dataclass(frozen=True)
class CvFields:
    """What a line says; which of it a part has is said in vocabulary.py. Years are CE."""

    title_th: str = ""
    title_en: str = ""
    field_th: str = ""
    field_en: str = ""
    institution_th: str = ""
    institution_en: str = ""
    country_th: str = ""
    country_en: str = ""
    detail_th: str = ""
    detail_en: str = ""
    level: DegreeLevel | None = None
    rank: AcademicRank | None = None
    mode: AppointmentMode | None = None
    dated: date | None = None
    semester: Semester | None = None
    year_from: int | None = None
    year_to: int | None = None
    hours_per_week: float | None = None
    thesis_th: str = ""
    thesis_en: str = ""
    publications: str = ""


@dataclass(frozen=True)
class ProfileFields:
    """What the form asks once."""

    prefix: NamePrefix | None = None
    service_rank_th: str = ""
    service_rank_en: str = ""
    position_th: str = ""
    position_en: str = ""
    employed_on: date | None = None
    field_th: str = ""
    field_en: str = ""
    field_code: str = ""
    subfield_th: str = ""
    subfield_en: str = ""
    subfield_code: str = ""
    orcid: str = ""
    scopus_id: str = ""
    researcher_id: str = ""
    h_index: int | None = None
    works_cited: int | None = None
    citations: int | None = None
    counted_on: date | None = None


@dataclass(frozen=True)
class PersonalFields:
    """What only the academic sees."""

    birth_date: date | None = None
    salary: Decimal | None = None
    telephone: str | None = None


def add_entry(*, actor: User, kind: CvKind, fields: CvFields) -> CvEntry:
    """Another line at the end of its part. An equal line is not added twice. Raises FullError."""
    owner = _hold(actor)
    values = _values(kind, fields)
    rows = list(session.scalars(select(CvEntry).where(CvEntry.owner_id == owner.id, CvEntry.kind == kind)))
    for row in rows:
        if all(getattr(row, name) == value for name, value in values.items()):
            return row
    entry = _append(owner, kind, [values])[0]
    _note(RecordAction.ADD_LINE, actor, "cv_entry", entry.id)
    return entry


def add_entries(*, actor: User, kind: CvKind, lines: Sequence[CvFields]) -> int:
    """All these lines at the end of a part, or, with FullError, none."""
    owner = _hold(actor)
    _append(owner, kind, [_values(kind, line) for line in lines])
    _note(RecordAction.IMPORT_LINES, actor, "user", owner.id)
    return len(lines)


def update_entry(*, actor: User, entry: CvEntry, fields: CvFields, version: int) -> None:
    """Change a line. Raises Stale."""
    demand(RecordPermission.EDIT, actor, entry)
    lock(entry)
    check_version(entry, version)
    for name, value in _values(entry.kind, fields).items():
        setattr(entry, name, value)
    session.flush()
    _note(RecordAction.UPDATE_LINE, actor, "cv_entry", entry.id)


def remove_entry(*, actor: User, entry: CvEntry) -> None:
    """Take a line off the record."""
    demand(RecordPermission.EDIT, actor, entry)
    entry_id = entry.id
    session.delete(entry)
    session.flush()
    _note(RecordAction.REMOVE_LINE, actor, "cv_entry", entry_id)


def move_entry(*, actor: User, entry: CvEntry, up: bool) -> None:
    """Move a line one place up or down among those it may change places with: degrees of one level, for instance."""
    demand(RecordPermission.EDIT, actor, entry)
    rows = in_order(
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


def update_profile(*, actor: User, fields: ProfileFields, version: int) -> None:
    """Save what the form asks once. Version 0 stands for a profile that is not there yet. Raises Stale."""
    owner = _hold(actor)
    profile = session.get(RecordProfile, owner.id, with_for_update=True, populate_existing=True)
    if profile is None:
        if version:
            raise Stale
        profile = RecordProfile(user_id=owner.id)
        session.add(profile)
    else:
        check_version(profile, version)
    for name, value in asdict(fields).items():
        setattr(profile, name, value)
    session.flush()
    _note(RecordAction.UPDATE_PROFILE, actor, "user", owner.id)


def update_personal(*, actor: User, fields: PersonalFields, version: int) -> None:
    """Save what only the academic sees. An empty field erases its value. Raises Stale.

    A value that no key opens cannot have been shown; it stays unless something is typed in its place.
    """
    demand(RecordPermission.PERSONAL, actor)
    _hold_person(actor)
    details = session.get(PersonalDetails, actor.id, with_for_update=True, populate_existing=True)
    if details is None:
        if version:
            raise Stale
        details = PersonalDetails(user_id=actor.id)
        session.add(details)
    else:
        check_version(details, version)
    for name, value in asdict(fields).items():
        there = getattr(details, name)
        if value is not None or readable(there) is not None:
            setattr(details, name, value)
    details.updated_at = now()
    session.flush()
    _note(RecordAction.UPDATE_PERSONAL, actor, "user", actor.id)


def erase_personal(*, actor: User) -> None:
    """Delete birth date, salary and telephone for good."""
    demand(RecordPermission.PERSONAL, actor)
    _hold_person(actor)
    details = session.get(PersonalDetails, actor.id)
    if details is not None:
        session.delete(details)
        session.flush()
        _note(RecordAction.ERASE_PERSONAL, actor, "user", actor.id)


def _hold(actor: User) -> User:
    """The academic whose record this is, held so that two additions follow one another."""
    owner = whose(actor)
    _hold_person(owner)
    return owner


def _hold_person(person: User) -> None:
    session.scalar(select(User.id).where(User.id == person.id).with_for_update(key_share=True))


def _append(owner: User, kind: CvKind, lines: Sequence[dict[str, Any]]) -> list[CvEntry]:
    count, last = session.execute(
        select(func.count(), func.max(CvEntry.position)).where(CvEntry.owner_id == owner.id, CvEntry.kind == kind)
    ).one()
    if count + len(lines) > MOST_LINES:
        raise FullError
    entries = [
        CvEntry(owner_id=owner.id, kind=kind, position=position, **values)
        for position, values in enumerate(lines, start=(last or 0) + 1)
    ]
    session.add_all(entries)
    session.flush()
    return entries


def _values(kind: CvKind, fields: CvFields) -> dict[str, Any]:
    """What is written of a line. The title of an appointment is the name of its rank, its year that of its day."""
    values = asdict(fields)
    if kind is CvKind.APPOINTMENT:
        if fields.rank is None:
            raise ValueError("an appointment has a rank")
        for language in ("th", "en"):
            with force_locale(language):
                values[f"title_{language}"] = str(RANK_LABELS[fields.rank])
        values["year_from"] = fields.dated.year if fields.dated else fields.year_from
    return values


def _note(action: RecordAction, actor: User, subject_type: str, subject_id: int) -> None:
    record(action=action, actor_id=actor.id, subject_type=subject_type, subject_id=subject_id)
