"""The reading room with the review form beside it, and handing in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from portfolio.core.clock import now
from portfolio.core.db import transaction
from portfolio.core.i18n.dates import format_date
from portfolio.core.i18n.language import current_language
from portfolio.core.permissions import requires
from portfolio.core.storage.filesystem import storage
from portfolio.core.storage.responses import send_picture, send_stored
from portfolio.core.web.errors import wants_json
from portfolio.core.web.limits import accepts
from portfolio.criteria.models import Grade
from portfolio.partners.vocabulary import STATE_TAGS, TYPE_LABELS
from portfolio.works.dissemination.vocabulary import WAY_LABELS
from portfolio.works.vocabulary import CHANGE_DOMAIN_LABELS, ROLE_LABELS, THEME_LABELS
from review.assignments.models import Assignment, AssignmentState
from review.assignments.queries import for_change
from review.assignments.redaction import shown
from review.scoring import operations, queries
from review.scoring.forms import OverallForm, ScoreForm, TextForm
from review.scoring.indicators import shown_indicators
from review.scoring.operations import StaleTextError
from review.scoring.permissions import ScoringPermission
from review.scoring.queries import OVERALL, REMARK, Exhibit, Place
from review.scoring.reading import PartnerPhoto, Reading, find_photo, line, prose, reading_of

bp = Blueprint("scoring", __name__, url_prefix="/scoring")

TEXT_BYTES = 256 * 1024


@bp.app_context_processor
def words() -> dict[str, Any]:
    """How templates print masked text and the levels of works."""
    return {
        "unnamed": lambda text: shown(text or "", _("name hidden")),
        "grade_word": grade_word,
        "frozen_day": frozen_day,
    }


def frozen_day(text: str | None) -> str:
    """A day as frozen content holds it, as the reader writes it."""
    return format_date(date.fromisoformat(text), "short") if text else "–"


def grade_word(grade: Grade | None) -> str:
    """A level as people say it; below B is a word, not a letter."""
    if grade is None:
        return ""
    return _("Below B") if grade is Grade.BELOW_B else grade.label


@bp.get("/<int:id>")
@requires(ScoringPermission.READ, load=queries.find)
def show(assignment: Assignment) -> ResponseReturnValue:
    """The review as a whole: its works, what is missing, the remark, handing in."""
    return _overview(assignment)


@bp.get("/<int:id>/works/<int:position>")
@requires(ScoringPermission.READ, load=queries.find_work)
def read(place: Place) -> ResponseReturnValue:
    """A work beside its criteria."""
    return _room(place)


@bp.post("/<int:id>/works/<int:position>/scores/<code>")
@accepts(max_text=TEXT_BYTES)
@requires(ScoringPermission.WRITE, load=queries.find_score)
def score(place: Place) -> ResponseReturnValue:
    """Keep a level and its reason, or (from autosave) the reason alone."""
    form = ScoreForm()
    assert place.criterion is not None  # the loader found it
    code, place_work = place.criterion.code, place.work.id

    def keep(assignment: Assignment) -> int:
        work = queries.work_again(assignment, place_work)
        if not wants_json() and form.level.data is not None:
            operations.save_level(assignment=assignment, work=work, code=code, level=form.level.data, actor=_me())
        row = operations.save_reason(
            assignment=assignment,
            work=work,
            code=code,
            text=form.body.data or "",
            version=form.version.data or 0,
            actor=_me(),
        )
        return row.reason_version

    return _save(place, form, keep, code, lambda: _next_address(place, code))


@bp.post("/<int:id>/works/<int:position>/scores/<code>/level")
@requires(ScoringPermission.WRITE, load=queries.find_score)
def level(place: Place) -> ResponseReturnValue:
    """Keep a level as soon as it is chosen."""
    form = ScoreForm()
    assert place.criterion is not None  # the loader found it
    code, assignment_id, work_id = place.criterion.code, place.assignment.id, place.work.id
    if not form.validate_on_submit():
        return jsonify(message=_("Choose one of the levels.")), 422
    with transaction():
        assignment = for_change(assignment_id)
        work = queries.work_again(assignment, work_id)
        operations.save_level(assignment=assignment, work=work, code=code, level=form.level.data, actor=_me())
    return "", 204


@bp.post("/<int:id>/works/<int:position>/overall")
@accepts(max_text=TEXT_BYTES)
@requires(ScoringPermission.WRITE, load=queries.find_work)
def overall(place: Place) -> ResponseReturnValue:
    """Keep a work's overall level and its reason, or (from autosave) the reason alone."""
    form, place_work = OverallForm(), place.work.id

    def keep(assignment: Assignment) -> int:
        work = queries.work_again(assignment, place_work)
        if not wants_json() and form.grade.data:
            operations.save_grade(assignment=assignment, work=work, grade=Grade(form.grade.data), actor=_me())
        row = operations.save_grade_reason(
            assignment=assignment,
            work=work,
            text=form.body.data or "",
            version=form.version.data or 0,
            actor=_me(),
        )
        return row.reason_version

    return _save(place, form, keep, OVERALL, lambda: _after_work(place))


@bp.post("/<int:id>/works/<int:position>/overall/level")
@requires(ScoringPermission.WRITE, load=queries.find_work)
def grade(place: Place) -> ResponseReturnValue:
    """Keep a work's overall level as soon as it is chosen."""
    form = OverallForm()
    assignment_id, work_id = place.assignment.id, place.work.id
    if not form.validate_on_submit() or not form.grade.data:
        return jsonify(message=_("Choose one of the levels.")), 422
    with transaction():
        assignment = for_change(assignment_id)
        work = queries.work_again(assignment, work_id)
        operations.save_grade(assignment=assignment, work=work, grade=Grade(form.grade.data), actor=_me())
    return "", 204


@bp.post("/<int:id>/remark")
@accepts(max_text=TEXT_BYTES)
@requires(ScoringPermission.WRITE, load=queries.find)
def remark(assignment: Assignment) -> ResponseReturnValue:
    """Keep the remark on the whole portfolio."""
    form = TextForm(prefix="")

    def keep(row: Assignment) -> int:
        return operations.save_remark(
            assignment=row, text=form.body.data or "", version=form.version.data or 0, actor=_me()
        ).remark_version

    return _save_text(assignment, form, keep, "remark")


@bp.post("/<int:id>/confidential-note")
@accepts(max_text=TEXT_BYTES)
@requires(ScoringPermission.WRITE, load=queries.find)
def confidential_note(assignment: Assignment) -> ResponseReturnValue:
    """Keep the word for the committee."""
    form = TextForm()

    def keep(row: Assignment) -> int:
        return operations.save_confidential_note(
            assignment=row, text=form.body.data or "", version=form.version.data or 0, actor=_me()
        ).confidential_note_version

    return _save_text(assignment, form, keep, "confidential_note")


@bp.post("/<int:id>/hand-in")
@requires(ScoringPermission.WRITE, load=queries.find)
def hand_in(assignment: Assignment) -> ResponseReturnValue:
    """Hand in a complete review; from then on it is read only."""
    assignment_id = assignment.id
    try:
        with transaction():
            operations.hand_in(assignment=for_change(assignment_id), actor=_me())
    except operations.IncompleteError:
        flash(_("The review is not complete yet. What is missing is listed below."), "bad")
        return redirect(url_for(".show", id=assignment_id, _anchor="missing"), 303)
    flash(_("Thank you. The review has been handed in."), "ok")
    return redirect(url_for(".show", id=assignment_id), 303)


@bp.get("/<int:id>/exhibits/<int:number>/pages/<int:page>")
@requires(ScoringPermission.READ, load=queries.find_picture)
def picture(exhibit: Exhibit) -> ResponseReturnValue:
    """The picture that we rendered of a page; never the file itself."""
    assert exhibit.picture is not None  # the loader found it
    return send_picture(storage().path(exhibit.picture.sha256).read_bytes())


@bp.get("/<int:id>/works/<int:position>/partners/<int:number>/photo")
@requires(ScoringPermission.READ, load=find_photo)
def partner_photo(photo: PartnerPhoto) -> ResponseReturnValue:
    """The picture that a partner gave, in single-blind calls."""
    return send_picture(storage().path(photo.sha256).read_bytes())


@bp.get("/<int:id>/exhibits/<int:number>/original")
@requires(ScoringPermission.READ_ORIGINAL, load=queries.find_original)
def original(exhibit: Exhibit) -> ResponseReturnValue:
    """The file as it was handed in, in single-blind calls, under its exhibit number."""
    assert exhibit.picture is not None  # the loader found it
    ending = exhibit.picture.filename.rpartition(".")[2]
    return send_stored(exhibit.picture, f"exhibit-{exhibit.number}.{ending}")


def _me() -> Any:
    return current_user._get_current_object()


def _save(
    place: Place, form: Any, keep: Callable[[Assignment], int], code: str, onward: Callable[[], str]
) -> ResponseReturnValue:
    """Save a level and its text; a text saved elsewhere meanwhile is shown beside this one, 409."""
    assignment_id = place.assignment.id
    if not form.validate_on_submit():
        if wants_json():
            return jsonify(message=str(next(iter(form.errors.values()))[0])), 422
        return _room(place, code=code, form=form), 422
    try:
        with transaction():
            version = keep(for_change(assignment_id))
    except StaleTextError as stale:
        if wants_json():
            return _stale_json(stale)
        return _room(place, code=code, form=form, stale=stale), 409
    if wants_json():
        return _saved_json(version)
    return redirect(onward(), 303)


def _save_text(
    assignment: Assignment, form: TextForm, keep: Callable[[Assignment], int], name: str
) -> ResponseReturnValue:
    assignment_id = assignment.id
    if not form.validate_on_submit():
        if wants_json():
            return jsonify(message=str(next(iter(form.errors.values()))[0])), 422
        return _overview(assignment, typed={name: form}), 422
    try:
        with transaction():
            version = keep(for_change(assignment_id))
    except StaleTextError as stale:
        if wants_json():
            return _stale_json(stale)
        return _overview(assignment, typed={name: form}, stale={name: stale}), 409
    if wants_json():
        return _saved_json(version)
    flash(_("Saved."), "ok")
    return redirect(url_for(".show", id=assignment_id, _anchor=name), 303)


def _saved_json(version: int) -> ResponseReturnValue:
    return jsonify(version=version, saved_at=now().isoformat(), message=_("Saved."))


def _stale_json(stale: StaleTextError) -> ResponseReturnValue:
    message = _("This text was saved elsewhere in the meantime.")
    return jsonify(mine=stale.mine, theirs=stale.theirs, version=stale.version, message=message), 409


def _next_address(place: Place, code: str) -> str:
    """The next criterion, or after the last the overall level; the document at the left stays open."""
    codes = [criterion.code for criterion in place.assignment.round.submission.call.criteria_set.scored]
    after = codes.index(code) + 1
    return _room_address(place, codes[after] if after < len(codes) else OVERALL)


def _after_work(place: Place) -> str:
    positions = [work.position for work in place.assignment.round.snapshot.works]
    after = positions.index(place.work.position) + 1
    if after < len(positions):
        return url_for(".read", id=place.assignment.id, position=positions[after])
    return url_for(".show", id=place.assignment.id)


def _room_address(place: Place, code: str, **values: Any) -> str:
    kept = {name: request.values[name] for name in ("doc", "page") if request.values.get(name)}
    address = {**kept, **values}
    return url_for(".read", id=place.assignment.id, position=place.work.position, c=code, _anchor="now", **address)


def _writable(assignment: Assignment) -> bool:
    return assignment.state is AssignmentState.ACCEPTED and assignment.round.closed_at is None


def _overview(
    assignment: Assignment, typed: dict[str, TextForm] | None = None, stale: dict[str, StaleTextError] | None = None
) -> str:
    criteria = assignment.round.submission.call.criteria_set.scored
    works, review = assignment.round.snapshot.works, queries.review_of(assignment)
    reading = reading_of(_me(), assignment)
    forms = {
        "remark": TextForm(formdata=None, body=review.remark if review else ""),
        "confidential_note": TextForm(formdata=None, body=review.confidential_note if review else ""),
        **(typed or {}),
    }
    for name, form in forms.items():
        form.body.id = name
    missing = queries.missing(review, works, criteria)
    return render_template(
        "scoring/show.html",
        assignment=assignment,
        submission=assignment.round.submission,
        review=review,
        reading=reading,
        works=works,
        criteria=criteria,
        missing=missing,
        by_work={work.position: [one for one in missing if one.position == work.position] for work in works},
        overall={work.position: queries.overall_of(review, work.id) for work in works},
        writable=_writable(assignment),
        forms_of=forms,
        versions={
            "remark": review.remark_version if review else 1,
            "confidential_note": review.confidential_note_version if review else 1,
        },
        stale=stale or {},
        OVERALL=OVERALL,
        REMARK=REMARK,
    )


def _room(place: Place, *, code: str | None = None, form: Any = None, stale: StaleTextError | None = None) -> str:
    assignment, position = place.assignment, place.work.position
    criteria_set = assignment.round.submission.call.criteria_set
    reading, review = reading_of(_me(), assignment), queries.review_of(assignment)
    scores = {one.code: queries.score_of(review, place.work.id, one.code) for one in criteria_set.scored}
    overall_row = queries.overall_of(review, place.work.id)
    wanted = code or request.args.get("c", "")
    if wanted not in scores and wanted != OVERALL:
        open_ones = [one for one, row in scores.items() if row is None or row.level is None or not row.reason]
        wanted = open_ones[0] if open_ones else OVERALL
    row: Any = overall_row if wanted == OVERALL else scores[wanted]
    if form is None:
        text = row.reason if row else ""
        if wanted == OVERALL:
            form = OverallForm(formdata=None, body=text, grade=str(row.grade) if row and row.grade else None)
        else:
            form = ScoreForm(formdata=None, body=text, level=row.level if row else None)
    return render_template(
        "scoring/read.html",
        assignment=assignment,
        submission=assignment.round.submission,
        works=assignment.round.snapshot.works,
        place=place,
        reading=reading,
        work=reading.work(position),
        criteria_set=criteria_set,
        scores=scores,
        overall=overall_row,
        wanted=wanted,
        form=form,
        version=stale.version if stale else (row.reason_version if row else 1),
        stale=stale,
        given=sum(one is not None and one.level is not None for one in scores.values()),
        writable=_writable(assignment),
        OVERALL=OVERALL,
        here=lambda c, **values: _room_address(place, c, **values),
        theme_labels=THEME_LABELS,
        role_labels=ROLE_LABELS,
        way_labels=WAY_LABELS,
        partner_types=TYPE_LABELS,
        partner_tags=STATE_TAGS,
        domain_labels=CHANGE_DOMAIN_LABELS,
        **_document(place, reading, wanted),
    )


def _document(place: Place, reading: Reading, code: str) -> dict[str, Any]:
    """What stands at the left: the work's text, its indicators, or a page of an exhibit."""
    assignment, position = place.assignment, place.work.position
    doc, exhibit = request.values.get("doc", "text"), None
    if doc.startswith("e") and doc[1:].isdigit():
        exhibit = reading.exhibit(int(doc[1:]))
    elif doc not in ("text", "indicators"):
        doc = "text"
    if doc.startswith("e") and exhibit is None:
        doc = "text"
    pages = queries.rendered_pages(assignment, exhibit["number"]) if exhibit else []
    asked = request.values.get("page", "1")
    page = int(asked) if asked.isdigit() else 1
    page = page if page in pages else (pages[0] if pages else 1)

    def link(number: int, of_page: int) -> str:
        return _room_address(place, code, doc=f"e{number}", page=of_page)

    def written(text: str) -> Markup:
        return prose(text, reading.content, position, link)

    def cited(text: str) -> Markup:
        return line(text, reading.content, position, link)

    work = reading.work(position)
    drawn = shown_indicators(work, current_language()) if doc == "indicators" and work is not None else {}
    found = {"doc": doc, "exhibit": exhibit, "pages": pages, "page": page, "written": written, "cited": cited}
    return found | drawn
