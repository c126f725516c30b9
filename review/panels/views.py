"""The page where an officer sets what a call asks of its panels."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from portfolio.calls import queries as calls
from portfolio.calls.models import Call
from portfolio.core.db import transaction
from portfolio.core.permissions import requires
from review.panels import operations, queries
from review.panels.forms import PanelRuleForm
from review.panels.permissions import PanelPermission

bp = Blueprint("panels", __name__, url_prefix="/panels")


@bp.get("/calls/<int:call_id>")
@requires(PanelPermission.EDIT, load=calls.find)
def edit(call: Call) -> ResponseReturnValue:
    """The rule in force."""
    return render_template("panels/edit.html", call=call, form=PanelRuleForm(obj=queries.rule_of(call.id)))


@bp.post("/calls/<int:call_id>")
@requires(PanelPermission.EDIT, load=calls.find)
def update(call: Call) -> ResponseReturnValue:
    """Keep the rule."""
    form = PanelRuleForm()
    if not form.validate_on_submit():
        return render_template("panels/edit.html", call=call, form=form), 422
    call_id = call.id
    with transaction():
        again = calls.find_call(call_id)
        assert again is not None  # it was loaded just now, and calls are never deleted
        operations.set_rule(
            call=again,
            reviewers=form.reviewers.data or 0,
            review_days=form.review_days.data or 0,
            actor=current_user._get_current_object(),
        )
    flash(_("The panel rule has been saved."), "ok")
    return redirect(url_for(".edit", call_id=call_id), 303)
