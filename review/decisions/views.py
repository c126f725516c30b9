"""The officers' table and decision; the applicant's result."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from portfolio.core.db import check_version, transaction
from portfolio.core.hooks import current_hooks
from portfolio.core.permissions import requires
from portfolio.core.web.limits import accepts
from portfolio.submissions.models import Submission, SubmissionState
from portfolio.submissions.queries import for_change
from review.assignments.queries import latest_round
from review.decisions import letters, operations, queries
from review.decisions.forms import choices_of, decision_form
from review.decisions.panel import Panel, anonymous_panel_of, panel_of, remarks_of
from review.decisions.permissions import CONFIDENTIAL_NOTE, REVIEW, REVIEWER, DecisionPermission

bp = Blueprint("decisions", __name__, url_prefix="/decisions")

WIDE_SPREAD = 2
"""Levels further apart than this are pointed out before deciding."""


@bp.get("/submissions/<int:id>")
@requires(DecisionPermission.DECIDE, load=queries.find)
def edit(submission: Submission) -> ResponseReturnValue:
    """What the reviewers gave, and what is decided."""
    panel = _panel(submission)
    return _table(submission, panel, _form(submission, panel))


@bp.post("/submissions/<int:id>")
@accepts(max_text=512 * 1024)
@requires(DecisionPermission.DECIDE, load=queries.find)
def decide(submission: Submission) -> ResponseReturnValue:
    """Decide every work of the round at once."""
    panel = _panel(submission)
    form = _form(submission, panel)
    if not form.validate_on_submit():
        return _table(submission, panel, form), 422
    submission_id = submission.id
    choices, version = choices_of(form, panel), form.version.data
    try:
        with transaction():
            row = for_change(submission_id)
            check_version(row, row.version if version is None else version)
            operations.decide(
                submission=row,
                choices=choices,
                letter_th=form.letter_th.data or "",
                letter_en=form.letter_en.data or "",
                actor=_me(),
            )
    except operations.NotEnoughReviewsError as error:
        flash(_("Not decided: reviews still lacking: %(n)s.", n=error.lacking), "bad")
    except operations.ReasonNeededError as error:
        for position in error.positions:
            form[f"reason_th_{position}"].errors = [
                _("Give the chair's reason: the reviewers were split, or the level differs from theirs.")
            ]
    except operations.NamesReviewerError as error:
        for place in error.places:
            form[place].errors = [_("This text names a reviewer. Take the name or address out.")]
    else:
        flash(_("The decision is recorded and the applicant has been written to."), "ok")
        return redirect(url_for(".edit", id=submission_id), 303)
    return _table(submission, panel, form), 422


@bp.get("/submissions/<int:id>/result")
@requires(DecisionPermission.READ_OWN, load=queries.find_own)
def result(submission: Submission) -> ResponseReturnValue:
    """The applicant's own result: levels, reasons and remarks, without anybody's name."""
    round_ = latest_round(submission.id)
    if round_ is None:
        abort(404)
    panel = anonymous_panel_of(round_, submission.call.criteria_set)
    decisions = queries.decisions_of(round_)
    return render_template(
        "decisions/result.html",
        submission=submission,
        decisions={decision.snapshot_work.position: decision for decision in decisions},
        letter=queries.letter_of(round_),
        panel=panel,
        remarks=remarks_of(panel),
    )


def _me() -> Any:
    return current_user._get_current_object()


def _panel(submission: Submission) -> Panel:
    round_ = latest_round(submission.id)
    if round_ is None:
        abort(404)
    return panel_of(round_, submission.call.criteria_set)


def _form(submission: Submission, panel: Panel) -> Any:
    return decision_form(panel, letters.draft(submission, "th"), letters.draft(submission, "en"))


def _table(submission: Submission, panel: Panel, form: Any) -> str:
    hooks, viewer = current_hooks(), _me()
    round_ = panel.round
    seats = [seat for seat in panel.seats if hooks.discloses(viewer, REVIEW, seat.assignment)]
    return render_template(
        "decisions/edit.html",
        submission=submission,
        panel=panel,
        seats=seats,
        named={seat.number for seat in seats if hooks.discloses(viewer, REVIEWER, seat.assignment)},
        confided={seat.number for seat in seats if hooks.discloses(viewer, CONFIDENTIAL_NOTE, seat.assignment)},
        form=form,
        open=submission.state is SubmissionState.UNDER_REVIEW and round_.closed_at is None,
        decisions={one.snapshot_work.position: one for one in queries.decisions_of(round_)},
        letter=queries.letter_of(round_),
        wide=WIDE_SPREAD,
        marks=letters.RESULTS,
        asked=request.method == "POST",
    )
