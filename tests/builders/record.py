"""Records for tests."""

from __future__ import annotations

from typing import Any

from portfolio.accounts.models import User
from portfolio.core.db import session
from portfolio.record.models import AcademicRank, CvEntry, CvKind, PersonalDetails, RecordProfile


def make_cv_entry(
    owner: User, kind: CvKind = CvKind.EDUCATION, *, title_th: str = "วศ.ด.", position: int = 1, **fields: Any
) -> CvEntry:
    """A line of an academic's record; an appointment is a lecturer's unless told otherwise."""
    if kind is CvKind.APPOINTMENT:
        fields = {"rank": AcademicRank.LECTURER, **fields}
    entry = CvEntry(owner_id=owner.id, kind=kind, title_th=title_th, position=position, **fields)
    session.add(entry)
    session.flush()
    return entry


def make_profile(owner: User, **fields: Any) -> RecordProfile:
    """What the form asks once."""
    profile = RecordProfile(user_id=owner.id, **fields)
    session.add(profile)
    session.flush()
    return profile


def make_details(owner: User, **fields: Any) -> PersonalDetails:
    """What only the academic sees."""
    details = PersonalDetails(user_id=owner.id, **fields)
    session.add(details)
    session.flush()
    return details
