"""`run.py dossier`: a dossier from the command line, by the same edition and the same task as from the page."""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from pathlib import Path

from flask import Flask

from portfolio.core.db import transaction
from portfolio.core.hooks import Command, Hooks
from portfolio.core.jobs.worker import run_waiting
from portfolio.core.storage.filesystem import storage
from portfolio.dossier import operations, queries
from portfolio.dossier.models import Edition, EditionKind, EditionState

FORMATS = ("pdf", "docx", "zip")
POLL_SECONDS = 0.5


def arguments(parser: argparse.ArgumentParser) -> None:
    """The words of the verb."""
    parser.add_argument(
        "portfolio", type=int, metavar="PORTFOLIO", help="id of a portfolio, as `list portfolios` gives it"
    )
    parser.add_argument("--edition", choices=[kind.value for kind in EditionKind], default=EditionKind.FULL.value)
    parser.add_argument("--format", choices=FORMATS, default="pdf")
    parser.add_argument("--lang", choices=("th", "en"), default="th")
    parser.add_argument("--thai-digits", action="store_true", help="print Thai numerals")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")


def run(app: Flask, words: argparse.Namespace) -> int:
    """Make the edition in the owner's name, build it here, and write the file whole or not at all."""
    portfolio = queries.any_portfolio(words.portfolio)
    if portfolio is None:
        return _refuse(f"there is no portfolio {words.portfolio}")
    with transaction():
        edition = operations.make_edition(
            portfolio=portfolio,
            kind=EditionKind(words.edition),
            language=words.lang,
            thai_digits=words.thai_digits,
            actor=portfolio.owner,
        )
        edition_id = edition.id
    fresh = _built(app, edition_id)
    file = queries.file_of(fresh, words.format) if fresh else None
    if fresh is None or file is None:
        return _refuse("the dossier could not be made; the log says why")
    draft = words.out.with_name(f".{words.out.name}.part")
    try:
        with storage().open(file.stored_file.sha256) as source, draft.open("wb") as target:
            shutil.copyfileobj(source, target)
        draft.replace(words.out)
    except OSError as error:
        draft.unlink(missing_ok=True)
        return _refuse(f"{words.out} cannot be written: {error.strerror}")
    sys.stdout.write(f"{fresh.number} {file.stored_file.sha256} {words.out}\n")
    return 0


def _built(app: Flask, edition_id: int) -> Edition | None:
    """The edition once its job is over. The job is run here, unless a worker of the service has it already."""
    while True:
        run_waiting(app)
        with transaction():
            edition = queries.get(edition_id)
        if edition is None or edition.state is not EditionState.WAITING or (edition.job and edition.job.is_over):
            return edition
        time.sleep(POLL_SECONDS)


def register(hooks: Hooks) -> None:
    """Add the verb."""
    hooks.command("dossier", Command("generate a dossier of a portfolio", run, arguments))


def _refuse(reason: str) -> int:
    sys.stderr.write(f"run.py: {reason}\n")
    return 1
