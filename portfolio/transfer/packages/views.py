"""Taking a portfolio along as one file, and bringing one in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portfolio.core.db import transaction
from portfolio.core.permissions import requires
from portfolio.core.storage.operations import UploadRefused
from portfolio.core.storage.responses import send_stored
from portfolio.core.web.limits import accepts
from portfolio.core.web.pagination import page_number
from portfolio.portfolios.models import Portfolio
from portfolio.transfer.packages import operations, queries
from portfolio.transfer.packages.forms import PackageForm
from portfolio.transfer.packages.models import PackageTransfer, TransferState
from portfolio.transfer.packages.permissions import PackagePermission
from portfolio.transfer.packages.reading import receive
from portfolio.transfer.packages.vocabulary import PLAIN_REASONS

bp = Blueprint("packages", __name__, url_prefix="/packages")

MIB = 1024 * 1024
MOST_UPLOAD = 512 * MIB


@bp.get("")
@requires(PackagePermission.LIST)
def index() -> ResponseReturnValue:
    """What was packed and brought in, and both ways."""
    return _page(PackageForm())


@bp.post("/portfolios/<int:portfolio_id>")
@requires(PackagePermission.EXPORT, load=queries.find_portfolio)
def export(portfolio: Portfolio) -> ResponseReturnValue:
    """Have a portfolio packed."""
    with transaction():
        again = queries.find_portfolio(_user(), portfolio.id)
        assert again is not None  # portfolios are never deleted
        transfer_id = operations.begin_export(actor=_user(), portfolio=again).id
    return redirect(url_for("packages.show", transfer_id=transfer_id), 303)


@bp.post("")
@accepts(max_bytes=MOST_UPLOAD)
@requires(PackagePermission.IMPORT)
def create() -> ResponseReturnValue:
    """Bring a package in."""
    form = PackageForm()
    if not form.validate_on_submit():
        return _page(form), 422
    upload = form.package.data
    try:
        intake = receive(upload.stream, upload.filename or "package.zip", MOST_UPLOAD)
    except UploadRefused as error:
        form.package.errors = [str(error.message)]
        return _page(form), 422
    with transaction():
        transfer_id = operations.begin_import(actor=_user(), intake=intake).id
    return redirect(url_for("packages.show", transfer_id=transfer_id), 303)


@bp.get("/<int:transfer_id>")
@requires(PackagePermission.READ, load=queries.find)
def show(transfer: PackageTransfer) -> ResponseReturnValue:
    """Where it stands, and what came of it."""
    return render_template(
        "transfer/packages/show.html",
        transfer=transfer,
        waiting=transfer.state is TransferState.WAITING,
        reason=PLAIN_REASONS.get(transfer.code, transfer.code),
        kept_days=operations.KEPT.days,
    )


@bp.get("/<int:transfer_id>/file")
@requires(PackagePermission.READ, load=queries.find)
def download(transfer: PackageTransfer) -> Response:
    """The package itself."""
    if transfer.stored_file is None or transfer.state is not TransferState.DONE:
        abort(404)
    with transaction():
        again = queries.find(_user(), transfer.id)
        assert again is not None
        operations.note_download(actor=_user(), transfer=again)
        stored = again.stored_file
    assert stored is not None
    return send_stored(stored)


def _page(form: PackageForm) -> str:
    user = _user()
    return render_template(
        "transfer/packages/index.html",
        form=form,
        page=queries.index_page(user, page_number()),
        portfolios=queries.portfolios_of(user),
        limit=MOST_UPLOAD,
    )


def _user() -> Any:
    return current_user._get_current_object()
