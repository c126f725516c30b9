"""Works in which everything that a readiness list asks for is there, half there, void or missing, by a seed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random

from portfolio.accounts.models import User
from portfolio.core.clock import now
from portfolio.core.db import session
from portfolio.criteria.models import CriteriaSet, RuleSet
from portfolio.evidence import reports
from portfolio.evidence.models import EvidenceItem, FileReport
from portfolio.evidence.reports import Finding
from portfolio.partners.models import Testimony
from portfolio.partners.vocabulary import Answer, Channel
from portfolio.portfolios.self_assessment.models import SelfAssessment, SelfScore
from portfolio.works.models import Contribution, Work
from portfolio.works.participation import queries as participation
from portfolio.works.participation.models import (
    Absence,
    Duty,
    EthicsDeclaration,
    ParticipationForm,
    Signature,
)
from portfolio.works.participation.vocabulary import (
    AbsenceReason,
    DutyRow,
    EthicsApproval,
    FormVariant,
    SignatureMethod,
)
from portfolio.works.vocabulary import WorkKind
from tests.builders.evidence import make_evidence, make_link, make_use
from tests.builders.partners import make_asked, make_in_work, make_partner
from tests.builders.works import (
    make_bibliography,
    make_change_record,
    make_contribution,
    make_earlier_use,
    make_section,
    make_work,
)

KINDS = (WorkKind.SOCIAL, WorkKind.SOCIAL, *(kind for kind in WorkKind if kind is not WorkKind.SOCIAL))
BODIES = (
    "",
    "ข้อความสั้น",
    "คำ " * 30,
    "ดู [หลักฐาน 1] และ [หลักฐาน ๒ หน้า 1] แล้ว [exhibit 9, p. 2] อีก [หลักฐาน 1, 7]",
    "[ไม่ใช่การอ้าง] แต่ [หลักฐาน 1 หน้า 4] กับ [หลักฐาน 1 หน้า 4] ไม่มี",
)
DIGEST = "0" * 64


def make_varied(owner: User, rules: RuleSet, criteria: CriteriaSet, works: int, seed: int) -> list[Work]:
    """So many works; the same seed makes the same ones. Call it inside a transaction."""
    chance = Random(seed)  # noqa: S311 - nothing secret
    shared = make_evidence(owner, content=f"shared {seed}".encode())
    made = []
    for number in range(works):
        work = make_work(
            owner,
            rules,
            title_th=chance.choice(("", f"งานที่ {number}")),
            title_en=chance.choice(("", f"Work {number}")),
            not_for_profit=chance.random() < 0.5,
            kind=KINDS[number % len(KINDS)],
        )
        work.period_end = chance.choice((None, date(2024, 1, 1)))
        _texts(work, chance)
        _people(work, chance)
        _proofs(work, shared, criteria, chance)
        _partners(work, chance)
        _rest(work, criteria, chance)
        made.append(work)
    session.flush()
    return made


def _texts(work: Work, chance: Random) -> None:
    codes = [heading.code for heading in work.rule_set.headings] + ["gone"]
    for code in codes:
        if chance.random() < 0.8:
            make_section(work, code, chance.choice(BODIES))


def _people(work: Work, chance: Random) -> None:
    for place in range(chance.choice((0, 1, 2, 3, 4))):
        person = make_contribution(work, name_th=f"คนที่ {place}", is_owner=place == 0 and chance.random() < 0.8)
        person.is_author = chance.random() < 0.7
        person.also_corresponding = chance.random() < 0.3
        person.also_intellectual = chance.random() < 0.3
        if chance.random() < 0.3:
            session.add(
                Absence(
                    contribution_id=person.id,
                    reason=next(iter(AbsenceReason)),
                    note="ติดต่อไม่ได้",
                    stated_by_id=work.owner_id,
                )
            )
        if chance.random() < 0.5:
            session.add(Duty(contribution_id=person.id, variant=FormVariant.GENERAL, row=DutyRow("b"), text="วัดผล"))
    if chance.random() < 0.4:
        session.add(ParticipationForm(work_id=work.id, variant=chance.choice(list(FormVariant))))
    if chance.random() < 0.5:
        session.add(
            EthicsDeclaration(work_id=work.id, approval=next(iter(EthicsApproval)), declared_by_id=work.owner_id)
        )
    session.flush()
    if chance.random() < 0.6:
        _signatures(work, chance)


def _signatures(work: Work, chance: Random) -> None:
    """Everybody under the present text, or each under that, an earlier one, both or none."""
    digest = participation.sheet_of(work).form.digest
    agreed = chance.random() < 0.5
    for person in list(work.contributions):
        for text in (digest,) if agreed else chance.choice(((), (digest,), (DIGEST,), (DIGEST, digest))):
            session.add(_signature(person, text))


def _signature(person: Contribution, digest: str) -> Signature:
    return Signature(
        contribution_id=person.id,
        text_digest=digest,
        signed_text="{}",
        signed_name=person.name_th,
        method=next(iter(SignatureMethod)),
    )


def _proofs(work: Work, shared: EvidenceItem, criteria: CriteriaSet, chance: Random) -> None:
    codes = [criterion.code for criterion in criteria.scored]
    for place in range(chance.choice((0, 1, 2, 3))):
        chosen = tuple(chance.sample(codes, chance.choice((0, 2, len(codes)))))
        if place == 1 and chance.random() < 0.5:
            make_use(shared, work, criteria=chosen, position=place)
            continue
        item = (
            make_link(work.owner)
            if chance.random() < 0.2
            else make_evidence(work.owner, content=f"{work.id} {place}".encode(), archived=chance.random() < 0.2)
        )
        if item.stored_file_id is not None:
            item.page_count = chance.choice((None, 1, 5))
            found = chance.choice(((), ("restricted",), ("author", "repaired"), ("comments",), None))
            if found is not None:
                told = reports.write([Finding(code) for code in found])
                session.add(FileReport(stored_file_id=item.stored_file_id, findings=told))
        make_use(item, work, criteria=chosen, position=chance.choice((0, place)))


def _partners(work: Work, chance: Random) -> None:
    for place in range(chance.choice((0, 1, 2, 3))):
        partner = make_partner(work.owner, name_th=f"กลุ่มที่ {work.id}/{place}", archived=chance.random() < 0.1)
        in_work = make_in_work(partner, work)
        if chance.random() < 0.1:
            in_work.archived_at = now()
        answer: Answer | None = chance.choice((None, Answer.CONFIRMED, Answer.CONFIRMED, Answer.REFUSED, Answer.NOT_US))
        if answer is not None:
            withdrawn = now() if chance.random() < 0.2 else None
            session.add(
                Testimony(
                    in_work_id=in_work.id,
                    answer=answer,
                    channel=next(iter(Channel)),
                    statement_digest=DIGEST,
                    withdrawn_at=withdrawn,
                )
            )
        elif chance.random() < 0.5 and not (partner.archived_at or in_work.archived_at):
            make_asked(in_work)


def _rest(work: Work, criteria: CriteriaSet, chance: Random) -> None:
    for _each in range(chance.choice((0, 1, 2))):
        make_change_record(work, outcome=chance.choice((None, "80")))
    if chance.random() < 0.6:
        make_bibliography(work, year=chance.choice((None, 2024)), never_used=chance.random() < 0.4)
    if chance.random() < 0.4:
        for year in (2019, 2021):
            make_earlier_use(work, year=year)
    for code, likely in ((criteria.code, 0.7), ("ANOTHER-SET", 0.3)):
        if chance.random() < likely:
            own = SelfAssessment(work_id=work.id, criteria_set_code=code)
            level: Callable[[], int | None] = lambda: chance.choice((None, 0, 3, 5))  # noqa: E731 - drawn anew each time
            own.scores = [SelfScore(criterion_code=criterion.code, level=level()) for criterion in criteria.scored]
            session.add(own)
