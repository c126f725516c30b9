"""Calls as everybody sees them, and as officers run them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from portfolio.calls import operations, queries
from portfolio.calls.forms import CallForm, VersionForm
from portfolio.calls.models import Call
from portfolio.calls.operations import CallRefusedError
from portfolio.calls.permissions import CallPermission
from portfolio.core.db import Stale, transaction
from portfolio.core.i18n.language import current_language
from portfolio.core.permissions import access, public, requires
from portfolio.core.web.navigation import viewer
from portfolio.core.web.pagination import page_number
from portfolio.criteria import queries as criteria

bp = Blueprint("calls", __name__, url_prefix="/calls")


@bp.get("/")
@public("calls are announced to everybody")
def index() -> ResponseReturnValue:
    """Calls, the latest first; officers also see their drafts."""
    person = viewer()
    page = queries.index_page(person, page_number())
    return render_template("calls/index.html", page=page, may_create=bool(access(CallPermission.CREATE, person)))


@bp.get("/<int:call_id>")
@public("calls are announced to everybody")
def show(call_id: int) -> ResponseReturnValue:
    """One call with its dates, criteria and rule sets."""
    person = viewer()
    call = queries.find(person, call_id)
    if call is None:
        abort(404)
    return _show(call, VersionForm(), 200)


def _show(call: Call, form: VersionForm, status: int, refusal: Any = None) -> ResponseReturnValue:
    form.version.data = str(call.version)
    page = render_template(
        "calls/show.html",
        call=call,
        form=form,
        refusal=refusal,
        may_edit=bool(access(CallPermission.EDIT, viewer(), call)),
        has_begun=operations.has_begun(call),
    )
    return page, status


@bp.get("/new")
@requires(CallPermission.CREATE)
def new() -> ResponseReturnValue:
    """The form of a new call."""
    form = _offered(CallForm(), None)
    return render_template("calls/edit.html", form=form, call=None, has_begun=False)


@bp.post("/")
@requires(CallPermission.CREATE)
def create() -> ResponseReturnValue:
    """Keep a new call as a draft."""
    form = _offered(CallForm(), None)
    if form.validate():
        try:
            with transaction():
                call = operations.create(actor=current_user, terms=_terms(form))
                call_id = call.id
        except CallRefusedError as refusal:
            form.say(refusal.field, refusal.reason)
        else:
            flash(_("The call is kept as a draft. Nobody but officers sees it until it is published."), "ok")
            return redirect(url_for("calls.show", call_id=call_id), 303)
    return render_template("calls/edit.html", form=form, call=None, has_begun=False), 422


@bp.get("/<int:call_id>/edit")
@requires(CallPermission.EDIT, load=queries.find)
def edit(call: Call) -> ResponseReturnValue:
    """The form of a call."""
    form = _offered(CallForm(), call)
    form.show(call)
    return render_template("calls/edit.html", form=form, call=call, has_begun=operations.has_begun(call))


@bp.post("/<int:call_id>")
@requires(CallPermission.EDIT, load=queries.find)
def update(call: Call) -> ResponseReturnValue:
    """Change a call."""
    form = _offered(CallForm(), call)
    if form.validate():
        try:
            with transaction():
                operations.update(actor=current_user, call=call, terms=_terms(form), version=form.version_number)
        except Stale:
            return _both(form, call), 409
        except CallRefusedError as refusal:
            form.say(refusal.field, refusal.reason)
        else:
            flash(_("The call is saved."), "ok")
            return redirect(url_for("calls.show", call_id=call.id), 303)
    page = render_template("calls/edit.html", form=form, call=call, has_begun=operations.has_begun(call))
    return page, 422


@bp.post("/<int:call_id>/publication")
@requires(CallPermission.PUBLISH, load=queries.find)
def publish(call: Call) -> ResponseReturnValue:
    """Show a call to everybody."""
    form = VersionForm()
    try:
        with transaction():
            operations.publish(actor=current_user, call=call, version=form.version_number)
    except CallRefusedError as refusal:
        return _show(call, form, 422, refusal.reason)
    flash(_("The call is published."), "ok")
    return redirect(url_for("calls.show", call_id=call.id), 303)


def _offered(form: CallForm, call: Call | None) -> CallForm:
    """A new call chooses among the newest versions; one that has older ones may keep them."""
    criteria_sets = criteria.current_criteria_sets()
    rule_sets = criteria.current_rule_sets()
    if call is not None:
        criteria_sets += [call.criteria_set] if call.criteria_set not in criteria_sets else []
        rule_sets += [row for row in call.rule_sets if row not in rule_sets]
    form.offer(criteria_sets, rule_sets, current_language())
    return form


def _both(form: CallForm, call: Call) -> str:
    """The form as it was typed, with the version of now and what was saved meanwhile beside it."""
    saved = _offered(CallForm(formdata=None), call)
    saved.show(call)
    form.version.data = saved.version.data
    return render_template("calls/edit.html", form=form, call=call, has_begun=operations.has_begun(call), saved=saved)


def _terms(form: CallForm) -> Any:
    return form.terms(criteria.all_criteria_sets(), criteria.all_rule_sets())
