"""What can be done with indicators and their follow-ups. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select, update

from portfolio.accounts.models import User
from portfolio.core.audit.operations import record
from portfolio.core.clock import now
from portfolio.core.db import check_version, lock, session
from portfolio.core.i18n.dates import format_date
from portfolio.core.mail.operations import enqueue_mail
from portfolio.core.permissions import demand
from portfolio.works.indicators.models import FollowUp, Measurer
from portfolio.works.indicators.permissions import IndicatorAction
from portfolio.works.indicators.queries import records_of
from portfolio.works.models import ChangeRecord, Work
from portfolio.works.operations import touch
from portfolio.works.permissions import WorkPermission
from portfolio.works.vocabulary import Direction


@dataclass(frozen=True)
class ChangeRecordFields:
    """An indicator before and after, how it is measured, and why it changed."""

    name_th: str
    name_en: str = ""
    unit_th: str = ""
    unit_en: str = ""
    baseline_value: Decimal | None = None
    baseline_date: date | None = None
    baseline_source: str = ""
    outcome_value: Decimal | None = None
    outcome_date: date | None = None
    outcome_source: str = ""
    target_value: Decimal | None = None
    direction: Direction | None = None
    method_th: str = ""
    method_en: str = ""
    attribution_th: str = ""
    attribution_en: str = ""
    other_causes_th: str = ""
    other_causes_en: str = ""
    note_th: str = ""
    note_en: str = ""


@dataclass(frozen=True)
class Measurement:
    """What was measured in a follow-up."""

    measured_on: date
    value: Decimal
    measured_by: Measurer
    measurer_name: str = ""
    source: str = ""
    note_th: str = ""
    note_en: str = ""


def add_change_record(*, actor: User, work: Work, fields: ChangeRecordFields) -> ChangeRecord:
    """Another indicator, at the end. An equal one is not added twice."""
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    values = asdict(fields)
    rows = records_of(work)
    for row in rows:
        if all(getattr(row, name) == value for name, value in values.items()):
            return row
    row = ChangeRecord(work_id=work.id, position=rows[-1].position + 1 if rows else 1, **values)
    session.add(row)
    _changed(work)
    return row


def update_change_record(
    *, actor: User, work: Work, change: ChangeRecord, fields: ChangeRecordFields, version: int
) -> None:
    """Change an indicator. Raises Stale where the form is older than the row."""
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    check_version(change, version)
    for name, value in asdict(fields).items():
        setattr(change, name, value)
    _changed(work)


def remove_change_record(*, actor: User, work: Work, change: ChangeRecord) -> None:
    """Take an indicator off the work, its follow-ups with it."""
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    session.delete(change)
    _changed(work)


def move_change_record(*, actor: User, work: Work, change: ChangeRecord, up: bool) -> None:
    """Move an indicator one place up or down."""
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    rows = records_of(work)
    place = rows.index(change)
    other = place - 1 if up else place + 1
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
        table = ChangeRecord.__table__
        for position, each in enumerate(rows, start=1):
            # Without a new version: a form in another tab stays good.
            session.execute(update(table).where(table.c.id == each.id).values(position=position))  # type: ignore[arg-type]
            session.expire(each)
        _changed(work)


def plan_follow_up(*, actor: User, work: Work, change: ChangeRecord, due_on: date) -> FollowUp:
    """Plan to measure again by a day. The same day twice is one plan."""
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    known = session.scalar(
        select(FollowUp)
        .where(FollowUp.record_id == change.id, FollowUp.due_on == due_on)
        .where(FollowUp.measured_on.is_(None), FollowUp.cancelled_at.is_(None))
        .limit(1)
    )
    if known is not None:
        return known
    row = FollowUp(record_id=change.id, due_on=due_on)
    session.add(row)
    _changed(work)
    _record(IndicatorAction.PLAN, actor, row)
    return row


def add_follow_up(*, actor: User, work: Work, change: ChangeRecord, measurement: Measurement) -> FollowUp:
    """Another measurement that nobody had planned. An equal one is not added twice."""
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    values = asdict(measurement)
    statement = select(FollowUp).where(FollowUp.record_id == change.id, FollowUp.measured_on == measurement.measured_on)
    for row in session.scalars(statement.order_by(FollowUp.id)):
        if all(getattr(row, name) == value for name, value in values.items()):
            return row
    row = FollowUp(record_id=change.id, **values)
    session.add(row)
    _changed(work)
    _record(IndicatorAction.MEASURE, actor, row)
    return row


def measure_follow_up(*, actor: User, work: Work, follow_up: FollowUp, measurement: Measurement, version: int) -> None:
    """Say what was measured, for what was planned, or mend what was said. Raises Stale."""
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    check_version(follow_up, version)
    for name, value in asdict(measurement).items():
        setattr(follow_up, name, value)
    follow_up.cancelled_at = None
    _changed(work)
    _record(IndicatorAction.MEASURE, actor, follow_up)


def move_due_date(*, actor: User, work: Work, follow_up: FollowUp, due_on: date, version: int) -> None:
    """Put a planned follow-up off, or bring one back that was called off. The new day is reminded of anew."""
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    check_version(follow_up, version)
    if follow_up.measured_on is None:
        follow_up.due_on = due_on
        follow_up.cancelled_at = None
        _changed(work)
        _record(IndicatorAction.PLAN, actor, follow_up)


def cancel_follow_up(*, actor: User, work: Work, follow_up: FollowUp) -> None:
    """Call a planned follow-up off: nobody is reminded any more."""
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    session.refresh(follow_up)
    if follow_up.is_planned:
        follow_up.cancelled_at = now()
        _changed(work)
        _record(IndicatorAction.CANCEL, actor, follow_up)


def remove_follow_up(*, actor: User, work: Work, follow_up: FollowUp) -> None:
    """Take a follow-up off the indicator."""
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    _record(IndicatorAction.REMOVE, actor, follow_up)
    session.delete(follow_up)
    _changed(work)


def remind(*, work: Work, follow_ups: Sequence[FollowUp]) -> None:
    """One letter to the owner of a work for what fell due on one day, in the owner's language, once per day."""
    owner = work.owner
    language = str(owner.language)
    thai = language == "th"
    first = follow_ups[0]
    assert first.due_on is not None
    enqueue_mail(
        to=owner.email,
        language=language,
        template="indicators_due",
        context={
            "name": owner.name_in(language),
            "work": work.title_in(language),
            "due_on": format_date(first.due_on, "long", "th" if thai else "en"),
            "lines": [
                (
                    one.record.name_th if thai else (one.record.name_en or one.record.name_th),
                    {"work_id": work.id, "record_id": one.record_id, "follow_up_id": one.id},
                )
                for one in follow_ups
            ],
        },
        key=f"follow-up:{first.id}:{first.due_on.isoformat()}",
    )
    table = FollowUp.__table__
    for one in follow_ups:
        # Without a new version: a form in somebody's hands stays good.
        session.execute(update(table).where(table.c.id == one.id).values(reminded_for=one.due_on))  # type: ignore[arg-type]
        record(action=IndicatorAction.REMIND, actor_id=None, subject_type="follow_up", subject_id=one.id)


def _record(action: IndicatorAction, actor: User, row: FollowUp) -> None:
    record(action=action, actor_id=actor.id, subject_type="follow_up", subject_id=row.id)


def _changed(work: Work) -> None:
    session.flush()
    session.expire(work, ["change_records"])
    touch(work)
