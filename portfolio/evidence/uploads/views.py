"""The endpoint of resumable uploads (tus 1.0.0), and what a person does with them by buttons."""

from __future__ import annotations

import base64
from typing import NoReturn, cast

from flask import Blueprint, Response, abort, current_app, flash, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from portfolio.accounts.models import User
from portfolio.core.db import transaction
from portfolio.core.permissions import public, requires
from portfolio.core.storage import media_types, resumable, tus
from portfolio.core.storage.filesystem import StorageError, StorageFull
from portfolio.core.storage.operations import UploadRefused
from portfolio.core.storage.resumable import CHUNK_LIMIT, Piece
from portfolio.core.web.errors import error_page, wants_json
from portfolio.core.web.formatting import filesize
from portfolio.core.web.limits import accepts
from portfolio.evidence import queries as evidence
from portfolio.evidence import reports
from portfolio.evidence.models import EvidenceItem, EvidenceType, EvidenceUpload
from portfolio.evidence.uploads import operations, queries
from portfolio.evidence.uploads.permissions import UploadPermission
from portfolio.works.models import Work
from portfolio.works.queries import find as find_work

bp = Blueprint("uploads", __name__, url_prefix="/evidence/uploads")

TAKEN = media_types.ALL | media_types.RECORDINGS
OVERRIDE = "X-HTTP-Method-Override"
LARGEST_ID = 2**31 - 1


@bp.after_request
def _name_the_protocol(response: Response) -> Response:
    response.headers["Tus-Resumable"] = tus.VERSION
    return response


@bp.route("", methods=["OPTIONS"], provide_automatic_options=False)
@public("What this endpoint can do is the same for everybody and tells of nobody.")
def options() -> ResponseReturnValue:
    """What is spoken here."""
    response = make_response("", 204)
    response.headers["Tus-Version"] = tus.VERSION
    response.headers["Tus-Extension"] = ",".join(tus.EXTENSIONS)
    response.headers["Tus-Checksum-Algorithm"] = ",".join(tus.ALGORITHMS)
    response.headers["Tus-Max-Size"] = str(_largest())
    return response


@bp.post("")
@requires(UploadPermission.START)
def create() -> ResponseReturnValue:
    """Announce a file: its length, its name, and what it is for. Nothing is sent yet."""
    _demand_version()
    try:
        tus.see_that_it_is_whole(request.headers)
        length, told = tus.number(request.headers, "Upload-Length"), tus.metadata(request.headers)
    except tus.BadHeader as error:
        _refuse(400, _("The header %(name)s cannot be used.", name=error.header))
    if request.content_length:
        _refuse(400, _("The announcement of a file brings none of its bytes."))
    if length == 0:
        _refuse(400, _("The file is empty."))
    if length > _largest():
        too_large = _("The file is larger than %(limit)s, which is the most for one file.", limit=filesize(_largest()))
        _refuse(413, too_large, **{"Tus-Max-Size": str(_largest())})
    filename = told.get("filename", "").strip()
    if not filename or "\0" in filename:
        _refuse(400, _("The file has no name."))
    try:
        with transaction():
            row = operations.start_upload(
                actor=_user(),
                filename=filename[:255],
                length=length,
                largest=_largest(),
                type=_type(told.get("type", "")),
                work=_own_work(told.get("work", "")),
                replaces=_own_item(told.get("item", "")),
            )
            location, until = url_for("uploads.head", upload_id=row.upload_id), row.upload.expires_at
    except resumable.QuotaReached:
        _refuse(413, _("You have too much under way already. Finish or discard some of it first."))
    except StorageError as error:
        _no_room(error)
    response = make_response("", 201)
    response.headers["Location"] = location
    response.headers["Upload-Expires"] = tus.expires(until)
    return response


@bp.route("/<int:upload_id>", methods=["HEAD"])
@requires(UploadPermission.SEND, load=queries.find)
def head(row: EvidenceUpload) -> ResponseReturnValue:
    """How much of an upload is safe."""
    _demand_version()
    if resumable.has_run_out(row.upload):
        _gone()
    name = base64.b64encode(row.upload.filename.encode()).decode()
    kind = base64.b64encode(row.type.value.encode()).decode()
    response = make_response("", 200)
    response.headers["Upload-Offset"] = str(resumable.offset_of(row.upload))
    response.headers["Upload-Length"] = str(row.upload.length)
    response.headers["Upload-Metadata"] = f"filename {name},type {kind}"
    response.headers["Upload-Expires"] = tus.expires(row.upload.expires_at)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.route("/<int:upload_id>", methods=["PATCH"])
@accepts(max_bytes=CHUNK_LIMIT)
@requires(UploadPermission.SEND, load=queries.find)
def patch(row: EvidenceUpload) -> ResponseReturnValue:
    """Take a piece: at most 8 MiB, at the place where the last one ended."""
    _demand_version()
    return _append(row)


@bp.route("/<int:upload_id>", methods=["DELETE"])
@requires(UploadPermission.SEND, load=queries.find)
def terminate(row: EvidenceUpload) -> ResponseReturnValue:
    """Give an upload up."""
    _demand_version()
    _discard(row)
    return "", 204


@bp.post("/<int:upload_id>")
@accepts(max_bytes=CHUNK_LIMIT)
@requires(UploadPermission.SEND, load=queries.find)
def override(row: EvidenceUpload) -> ResponseReturnValue:
    """The same for clients whose network lets through nothing but GET and POST."""
    _demand_version()
    method = request.headers.get(OVERRIDE, "")
    if method == "PATCH":
        return _append(row)
    if method != "DELETE":
        _refuse(405, _("This address takes PATCH, HEAD and DELETE."), Allow="HEAD, PATCH, DELETE")
    _discard(row)
    return "", 204


@bp.post("/<int:upload_id>/completion")
@requires(UploadPermission.SEND, load=queries.find)
def complete(row: EvidenceUpload) -> ResponseReturnValue:
    """Make evidence of a whole upload. Asked again, for instance because the answer was lost, it says the same."""
    upload_id = row.upload_id
    if row.upload.finished_at is None:
        _finish(row)
    found = queries.find(_user(), upload_id)
    if found is None:
        abort(404)
    return _outcome(found)


@bp.post("/<int:upload_id>/removal")
@requires(UploadPermission.SEND, load=queries.find)
def remove(row: EvidenceUpload) -> ResponseReturnValue:
    """Give an upload up by a button."""
    _discard(row)
    flash(_("The upload has been discarded."), "ok")
    return redirect(url_for("evidence.new"), 303)


def _append(row: EvidenceUpload) -> ResponseReturnValue:
    if request.headers.get("Content-Type") != tus.CONTENT_TYPE:
        _refuse(415, _("A piece of a file is sent as %(kind)s.", kind=tus.CONTENT_TYPE))
    try:
        offset, checksum = tus.number(request.headers, "Upload-Offset"), tus.checksum(request.headers)
    except tus.BadHeader as error:
        _refuse(400, _("The header %(name)s cannot be used.", name=error.header))
    if request.content_length is None:
        _refuse(411, _("The request does not say how long it is."))
    if resumable.has_run_out(row.upload):
        _gone()
    piece = Piece(offset, request.content_length, request.stream, checksum)
    try:
        safe, until = resumable.append(row.upload, piece)
    except resumable.WrongOffset as error:
        _refuse(409, _("The file goes on at another place."), **{"Upload-Offset": str(error.offset)})
    except resumable.UploadBusy:
        _busy()
    except resumable.UploadGone:
        _gone()
    except resumable.TooMuch:
        _refuse(413, _("More was sent than was announced. Nothing of it was kept."))
    except resumable.ChecksumMismatch:
        _refuse(tus.CHECKSUM_MISMATCH, _("The piece was changed on its way. Nothing of it was kept; send it again."))
    except resumable.LineBroke as error:
        _refuse(400, _("The line broke. What had come is kept."), **{"Upload-Offset": str(error.offset)})
    except StorageError as error:
        _no_room(error)
    response = make_response("", 204)
    response.headers["Upload-Offset"] = str(safe)
    response.headers["Upload-Expires"] = tus.expires(until)
    return response


def _finish(row: EvidenceUpload) -> None:
    try:
        intake = resumable.whole_intake(row.upload, TAKEN)
    except resumable.NotWhole:
        _refuse(409, _("Bytes of this file are still missing."))
    except resumable.UploadBusy:
        _busy()
    except resumable.UploadGone:
        _gone()
    except UploadRefused as refusal:
        with transaction():
            operations.refuse_upload(actor=_user(), row=row, code=refusal.code)
        return
    with transaction():
        operations.finish_upload(actor=_user(), row=row, intake=intake)


def _outcome(row: EvidenceUpload) -> ResponseReturnValue:
    """What came of an upload: for the script in words and links, for a form as the page of the item."""
    item = queries.item_of(row)
    if item is None:
        code = row.refusal or "damaged"
        message = _(
            "“%(name)s” was not taken: %(reason)s", name=row.upload.filename[:120], reason=UploadRefused(code).message
        )
        if wants_json():
            return jsonify(state="refused", message=message)
        flash(message, "bad")
        return redirect(url_for("evidence.new"), 303)
    address = url_for("evidence.show", item_id=item.id)
    if not wants_json():
        flash(_("The file has been added."), "ok")
        return redirect(address, 303)
    findings = [
        {"must": one.must, "title": str(one.title), "reason": str(one.reason), "mendable": one.mended_by is not None}
        for one in reports.read(item.report)
    ]
    return jsonify(state="taken", url=address, title=item.title_th, sha256=row.upload.sha256, findings=findings)


def _discard(row: EvidenceUpload) -> None:
    try:
        resumable.discard(row.upload)
    except resumable.UploadBusy:
        _busy()
    with transaction():
        operations.forget_upload(actor=_user(), row=row)


def _demand_version() -> None:
    if request.headers.get("Tus-Resumable") != tus.VERSION:
        _refuse(412, _("This endpoint speaks tus %(version)s.", version=tus.VERSION), **{"Tus-Version": tus.VERSION})


def _refuse(status: int, message: str, **headers: str) -> NoReturn:
    response = error_page(status, message, title=_("The upload cannot go on like this"))
    response.headers.update(headers)
    abort(response)


def _busy() -> NoReturn:
    _refuse(423, _("Another request is writing to this upload just now."), **{"Retry-After": "1"})


def _gone() -> NoReturn:
    _refuse(410, _("This upload has expired. Start it again."))


def _no_room(error: StorageError) -> NoReturn:
    full = isinstance(error, StorageFull)
    _refuse(
        507 if full else 503,
        _("There is no room to keep the file just now. Nothing was changed; please try again later."),
    )


def _type(word: str) -> EvidenceType:
    try:
        return EvidenceType(word) if word else EvidenceType.OTHER
    except ValueError:
        _refuse(400, _("There is no such kind of evidence."))


def _own_work(text: str) -> Work | None:
    if not text:
        return None
    work = find_work(_user(), _row(text))
    if work is None:
        _refuse(400, _("There is no such work."))
    return work


def _own_item(text: str) -> EvidenceItem | None:
    if not text:
        return None
    item = evidence.find_with_file(_user(), _row(text))
    if item is None:
        _refuse(400, _("There is no such item."))
    return item


def _row(text: str) -> int:
    known = text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= LARGEST_ID
    return int(text) if known else 0


def _largest() -> int:
    return int(current_app.extensions["config"].max_upload_bytes)


def _user() -> User:
    return cast(User, current_user._get_current_object())
