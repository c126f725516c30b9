"""What reviewers get of partners: the verified mark and consented words, never a contact; nothing once withdrawn."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, replace

import pytest
from flask import Flask
from sqlalchemy import select

from portfolio.calls.models import Anonymity
from portfolio.core.db import session, transaction
from portfolio.core.storage.operations import keep, record_file
from portfolio.partners import models
from portfolio.partners.confirmations.operations import Words, withdraw_consent
from review.assignments import operations as assignments
from tests.builders.accounts import signed_in
from tests.builders.files import picture_bytes
from tests.builders.partners import FULL, make_in_work, make_partner, make_testimony
from tests.builders.review import World
from tests.review.test_blindness import CANARIES, bytes_of, found, plant, submitted_again

CONTACT = ("08 1234 5678", "group@partners.example", "ติดต่อ ประสานงาน")
NAMES = ("กลุ่มผู้ใช้น้ำผาเมฆ", "สมหมาย", "ใจกว้าง", "ประธานกลุ่ม")
WORDS = "อาจารย์กัลยาณี วัฒนพรชัย กับกลุ่มผู้ใช้น้ำผาเมฆ ลงมาขุดบ่อด้วยกันทุกเดือน"
PICTURE = picture_bytes()
PHOTO = hashlib.sha256(PICTURE).hexdigest()
HARMLESS = "ลงมาขุดบ่อด้วยกันทุกเดือน"


@dataclass
class Review:
    """A reviewer who reads a work whose partner has confirmed."""

    app: Flask
    reviewer: int
    assignment: int
    code: str

    def page(self) -> str:
        address = f"/scoring/{self.assignment}/works/1?c={self.code}&doc=text"
        return bytes_of(signed_in(self.app, self.reviewer), [address])


def reading(app: Flask, anonymity: Anonymity, words: Words) -> Review:
    with transaction():
        world = World(reviewers=1, anonymity=anonymity)
        plant(world)
        work = world.portfolio.works[0]
        work.sections[0].body += " งานนี้ทำกับกลุ่มผู้ใช้น้ำผาเมฆ"
        partner = make_partner(world.applicant, name_th="กลุ่มผู้ใช้น้ำผาเมฆ")
        testimony, _secret = make_testimony(make_in_work(partner, work), words)
        if words.consent_name:
            testimony.consent_photo = True
            testimony.photo = record_file(keep(io.BytesIO(PICTURE), "photo.png", "image/png"), None)
        session.flush()
        session.expire_all()
        submitted_again(world)
        assignment = assignments.invite(submission=world.submission, reviewer=world.reviewers[0], actor=world.officer)
        assignments.accept(assignment=assignment, actor=world.reviewers[0])
        return Review(app, world.reviewers[0].id, assignment.id, world.criteria_set.scored[0].code)


def test_double_blind_shows_mark_and_words_and_nobody(app: Flask, database: object) -> None:
    page = reading(app, Anonymity.DOUBLE, replace(FULL, done_words=WORDS)).page()
    assert "ภาคียืนยันแล้ว" in page
    assert HARMLESS in page
    assert found((*CANARIES, *CONTACT, *NAMES, PHOTO, "/photo"), page) == []


@pytest.mark.parametrize("anonymity", list(Anonymity))
def test_picture_is_shown_where_people_are_and_until_it_is_withdrawn(
    app: Flask, database: object, anonymity: Anonymity
) -> None:
    shown = anonymity is Anonymity.SINGLE
    review = reading(app, anonymity, FULL)
    address = f"/scoring/{review.assignment}/works/1/partners/1/photo"
    browser = signed_in(app, review.reviewer)
    assert (address in review.page()) is shown
    answer = browser.get(address)
    assert (answer.status_code, answer.data == PICTURE) == ((200, True) if shown else (404, False))
    assert browser.get(address.replace("partners/1", "partners/2")).status_code == 404
    with transaction():
        withdraw_consent(testimony=session.scalars(select(models.Testimony)).one())
    assert address not in review.page()
    assert browser.get(address).status_code == 404


def test_single_blind_shows_what_was_consented_to_and_no_contact(app: Flask, database: object) -> None:
    page = reading(app, Anonymity.SINGLE, replace(FULL, done_words=WORDS)).page()
    assert found((*NAMES, WORDS), page) == [*NAMES, WORDS]
    assert found(CONTACT, page) == []


def test_without_consent_there_is_the_mark_alone(app: Flask, database: object) -> None:
    words = Words(person="สมหมาย ใจกว้าง", person_role="ประธานกลุ่ม", done_agrees=True, done_words=WORDS)
    page = reading(app, Anonymity.SINGLE, words).page()
    assert "ภาคียืนยันแล้ว" in page
    assert "ภาคีว่า “ตรง”" in page
    assert found((*CONTACT, *NAMES[1:], HARMLESS), page) == []


@pytest.mark.parametrize("anonymity", list(Anonymity))
def test_withdrawn_words_are_gone_from_what_was_submitted(app: Flask, database: object, anonymity: Anonymity) -> None:
    review = reading(app, anonymity, replace(FULL, done_words=WORDS))
    assert HARMLESS in review.page()
    with transaction():
        withdraw_consent(testimony=session.scalars(select(models.Testimony)).one())
    page = review.page()
    assert "ถอนความยินยอม" in page
    assert "ภาคียืนยันแล้ว" not in page
    assert found((HARMLESS, *CONTACT, *NAMES[1:]), page) == []
    if anonymity is Anonymity.DOUBLE:
        assert found((*CANARIES, *NAMES), page) == []
