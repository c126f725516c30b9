"""Works a person may see, and what their pages need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload, load_only, selectinload

from portfolio.accounts.models import User
from portfolio.core.db import escape_like, session, while_reading
from portfolio.core.hooks import Hooks
from portfolio.core.web.pagination import Page, paginate
from portfolio.criteria.models import RuleHeading, RuleSet, Standing
from portfolio.criteria.queries import current_rule_sets
from portfolio.organizations.delegations.queries import whose
from portfolio.works.models import Contribution, Work, roles_of
from portfolio.works.sections.models import WorkSection
from portfolio.works.vocabulary import KIND_GROUPS, ContributionRole, WorkGroup, WorkKind

Row = TypeVar("Row")


@dataclass(frozen=True)
class Part(Generic[Row]):
    """A row that belongs to a work, with that work, which is what permission is asked about."""

    work: Work
    row: Row


@dataclass(frozen=True)
class WorkLine:
    """A work in a list: how many of its headings have text."""

    work: Work
    filled: int
    headings: int


def visible_to(user: Any) -> Select[Work]:
    """A person's own works, set aside or not. Everybody else reads snapshots."""
    return select(Work).where(Work.owner_id == whose(user).id)


def find(user: Any, work_id: int) -> Work | None:
    """One work with its rule set and headings."""
    options = joinedload(Work.rule_set).selectinload(RuleSet.headings)
    return session.scalar(visible_to(user).where(Work.id == work_id).options(options))


def load_whole(work_ids: Iterable[int]) -> list[Work]:
    """These works with everything of their own, in the same number of queries for one and for many. As long as the list
    is held, whoever asks one of them for its texts, people or figures asks no database."""
    options = (Work.sections, Work.contributions, Work.change_records, Work.sdgs, Work.change_domains, Work.missions)
    statement = (
        select(Work)
        .where(Work.id.in_(list(work_ids)))
        .options(
            joinedload(Work.rule_set).selectinload(RuleSet.headings), *(selectinload(belongs) for belongs in options)
        )
    )
    return list(session.scalars(statement))


def find_contribution(user: Any, work_id: int, contribution_id: int) -> Part[Contribution] | None:
    """A person named in a work that this user may see."""
    work = find(user, work_id)
    row = session.get(Contribution, contribution_id) if work else None
    return Part(work, row) if work is not None and row is not None and row.work_id == work.id else None


@dataclass(frozen=True)
class OwnPart:
    """What the academic is in a work: every role, the main one first, and the place among its authors, from 1; None
    for somebody who is no author."""

    roles: tuple[ContributionRole, ...]
    place: int | None


def own_parts_of(work_ids: Iterable[int]) -> dict[int, list[OwnPart]]:
    """What the academic is in each of these works that says it, in the order of its people. One query, which reads
    nobody else; made once for a page."""
    ids = tuple(work_ids)
    return while_reading(("own parts", ids), lambda: _own_parts_of(ids))


def _own_parts_of(work_ids: Sequence[int]) -> dict[int, list[OwnPart]]:
    before = aliased(Contribution)
    earlier = or_(
        before.position < Contribution.position,
        and_(before.position == Contribution.position, before.id <= Contribution.id),
    )
    place = (
        select(func.count())
        .where(before.work_id == Contribution.work_id, before.is_author, earlier)
        .correlate(Contribution)
        .scalar_subquery()
    )
    statement = (
        select(
            Contribution.work_id,
            Contribution.role,
            Contribution.also_corresponding,
            Contribution.also_intellectual,
            Contribution.is_author,
            place,
        )
        .where(Contribution.work_id.in_(work_ids), Contribution.is_owner)
        .order_by(Contribution.work_id, Contribution.position, Contribution.id)
    )
    found: dict[int, list[OwnPart]] = {}
    for work_id, role, corresponding, intellectual, is_author, among in session.execute(statement):
        roles = roles_of(role, corresponding=corresponding, intellectual=intellectual)
        found.setdefault(work_id, []).append(OwnPart(roles, among if is_author else None))
    return found


def of_kinds(statement: Select[Any], kind: WorkKind | None, group: WorkGroup | None) -> Select[Any]:
    """Only works of a kind, or of a group of kinds; without either all."""
    if kind is not None:
        return statement.where(Work.kind == kind)
    if group is not None:
        return statement.where(Work.kind.in_([word for word, its in KIND_GROUPS.items() if its is group]))
    return statement


def index_page(
    user: Any,
    *,
    page: int = 1,
    term: str = "",
    archived: bool = False,
    kind: WorkKind | None = None,
    group: WorkGroup | None = None,
) -> Page[WorkLine]:
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
    found = paginate(session, of_kinds(statement, kind, group), page)
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
