"""Making, changing and publishing calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm.attributes import flag_modified

from portfolio.calls import queries
from portfolio.calls.models import Anonymity, Call
from portfolio.calls.permissions import CallAction, CallPermission
from portfolio.core.audit.operations import record
from portfolio.core.clock import BANGKOK, now
from portfolio.core.db import check_version, session
from portfolio.core.permissions import demand
from portfolio.criteria.models import CriteriaSet, RuleSet


class CallRefusedError(Exception):
    """A call cannot be kept as asked for; carries the field and the sentence that says why."""

    def __init__(self, field: str, reason: Any) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


@dataclass(frozen=True)
class CallTerms:
    """Everything an officer decides about a call."""

    code: str
    title_th: str
    title_en: str
    criteria_set: CriteriaSet
    rule_sets: Sequence[RuleSet]
    opens_at: datetime
    closes_at: datetime
    anonymity: Anonymity = Anonymity.DOUBLE
    grace_minutes: int = 0
    description_th: str = ""
    description_en: str = ""
    review_due_on: date | None = None
    meeting_on: date | None = None


def create(*, actor: Any, terms: CallTerms) -> Call:
    """A draft of a call, seen by officers only. Raises CallRefusedError."""
    demand(CallPermission.CREATE, actor)
    _check(terms, None)
    call = Call()
    _write(call, terms)
    session.add(call)
    session.flush()
    _record(CallAction.CREATE, actor, call)
    return call


def update(*, actor: Any, call: Call, terms: CallTerms, version: int) -> None:
    """Change a call. Once a published call has opened, what its applicants and reviewers rely on stays as it was.

    Raises CallRefusedError, and Stale when somebody else changed it since `version`.
    """
    demand(CallPermission.EDIT, actor, call)
    check_version(call, version)
    _check(terms, call)
    if has_begun(call):
        _refuse_change_of_ground(call, terms)
    _write(call, terms)
    flag_modified(call, "code")  # a change of the rule sets alone counts as a new version as well
    session.flush()
    _record(CallAction.UPDATE, actor, call)


def publish(*, actor: Any, call: Call, version: int) -> None:
    """Show a call to everybody; from its opening it takes submissions. There is no way back.

    Raises CallRefusedError, and Stale when somebody else changed it since `version`.
    """
    demand(CallPermission.PUBLISH, actor, call)
    check_version(call, version)
    if call.published_at is not None:
        return
    if call.last_moment <= now():
        raise CallRefusedError("closes_at", _l("The closing lies in the past. Change it before you publish."))
    call.published_at = now()
    session.flush()
    _record(CallAction.PUBLISH, actor, call)


def has_begun(call: Call) -> bool:
    """Whether submissions may exist: the call is published and its opening has passed."""
    return call.published_at is not None and call.opens_at <= now()


def _check(terms: CallTerms, call: Call | None) -> None:
    same_code = queries.by_code(terms.code)
    if same_code is not None and same_code is not call:
        raise CallRefusedError("code", _l("Another call has this code."))
    if terms.closes_at <= terms.opens_at:
        raise CallRefusedError("closes_at", _l("The closing must come after the opening."))
    if not timedelta(0) <= timedelta(minutes=terms.grace_minutes) <= queries.LONGEST_GRACE:
        raise CallRefusedError("grace_minutes", _l("The period of grace is at most 7 days."))
    if not terms.rule_sets:
        raise CallRefusedError("rule_sets", _l("Choose at least one rule set."))
    closing_day = terms.closes_at.astimezone(BANGKOK).date()
    if terms.review_due_on is not None and terms.review_due_on < closing_day:
        raise CallRefusedError("review_due_on", _l("Reviews cannot be due before the call closes."))
    if terms.meeting_on is not None and terms.meeting_on < (terms.review_due_on or closing_day):
        raise CallRefusedError("meeting_on", _l("The meeting cannot come before the reviews are due."))


def _refuse_change_of_ground(call: Call, terms: CallTerms) -> None:
    if terms.criteria_set.id != call.criteria_set_id:
        raise CallRefusedError(
            "criteria_set", _l("The call has opened: its criteria set stays, because works are written against it.")
        )
    if {row.id for row in call.rule_sets} - {row.id for row in terms.rule_sets}:
        raise CallRefusedError("rule_sets", _l("The call has opened: a rule set can be added, but none taken away."))
    if terms.anonymity is not call.anonymity:
        raise CallRefusedError("anonymity", _l("The call has opened: how blind the review is stays as announced."))
    if terms.opens_at != call.opens_at:
        raise CallRefusedError("opens_at", _l("The call has opened already."))
    if terms.code != call.code:
        raise CallRefusedError("code", _l("The call has opened: its code stays, because documents carry it."))


def _write(call: Call, terms: CallTerms) -> None:
    call.code = terms.code
    call.title_th = terms.title_th
    call.title_en = terms.title_en
    call.description_th = terms.description_th
    call.description_en = terms.description_en
    call.criteria_set = terms.criteria_set
    call.rule_sets = list(terms.rule_sets)
    call.anonymity = terms.anonymity
    call.opens_at = terms.opens_at
    call.closes_at = terms.closes_at
    call.grace_minutes = terms.grace_minutes
    call.review_due_on = terms.review_due_on
    call.meeting_on = terms.meeting_on


def _record(action: CallAction, actor: Any, call: Call) -> None:
    record(action=action, actor_id=actor.id, subject_type="call", subject_id=call.id)
