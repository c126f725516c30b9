"""Builds the files of an edition: typeset, bind, pack, keep; then one transaction that makes them the edition's."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import structlog
from flask import current_app

from portfolio.config import Config
from portfolio.core.db import session, transaction
from portfolio.core.hooks import Hooks
from portfolio.core.i18n.marking import N_
from portfolio.core.jobs.operations import Attempt, GiveUp, finish_in_transaction, report
from portfolio.core.storage.filesystem import storage
from portfolio.core.storage.operations import keep
from portfolio.dossier import operations, queries
from portfolio.dossier.binding import Exhibit, ExhibitError, bind_in_child
from portfolio.dossier.models import Edition, EditionState, FileFormat
from portfolio.dossier.operations import BUILD_TASK, BuiltFile
from portfolio.dossier.packaging import zip_package
from portfolio.dossier.sections import build_document, exhibit_titles
from portfolio.dossier.writers.engines import EngineMissing, TypesettingError
from portfolio.dossier.writers.process import Rendered, render

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ZIP = "application/zip"
BOUND_KINDS = (PDF, "image/jpeg", "image/png", "image/webp", "image/heic")

STAGES = (
    (5, N_("Reading the frozen content")),
    (15, N_("Typesetting the text")),
    (45, N_("Binding the evidence")),
    (65, N_("Writing the Word document")),
    (85, N_("Packing the files")),
    (95, N_("Filing the dossier")),
)

log = structlog.get_logger()


def build(job: Attempt, *, edition_id: int) -> None:
    """Build an edition. Run again after a kill it starts from the beginning; what is ready stays as it is."""
    edition = queries.get(edition_id)
    if edition is None or edition.state is EditionState.READY:
        return
    config = current_app.extensions["config"]
    assert isinstance(config, Config)
    workshop = config.var / "tmp"
    workshop.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"edition-{edition_id}-", dir=workshop) as folder:
        try:
            files = _make(job, edition, Path(folder), config)
        except EngineMissing as error:
            _fail(edition_id)
            raise GiveUp("engine_missing") from error
        except (TypesettingError, ExhibitError) as error:
            log.warning("dossier_not_built", edition_id=edition_id, error=type(error).__name__)
            _fail(edition_id)
            raise GiveUp("not_built") from error
    with transaction():
        fresh = queries.get(edition_id)
        assert fresh is not None
        operations.complete(edition=fresh, files=files)
        finish_in_transaction(job, {"edition_id": edition_id})


def _make(job: Attempt, edition: Edition, folder: Path, config: Config) -> dict[FileFormat, BuiltFile]:
    """All files of an edition, kept in storage. Opens no transaction around slow work."""
    stages = iter(STAGES)

    def step() -> None:
        percent, words = next(stages)
        session.rollback()
        report(job, stage=words, percent=percent)

    step()
    document = build_document(edition, public_url=config.public_url)
    exhibits = _exhibits(edition)
    name = edition.number

    step()
    body = folder / "body.pdf"
    typeset = render(document, format="pdf", out=body, engine=edition.engine)

    step()
    bound = folder / "bound.pdf"
    binding = bind_in_child(body, exhibits, bound, language=document.meta.language, thai_digits=edition.thai_digits)

    step()
    docx = folder / "dossier.docx"
    written = render(document, format="docx", out=docx)

    step()
    package = folder / "dossier.zip"
    zip_package(
        [(f"{name}.pdf", bound), (f"{name}-body.pdf", body), (f"{name}.docx", docx), *_originals(edition)],
        {"number": name, "inputs_digest": edition.inputs_digest, "snapshot_digest": edition.snapshot.digest},
        package,
    )

    step()
    return {
        FileFormat.PDF: _kept(bound, f"{name}.pdf", PDF, pages=binding.pages, report=_report(typeset)),
        FileFormat.BODY: _kept(body, f"{name}-body.pdf", PDF, pages=typeset.pages, report=_report(typeset)),
        FileFormat.DOCX: _kept(docx, f"{name}.docx", DOCX, report=_report(written)),
        FileFormat.ZIP: _kept(package, f"{name}.zip", ZIP),
    }


def _exhibits(edition: Edition) -> list[Exhibit]:
    """Evidence that can be pages. Office files and links are listed in the dossier and lie in the ZIP."""
    titles = exhibit_titles(edition)
    return [
        Exhibit(
            number=file.exhibit_number,
            title=titles[file.exhibit_number],
            path=storage().path(file.stored_file.sha256),
            media_type=file.stored_file.media_type,
        )
        for file in edition.snapshot.files
        if file.stored_file is not None and file.stored_file.media_type in BOUND_KINDS
    ]


def _originals(edition: Edition) -> list[tuple[str, Path]]:
    listed = []
    for file in edition.snapshot.files:
        if file.stored_file is not None:
            ending = Path(file.stored_file.filename).suffix.lower()
            listed.append(
                (f"evidence/exhibit-{file.exhibit_number:03d}{ending}", storage().path(file.stored_file.sha256))
            )
    return listed


def _kept(
    path: Path, filename: str, media_type: str, *, pages: int | None = None, report: dict[str, Any] | None = None
) -> BuiltFile:
    with path.open("rb") as stream:
        return BuiltFile(keep(stream, filename, media_type), pages=pages, report=report)


def _report(rendered: Rendered) -> dict[str, Any]:
    return {"engine": rendered.engine, "engine_version": rendered.engine_version, "notes": list(rendered.notes)}


def _fail(edition_id: int) -> None:
    with transaction():
        edition = queries.get(edition_id)
        if edition is not None:
            operations.give_up(edition=edition)


def register(hooks: Hooks) -> None:
    """Name the task."""
    hooks.task(BUILD_TASK, build)
