"""What can be done with an import: open it, take in what was read, choose, write, discard. Nothing here commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from portfolio.accounts.models import User
from portfolio.core.audit.operations import record
from portfolio.core.clock import now
from portfolio.core.db import lock, session
from portfolio.core.i18n.marking import N_
from portfolio.core.jobs.operations import enqueue
from portfolio.core.permissions import demand
from portfolio.core.storage.models import StoredFile
from portfolio.core.storage.operations import Intake, record_file
from portfolio.criteria.models import RuleSet
from portfolio.organizations.delegations.queries import whose
from portfolio.transfer import queries
from portfolio.transfer.formats.reading import ReadFile, Refused, Remark, Understood, packed, unpacked
from portfolio.transfer.kinds import suggest_kind
from portfolio.transfer.matching import Index, known
from portfolio.transfer.merging import FIELDS, digest_of, fitted, merged
from portfolio.transfer.models import BatchState, Choice, ImportBatch, ImportEntry, ImportSource, Outcome
from portfolio.transfer.permissions import TransferAction, TransferPermission
from portfolio.works.bibliography.operations import apply_reference, create_from_reference
from portfolio.works.bibliography.queries import reference_of
from portfolio.works.models import Work
from portfolio.works.vocabulary import WorkKind

READ_TASK = "transfer.read"
WRITE_TASK = "transfer.write"
ROWS_AT_ONCE = 500
KEPT_UNWRITTEN = timedelta(days=30)

ONLY_FILLED = N_("The work was changed before this was written: only what was empty in it was filled from the file.")


@dataclass(frozen=True)
class EntryChoice:
    """What a person wants of an entry. `theirs` are the fields to take from the file in a merge; None fills gaps.
    `seen` is the digest of what the work said beside them."""

    choice: Choice
    kind: WorkKind
    theirs: Sequence[str] | None = None
    seen: str | None = None


class NotReady(Exception):
    """The import is being read or written, or is over; nothing can be chosen now."""


class Outdated(Exception):
    """A work was changed after somebody chose what the file may replace in it: they have not seen what would go.

    `position` is the first entry of which this is so.
    """

    def __init__(self, position: int) -> None:
        super().__init__(f"the work of entry {position} was changed")
        self.position = position


def _refuse_outdated(batch: ImportBatch) -> None:
    queries.hold_twins(batch)
    positions = queries.outdated(batch)
    if positions:
        raise Outdated(positions[0])


def open_batch(
    *,
    actor: User,
    source: ImportSource,
    rule_set: RuleSet | None,
    name: str = "",
    intake: Intake | None = None,
    asked: Sequence[str] = (),
) -> ImportBatch:
    """A new import that is still to be read. The file was kept before this transaction."""
    stored = record_file(intake, actor) if intake is not None else None
    batch = ImportBatch(
        owner_id=whose(actor).id,
        started_by_id=actor.id,
        source=source,
        state=BatchState.READING,
        name=name[:255],
        stored_file_id=stored.id if stored is not None else None,
        asked=list(asked),
        rule_set_id=rule_set.id if rule_set is not None else None,
    )
    session.add(batch)
    session.flush()
    return batch


def queue_reading(*, actor: User, batch: ImportBatch) -> None:
    """Have the worker read it: large files, and everything that asks other services."""
    key = f"{READ_TASK}:{batch.id}"
    batch.job_id = enqueue(task=READ_TASK, payload={"batch_id": batch.id}, key=key, owner_id=actor.id).id
    session.flush()


def take_reading(*, batch: ImportBatch, found: ReadFile) -> None:
    """Keep what was read, with kinds suggested and what is there already recognised. Once only."""
    lock(batch)
    if batch.state is not BatchState.READING:
        return
    rows = list(_rows(batch, found))
    for start in range(0, len(rows), ROWS_AT_ONCE):
        session.execute(insert(ImportEntry), rows[start : start + ROWS_AT_ONCE])
    batch.format = found.format
    batch.remarks = [remark.stored() for remark in found.remarks]
    batch.entry_count = sum(row["reference"] is not None for row in rows)
    batch.refused_count = len(rows) - batch.entry_count
    batch.duplicate_count = sum(row["likeness"] is not None for row in rows)
    batch.state = BatchState.READY
    session.flush()
    record(action=TransferAction.READ, actor_id=batch.started_by_id, subject_type="import_batch", subject_id=batch.id)


def _rows(batch: ImportBatch, found: ReadFile) -> list[dict[str, Any]]:
    works = queries.known_works(batch.owner_id)
    within: Index[int] = Index()
    rows = []
    for position, entry in enumerate(found.entries, start=1):
        kept = fitted(entry) if isinstance(entry, Understood) else entry
        row: dict[str, Any] = {
            "batch_id": batch.id,
            "position": position,
            "line": kept.line,
            "reference": None,
            "refusal": None,
            "excerpt": "",
            "remarks": [],
            "kind": None,
            "likeness": None,
            "twin_work_id": None,
            "twin_position": None,
            "choice": None,
        }
        if isinstance(kept, Refused):
            rows.append(row | {"refusal": kept.reason.stored(), "excerpt": kept.excerpt})
            continue
        facts = known(kept.reference)
        there, before = works.find(facts), within.find(facts)
        twin = there or before
        rows.append(
            row
            | {
                "reference": packed(kept.reference),
                "remarks": [remark.stored() for remark in kept.remarks],
                "kind": suggest_kind(kept.reference),
                "likeness": twin[1] if twin else None,
                "twin_work_id": there[0] if there else None,
                "twin_position": before[0] if before and not there else None,
                "choice": Choice.SKIP if twin else Choice.ADD,
            }
        )
        within.add(position, facts)
    return rows


def fail(*, batch: ImportBatch, reason: Remark) -> None:
    """Say why nothing of it could be read."""
    lock(batch)
    if batch.state is BatchState.READING:
        batch.failure = reason.stored()
        batch.state = BatchState.FAILED
        session.flush()


def choose(*, actor: User, batch: ImportBatch, choices: Mapping[int, EntryChoice]) -> None:
    """Note what is to be done with entries, by id. Merging needs a work to merge with. Raises NotReady."""
    demand(TransferPermission.EDIT, actor, batch)
    _open(batch)
    for entry in queries.entries_of(batch, choices):
        wanted = choices[entry.id]
        if entry.choice is None:
            continue
        merges = wanted.choice is Choice.MERGE
        entry.choice = Choice.SKIP if merges and entry.twin_work_id is None else wanted.choice
        entry.kind = wanted.kind
        entry.theirs = entry.seen = None
        if merges and wanted.theirs is not None:
            entry.seen = wanted.seen
            entry.theirs = [field for field in wanted.theirs if field in FIELDS]
    session.flush()


def choose_all(*, actor: User, batch: ImportBatch, add: bool) -> None:
    """Add everything that is new, or nothing. What is there already stays as it was chosen. Raises NotReady."""
    demand(TransferPermission.EDIT, actor, batch)
    _open(batch)
    session.execute(
        update(ImportEntry)
        .where(ImportEntry.batch_id == batch.id, ImportEntry.choice.is_not(None), ImportEntry.likeness.is_(None))
        .values(choice=Choice.ADD if add else Choice.SKIP)
    )
    session.expire_all()


def _open(batch: ImportBatch) -> None:
    lock(batch)
    if batch.state is not BatchState.READY:
        raise NotReady


def begin_writing(*, actor: User, batch: ImportBatch) -> None:
    """Have the worker write a large import. Pressed twice it is still one. Raises Outdated."""
    demand(TransferPermission.EDIT, actor, batch)
    lock(batch)
    _refuse_outdated(batch)
    if batch.state is BatchState.READY:
        batch.state = BatchState.WRITING
        key = f"{WRITE_TASK}:{batch.id}"
        batch.job_id = enqueue(task=WRITE_TASK, payload={"batch_id": batch.id}, key=key, owner_id=actor.id).id
        session.flush()


def write(*, actor: User, batch: ImportBatch) -> None:
    """Do with every entry what was chosen, all in this transaction. A second time changes nothing. Raises Outdated."""
    demand(TransferPermission.EDIT, actor, batch)
    lock(batch)
    _refuse_outdated(batch)
    if batch.state is not BatchState.READY:
        return
    while write_some(actor=actor, batch=batch):
        pass


def write_some(*, actor: User, batch: ImportBatch, most: int = ROWS_AT_ONCE) -> bool:
    """Do what was chosen with the next entries; True while more wait. Ends the import after the last one.

    An entry is noted as done in the transaction that does it, so that a kill in between doubles nothing.
    """
    lock(batch)
    if batch.state not in (BatchState.READY, BatchState.WRITING):
        return False
    if batch.rule_set is None:
        raise ValueError("there is no rule set to write works under")
    queries.hold_twins(batch)
    entries = queries.unwritten(batch, most)
    for entry in entries:
        _write_entry(actor, batch, batch.rule_set, entry)
    session.flush()
    if len(entries) == most:
        return True
    _end(actor, batch)
    return False


def _write_entry(actor: User, batch: ImportBatch, rule_set: RuleSet, entry: ImportEntry) -> None:
    assert entry.reference is not None
    theirs = unpacked(entry.reference)
    work = _twin(batch, entry) if entry.choice is Choice.MERGE else None
    if work is not None:
        ours, taken = reference_of(work), entry.theirs
        if entry.seen not in (None, digest_of(ours)) and not queries.was_completed(batch, work):
            taken, entry.remarks = None, [*entry.remarks, Remark(ONLY_FILLED).stored()]
        apply_reference(actor=actor, work=work, reference=merged(ours, theirs, taken))
        entry.outcome, entry.work_id = Outcome.MERGED, work.id
    elif entry.choice is Choice.ADD:
        made = create_from_reference(
            actor=actor, rule_set=rule_set, kind=entry.kind or suggest_kind(theirs), reference=theirs
        )
        entry.outcome, entry.work_id = Outcome.ADDED, made.id
    else:
        entry.outcome = Outcome.SKIPPED


def _twin(batch: ImportBatch, entry: ImportEntry) -> Work | None:
    work = session.get(Work, entry.twin_work_id) if entry.twin_work_id is not None else None
    return work if work is not None and work.owner_id == batch.owner_id else None


def _end(actor: User, batch: ImportBatch) -> None:
    statement = (
        select(ImportEntry.outcome, func.count()).where(ImportEntry.batch_id == batch.id).group_by(ImportEntry.outcome)
    )
    counted = {outcome: count for outcome, count in session.execute(statement)}
    batch.added_count = counted.get(Outcome.ADDED, 0)
    batch.merged_count = counted.get(Outcome.MERGED, 0)
    batch.skipped_count = counted.get(Outcome.SKIPPED, 0)
    batch.state = BatchState.WRITTEN
    batch.written_at = now()
    session.flush()
    record(action=TransferAction.WRITE, actor_id=actor.id, subject_type="import_batch", subject_id=batch.id)


def discard(*, actor: User, batch: ImportBatch) -> None:
    """Delete an import that was not written, with its file. A receipt stays. Raises NotReady."""
    demand(TransferPermission.EDIT, actor, batch)
    lock(batch)
    if batch.state in (BatchState.WRITING, BatchState.WRITTEN):
        raise NotReady
    record(action=TransferAction.DISCARD, actor_id=actor.id, subject_type="import_batch", subject_id=batch.id)
    _delete(batch)


def _delete(batch: ImportBatch) -> None:
    stored_id = batch.stored_file_id
    session.delete(batch)
    session.flush()
    if stored_id is not None:
        session.execute(delete(StoredFile).where(StoredFile.id == stored_id))


def sweep_unwritten() -> int:
    """Delete imports that nobody finished within a month. Returns how many went."""
    left = (BatchState.READING, BatchState.READY, BatchState.FAILED)
    statement = select(ImportBatch).where(ImportBatch.state.in_(left), ImportBatch.created_at < now() - KEPT_UNWRITTEN)
    old = list(session.scalars(statement.order_by(ImportBatch.id).limit(200)))
    for batch in old:
        _delete(batch)
    return len(old)
