"""Pages of imports and exports: bring works in, look them over, write them; take works along."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import Any, cast

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from portfolio.accounts.models import User
from portfolio.config import Config
from portfolio.core.db import transaction
from portfolio.core.permissions import requires
from portfolio.core.storage.operations import Intake, keep
from portfolio.core.storage.responses import send_table
from portfolio.core.web.addresses import row_id
from portfolio.core.web.limits import MIB, accepts
from portfolio.core.web.pagination import page_number
from portfolio.core.web.throttle import limiter
from portfolio.portfolios import queries as portfolios
from portfolio.transfer import operations, queries
from portfolio.transfer.formats import recognising
from portfolio.transfer.formats.reading import LARGEST_FILE, FileFormat, ReadFile, Remark, Unreadable
from portfolio.transfer.formats.recognising import ENDINGS, NAMES, WRITERS
from portfolio.transfer.forms import (
    ALL_WORKS,
    LONGEST_TEXT,
    MOST_CHOSEN,
    DoiForm,
    ExportForm,
    FileForm,
    OrcidForm,
    TextForm,
    read_choices,
)
from portfolio.transfer.models import BatchState, Choice, ImportBatch, ImportSource
from portfolio.transfer.operations import NotReady, Outdated
from portfolio.transfer.permissions import TransferPermission
from portfolio.transfer.queries import Part
from portfolio.transfer.vocabulary import (
    CHOICE_LABELS,
    FIELD_LABELS,
    LIKENESS_LABELS,
    OUTCOME_TAGS,
    SOURCE_LABELS,
    STATE_TAGS,
    sentence,
    shown,
)
from portfolio.works.bibliography.labels import FORM_LABELS
from portfolio.works.queries import own_works
from portfolio.works.vocabulary import KIND_LABELS

bp = Blueprint("transfer", __name__, url_prefix="/transfer")

READ_AT_ONCE = 512 * 1024
"""A file up to this size is read while the person waits; a larger one by the worker."""

WRITTEN_AT_ONCE = 200
"""So many works are written while the person waits, all or nothing; more by the worker."""

MEDIA_TYPES = {
    FileFormat.BIBTEX: "application/x-bibtex",
    FileFormat.RIS: "application/x-research-info-systems",
    FileFormat.CSL_JSON: "application/vnd.citationstyles.csl+json",
    FileFormat.CSV: "text/csv",
}


@bp.get("/imports")
@requires(TransferPermission.LIST)
def index() -> ResponseReturnValue:
    """A person's imports, and the ways to begin one."""
    return _index_page()


@bp.post("/imports/files")
@accepts(max_bytes=LARGEST_FILE + MIB)
@requires(TransferPermission.CREATE)
def create_from_file() -> ResponseReturnValue:
    """Read a file."""
    form = FileForm(prefix="file-")
    if not form.validate_on_submit():
        return make_response(_index_page(file=form), 422)
    upload = form.file.data
    content = upload.stream.read(LARGEST_FILE + 1)
    answer = _take(content, ImportSource.FILE, upload.filename or "")
    if isinstance(answer, Remark):
        form.file.errors = [sentence(answer.stored())]
        return make_response(_index_page(file=form), 422)
    return answer


@bp.post("/imports/texts")
@accepts(max_bytes=10 * MIB, max_text=10 * MIB)
@requires(TransferPermission.CREATE)
def create_from_text() -> ResponseReturnValue:
    """Read pasted text."""
    form = TextForm(prefix="text-")
    if not form.validate_on_submit():
        return make_response(_index_page(text=form), 422)
    answer = _take((form.text.data or "").encode(), ImportSource.TEXT, "")
    if isinstance(answer, Remark):
        form.text.errors = [sentence(answer.stored())]
        return make_response(_index_page(text=form), 422)
    return answer


@bp.post("/imports/dois")
@requires(TransferPermission.CREATE)
@limiter.limit("30/hour")
def create_from_dois() -> ResponseReturnValue:
    """Look works up by their DOIs."""
    form = DoiForm(prefix="doi-")
    if not form.validate_on_submit() or not _may_look_up():
        return make_response(_index_page(doi=form), 422)
    return _look_up(ImportSource.DOI, form.asked)


@bp.post("/imports/records")
@requires(TransferPermission.CREATE)
@limiter.limit("30/hour")
def create_from_record() -> ResponseReturnValue:
    """Look up the works of an ORCID record."""
    form = OrcidForm(prefix="orcid-")
    if not form.validate_on_submit() or not _may_look_up():
        return make_response(_index_page(orcid=form), 422)
    return _look_up(ImportSource.ORCID, form.asked)


@bp.get("/imports/<int:batch_id>")
@requires(TransferPermission.READ, load=queries.find)
def show(batch: ImportBatch) -> ResponseReturnValue:
    """How far it is; then what was understood and what was not; afterwards the receipt."""
    part = Part(request.args["part"]) if request.args.get("part") in set(Part) else Part.ALL
    return render_template(
        "transfer/show.html",
        batch=batch,
        part=part,
        parts=Part,
        page=queries.entries_page(batch, part, page_number()),
        counts=queries.choices_of(batch),
        name=_name_of(batch),
        format_names=NAMES,
        states=STATE_TAGS,
        kinds=KIND_LABELS,
        forms_of_publication=FORM_LABELS,
        fields=FIELD_LABELS,
        choices=CHOICE_LABELS,
        choice_of=Choice,
        likenesses=LIKENESS_LABELS,
        outcomes=OUTCOME_TAGS,
        sentence=sentence,
        shown=shown,
    )


@bp.post("/imports/<int:batch_id>/choices")
@requires(TransferPermission.EDIT, load=queries.find)
def choose(batch: ImportBatch) -> ResponseReturnValue:
    """Keep what was chosen on one page of the preview."""
    batch_id = batch.id
    try:
        with transaction():
            _keep_choices(batch)
            if request.form.get("all") in ("add", "none"):
                operations.choose_all(actor=_user(), batch=batch, add=request.form["all"] == "add")
    except NotReady:
        flash(_("This import is over; nothing was changed."), "warn")
        return redirect(url_for("transfer.show", batch_id=batch_id), 303)
    flash(_("Your choice has been kept. Nothing is imported yet."), "ok")
    return redirect(_back_to(batch_id), 303)


@bp.post("/imports/<int:batch_id>/works")
@requires(TransferPermission.EDIT, load=queries.find)
def write(batch: ImportBatch) -> ResponseReturnValue:
    """Write what was chosen. Pressed again it shows the receipt."""
    batch_id = batch.id
    try:
        with suppress(NotReady), transaction():  # a press at the same instant was first
            if batch.state is BatchState.READY:
                _keep_choices(batch)
                counts = queries.choices_of(batch)
                if counts[Choice.ADD] + counts[Choice.MERGE] > WRITTEN_AT_ONCE:
                    operations.begin_writing(actor=_user(), batch=batch)
                else:
                    operations.write(actor=_user(), batch=batch)
    except Outdated as error:
        with suppress(NotReady), transaction():
            _keep_choices(batch)
        flash(
            _("A work was changed after you chose. Nothing is imported yet: look at its entry and press again."), "warn"
        )
        number = queries.page_of_twin(batch_id, error.position)
        place = f"entry-{error.position}"
        return redirect(url_for("transfer.show", batch_id=batch_id, part=Part.TWINS, page=number, _anchor=place), 303)
    return redirect(url_for("transfer.show", batch_id=batch_id), 303)


@bp.post("/imports/<int:batch_id>/removal")
@requires(TransferPermission.EDIT, load=queries.find)
def discard(batch: ImportBatch) -> ResponseReturnValue:
    """Delete an import that was not written."""
    try:
        with transaction():
            operations.discard(actor=_user(), batch=batch)
    except NotReady:
        flash(_("What was imported stays; the receipt is kept with it."), "warn")
    else:
        flash(_("The import was deleted. Your works are as they were."), "ok")
    return redirect(url_for("transfer.index"), 303)


@bp.get("/exports")
@requires(TransferPermission.EXPORT)
def exports() -> ResponseReturnValue:
    """Choose works and a format."""
    return render_template("transfer/exports.html", form=_export_form())


@bp.get("/exports/file")
@requires(TransferPermission.EXPORT)
def export_file() -> ResponseReturnValue:
    """The chosen works in the chosen format, as a file."""
    form = _export_form()
    if not form.validate():
        return make_response(render_template("transfer/exports.html", form=form), 422)
    kind = FileFormat(form.format.data)
    works = queries.works_to_export(
        _user(),
        work_ids=[row_id(word) for word in form.work.data][:MOST_CHOSEN] if form.work.data else None,
        portfolio_id=None if form.portfolio.data == ALL_WORKS or form.work.data else int(form.portfolio.data),
    )
    text = WRITERS[kind](queries.references_to_export(works))
    content = text.encode("utf-8-sig" if kind is FileFormat.CSV else "utf-8")  # Excel tells UTF-8 by its mark alone
    return send_table(content, MEDIA_TYPES[kind], f"works.{ENDINGS[kind]}")


def _user() -> User:
    return cast(User, current_user._get_current_object())


def _config() -> Config:
    config = current_app.extensions["config"]
    assert isinstance(config, Config)
    return config


def _may_look_up() -> bool:
    if not _config().lookup:
        flash(_("Looking works up is switched off in this installation."), "warn")
    return _config().lookup


def _index_page(**given: Any) -> str:
    forms = {
        "file": FileForm(formdata=None, prefix="file-"),
        "text": TextForm(formdata=None, prefix="text-"),
        "doi": DoiForm(formdata=None, prefix="doi-"),
        "orcid": OrcidForm(formdata=None, prefix="orcid-"),
    }
    return render_template(
        "transfer/index.html",
        page=queries.index_page(_user(), page_number()),
        looks_up=_config().lookup,
        largest=LARGEST_FILE,
        longest=LONGEST_TEXT,
        states=STATE_TAGS,
        name_of=_name_of,
        format_names=NAMES,
        **(forms | given),
    )


def _export_form() -> ExportForm:
    user = _user()
    listed = portfolios.latest(user, MOST_CHOSEN)
    return ExportForm(listed, own_works(user), formdata=request.args or None)


def _name_of(batch: ImportBatch) -> str:
    """What an import is called: its file, or where it came from."""
    return batch.name or str(SOURCE_LABELS[batch.source])


def _take(content: bytes, source: ImportSource, name: str) -> ResponseReturnValue | Remark:
    """Begin an import of a file. What cannot be read at all leaves nothing behind."""
    found: ReadFile | None = None
    if len(content) <= READ_AT_ONCE or len(content) > LARGEST_FILE:
        try:
            found = recognising.read(content)
        except Unreadable as error:
            return error.remark
    intake: Intake = keep(io.BytesIO(content), name or "import.txt", "text/plain")
    user = _user()
    with transaction():
        batch = operations.open_batch(
            actor=user, source=source, rule_set=queries.default_rule_set(user), name=name, intake=intake
        )
        if found is None:
            operations.queue_reading(actor=user, batch=batch)
        else:
            operations.take_reading(batch=batch, found=found)
        batch_id = batch.id
    return redirect(url_for("transfer.show", batch_id=batch_id), 303)


def _look_up(source: ImportSource, asked: list[str]) -> ResponseReturnValue:
    user = _user()
    with transaction():
        batch = operations.open_batch(
            actor=user,
            source=source,
            rule_set=queries.default_rule_set(user),
            name=asked[0] if source is ImportSource.ORCID else "",
            asked=asked,
        )
        operations.queue_reading(actor=user, batch=batch)
        batch_id = batch.id
    return redirect(url_for("transfer.show", batch_id=batch_id), 303)


def _keep_choices(batch: ImportBatch) -> None:
    ids = [number for word in request.form.getlist("entry")[:100] if (number := _number(word)) is not None]
    if ids:
        entries = queries.entries_of(batch, ids)
        operations.choose(actor=_user(), batch=batch, choices=read_choices(request.form, entries))


def _number(word: str) -> int | None:
    try:
        return row_id(word)
    except ValueError:
        return None


def _back_to(batch_id: int) -> str:
    """The page of the preview to go to: the next one, or the one that was sent."""
    part = request.form.get("part", "")
    number = _number(request.form.get("page", "")) or 1
    number += 1 if request.form.get("then") == "next" else 0
    words: dict[str, Any] = {"part": part} if part in set(Part) and part != Part.ALL else {}
    if number > 1:
        words["page"] = number
    return url_for("transfer.show", batch_id=batch_id, **words)
