"""For every route that changes something: a form that would be taken if the person may send it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from portfolio.accounts.models import User
from portfolio.calls.models import Call
from portfolio.core.clock import BANGKOK, now, today
from portfolio.core.db import session
from portfolio.evidence.models import EvidenceItem
from portfolio.portfolios.models import CvEntry, Portfolio, PortfolioWork
from portfolio.submissions.models import Submission
from portfolio.works.models import Work, WorkSection
from review.scoring.models import OverallLevel, Review, Score
from tests.builders.accounts import PASSWORD
from tests.builders.files import pdf_bytes
from tests.security.world import PEOPLE, World

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


def _file(name: str) -> Body:
    return lambda _world, _arguments, _persona: {
        name: (io.BytesIO(pdf_bytes(1, text="new evidence")), "new.pdf"),
        **({"type": "OTHER"} if name == "files" else {}),
    }


_POSITION = _fixed(direction="up")
_CONTRIBUTOR = _fixed(name_th="ผู้ร่วมงานใหม่", role="co_operator")
_INDICATOR = _fixed(name_th="ตัวชี้วัดใหม่", unit_th="ครัวเรือน")
_NOTHING = _fixed()

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
    "evidence.create_link": _fixed(
        **{"link-url": "https://example.org/page", "link-title_th": "บทความ", "link-type": "OTHER"}
    ),
    "evidence.update": _item,
    "evidence.update_ties": _ties,
    "evidence.move_use": _POSITION,
    "evidence.replace_file": _file("file"),
    "evidence.restart_preview": _NOTHING,
    "evidence.archive": _NOTHING,
    "evidence.restore": _NOTHING,
    "organizations.create": _fixed(code="NEW-U", name_th="มหาวิทยาลัยใหม่", name_en="A new university", kind="university"),
    "organizations.update": _fixed(code="UNI-X", name_th="ชื่อใหม่", name_en="A new name"),
    "organizations.create_faculty": _fixed(code="NEW-F", name_th="คณะใหม่", name_en="A new faculty"),
    "organizations.set_membership": lambda world, _arguments, _persona: {
        "organization_id": _id_of(world, "organization", "faculty")
    },
    "panels.update": _fixed(reviewers=2, review_days=20),
    "portfolios.create": _rules,
    "portfolios.update": lambda _world, arguments, _persona: {
        "title_th": "ชื่อแฟ้มใหม่",
        "version": _version(Portfolio, arguments["portfolio_id"]),
    },
    "portfolios.choose_work": _new_choice,
    "portfolios.drop_work": _NOTHING,
    "portfolios.move_work": _POSITION,
    "portfolios.archive": _NOTHING,
    "portfolios.restore": _NOTHING,
    "portfolios.create_cv_entry": _fixed(title_th="ปริญญาใหม่"),
    "portfolios.update_cv_entry": lambda _world, arguments, _persona: {
        "title_th": "ปริญญาที่แก้แล้ว",
        "version": _version(CvEntry, arguments["entry_id"]),
    },
    "portfolios.remove_cv_entry": _NOTHING,
    "portfolios.move_cv_entry": _POSITION,
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
    "works.archive": _NOTHING,
    "works.restore": _NOTHING,
    "works.update_section": _section,
    "works.restore_section": _section,
    "works.create_contributor": _CONTRIBUTOR,
    "works.update_contributor": _CONTRIBUTOR,
    "works.remove_contributor": _NOTHING,
    "works.move_contributor": _POSITION,
    "works.create_indicator": _INDICATOR,
    "works.update_indicator": _INDICATOR,
    "works.remove_indicator": _NOTHING,
    "works.move_indicator": _POSITION,
}
