"""Calls, portfolios and submissions for tests: small, valid, and nothing the caller did not ask for."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from portfolio.accounts.models import User
from portfolio.calls.models import Anonymity, Call
from portfolio.core.clock import now
from portfolio.core.db import session
from portfolio.core.storage.models import StoredFile
from portfolio.criteria.models import CriteriaSet, Criterion, Grade, Level, RuleSet, Standing
from portfolio.evidence.models import EvidenceItem, EvidenceKind, EvidenceUse, EvidenceUseCriterion, EvidenceUseHeading
from portfolio.organizations.models import Membership, Organization, OrganizationKind, Role, RoleGrant
from portfolio.portfolios.models import Portfolio, PortfolioWork
from portfolio.submissions import operations
from portfolio.submissions.models import Submission
from portfolio.works.models import Work
from tests.builders.works import make_change_record, make_contribution, make_section, make_work

_numbers = itertools.count(1)

LEVELS = (
    (0, "ไม่มีหลักฐาน", "No evidence", None),
    (1, "เริ่มต้น", "Emerging", None),
    (2, "พอใช้", "Fair", None),
    (3, "ดี", "Good", Grade.B),
    (4, "ดีมาก", "Very good", Grade.A),
    (5, "ดีเด่น", "Outstanding", Grade.A_PLUS),
)


def make_person(
    email: str | None = None,
    *,
    given_en: str = "Somsri",
    family_en: str = "Testing",
    given_th: str = "สมศรี",
    family_th: str = "ทดสอบดี",
    roles: tuple[Role, ...] = (Role.ACADEMIC,),
    university: Organization | None = None,
) -> User:
    """A confirmed person with roles and, if wanted, a university."""
    user = User(
        email=email or f"person{next(_numbers)}@people.example",
        email_confirmed_at=datetime(2026, 1, 1, tzinfo=UTC),
        given_name_th=given_th,
        family_name_th=family_th,
        given_name_en=given_en,
        family_name_en=family_en,
    )
    session.add(user)
    session.flush()
    for role in roles:
        session.add(RoleGrant(user_id=user.id, role=role, granted_by_id=user.id))
    if university is not None:
        session.add(Membership(user_id=user.id, organization_id=university.id, university_id=university.id))
    session.flush()
    return user


def make_university(code: str | None = None, *, name_th: str = "มหาวิทยาลัยทดสอบ", name_en: str = "") -> Organization:
    """A university without faculties."""
    number = next(_numbers)
    university = Organization(
        kind=OrganizationKind.UNIVERSITY,
        code=code or f"U{number}",
        name_th=name_th,
        name_en=name_en or f"Testing University {number}",
    )
    session.add(university)
    session.flush()
    return university


def make_criteria_set(*, criteria: int = 2) -> CriteriaSet:
    """A published set: one principle with a few criteria, six levels."""
    number = next(_numbers)
    criteria_set = CriteriaSet(
        code=f"TEST-{number}",
        set_version=1,
        title_th="ชุดเกณฑ์ทดสอบ",
        title_en="Test criteria",
        standing=Standing.PROVISIONAL,
        published_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number),
        content_digest="1" * 64,
    )
    criteria_set.criteria = [
        Criterion(code="P1", parent_code=None, position=1, label_th="หลักการ", label_en="Principle"),
        *(
            Criterion(
                code=f"P1.{place}", parent_code="P1", position=place + 1, label_th=f"เกณฑ์ {place}", label_en=f"C{place}"
            )
            for place in range(1, criteria + 1)
        ),
    ]
    criteria_set.levels = [
        Level(value=value, label_th=th, label_en=en, descriptor_th=th, descriptor_en=en, grade=grade)
        for value, th, en, grade in LEVELS
    ]
    session.add(criteria_set)
    session.flush()
    return criteria_set


def make_call(
    rules: RuleSet,
    criteria_set: CriteriaSet | None = None,
    *,
    anonymity: Anonymity = Anonymity.DOUBLE,
    closes_in: timedelta = timedelta(days=10),
    grace_minutes: int = 0,
) -> Call:
    """A published call that opened a month ago."""
    number = next(_numbers)
    call = Call(
        code=f"CALL-{number}",
        title_th=f"รอบทดสอบ {number}",
        title_en=f"Test call {number}",
        criteria_set=criteria_set or make_criteria_set(),
        anonymity=anonymity,
        opens_at=now() - timedelta(days=30),
        closes_at=now() + closes_in,
        grace_minutes=grace_minutes,
        published_at=now() - timedelta(days=31),
    )
    call.rule_sets = [rules]
    session.add(call)
    session.flush()
    return call


def make_portfolio(owner: User, rules: RuleSet, works: list[Work], *, title_th: str = "แฟ้มทดสอบ") -> Portfolio:
    """A portfolio of these works, for an associate professorship."""
    portfolio = Portfolio(
        owner_id=owner.id,
        rule_set_id=rules.id,
        title_th=title_th,
        title_en="Test portfolio",
        position_sought="associate",
        field_th="วิศวกรรมสิ่งแวดล้อม",
        field_en="Environmental engineering",
    )
    session.add(portfolio)
    session.flush()
    for place, work in enumerate(works, start=1):
        session.add(PortfolioWork(portfolio_id=portfolio.id, work_id=work.id, position=place))
    session.flush()
    session.expire(portfolio, ["chosen"])
    return portfolio


def make_exhibit(
    owner: User,
    work: Work,
    *,
    title_th: str = "รายงานการประชุม",
    filename: str = "minutes.pdf",
    sha256: str | None = None,
    pages: int = 3,
    headings: tuple[str, ...] = ("s1",),
    criteria: tuple[str, ...] = ("P1.1",),
) -> EvidenceItem:
    """A file that proves something of a work; there is a row for it, but no bytes."""
    number = next(_numbers)
    file = StoredFile(sha256=sha256 or f"{number:064x}", size=1000, media_type="application/pdf", filename=filename)
    item = EvidenceItem(
        owner_id=owner.id, kind=EvidenceKind.FILE, title_th=title_th, stored_file=file, page_count=pages
    )
    session.add_all([file, item])
    session.flush()
    use = EvidenceUse(evidence_id=item.id, work_id=work.id, position=number)
    use.headings = [EvidenceUseHeading(heading_code=code) for code in headings]
    use.criteria = [EvidenceUseCriterion(criterion_code=code) for code in criteria]
    session.add(use)
    session.flush()
    return item


def make_ready_portfolio(
    owner: User, rules: RuleSet, *, works: int = 1, title_th: str = "แฟ้มพร้อมส่ง", body: str = "ข้อความใต้หัวข้อ"
) -> Portfolio:
    """A portfolio in which nothing that must be there is missing, of works new to the owner, who needs a university."""
    made = []
    known = session.scalar(select(func.count(Work.id)).where(Work.owner_id == owner.id)) or 0
    for number in range(known + 1, known + works + 1):
        work = make_work(owner, rules, title_th=f"ผลงานที่ {number}", title_en=f"Work {number}", not_for_profit=True)
        for heading in rules.headings:
            make_section(work, heading.code, body)
        make_contribution(work, name_th=f"{owner.given_name_th} {owner.family_name_th}", is_owner=True)
        make_change_record(work)
        make_exhibit(owner, work, filename=f"exhibit-{number}.pdf")
        made.append(work)
    return make_portfolio(owner, rules, made, title_th=title_th)


def make_submission(portfolio: Portfolio, call: Call) -> Submission:
    """The portfolio submitted to the call by its owner."""
    owner = session.get_one(User, portfolio.owner_id)
    return operations.submit(portfolio=portfolio, call=call, actor=owner)
