"""The texts of works that a person may see, and what they said before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portfolio.accounts.models import User
from portfolio.core.db import session
from portfolio.core.web.pagination import Page, paginate
from portfolio.criteria.models import RuleHeading
from portfolio.works.models import Work
from portfolio.works.queries import Part, find
from portfolio.works.sections.models import TextOrigin, WorkSection, WorkSectionVersion


@dataclass(frozen=True)
class Place:
    """A heading of a work and the text under it, if anything was ever written there."""

    work: Work
    heading: RuleHeading
    section: WorkSection | None

    @property
    def version(self) -> int:
        """What a form is made from; 0 before the first save."""
        return self.section.version if self.section else 0

    @property
    def body(self) -> str:
        """The present text."""
        return self.section.body if self.section else ""


@dataclass(frozen=True)
class Version:
    """What a section said: when, and who saved it (None in texts from before that was kept)."""

    id: int | None
    number: int
    body: str
    saved_by: User | None
    saved_at: datetime
    origin: TextOrigin = TextOrigin.WRITTEN
    present: bool = False


def find_place(user: Any, work_id: int, heading_code: str) -> Place | None:
    """A heading of a work that this person may see."""
    work = find(user, work_id)
    if work is None:
        return None
    heading = next((heading for heading in work.rule_set.headings if heading.code == heading_code), None)
    return Place(work, heading, section_of(work, heading_code)) if heading else None


def section_of(work: Work, heading_code: str) -> WorkSection | None:
    """The text under a heading, read again."""
    return session.scalar(
        select(WorkSection).where(WorkSection.work_id == work.id, WorkSection.heading_code == heading_code)
    )


def find_kept(user: Any, work_id: int, heading_code: str, kept_id: int) -> Part[WorkSectionVersion] | None:
    """An earlier text of a section that this person may see."""
    place = find_place(user, work_id, heading_code)
    if place is None or place.section is None:
        return None
    kept = session.get(WorkSectionVersion, kept_id)
    return Part(place.work, kept) if kept is not None and kept.section_id == place.section.id else None


def history(section: WorkSection, page: int = 1) -> Page[WorkSectionVersion]:
    """Earlier texts of a section, newest first."""
    statement = (
        select(WorkSectionVersion)
        .where(WorkSectionVersion.section_id == section.id)
        .options(joinedload(WorkSectionVersion.saved_by))
        .order_by(WorkSectionVersion.section_version.desc())
    )
    return paginate(session, statement, page, per_page=10)


def version_of(section: WorkSection, number: int) -> Version | None:
    """The text that a section had in this version, where it was kept, or has."""
    if number == section.version:
        return Version(None, number, section.body, section.saved_by, section.updated_at, section.origin, True)
    kept = session.scalar(
        select(WorkSectionVersion)
        .where(WorkSectionVersion.section_id == section.id, WorkSectionVersion.section_version == number)
        .options(joinedload(WorkSectionVersion.saved_by))
    )
    return Version(kept.id, number, kept.body, kept.saved_by, kept.saved_at, kept.origin) if kept else None


def latest_kept(section: WorkSection) -> int | None:
    """The number of the newest earlier text."""
    return session.scalar(
        select(func.max(WorkSectionVersion.section_version)).where(WorkSectionVersion.section_id == section.id)
    )


def word_counts(work: Work) -> dict[str, int]:
    """Words under each heading, without reading the texts."""
    rows = session.execute(
        select(WorkSection.heading_code, WorkSection.word_count).where(WorkSection.work_id == work.id)
    )
    return {code: words for code, words in rows}
