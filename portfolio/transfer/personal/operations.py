"""Asking for a copy of one's data, and having them erased."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select

from portfolio.accounts.models import User
from portfolio.core.audit.operations import record, recorded_at_the_end
from portfolio.core.clock import now
from portfolio.core.db import Stale, escape_like, lock, session, transaction
from portfolio.core.hooks import Hooks, current_hooks
from portfolio.core.jobs.operations import enqueue
from portfolio.core.mail.models import MailMessage
from portfolio.core.permissions import demand
from portfolio.core.personal import forget_files, forget_where, table, values_of
from portfolio.core.storage.models import StoredFile
from portfolio.core.storage.operations import Intake, record_file
from portfolio.portfolios.models import Portfolio
from portfolio.transfer.personal import queries
from portfolio.transfer.personal.models import PersonalCopy
from portfolio.transfer.personal.permissions import PersonalAction, PersonalPermission

COPY_TASK = "personal.copy"
ERASE_TASK = "personal.erase_again"
KEPT = timedelta(days=7)
BETWEEN = timedelta(hours=1)
AGAIN_AFTER = timedelta(minutes=15)
"""After so long every request and job is over that knew the person before the erasure."""


class ErasureRefused(Exception):
    """Something stands against it; `reasons` are sentences that say what to do first."""

    def __init__(self, reasons: Sequence[Any]) -> None:
        super().__init__(f"{len(reasons)} reasons stand against it")
        self.reasons = list(reasons)


def ask_copy(*, actor: User) -> PersonalCopy:
    """Queue the making of a copy. While one is under way, and within an hour, the same one is given.

    Raises Stale where the person was erased in the meantime.
    """
    demand(PersonalPermission.MANAGE, actor, actor)
    lock(actor)
    if actor.is_erased:
        raise Stale
    known = session.scalar(
        select(PersonalCopy)
        .where(PersonalCopy.owner_id == actor.id, PersonalCopy.asked_at > now() - BETWEEN)
        .order_by(PersonalCopy.id.desc())
        .limit(1)
    )
    if known is not None and (known.made_at is None or known.stored_file_id is not None):
        return known
    copy = PersonalCopy(owner_id=actor.id)
    session.add(copy)
    session.flush()
    job = enqueue(task=COPY_TASK, payload={"copy_id": copy.id}, key=f"{COPY_TASK}:{copy.id}", owner_id=actor.id)
    session.flush()
    copy.job_id = job.id
    return copy


def complete_copy(*, copy: PersonalCopy, intake: Intake, digest: str) -> None:
    """Give the copy its file."""
    copy.stored_file_id = record_file(intake, copy.owner).id
    copy.digest, copy.made_at = digest, now()
    session.flush()
    _record(PersonalAction.COPY, copy.owner_id, copy.id, {"payload": digest})


def note_fetched(*, actor: User, copy: PersonalCopy) -> None:
    """That the person took the copy away."""
    demand(PersonalPermission.FETCH, actor, copy)
    _record(PersonalAction.FETCH, actor.id, copy.id, {"payload": copy.digest})


def erase_person(*, actor: User) -> bool:
    """Erase the actor's data: everything but what was submitted, judged, certified or issued. For good.

    Every room takes its part, in one transaction. A second time does nothing and gives False. Raises ErasureRefused.
    """
    demand(PersonalPermission.MANAGE, actor, actor)
    lock(actor)
    if actor.is_erased:
        return False
    session.execute(select(Portfolio.id).where(Portfolio.owner_id == actor.id).with_for_update())
    reasons = queries.refusals(actor)
    if reasons:
        raise ErasureRefused(reasons)
    with recorded_at_the_end():
        _record(PersonalAction.ERASE, actor.id, actor.id, {}, subject="user")
        _forget_letters(actor)
        _erase_in_every_room(actor)
    enqueue(
        task=ERASE_TASK,
        payload={"user_id": actor.id},
        key=f"{ERASE_TASK}:{actor.id}",
        run_at=now() + AGAIN_AFTER,
    )
    return True


def erase_again(*, user_id: int) -> None:
    """Take what another page or a job of the person was just writing when everything was erased, and wrote after it."""
    user = session.get(User, user_id)
    if user is None or not user.is_erased:
        return
    lock(user)
    with recorded_at_the_end():
        _erase_in_every_room(user)


def _erase_in_every_room(user: User) -> None:
    for _order, _room, erase in sorted(current_hooks().erase, key=lambda one: one[:2]):
        erase(user)
    session.flush()


def _forget_letters(user: User) -> None:
    """Letters to the person, and those to others that name the person: the one sent is read, the other moot."""
    letters = table(MailMessage.__tablename__)
    names = {user.email, user.name_th, user.name_en_only}
    names |= {f"{user.given_name_th} {user.family_name_th}".strip()}
    naming = [
        column.like(f"%{escape_like(name)}%", escape="\\")
        for name in names
        if len(name) > 3
        for column in (letters.c.subject, letters.c.body)
    ]
    forget_where(letters, or_(letters.c.to_address == user.email, *naming))


def erase(user: User) -> None:
    """Take the copies, and every file of the person's that nothing names any more."""
    copies, files = table("personal_copies"), table(StoredFile.__tablename__)
    stored = values_of(copies.c.stored_file_id, copies.c.owner_id == user.id)
    forget_where(copies, copies.c.owner_id == user.id)
    forget_files(stored | values_of(files.c.id, files.c.created_by_id == user.id))
    jobs = table("jobs")
    finished = jobs.c.owner_id == user.id
    session.execute(
        jobs.update().where(finished).values(result=None, stage="").execution_options(synchronize_session=False)
    )


def forget_old_copies() -> int:
    """Let go of files a week old; that there was a copy stays. Opens its transaction."""
    with transaction():
        old = list(
            session.scalars(
                select(PersonalCopy)
                .where(PersonalCopy.stored_file_id.is_not(None), PersonalCopy.asked_at < now() - KEPT)
                .limit(500)
            )
        )
        files = [copy.stored_file_id for copy in old]
        for copy in old:
            copy.stored_file_id = None
        session.flush()
        forget_files(files)
        return len(old)


def register(hooks: Hooks) -> None:
    """Sweep, and take what is left of files once the other rooms are done."""
    hooks.sweep("personal.old_copies", forget_old_copies)
    hooks.erase.append((95, "personal", erase))


def _record(action: PersonalAction, actor_id: int, subject_id: int, digests: dict[str, str], subject: str = "") -> None:
    record(
        action=action,
        actor_id=actor_id,
        subject_type=subject or "personal_copy",
        subject_id=subject_id,
        digests={name: digest for name, digest in digests.items() if digest},
    )
