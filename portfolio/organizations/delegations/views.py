"""Delegations: whom one lets edit, for whom one may edit, and whose desk one sits at now."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import Forbidden

from portfolio.core.db import Stale, transaction
from portfolio.core.i18n.language import current_language
from portfolio.core.permissions import access, requires
from portfolio.core.web.navigation import viewer
from portfolio.core.web.pagination import page_number
from portfolio.organizations.delegations import operations, queries
from portfolio.organizations.delegations.forms import DelegationForm
from portfolio.organizations.delegations.models import Delegation
from portfolio.organizations.delegations.operations import DelegationRefused
from portfolio.organizations.delegations.permissions import DelegationPermission
from portfolio.organizations.delegations.vocabulary import deed_label

bp = Blueprint("delegations", __name__, url_prefix="/delegations")


ALWAYS = {"static", "web.language", "accounts.sign_out"}
"""What is done at nobody's desk."""


@bp.before_app_request
def leave_a_desk_that_was_closed() -> None:
    """A page opened at an academic's desk must not be saved at the assistant's own, once the delegation has ended.

    Nothing is taken until the assistant has opened a page that says so; a script that goes on sending is refused.
    """
    if queries.CHOSEN not in browser or request.endpoint in ALWAYS or request.blueprint == bp.name:
        return
    person = viewer()
    closed = queries.closed_desk(person) if person is not None else None
    if closed is None:
        return
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        raise Forbidden(description=_("You no longer edit for this academic. Nothing was saved."))
    if "text/html" in request.headers.get("Accept", ""):
        browser.pop(queries.CHOSEN, None)
        name = closed.owner.name_in(current_language())
        flash(_("You no longer edit for %(name)s. From here on you are at your own desk.", name=name), "warn")


@bp.app_context_processor
def _provide() -> dict[str, Any]:
    """Every page says for whom one works."""
    return {"working_for": working_for}


def working_for() -> Any:
    """The academic for whom the person who looks works now, or None."""
    person = current_user._get_current_object() if current_user and current_user.is_authenticated else None
    under = queries.chosen(person) if person is not None else None
    return None if under is None else under.owner


@bp.get("")
@requires(DelegationPermission.LIST)
def index() -> ResponseReturnValue:
    """Whom one lets edit, and for whom one may."""
    return _page(DelegationForm())


@bp.post("")
@requires(DelegationPermission.GIVE)
def create() -> ResponseReturnValue:
    """Ask somebody."""
    form = DelegationForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        with transaction():
            operations.ask(actor=_user(), address=form.address.data or "")
    except DelegationRefused as error:
        form.address.errors = [str(error.reason)]
        return _page(form), 422
    flash(_("The person has been asked by e-mail. They can edit once they have accepted."), "ok")
    return redirect(url_for("delegations.index"), 303)


@bp.post("/<int:delegation_id>/acceptance")
@requires(DelegationPermission.ACCEPT, load=queries.find)
def accept(delegation: Delegation) -> ResponseReturnValue:
    """Say yes to being somebody's assistant."""
    try:
        with transaction():
            operations.accept(actor=_user(), delegation=_again(delegation))
    except DelegationRefused as error:
        flash(str(error.reason), "warn")
    return redirect(url_for("delegations.index"), 303)


@bp.post("/<int:delegation_id>/end")
@requires(DelegationPermission.END, load=queries.find)
def end(delegation: Delegation) -> ResponseReturnValue:
    """End or decline."""
    with transaction():
        operations.end(actor=_user(), delegation=_again(delegation))
    if browser.get(queries.CHOSEN) == delegation.id:
        browser.pop(queries.CHOSEN)
    queries.forget_chosen()
    flash(_("It has ended. What was done stays, with its author named."), "ok")
    return redirect(url_for("delegations.index"), 303)


@bp.post("/<int:delegation_id>/desk")
@requires(DelegationPermission.WORK, load=queries.find)
def work(delegation: Delegation) -> ResponseReturnValue:
    """Sit down at an academic's desk: works, evidence and portfolios are theirs from here on."""
    browser[queries.CHOSEN] = delegation.id
    flash(_("You now edit for %(name)s.", name=delegation.owner.name_in(current_language())), "ok")
    return redirect(url_for("home.index"), 303)


@bp.post("/desk/end")
@requires(DelegationPermission.STOP_WORK)
def stop_work() -> ResponseReturnValue:
    """Go back to one's own desk."""
    browser.pop(queries.CHOSEN, None)
    return redirect(url_for("delegations.index"), 303)


@bp.get("/<int:delegation_id>/deeds")
@requires(DelegationPermission.READ_DEEDS, load=queries.find)
def show_deeds(delegation: Delegation) -> ResponseReturnValue:
    """What somebody did on the owner's behalf."""
    page = queries.deeds(delegation, page_number())
    return render_template(
        "organizations/delegations/deeds.html", delegation=delegation, page=page, deed_label=deed_label
    )


def _page(form: DelegationForm) -> str:
    user = _user()
    return render_template(
        "organizations/delegations/index.html",
        form=form,
        may_give=access(DelegationPermission.GIVE, user),
        given=queries.given_by(user),
        received=queries.given_to(user),
        asked=queries.asked_of(user),
        under=queries.chosen(user),
    )


def _again(delegation: Delegation) -> Delegation:
    found = queries.find(_user(), delegation.id)
    if found is None:  # erased with one of the two in this very moment
        raise Stale
    return found


def _user() -> Any:
    return current_user._get_current_object()
