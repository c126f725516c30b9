"""Signing by link and by account: what opens, what is kept, and what happens twice, late or to somebody else."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, scoped_session

from portfolio.accounts import operations as accounts
from portfolio.accounts.models import Language, User
from portfolio.accounts.queries import by_email
from portfolio.accounts.queries import digest_of as secret_digest
from portfolio.config import Config
from portfolio.core.audit.models import AuditEntry
from portfolio.core.clock import frozen_at, now
from portfolio.core.db import engine_of, session, transaction
from portfolio.core.mail.models import MailMessage
from portfolio.organizations.delegations import operations as delegations
from portfolio.works.models import Contribution, Work
from portfolio.works.participation import operations, queries
from portfolio.works.participation.form import digest_of
from portfolio.works.participation.models import Contact, Reply, Signature, SigningLink, SigningRequest
from portfolio.works.participation.operations import REQUEST_LENGTH, Refused
from portfolio.works.participation.tasks import send_reminders
from portfolio.works.participation.vocabulary import FormVariant, SignatureMethod, Standing
from tests.builders.accounts import make_user, signed_in
from tests.builders.participation import (
    ADDRESSES,
    PEOPLE,
    TYPED,
    Participation,
    ask,
    make_participation,
    secret_of_newest,
    sheet,
)
from tests.builders.queries import count_queries
from tests.builders.works import make_contribution, make_work
from tests.conftest import ApartClient, make_app

Database = scoped_session[Session]


@pytest.fixture
def case(app: Flask) -> Participation:
    app.test_client_class = ApartClient
    return make_participation(app)


def answer(digest: str, name: str = TYPED[0], **more: str) -> dict[str, str]:
    return {"digest": digest, "signed_name": name, "certified": "y"} | more


def standings(case: Participation) -> list[Standing]:
    return [line.standing for line in sheet(case).lines]


def change_text(case: Participation, words: str = "แก้แล้ว") -> None:
    with transaction():
        operations.write_transfers(
            actor=session.get_one(User, case.owner), work=session.get_one(Work, case.work), texts={"a": words}
        )


def test_a_co_author_signs_by_link_without_an_account(app: Flask, case: Participation, database: Database) -> None:
    secret = ask(case)
    client, link = app.test_client(), f"/works/signatures/{secret}"
    page = client.get(link)
    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert database.scalar(select(func.count(Signature.id))) == 0, "looking does nothing"
    digest = sheet(case).form.digest
    assert client.post(link, data=answer(digest)).status_code == 303
    session.rollback()
    kept = database.scalars(select(Signature)).one()
    assert (kept.contribution_id, kept.signed_name, kept.method) == (case.people[0], TYPED[0], SignatureMethod.LINK)
    assert kept.text_digest == digest == digest_of(kept.signed_text)
    assert standings(case) == [Standing.NOT_ASKED, Standing.SIGNED, Standing.NOT_ASKED, Standing.NOT_ASKED]
    receipt = client.get(link).get_data(as_text=True)
    assert "ลงนามแล้ว" in receipt
    assert digest in receipt
    entry = database.scalars(select(AuditEntry).where(AuditEntry.action == "participation:sign")).one()
    assert (entry.actor_id, entry.digests) == (None, {"text": digest})
    owner = database.get_one(User, case.owner)
    assert database.scalar(select(func.count()).where(MailMessage.to_address == owner.email)) == 1


def test_the_page_shows_the_whole_form_but_the_holder_by_initials_only(
    app: Flask, case: Participation, database: Database
) -> None:
    page = app.test_client().get(f"/works/signatures/{ask(case)}").get_data(as_text=True)
    assert "ป. ศ." in page
    assert "ปริญ ศรีชลธาร" not in page.replace("หน้าที่ของดร.ปริญ ศรีชลธาร", "")
    assert PEOPLE[1] in page
    assert "ตั้งโจทย์และเรียบเรียง" in page
    assert "ไม่ใช่ข้าพเจ้า" in page
    assert [address for address in ADDRESSES if address in page or address.split("@")[0] in page] == []
    assert "mail.example" not in page


def test_only_the_persons_own_name_signs_and_only_with_the_tick(
    app: Flask, case: Participation, database: Database
) -> None:
    secret = ask(case)
    client, link, digest = app.test_client(), f"/works/signatures/{secret}", sheet(case).form.digest
    for wrong in (
        answer(digest, "สมชาย ใจดี"),
        answer(digest, ""),
        answer(digest, TYPED[1]),
        {"digest": digest, "signed_name": TYPED[0]},
    ):
        refused = client.post(link, data=wrong)
        assert refused.status_code == 422
    kept = refused.get_data(as_text=True)
    assert f'value="{TYPED[0]}"' in kept, "what was typed is shown again"
    assert database.scalar(select(func.count(Signature.id))) == 0
    assert client.post(link, data=answer(digest, "ดร. ปริญ  ศรีชลธาร")).status_code == 303


def test_the_secret_is_kept_hashed_and_the_address_sealed(app: Flask, case: Participation, database: Database) -> None:
    secret = ask(case)
    assert database.scalars(select(SigningLink.token_hash)).all() == [secret_digest(secret)]
    stored = database.execute(text("SELECT address FROM participation_contacts")).scalars().all()
    assert len(stored) == 3
    assert not any("canary" in address or "@" in address for address in stored)


def test_a_link_used_twice_keeps_one_signature(app: Flask, case: Participation, database: Database) -> None:
    secret = ask(case)
    client, link, digest = app.test_client(), f"/works/signatures/{secret}", sheet(case).form.digest
    for _again in range(2):
        assert client.post(link, data=answer(digest)).status_code == 303
    assert client.post(f"{link}/reply", data={"digest": digest, "kind": "refusal", "text": "ไม่"}).status_code == 303
    session.rollback()
    assert database.scalar(select(func.count(Signature.id))) == 1
    assert database.scalar(select(func.count(Reply.id))) == 0


def test_two_presses_at_once_keep_one_signature(app: Flask, case: Participation) -> None:
    with app.app_context():
        secret = ask(case)
        digest = sheet(case).form.digest
        session.rollback()
    gate, seen = threading.Barrier(4), []

    def press() -> None:
        client = app.test_client()
        gate.wait()
        seen.append(client.post(f"/works/signatures/{secret}", data=answer(digest)).status_code)

    threads = [threading.Thread(target=press) for _one in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [303] * 4
    with engine_of(app).connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM participation_signatures")).scalar() == 1
        assert (
            connection.execute(
                text("SELECT count(*) FROM mail_messages WHERE key LIKE 'participation_signed%'")
            ).scalar()
            == 1
        )


def test_the_secret_of_a_link_stands_in_no_other_address(app: Flask, case: Participation, database: Database) -> None:
    secret = ask(case)
    for address, code in (("", 200), ("/reply", 405)):
        answer = app.test_client().get(f"/works/signatures/{secret}{address}")
        assert (answer.status_code, answer.headers["Referrer-Policy"]) == (code, "no-referrer")
        assert not re.findall(r'href="[^"]*\?[^"]*' + re.escape(secret), answer.text)


@pytest.mark.parametrize("end", ["late", "revoked", "replaced", "changed", "never was"])
def test_a_dead_link_signs_nothing_and_names_nobody(
    app: Flask, case: Participation, database: Database, end: str
) -> None:
    secret, digest = ask(case), sheet(case).form.digest
    at = now()
    owner = signed_in(app, case.owner)
    place = f"/works/{case.work}/contributors/{case.people[0]}/signing-request"
    if end == "late":
        at += REQUEST_LENGTH + timedelta(seconds=1)
    elif end == "revoked":
        assert owner.post(f"{place}/revocation").status_code == 303
    elif end == "replaced":
        with frozen_at(at + timedelta(hours=2)):
            ask(case)
    elif end == "changed":
        change_text(case)
    else:
        secret = "x" * 43
    client, link = app.test_client(), f"/works/signatures/{secret}"
    with frozen_at(at + timedelta(seconds=5)):
        for response in (
            client.get(link),
            client.post(link, data=answer(digest)),
            client.post(f"{link}/reply", data={"digest": digest, "kind": "not_me"}),
        ):
            assert response.status_code == 410
            page = response.get_data(as_text=True)
            assert [name for name in (*PEOPLE, *TYPED, "น้ำสะอาด") if name in page] == []
    session.rollback()
    assert database.scalar(select(func.count(Signature.id))) == 0
    assert database.scalar(select(func.count(Reply.id))) == 0


def test_the_page_of_an_earlier_text_signs_nothing(app: Flask, case: Participation, database: Database) -> None:
    secret = ask(case)
    earlier = sheet(case).form.digest
    change_text(case)
    with frozen_at(now() + timedelta(minutes=1)):
        newer = ask(case)
        assert app.test_client().post(f"/works/signatures/{newer}", data=answer(earlier)).status_code == 200
    assert app.test_client().post(f"/works/signatures/{secret}", data=answer(earlier)).status_code == 410
    session.rollback()
    assert database.scalar(select(func.count(Signature.id))) == 0


def test_a_change_after_signing_makes_the_signature_outdated_until_signed_again(
    app: Flask, case: Participation, database: Database
) -> None:
    client = app.test_client()
    client.post(f"/works/signatures/{ask(case)}", data=answer(sheet(case).form.digest))
    change_text(case)
    assert standings(case)[1] is Standing.OUTDATED
    page = signed_in(app, case.owner).get(f"/works/{case.work}/participation").get_data(as_text=True)
    assert "ลงนามในข้อความเดิม" in page
    change_text(case, "")
    assert standings(case)[1] is Standing.SIGNED, "the text is the old one again, and so the signature holds"
    change_text(case)
    again = ask(case)
    assert standings(case)[1] is Standing.ASKED
    client.post(f"/works/signatures/{again}", data=answer(sheet(case).form.digest))
    assert standings(case)[1] is Standing.SIGNED
    session.rollback()
    assert database.scalar(select(func.count(Signature.id))) == 2


@pytest.mark.parametrize(
    ("kind", "words", "standing"),
    [
        ("change", "ขอเพิ่มหน้าที่", Standing.CHANGE_WANTED),
        ("refusal", "ไม่ได้ร่วมทำ", Standing.REFUSED),
        ("not_me", "", Standing.NOT_ME),
    ],
)
def test_whoever_does_not_sign_may_answer_once(
    app: Flask, case: Participation, database: Database, kind: str, words: str, standing: Standing
) -> None:
    secret, digest = ask(case), sheet(case).form.digest
    client, link = app.test_client(), f"/works/signatures/{secret}"
    if words:
        assert client.post(f"{link}/reply", data={"digest": digest, "kind": kind}).status_code == 422
        long = client.post(f"{link}/reply", data={"digest": digest, "kind": kind, "text": f"{words} " * 900})
        assert long.status_code == 422
        field = "text" if kind == "change" else "why"
        assert words in long.get_data(as_text=True).split(f'id="{field}"')[1], (
            "what was typed is shown again in its place"
        )
    body = {"digest": digest, "kind": kind, "text": words}
    for _again in range(2):
        assert client.post(f"{link}/reply", data=body).status_code == 303
    assert client.post(link, data=answer(digest)).status_code == 303
    assert standings(case)[1] is standing
    assert "คำตอบของท่านส่งถึงผู้ขอแล้ว" in client.get(link).get_data(as_text=True)
    session.rollback()
    assert database.scalar(select(func.count(Signature.id))) == 0
    page = signed_in(app, case.owner).get(f"/works/{case.work}/participation").get_data(as_text=True)
    assert words in page
    body_of_letter = database.scalars(
        select(MailMessage.body).where(MailMessage.purpose == "participation_replied")
    ).one()
    assert not words or words not in str(body_of_letter)


def test_an_unknown_kind_of_answer_is_refused(app: Flask, case: Participation, database: Database) -> None:
    link, digest = f"/works/signatures/{ask(case)}", sheet(case).form.digest
    refused = app.test_client().post(f"{link}/reply", data={"digest": digest, "kind": "maybe"})
    assert refused.status_code == 422
    assert f'name="next" value="{link}"' in refused.get_data(as_text=True)  # the other language leads back to the form


def test_who_has_an_account_finds_a_task_at_home_and_signs_there(
    app: Flask, case: Participation, database: Database
) -> None:
    with transaction():
        member, other = make_user(ADDRESSES[0]).id, make_user().id
    ask(case)
    request_id = database.scalars(select(SigningRequest.id)).one()
    place = f"/works/signing-requests/{request_id}"
    client = signed_in(app, member)
    assert place in client.get("/").get_data(as_text=True)
    page = client.get(place).get_data(as_text=True)
    assert PEOPLE[0] in page
    for stranger in (other, case.owner, case.colleague):
        assert signed_in(app, stranger).get(place).status_code == 404
        assert signed_in(app, stranger).post(place, data=answer("0" * 64)).status_code == 404
        assert place not in signed_in(app, stranger).get("/").get_data(as_text=True)
    digest = sheet(case).form.digest
    assert client.post(place, data=answer(digest, "ไม่ใช่ชื่อ")).status_code == 422
    assert client.post(place, data=answer(digest)).status_code == 303
    session.rollback()
    kept = database.scalars(select(Signature)).one()
    assert (kept.user_id, kept.method) == (member, SignatureMethod.ACCOUNT)
    assert place not in client.get("/").get_data(as_text=True)


def test_asking_is_refused_with_its_reason(app: Flask, case: Participation, database: Database) -> None:
    def asked(place: int = 0, contribution: int | None = None) -> str:
        with transaction():
            owner, work = session.get_one(User, case.owner), session.get_one(Work, case.work)
            person = session.get_one(Contribution, contribution or case.people[place])
            try:
                operations.ask(actor=owner, work=work, contribution=person)
            except Refused as error:
                return str(error)
        return ""

    with app.test_request_context():
        assert asked() == ""
        assert "ไม่ถึงหนึ่งชั่วโมง" in asked()
        with frozen_at(now() + timedelta(hours=2)):
            assert asked() == ""
        assert "ทางลิงก์" in asked(contribution=case.mine)
        with transaction():
            owner, work = session.get_one(User, case.owner), session.get_one(Work, case.work)
            person = session.get_one(Contribution, case.people[1])
            operations.write_duties(actor=owner, work=work, contribution=person, variant=FormVariant.GENERAL, texts={})
        assert "ยังไม่มีข้อความให้ลงนาม" in asked(1)
        with transaction():
            owner, work = session.get_one(User, case.owner), session.get_one(Work, case.work)
            person = session.get_one(Contribution, case.people[2])
            operations.write_contact(actor=owner, work=work, contribution=person, address="", language=owner.language)
        assert "อีเมล" in asked(2)
    open_requests = select(func.count(SigningRequest.id)).where(SigningRequest.closed_at.is_(None))
    assert database.scalar(open_requests) == 1


def test_letters_of_a_day_have_a_limit(
    app: Flask, case: Participation, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "LETTERS_A_DAY", 2)
    client = signed_in(app, case.owner)
    client.post(f"/works/{case.work}/participation/signing-requests")
    session.rollback()
    assert database.scalar(select(func.count(SigningRequest.id))) == 2
    with frozen_at(now() + timedelta(days=1, minutes=1)):
        ask(case, 2)


def test_another_address_ends_the_link_that_was_sent(app: Flask, case: Participation, database: Database) -> None:
    secret = ask(case)
    client = signed_in(app, case.owner)
    place = f"/works/{case.work}/contributors/{case.people[0]}/contact"
    assert client.post(place, data={"address": "not an address", "language": "th"}).status_code == 422
    assert client.post(place, data={"address": ADDRESSES[0], "language": "en"}).status_code == 303
    assert app.test_client().get(f"/works/signatures/{secret}").status_code == 200
    assert client.post(place, data={"address": "new@mail.example", "language": "en"}).status_code == 303
    assert app.test_client().get(f"/works/signatures/{secret}").status_code == 410


def test_reminders_come_a_week_apart_three_times_and_stop_at_an_answer(
    app: Flask, case: Participation, database: Database
) -> None:
    start = now()
    first, second = ask(case, 0), ask(case, 1)
    written = []
    for day in range(44):
        with frozen_at(start + timedelta(days=day, minutes=1)):
            written.append(send_reminders())
            if day == 8:
                reminded = secret_of_newest(ADDRESSES[1])
                digest = sheet(case).form.digest
                place = f"/works/signatures/{reminded}"
                assert app.test_client().post(place, data=answer(digest, TYPED[1])).status_code == 303
    assert [day for day, number in enumerate(written) if number] == [7, 14, 21]
    assert sum(written) == 4
    assert reminded != second
    session.rollback()
    assert database.scalars(select(SigningRequest.reminders).order_by(SigningRequest.id)).all() == [3, 1]
    with frozen_at(start + timedelta(days=30)):
        for secret in (first, secret_of_newest(ADDRESSES[0])):
            assert app.test_client().get(f"/works/signatures/{secret}").status_code == 200, "letters of one request"


def test_nobody_is_reminded_of_a_text_that_has_changed_or_of_a_revoked_link(
    app: Flask, case: Participation, database: Database
) -> None:
    ask(case, 0)
    change_text(case)
    with frozen_at(now() + timedelta(days=8)):
        assert send_reminders() == 0
    change_text(case, "")
    with transaction():
        owner, work = session.get_one(User, case.owner), session.get_one(Work, case.work)
        operations.revoke(actor=owner, work=work, contribution=session.get_one(Contribution, case.people[0]))
    with frozen_at(now() + timedelta(days=8)):
        assert send_reminders() == 0


def test_letters_speak_the_persons_language_and_carry_no_other_address(
    app: Flask, case: Participation, database: Database
) -> None:
    client = signed_in(app, case.owner)
    client.post(
        f"/works/{case.work}/contributors/{case.people[0]}/contact",
        data={"address": "p@mail.example", "language": "en"},
    )
    client.post(f"/works/{case.work}/participation/signing-requests")
    session.rollback()
    letters = {row.to_address: row for row in database.scalars(select(MailMessage))}
    assert set(letters) == {"p@mail.example", *ADDRESSES[1:]}
    assert "Please confirm" in letters["p@mail.example"].subject
    assert "ขอให้รับรอง" in letters[ADDRESSES[1]].subject
    for address, letter in letters.items():
        assert [other for other in letters if other != address and other in str(letter.body)] == []


def test_missing_signatures_cost_the_same_for_many_works(app: Flask, case: Participation, database: Database) -> None:
    with transaction():
        owner, rules = session.get_one(User, case.owner), session.get_one(Work, case.work).rule_set
        more = []
        for number in range(6):
            work = make_work(owner, rules, title_th=f"งานที่ {number}")
            make_contribution(work, is_owner=True)
            if number:
                make_contribution(work, name_th=f"ผู้ร่วม {number}")
            more.append(work.id)
    session.rollback()
    queries.missing_signatures([case.work])  # begins the transaction, which counts as a statement
    one = count_queries(app, lambda: queries.missing_signatures([case.work]))
    many = count_queries(app, lambda: queries.missing_signatures([case.work, *more]))
    assert one == many
    found = queries.missing_signatures([case.work, *more])
    assert [len(found[work]) for work in (case.work, *more)] == [4, 0, 2, 2, 2, 2, 2]
    assert found[case.work][0].is_owner
    assert queries.missing_signatures([]) == {}


def test_who_opens_an_account_afterwards_finds_at_home_what_waits(
    app: Flask, case: Participation, database: Database
) -> None:
    ask(case)
    waiting = {}
    for address in ("somebody.else@mail.example", ADDRESSES[0].upper()):
        with transaction():
            names = accounts.Names(given_name_th="ปริญ", family_name_th="ศรีชลธาร")
            accounts.sign_up(email=address, names=names, language=Language.THAI, network="192.0.2.1")
        new = by_email(address)
        assert queries.asked_of(new) == [], "nobody has shown yet whose address it is"
        letter = database.scalars(select(MailMessage.body).order_by(MailMessage.id.desc())).first()
        secret = str(letter).split("/accounts/confirmations/")[1].split()[0]
        with transaction():
            user = accounts.confirm(secret=secret, password_hash="x")
        waiting[address] = [signing.request for signing in queries.asked_of(user)]
    nothing, (request,) = waiting.values()
    assert nothing == []
    assert request.contribution_id == case.people[0]
    assert f"/works/signing-requests/{request.id}" in signed_in(app, user.id).get("/").text
    with transaction():
        user = accounts.create_user(email=ADDRESSES[1], names=names, language=Language.THAI, confirmed=True)
    session.rollback()
    assert database.get_one(Contact, case.people[1]).user_id == user.id


@pytest.mark.parametrize("who", ["applicant", "assistant", "another account"])
def test_nobody_signed_in_answers_in_the_co_authors_place(
    app: Flask, case: Participation, database: Database, who: str
) -> None:
    with transaction():
        asked, other = make_user(ADDRESSES[0]).id, make_user()
        ids = {"applicant": case.owner, "assistant": other.id, "another account": case.colleague}
        if who == "assistant":
            owner = session.get_one(User, case.owner)
            delegation = delegations.ask(actor=owner, address=other.email)
            delegations.accept(actor=other, delegation=delegation)
    link, digest = f"/works/signatures/{ask(case)}", sheet(case).form.digest
    client = signed_in(app, ids[who])
    assert client.get(link).status_code == 403
    assert client.post(link, data=answer(digest)).status_code == 403
    refusal = {"digest": digest, "kind": "refusal", "text": "ไม่ได้ร่วมทำ"}
    assert client.post(f"{link}/reply", data=refusal).status_code == 403
    session.rollback()
    assert database.scalar(select(func.count(Signature.id))) == database.scalar(select(func.count(Reply.id))) == 0
    assert signed_in(app, asked).post(link, data=answer(digest)).status_code == 303


def test_nobody_is_asked_at_the_applicants_own_address(app: Flask, case: Participation, database: Database) -> None:
    own = database.get_one(User, case.owner).email
    place = f"/works/{case.work}/contributors/{case.people[0]}/contact"
    refused = signed_in(app, case.owner).post(place, data={"address": own.upper(), "language": "th"})
    assert refused.status_code == 422
    assert "ที่อยู่นี้เป็นของผู้ขอเอง" in refused.text
    with app.test_request_context(), transaction():
        database.get_one(User, case.owner).email = ADDRESSES[1]  # the applicant's address became the co-author's
    with app.test_request_context(), pytest.raises(Refused):
        ask(case, 1)
    session.rollback()
    assert database.scalar(select(func.count(SigningRequest.id))) == 0


def test_a_link_rests_while_its_work_is_set_aside(app: Flask, case: Participation, database: Database) -> None:
    link, digest = f"/works/signatures/{ask(case)}", sheet(case).form.digest
    with transaction():
        database.get_one(Work, case.work).archived_at = now()
    client = app.test_client()
    assert client.get(link).status_code == 410
    assert client.post(link, data=answer(digest)).status_code == 410
    with transaction():
        database.get_one(Work, case.work).archived_at = None
    assert client.post(link, data=answer(digest)).status_code == 303


def test_refusals_of_a_link_tell_nobody_its_address(config: Config) -> None:
    app = make_app(config, csrf=True)
    case = make_participation(app)
    with app.app_context():
        link = f"/works/signatures/{ask(case)}"
        session.rollback()
    client = app.test_client()
    answers = [client.post(link, data={"csrf_token": "stale"}), client.post(f"{link}/reply", data={"text": "คำตอบ"})]
    answers += [client.post(link, data={"text": "x" * 3_000_000})]
    answers += [client.get(link) for _look in range(61)][-1:]
    assert [one.status_code for one in answers] == [400, 400, 413, 429]
    assert {one.headers["Referrer-Policy"] for one in answers} == {"no-referrer"}
    assert "คำตอบ" in answers[1].text
    engine_of(app).dispose()
