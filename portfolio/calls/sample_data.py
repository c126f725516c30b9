"""The sample calls: one that is open, and an older one that is over."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from portfolio.accounts.models import User
from portfolio.calls import operations, queries
from portfolio.calls.models import Anonymity
from portfolio.calls.operations import CallTerms
from portfolio.core.clock import BANGKOK, frozen_at, today
from portfolio.core.db import transaction
from portfolio.core.hooks import Hooks
from portfolio.criteria import operations as criteria
from portfolio.criteria import queries as criteria_queries
from portfolio.organizations.models import Role
from portfolio.organizations.queries import people_with_role

OPEN = "1/2569"
OVER = "2/2568"


def load() -> None:
    """Add the calls that are not there yet; their days are counted from the day of loading."""
    if queries.by_code(OPEN) is not None and queries.by_code(OVER) is not None:
        return
    _older_call()
    _open_call()


def _older_call() -> None:
    opened, closed = _day(-330, time(8, 30)), _day(-270, time(16, 30))
    with frozen_at(opened - timedelta(days=7)), transaction():
        officer = _officer()
        if officer is None or queries.by_code(OVER) is not None:
            return
        terms = _terms(
            OVER,
            opens_at=opened,
            closes_at=closed,
            anonymity=Anonymity.SINGLE,
            title=("รอบที่ 2/2568 การประเมินคุณภาพผลงาน (ข้อมูลสมมติ)", "Call 2/2568: assessment of works (fictional)"),
            description=(
                "รอบที่ปิดรับแล้ว ผู้ประเมินทราบชื่อผู้ขอ ผู้ขอไม่ทราบชื่อผู้ประเมิน",
                "This call is over. Reviewers knew the applicants; applicants did not know the reviewers.",
            ),
            review_after=60,
        )
        call = operations.create(actor=officer, terms=terms)
        operations.publish(actor=officer, call=call, version=call.version)


def _open_call() -> None:
    opened, closing = _day(-45, time(8, 30)), _day(45, time(16, 30))
    with frozen_at(opened - timedelta(days=7)), transaction():
        officer = _officer()
        if officer is None or queries.by_code(OPEN) is not None:
            return
        terms = _terms(
            OPEN,
            opens_at=opened,
            closes_at=closing,
            anonymity=Anonymity.DOUBLE,
            title=("รอบที่ 1/2569 การประเมินคุณภาพผลงาน (ข้อมูลสมมติ)", "Call 1/2569: assessment of works (fictional)"),
            description=(
                "เปิดรับแฟ้มผลงานรับใช้ท้องถิ่นและสังคมทุกสาขา ผู้ประเมินและผู้ขอไม่ทราบชื่อกัน",
                "Portfolios of works serving locality and society, of every field. "
                "Neither reviewers nor applicants learn the other's name.",
            ),
            review_after=45,
        )
        call = operations.create(actor=officer, terms=terms)
        operations.publish(actor=officer, call=call, version=call.version)


def _officer() -> User | None:
    return next(iter(people_with_role(Role.OFFICER)), None)


def _terms(
    code: str,
    *,
    opens_at: datetime,
    closes_at: datetime,
    anonymity: Anonymity,
    title: tuple[str, str],
    description: tuple[str, str],
    review_after: int,
) -> CallTerms:
    criteria.load_published_data()
    criteria_set = criteria_queries.latest_criteria_set("ENT-PROVISIONAL")
    rule_set = criteria_queries.latest_rule_set()
    if criteria_set is None or rule_set is None:
        raise LookupError("the criteria of this release are not published")
    due = (closes_at + timedelta(days=review_after)).astimezone(BANGKOK).date()
    return CallTerms(
        code=code,
        title_th=title[0],
        title_en=title[1],
        description_th=description[0],
        description_en=description[1],
        criteria_set=criteria_set,
        rule_sets=[rule_set],
        anonymity=anonymity,
        opens_at=opens_at,
        closes_at=closes_at,
        grace_minutes=30,
        review_due_on=due,
        meeting_on=due + timedelta(days=14),
    )


def _day(days_from_now: int, at: time) -> datetime:
    return datetime.combine(today() + timedelta(days=days_from_now), at, BANGKOK)


def register(hooks: Hooks) -> None:
    """Add the loader."""
    hooks.sample_data.append((30, "calls", load))
