"""The reviewer's own profile."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from portfolio.core.db import Stale, transaction
from portfolio.core.permissions import requires
from portfolio.core.web.addresses import row_id
from review.reviewers import operations, queries
from review.reviewers.forms import ProfileForm
from review.reviewers.permissions import ReviewerPermission

bp = Blueprint("reviewers", __name__, url_prefix="/reviewers")


@bp.get("/profile")
@requires(ReviewerPermission.EDIT_OWN)
def profile() -> ResponseReturnValue:
    """What the register says of me."""
    row = queries.profile_of(_me().id)
    return render_template("reviewers/profile.html", form=ProfileForm(obj=row), profile=row)


@bp.post("/profile")
@requires(ReviewerPermission.EDIT_OWN)
def update() -> ResponseReturnValue:
    """Keep it."""
    form = ProfileForm()
    if not form.validate_on_submit():
        return render_template("reviewers/profile.html", form=form, profile=queries.profile_of(_me().id)), 422
    try:
        with transaction():
            operations.save_profile(
                actor=_me(),
                expertise_th=form.expertise_th.data or "",
                expertise_en=form.expertise_en.data or "",
                engaged_scholarship=form.engaged_scholarship.data,
                capacity=form.capacity.data or 0,
                away_until=form.away_until.data,
                version=request.form.get("version", type=row_id),
            )
    except Stale:
        row = queries.profile_of(_me().id)
        saved = ProfileForm(formdata=None, obj=row)
        return render_template("reviewers/profile.html", form=form, profile=row, saved=saved), 409
    flash(_("Your reviewer profile has been saved."), "ok")
    return redirect(url_for(".profile"), 303)


def _me() -> Any:
    return current_user._get_current_object()
