"""What can be done with a work as a publication. Nothing here commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update

from portfolio.accounts.models import User
from portfolio.core.audit.operations import record
from portfolio.core.clock import now
from portfolio.core.db import Stale, check_version, lock, session
from portfolio.core.permissions import demand
from portfolio.criteria.models import RuleSet
from portfolio.works.bibliography import identifiers
from portfolio.works.bibliography.identifiers import IdentifierError
from portfolio.works.bibliography.kinds import usual_form
from portfolio.works.bibliography.models import Bibliography, EarlierResult, EarlierUse, ScopusQuartile
from portfolio.works.bibliography.names import folded, is_thai, thai_share
from portfolio.works.bibliography.reference import OTHERS_KEPT, AuthorName, PublicationForm, Reference
from portfolio.works.models import Contribution, Work
from portfolio.works.operations import WorkFacts, begin_work
from portfolio.works.permissions import WorkAction, WorkPermission
from portfolio.works.vocabulary import ContributionRole, WorkKind

TITLE_LIMIT = 500
PROSE_LIMIT = 20_000
NAME_LIMIT = 120
LIMITS: dict[str, int] = {
    "container_title": 500,
    "volume": 60,
    "issue": 60,
    "pages": 60,
    "edition": 60,
    "publisher": 300,
    "publisher_place": 200,
    "event": 500,
    "event_place": 200,
    "number": 120,
    "genre": 200,
    "language": 35,
    "key": 300,
    "url": 2_000,
    "abstract": PROSE_LIMIT,
    "note": PROSE_LIMIT,
}
"""Characters that each field of a reference may have."""

_NORMALISE = {
    "doi": identifiers.normalise_doi,
    "isbn": identifiers.normalise_isbn,
    "issn": identifiers.normalise_issn,
    "url": identifiers.normalise_url,
}


class TooLongError(ValueError):
    """A field of a reference is longer than can be kept; says which, and how long it may be."""

    def __init__(self, field: str, limit: int, length: int) -> None:
        super().__init__(f"{field} has {length} characters; at most {limit} can be kept")
        self.field, self.limit, self.length = field, limit, length


class UsedBeforeError(Exception):
    """A work whose earlier use is noted cannot be stated never to have been used."""


@dataclass(frozen=True)
class PublicationFields:
    """A work as a publication, as a form gives it; identifiers are in their one spelling already."""

    form: PublicationForm
    container_title: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    edition: str = ""
    publisher: str = ""
    publisher_place: str = ""
    event: str = ""
    event_place: str = ""
    number: str = ""
    genre: str = ""
    year: int | None = None
    month: int | None = None
    day: int | None = None
    doi: str = ""
    isbn: str = ""
    issn: str = ""
    url: str = ""
    language: str = ""
    abstract: str = ""
    keywords: Sequence[str] = ()
    editors: Sequence[AuthorName] = ()
    note: str = ""
    tci_tier: int | None = None
    scopus_quartile: ScopusQuartile | None = None
    other_databases: str = ""
    impact_factor: Decimal | None = None
    impact_factor_year: int | None = None
    citations: int | None = None
    citations_database: str = ""
    citations_as_at: date | None = None


@dataclass(frozen=True)
class UseFields:
    """An earlier request in which a work was used. The year is CE."""

    position_code: str
    year: int
    rules: str = ""
    field: str = ""
    level: str = ""
    result: EarlierResult = EarlierResult.PASSED


def create_from_reference(*, actor: User, rule_set: RuleSet, kind: WorkKind, reference: Reference) -> Work:
    """A new work from a reference. Whether it is there already is for the caller to find out.

    Raises TooLongError. The academic's own name among the authors is marked as theirs.
    """
    _check_lengths(reference)
    title_th, title_en = _titles(reference)
    facts = WorkFacts(kind=kind, title_th=title_th, title_en=title_en)
    work = begin_work(actor=actor, rule_set=rule_set, facts=facts, name_owner=not reference.authors)
    _write_reference(work, reference)
    return work


def apply_reference(*, actor: User, work: Work, reference: Reference) -> None:
    """Let a reference say what a work is as a publication: titles, authors and every bibliographic field.

    Authors who are named already keep their role and part; people whom the reference does not name stay, as
    contributors who are no authors. What the academic noted of databases, citations and earlier use stays. A number
    that fails its check (DOI, ISBN, ISSN, address) is kept in `extra` and cited nowhere. Raises TooLongError.
    """
    demand(WorkPermission.EDIT, actor, work)
    _check_lengths(reference)
    lock(work)
    title_th, title_en = _titles(reference)
    work.title_th, work.title_en = title_th or work.title_th, title_en or work.title_en
    work.updated_at = now()
    session.flush()
    _write_reference(work, reference)
    record(action=WorkAction.UPDATE, actor_id=actor.id, subject_type="work", subject_id=work.id)


def update_publication(
    *, actor: User, work: Work, fields: PublicationFields, version: int, authors_are_whole: bool = False
) -> Bibliography:
    """Change what is known of a work as a publication. `version` is 0 before the first save. Raises Stale.

    `authors_are_whole` ends what the source said, that its list of authors names only some.
    """
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    row = _row_of(work, expected=version)
    for name, value in _plain(asdict(fields)).items():
        setattr(row, name, value)
    if authors_are_whole:
        row.extra = {name: text for name, text in row.extra.items() if name != OTHERS_KEPT}
    row.updated_at = now()
    _touch(work)
    record(action=WorkAction.UPDATE, actor_id=actor.id, subject_type="work", subject_id=work.id)
    return row


def add_use(*, actor: User, work: Work, fields: UseFields) -> EarlierUse:
    """Note an earlier use; an equal one is not added twice. It ends the statement that there was none."""
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    values = asdict(fields)
    for row in session.scalars(select(EarlierUse).where(EarlierUse.work_id == work.id)):
        if all(getattr(row, name) == value for name, value in values.items()):
            return row
    use = EarlierUse(work_id=work.id, work=work, **values)
    session.add(use)
    _never(work, False)
    _touch(work)
    return use


def update_use(*, actor: User, work: Work, use: EarlierUse, fields: UseFields, version: int) -> None:
    """Change what is said of an earlier use. Raises Stale."""
    demand(WorkPermission.EDIT, actor, work)
    lock(use)
    check_version(use, version)
    for name, value in asdict(fields).items():
        setattr(use, name, value)
    _touch(work)


def remove_use(*, actor: User, work: Work, use: EarlierUse) -> None:
    """Take an earlier use off the record of a work."""
    demand(WorkPermission.EDIT, actor, work)
    session.delete(use)
    _touch(work)


def declare_never_used(*, actor: User, work: Work, never_used: bool) -> None:
    """State that a work was never used in a request, or take that back. Raises UsedBeforeError where a use is noted."""
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    noted = session.scalar(select(EarlierUse.id).where(EarlierUse.work_id == work.id).limit(1))
    if never_used and noted is not None:
        raise UsedBeforeError
    _never(work, never_used)
    _touch(work)


def _never(work: Work, never_used: bool) -> None:
    row = session.get(Bibliography, work.id)
    if row is None and not never_used:
        return
    (row or _row_of(work)).never_used = never_used


def _touch(work: Work) -> None:
    """Note the time without a new version of the work: its form of facts in another tab stays good."""
    session.flush()
    table = Work.__table__
    session.execute(update(table).where(table.c.id == work.id).values(updated_at=now()))  # type: ignore[arg-type]
    session.expire(work, ["updated_at"])


def _row_of(work: Work, expected: int | None = None) -> Bibliography:
    row = session.get(Bibliography, work.id, populate_existing=True)
    if expected is not None and (row.version if row else 0) != expected:
        raise Stale
    if row is None:
        row = Bibliography(work_id=work.id, form=usual_form(work.kind), work=work)
        session.add(row)
    return row


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the columns hold them."""
    plain = dict(values)
    plain["keywords"] = list(plain["keywords"])
    plain["editors"] = [dict(editor) for editor in plain["editors"]]
    return plain


def _write_reference(work: Work, reference: Reference) -> None:
    row = _row_of(work)
    extra = {str(name): str(value) for name, value in reference.extra.items()}
    for name in LIMITS:
        if name != "url":
            setattr(row, name, getattr(reference, name))
    for name, normalise in _NORMALISE.items():
        given = getattr(reference, name)
        try:
            setattr(row, name, normalise(given))
        except IdentifierError:
            setattr(row, name, "")
            extra[name] = given
    title_th, title_en = _titles(reference)
    if not row.language and title_th and title_en:
        row.language = "th" if is_thai(reference.title) else "en"
    row.form = reference.form
    row.year, row.month, row.day = reference.year, reference.month, reference.day
    row.keywords = list(reference.keywords)
    row.editors = [asdict(editor) for editor in reference.editors]
    row.extra = extra
    row.updated_at = now()
    session.flush()
    if reference.authors:
        _write_authors(work, reference.authors)


def _titles(reference: Reference) -> tuple[str, str]:
    """The Thai title and the other one. An English title may quote a Thai word: of two, the more Thai one is it."""
    title, other = reference.title, reference.title_other
    return (title, other) if is_thai(title) and thai_share(title) >= thai_share(other) else (other, title)


def _check_lengths(reference: Reference) -> None:
    for name, limit in {**LIMITS, "title": TITLE_LIMIT, "title_other": TITLE_LIMIT}.items():
        length = len(getattr(reference, name))
        if length > limit:
            raise TooLongError(name, limit, length)
    for author in (*reference.authors, *reference.editors):
        longest = max(len(author.family), len(author.given), len(author.literal) - 80)
        if longest > NAME_LIMIT:
            raise TooLongError("author", NAME_LIMIT, longest)


def _write_authors(work: Work, authors: Sequence[AuthorName]) -> None:
    """Bring the people of a work into the order of a reference's authors, matching them by name."""
    statement = select(Contribution).where(Contribution.work_id == work.id)
    present = list(session.scalars(statement.order_by(Contribution.position, Contribution.id)))
    owner = work.owner
    owned = any(person.is_owner for person in present)
    ordered: list[Contribution] = []
    for place, author in enumerate(authors):
        person = next((row for row in present if row not in ordered and _is(row, author)), None)
        if person is None:
            role = ContributionRole.CO_AUTHOR if place else ContributionRole.FIRST_AUTHOR
            person = Contribution(work_id=work.id, position=0, role=role, name_th=author.full, is_owner=False)
            session.add(person)
        if not author.is_thai:
            person.name_en = author.full
            person.family_en, person.given_en = author.family, author.given
        elif not is_thai(person.name_th):
            person.name_th = author.full
        person.is_literal, person.is_author = bool(author.literal), True
        if not owned and _is_owner(owner, author):
            person.is_owner = owned = True
        ordered.append(person)
    for person in present:
        if person not in ordered:
            person.is_author = False
            ordered.append(person)
    for position, person in enumerate(ordered, start=1):
        person.position = position
    session.flush()
    session.expire(work, ["contributions"])


def _is_owner(owner: User, author: AuthorName) -> bool:
    """Whether an author is the academic; given names of other authors' lists are often initials only."""
    if folded(author.full) in {folded(name) for name in (owner.name_th, owner.name_en) if name}:
        return True
    initial = author.given[:1].casefold()
    same_family = bool(author.family) and author.family.casefold() == owner.family_name_en.casefold()
    is_short = len(author.given.split(".")[0].strip()) == 1
    return same_family and is_short and owner.given_name_en.casefold().startswith(initial)


def _is(person: Contribution, author: AuthorName) -> bool:
    wanted = folded(author.full)
    latin = f"{person.given_en} {person.family_en}".strip()
    return bool(wanted) and wanted in {folded(name) for name in (person.name_th, person.name_en, latin) if name}
