"""The sample submissions: seven of the eight sample portfolios handed in, one returned, one withdrawn."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from portfolio.accounts.models import User
from portfolio.accounts.queries import by_email
from portfolio.calls.queries import by_code
from portfolio.calls.sample_data import OPEN, OVER
from portfolio.core.clock import BANGKOK, frozen_at, today
from portfolio.core.db import transaction
from portfolio.core.hooks import Hooks
from portfolio.organizations.models import Role
from portfolio.organizations.queries import people_with_role
from portfolio.portfolios.queries import latest
from portfolio.submissions import operations, queries
from portfolio.submissions.models import Submission

ORDER = 80

# Whose portfolio, to which call, how many days ago. The portfolio of the eighth academic is still being written.
SUBMITTED = (
    ("nawaphon@sichalasin.example", OVER, 290),
    ("kantida@lanthara.example", OPEN, 41),
    ("chanathip@thungsuwan.example", OPEN, 38),
    ("lalita@lanthara.example", OPEN, 30),
    ("sasin@thungsuwan.example", OPEN, 21),
    ("phurit@lanthara.example", OPEN, 12),
    ("phimchanok@sichalasin.example", OPEN, 3),
)
WITHDRAWN = ("sasin@thungsuwan.example", 16, "ขอเพิ่มผลการติดตามปีที่สองก่อน แล้วจะส่งใหม่ในรอบถัดไป (ข้อมูลสมมติ)")
RETURNED = (
    "phurit@lanthara.example",
    8,
    "หลักฐาน: ขอหนังสือรับรองการใช้ประโยชน์จากองค์การบริหารส่วนตำบลเพิ่มหนึ่งฉบับ\n"
    "ผลงานที่ 1: หัวข้อการประเมินผลยังไม่ระบุวิธีเก็บข้อมูลหลังดำเนินการ (ข้อมูลสมมติ)",
)


def load() -> None:
    """Submit what was never submitted; steps lie on the days on which people would have taken them."""
    for address, code, days in SUBMITTED:
        with frozen_at(moment(days)), transaction():
            owner, call = by_email(address), by_code(code)
            portfolios = latest(owner, 1) if owner is not None else []
            if owner is None or call is None or not portfolios or queries.latest_of(portfolios[0].id) is not None:
                continue
            operations.submit(portfolio=portfolios[0], call=call, actor=owner)
    _withdraw()
    _return()


def moment(days_ago: int, hour: int = 10, minute: int = 20) -> datetime:
    """A moment in office hours so many days before today."""
    return datetime.combine(today() - timedelta(days=days_ago), time(hour, minute), BANGKOK)


def officer() -> User | None:
    """The officer who handles the sample submissions."""
    return next(iter(people_with_role(Role.OFFICER)), None)


def submission_of(address: str) -> Submission | None:
    """The newest submission of a sample academic."""
    owner = by_email(address)
    portfolios = latest(owner, 1) if owner is not None else []
    return queries.latest_of(portfolios[0].id) if portfolios else None


def _withdraw() -> None:
    address, days, note = WITHDRAWN
    with frozen_at(moment(days)), transaction():
        submission = submission_of(address)
        if submission is not None and len(queries.moves_of(submission)) == 1:
            operations.withdraw(submission=submission, actor=submission.applicant, note=note)


def _return() -> None:
    address, days, note = RETURNED
    with frozen_at(moment(days)), transaction():
        submission, actor = submission_of(address), officer()
        if submission is not None and actor is not None and len(queries.moves_of(submission)) == 1:
            operations.return_for_correction(submission=submission, actor=actor, note=note)


def register(hooks: Hooks) -> None:
    """Add the loader."""
    hooks.sample_data.append((ORDER, "submissions", load))
