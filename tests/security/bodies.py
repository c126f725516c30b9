"""For every route that changes something: a form that would be taken if the person may send it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from portfolio.accounts.models import User
from portfolio.accounts.queries import digest_of
from portfolio.calls.models import Call
from portfolio.core.clock import BANGKOK, now, today
from portfolio.core.db import session
from portfolio.evidence.models import EvidenceItem, EvidenceUse
from portfolio.evidence.queries import current_criteria
from portfolio.partners.models import Partner, PartnerInWork, PartnerLink, Testimony
from portfolio.portfolios.models import Portfolio, PortfolioWork
from portfolio.record.models import CvEntry
from portfolio.submissions.models import Submission
from portfolio.works.dissemination.models import Dissemination
from portfolio.works.indicators.models import FollowUp
from portfolio.works.missions.models import MissionEntry
from portfolio.works.models import ChangeRecord, Work
from portfolio.works.participation.form import rows_digest
from portfolio.works.participation.models import SigningRequest
from portfolio.works.sections.models import WorkSection
from review.scoring.models import OverallLevel, Review, Score
from tests.builders.accounts import PASSWORD
from tests.builders.files import pdf_bytes, picture_bytes
from tests.security.people import ANOTHER_FELLOW, PEOPLE
from tests.security.world import World

NEW_PASSWORD = "another long sentence for tests"
Arguments = dict[str, Any]
Body = Callable[[World, Arguments, str], dict[str, Any]]


def body_of(endpoint: str, world: World, arguments: Arguments, persona: str) -> dict[str, Any]:
    """The form for a route; called within an application context."""
    return BODIES[endpoint](world, arguments, persona)


def _fixed(**fields: Any) -> Body:
    return lambda _world, _arguments, _persona: dict(fields)


def _version(model: Any, row_id: int) -> int:
    row = session.get(model, row_id)
    return 1 if row is None else int(row.version)


def _id_of(world: World, kind: str, subject: str) -> int:
    return int(next(iter(world.things[kind][subject].values())))


def _rules(world: World, _arguments: Arguments, _persona: str) -> dict[str, Any]:
    return {"title_th": "ชื่อใหม่", "rule_set": _id_of(world, "rule_set", "published")}


def _call(world: World, arguments: Arguments, _persona: str) -> dict[str, Any]:
    call = session.get(Call, arguments.get("call_id", 0))
    opens = call.opens_at if call else now()
    return {
        "code": call.code if call else "NEW-1",
        "title_th": "รอบใหม่",
        "title_en": "A new call",
        "criteria_set_id": _id_of(world, "criteria_set", "published"),
        "rule_set_ids": _id_of(world, "rule_set", "published"),
        "anonymity": call.anonymity.value if call else "double",
        "opens_on": opens.astimezone(BANGKOK).date().isoformat(),
        "opens_at_time": f"{opens.astimezone(BANGKOK):%H:%M}",
        "closes_on": (today() + timedelta(days=40)).isoformat(),
        "closes_at_time": "16:30",
        "grace_minutes": 0,
        "version": call.version if call else 1,
    }


def _section(_world: World, arguments: Arguments, _persona: str) -> dict[str, Any]:
    section = session.scalar(
        select(WorkSection).where(
            WorkSection.work_id == arguments["work_id"], WorkSection.heading_code == arguments["heading_code"]
        )
    )
    return {"body": "ข้อความที่แก้แล้ว", "version": 0 if section is None else section.version}


def _review(name: str) -> Callable[[Arguments], int]:
    """The version of a text of a review, 1 where nothing was written yet."""

    def version(arguments: Arguments) -> int:
        review = session.scalar(select(Review).where(Review.assignment_id == arguments["id"]))
        return 1 if review is None else int(getattr(review, name))

    return version


def _text(name: str) -> Body:
    return lambda _world, arguments, _persona: {"body": "ข้อความใหม่", "version": _review(name)(arguments)}


def _score(_world: World, arguments: Arguments, _persona: str) -> dict[str, Any]:
    statement = select(Score.reason_version).join(Review, Review.id == Score.review_id)
    found = session.scalar(
        statement.where(Review.assignment_id == arguments["id"], Score.criterion_code == arguments["code"])
    )
    return {"level": 3, "body": "เหตุผลใหม่", "version": found or 1}


def _overall(_world: World, arguments: Arguments, _persona: str) -> dict[str, Any]:
    statement = select(OverallLevel.reason_version).join(Review, Review.id == OverallLevel.review_id)
    found = session.scalar(statement.where(Review.assignment_id == arguments["id"]))
    return {"grade": "b", "body": "เหตุผลใหม่", "version": found or 1}


def _decision(_world: World, arguments: Arguments, _persona: str) -> dict[str, Any]:
    return {
        "letter_th": "เรียน ผู้เสนอ\n\n[results]",
        "grade_1": "a",
        "reason_th_1": "เห็นพ้องกับผู้ทรงคุณวุฒิ",
        "version": _version(Submission, arguments["id"]),
    }


def _submission(_world: World, arguments: Arguments, _persona: str) -> dict[str, Any]:
    call = session.scalars(select(Call).where(Call.published_at.is_not(None)).order_by(Call.id)).first()
    return {"call": 0 if call is None else call.id, "own_work": "y", "permission": "y", "judged": "y"}


def _new_choice(_world: World, arguments: Arguments, _persona: str) -> dict[str, Any]:
    """Another work of the portfolio's owner, which this portfolio does not have yet."""
    portfolio = session.get(Portfolio, arguments["portfolio_id"])
    if portfolio is None:
        return {"work": 1}
    taken = select(PortfolioWork.work_id).where(PortfolioWork.portfolio_id == portfolio.id)
    free = select(Work.id).where(Work.owner_id == portfolio.owner_id, Work.id.not_in(taken)).order_by(Work.id)
    return {"work": session.scalars(free).first()}


def _item(_world: World, arguments: Arguments, _persona: str) -> dict[str, Any]:
    item = session.get(EvidenceItem, arguments["item_id"])
    fields = {"title_th": "ชื่อหลักฐานใหม่", "type": "OTHER", "version": _version(EvidenceItem, arguments["item_id"])}
    if item is not None:
        fields["type"] = item.type.value
        if item.url:
            fields["url"] = item.url
    return fields


def _ties(_world: World, arguments: Arguments, _persona: str) -> dict[str, Any]:
    return {"version": _version(EvidenceItem, arguments["item_id"])}


def _cell(_world: World, arguments: Arguments, _persona: str) -> dict[str, Any]:
    """An exhibit of the work and a criterion of the association's set."""
    use = session.scalars(select(EvidenceUse).where(EvidenceUse.work_id == arguments["work_id"])).first()
    criteria = current_criteria()
    assert criteria is not None
    return {"tie": f"{use.evidence_id if use else 1}:{criteria.scored[-1].code}"}


def _file(name: str) -> Body:
    return lambda _world, _arguments, _persona: {
        name: (io.BytesIO(pdf_bytes(1, text="new evidence")), "new.pdf"),
        **({"type": "OTHER"} if name == "files" else {}),
    }


def _free_partner(_world: World, arguments: Arguments, _persona: str) -> dict[str, Any]:
    """A partner of the work's owner who is not in it yet."""
    work = session.get(Work, arguments["work_id"])
    taken = select(PartnerInWork.partner_id).where(PartnerInWork.work_id == arguments["work_id"])
    free = select(Partner.id).where(Partner.owner_id == (work.owner_id if work else 0), Partner.id.not_in(taken))
    return {"partner": session.scalars(free.order_by(Partner.id)).first() or 1}


_WORDS = _fixed(done_agrees="yes", person="ผู้ยืนยัน")
_POSITION = _fixed(direction="up")
_CONTRIBUTOR = _fixed(name_th="ผู้ร่วมงานใหม่", role="co_operator")
_INDICATOR = _fixed(name_th="ตัวชี้วัดใหม่", unit_th="ครัวเรือน")
_NOTHING = _fixed()


def _sign_own(_world: World, _arguments: Arguments, persona: str) -> dict[str, Any]:
    names = PEOPLE[persona].th if persona in PEOPLE else ("", "")
    return {"signed_name": " ".join(names), "certified": "y", "digest": "0" * 64}


def _sign(_world: World, _arguments: Arguments, _persona: str) -> dict[str, Any]:
    digest = session.scalars(select(SigningRequest.text_digest)).one()
    return {"signed_name": ANOTHER_FELLOW[0], "certified": "y", "digest": digest}


def _reply(world: World, arguments: Arguments, persona: str) -> dict[str, Any]:
    return {"digest": _sign(world, arguments, persona)["digest"], "kind": "change", "text": "ขอแก้ไขหน้าที่"}


def _measurement(_world: World, _arguments: Arguments, _persona: str) -> dict[str, Any]:
    return {"measured_on": today().isoformat(), "value": "12.5", "measured_by": "university"}


BODIES: dict[str, Body] = {
    "accounts.sign_in": _fixed(email=PEOPLE["newcomer"].email, password=PASSWORD),
    "accounts.sign_out": _NOTHING,
    "accounts.sign_up": _fixed(email="somebody.new@people.example", given_name_en="Somebody"),
    "accounts.confirmation": _fixed(password=NEW_PASSWORD, again=NEW_PASSWORD),
    "accounts.password_reset": _fixed(email=PEOPLE["newcomer"].email),
    "accounts.new_password": _fixed(password=NEW_PASSWORD, again=NEW_PASSWORD),
    "accounts.change_password": _fixed(current=PASSWORD, password=NEW_PASSWORD, again=NEW_PASSWORD),
    "accounts.update_profile": lambda _world, _arguments, persona: {
        "given_name_en": "Changed",
        "language": "th",
        "version": _version(User, PEOPLE[persona].number) if persona in PEOPLE else 1,
    },
    "accounts.remote_sign_out": _NOTHING,
    "personal.create_copy": _NOTHING,
    "personal.erase": lambda _world, _arguments, persona: {
        "address": PEOPLE[persona].email if persona in PEOPLE else "nobody@people.example",
        "password": PASSWORD,
    },
    "admin.grant_role": _fixed(role="reviewer", organization_id=0),
    "admin.revoke_role": _NOTHING,
    "admin.disable": _fixed(reason="เหตุผลที่ยาวพอสำหรับการปิดบัญชี"),
    "admin.enable": _NOTHING,
    "assignments.accept": _fixed(ground="none"),
    "assignments.cancel": _NOTHING,
    "assignments.decline": _fixed(reason="ติดภารกิจ"),
    "assignments.declare_conflict": _fixed(ground="family"),
    "assignments.extend": lambda _world, _arguments, _persona: {"due_on": (today() + timedelta(days=60)).isoformat()},
    "assignments.invite": _fixed(reviewer=PEOPLE["idle_reviewer"].number),
    "calls.create": _call,
    "calls.update": _call,
    "calls.publish": lambda _world, arguments, _persona: {"version": _version(Call, arguments["call_id"])},
    "decisions.decide": _decision,
    "dossier.create": _fixed(kind="hr", language="en"),
    "dossier.release": lambda world, _arguments, _persona: {
        "university_id": _id_of(world, "organization", "university")
    },
    "dossier.withdraw_release": _NOTHING,
    "dossier.revoke": _fixed(reason="พิมพ์ผิด"),
    "evidence.create": _file("files"),
    "transfer.create_from_file": lambda _world, _arguments, _persona: {
        "file-file": (io.BytesIO(b"@book{a, title={A new book}}"), "list.bib")
    },
    "transfer.create_from_text": _fixed(**{"text-text": "@book{a, title={A new book}}"}),
    "transfer.create_from_dois": _fixed(**{"doi-dois": "10.1234/a"}),
    "transfer.create_from_record": _fixed(**{"orcid-orcid": "0000-0002-1825-0097"}),
    "transfer.choose": _fixed(all="none"),
    "transfer.write": _NOTHING,
    "transfer.discard": _NOTHING,
    "evidence.create_link": _fixed(
        **{"link-url": "https://example.org/page", "link-title_th": "บทความ", "link-type": "OTHER"}
    ),
    "evidence.update": _item,
    "evidence.update_ties": _ties,
    "evidence.move_use": _POSITION,
    "evidence.replace_file": _file("file"),
    "evidence.restart_preview": _NOTHING,
    "evidence.draw_page": _NOTHING,
    "evidence.create_copy": _fixed(way="strip"),
    "evidence.restore_version": _NOTHING,
    "evidence.remove_version": _NOTHING,
    "uploads.create": _NOTHING,
    "uploads.override": _NOTHING,
    "uploads.complete": _NOTHING,
    "uploads.remove": _NOTHING,
    "portfolios.update_matrix": _cell,
    "delegations.create": _fixed(address="somebody.new@people.example"),
    "delegations.accept": _NOTHING,
    "delegations.end": _NOTHING,
    "delegations.work": _NOTHING,
    "delegations.stop_work": _NOTHING,
    "packages.export": _NOTHING,
    "packages.create": lambda _world, _arguments, _persona: {"package": (io.BytesIO(b"no bag"), "portfolio.zip")},
    "evidence.archive": _NOTHING,
    "evidence.restore": _NOTHING,
    "organizations.create": _fixed(code="NEW-U", name_th="มหาวิทยาลัยใหม่", name_en="A new university", kind="university"),
    "organizations.update": _fixed(code="UNI-X", name_th="ชื่อใหม่", name_en="A new name"),
    "organizations.create_faculty": _fixed(code="NEW-F", name_th="คณะใหม่", name_en="A new faculty"),
    "organizations.set_membership": lambda world, _arguments, _persona: {
        "organization_id": _id_of(world, "organization", "faculty")
    },
    "confirmations.confirm": _WORDS,
    "confirmations.decline": _fixed(answer="refused"),
    "confirmations.send_receipt": _NOTHING,
    "confirmations.correct": lambda _world, arguments, _persona: {
        "done_agrees": "yes",
        "person": "ผู้ยืนยัน",
        "version": session.scalar(
            select(Testimony.version)
            .join(PartnerLink, PartnerLink.in_work_id == Testimony.in_work_id)
            .where(PartnerLink.token_hash == digest_of(arguments["secret"]))
        )
        or 1,
    },
    "confirmations.add_photo": lambda _world, _arguments, _persona: {
        "photo": (io.BytesIO(picture_bytes()), "new.png"),
        "consent_photo": "y",
    },
    "confirmations.remove_photo": _NOTHING,
    "confirmations.withdraw": _NOTHING,
    "partners.create": _fixed(name_th="กลุ่มใหม่", type="community"),
    "partners.update": lambda _world, arguments, _persona: {
        "name_th": "ชื่อภาคีใหม่",
        "type": "community",
        "version": _version(Partner, arguments["partner_id"]),
    },
    "partners.update_contact": lambda _world, arguments, _persona: {
        "telephone": "0 2000 0000",
        "version": _version(Partner, arguments["partner_id"]),
    },
    "partners.archive": _NOTHING,
    "partners.restore": _NOTHING,
    "partners.tie": _free_partner,
    "partners.update_in_work": lambda _world, arguments, _persona: {
        "done_th": "ทำร่วมกัน",
        "version": session.scalar(select(PartnerInWork.version).where(PartnerInWork.work_id == arguments["work_id"]))
        or 1,
    },
    "partners.take_off": _NOTHING,
    "partners.send_letter": _fixed(language="th"),
    "partners.remind": _fixed(language="th"),
    "partners.make_link": _NOTHING,
    "partners.revoke": _NOTHING,
    "panels.update": _fixed(reviewers=2, review_days=20),
    "portfolios.create": _rules,
    "self_assessment.update": _NOTHING,
    "portfolios.update": lambda _world, arguments, _persona: {
        "title_th": "ชื่อแฟ้มใหม่",
        "version": _version(Portfolio, arguments["portfolio_id"]),
    },
    "portfolios.choose_work": _new_choice,
    "portfolios.drop_work": _NOTHING,
    "portfolios.order_works": _NOTHING,
    "portfolios.move_work": _POSITION,
    "portfolios.archive": _NOTHING,
    "portfolios.restore": _NOTHING,
    "record.create": _fixed(level="doctoral", title_th="ปริญญาใหม่"),
    "record.update": lambda _world, arguments, _persona: {
        "level": "doctoral",
        "title_th": "ปริญญาที่แก้แล้ว",
        "version": _version(CvEntry, arguments["entry_id"]),
    },
    "record.remove": _NOTHING,
    "record.move": _POSITION,
    "record.update_profile": _fixed(prefix="miss", field_code="0602"),
    "record.update_personal": _fixed(telephone="02-000-0000"),
    "record.erase_personal": _NOTHING,
    "record.preview_table": lambda _world, _arguments, _persona: {
        "file": (io.BytesIO("level,title_th\nปริญญาโท,ปริญญาใหม่\n".encode()), "lines.csv")
    },
    "record.create_lines": _fixed(lines="level,title_th\nปริญญาโท,ปริญญาจากตาราง\n"),
    "reviewers.update": _fixed(capacity=3),
    "scoring.score": _score,
    "scoring.level": _fixed(level=3),
    "scoring.overall": _overall,
    "scoring.grade": _fixed(grade="b"),
    "scoring.remark": _text("remark_version"),
    "scoring.confidential_note": _text("confidential_note_version"),
    "scoring.hand_in": _NOTHING,
    "submissions.create": _submission,
    "submissions.withdraw": _fixed(note="ขอถอน"),
    "submissions.send_back": lambda _world, arguments, _persona: {
        "other": "โปรดแก้ไข",
        "version": _version(Submission, arguments["id"]),
    },
    "web.language": _fixed(language="en"),
    "works.create": _rules,
    "works.update": lambda _world, arguments, _persona: {
        "title_th": "ชื่อผลงานใหม่",
        "version": _version(Work, arguments["work_id"]),
    },
    "bibliography.update": lambda _world, _arguments, _persona: {"form": "document", "version": "0"},
    "bibliography.create_use": _fixed(position_code="assistant", year="2560", result="passed"),
    "bibliography.update_use": _fixed(position_code="assistant", year="2561", result="passed", version="1"),
    "bibliography.remove_use": _NOTHING,
    "bibliography.state_never_used": _fixed(never="no"),
    "works.archive": _NOTHING,
    "works.restore": _NOTHING,
    "sections.update": _section,
    "sections.restore": _section,
    "participation.choose_variant": _fixed(variant="general"),
    "participation.update_transfers": _fixed(row_a="วารสาร", seen=rows_digest({})),
    "participation.update_duties": _fixed(row_a="ตั้งโจทย์", seen=rows_digest({})),
    "participation.update_contact": _fixed(address="fellow@people.example", language="th"),
    "participation.ask": _NOTHING,
    "participation.ask_everybody": _NOTHING,
    "participation.revoke": _NOTHING,
    "participation.sign_own": _sign_own,
    "participation.excuse": _fixed(reason="abroad", note="ไปต่างประเทศ"),
    "participation.take_excuse_back": _NOTHING,
    "participation.declare_ethics": _fixed(
        honesty="y", sources="y", rights="y", method="y", results="y", approval="not_involved"
    ),
    "participation.take_ethics_back": _NOTHING,
    "signing.sign_by_link": _sign,
    "signing.reply_by_link": _reply,
    "signing.sign_request": _sign,
    "signing.reply_request": _reply,
    "participation.create_contributor": _CONTRIBUTOR,
    "participation.update_contributor": _CONTRIBUTOR,
    "participation.remove_contributor": _NOTHING,
    "participation.move_contributor": _POSITION,
    "indicators.create": _INDICATOR,
    "indicators.update": lambda _world, arguments, _persona: {
        "name_th": "ตัวชี้วัดใหม่",
        "unit_th": "ครัวเรือน",
        "version": _version(ChangeRecord, arguments["record_id"]),
    },
    "indicators.remove": _NOTHING,
    "indicators.move": _POSITION,
    "indicators.create_follow_up": _measurement,
    "indicators.create_plan": lambda _world, _arguments, _persona: {"due_on": today().isoformat()},
    "indicators.update_follow_up": lambda world, arguments, persona: {
        **_measurement(world, arguments, persona),
        "version": _version(FollowUp, arguments["follow_up_id"]),
    },
    "indicators.move_due_date": lambda _world, arguments, _persona: {
        "due_on": today().isoformat(),
        "version": _version(FollowUp, arguments["follow_up_id"]),
    },
    "missions.create": _fixed(title_th="รายวิชาใหม่"),
    "missions.update": lambda _world, arguments, _persona: {
        "title_th": "รายวิชาใหม่",
        "version": _version(MissionEntry, arguments["mission_entry_id"]),
    },
    "missions.remove": _NOTHING,
    "dissemination.create": _fixed(title_th="เวทีใหม่", year="2568"),
    "dissemination.update": lambda _world, arguments, _persona: {
        "title_th": "เวทีใหม่",
        "version": _version(Dissemination, arguments["dissemination_id"]),
    },
    "dissemination.remove": _NOTHING,
    "indicators.cancel_follow_up": _NOTHING,
    "indicators.remove_follow_up": _NOTHING,
}
