"""Bibliographic facts of works, and the references they make."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, exists, func, or_, select

from portfolio.core.clock import today
from portfolio.core.db import session
from portfolio.core.web.pagination import Page, paginate
from portfolio.criteria.checks import reuse_is_over
from portfolio.criteria.models import RuleCheck, RuleCheckKind
from portfolio.criteria.queries import checks_of
from portfolio.works.bibliography.kinds import usual_form
from portfolio.works.bibliography.models import Bibliography, EarlierUse
from portfolio.works.bibliography.names import is_thai, latin_author, thai_author
from portfolio.works.bibliography.numbering import Numbered
from portfolio.works.bibliography.reference import AuthorName, Reference
from portfolio.works.models import Contribution, Work
from portfolio.works.queries import OwnPart, Part, find, of_kinds, own_parts_of, visible_to
from portfolio.works.vocabulary import KIND_GROUPS, WorkGroup, WorkKind


def bibliography_of(work: Work) -> Bibliography | None:
    """What is known of a work as a publication."""
    return session.get(Bibliography, work.id)


def reference_of(work: Work) -> Reference:
    """A work as one reference, also where nothing but its title is known."""
    return references_of([work])[work.id]


def references_of(works: Iterable[Work]) -> dict[int, Reference]:
    """The references of several works by id, in the same number of queries for one and for many."""
    found = {work.id: work for work in works}
    if not found:
        return {}
    rows = {row.work_id: row for row in session.scalars(select(Bibliography).where(Bibliography.work_id.in_(found)))}
    people: dict[int, list[Contribution]] = {}
    statement = (
        select(Contribution).where(Contribution.work_id.in_(found)).order_by(Contribution.position, Contribution.id)
    )
    for person in session.scalars(statement):
        people.setdefault(person.work_id, []).append(person)
    return {id: make_reference(work, rows.get(id), people.get(id, [])) for id, work in found.items()}


def make_reference(work: Work, row: Bibliography | None, people: Sequence[Contribution]) -> Reference:
    """Title and authors of the work with its bibliographic facts. Titles and names follow the publication's language;
    what is there in the other script only is given in that one."""
    language = (row.language if row else "") or ("th" if work.title_th else "en")
    thai = language.lower().startswith("th")
    titles = (work.title_th, work.title_en) if thai else (work.title_en, work.title_th)
    title, other = titles if titles[0] else (titles[1], "")
    authors = tuple(author_of(person, thai=thai) for person in people if person.is_author)
    if row is None:
        year = work.period_end.year if work.period_end else None
        return Reference(form=usual_form(work.kind), title=title, title_other=other, authors=authors, year=year)
    return Reference(
        form=row.form,
        title=title,
        title_other=other,
        authors=authors,
        editors=tuple(AuthorName(**entry) for entry in row.editors),
        year=row.year,
        month=row.month,
        day=row.day,
        container_title=row.container_title,
        volume=row.volume,
        issue=row.issue,
        pages=row.pages,
        edition=row.edition,
        publisher=row.publisher,
        publisher_place=row.publisher_place,
        event=row.event,
        event_place=row.event_place,
        number=row.number,
        genre=row.genre,
        doi=row.doi,
        isbn=row.isbn,
        issn=row.issn,
        url=row.url,
        language=row.language,
        abstract=row.abstract,
        keywords=tuple(row.keywords),
        note=row.note,
        key=row.key,
        extra=dict(row.extra),
    )


def author_of(person: Contribution, *, thai: bool) -> AuthorName:
    """A person as cited in a publication of one language; in the other script where that is all there is."""
    thai_name = person.name_th if is_thai(person.name_th) else ""
    latin_name = person.name_en or ("" if thai_name else person.name_th)
    has_latin = bool(person.family_en or latin_name)
    if person.is_literal:
        return AuthorName(literal=(thai_name if thai or not has_latin else latin_name) or latin_name)
    if thai_name and (thai or not has_latin):
        return thai_author(thai_name)
    if person.family_en:
        return AuthorName(family=person.family_en, given=person.given_en)
    return latin_author(latin_name)


def uses_of(works: Iterable[Work]) -> dict[int, list[EarlierUse]]:
    """Earlier uses of these works by work id, the newest first."""
    ids = [work.id for work in works]
    found: dict[int, list[EarlierUse]] = {id: [] for id in ids}
    statement = select(EarlierUse).where(EarlierUse.work_id.in_(ids))
    for use in session.scalars(statement.order_by(EarlierUse.year.desc(), EarlierUse.id.desc())):
        found[use.work_id].append(use)
    return found


def bibliographies_of(works: Iterable[Work]) -> dict[int, Bibliography]:
    """Bibliographic facts of these works by work id, where there are any."""
    ids = [work.id for work in works]
    return {row.work_id: row for row in session.scalars(select(Bibliography).where(Bibliography.work_id.in_(ids)))}


def find_use(user: Any, work_id: int, use_id: int) -> Part[EarlierUse] | None:
    """An earlier use of a work that this person may see."""
    work = find(user, work_id)
    use = session.get(EarlierUse, use_id) if work else None
    return Part(work, use) if work is not None and use is not None and use.work_id == work.id else None


def same_doi(owner_id: int, doi: str) -> list[Work]:
    """A person's works with this DOI."""
    statement = select(Work).join(Bibliography, Bibliography.work_id == Work.id)
    return list(session.scalars(statement.where(Work.owner_id == owner_id, Bibliography.doi == doi)))


@dataclass(frozen=True)
class Used:
    """Whether a work was used in an earlier request: `uses`, or the statement that there was none, or nothing said."""

    uses: Sequence[EarlierUse]
    never: bool

    @property
    def word(self) -> Any:
        """In a word."""
        if self.uses:
            return _l("Used before")
        return _l("Never used") if self.never else _l("Not said yet")


def used_of(works: Iterable[Work]) -> dict[int, Used]:
    """What is said of earlier use, by work id."""
    found = list(works)
    uses = uses_of(found)
    never = select(Bibliography.work_id).where(Bibliography.work_id.in_(uses), Bibliography.never_used)
    stated = set(session.scalars(never))
    return {work.id: Used(uses[work.id], work.id in stated) for work in found}


def years_of(work_ids: Iterable[int]) -> dict[int, int | None]:
    """The CE year of publication by work id, where a work is known as a publication."""
    statement = select(Bibliography.work_id, Bibliography.year).where(Bibliography.work_id.in_(list(work_ids)))
    return {work_id: year for work_id, year in session.execute(statement)}


def says_use(work_id: Any) -> ColumnElement[bool]:
    """Whether a work says whether it was used before, as a column beside `work_id` in a select of works."""
    noted = exists().where(EarlierUse.work_id == work_id).correlate_except(EarlierUse)
    stated = exists().where(Bibliography.work_id == work_id, Bibliography.never_used).correlate_except(Bibliography)
    return or_(noted, stated)


def reuse_warning(work: Work, uses: Iterable[EarlierUse]) -> RuleCheck | None:
    """The rule on using a work again that an earlier result of this work no longer meets, if there is one."""
    for check in checks_of(work.rule_set, RuleCheckKind.REUSE):
        if any(reuse_is_over(check.terms, use.year, today()) for use in uses):
            return check
    return None


def numbered_of(works: Iterable[Work]) -> list[Numbered]:
    """What the numbers of the form rest on, in the order in which the works come."""
    found = list(works)
    ids = [work.id for work in found]
    years, parts = years_of(ids), own_parts_of(ids)
    return [_numbered(work, years.get(work.id), next(iter(parts.get(work.id, ())), None)) for work in found]


def _numbered(work: Work, published: int | None, own: OwnPart | None) -> Numbered:
    year = published or (work.period_end.year if work.period_end else None)
    return Numbered(
        id=work.id,
        group=KIND_GROUPS[work.kind],
        roles=own.roles if own else (),
        place=own.place if own else None,
        year=year,
    )


def cite_page(
    user: Any, *, page: int = 1, kind: WorkKind | None = None, group: WorkGroup | None = None
) -> Page[tuple[Work, Reference]]:
    """A person's works as references, the newest first, a page at a time."""
    statement = (
        of_kinds(visible_to(user).where(Work.archived_at.is_(None)), kind, group)
        .outerjoin(Bibliography, Bibliography.work_id == Work.id)
        .order_by(func.coalesce(Bibliography.year, 0).desc(), Work.id.desc())
    )
    found = paginate(session, statement, page)
    references = references_of(found.items)
    return Page([(work, references[work.id]) for work in found.items], found.number, found.per_page, found.has_next)
