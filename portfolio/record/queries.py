"""A person's record: its lines in the order of the form, the profile, and what only they see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portfolio.accounts.models import User
from portfolio.core.clock import today
from portfolio.core.db import session, while_reading
from portfolio.core.hooks import Hooks
from portfolio.core.sealed import Unreadable
from portfolio.organizations.delegations.queries import whose
from portfolio.organizations.models import Membership
from portfolio.organizations.queries import membership_of
from portfolio.record.form import Facts, RecordForm, part_one
from portfolio.record.models import AcademicRank, CvEntry, CvKind, DegreeLevel, PersonalDetails, RecordProfile

_KINDS = list(CvKind)
_LEVELS = list(DegreeLevel)
_RANKS = list(AcademicRank)


def group_of(entry: CvEntry) -> int:
    """Within a part, lines of one group follow one another: degrees from the highest, appointments from the first."""
    if entry.kind is CvKind.EDUCATION:
        return _LEVELS.index(entry.level) if entry.level is not None else len(_LEVELS)
    return _RANKS.index(entry.rank) if entry.rank is not None else 0


def in_order(entries: Iterable[CvEntry]) -> list[CvEntry]:
    """Lines in the order of the form: by part, highest degree first, then as the academic arranged them."""
    return sorted(entries, key=lambda entry: (_KINDS.index(entry.kind), group_of(entry), entry.position, entry.id))


def entries_of(owner: User, kind: CvKind | None = None) -> list[CvEntry]:
    """The record of this very person."""
    statement = select(CvEntry).where(CvEntry.owner_id == owner.id)
    if kind is not None:
        statement = statement.where(CvEntry.kind == kind)
    return in_order(session.scalars(statement))


def find_entry(user: Any, entry_id: int) -> CvEntry | None:
    """A line of the record that this person edits."""
    return session.scalar(select(CvEntry).where(CvEntry.owner_id == whose(user).id, CvEntry.id == entry_id))


@dataclass(frozen=True)
class Outline:
    """A person's record as far as a readiness list asks: its facts without the place of work, whether sensitive details
    are kept, and whether a place of work is given."""

    facts: Facts
    has_details: bool
    has_place: bool

    @property
    def counts(self) -> dict[CvKind, int]:
        """How many lines each part has; parts without any are not in it."""
        return dict(Counter(entry.kind for entry in self.facts.entries))


def outline_of(owner_id: int) -> Outline:
    """The outline of this very person's record, in one query; read once for a page."""
    return while_reading(("outline", owner_id), lambda: _outline(owner_id))


def _outline(owner_id: int) -> Outline:
    rows = session.execute(
        select(User, RecordProfile, PersonalDetails.user_id, Membership.id, CvEntry)
        .outerjoin(RecordProfile, RecordProfile.user_id == User.id)
        .outerjoin(PersonalDetails, PersonalDetails.user_id == User.id)
        .outerjoin(Membership, Membership.user_id == User.id)
        .outerjoin(CvEntry, CvEntry.owner_id == User.id)
        .where(User.id == owner_id)
    ).all()
    owner, profile, details, place, _entry = rows[0]
    entries = in_order(row[-1] for row in rows if row[-1] is not None)
    return Outline(Facts(owner=owner, entries=entries, profile=profile), details is not None, place is not None)


def profile_of(owner: User) -> RecordProfile | None:
    """What the form asks once of this very person."""
    return session.get(RecordProfile, owner.id)


def details_of(owner: User) -> PersonalDetails | None:
    """What only this very person sees. Ask it for them alone, or for a form that prints it."""
    return session.get(PersonalDetails, owner.id)


def has_details(owner: User) -> bool:
    """Whether anything is kept that only this person sees."""
    return session.scalar(select(PersonalDetails.user_id).where(PersonalDetails.user_id == owner.id)) is not None


def facts_of(owner: User, *, include_sensitive: bool) -> Facts:
    """Everything that part 1 of the form is made of."""
    membership = membership_of(owner)
    place = membership.organization if membership else None
    university = membership.university if membership else None
    return Facts(
        owner=owner,
        entries=entries_of(owner),
        profile=profile_of(owner),
        details=details_of(owner) if include_sensitive else None,
        university=university,
        faculty=place if place is not None and place is not university else None,
        department=(membership.department_th, membership.department_en) if membership else ("", ""),
        sensitive=include_sensitive,
    )


def form_of(owner: User, *, include_sensitive: bool = False) -> RecordForm:
    """Part 1 of form ก.พ.อ. 03 as of today, in both languages.

    Birth date, age and salary are in it only with `include_sensitive`: for the owner, and for the edition that the
    owner has made for the application.
    """
    return part_one(facts_of(owner, include_sensitive=include_sensitive), on=today())


def _personal_data(user: User) -> dict[str, Any]:
    """A person's whole record, for the copy of their data that they may ask for."""
    details = details_of(user)
    return {
        "lines": [_row(entry, ("id", "owner_id", "version")) for entry in entries_of(user)],
        "profile": _row(profile_of(user), ("user_id", "version")),
        "personal_details": _row(details, ("user_id", "version")),
    }


def _row(row: Any, left_out: tuple[str, ...]) -> dict[str, Any] | None:
    if row is None:
        return None
    values = {column.key: getattr(row, column.key) for column in row.__table__.columns if column.key not in left_out}
    return {name: _plain(value) for name, value in values.items() if value not in (None, "")}


def _plain(value: Any) -> Any:
    if isinstance(value, Unreadable):
        return str(value)
    return value if isinstance(value, (int, float)) else str(value)


def register(hooks: Hooks) -> None:
    """Bring the record to the copy of a person's data."""
    hooks.personal_data["record"] = _personal_data
