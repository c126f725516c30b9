"""What the service keeps of a person: a copy of it, and its erasure."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portfolio.accounts import throttle
from portfolio.accounts.models import User
from portfolio.accounts.operations import may_try, verify
from portfolio.accounts.queries import find_own
from portfolio.accounts.sessions import forget
from portfolio.core.db import transaction
from portfolio.core.permissions import public, requires
from portfolio.core.storage.responses import send_stored
from portfolio.transfer.personal import operations, queries
from portfolio.transfer.personal.forms import ErasureForm
from portfolio.transfer.personal.models import PersonalCopy
from portfolio.transfer.personal.operations import ErasureRefused
from portfolio.transfer.personal.permissions import PersonalPermission

bp = Blueprint("personal", __name__, url_prefix="/personal")


@bp.get("")
@requires(PersonalPermission.MANAGE, load=find_own)
def index(user: User) -> ResponseReturnValue:
    """What is kept and why, copies, and the way to erasure."""
    return render_template(
        "transfer/personal/index.html", copies=queries.newest(user), kept_days=operations.KEPT.days, person=user
    )


@bp.post("/copies")
@requires(PersonalPermission.MANAGE, load=find_own)
def create_copy(user: User) -> ResponseReturnValue:
    """Have a copy made."""
    with transaction():
        operations.ask_copy(actor=user)
    return redirect(url_for("personal.index"), 303)


@bp.get("/copies/<int:copy_id>/file")
@requires(PersonalPermission.FETCH, load=queries.find)
def download(copy: PersonalCopy) -> Response:
    """The copy itself."""
    if copy.stored_file is None:
        abort(404)
    with transaction():
        again = queries.get(copy.id)
        assert again is not None
        operations.note_fetched(actor=again.owner, copy=again)
        stored = again.stored_file
    assert stored is not None
    return send_stored(stored)


@bp.get("/erasure")
@requires(PersonalPermission.MANAGE, load=find_own)
def erasure(user: User) -> ResponseReturnValue:
    """What would go, what would stay, and the form."""
    return _erasure_page(user, ErasureForm(), 200)


@bp.post("/erasure")
@requires(PersonalPermission.MANAGE, load=find_own)
def erase(user: User) -> ResponseReturnValue:
    """Erase, once the address and the password are right."""
    form = ErasureForm()
    form.email = user.email
    if not form.validate():
        return _erasure_page(user, form, 422)
    with transaction():
        allowed = may_try(email=user.email, network=throttle.network_of(request.remote_addr))
    if not allowed:
        form.password.errors = [_("Too many attempts. Wait a quarter of an hour.")]
        return _erasure_page(user, form, 429)
    if verify(email=user.email, password=str(form.password.data)) is None:
        form.password.errors = [_("This is not your password.")]
        return _erasure_page(user, form, 422)
    try:
        with transaction():
            operations.erase_person(actor=user)
    except ErasureRefused:
        return _erasure_page(user, form, 409)
    return forget(make_response(redirect(url_for("personal.erased"), 303)))


@bp.get("/erased")
@public("whoever was erased cannot sign in any more; it tells everybody the same")
def erased() -> ResponseReturnValue:
    """That it is done."""
    return render_template("transfer/personal/erased.html")


def _erasure_page(user: User, form: ErasureForm, status: int) -> ResponseReturnValue:
    page: Any = render_template(
        "transfer/personal/erasure.html",
        form=form,
        person=user,
        going=queries.going(user),
        reasons=queries.refusals(user),
    )
    return page, status
