"""Selects of editions, releases and downloads, each through what the person may see."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, false, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portfolio.core.db import escape_like, session
from portfolio.core.web.pagination import Page, paginate
from portfolio.dossier.models import Download, Edition, EditionFile, EditionKind, EditionState, FileFormat, Release
from portfolio.organizations.models import Organization, OrganizationKind, Role
from portfolio.organizations.queries import has_role, hr_universities
from portfolio.partners.frozen import PARTNER
from portfolio.portfolios.models import Portfolio
from portfolio.submissions.consent import sealed_of_partner
from portfolio.submissions.models import SealedValue, Submission, SubmissionState

_WITH_FILES = (
    selectinload(Edition.files).joinedload(EditionFile.stored_file),
    joinedload(Edition.revocation),
    joinedload(Edition.portfolio),
    joinedload(Edition.job),
)


@dataclass(frozen=True)
class Copy:
    """A file about to be fetched: of an edition, and by which release, if not by its owner."""

    file: EditionFile
    edition: Edition
    release: Release | None = None


def visible_to(user: Any) -> Select[Edition]:
    """Editions of the person's own portfolios."""
    return select(Edition).join(Edition.portfolio).where(Portfolio.owner_id == user.id)


def find(user: Any, edition_id: int) -> Edition | None:
    """An edition of the person's own portfolios, with its files."""
    return session.scalar(visible_to(user).where(Edition.id == edition_id).options(*_WITH_FILES))


def find_portfolio(user: Any, portfolio_id: int) -> Portfolio | None:
    """A portfolio of this person."""
    return session.scalar(
        select(Portfolio)
        .where(Portfolio.id == portfolio_id, Portfolio.owner_id == user.id)
        .options(joinedload(Portfolio.rule_set))
    )


def any_portfolio(portfolio_id: int) -> Portfolio | None:
    """Any portfolio, for the operator's command line."""
    return session.scalar(select(Portfolio).where(Portfolio.id == portfolio_id).options(joinedload(Portfolio.owner)))


def decided_portfolios() -> list[Portfolio]:
    """Portfolios with a decided submission: what the sample data prints."""
    decided = select(Submission.portfolio_id).where(Submission.state == SubmissionState.DECIDED)
    statement = select(Portfolio).where(Portfolio.id.in_(decided)).options(joinedload(Portfolio.owner))
    return list(session.scalars(statement.order_by(Portfolio.id)))


def editions_of(portfolio: Portfolio, page: int) -> Page[Edition]:
    """A portfolio's editions, newest first."""
    statement = select(Edition).where(Edition.portfolio_id == portfolio.id).options(*_WITH_FILES)
    return paginate(session, statement.order_by(Edition.id.desc()), page)


def own_portfolios(user: Any, page: int) -> Page[Any]:
    """The person's portfolios with their latest ready edition, newest first: rows of (Portfolio, Edition | None)."""
    latest = (
        select(Edition.portfolio_id, func.max(Edition.id).label("edition_id"))
        .where(Edition.state == EditionState.READY)
        .group_by(Edition.portfolio_id)
        .join(Portfolio, Portfolio.id == Edition.portfolio_id)
        .where(Portfolio.owner_id == user.id)
        .subquery()
    )
    statement: Any = (
        select(Portfolio, Edition)
        .outerjoin(latest, latest.c.portfolio_id == Portfolio.id)
        .outerjoin(Edition, Edition.id == latest.c.edition_id)
        .where(Portfolio.owner_id == user.id, Portfolio.archived_at.is_(None))
        .options(joinedload(Edition.revocation))
        .order_by(Portfolio.id.desc())
    )
    return paginate(session, statement, page)


def recent_editions(user: Any, at_most: int) -> list[Edition]:
    """The person's newest editions, for the home page."""
    statement = visible_to(user).options(joinedload(Edition.revocation), joinedload(Edition.portfolio))
    return list(session.scalars(statement.order_by(Edition.id.desc()).limit(at_most)))


def current_editions(portfolio: Portfolio) -> list[Edition]:
    """The editions of a portfolio that no newer one has replaced, newest first."""
    return list(
        session.scalars(
            select(Edition)
            .where(Edition.portfolio_id == portfolio.id, Edition.superseded_at.is_(None))
            .options(joinedload(Edition.revocation))
            .order_by(Edition.id.desc())
            .limit(10)
        )
    )


def current_edition(portfolio: Portfolio, kind: EditionKind, language: str) -> Edition | None:
    """The latest edition of a kind and language that no newer one has replaced and nobody revoked."""
    return session.scalar(
        select(Edition)
        .where(
            Edition.portfolio_id == portfolio.id,
            Edition.kind == kind,
            Edition.language == language,
            Edition.state != EditionState.FAILED,
            Edition.superseded_at.is_(None),
        )
        .options(*_WITH_FILES)
        .order_by(Edition.id.desc())
        .limit(1)
    )


def superseded_by(edition: Edition) -> list[Edition]:
    """Ready editions that this one, once ready, replaces: same portfolio, kind and language, made before it."""
    return list(
        session.scalars(
            select(Edition).where(
                Edition.portfolio_id == edition.portfolio_id,
                Edition.kind == edition.kind,
                Edition.language == edition.language,
                Edition.state == EditionState.READY,
                Edition.superseded_at.is_(None),
                Edition.id < edition.id,
            )
        )
    )


def printing_partner(in_work_id: int) -> list[Edition]:
    """Valid editions, ready or being made, of snapshots that hold a partner of this work."""
    held = select(SealedValue.snapshot_id).where(SealedValue.id.in_([v.id for v in sealed_of_partner(in_work_id)]))
    statement = (
        select(Edition)
        .where(Edition.snapshot_id.in_(held), Edition.superseded_at.is_(None))
        .where(Edition.state.in_([EditionState.READY, EditionState.WAITING]))
        .order_by(Edition.id)
    )
    return [edition for edition in session.scalars(statement) if edition.revocation is None]


def prints_withdrawn(edition: Edition) -> bool:
    """Whether a partner has withdrawn, since this edition was asked for, what its files may print."""
    known = json.loads(edition.inputs).get("withdrawn", [])
    statement = select(SealedValue.digest).where(
        SealedValue.snapshot_id == edition.snapshot_id,
        SealedValue.erased_at.is_not(None),
        SealedValue.name.startswith(PARTNER),
    )
    return not set(session.scalars(statement)) <= set(known)


def get(edition_id: int) -> Edition | None:
    """Any edition, for the job that builds it."""
    return session.scalar(select(Edition).where(Edition.id == edition_id).options(*_WITH_FILES))


def file_of(edition: Edition, file_format: str) -> EditionFile | None:
    """The edition's file in a format, where there is one."""
    return next((file for file in edition.files if file.format == file_format), None)


def find_copy(user: Any, edition_id: int, file_format: str) -> Copy | None:
    """A file of one of this person's editions."""
    edition = find(user, edition_id)
    file = file_of(edition, file_format) if edition else None
    return Copy(file, edition) if edition and file else None


# Releases ---------------------------------------------------------------------------------------


def university(university_id: int) -> Organization | None:
    """One university."""
    return session.scalar(
        select(Organization).where(Organization.id == university_id, Organization.kind == OrganizationKind.UNIVERSITY)
    )


def releases_of(edition: Edition) -> list[Any]:
    """An edition's releases with the number of fetches of each: rows of (Release, int), newest first."""
    fetched = (
        select(Download.release_id, func.count().label("times"))
        .where(Download.edition_id == edition.id, Download.release_id.is_not(None))
        .group_by(Download.release_id)
        .subquery()
    )
    statement = (
        select(Release, func.coalesce(fetched.c.times, 0))
        .outerjoin(fetched, fetched.c.release_id == Release.id)
        .where(Release.edition_id == edition.id)
        .options(joinedload(Release.university))
        .order_by(Release.id.desc())
    )
    return list(session.execute(statement))


def live_release(edition: Edition, university_id: int) -> Release | None:
    """The release of an edition to a university that was not taken back."""
    return session.scalar(
        select(Release).where(
            Release.edition_id == edition.id, Release.university_id == university_id, Release.withdrawn_at.is_(None)
        )
    )


def find_own_release(user: Any, release_id: int) -> Release | None:
    """A release of one of this person's editions."""
    return session.scalar(
        select(Release)
        .join(Release.edition)
        .join(Edition.portfolio)
        .where(Release.id == release_id, Portfolio.owner_id == user.id)
        .options(joinedload(Release.edition).joinedload(Edition.portfolio), joinedload(Release.university))
    )


def downloads_of(edition: Edition, page: int) -> Page[Download]:
    """Who fetched an edition, newest first."""
    statement = select(Download).where(Download.edition_id == edition.id).options(joinedload(Download.user))
    return paginate(session, statement.order_by(Download.id.desc()), page)


# HR's inbox -------------------------------------------------------------------------------------


def inbox(user: Any) -> Select[Release]:
    """Releases to the universities this person receives for. What was taken back is gone."""
    return select(Release).where(Release.university_id.in_(hr_universities(user)), Release.withdrawn_at.is_(None))


def inbox_page(user: Any, page: int, *, search: str = "", only_new: bool = False) -> Page[Any]:
    """The inbox, newest first: rows of (Release, whether anybody of this university fetched it)."""
    fetched = exists().where(Download.release_id == Release.id)
    statement = (
        inbox(user)
        .add_columns(fetched)
        .join(Release.edition)
        .join(Edition.portfolio)
        .options(
            joinedload(Release.edition).joinedload(Edition.portfolio).joinedload(Portfolio.owner),
            joinedload(Release.edition).joinedload(Edition.revocation),
            joinedload(Release.edition).selectinload(Edition.files).joinedload(EditionFile.stored_file),
            joinedload(Release.university),
        )
        .order_by(Release.released_at.desc(), Release.id.desc())
    )
    if search:
        like = f"%{escape_like(search)}%"
        statement = statement.where(
            or_(
                Edition.number.ilike(like, escape="\\"),
                Portfolio.title_th.ilike(like, escape="\\"),
                Portfolio.title_en.ilike(like, escape="\\"),
            )
        )
    if only_new:
        statement = statement.where(~fetched)
    return paginate(session, statement, page)


def new_in_inbox(user: Any, at_most: int) -> list[Release]:
    """The newest releases that nobody of this university has fetched yet."""
    statement = (
        inbox(user)
        .where(~exists().where(Download.release_id == Release.id))
        .options(joinedload(Release.edition).joinedload(Edition.portfolio).joinedload(Portfolio.owner))
        .order_by(Release.released_at.desc(), Release.id.desc())
    )
    return list(session.scalars(statement.limit(at_most)))


def find_received(user: Any, release_id: int) -> Release | None:
    """A release in this person's inbox, with the edition's files."""
    return session.scalar(
        inbox(user)
        .where(Release.id == release_id)
        .options(
            joinedload(Release.edition).joinedload(Edition.portfolio).joinedload(Portfolio.owner),
            joinedload(Release.edition).joinedload(Edition.revocation),
            joinedload(Release.edition).selectinload(Edition.files).joinedload(EditionFile.stored_file),
            joinedload(Release.university),
        )
    )


def find_received_copy(user: Any, release_id: int, file_format: str) -> Copy | None:
    """A file of an edition in this person's inbox."""
    release = find_received(user, release_id)
    file = file_of(release.edition, file_format) if release else None
    return Copy(file, release.edition, release) if release and file else None


# The register and the public page ---------------------------------------------------------------


def registered(user: Any) -> Select[Edition]:
    """The register: every edition that is ready, for officers; the row, never the files."""
    statement = select(Edition).where(Edition.state == EditionState.READY)
    return statement if has_role(user, Role.OFFICER) else statement.where(false())


def find_registered(user: Any, edition_id: int) -> Edition | None:
    """One edition of the register."""
    return session.scalar(
        registered(user)
        .where(Edition.id == edition_id)
        .options(joinedload(Edition.revocation), joinedload(Edition.portfolio))
    )


def register_page(user: Any, page: int, *, search: str = "") -> Page[Edition]:
    """The register, newest first; the search is for a number or a verification code."""
    statement = registered(user).options(joinedload(Edition.revocation), joinedload(Edition.portfolio))
    if search:
        code = plain_code(search)
        statement = statement.where(
            or_(Edition.number.ilike(f"%{escape_like(search)}%", escape="\\"), Edition.code == code)
        )
    return paginate(session, statement.order_by(Edition.id.desc()), page)


def plain_code(text: str) -> str:
    """A verification code as stored: capitals and digits only; look-alike letters mended (Crockford's base 32)."""
    letters = re.sub(r"[^0-9A-Z]", "", text.upper())
    return letters.translate(str.maketrans("OIL", "011"))


def by_code(code: str) -> Edition | None:
    """The ready edition with this verification code, for the public page."""
    return session.scalar(
        select(Edition)
        .where(Edition.code == plain_code(code), Edition.state == EditionState.READY)
        .options(joinedload(Edition.revocation), selectinload(Edition.files).joinedload(EditionFile.stored_file))
    )


def newest_in_line(edition: Edition) -> Edition:
    """Follow the replacements of an edition to the one that is valid now."""
    newest, steps = edition, 0
    while newest.superseded_by_id is not None and steps < 1000:
        successor = session.get(Edition, newest.superseded_by_id)
        if successor is None:
            break
        newest, steps = successor, steps + 1
    return newest


DOWNLOADABLE = (FileFormat.PDF, FileFormat.DOCX, FileFormat.ZIP, FileFormat.BODY)
