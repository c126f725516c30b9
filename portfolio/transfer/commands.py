"""`run.py import-works` and `export-works`: bibliographies from and to files."""

from __future__ import annotations

import argparse
import io
import sys
import time
from pathlib import Path

from flask import Flask

from portfolio.accounts.models import User
from portfolio.accounts.queries import by_email
from portfolio.core.db import session, transaction
from portfolio.core.hooks import Command, Hooks
from portfolio.core.jobs.worker import run_waiting
from portfolio.core.storage.operations import keep
from portfolio.transfer import operations, queries
from portfolio.transfer.formats import recognising
from portfolio.transfer.formats.reading import LARGEST_FILE, FileFormat, ReadFile, Unreadable, plain_sentence
from portfolio.transfer.formats.recognising import WRITERS
from portfolio.transfer.models import BatchState, ImportEntry, ImportSource, Outcome

WRITTEN_AT_ONCE = 500
POLL_SECONDS = 0.5


def import_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the verb."""
    parser.add_argument("file", type=Path, metavar="FILE", help="BibTeX, RIS, CSL-JSON, ORCID JSON or CSV")
    parser.add_argument("--owner", required=True, metavar="EMAIL", help="whose works they become")


def import_works(app: Flask, words: argparse.Namespace) -> int:
    """Add what is new and say a line per entry. 1 if any entry was refused.

    Up to WRITTEN_AT_ONCE entries are one transaction; more are written by the same job as from the page, in parts.
    """
    owner = by_email(words.owner)
    if owner is None:
        return _refuse(f"nobody here has the address {words.owner}")
    try:
        with words.file.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
        found = recognising.read(content)
    except OSError as error:
        return _refuse(f"{words.file} cannot be read: {error.strerror}")
    except Unreadable as error:
        return _refuse(f"{words.file}: {error}")
    session.rollback()
    batch_id = _write(app, owner.id, words.file.name, content, found)
    if batch_id is None:
        return _refuse("there is no rule set under which works could be written")
    for remark in found.remarks:
        sys.stdout.write(f"note: {remark}\n")
    refused = False
    batch = queries.get(batch_id)
    assert batch is not None
    for entry in queries.all_entries(batch):
        refused = refused or entry.refusal is not None
        sys.stdout.write(_line(entry) + "\n")
    sys.stdout.write(f"{batch.added_count} added, {batch.skipped_count} already there, {batch.refused_count} refused\n")
    return 1 if refused else 0


def _write(app: Flask, owner_id: int, name: str, content: bytes, found: ReadFile) -> int | None:
    intake = keep(io.BytesIO(content), name, "text/plain")
    with transaction():
        owner = session.get(User, owner_id)
        assert owner is not None
        rule_set = queries.default_rule_set(owner)
        if rule_set is None:
            return None
        batch = operations.open_batch(
            actor=owner, source=ImportSource.FILE, rule_set=rule_set, name=name, intake=intake
        )
        operations.take_reading(batch=batch, found=found)
        whole = len(found.entries) <= WRITTEN_AT_ONCE
        if whole:
            operations.write(actor=owner, batch=batch)
        else:
            operations.begin_writing(actor=owner, batch=batch)
        batch_id = batch.id
    while not whole:
        run_waiting(app)
        with transaction():
            fresh = queries.get(batch_id)
            whole = fresh is None or fresh.state is not BatchState.WRITING or fresh.job is None or fresh.job.is_over
        if not whole:
            time.sleep(POLL_SECONDS)  # a worker of the service has the job
    return batch_id


def _line(entry: ImportEntry) -> str:
    if entry.refusal is not None:
        return f"refused, line {entry.line}: {plain_sentence(entry.refusal)}"
    title = (entry.reference or {}).get("title", "")
    if entry.outcome is Outcome.ADDED:
        return f"added: work {entry.work_id}, line {entry.line}: {title}"
    twin = f"work {entry.twin_work_id}" if entry.twin_work_id else f"entry {entry.twin_position} of this file"
    return f"duplicate of {twin}, line {entry.line}: {title}"


def export_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the verb."""
    parser.add_argument("--owner", required=True, metavar="EMAIL", help="whose works")
    parser.add_argument("--format", choices=[kind.value for kind in WRITERS], default=FileFormat.BIBTEX.value)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")


def export_works(_app: Flask, words: argparse.Namespace) -> int:
    """Write a person's works into a file, whole or not at all."""
    owner = by_email(words.owner)
    if owner is None:
        return _refuse(f"nobody here has the address {words.owner}")
    references = queries.references_to_export(queries.works_to_export(owner))
    draft = words.out.with_name(f".{words.out.name}.part")
    try:
        draft.write_text(WRITERS[FileFormat(words.format)](references), encoding="utf-8", newline="")
        draft.replace(words.out)
    except OSError as error:
        draft.unlink(missing_ok=True)
        return _refuse(f"{words.out} cannot be written: {error.strerror}")
    sys.stdout.write(f"{len(references)} works {words.out}\n")
    return 0


def register(hooks: Hooks) -> None:
    """Add the verbs."""
    hooks.command("import-works", Command("add the works of a bibliography", import_works, import_arguments))
    hooks.command("export-works", Command("write works as a bibliography", export_works, export_arguments))


def _refuse(reason: str) -> int:
    sys.stderr.write(f"run.py: {reason}\n")
    return 1
