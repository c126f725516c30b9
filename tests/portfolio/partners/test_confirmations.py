"""What a partner can do with a link: answer once, correct, add a picture, withdraw; late, twice, as somebody else."""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from portfolio.accounts.models import User
from portfolio.core.audit.models import AuditEntry
from portfolio.core.clock import frozen_at, now
from portfolio.core.db import engine_of, session, transaction
from portfolio.core.mail.models import MailMessage
from portfolio.core.storage.filesystem import storage
from portfolio.core.storage.models import StoredFile
from portfolio.organizations.delegations import operations as delegations
from portfolio.organizations.models import Role
from portfolio.partners import models, operations
from portfolio.partners.confirmations import photos
from portfolio.partners.confirmations.forms import WordsForm
from portfolio.partners.confirmations.operations import LinkDead, confirm, freeze, withdraw_consent
from portfolio.partners.models import PartnerInWork, PartnerLink
from portfolio.partners.vocabulary import Answer, Channel, PartnerState
from tests.builders.accounts import signed_in
from tests.builders.organizations import make_person
from tests.builders.partners import FULL, make_asked, make_in_work, make_partner, make_testimony
from tests.builders.works import make_rule_set, make_work

Database = scoped_session[Session]
GIVEN = {"done_agrees": "yes", "done_words": "พวกเราลงแรงเอง", "person": "สมหมาย ใจกว้าง", "consent_words": "y"}
WORDS = "ข้อความยาวที่พิมพ์บนโทรศัพท์อยู่นาน"


@dataclass
class Case:
    """A partner who has been asked by a link."""

    app: Flask
    owner: int
    in_work_id: int
    secret: str
    client: FlaskClient

    @property
    def address(self) -> str:
        return f"/confirmations/{self.secret}"

    @property
    def in_work(self) -> PartnerInWork:
        session.rollback()
        return session.get_one(PartnerInWork, self.in_work_id)

    def said(self) -> models.Testimony:
        session.rollback()
        return session.scalars(select(models.Testimony)).one()

    def answer(self, **changed: Any) -> TestResponse:
        return self.client.post(self.address, data=GIVEN | changed)

    def receipt(self) -> str:
        """Answer, and go to the receipt."""
        return self.answer().headers["Location"].partition("?")[0]


@pytest.fixture
def case(app: Flask, database: Database) -> Case:
    with transaction():
        owner = make_person(Role.ACADEMIC)
        row = make_in_work(make_partner(owner), make_work(owner, make_rule_set()))
        ids = owner.id, row.id, make_asked(row)
    return Case(app, *ids, app.test_client())


def photo_with_place() -> bytes:
    """A JPEG that says where it was taken."""
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (18.0, 47.0, 1.0)}
    exif[0x010F] = "TELEPHONE-MAKER"
    out = io.BytesIO()
    Image.new("RGB", (1600, 900), (20, 80, 140)).save(out, "JPEG", exif=exif)
    return out.getvalue()


# Asked ----------------------------------------------------------------------------------------------


def test_page_is_small_scriptless_and_tells_nobody_its_address(case: Case) -> None:
    answer = case.client.get(case.address)
    assert answer.status_code == 200
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "<script" not in answer.text
    assert "icons.svg" not in answer.text
    assert "bootstrap" not in answer.text
    sheets = [part.split('"')[0] for part in answer.text.split('href="')[1:] if part.startswith("/static/")]
    whole = len(answer.data) + sum(len(case.client.get(sheet).data) for sheet in sheets)
    assert whole < 60_000


def test_looking_changes_nothing(case: Case) -> None:
    for _time in range(2):
        case.client.get(case.address)
        case.client.head(case.address)
    assert case.in_work.state is PartnerState.ASKED


def test_confirmation_is_kept_told_and_put_on_the_record(case: Case) -> None:
    answer = case.answer(consent_name="y", person_role="ประธาน")
    assert answer.status_code == 303
    said = case.said()
    assert (said.answer, said.channel, said.done_agrees) == (Answer.CONFIRMED, Channel.HANDED, True)
    assert (said.consent_name, said.consent_person, said.consent_words, said.consent_contact) == (
        True, False, True, False,
    )  # fmt: skip
    assert said.person == "สมหมาย ใจกว้าง"
    receipt = case.client.get(answer.headers["Location"]).text
    assert "ได้รับคำยืนยันแล้ว ขอบคุณ" in receipt
    assert "พวกเราลงแรงเอง" in receipt
    with engine_of(case.app).connect() as raw:
        assert "สมหมาย" not in raw.execute(text("SELECT person FROM testimonies")).scalar_one()
    assert [m.purpose for m in session.scalars(select(MailMessage).order_by(MailMessage.id))] == ["partners_answered"]
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.position.desc())).first()
    assert entry is not None
    assert (entry.action, entry.actor_id, entry.digests) == ("partner:answer", None, {})


def test_link_works_once_and_the_second_text_is_given_back(case: Case) -> None:
    case.answer()
    second = case.answer(done_words="ใครก็ไม่รู้มาตอบซ้ำ")
    assert second.status_code == 410
    assert "คำขอนี้มีผู้ตอบแล้ว" in second.text
    assert "ใครก็ไม่รู้มาตอบซ้ำ" in second.text
    page = case.client.get(case.address)
    assert page.status_code == 410
    assert "พวกเราลงแรงเอง" not in page.text
    assert case.said().done_words == "พวกเราลงแรงเอง"


def test_a_second_press_does_not_say_that_the_words_are_lost(case: Case) -> None:
    case.answer()
    second = case.answer()
    assert second.status_code == 410
    assert "คำขอนี้มีผู้ตอบแล้ว" in second.text
    assert "ยังไม่ได้ส่ง" not in second.text
    assert "พวกเราลงแรงเอง" not in second.text


def test_a_second_press_in_the_same_browser_leads_to_the_same_receipt(case: Case) -> None:
    case.client.get(case.address)
    first, second = case.answer(), case.answer()
    assert (first.status_code, second.status_code) == (303, 303)
    assert second.headers["Location"] == first.headers["Location"]
    assert case.client.get(second.headers["Location"]).status_code == 200
    other = case.app.test_client()
    other.get(case.address)
    assert other.post(case.address, data=GIVEN).status_code == 410
    assert case.answer(done_words="คำอื่นในภายหลัง").status_code == 410


def test_a_second_refusal_in_the_same_browser_leads_to_the_same_receipt(case: Case) -> None:
    case.client.get(case.address)
    answers = [case.client.post(f"{case.address}/refusal", data={"answer": "not_us"}) for _press in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert case.answer().status_code == 410


def test_late_link_says_until_when_it_was_good_and_whom_to_ask(case: Case) -> None:
    with frozen_at(now() + timedelta(days=61)):
        page = case.client.get(case.address)
        late = case.answer(done_words=WORDS)
    assert (page.status_code, late.status_code) == (410, 410)
    assert "ลิงก์นี้หมดอายุแล้ว" in page.text
    assert WORDS in late.text
    assert case.in_work.testimony is None


def test_unknown_links_are_all_alike(case: Case) -> None:
    for secret in ("x" * 43, "x" * 5000, "ไทย", "%00"):
        _opens_nothing(case, secret)


def _opens_nothing(case: Case, secret: str) -> None:
    for address in (f"/confirmations/{secret}", f"/confirmations/receipts/{secret}"):
        assert case.client.get(address).status_code == 410
        assert case.client.post(f"/confirmations/{secret}", data=GIVEN).status_code == 410


def test_link_of_one_purpose_opens_no_other(case: Case) -> None:
    receipt = case.receipt()
    secret = receipt.rpartition("/")[2]
    assert case.client.get(f"/confirmations/{secret}").status_code == 410
    assert case.client.get(f"/confirmations/receipts/{case.secret}").status_code == 410


MISTAKES: list[tuple[dict[str, str], str]] = [
    ({"done_agrees": ""}, "เลือกคำตอบหนึ่งข้อ"),
    ({"done_agrees": "maybe"}, "เลือกคำตอบหนึ่งข้อ"),
    ({"done_agrees": "no", "done_words": ""}, "โปรดบอกว่าที่ถูกคืออะไร"),
    ({"person": ""}, "คำยืนยันจึงจะมีผล"),
    ({"done_words": "ก" * 3001}, "3,000"),
    ({"person": "ก" * 201}, "200"),
]


def test_mistake_is_named_at_its_field_and_nothing_typed_is_lost(case: Case) -> None:
    for changed, said in MISTAKES:
        answer = case.answer(benefit_partner_words=WORDS, **changed)
        assert answer.status_code == 422
        assert said in answer.text
        assert WORDS in answer.text
        assert 'value="y" checked' in answer.text
    assert case.in_work.testimony is None


def test_lapsed_page_comes_back_with_its_text_and_a_new_key(case: Case) -> None:
    case.app.config["WTF_CSRF_ENABLED"] = True
    answer = case.answer(done_words=WORDS, csrf_token="of yesterday")
    assert answer.status_code == 400
    assert "โปรดกดปุ่มอีกครั้ง" in answer.text
    assert WORDS in answer.text
    key = answer.text.rsplit('name="csrf_token" value="', 1)[1].split('"')[0]
    assert case.answer(done_words=WORDS, csrf_token=key).status_code == 303


@pytest.mark.parametrize(("chosen", "state"), [("not_us", PartnerState.NOT_US), ("refused", PartnerState.REFUSED)])
def test_partner_may_refuse_or_be_somebody_else_and_may_be_asked_again(
    case: Case, chosen: str, state: PartnerState
) -> None:
    refused = case.client.post(f"{case.address}/refusal", data={})
    assert refused.status_code == 422
    assert f'name="next" value="{case.address}"' in refused.get_data(as_text=True)  # the other language leads back
    answer = case.client.post(f"{case.address}/refusal", data={"answer": chosen, "reason": "ไม่เกี่ยวกับเรา"})
    assert answer.status_code == 303
    assert case.in_work.state is state
    assert "ไม่เกี่ยวกับเรา" in case.client.get(answer.headers["Location"]).text
    with transaction():
        case.secret = make_asked(session.get_one(PartnerInWork, case.in_work_id))
    assert case.answer().status_code == 303
    assert (case.said().answer, case.said().reason) == (Answer.CONFIRMED, "")


def test_who_asks_sees_the_page_and_cannot_answer(case: Case) -> None:
    owner = signed_in(case.app, case.owner)
    assert "นี่คือหน้าที่ภาคีเห็น" in owner.get(case.address).text
    assert owner.post(case.address, data=GIVEN).status_code == 403
    assert owner.post(f"{case.address}/refusal", data={"answer": "refused"}).status_code == 403
    assert case.in_work.testimony is None


def test_of_two_answers_at_once_one_stands(case: Case) -> None:
    with transaction():
        confirm(secret=case.secret, words=FULL, language="th")
    with pytest.raises(LinkDead), transaction():
        confirm(secret=case.secret, words=replace(FULL, done_words="อีกคน"), language="th")
    assert case.said().done_words == FULL.done_words


def test_nothing_said_needs_no_answer(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"person": "ก"}):
        form = WordsForm(())
        assert form.validate()
        assert form.words().done_agrees is None


def test_secrets_reach_no_log(case: Case, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object) -> None:
        raise RuntimeError("planted")

    case.app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr("portfolio.partners.confirmations.queries.asking", broken)
    with caplog.at_level(logging.DEBUG):
        answer = case.client.get(case.address)
    assert answer.status_code == 500
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "/confirmations/<secret>" in caplog.text
    assert case.secret not in caplog.text


def test_looking_is_throttled(case: Case) -> None:
    codes = {case.client.get("/confirmations/" + "y" * 43).status_code for _time in range(61)}
    assert codes == {410, 429}


# Receipt --------------------------------------------------------------------------------------------


def test_answer_can_be_corrected_until_it_is_frozen(case: Case) -> None:
    receipt = case.receipt()
    page = case.client.get(f"{receipt}/words").text
    assert "พวกเราลงแรงเอง" in page
    changed = GIVEN | {"done_words": "แก้แล้ว", "version": case.said().version, "consent_name": "y"}
    changed.pop("consent_words")
    assert case.client.post(f"{receipt}/words", data=changed).status_code == 303
    assert (case.said().done_words, case.said().consent_words, case.said().consent_name) == ("แก้แล้ว", False, True)
    stale = case.client.post(f"{receipt}/words", data=changed | {"done_words": WORDS})
    assert stale.status_code == 409
    assert WORDS in stale.text
    with transaction():
        freeze(work_ids=[session.get_one(PartnerInWork, case.in_work_id).work_id])
    late = case.client.post(f"{receipt}/words", data=changed | {"version": case.said().version})
    assert late.status_code == 409
    assert "แก้ไขคำตอบไม่ได้แล้ว" in late.text
    assert case.said().done_words == "แก้แล้ว"


def test_picture_is_drawn_anew_without_its_place(case: Case) -> None:
    receipt, sent = case.receipt(), photo_with_place()
    assert b"TELEPHONE-MAKER" in sent
    bad = case.client.post(f"{receipt}/photo", data={"photo": (io.BytesIO(sent), "a.jpg")})
    assert bad.status_code == 422  # not ticked
    answer = case.client.post(f"{receipt}/photo", data={"photo": (io.BytesIO(sent), "a.jpg"), "consent_photo": "y"})
    assert answer.status_code == 303
    shown = case.client.get(f"{receipt}/photo")
    assert (shown.status_code, shown.mimetype) == (200, "image/png")
    picture = Image.open(io.BytesIO(shown.data))
    assert (picture.size, dict(picture.getexif())) == ((1200, 675), {})
    assert b"TELEPHONE-MAKER" not in shown.data
    assert [file.filename for file in session.scalars(select(StoredFile))] == ["photo.png"]
    case.client.post(f"{receipt}/photo-removal")
    assert case.said().photo_id is None
    assert case.client.get(f"{receipt}/photo").status_code == 404


def test_bad_picture_is_refused_with_its_reason(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    receipt = case.receipt()
    monkeypatch.setattr(photos, "LARGEST_BYTES", 10_000)
    bad = [(b"", "ไฟล์"), (b"not a picture", "ไฟล์"), (b"%PDF-1.4", "ไฟล์"), (b"\xff\xd8" + b"0" * 10_001, "10 MB")]
    for content, said in bad:
        data = {"photo": (io.BytesIO(content), "a.jpg"), "consent_photo": "y"}
        answer = case.client.post(f"{receipt}/photo", data=data)
        assert answer.status_code == 422
        assert said in answer.text
    assert session.scalar(select(func.count(StoredFile.id))) == 0


def test_withdrawal_erases_everything_and_tells(case: Case) -> None:
    receipt = case.receipt()
    case.client.post(
        f"{receipt}/photo", data={"photo": (io.BytesIO(photo_with_place()), "a.jpg"), "consent_photo": "y"}
    )
    digest = case.said().photo.sha256  # type: ignore[union-attr]
    told: list[int] = []
    case.app.extensions["hooks"].consent_withdrawn.append(told.append)
    assert case.client.get(f"{receipt}/withdrawal").status_code == 200
    assert case.said().withdrawn_at is None
    for _twice in range(2):
        assert case.client.post(f"{receipt}/withdrawal").status_code == 303
    said = case.said()
    assert told == [case.in_work_id]
    assert said.withdrawn_at is not None
    assert (said.person, said.done_words, said.photo_id, said.consent_words, said.done_agrees) == (
        None, "", None, False, None,
    )  # fmt: skip
    assert session.scalar(select(func.count(StoredFile.id)).where(StoredFile.sha256 == digest)) == 0
    assert storage().exists(digest)  # until the sweep
    assert case.in_work.state is PartnerState.WITHDRAWN
    owner = signed_in(case.app, case.owner)
    page = owner.get(f"/partners/{case.in_work.partner_id}/works/{case.in_work.work_id}").text
    assert "ถอนความยินยอม" in page
    assert "พวกเราลงแรงเอง" not in page
    assert "ถอนเมื่อ" in case.client.get(receipt).text
    letters = list(session.scalars(select(MailMessage).where(MailMessage.purpose == "partners_withdrawn")))
    assert len(letters) == 1
    assert "พวกเราลงแรงเอง" not in letters[0].body


def test_whoever_withdrew_is_not_asked_again(case: Case) -> None:
    with transaction():
        row = session.get_one(PartnerInWork, case.in_work_id)
        testimony, _receipt = make_testimony(row)
        withdraw_consent(testimony=testimony)
    with pytest.raises(operations.CannotAsk), transaction():
        make_asked(session.get_one(PartnerInWork, case.in_work_id))


def test_lost_receipt_goes_to_the_address_that_was_asked_and_nowhere_else(case: Case) -> None:
    case.receipt()
    assert case.client.post(f"{case.address}/receipt-letter").status_code == 200
    assert session.scalar(select(func.count(MailMessage.id)).where(MailMessage.purpose == "partners_receipt")) == 0
    with transaction():
        row = session.get_one(PartnerInWork, case.in_work_id)
        assert row.testimony is not None
        row.testimony.channel = Channel.MAIL
    with frozen_at(now() + timedelta(hours=1)):
        for _twice in range(2):
            case.client.post(f"{case.address}/receipt-letter")
    letters = list(session.scalars(select(MailMessage).where(MailMessage.purpose == "partners_receipt")))
    assert [letter.to_address for letter in letters] == ["group@partners.example"]
    link = letters[0].body.split("http://localhost")[1].split()[0]
    assert case.client.get(link).status_code == 200


def test_words_without_consent_reach_not_even_the_academic(case: Case) -> None:
    case.answer(consent_words="")
    owner = signed_in(case.app, case.owner)
    page = owner.get(f"/partners/{case.in_work.partner_id}/works/{case.in_work.work_id}").text
    assert "“ตรง”" in page
    assert "พวกเราลงแรงเอง" not in page
    assert "สมหมาย" not in page


def test_receipts_of_an_earlier_answer_still_open_the_present_one(case: Case) -> None:
    first = case.client.post(f"{case.address}/refusal", data={"answer": "refused"}).headers["Location"]
    with transaction():
        case.secret = make_asked(session.get_one(PartnerInWork, case.in_work_id))
    case.answer()
    assert session.scalar(select(func.count(PartnerLink.id)).where(PartnerLink.ended_at.is_(None))) == 1
    assert case.client.get(first.partition("?")[0]).status_code == 410


def test_whoever_edits_for_the_academic_cannot_answer_even_away_from_the_desk(case: Case) -> None:
    with transaction():
        assistant = make_person()
        delegation = delegations.ask(actor=session.get_one(User, case.owner), address=assistant.email)
        delegations.accept(actor=assistant, delegation=delegation)
    client = signed_in(case.app, assistant)
    assert client.post(case.address, data=GIVEN).status_code == 403
    assert client.post(f"{case.address}/refusal", data={"answer": "refused"}).status_code == 403
    assert case.in_work.testimony is None


def test_link_takes_no_answer_while_its_work_is_set_aside(case: Case) -> None:
    receipt = case.receipt()
    with transaction():
        other = make_in_work(make_partner(case.in_work.partner.owner, name_th="อีกกลุ่ม"), case.in_work.work)
        link = f"/confirmations/{make_asked(other)}"
        other.work.archived_at = now()
    assert case.client.get(link).status_code == 410
    assert case.client.post(link, data=GIVEN).status_code == 410
    assert case.client.post(f"{link}/refusal", data={"answer": "refused"}).status_code == 410
    assert case.client.post(f"{receipt}/withdrawal").status_code == 303  # still the partner's
    with transaction():
        case.in_work.work.archived_at = None
    assert case.client.post(link, data=GIVEN).status_code == 303


def test_no_letter_asks_the_academic_in_the_partners_place(case: Case) -> None:
    own = session.get_one(User, case.owner).email
    with transaction():
        case.in_work.partner.email = own.upper()
    client = signed_in(case.app, case.owner)
    place = f"/partners/{case.in_work.partner_id}/works/{case.in_work.work_id}"
    assert "อีเมลนี้เป็นของท่านเอง" in client.get(place).text
    with pytest.raises(operations.CannotAsk) as refused, transaction():
        in_work = session.get_one(PartnerInWork, case.in_work_id)
        operations.ask_by_letter(actor=in_work.partner.owner, in_work=in_work, language="th")
    assert refused.value.code == "own_address"
    session.rollback()
    assert session.scalar(select(func.count(MailMessage.id))) == 0
