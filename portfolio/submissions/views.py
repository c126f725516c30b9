"""Pages of submissions: handing in, receipt and history for the applicant; list and check for officers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from wtforms import SelectChoice

from portfolio.calls.queries import find_call, open_calls
from portfolio.core.db import check_version, transaction
from portfolio.core.hooks import current_hooks
from portfolio.core.i18n.language import current_language
from portfolio.core.permissions import requires
from portfolio.core.web.addresses import row_id
from portfolio.core.web.cards import written
from portfolio.core.web.errors import error_page
from portfolio.core.web.pagination import page_number
from portfolio.core.workflow import ImpossibleMove
from portfolio.portfolios.models import Portfolio
from portfolio.portfolios.queries import numbers_of_exhibits
from portfolio.submissions import operations, queries
from portfolio.submissions.forms import SubmitForm, WithdrawForm, joined_notes, return_form
from portfolio.submissions.models import Submission, SubmissionState
from portfolio.submissions.permissions import SubmissionPermission
from portfolio.submissions.queries import LiveUse
from portfolio.submissions.snapshots import content_of
from portfolio.submissions.steps import steps_of
from portfolio.submissions.workflow import MOVE_LABELS, STATE_LABELS, STATE_TAGS, WITHDRAW, WORKFLOW

bp = Blueprint("submissions", __name__, url_prefix="/submissions")

BOARD_STATES = (
    SubmissionState.SUBMITTED,
    SubmissionState.RETURNED,
    SubmissionState.UNDER_REVIEW,
    SubmissionState.DECIDED,
)
TICKETS = 8


@bp.app_errorhandler(ImpossibleMove)
def impossible(error: ImpossibleMove) -> ResponseReturnValue:
    """Somebody else was first: say where the matter stands now."""
    state = STATE_LABELS.get(error.state, error.state) if isinstance(error.state, SubmissionState) else error.state
    return error_page(
        409,
        _("This step is no longer possible: the matter now stands at “%(state)s”. Nothing was changed.", state=state),
    )


@bp.app_context_processor
def words() -> dict[str, Any]:
    """Words and tags of states for every template that shows a submission."""
    return {"state_labels": STATE_LABELS, "state_tags": STATE_TAGS, "move_labels": MOVE_LABELS}


@bp.get("/portfolios/<int:id>")
@requires(SubmissionPermission.CREATE, load=queries.find_portfolio)
def new(portfolio: Portfolio) -> ResponseReturnValue:
    """Before handing in: what goes, to which call, what is declared; or the receipt where it has gone already."""
    live = queries.live_of(portfolio.id)
    if live is not None and live.state in (SubmissionState.SUBMITTED, SubmissionState.UNDER_REVIEW):
        return redirect(url_for(".receipt", id=live.id), 303)
    return _submit_page(portfolio, _submit_form(portfolio, live), live)


@bp.post("/portfolios/<int:id>")
@requires(SubmissionPermission.CREATE, load=queries.find_portfolio)
def create(portfolio: Portfolio) -> ResponseReturnValue:
    """Hand in. The second press gets the receipt of the first."""
    live = queries.live_of(portfolio.id)
    if live is not None and live.state in (SubmissionState.SUBMITTED, SubmissionState.UNDER_REVIEW):
        return redirect(url_for(".receipt", id=live.id), 303)
    form = _submit_form(portfolio, live)
    if not form.validate_on_submit():
        return _submit_page(portfolio, form, live), 422
    portfolio_id, call_id = portfolio.id, form.call.data
    try:
        with transaction():
            call = find_call(call_id)
            assert call is not None  # the form offered it
            submission = operations.submit(portfolio=queries.locked_portfolio(portfolio_id), call=call, actor=_me())
            submission_id = submission.id
    except operations.CallClosedError:
        form.call.errors = [_("This call has closed in the meantime.")]
    except operations.WrongCallError:
        form.call.errors = [_("This call does not take portfolios under these rules.")]
    except operations.WorkLiveError as error:
        form.call.errors = [_live_words(use) for use in error.uses]
    except operations.NotReadyError as error:
        form.call.errors = [str(must.title) for must in error.musts]
    else:
        flash(_("The portfolio has been submitted. This is its receipt."), "ok")
        return redirect(url_for(".receipt", id=submission_id), 303)
    return _submit_page(portfolio, form, live), 422


@bp.get("/mine")
@requires(SubmissionPermission.READ_OWN)
def mine() -> ResponseReturnValue:
    """The person's own submissions."""
    page = queries.own_page(_me(), page_number())
    return render_template("submissions/mine.html", page=page)


@bp.get("/<int:id>/receipt")
@requires(SubmissionPermission.READ, load=queries.find_own)
def receipt(submission: Submission) -> ResponseReturnValue:
    """What was received and when, to keep or print."""
    snapshot = submission.snapshot
    content = content_of(snapshot) if snapshot else None
    return render_template("submissions/receipt.html", submission=submission, snapshot=snapshot, content=content)


@bp.get("/<int:id>/progress")
@requires(SubmissionPermission.READ, load=queries.find_own)
def progress(submission: Submission) -> ResponseReturnValue:
    """Where the person's submission stands, its history, and what can be done."""
    moves = queries.moves_of(submission)
    return render_template(
        "submissions/progress.html",
        submission=submission,
        moves=moves,
        steps=steps_of(submission, moves),
        panels=_panels(submission),
        may_withdraw=submission.state in WORKFLOW.moves[WITHDRAW].sources,
    )


@bp.get("/<int:id>/withdrawal")
@requires(SubmissionPermission.WITHDRAW, load=queries.find_own)
def ask_withdrawal(submission: Submission) -> ResponseReturnValue:
    """What withdrawing means, and whether it is meant."""
    return render_template("submissions/withdrawal.html", submission=submission, form=WithdrawForm())


@bp.post("/<int:id>/withdrawal")
@requires(SubmissionPermission.WITHDRAW, load=queries.find_own)
def withdraw(submission: Submission) -> ResponseReturnValue:
    """Withdraw."""
    form = WithdrawForm()
    if not form.validate_on_submit():
        return render_template("submissions/withdrawal.html", submission=submission, form=form), 422
    submission_id = submission.id
    with transaction():
        operations.withdraw(submission=queries.for_change(submission_id), actor=_me(), note=form.note.data or "")
    flash(_("The submission has been withdrawn."), "ok")
    return redirect(url_for(".progress", id=submission_id), 303)


@bp.get("/")
@requires(SubmissionPermission.LIST)
def index() -> ResponseReturnValue:
    """The officers' list, filtered and paged."""
    call_id, state, words = request.args.get("call", type=row_id), _state(), request.args.get("q", "").strip()[:200]
    page = queries.officers_page(_me(), page_number(), call_id=call_id, state=state, words=words)
    places = queries.universities_of([submission.applicant_id for submission in page])
    return render_template(
        "submissions/index.html",
        page=page,
        places=places,
        calls=queries.calls_with_submissions(),
        states=[state for state in SubmissionState if state is not SubmissionState.DRAFT],
        call_id=call_id,
        state=state,
        words=words,
    )


@bp.get("/board")
@requires(SubmissionPermission.LIST)
def board() -> ResponseReturnValue:
    """The officers' board: a column per state, the longest waiting first."""
    call_id = request.args.get("call", type=row_id)
    columns = []
    for state in BOARD_STATES:
        column = queries.officers_page(_me(), 1, call_id=call_id, state=state, per_page=TICKETS)
        columns.append((state, column, queries.count_in(state, call_id)))
    people = [submission.applicant_id for _s, column, _c in columns for submission in column]
    return render_template(
        "submissions/board.html",
        columns=columns,
        places=queries.universities_of(people),
        calls=queries.calls_with_submissions(),
        call_id=call_id,
        most=queries.COUNT_AT_MOST,
    )


@bp.get("/<int:id>")
@requires(SubmissionPermission.HANDLE, load=queries.find)
def show(submission: Submission) -> ResponseReturnValue:
    """The officer's page of a submission: the frozen matter, the check, the next act."""
    return _officer_page(submission, _return_form(submission))


@bp.post("/<int:id>/return")
@requires(SubmissionPermission.RETURN, load=queries.find)
def send_back(submission: Submission) -> ResponseReturnValue:
    """Return a submission with a note per point."""
    form = _return_form(submission)
    points = _points(submission)
    note = joined_notes(form, points) if form.validate_on_submit() else ""
    if not note:
        if not form.errors:
            form[points[0][0]].errors = [_("Write for at least one point what is to be mended.")]
        return _officer_page(submission, form), 422
    submission_id, version = submission.id, request.form.get("version", type=row_id)
    with transaction():
        row = queries.for_change(submission_id)
        check_version(row, row.version if version is None else version)
        operations.return_for_correction(submission=row, actor=_me(), note=note)
    flash(_("The submission has been returned; the applicant has been written to."), "ok")
    return redirect(url_for(".show", id=submission_id), 303)


def _me() -> Any:
    return current_user._get_current_object()


def _state() -> SubmissionState | None:
    word = request.args.get("state", "")
    return SubmissionState(word) if word in set(SubmissionState) else None


def _panels(submission: Submission) -> list[Any]:
    """The blocks that upper rooms bring to a submission's page, in their order."""
    return written(card for offer in current_hooks().submission_panels for card in offer(_me(), submission)).get(
        "main", []
    )


def _live_words(use: LiveUse) -> str:
    return _(
        "“%(work)s” stands in submission %(reference)s, which is not over. A work can be in one submission at a time:"
        " wait for its decision, withdraw it, or take the work out of this portfolio.",
        work=use.title_in(current_language()),
        reference=use.reference,
    )


def _submit_form(portfolio: Portfolio, live: Submission | None) -> SubmitForm:
    form = SubmitForm()
    calls = [call for call in open_calls() if call.takes(portfolio.rule_set)]
    if live is not None:
        calls = [live.call]
    form.call.choices = [SelectChoice(call.id, call.title_in(current_language())) for call in calls]
    form.call.calls = {call.id: call for call in calls}
    if request.method == "GET" and len(calls) == 1:
        form.call.data = calls[0].id
    return form


def _submit_page(portfolio: Portfolio, form: SubmitForm, live: Submission | None) -> str:
    return render_template(
        "submissions/new.html",
        portfolio=portfolio,
        form=form,
        live=live,
        musts=queries.open_musts(portfolio),
        elsewhere=[_live_words(use) for use in queries.live_elsewhere(portfolio)],
        exhibits=len(numbers_of_exhibits(portfolio)),
    )


def _points(submission: Submission) -> list[tuple[str, str]]:
    """What the completeness check looks at: the portfolio, the record, each work, the evidence, anything else."""
    content = content_of(submission.snapshot) if submission.snapshot else {"works": []}
    works = [
        (f"work_{work['position']}", _("Work %(n)s: %(title)s", n=work["position"], title=_title(work)))
        for work in content["works"]
    ]
    return [
        ("portfolio", _("The portfolio and the position sought")),
        ("cv", _("The academic's record")),
        *works,
        ("evidence", _("Evidence")),
        ("other", _("Anything else")),
    ]


def _title(work: dict[str, Any]) -> str:
    first, second = ("title_th", "title_en") if current_language() == "th" else ("title_en", "title_th")
    return str(work[first] or work[second])


def _return_form(submission: Submission) -> Any:
    return return_form(_points(submission))


def _officer_page(submission: Submission, form: Any) -> str:
    moves = queries.moves_of(submission)
    return render_template(
        "submissions/show.html",
        submission=submission,
        place=queries.universities_of([submission.applicant_id]).get(submission.applicant_id),
        content=content_of(submission.snapshot) if submission.snapshot else None,
        moves=moves,
        steps=steps_of(submission, moves),
        panels=_panels(submission),
        form=form,
        points=_points(submission),
    )
