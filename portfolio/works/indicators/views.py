"""Pages of indicators: all of a work drawn side by side, one with its measurements, and the forms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm

from portfolio.accounts.models import User
from portfolio.core.clock import today
from portfolio.core.db import Stale, transaction
from portfolio.core.i18n.language import current_language
from portfolio.core.permissions import requires
from portfolio.works.indicators import operations, queries
from portfolio.works.indicators.charts import NARROW, SMALL, WIDE, draw
from portfolio.works.indicators.drawings import legend_of, on_page
from portfolio.works.indicators.forms import ChangeRecordForm, MeasurementForm, PlanForm
from portfolio.works.indicators.measures import change, figure, in_unit, percent, plain, series
from portfolio.works.indicators.models import FollowUp
from portfolio.works.indicators.vocabulary import DIRECTION_LABELS, MEASURER_LABELS
from portfolio.works.indicators.wording import wording
from portfolio.works.models import ChangeRecord, Work
from portfolio.works.permissions import WorkPermission
from portfolio.works.queries import Part, find

bp = Blueprint("indicators", __name__, url_prefix="/works/<int:work_id>/indicators")


@bp.get("")
@requires(WorkPermission.EDIT, load=find)
def index(work: Work) -> ResponseReturnValue:
    """All indicators of a work, drawn side by side and in a table."""
    follow_ups = queries.follow_ups_of([work.id])
    rows = [_row(record, follow_ups.get(record.id, [])) for record in queries.records_of(work)]
    shown = [row["series"] for row in rows if row["narrow"]]
    return render_template(
        "works/indicators/index.html", work=work, rows=rows, figure=figure, **legend_of(shown), today=today()
    )


@bp.get("/new")
@requires(WorkPermission.EDIT, load=find)
def new(work: Work) -> ResponseReturnValue:
    """The form of another indicator."""
    return _form_page(work, ChangeRecordForm(), None)


@bp.post("")
@requires(WorkPermission.EDIT, load=find)
def create(work: Work) -> ResponseReturnValue:
    """Add an indicator."""
    form = ChangeRecordForm()
    work_id = work.id
    if not form.validate_on_submit():
        return make_response(_form_page(work, form, None), 422)
    with transaction():
        operations.add_change_record(actor=_user(), work=work, fields=form.fields())
    flash(_("The indicator has been added."), "ok")
    return redirect(url_for("indicators.index", work_id=work_id), 303)


@bp.get("/<int:record_id>")
@requires(WorkPermission.EDIT, load=queries.find_record)
def edit(part: Part[ChangeRecord]) -> ResponseReturnValue:
    """The form of an indicator."""
    return _form_page(part.work, _record_form(part.row), part.row)


@bp.post("/<int:record_id>")
@requires(WorkPermission.EDIT, load=queries.find_record)
def update(part: Part[ChangeRecord]) -> ResponseReturnValue:
    """Save an indicator. A stale form is shown again with what was saved meanwhile beside it."""
    form = ChangeRecordForm()
    work_id, record_id = part.work.id, part.row.id
    if not form.validate_on_submit():
        return make_response(_form_page(part.work, form, part.row, version=form.version.data), 422)
    try:
        with transaction():
            operations.update_change_record(
                actor=_user(), work=part.work, change=part.row, fields=form.fields(), version=form.version.data or 0
            )
    except Stale:
        stale = _differences(form, _record_form(part.row))
        return make_response(_form_page(part.work, form, part.row, stale=stale), 409)
    flash(_("The indicator has been saved."), "ok")
    return redirect(url_for("indicators.show", work_id=work_id, record_id=record_id), 303)


@bp.post("/<int:record_id>/removal")
@requires(WorkPermission.EDIT, load=queries.find_record)
def remove(part: Part[ChangeRecord]) -> ResponseReturnValue:
    """Take an indicator off the work."""
    work_id = part.work.id
    with transaction():
        operations.remove_change_record(actor=_user(), work=part.work, change=part.row)
    flash(_("The indicator has been removed."), "ok")
    return redirect(url_for("indicators.index", work_id=work_id), 303)


@bp.post("/<int:record_id>/position")
@requires(WorkPermission.EDIT, load=queries.find_record)
def move(part: Part[ChangeRecord]) -> ResponseReturnValue:
    """Move an indicator one place."""
    work_id = part.work.id
    with transaction():
        up = request.form.get("direction") == "up"
        operations.move_change_record(actor=_user(), work=part.work, change=part.row, up=up)
    return redirect(url_for("indicators.index", work_id=work_id), 303)


@bp.get("/<int:record_id>/measurements")
@requires(WorkPermission.EDIT, load=queries.find_record)
def show(part: Part[ChangeRecord]) -> ResponseReturnValue:
    """One indicator: its drawing, every measurement, what is planned, and why it changed."""
    return _measurements_page(part, PlanForm(formdata=None))


@bp.get("/<int:record_id>/follow-ups/new")
@requires(WorkPermission.EDIT, load=queries.find_record)
def new_follow_up(part: Part[ChangeRecord]) -> ResponseReturnValue:
    """The form of another measurement."""
    return _follow_up_page(part.work, part.row, None, MeasurementForm())


@bp.post("/<int:record_id>/follow-ups")
@requires(WorkPermission.EDIT, load=queries.find_record)
def create_follow_up(part: Part[ChangeRecord]) -> ResponseReturnValue:
    """Add a measurement."""
    form = MeasurementForm(since=part.row.baseline_date)
    work_id, record_id = part.work.id, part.row.id
    if not form.validate_on_submit():
        return make_response(_follow_up_page(part.work, part.row, None, form), 422)
    with transaction():
        operations.add_follow_up(actor=_user(), work=part.work, change=part.row, measurement=form.measurement())
    flash(_("The measurement has been added."), "ok")
    return redirect(url_for("indicators.show", work_id=work_id, record_id=record_id), 303)


@bp.post("/<int:record_id>/plans")
@requires(WorkPermission.EDIT, load=queries.find_record)
def create_plan(part: Part[ChangeRecord]) -> ResponseReturnValue:
    """Plan to measure again."""
    form = PlanForm()
    work_id, record_id = part.work.id, part.row.id
    if not form.validate_on_submit():
        return make_response(_measurements_page(part, form), 422)
    with transaction():
        operations.plan_follow_up(actor=_user(), work=part.work, change=part.row, due_on=cast(date, form.due_on.data))
    flash(_("The follow-up has been planned. You will be reminded on that day."), "ok")
    return redirect(url_for("indicators.show", work_id=work_id, record_id=record_id), 303)


@bp.get("/<int:record_id>/follow-ups/<int:follow_up_id>")
@requires(WorkPermission.EDIT, load=queries.find_follow_up)
def edit_follow_up(part: Part[FollowUp]) -> ResponseReturnValue:
    """The form of what was, or is to be, measured."""
    return _follow_up_page(part.work, part.row.record, part.row, _measurement_form(part.row))


@bp.post("/<int:record_id>/follow-ups/<int:follow_up_id>")
@requires(WorkPermission.EDIT, load=queries.find_follow_up)
def update_follow_up(part: Part[FollowUp]) -> ResponseReturnValue:
    """Save what was measured."""
    form = MeasurementForm(since=part.row.record.baseline_date)
    work_id, record_id = part.work.id, part.row.record_id
    if not form.validate_on_submit():
        page = _follow_up_page(part.work, part.row.record, part.row, form, version=form.version.data)
        return make_response(page, 422)
    try:
        with transaction():
            operations.measure_follow_up(
                actor=_user(),
                work=part.work,
                follow_up=part.row,
                measurement=form.measurement(),
                version=form.version.data or 0,
            )
    except Stale:
        stale = _differences(form, _measurement_form(part.row))
        return make_response(_follow_up_page(part.work, part.row.record, part.row, form, stale=stale), 409)
    flash(_("The measurement has been saved."), "ok")
    return redirect(url_for("indicators.show", work_id=work_id, record_id=record_id), 303)


@bp.post("/<int:record_id>/follow-ups/<int:follow_up_id>/due-date")
@requires(WorkPermission.EDIT, load=queries.find_follow_up)
def move_due_date(part: Part[FollowUp]) -> ResponseReturnValue:
    """Put a planned follow-up off."""
    form = PlanForm()
    work_id, record_id = part.work.id, part.row.record_id
    measured = _measurement_form(part.row)
    if not form.validate_on_submit():
        return make_response(_follow_up_page(part.work, part.row.record, part.row, measured, plan=form), 422)
    try:
        with transaction():
            operations.move_due_date(
                actor=_user(),
                work=part.work,
                follow_up=part.row,
                due_on=cast(date, form.due_on.data),
                version=form.version.data or 0,
            )
    except Stale:
        form.due_on.errors = [_("This follow-up was changed elsewhere in the meantime. Look at it, then save again.")]
        page = _follow_up_page(part.work, part.row.record, part.row, _measurement_form(part.row), plan=form)
        return make_response(page, 409)
    flash(_("The follow-up has been planned. You will be reminded on that day."), "ok")
    return redirect(url_for("indicators.show", work_id=work_id, record_id=record_id), 303)


@bp.post("/<int:record_id>/follow-ups/<int:follow_up_id>/cancellation")
@requires(WorkPermission.EDIT, load=queries.find_follow_up)
def cancel_follow_up(part: Part[FollowUp]) -> ResponseReturnValue:
    """Call a planned follow-up off."""
    work_id, record_id = part.work.id, part.row.record_id
    with transaction():
        operations.cancel_follow_up(actor=_user(), work=part.work, follow_up=part.row)
    flash(_("The follow-up has been called off. You will not be reminded of it."), "ok")
    return redirect(url_for("indicators.show", work_id=work_id, record_id=record_id), 303)


@bp.post("/<int:record_id>/follow-ups/<int:follow_up_id>/removal")
@requires(WorkPermission.EDIT, load=queries.find_follow_up)
def remove_follow_up(part: Part[FollowUp]) -> ResponseReturnValue:
    """Take a follow-up off the indicator."""
    work_id, record_id = part.work.id, part.row.record_id
    with transaction():
        operations.remove_follow_up(actor=_user(), work=part.work, follow_up=part.row)
    flash(_("The follow-up has been removed."), "ok")
    return redirect(url_for("indicators.show", work_id=work_id, record_id=record_id), 303)


def _user() -> User:
    return cast(User, current_user._get_current_object())


def _row(record: ChangeRecord, follow_ups: Sequence[FollowUp]) -> dict[str, Any]:
    language = current_language()
    found = series(plain(record, follow_ups), language)
    first, last = found.before, found.latest
    before, latest = (first.value if first else None), (last.value if last else None)
    narrow, small = draw(found, wording(), NARROW), draw(found, wording(), SMALL, 220)
    return {
        "record": record,
        "series": found,
        "narrow": narrow,
        "svg": on_page(narrow),
        "small": on_page(small),
        "change": change(before, latest),
        "percent": percent(before, latest, found.unit),
        "follow_ups": [one for one in follow_ups if one.measured_on],
        "planned": next((one for one in sorted(follow_ups, key=_due) if one.is_planned), None),
    }


def _due(one: FollowUp) -> date:
    return one.due_on or date.max


def _measurements_page(part: Part[ChangeRecord], plan: PlanForm) -> str:
    record = part.row
    follow_ups = queries.follow_ups_of([part.work.id]).get(record.id, [])
    row = _row(record, follow_ups)
    wide = draw(row["series"], wording(), WIDE, 280)
    return render_template(
        "works/indicators/show.html",
        work=part.work,
        record=record,
        row=row,
        wide=on_page(wide),
        later=_later(record, follow_ups),
        planned=[one for one in sorted(follow_ups, key=_due) if one.is_planned],
        cancelled=[one for one in sorted(follow_ups, key=_due) if one.cancelled_at],
        plan=plan,
        figure=figure,
        in_unit=in_unit,
        measurers=MEASURER_LABELS,
        directions=DIRECTION_LABELS,
        today=today(),
        **legend_of([row["series"]]),
    )


def _later(record: ChangeRecord, follow_ups: Sequence[FollowUp]) -> list[dict[str, Any]]:
    """What was measured after the value before, in time; the value after stands first where its day is not said."""
    rows: list[dict[str, Any]] = [{"follow_up": None, "day": record.outcome_date, "value": record.outcome_value}]
    rows += [{"follow_up": one, "day": one.measured_on, "value": one.value} for one in follow_ups if one.measured_on]
    rows.sort(key=lambda row: row["day"] or date.min)
    for row in rows:
        row["change"] = change(record.baseline_value, row["value"])
    return rows


def _record_form(record: ChangeRecord) -> ChangeRecordForm:
    names = [name for name in ChangeRecordForm()._fields if hasattr(record, name)]
    data = {name: getattr(record, name) for name in names}
    return ChangeRecordForm(
        formdata=None, data=data | {"direction": record.direction.value if record.direction else ""}
    )


def _measurement_form(row: FollowUp) -> MeasurementForm:
    names = ("version", "measured_on", "value", "measurer_name", "source", "note_th", "note_en")
    data = {name: getattr(row, name) for name in names}
    return MeasurementForm(
        formdata=None, data=data | {"measured_by": row.measured_by.value if row.measured_by else None}
    )


def _form_page(
    work: Work,
    form: ChangeRecordForm,
    row: ChangeRecord | None,
    *,
    version: int | None = None,
    stale: list[tuple[Any, str]] | None = None,
) -> str:
    number = version or (row.version if row else 0)
    return render_template("works/indicators/edit.html", work=work, form=form, row=row, version=number, stale=stale)


def _follow_up_page(
    work: Work,
    record: ChangeRecord,
    row: FollowUp | None,
    form: MeasurementForm,
    *,
    plan: PlanForm | None = None,
    version: int | None = None,
    stale: list[tuple[Any, str]] | None = None,
) -> str:
    number = version or (row.version if row else 0)
    due_on = row.due_on if row and row.measured_on is None else None
    return render_template(
        "works/indicators/follow_up.html",
        work=work,
        record=record,
        row=row,
        form=form,
        plan=plan or (PlanForm(formdata=None, data={"due_on": due_on}) if due_on else None),
        version=number,
        stale=stale,
        today=today(),
    )


def _differences(form: FlaskForm, saved: FlaskForm) -> list[tuple[Any, str]]:
    """What was saved meanwhile, field by field where it is not what this form says."""
    found = []
    for field in saved:
        if field.name in ("version", "csrf_token") or _said(field) == _said(form[field.name]):
            continue
        chosen = {value: label for value, label, *_rest in field.iter_choices()} if hasattr(field, "choices") else {}
        value = field._value() if hasattr(field, "_value") else field.data
        found.append((field.label.text, str(chosen.get(field.data, value) or "")))
    return found


def _said(field: Any) -> Any:
    """What a field holds; a text never written and an empty one are the same, zero and nothing are not."""
    return "" if field.data is None else field.data
