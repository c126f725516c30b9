"""One world for all tests of access: people of every kind, and things of theirs in every state, built once.

Who they are and how they are called stands in people.py.
"""

from __future__ import annotations

import hashlib
import io
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import event, select, update

from portfolio.accounts import operations as accounts
from portfolio.accounts.models import SignInSession, Token, TokenPurpose, User
from portfolio.accounts.queries import digest_of
from portfolio.calls.models import Anonymity, Call
from portfolio.core.clock import now, today
from portfolio.core.db import session, transaction
from portfolio.core.jobs.models import WorkerBeat
from portfolio.core.storage.models import Upload
from portfolio.core.storage.operations import keep, record_file
from portfolio.criteria.models import Grade, RuleSet
from portfolio.dossier import operations as dossiers
from portfolio.dossier.models import Edition, EditionFile, EditionKind, EditionState, FileFormat
from portfolio.evidence.models import (
    EvidenceItem,
    EvidenceUpload,
    EvidenceUse,
    EvidenceVersion,
    PreviewPage,
    PreviewState,
    Thumbnail,
    VersionOrigin,
)
from portfolio.organizations.delegations.models import Delegation
from portfolio.organizations.models import Organization, Role
from portfolio.partners.models import Partner
from portfolio.portfolios.models import Portfolio
from portfolio.submissions import operations as submissions
from portfolio.submissions.models import Submission
from portfolio.transfer.packages.models import Direction, PackageTransfer, TransferState
from portfolio.transfer.personal.models import PersonalCopy
from portfolio.works.models import Work
from portfolio.works.participation import operations as participation
from portfolio.works.participation.models import SigningLink
from portfolio.works.sections.models import WorkSectionVersion
from portfolio.works.sections.operations import save_section
from review.assignments import operations as assignments
from review.assignments.models import Assignment
from review.decisions import operations as decisions
from review.panels.models import PanelRule
from review.scoring import operations as scoring
from tests.builders import organizations as places
from tests.builders.accounts import make_user
from tests.builders.criteria import make_criteria_set, make_rule_set
from tests.builders.evidence import make_link, make_use
from tests.builders.files import pdf_bytes, picture_bytes
from tests.builders.imports import make_import
from tests.builders.partners import FULL, make_asked, make_in_work, make_partner, make_testimony
from tests.builders.record import make_cv_entry
from tests.builders.submissions import make_portfolio
from tests.builders.works import (
    make_change_record,
    make_contribution,
    make_dissemination,
    make_earlier_use,
    make_follow_up,
    make_mission_entry,
    make_section,
    make_work,
)
from tests.security.people import (
    ANOTHER_FELLOW,
    ASKER,
    CONCEALED_TITLE,
    CONFIRM_SECRET,
    FELLOW,
    FILE_NAME,
    MARKS,
    MEASURER,
    PEOPLE,
    RESET_SECRET,
    REVIEWERS,
    SIGN_SECRET,
    UNIVERSITIES,
    confided,
    said,
)

MISSING = 999_999
"""An id that nothing has."""


@dataclass
class World:
    """Who there is, how they are signed in, at whose desk they sit, and the URL arguments of their things."""

    secrets: dict[str, str] = field(default_factory=dict)
    things: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)
    desks: dict[str, int] = field(default_factory=dict)

    def put(self, kind: str, subject: str, /, **arguments: Any) -> None:
        """Note the URL arguments of a thing."""
        self.things.setdefault(kind, {})[subject] = arguments


def build(app: Flask) -> World:
    """Fill an empty database. Every step goes through the service's own operations where it has one."""
    with app.app_context(), _searchable_ids(), transaction():
        return _Builder().build()


@contextmanager
def _searchable_ids() -> Iterator[None]:
    """Give people and assignments ids that no other number of a page looks like, so that they can be searched for."""
    numbers = {kind.email: kind.number for kind in PEOPLE.values()} | {ASKER: 991_998}
    counter = itertools.count(5_510_001)

    def number_person(_mapper: Any, _connection: Any, user: User) -> None:
        user.id = numbers.get(user.email, 991_999)

    def number_assignment(_mapper: Any, _connection: Any, assignment: Assignment) -> None:
        assignment.id = next(counter)

    event.listen(User, "before_insert", number_person)
    event.listen(Assignment, "before_insert", number_assignment)
    try:
        yield
    finally:
        event.remove(User, "before_insert", number_person)
        event.remove(Assignment, "before_insert", number_assignment)


class _Builder:
    """Builds the world from below."""

    def __init__(self) -> None:
        self.world = World()
        self.people: dict[str, User] = {}
        self.universities: dict[str, Organization] = {}
        self.faculties: dict[str, Organization] = {}
        self.rules: RuleSet = make_rule_set()
        self.criteria = make_criteria_set()

    def build(self) -> World:
        """Everything, in the order in which life would make it."""
        self._places()
        self._persons()
        self._calls()
        for name in ("owner", "colleague", "stranger"):
            self._desk(name)
        self._review()
        self._decided()
        self._single_blind()
        self._on_the_officer()
        places.grant_role(self.people["officer_reviewer"], Role.OFFICER)
        self._dossiers()
        self._tokens()
        self._signing()
        self._links_of_partners()
        self._delegations()
        self._packages()
        # A session in use moves its end every few minutes: a write that no refusal has made.
        session.execute(update(SignInSession).values(last_seen_at=now() + timedelta(days=1)))
        session.add(WorkerBeat(worker="world", started_at=now(), beat_at=now() + timedelta(days=1)))
        self._missing()
        session.flush()
        return self.world

    def _places(self) -> None:
        for letter, (th, en, faculty_th, faculty_en) in UNIVERSITIES.items():
            university = places.make_university(f"UNI-{letter}", name_th=th, name_en=en)
            faculty = places.make_faculty(university, name_th=faculty_th, name_en=faculty_en)
            self.universities[letter], self.faculties[letter] = university, faculty
        self.world.put("organization", "university", organization_id=self.universities["A"].id)
        self.world.put("organization", "faculty", organization_id=self.faculties["A"].id)

    def _persons(self) -> None:
        for name, kind in PEOPLE.items():
            user = make_user(kind.email, name_th=kind.th, name_en=kind.en)
            if kind.at is not None:
                places.make_membership(user, self.faculties[kind.at])
            for role in kind.roles:
                grant = places.grant_role(
                    user, role, self.universities[kind.at] if role is Role.HR and kind.at else None
                )
                self.world.put("grant", name, user_id=user.id, grant_id=grant.id)
            self.people[name] = user
            self.world.secrets[name] = accounts.start_session(user)
            self.world.put("person", name, user_id=user.id)
        self.world.put(
            "grant",
            "crossed",
            user_id=PEOPLE["owner"].number,
            grant_id=self.world.things["grant"]["colleague"]["grant_id"],
        )

    def _calls(self) -> None:
        self.double = self._call("รอบปกปิดสองทาง", Anonymity.DOUBLE, 3)
        self.quick = self._call("รอบปกปิดสองทางที่ตัดสินแล้ว", Anonymity.DOUBLE, 1)
        self.single = self._call("รอบปกปิดทางเดียว", Anonymity.SINGLE, 2)
        draft = self._call("รอบที่ยังเป็นร่าง", Anonymity.DOUBLE, 2)
        draft.published_at = None
        self.world.put("call", "published", call_id=self.double.id)
        self.world.put("call", "draft", call_id=draft.id)
        self.world.put("criteria_set", "published", criteria_set_id=self.criteria.id)
        self.world.put("rule_set", "published", rule_set_id=self.rules.id)

    def _call(self, title: str, anonymity: Anonymity, reviewers: int) -> Call:
        call = Call(
            code=f"SEC-{len(title)}-{reviewers}-{anonymity}",
            title_th=title,
            title_en=f"Call {title}",
            criteria_set_id=self.criteria.id,
            rule_sets=[self.rules],
            anonymity=anonymity,
            opens_at=now() - timedelta(days=30),
            closes_at=now() + timedelta(days=30),
            published_at=now() - timedelta(days=31),
        )
        session.add(call)
        session.flush()
        session.add(PanelRule(call_id=call.id, reviewers=reviewers, review_days=30))
        return call

    # What an academic has on the desk ---------------------------------------------------------------

    def _desk(self, name: str) -> None:
        """A work with everything in it, a portfolio that was not submitted, a record, and evidence."""
        user, put = self.people[name], self.world.put
        work = self._work(user, name, "ต้นร่าง")
        put("work", name, work_id=work.id)
        code = self.rules.headings[0].code
        section = work.sections[0]
        save_section(actor=user, work=work, heading_code=code, body="ข้อความที่สอง", version=section.version)
        save_section(actor=user, work=work, heading_code=code, body="ข้อความที่สามซึ่งยาวกว่าเดิม", version=section.version)
        kept = _kept_of(section.id)
        put("section", name, work_id=work.id, heading_code=code, kept_id=kept)
        put("contributor", name, work_id=work.id, contribution_id=work.contributions[-1].id)
        put("indicator", name, work_id=work.id, record_id=work.change_records[0].id)
        follow_up = make_follow_up(work.change_records[0], due_on=today() - timedelta(days=2))
        entry = make_mission_entry(work)
        shown = make_dissemination(work)
        earlier = make_earlier_use(work)
        put("earlier_use", name, work_id=work.id, use_id=earlier.id)
        put("way", name, work_id=work.id, way="visit")
        put("dissemination", name, work_id=work.id, dissemination_id=shown.id)
        put("mission", name, work_id=work.id, mission="research")
        put("mission_entry", name, work_id=work.id, mission_entry_id=entry.id)
        put("follow_up", name, work_id=work.id, record_id=follow_up.record_id, follow_up_id=follow_up.id)
        item = work_exhibit(work)
        put("item", name, item_id=item.id, page=1, number=1)
        put("upload", name, upload_id=self._upload(user, name))
        put("batch", name, batch_id=make_import(user, self.rules).id)
        put("use", name, item_id=item.id, work_id=work.id)
        self._partner(name, user, work)
        link = make_link(user, title_th=MARKS[name])
        if name == "owner":
            put("item", "link", item_id=link.id, page=1, number=1)
        other = self._work(user, name, "งานที่สอง")
        portfolio = make_portfolio(user, self.rules, [work, other], title_th=f"แฟ้มร่าง {MARKS[name]}")
        put("portfolio", name, portfolio_id=portfolio.id)
        put("choice", name, portfolio_id=portfolio.id, work_id=work.id)
        entry = make_cv_entry(user, title_th=f"ปริญญาเอก {MARKS[name]}")
        make_cv_entry(user, title_th="ปริญญาโท", position=2)
        put("cv_entry", name, entry_id=entry.id)
        if name == "colleague":
            own = self.world.things["work"]["owner"]["work_id"]
            put("partner_in_work", "crossed", **{**self.world.things["partner_in_work"]["owner"], "work_id": work.id})
            put("section", "crossed", **{**self.world.things["section"]["owner"], "kept_id": kept})
            put("contributor", "crossed", work_id=own, contribution_id=work.contributions[-1].id)
            put("indicator", "crossed", work_id=own, record_id=work.change_records[0].id)
            put("earlier_use", "crossed", work_id=own, use_id=earlier.id)
            put("dissemination", "crossed", work_id=own, dissemination_id=shown.id)
            put("mission_entry", "crossed", work_id=own, mission_entry_id=entry.id)
            put("follow_up", "crossed", work_id=own, record_id=follow_up.record_id, follow_up_id=follow_up.id)
            put("use", "crossed", item_id=self.world.things["item"]["owner"]["item_id"], work_id=work.id)
            put(
                "choice",
                "crossed",
                portfolio_id=self.world.things["portfolio"]["owner"]["portfolio_id"],
                work_id=work.id,
            )
        if name != "stranger":
            self.world.put("submission", name, id=self._submit(name, self.double, f"ส่งแล้วรอตรวจ {MARKS[name]}").id)
        else:
            returned = self._submit(name, self.double, f"ส่งคืนให้แก้ {MARKS[name]}")
            submissions.return_for_correction(submission=returned, actor=self.people["officer"], note="โปรดแก้หัวข้อที่หนึ่ง")
            self.world.put("submission", name, id=returned.id)

    def _partner(self, name: str, user: User, work: Work) -> None:
        """A partner who confirmed with every consent and a picture, and another who is in no work."""
        partner = make_partner(user, name_th=f"ภาคี {MARKS[name]}", email=f"{name}.partner@partners.example")
        self._photo_of(partner, work)
        make_partner(user, name_th=f"ภาคีที่สอง {MARKS[name]}")
        session.flush()
        self.world.put("partner", name, partner_id=partner.id)
        self.world.put("partner_in_work", name, partner_id=partner.id, work_id=work.id)

    @staticmethod
    def _photo_of(partner: Partner, work: Work) -> None:
        """That the partner confirmed the work with every consent and a picture."""
        testimony, _secret = make_testimony(make_in_work(partner, work), FULL)
        drawn = keep(io.BytesIO(picture_bytes()), "photo.png", "image/png")
        testimony.photo, testimony.consent_photo = record_file(drawn, None), True
        session.flush()

    def _links_of_partners(self) -> None:
        """A link that asks and one of a receipt, of an academic who is nobody else of this world."""
        asker = make_user(ASKER, name_th=("ผู้ขอ", "คำยืนยัน"), name_en=("Phukho", "Khamyuenyan"))
        work = make_work(asker, self.rules, title_th="งานที่ภาคียืนยัน")
        self.world.put("asking", "live", secret=make_asked(make_in_work(make_partner(asker), work)))
        testimony, secret = make_testimony(make_in_work(make_partner(asker, name_th="กลุ่มที่ตอบแล้ว"), work), FULL)
        drawn = keep(io.BytesIO(picture_bytes()), "photo.png", "image/png")
        testimony.photo, testimony.consent_photo = record_file(drawn, None), True
        session.flush()
        self.world.put("partner_receipt", "live", secret=secret)

    def _work(self, user: User, name: str, title: str) -> Work:
        """A complete work whose texts name its owner, the fellow, both universities' names and the file."""
        kind, place = PEOPLE[name], UNIVERSITIES[PEOPLE[name].at or "A"]
        fellow = FELLOW if name == "owner" else ANOTHER_FELLOW
        words = (*kind.th, *kind.en, kind.email, *FELLOW, *place, FILE_NAME)
        plant = " ".join(words) if name == "owner" else ""
        work = make_work(
            user,
            self.rules,
            title_th=f"{title} {MARKS[name]} {kind.th[0]}",
            title_en=f"{title} {MARKS[name]} {kind.en[1].upper()}",
            not_for_profit=True,
        )
        work.summary_th, work.summary_en = f"สรุป {plant}", f"Summary {plant}"
        work.discipline_th, work.discipline_en = f"วิศวกรรมสายน้ำ {plant[:150]}", f"Hydraulics {plant[:150]}"
        work.district, work.subdistrict = f"บ้าน{kind.th[1]}"[:100], kind.en[0]
        for heading in self.rules.headings:
            make_section(work, heading.code, f"เนื้อความ {MARKS[name]} {plant} [หลักฐาน 1 หน้า 1]")
        make_contribution(work, name_th=" ".join(kind.th), is_owner=True)
        coworker = make_contribution(work, name_th=f"นางสาว{fellow[0]}")
        coworker.name_en, coworker.part_th = f"Dr. {fellow[1]}", f"ร่วมกับ {plant}"
        record = make_change_record(work)
        record.baseline_source, record.note_th = f"แหล่ง {plant}"[:400], f"หมายเหตุ {plant}"
        if name == "owner":
            again = make_follow_up(record, measured_on=today() - timedelta(days=30), value="60")
            again.measurer_name, again.source, again.note_en = MEASURER, f"แบบวัดของ {MEASURER} {plant}"[:400], plant
        session.flush()
        self._exhibit(user, work, name, plant)
        return work

    def _exhibit(self, user: User, work: Work, name: str, plant: str) -> EvidenceItem:
        """A real PDF with the picture of its page."""
        content = pdf_bytes(1, text=f"exhibit {work.id}")
        filename = FILE_NAME if name == "owner" else f"{name}-evidence.pdf"
        stored = record_file(keep(io.BytesIO(content), filename, "application/pdf"), user)
        item = EvidenceItem(
            owner_id=user.id,
            kind="file",
            title_th=f"หลักฐาน {MARKS[name]} {plant}"[:290],
            caption_th=f"คำบรรยาย {plant}",
            stored_file_id=stored.id,
            page_count=1,
            preview_state=PreviewState.READY,
        )
        session.add(item)
        session.flush()
        picture = record_file(
            keep(io.BytesIO(picture_bytes(size=(work.id % 50 + 10, 30))), "page.png", "image/png"), None
        )
        session.add(
            PreviewPage(source_sha256=stored.sha256, page=1, picture_id=picture.id, width=work.id % 50 + 10, height=30)
        )
        session.add(Thumbnail(source_sha256=stored.sha256, picture_id=picture.id, width=work.id % 50 + 10, height=30))
        session.add(
            EvidenceVersion(
                evidence_id=item.id, number=1, stored_file_id=stored.id, origin=VersionOrigin.ADDED, page_count=1
            )
        )
        heading, criterion = self.rules.headings[0].code, self.criteria.scored[0].code
        make_use(item, work, headings=(heading,), criteria=(criterion,), position=1)
        return item

    def _upload(self, user: User, name: str) -> int:
        """A file of which only the beginning came."""
        upload = Upload(
            owner_id=user.id,
            sent_by_id=user.id,
            key=hashlib.md5(name.encode(), usedforsecurity=False).hexdigest(),
            filename=f"{MARKS[name]}.pdf",
            length=100,
            received=10,
            expires_at=now() + timedelta(days=2),
        )
        session.add(upload)
        session.flush()
        session.add(EvidenceUpload(upload_id=upload.id))
        session.flush()
        return upload.id

    def _submit(self, name: str, call: Call, title: str) -> Submission:
        user = self.people[name]
        work = self._work(user, name, title)
        portfolio = make_portfolio(user, self.rules, [work], title_th=title)
        self._photo_of(make_partner(user, name_th=f"ภาคีผู้ให้ภาพ {MARKS[name]}"), work)
        kind = PEOPLE[name]
        if name == "owner":
            portfolio.title_en = f"Portfolio of {kind.en[0]}"
            portfolio.statement_th = f"ข้าพเจ้า {' '.join(kind.th)} {FELLOW[0]} {UNIVERSITIES['A'][0]} {kind.email}"
            portfolio.field_th, portfolio.field_en = f"สายน้ำ {kind.th[1]}", f"Water {kind.en[1]}"
            session.flush()
        return submissions.submit(portfolio=portfolio, call=call, actor=user)

    def _delegations(self) -> None:
        """The owner's and the assistant's; one that waits for her answer; the stranger's with the newcomer."""
        assistant, newcomer = self.people["assistant"], self.people["newcomer"]
        for name, person, accepted in (
            ("owner", assistant, True),
            ("colleague", assistant, False),
            ("stranger", newcomer, True),
        ):
            row = Delegation(owner_id=self.people[name].id, address=person.email)
            if accepted:
                row.delegate_id, row.accepted_at = person.id, now()
            session.add(row)
            session.flush()
            self.world.put("delegation", name, delegation_id=row.id)
        self.world.desks["assistant"] = self.world.things["delegation"]["owner"]["delegation_id"]

    def _packages(self) -> None:
        """A package of each desk's portfolio, ready to be taken away."""
        for name in ("owner", "colleague", "stranger"):
            user = self.people[name]
            portfolio_id = self.world.things["portfolio"][name]["portfolio_id"]
            bag = keep(io.BytesIO(f"bag of {name}".encode()), "portfolio.zip", "application/zip")
            row = PackageTransfer(
                owner_id=user.id,
                direction=Direction.EXPORT,
                state=TransferState.DONE,
                portfolio_id=portfolio_id,
                stored_file_id=record_file(bag, user).id,
                digest="d" * 64,
            )
            session.add(row)
            session.flush()
            self.world.put("package", name, transfer_id=row.id)
            copy = PersonalCopy(owner_id=user.id, stored_file_id=row.stored_file_id, made_at=now())
            session.add(copy)
            session.flush()
            self.world.put("personal_copy", name, copy_id=copy.id)

    # Review -----------------------------------------------------------------------------------------

    def _ask(self, submission: Submission, name: str) -> Assignment:
        return assignments.invite(submission=submission, reviewer=self.people[name], actor=self.people["officer"])

    def _write(self, assignment: Assignment, name: str, matter: str, *, whole: bool = True) -> None:
        """A review, naming its writer as careless people do."""
        actor, kind = self.people[name], PEOPLE[name]
        careless = " ".join((said(name, matter), "เขียนโดย", *kind.th, *kind.en, kind.email, UNIVERSITIES["C"][0]))
        snapshot_works = assignment.round.snapshot.works
        for work in snapshot_works:
            for criterion in self.criteria.scored if whole else self.criteria.scored[:1]:
                code = criterion.code
                scoring.save_level(assignment=assignment, work=work, code=code, level=4, actor=actor)
                scoring.save_reason(assignment=assignment, work=work, code=code, text=careless, version=1, actor=actor)
            if whole:
                scoring.save_grade(assignment=assignment, work=work, grade=Grade.A, actor=actor)
                scoring.save_grade_reason(assignment=assignment, work=work, text=careless, version=1, actor=actor)
        scoring.save_remark(assignment=assignment, text=careless, version=1, actor=actor)
        scoring.save_confidential_note(assignment=assignment, text=confided(name, matter), version=1, actor=actor)

    def _review(self) -> None:
        """The owner's submission in a double-blind call, with a reviewer in each state."""
        submission = self._submit("owner", self.double, f"{CONCEALED_TITLE} {MARKS['owner']}")
        self.world.put("submission", "under_review", id=submission.id)
        self.world.references["under_review"] = submission.reference
        code = self.criteria.scored[0].code
        for name in REVIEWERS:
            assignment = self._ask(submission, name)
            actor = self.people[name]
            if name == "declined":
                assignments.decline(assignment=assignment, actor=actor, reason="ติดภารกิจ")
            elif name != "invited":
                assignments.accept(assignment=assignment, actor=actor)
                self._write(assignment, name, "under_review", whole=name in ("handed_in", "accepted"))
            if name == "handed_in":
                scoring.hand_in(assignment=assignment, actor=actor)
            self.world.put("assignment", name, id=assignment.id, position=1, code=code, number=1, page=1)

    def _decided(self) -> None:
        """The owner's submission that one reviewer has judged, with letter and certificate."""
        submission = self._submit("owner", self.quick, f"ตัดสินแล้ว {MARKS['owner']}")
        assignment = self._ask(submission, "handed_in")
        actor = self.people["handed_in"]
        assignments.accept(assignment=assignment, actor=actor)
        self._write(assignment, "handed_in", "decided")
        scoring.hand_in(assignment=assignment, actor=actor)
        decisions.decide(
            submission=submission,
            choices={1: decisions.Choice(Grade.A)},
            letter_th="เรียนผู้เสนอ\n\n[results]",
            letter_en="Dear applicant\n\n[results]",
            actor=self.people["officer"],
        )
        self.world.put("submission", "decided", id=submission.id)
        code = self.criteria.scored[0].code
        self.world.put("assignment", "decided", id=assignment.id, position=1, code=code, number=1, page=1)
        self.decided_portfolio = submission.portfolio

    def _signing(self) -> None:
        """The colleague has asked the co-worker of a work to sign its form of participation."""
        colleague = self.people["colleague"]
        work = session.get_one(Work, self.world.things["work"]["colleague"]["work_id"])
        person = work.contributions[-1]
        participation.write_contact(
            actor=colleague,
            work=work,
            contribution=person,
            address=self.people["hr"].email,
            language=colleague.language,
        )
        request = participation.ask(actor=colleague, work=work, contribution=person)
        session.add(SigningLink(request_id=request.id, token_hash=digest_of(SIGN_SECRET)))
        self.world.put("signing_link", "live", secret=SIGN_SECRET)
        self.world.put("signing_request", "asked", request_id=request.id)

    def _single_blind(self) -> None:
        """The stranger's submission in a single-blind call."""
        submission = self._submit("stranger", self.single, f"ปกปิดทางเดียว {MARKS['stranger']}")
        assignment = self._ask(submission, "accepted")
        assignments.accept(assignment=assignment, actor=self.people["accepted"])
        code = self.criteria.scored[0].code
        self.world.put("submission", "single_blind", id=submission.id)
        self.world.put("assignment", "single_blind", id=assignment.id, position=1, code=code, number=1, page=1)

    def _on_the_officer(self) -> None:
        """The submission of an officer, judged by others and handled by another officer."""
        submission = self._submit("officer_applicant", self.quick, f"ของเจ้าหน้าที่ {MARKS['officer_applicant']}")
        assignment = self._ask(submission, "handed_in")
        actor = self.people["handed_in"]
        assignments.accept(assignment=assignment, actor=actor)
        self._write(assignment, "handed_in", "officers_own")
        scoring.hand_in(assignment=assignment, actor=actor)
        code = self.criteria.scored[0].code
        self.world.put("submission", "officers_own", id=submission.id)
        self.world.references["officers_own"] = submission.reference
        self.world.put("assignment", "on_officer", id=assignment.id, position=1, code=code, number=1, page=1)

    # Dossiers ---------------------------------------------------------------------------------------

    def _dossiers(self) -> None:
        a, b = self.universities["A"], self.universities["B"]
        full = self._edition("owner", self.decided_portfolio, EditionKind.FULL)
        for_hr = self._edition("owner", self.decided_portfolio, EditionKind.HR)
        put = self.world.put
        put("edition", "full", edition_id=full.id, file_format="pdf")
        put("edition", "owner", edition_id=for_hr.id, file_format="pdf")
        put("job", "owner", job_id=for_hr.job_id)
        put("code", "genuine", code=for_hr.code)
        put("release", "owner", release_id=self._release(for_hr, a, "owner").id, file_format="pdf")
        put("release", "elsewhere", release_id=self._release(for_hr, b, "owner").id, file_format="pdf")
        withdrawn = self._release(full, a, "owner")
        dossiers.withdraw_release(release=withdrawn, actor=self.people["owner"])
        put("release", "withdrawn", release_id=withdrawn.id, file_format="pdf")
        for name in ("colleague", "stranger"):
            portfolio = session.get_one(Portfolio, self.world.things["portfolio"][name]["portfolio_id"])
            edition = self._edition(name, portfolio, EditionKind.HR)
            put("edition", name, edition_id=edition.id, file_format="pdf")
            put("job", name, job_id=edition.job_id)
            university = self.universities[PEOPLE[name].at or "A"]
            put("release", name, release_id=self._release(edition, university, name).id, file_format="pdf")

    def _edition(self, name: str, portfolio: Portfolio, kind: EditionKind) -> Edition:
        """A ready edition whose file is a small one, in place of typesetting."""
        edition = dossiers.make_edition(
            portfolio=portfolio, kind=kind, language="th", thai_digits=False, actor=self.people[name]
        )
        intake = keep(
            io.BytesIO(pdf_bytes(1, text=f"edition {edition.id}")), f"{edition.number}.pdf", "application/pdf"
        )
        edition.files.append(EditionFile(format=FileFormat.PDF, stored_file=record_file(intake, None), pages=1))
        edition.state = EditionState.READY
        session.flush()
        return edition

    def _release(self, edition: Edition, university: Organization, name: str) -> Any:
        return dossiers.release(edition=edition, university=university, actor=self.people[name])

    def _tokens(self) -> None:
        unconfirmed = make_user("waiting@people.example", confirmed=False)
        for user, purpose, secret in (
            (unconfirmed, TokenPurpose.CONFIRM_EMAIL, CONFIRM_SECRET),
            (self.people["newcomer"], TokenPurpose.RESET_PASSWORD, RESET_SECRET),
        ):
            session.add(
                Token(
                    user_id=user.id,
                    purpose=purpose,
                    address=user.email,
                    token_hash=digest_of(secret),
                    expires_at=now() + timedelta(hours=1),
                )
            )
        self.world.put("cv_kind", "education", kind="education")
        self.world.put("static", "sheet", filename="css/app.css")
        self.world.put("confirmation", "live", secret=CONFIRM_SECRET)
        self.world.put("reset", "live", secret=RESET_SECRET)

    def _missing(self) -> None:
        """Beside every thing one that does not exist."""
        for kind, subjects in self.world.things.items():
            example = next(iter(subjects.values()))
            changed = {
                key: MISSING if key.endswith("id") else (f"missing-{kind}" if len(example) == 1 else value)
                for key, value in example.items()
            }
            self.world.put(kind, "missing", **changed)


def work_exhibit(work: Work) -> EvidenceItem:
    """The evidence item of a work of this world."""
    return session.scalars(select(EvidenceUse).where(EvidenceUse.work_id == work.id)).one().evidence


def _kept_of(section_id: int) -> int:
    statement = select(WorkSectionVersion.id).where(WorkSectionVersion.section_id == section_id)
    return session.scalars(statement.order_by(WorkSectionVersion.id)).first() or MISSING
