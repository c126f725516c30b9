"""Pages of assignments: the officer's table of candidates, the reviewer's invitation and list."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from portfolio.accounts import queries as accounts
from portfolio.core.db import transaction
from portfolio.core.permissions import requires
from portfolio.core.web.addresses import row_id
from portfolio.core.web.pagination import page_number
from portfolio.submissions import queries as submissions
from portfolio.submissions.models import Submission, SubmissionState
from portfolio.submissions.snapshots import content_as_kept
from portfolio.works.vocabulary import THEME_LABELS, Theme
from review.assignments import operations, queries
from review.assignments.forms import AcceptForm, ConflictForm, DeclineForm, DueForm
from review.assignments.models import LIVE_STATES, Assignment, AssignmentState
from review.assignments.permissions import AssignmentPermission
from review.assignments.redaction import MARK, masked
from review.assignments.words import ASSIGNMENT_LABELS, ASSIGNMENT_TAGS
from review.conflicts.models import ConflictGround
from review.conflicts.words import GROUND_LABELS, SOURCE_LABELS
from review.panels.queries import rule_of

bp = Blueprint("assignments", __name__, url_prefix="/assignments")


@bp.app_context_processor
def words() -> dict[str, Any]:
    """Words and tags of assignments for every template that shows one."""
    return {
        "assignment_labels": ASSIGNMENT_LABELS,
        "assignment_tags": ASSIGNMENT_TAGS,
        "ground_labels": GROUND_LABELS,
        "source_labels": SOURCE_LABELS,
    }


@bp.get("/submissions/<int:id>")
@requires(AssignmentPermission.ASSIGN, load=submissions.find)
def edit(submission: Submission) -> ResponseReturnValue:
    """Who reviews a submission, and who else could."""
    return _table(submission)


@bp.post("/submissions/<int:id>/invitations")
@requires(AssignmentPermission.ASSIGN, load=submissions.find)
def invite(submission: Submission) -> ResponseReturnValue:
    """Invite one reviewer."""
    submission_id, reviewer_id = submission.id, request.form.get("reviewer", type=row_id)
    try:
        with transaction():
            reviewer = accounts.get(reviewer_id) if reviewer_id is not None else None
            if reviewer is None:
                raise operations.NotAReviewerError
            operations.invite(submission=submissions.for_change(submission_id), reviewer=reviewer, actor=_me())
    except operations.NotAReviewerError:
        flash(_("This person cannot be asked to review this submission. Nobody was written to."), "bad")
    except operations.ConflictFoundError as error:
        listed = [
            _("%(ground)s (%(source)s)", ground=GROUND_LABELS[cause.ground], source=SOURCE_LABELS[cause.source])
            for cause in error.causes
        ]
        if error.declaration is not None and error.declaration.ground is not None:
            ground = GROUND_LABELS[error.declaration.ground]
            listed.append(_("%(ground)s (%(source)s)", ground=ground, source=_("declared by the reviewer")))
        flash(_("Not invited because of a conflict of interest: %(causes)s", causes=", ".join(listed)), "bad")
    else:
        flash(_("The invitation is on its way."), "ok")
    return redirect(url_for(".edit", id=submission_id, q=request.form.get("q") or None), 303)


@bp.post("/<int:id>/cancellation")
@requires(AssignmentPermission.MANAGE, load=queries.find)
def cancel(assignment: Assignment) -> ResponseReturnValue:
    """Take an invitation or an unfinished review back."""
    assignment_id, submission_id = assignment.id, assignment.round.submission_id
    with transaction():
        operations.cancel(assignment=queries.for_change(assignment_id), actor=_me())
    flash(_("The assignment was cancelled; the reviewer has been written to."), "ok")
    return redirect(url_for(".edit", id=submission_id), 303)


@bp.post("/<int:id>/due-date")
@requires(AssignmentPermission.MANAGE, load=queries.find)
def extend(assignment: Assignment) -> ResponseReturnValue:
    """Give a reviewer another day."""
    form = DueForm()
    assignment_id, submission_id = assignment.id, assignment.round.submission_id
    if not form.validate_on_submit() or form.due_on.data is None:
        return _table(assignment.round.submission, due=(assignment_id, form)), 422
    due_on = form.due_on.data
    with transaction():
        operations.extend(assignment=queries.for_change(assignment_id), due_on=due_on, actor=_me())
    flash(_("The due date was changed; the reviewer has been written to."), "ok")
    return redirect(url_for(".edit", id=submission_id), 303)


@bp.get("/")
@requires(AssignmentPermission.LIST_OWN)
def index() -> ResponseReturnValue:
    """A reviewer's own reviews and invitations."""
    return render_template("assignments/index.html", page=queries.own_page(_me(), page_number()))


@bp.get("/<int:id>")
@requires(AssignmentPermission.READ, load=queries.find_own)
def show(assignment: Assignment) -> ResponseReturnValue:
    """The invitation; once accepted, the way to the material."""
    if assignment.state in (AssignmentState.ACCEPTED, AssignmentState.HANDED_IN):
        return redirect(url_for("scoring.show", id=assignment.id), 303)
    return _invitation(assignment, AcceptForm(), DeclineForm())


@bp.post("/<int:id>/acceptance")
@requires(AssignmentPermission.ANSWER, load=queries.find_own)
def accept(assignment: Assignment) -> ResponseReturnValue:
    """Accept free of conflict, or declare the conflict that ends it."""
    form = AcceptForm()
    if not form.validate_on_submit():
        return _invitation(assignment, form, DeclineForm(formdata=None)), 422
    assignment_id, conflict = assignment.id, form.conflict
    with transaction():
        row = queries.for_change(assignment_id)
        if conflict is None:
            operations.accept(assignment=row, actor=_me())
        else:
            operations.declare_conflict(assignment=row, actor=_me(), ground=conflict, detail=form.detail.data or "")
    if conflict is not None:
        flash(_("Thank you. The conflict is on record and the invitation has ended."), "ok")
        return redirect(url_for(".index"), 303)
    flash(_("Thank you. The material is open now."), "ok")
    return redirect(url_for("scoring.show", id=assignment_id), 303)


@bp.post("/<int:id>/refusal")
@requires(AssignmentPermission.ANSWER, load=queries.find_own)
def decline(assignment: Assignment) -> ResponseReturnValue:
    """Decline."""
    form = DeclineForm()
    if not form.validate_on_submit():
        return _invitation(assignment, AcceptForm(formdata=None), form), 422
    assignment_id = assignment.id
    with transaction():
        operations.decline(assignment=queries.for_change(assignment_id), actor=_me(), reason=form.reason.data or "")
    flash(_("Thank you for telling. The invitation has ended."), "ok")
    return redirect(url_for(".index"), 303)


@bp.get("/<int:id>/conflict")
@requires(AssignmentPermission.DECLARE, load=queries.find_own)
def ask_conflict(assignment: Assignment) -> ResponseReturnValue:
    """A conflict that was seen only in the material."""
    return render_template("assignments/conflict.html", assignment=assignment, form=ConflictForm())


@bp.post("/<int:id>/conflict")
@requires(AssignmentPermission.DECLARE, load=queries.find_own)
def declare_conflict(assignment: Assignment) -> ResponseReturnValue:
    """Declare it: the material closes."""
    form = ConflictForm()
    if not form.validate_on_submit():
        return render_template("assignments/conflict.html", assignment=assignment, form=form), 422
    assignment_id = assignment.id
    with transaction():
        operations.declare_conflict(
            assignment=queries.for_change(assignment_id),
            actor=_me(),
            ground=ConflictGround(form.ground.data),
            detail=form.detail.data or "",
        )
    flash(_("Thank you. The conflict is on record and the material is closed."), "ok")
    return redirect(url_for(".index"), 303)


def _me() -> Any:
    return current_user._get_current_object()


def _table(submission: Submission, due: tuple[int, DueForm] | None = None) -> str:
    words_asked = request.args.get("q", "").strip()[:100]
    round_ = queries.latest_round(submission.id)
    assignments = round_.assignments if round_ else []
    open_ = submission.state in (SubmissionState.SUBMITTED, SubmissionState.UNDER_REVIEW)
    return render_template(
        "assignments/edit.html",
        submission=submission,
        round=round_,
        wanted=round_.reviewers_wanted if round_ else rule_of(submission.call_id).reviewers,
        live=[assignment for assignment in assignments if assignment.state in LIVE_STATES],
        assignments=assignments,
        loading=queries.LOADING,
        open=open_,
        candidates=queries.candidates(submission, round_, words_asked, page_number()) if open_ else None,
        words=words_asked,
        due=due,
        plain_due=DueForm(formdata=None),
    )


def _invitation(assignment: Assignment, accepting: AcceptForm, declining: DeclineForm) -> str:
    """Only what tells nobody's name: fields, themes and places of the works, never their titles.

    The fields are what people typed, so names are taken out of them, in single-blind calls too.
    """
    snapshot = assignment.round.snapshot
    content = masked(content_as_kept(snapshot), also=queries.names_to_hide(snapshot))
    works = [
        {
            "position": work["position"],
            "discipline_th": _unnamed(work["discipline_th"]),
            "discipline_en": _unnamed(work["discipline_en"]),
            "province": work["province"],
            "theme": THEME_LABELS[Theme(work["theme"])] if work["theme"] else "",
        }
        for work in content["works"]
    ]
    return render_template(
        "assignments/show.html",
        assignment=assignment,
        works=works,
        field_th=_unnamed(content["portfolio"]["field_th"]),
        field_en=_unnamed(content["portfolio"]["field_en"]),
        exhibits=len(content["evidence"]),
        accepting=accepting,
        declining=declining,
    )


def _unnamed(text: str) -> str:
    return text.replace(MARK, f"({_('name hidden')})")
