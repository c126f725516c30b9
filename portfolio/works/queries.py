"""Works a person may see, and what their pages need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, load_only

from portfolio.accounts.models import User
from portfolio.core.db import escape_like, session
from portfolio.core.hooks import Hooks
from portfolio.core.web.pagination import Page, paginate
from portfolio.criteria.models import RuleHeading, RuleSet, Standing
from portfolio.criteria.queries import current_rule_sets
from portfolio.works.models import ChangeRecord, Contribution, Work, WorkSection, WorkSectionVersion

Row = TypeVar("Row")


@dataclass(frozen=True)
class Part(Generic[Row]):
    """A row that belongs to a work, with that work, which is what permission is asked about."""

    work: Work
    row: Row


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
class WorkLine:
    """A work in a list: how many of its headings have text."""

    work: Work
    filled: int
    headings: int


def visible_to(user: Any) -> Select[Work]:
    """A person's own works, set aside or not. Everybody else reads snapshots."""
    return select(Work).where(Work.owner_id == user.id)


def find(user: Any, work_id: int) -> Work | None:
    """One work with its rule set and headings."""
    options = joinedload(Work.rule_set).selectinload(RuleSet.headings)
    return session.scalar(visible_to(user).where(Work.id == work_id).options(options))


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


def find_contribution(user: Any, work_id: int, contribution_id: int) -> Part[Contribution] | None:
    """A person named in a work that this user may see."""
    work = find(user, work_id)
    row = session.get(Contribution, contribution_id) if work else None
    return Part(work, row) if work is not None and row is not None and row.work_id == work.id else None


def find_change_record(user: Any, work_id: int, record_id: int) -> Part[ChangeRecord] | None:
    """An indicator of a work that this user may see."""
    work = find(user, work_id)
    row = session.get(ChangeRecord, record_id) if work else None
    return Part(work, row) if work is not None and row is not None and row.work_id == work.id else None


def history(section: WorkSection, page: int = 1) -> Page[WorkSectionVersion]:
    """Earlier texts of a section, newest first."""
    statement = (
        select(WorkSectionVersion)
        .where(WorkSectionVersion.section_id == section.id)
        .order_by(WorkSectionVersion.section_version.desc())
    )
    return paginate(session, statement, page, per_page=10)


def word_counts(work: Work) -> dict[str, int]:
    """Words under each heading, without reading the texts."""
    rows = session.execute(
        select(WorkSection.heading_code, WorkSection.word_count).where(WorkSection.work_id == work.id)
    )
    return {code: words for code, words in rows}


def index_page(user: Any, *, page: int = 1, term: str = "", archived: bool = False) -> Page[WorkLine]:
    """A person's works, the latest changed first."""
    filled = (
        select(func.count(WorkSection.id))
        .where(WorkSection.work_id == Work.id, WorkSection.word_count > 0)
        .correlate(Work)
        .scalar_subquery()
    )
    headings = (
        select(func.count(RuleHeading.id))
        .where(RuleHeading.rule_set_id == Work.rule_set_id)
        .correlate(Work)
        .scalar_subquery()
    )
    statement = (
        visible_to(user)
        .add_columns(filled, headings)
        .where(Work.archived_at.is_not(None) if archived else Work.archived_at.is_(None))
        .order_by(Work.updated_at.desc(), Work.id.desc())
    )
    if term:
        like = f"%{escape_like(term)}%"
        statement = statement.where(or_(Work.title_th.ilike(like, escape="\\"), Work.title_en.ilike(like, escape="\\")))
    found = paginate(session, statement, page)
    lines = [WorkLine(work, words, all_headings) for work, words, all_headings in found.items]
    return Page(lines, found.number, found.per_page, found.has_next)


def has_archived(user: Any) -> bool:
    """Whether this person has set a work aside."""
    return session.scalar(visible_to(user).where(Work.archived_at.is_not(None)).limit(1)) is not None


def has_works(user: Any) -> bool:
    """Whether this person has written anything yet."""
    return session.scalar(visible_to(user).where(Work.archived_at.is_(None)).limit(1)) is not None


def own_works(user: Any) -> list[Work]:
    """A person's works that are not set aside, by title, for choosing among them."""
    return list(session.scalars(visible_to(user).where(Work.archived_at.is_(None)).order_by(Work.title_th, Work.id)))


def usable_rule_sets() -> list[RuleSet]:
    """What a new work may be written under, the national rules first."""
    return sorted(current_rule_sets(), key=lambda rules: (rules.standing is not Standing.NATIONAL, -rules.be_year))


def _listing() -> list[dict[str, Any]]:
    statement = (
        select(Work, User.email)
        .join(User, Work.owner_id == User.id)
        .options(load_only(Work.title_th, Work.title_en, Work.archived_at))
        .order_by(Work.id)
    )
    return [
        {
            "id": work.id,
            "title_th": work.title_th,
            "title_en": work.title_en,
            "owner": email,
            "archived": work.archived_at is not None,
        }
        for work, email in session.execute(statement)
    ]


def _personal_data(user: User) -> list[dict[str, Any]]:
    """What a person wrote, for the copy of their data that they may ask for."""
    return [
        {
            "title_th": work.title_th,
            "title_en": work.title_en,
            "created_at": work.created_at.isoformat(),
            "sections": {section.heading_code: section.body for section in work.sections},
            "people": [row.name_th for row in work.contributions],
        }
        for work in session.scalars(visible_to(user).order_by(Work.id))
    ]


def register(hooks: Hooks) -> None:
    """Bring works to the `list` command and to the copy of a person's data."""
    hooks.lists("works", _listing)
    hooks.personal_data["works"] = _personal_data
