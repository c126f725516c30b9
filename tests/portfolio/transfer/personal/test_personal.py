"""The page of one's own data: the copy, what stands against erasure, and the way through it."""

from __future__ import annotations

import io
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portfolio.accounts.models import User
from portfolio.core.audit.models import AuditEntry
from portfolio.core.clock import frozen_at, now
from portfolio.core.db import session, transaction
from portfolio.core.hooks import Hooks
from portfolio.core.jobs.worker import run_waiting
from portfolio.core.mail.models import MailMessage
from portfolio.core.mail.operations import enqueue_mail
from portfolio.core.sealed import readable
from portfolio.core.storage.bag import open_bag
from portfolio.core.storage.filesystem import storage
from portfolio.core.storage.operations import record_file, take_in
from portfolio.core.storage.resumable import Piece, append, sweep_uploads
from portfolio.evidence.models import EvidenceItem, EvidenceKind
from portfolio.evidence.uploads.operations import start_upload
from portfolio.organizations.delegations import operations as delegations
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role
from portfolio.partners.confirmations.operations import withdraw_consent
from portfolio.portfolios.models import Portfolio
from portfolio.submissions.operations import snapshot_to_print
from portfolio.submissions.operations import withdraw as withdraw_submission
from portfolio.transfer.personal.models import PersonalCopy
from portfolio.transfer.personal.operations import AGAIN_AFTER, ErasureRefused, ask_copy, erase_person
from portfolio.transfer.personal.queries import refusals
from portfolio.transfer.personal.writing import gather
from portfolio.works.models import Work
from portfolio.works.participation.models import Contact, Reply
from portfolio.works.participation.vocabulary import Standing
from tests.builders.accounts import PASSWORD, make_user, signed_in
from tests.builders.files import pdf_bytes
from tests.builders.organizations import make_person
from tests.builders.participation import ADDRESSES, TYPED, ask, make_participation, sheet
from tests.builders.partners import make_asked, make_in_work, make_partner, make_testimony
from tests.builders.review import World, make_accepted
from tests.builders.works import make_rule_set, make_section, make_work


def make_academic(email: str = "karn@people.example") -> int:
    """Somebody with a draft and a file that no submission names."""
    user = make_person(Role.ACADEMIC, email=email)
    work = make_work(user, make_rule_set(), title_th="ร่างที่ไม่เคยยื่น")
    make_section(work, "s1", "ข้อความในฉบับร่าง")
    return user.id


def test_copy_holds_texts_deeds_and_original_files(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        original = pdf_bytes(text="an original")
        intake = take_in(io.BytesIO(original), "รายงาน.pdf")
        with transaction():
            user_id = make_academic()
            user = session.get_one(User, user_id)
            stored = record_file(intake, user)
            item = EvidenceItem(owner_id=user_id, kind=EvidenceKind.FILE, title_th="รายงาน", stored_file=stored)
            session.add(item)
            enqueue_mail(to=user.email, language="th", template="accounts_known", context={"name": "ก"}, key="a-letter")
        client = signed_in(app, user_id)
        assert client.post("/personal/copies").status_code == 303
        assert client.post("/personal/copies").status_code == 303
        run_waiting(app)
        copies = session.scalars(select(PersonalCopy)).all()
        assert len(copies) == 1
        with client.get(f"/personal/copies/{copies[0].id}/file") as fetched:
            (tmp_path / "copy.zip").write_bytes(fetched.data)
        with open_bag(tmp_path / "copy.zip", most_bytes=2**30) as bag:
            value: dict[str, Any] = json.loads(bag.read("personal-data.json", 2**30))
            (listed,) = value["files"]
            assert bag.read(listed["path"], 2**30) == original
        assert listed["name"] == "รายงาน.pdf"
        assert value["told"]["account"]["email"] == "karn@people.example"
        assert value["told"]["letters"][0]["purpose"] == "accounts_known"
        (work,) = value["tables"]["works"]
        assert work["work_sections"][0]["body"] == "ข้อความในฉบับร่าง"
        assert value["tables"]["role_grants"][0]["role"] == "academic"
        assert "token_hash" not in json.dumps(value)
        assert client.get("/personal").status_code == 200
        with transaction():
            stranger = make_person(Role.ACADEMIC).id
        assert signed_in(app, stranger).get(f"/personal/copies/{copies[0].id}/file").status_code == 404


def test_erasure_wants_the_address_and_the_password_and_then_leaves_no_way_back(app: Flask) -> None:
    with app.app_context():
        with transaction():
            user_id = make_academic()
        client, elsewhere = signed_in(app, user_id), signed_in(app, user_id)
        page = client.get("/personal/erasure", headers={"Accept-Language": "en"}).get_data(as_text=True)
        assert "karn@people.example" in page
        right = {"address": "karn@people.example", "password": PASSWORD}
        assert client.post("/personal/erasure", data=right | {"address": "other@people.example"}).status_code == 422
        assert client.post("/personal/erasure", data=right | {"password": "wrong"}).status_code == 422
        session.rollback()
        assert session.scalars(select(Work)).all()
        done = client.post("/personal/erasure", data=right)
        assert (done.status_code, done.location) == (303, "/personal/erased")
        assert client.get("/personal/erased").status_code == 200
        assert elsewhere.get("/accounts/profile").status_code in (302, 303, 401)
        assert elsewhere.post("/personal/erasure", data=right).status_code == 401
        session.rollback()
        assert not session.scalars(select(Work)).all()
        user = session.get_one(User, user_id)
        assert user.is_erased
        assert not has_role(user, Role.ACADEMIC)
        with transaction():
            enqueue_mail(to=user.email, language="th", template="accounts_known", context={"name": "ก"}, key="late")
        assert session.scalar(select(MailMessage.id).where(MailMessage.key == "late")) is None


def test_erasure_is_refused_while_others_wait_and_for_the_last_administrator(app: Flask) -> None:
    with app.app_context():
        with transaction():
            world = World(reviewers=1)
            make_accepted(world, world.reviewers[0])
            administrator = make_person(Role.ADMINISTRATOR)
            ids = [world.applicant.id, world.reviewers[0].id, administrator.id]
        with app.test_request_context():
            for user_id in ids:
                with transaction(), pytest.raises(ErasureRefused) as refused:
                    erase_person(actor=session.get_one(User, user_id))
                assert len(refused.value.reasons) == 1
        with transaction():
            make_person(Role.ADMINISTRATOR)
            withdraw_submission(submission=world.submission, actor=session.get_one(User, ids[0]))
        assert refusals(session.get_one(User, ids[2])) == []
        assert refusals(session.get_one(User, ids[0])) == []


def test_a_failure_on_the_way_leaves_everything_as_it_was(app: Flask) -> None:
    hooks: Hooks = app.extensions["hooks"]

    def fail(_user: Any) -> None:
        raise RuntimeError("the power went")

    hooks.erase.append((101, "test", fail))
    with app.app_context():
        with transaction():
            user_id = make_academic()
        with pytest.raises(RuntimeError), transaction():
            erase_person(actor=session.get_one(User, user_id))
        user = session.get_one(User, user_id)
        assert user.email == "karn@people.example"
        assert session.scalars(select(Work).where(Work.owner_id == user_id)).one().sections[0].body
        hooks.erase.pop()
        with transaction():
            assert erase_person(actor=session.get_one(User, user_id))
        with transaction():
            assert not erase_person(actor=session.get_one(User, user_id))


def test_a_job_that_comes_after_the_erasure_makes_no_copy(app: Flask) -> None:
    with app.app_context():
        with transaction():
            user_id = make_academic()
            ask_copy(actor=session.get_one(User, user_id))
        with transaction():
            erase_person(actor=session.get_one(User, user_id))
        run_waiting(app)
        assert session.scalars(select(PersonalCopy)).all() == []


def test_what_is_written_while_everything_is_erased_goes_a_little_later(app: Flask) -> None:
    with app.app_context(), transaction():
        rules = make_rule_set(code="OTHER-RULES").id
        owner = make_person(Role.ACADEMIC).id
    other = threading.Thread(
        target=signed_in(app, owner).post,
        args=("/works",),
        kwargs={"data": {"kind": "social", "rule_set": rules, "title_th": "เขียนอยู่พอดี"}},
    )
    with app.app_context(), transaction():
        erase_person(actor=session.get_one(User, owner))
        other.start()
        other.join(0.5)  # long enough for somebody whom nobody holds
    other.join()
    with app.app_context():
        entries = session.scalar(select(func.count()).select_from(AuditEntry))
        shut = session.get_one(User, owner).disabled_at
        session.rollback()
        with frozen_at(now() + AGAIN_AFTER):
            run_waiting(app)
        assert session.scalars(select(Work).where(Work.owner_id == owner)).all() == []
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == entries
        assert session.get_one(User, owner).disabled_at == shut


def test_a_partner_can_still_withdraw_what_was_given_for_a_submitted_work(app: Flask) -> None:
    with app.app_context():
        with transaction():
            world = World(reviewers=1)
            owner = world.applicant
            withdraw_submission(submission=world.submission, actor=owner)
            kept = make_in_work(make_partner(owner), world.portfolio.works[0])
            draft = make_work(owner, world.rules, title_th="ร่าง")
            lost = make_in_work(make_partner(owner, name_th="กลุ่มที่สอง"), draft)
            make_testimony(kept)
            make_testimony(lost)
            portfolio_id, owner_id, kept_id = world.portfolio.id, owner.id, kept.id
        with transaction():
            erase_person(actor=session.get_one(User, owner_id))
        with transaction():
            row = session.get_one(type(kept), kept_id)
            assert row.partner.telephone is None
            assert row.testimony is not None
            withdraw_consent(testimony=row.testimony)
        with transaction():
            portfolio = session.get_one(Portfolio, portfolio_id)
            printed = snapshot_to_print(portfolio=portfolio, actor=session.get_one(User, owner_id))
            assert printed.submission_id is not None


@pytest.mark.parametrize("known_when_asked", [True, False])
def test_what_others_forms_hold_of_a_co_author_is_copied_and_goes(app: Flask, known_when_asked: bool) -> None:
    case = make_participation(app)
    with app.app_context():
        if known_when_asked:
            with transaction():
                person = make_user(ADDRESSES[0]).id
        link, digest = f"/works/signatures/{ask(case)}", sheet(case).form.digest
        if not known_when_asked:
            with transaction():
                person = make_user(ADDRESSES[0]).id
        body = {"digest": digest, "kind": "change", "text": "คำของผู้ร่วมงาน"}
        assert app.test_client().post(f"{link}/reply", data=body).status_code == 303
        session.rollback()
        if known_when_asked:
            (told,) = gather(session.get_one(User, person)).value["told"]["signing_requests"]
            assert (told["answer"], told["answer_text"]) == ("change", "คำของผู้ร่วมงาน")
        with transaction():
            erase_person(actor=session.get_one(User, person))
        assert [reply.text for reply in session.scalars(select(Reply))] == [""]
        addresses = {readable(contact.address) for contact in session.scalars(select(Contact))}
        assert addresses == set(ADDRESSES[1:])
        session.rollback()
        assert sheet(case).lines[1].standing is Standing.CHANGE_WANTED


def test_bytes_of_an_upload_go_within_a_day_of_its_erasure(app: Flask) -> None:
    with app.app_context():
        with transaction():
            user = session.get_one(User, make_academic())
            row = start_upload(actor=user, filename="ร่าง.pdf", length=100, largest=1000)
            user_id, upload = user.id, row.upload
        append(upload, Piece(0, 5, io.BytesIO(b"hello")))
        path = storage().upload_path(upload.key)
        with transaction():
            erase_person(actor=session.get_one(User, user_id))
        sweep_uploads()
        assert path.exists(), "a request may be writing to it just now"
        a_day_ago = path.stat().st_mtime - 24 * 60 * 60 - 1
        os.utime(path, (a_day_ago, a_day_ago))
        sweep_uploads()
        assert not path.exists()


@pytest.mark.parametrize("_time", range(3))
def test_who_works_with_the_person_during_the_erasure_meets_no_failure(app: Flask, _time: int) -> None:
    case = make_participation(app)
    with app.app_context():
        link, digest = f"/works/signatures/{ask(case)}", sheet(case).form.digest
        with transaction():
            owner, work = session.get_one(User, case.owner), session.get_one(Work, case.work)
            partner = f"/confirmations/{make_asked(make_in_work(make_partner(owner), work))}"
            helper = make_user()
            delegation = delegations.ask(actor=owner, address=helper.email).id
            helper_id = helper.id
        signature = {"digest": digest, "signed_name": TYPED[0], "certified": "y"}
        confirmation = {"done_agrees": "yes", "person": "สมหมาย ใจกว้าง"}
        visitor, assistant, academic = app.test_client(), signed_in(app, helper_id), signed_in(app, case.owner)
        session.rollback()
    deeds: list[Callable[[], Any]] = [
        lambda: visitor.post(link, data=signature).status_code,
        lambda: app.test_client().post(partner, data=confirmation).status_code,
        lambda: assistant.post(f"/delegations/{delegation}/acceptance").status_code,
        lambda: academic.post("/personal/copies").status_code,
    ]
    gate, seen = threading.Barrier(len(deeds) + 1), []

    def erase() -> int:
        with app.app_context(), transaction():
            return 200 if erase_person(actor=session.get_one(User, case.owner)) else 500

    def at_once(deed: Callable[[], Any]) -> None:
        gate.wait()
        seen.append(deed())

    threads = [threading.Thread(target=at_once, args=(deed,)) for deed in (*deeds, erase)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == len(threads)
    assert {status for status in seen if status >= 500} == set()
    with app.app_context():
        for model in (PersonalCopy, Reply, Contact):
            assert session.scalars(select(model)).all() == []
