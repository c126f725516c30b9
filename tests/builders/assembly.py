"""An academic with any number of works of all kinds and everything that belongs to them, and the pages they use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

from flask import Flask

from portfolio.accounts.models import User
from portfolio.core.clock import today
from portfolio.core.db import session, transaction
from portfolio.core.storage.models import StoredFile
from portfolio.criteria.models import CriteriaSet, RuleSet
from portfolio.evidence.models import (
    EvidenceItem,
    EvidenceKind,
    EvidenceUse,
    EvidenceUseCriterion,
    EvidenceUseHeading,
    PreviewPage,
    PreviewState,
    Thumbnail,
)
from portfolio.organizations.models import Role
from portfolio.portfolios.models import Portfolio
from portfolio.portfolios.self_assessment.models import SelfAssessment, SelfScore
from portfolio.record.models import CvKind
from portfolio.transfer.packages.models import Direction, PackageTransfer, TransferState
from portfolio.works.bibliography.models import Bibliography, EarlierUse
from portfolio.works.dissemination.models import Dissemination, Way
from portfolio.works.indicators.models import FollowUp, Measurer
from portfolio.works.missions.models import MissionEntry
from portfolio.works.models import ChangeRecord, Contribution, Work, WorkMission, WorkSdg
from portfolio.works.participation.models import Duty
from portfolio.works.participation.vocabulary import DutyRow, FormVariant
from portfolio.works.sections.models import WorkSection
from portfolio.works.vocabulary import ContributionRole, Mission, WorkKind
from portfolio.works.words import count_words
from tests.builders.calls import make_call
from tests.builders.criteria import make_criteria_set, make_rule_set
from tests.builders.imports import make_import
from tests.builders.organizations import make_person, make_university
from tests.builders.partners import make_asked, make_in_work, make_partner, make_testimony
from tests.builders.portfolios import make_portfolio
from tests.builders.record import make_cv_entry, make_profile

KINDS = (WorkKind.SOCIAL, *(kind for kind in WorkKind if kind is not WorkKind.SOCIAL))
EXHIBITS_EACH = 3
PAGES_EACH = 3
TEXT = (
    "ชุมชนลงแรงทำบ่อกรองน้ำด้วยกัน และวัดคุณภาพน้ำทุกเดือน [หลักฐาน 1 หน้า 2] ผลที่ได้ **ดีขึ้นทุกหมู่บ้าน** [หลักฐาน 2]\n\n"
    "- ครัวเรือนที่มีน้ำใช้ตลอดปีเพิ่มขึ้น\n- กลุ่มผู้ใช้น้ำดูแลระบบเอง [หลักฐาน 9]\n\n"
) * 4


@dataclass(frozen=True)
class Assembly:
    """Who it is, and the addresses of the pages used to assemble, by name. They stand on the first work and exhibit."""

    owner: int
    pages: dict[str, str]


def make_assembly(app: Flask, works: int) -> Assembly:
    """So many works of all kinds with three exhibits each, in one portfolio; the rest of the record grows with them."""
    with app.app_context(), transaction():
        criteria, rules = make_criteria_set(), make_rule_set()
        owner = make_person(Role.ACADEMIC, university=make_university())
        made = [_work(owner, rules, number) for number in range(works)]
        for number, work in enumerate(made):
            _publication(work, number)
            _people(work)
            _change(work)
            _partner(owner, work, number)
            _self_assessment(work, criteria, number)
        exhibits = [_exhibits(owner, work, number, criteria) for number, work in enumerate(made)]
        for work in made[10::10]:  # the first exhibit proves something of others, too
            session.add(EvidenceUse(evidence_id=exhibits[0], work_id=work.id, position=EXHIBITS_EACH))
        portfolio = make_portfolio(owner, rules, *made, position_sought="associate")
        make_call()
        make_profile(owner)
        for kind in (CvKind.EDUCATION, CvKind.TEACHING, CvKind.SERVICE):
            for position in range(1, 1 + max(1, works // 10)):
                make_cv_entry(owner, kind, title_th=f"รายการที่ {position}", position=position)
        text = "".join(f"@book{{b{number}, title={{Title {number}}}, year={{2020}}}}\n" for number in range(works))
        batch = make_import(owner, rules, text)
        for _number in range(works):
            session.add(
                PackageTransfer(
                    owner_id=owner.id,
                    direction=Direction.EXPORT,
                    state=TransferState.DONE,
                    portfolio_id=portfolio.id,
                    digest="0" * 64,
                )
            )
        session.flush()
        partner = made[0].id
        return Assembly(owner.id, _pages(made[0], portfolio, exhibits[0], batch.id, partner))


def _pages(work: Work, portfolio: Portfolio, item: int, batch: int, partner: int) -> dict[str, str]:
    here, mine = f"/works/{work.id}", f"/portfolios/{portfolio.id}"
    heading = work.rule_set.headings[0].code
    return {
        "home": "/",
        "works": "/works",
        "citations": "/works/citations",
        "work": here,
        "work: facts": f"{here}/facts",
        "work: sections": f"{here}/sections",
        "work: a section": f"{here}/sections/{heading}",
        "work: reading": f"{here}/reading",
        "work: publication": f"{here}/publication",
        "work: indicators": f"{here}/indicators",
        "work: missions": f"{here}/missions",
        "work: dissemination": f"{here}/dissemination",
        "work: contributors": f"{here}/contributors",
        "work: participation": f"{here}/participation",
        "work: partners": f"/partners/of-works/{partner}",
        "partners": "/partners",
        "evidence": "/evidence",
        "evidence of a work": f"/evidence?work={work.id}",
        "an exhibit": f"/evidence/{item}",
        "page of an exhibit": f"/evidence/{item}/pages/1",
        "portfolios": "/portfolios",
        "portfolio": mine,
        "portfolio: works": f"{mine}/works",
        "portfolio: matrix": f"{mine}/evidence-matrix",
        "portfolio: self-assessment": f"{mine}/self-assessment",
        "self-assessment of a work": f"{mine}/works/{work.id}/self-assessment",
        "portfolio: rules": f"{mine}/rules",
        "record": "/record",
        "record: form": "/record/form",
        "imports": "/transfer/imports",
        "an import": f"/transfer/imports/{batch}",
        "exports": "/transfer/exports",
        "packages": "/packages",
        "submitting": f"/submissions/portfolios/{portfolio.id}",
        "dossiers": "/dossier",
        "dossier of a portfolio": f"/dossier/portfolios/{portfolio.id}",
        "draft as printed": f"/dossier/portfolios/{portfolio.id}/preview",
    }


def _work(owner: User, rules: RuleSet, number: int) -> Work:
    work = Work(
        owner_id=owner.id,
        rule_set_id=rules.id,
        kind=KINDS[number % len(KINDS)],
        title_th=f"ระบบน้ำสะอาดของชุมชนที่ {number + 1}",
        title_en=f"Clean water for community {number + 1}",
        summary_th="ชุมชนกับมหาวิทยาลัยทำระบบน้ำด้วยกัน",
        province_code="TH-55",
        period_start=date(2021, 1, 1),
        period_end=date(2024, 12, 31),
        not_for_profit=number % 2 == 0,
        updated_at=datetime(2026, 1, 1, tzinfo=UTC) - timedelta(minutes=number),
    )
    words = count_words(TEXT)
    work.sections = [
        WorkSection(heading_code=heading.code, body=f"{TEXT} {number} {heading.number}", word_count=words)
        for heading in rules.headings
    ]
    work.sdgs = [WorkSdg(goal=6)]
    work.missions = [WorkMission(mission=Mission.TEACHING), WorkMission(mission=Mission.RESEARCH)]
    session.add(work)
    session.flush()
    for mission in (Mission.TEACHING, Mission.RESEARCH):
        session.add(MissionEntry(work_id=work.id, mission=mission, position=1, title_th="การจัดการน้ำชุมชน", year=2024))
    for way in (Way.FORUM, Way.PUBLIC):
        session.add(Dissemination(work_id=work.id, way=way, position=1, title_th="เวทีคืนข้อมูลน้ำ", year=2024))
    return work


def _publication(work: Work, number: int) -> None:
    session.add(Bibliography(work_id=work.id, year=2020 + number % 6, container_title="วารสารรับใช้สังคม", volume="3"))
    session.add(EarlierUse(work_id=work.id, position_code="assistant", year=2021, level="ดี"))


def _people(work: Work) -> None:
    people = [
        Contribution(
            work_id=work.id,
            position=place,
            name_th=f"ดร.สมมติ คนที่{place}",
            name_en=f"Sommot Person{place}",
            role=ContributionRole.PRINCIPAL_OPERATOR if place == 1 else ContributionRole.CO_OPERATOR,
            is_owner=place == 1,
        )
        for place in (1, 2, 3)
    ]
    session.add_all(people)
    session.flush()
    for person in people:
        session.add(
            Duty(contribution_id=person.id, variant=FormVariant.GENERAL, row=DutyRow("b"), text="ออกแบบและวัดผล")
        )


def _change(work: Work) -> None:
    records = [
        ChangeRecord(
            work_id=work.id,
            position=place,
            name_th=f"ตัวชี้วัดที่ {place}",
            unit_th="ร้อยละ",
            baseline_value=Decimal(40),
            baseline_date=date(2021, 1, 1),
            outcome_value=Decimal(80),
            outcome_date=date(2023, 1, 1),
        )
        for place in (1, 2)
    ]
    session.add_all(records)
    session.flush()
    for record in records:
        session.add(
            FollowUp(
                record_id=record.id,
                measured_on=date(2024, 1, 1),
                value=Decimal(82),
                measured_by=Measurer.UNIVERSITY,
            )
        )
        session.add(FollowUp(record_id=record.id, due_on=today() + timedelta(days=5)))


def _partner(owner: User, work: Work, number: int) -> None:
    in_work = make_in_work(make_partner(owner, name_th=f"กลุ่มผู้ใช้น้ำที่ {number + 1}"), work)
    if number % 4 == 0:
        make_testimony(in_work)
    elif number % 4 == 1:
        make_asked(in_work)


def _self_assessment(work: Work, criteria: CriteriaSet, number: int) -> None:
    own = SelfAssessment(work_id=work.id, criteria_set_code=criteria.code)
    own.scores = [
        SelfScore(criterion_code=criterion.code, level=number % 6, reason="มีหลักฐานชัดเจน")
        for criterion in criteria.scored
    ]
    session.add(own)


def _exhibits(owner: User, work: Work, number: int, criteria: CriteriaSet) -> int:
    """Three exhibits of a work, drawn; the id of the first."""
    codes = [criterion.code for criterion in criteria.scored]
    first = 0
    for place in range(EXHIBITS_EACH):
        stored, picture = (
            StoredFile(
                sha256=sha256(f"{owner.id} {what} {number} {place}".encode()).hexdigest(),
                size=1000,
                media_type=media_type,
                filename=f"{number}-{place}",
                created_by_id=owner.id,
            )
            for what, media_type in (("file", "application/pdf"), ("picture", "image/png"))
        )
        session.add_all([stored, picture])
        session.flush()
        item = EvidenceItem(
            owner_id=owner.id,
            kind=EvidenceKind.FILE,
            title_th=f"หลักฐานที่ {place + 1} ของผลงานที่ {number + 1}",
            stored_file_id=stored.id,
            page_count=PAGES_EACH,
            preview_state=PreviewState.READY,
        )
        session.add(item)
        session.add(Thumbnail(source_sha256=stored.sha256, picture_id=picture.id, width=200, height=280))
        for page in range(1, PAGES_EACH + 1):
            session.add(
                PreviewPage(source_sha256=stored.sha256, page=page, picture_id=picture.id, width=800, height=1100)
            )
        session.flush()
        use = EvidenceUse(evidence_id=item.id, work_id=work.id, position=place)
        use.headings = [EvidenceUseHeading(heading_code=work.rule_set.headings[place].code)]
        use.criteria = [EvidenceUseCriterion(criterion_code=code) for code in codes[place :: EXHIBITS_EACH + 1]]
        session.add(use)
        session.flush()
        first = first or item.id
    return first
