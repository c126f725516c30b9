"""A person's copies, what erasure would take, and what is told of a person that no other room tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from portfolio.accounts.models import User
from portfolio.core.audit.models import AuditEntry
from portfolio.core.db import session
from portfolio.core.hooks import Hooks, current_hooks
from portfolio.core.mail.models import MailMessage
from portfolio.core.personal import rows_of, table, values_of
from portfolio.dossier.models import Edition, Release
from portfolio.portfolios.models import Portfolio
from portfolio.submissions.models import Snapshot, Submission
from portfolio.transfer.personal.models import PersonalCopy

SHOWN = 5


@dataclass(frozen=True)
class Going:
    """How many rows go, and how many stay because they were submitted, judged or issued."""

    works: int
    works_kept: int
    portfolios: int
    portfolios_kept: int
    evidence: int
    evidence_kept: int
    partners: int
    lines: int
    submissions: int
    editions: int
    releases: int


def visible_to(user: Any) -> Select[PersonalCopy]:
    """A person's own copies."""
    return (
        select(PersonalCopy)
        .where(PersonalCopy.owner_id == user.id)
        .options(joinedload(PersonalCopy.stored_file), joinedload(PersonalCopy.job))
    )


def find(user: Any, copy_id: int) -> PersonalCopy | None:
    """One of them."""
    return session.scalar(visible_to(user).where(PersonalCopy.id == copy_id))


def get(copy_id: int) -> PersonalCopy | None:
    """Any of them, for the task."""
    return session.get(PersonalCopy, copy_id)


def newest(user: Any) -> list[PersonalCopy]:
    """The last few."""
    return list(session.scalars(visible_to(user).order_by(PersonalCopy.id.desc()).limit(SHOWN)))


def refusals(user: Any) -> list[Any]:
    """Why this person's data cannot be erased yet."""
    return [reason for refuse in current_hooks().erasure_refusals for reason in refuse(user)]


def going(user: Any) -> Going:
    """What erasure would take and leave, in numbers."""
    counted = {}
    for name in ("works", "portfolios", "evidence_items"):
        here = table(name)
        mine = values_of(here.c.id, here.c.owner_id == user.id)
        kept = len(_frozen(name, mine))
        counted[name] = (len(mine) - kept, kept)
    return Going(
        *counted["works"],
        *counted["portfolios"],
        *counted["evidence_items"],
        partners=_count(table("partners").c.owner_id == user.id),
        lines=_count(table("cv_entries").c.owner_id == user.id),
        submissions=_count(Submission.applicant_id == user.id),
        editions=_count(Edition.portfolio_id == Portfolio.id, Portfolio.owner_id == user.id),
        releases=_count(Release.released_by_id == user.id),
    )


def _frozen(name: str, mine: set[int]) -> set[int]:
    """Those that a snapshot, a submission or an edition holds on to."""
    columns = {
        "works": ("snapshot_works.work_id",),
        "portfolios": ("snapshots.portfolio_id", "submissions.portfolio_id", "editions.portfolio_id"),
        "evidence_items": ("snapshot_files.evidence_id",),
    }
    found: set[int] = set()
    for place in columns[name]:
        upper, _, column = place.partition(".")
        found |= values_of(table(upper).c[column], table(upper).c[column].in_(mine))
    return found


def _count(*conditions: Any) -> int:
    return session.scalar(select(func.count()).where(*conditions)) or 0


def letters_of(user: User) -> list[dict[str, Any]]:
    """Letters to this person; a text goes once it is sent."""
    letters = table(MailMessage.__tablename__)
    return [
        {name: row[name] for name in ("purpose", "language", "subject", "state", "created_at") if name in row}
        for row in rows_of(letters, letters.c.to_address == user.email)
    ]


def deeds_of(user: User) -> list[dict[str, Any]]:
    """What the person did, as the audit chain has it."""
    statement = select(AuditEntry).where(AuditEntry.actor_id == user.id).order_by(AuditEntry.position)
    return [
        {
            "at": entry.at.isoformat(),
            "action": entry.action,
            "subject": entry.subject_type,
            "subject_id": entry.subject_id,
            "digests": entry.digests,
        }
        for entry in session.scalars(statement)
    ]


def editions_of(user: User) -> list[dict[str, Any]]:
    """Dossiers of the person's portfolios: number, code, and who fetched them where it was released."""
    editions, downloads = table("editions"), table("downloads")
    mine = values_of(Edition.id, Edition.portfolio_id.in_(select(Portfolio.id).where(Portfolio.owner_id == user.id)))
    told = rows_of(editions, editions.c.id.in_(mine))
    fetched: dict[int, list[dict[str, Any]]] = {}
    for row in rows_of(downloads, downloads.c.edition_id.in_(mine)):
        fetched.setdefault(row["edition_id"], []).append(row)
    return [edition | {"downloads": fetched.get(edition["id"], [])} for edition in told]


def snapshots_of(user: User) -> list[dict[str, Any]]:
    """What was frozen of the person's portfolios, whoever pressed the button."""
    snapshots = table("snapshots")
    mine = values_of(Snapshot.id, Snapshot.portfolio_id.in_(select(Portfolio.id).where(Portfolio.owner_id == user.id)))
    return rows_of(snapshots, snapshots.c.id.in_(mine))


def file_rows(user: User) -> list[Any]:
    """The original files that are the person's: of evidence with its earlier versions, and of imports."""
    items, versions, batches, files = (
        table(name) for name in ("evidence_items", "evidence_versions", "import_batches", "stored_files")
    )
    own_items = select(items.c.id).where(items.c.owner_id == user.id)
    wanted = or_(
        files.c.id.in_(select(versions.c.stored_file_id).where(versions.c.evidence_id.in_(own_items))),
        files.c.id.in_(select(items.c.stored_file_id).where(items.c.owner_id == user.id)),
        files.c.id.in_(select(batches.c.stored_file_id).where(batches.c.owner_id == user.id)),
    )
    return list(session.execute(select(files).where(wanted).order_by(files.c.id)).mappings())


def register(hooks: Hooks) -> None:
    """Bring what no other room tells of a person."""
    hooks.personal_data["letters"] = letters_of
    hooks.personal_data["deeds"] = deeds_of
    hooks.personal_data["editions"] = editions_of
    hooks.personal_data["snapshots"] = snapshots_of
