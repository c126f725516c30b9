"""Two at once: somebody signs or opens an account while the academic changes who takes part."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from portfolio.accounts import operations as accounts
from portfolio.accounts.models import Language, User
from portfolio.core.db import session, transaction
from portfolio.works import operations as works
from portfolio.works.models import Contribution, Work
from portfolio.works.participation import operations, queries
from portfolio.works.participation.models import Contact
from tests.builders.participation import ADDRESSES, TYPED, Participation, ask, make_participation, sheet
from tests.conftest import ApartClient

Database = scoped_session[Session]


@pytest.fixture
def case(app: Flask) -> Participation:
    app.test_client_class = ApartClient
    return make_participation(app)


@pytest.mark.parametrize("first", ["removal", "signature"])
def test_a_person_taken_off_while_they_sign_meets_no_error(
    app: Flask, case: Participation, database: Database, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    secret, digest = ask(case), sheet(case).form.digest
    session.rollback()
    answers: list[object] = []

    def remove() -> None:
        work, person = session.get_one(Work, case.work), session.get_one(Contribution, case.people[0])
        works.remove_contribution(actor=work.owner, work=work, contribution=person)

    def press() -> None:
        answers.append(
            app.test_client()
            .post(f"/works/signatures/{secret}", data={"digest": digest, "signed_name": TYPED[0], "certified": "y"})
            .status_code
        )

    def removed_beside() -> None:
        with app.app_context(), transaction():
            remove()
        answers.append("removed")

    sign, other = operations._sign, threading.Thread(target=press if first == "removal" else removed_beside)

    def signed_late(*args: object, **kwargs: object) -> object:
        other.start()
        other.join(0.5)  # long enough for somebody whom nobody holds
        return sign(*args, **kwargs)  # type: ignore[arg-type]

    if first == "removal":
        with app.app_context(), transaction():
            remove()
            other.start()
            other.join(0.5)
    else:
        monkeypatch.setattr(operations, "_sign", signed_late)
        press()
    other.join()
    assert answers == [410] if first == "removal" else set(answers) == {303, "removed"}
    database.rollback()
    assert database.get(Contribution, case.people[0]) is None


def test_an_address_written_while_an_account_opens_belongs_to_nobody(
    app: Flask, case: Participation, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_another() -> None:
        with app.app_context(), transaction():
            work, person = session.get_one(Work, case.work), session.get_one(Contribution, case.people[0])
            operations.write_contact(
                actor=work.owner, work=work, contribution=person, address="other@mail.example", language=Language.THAI
            )

    other = threading.Thread(target=write_another)

    def read_before(user: User) -> list[Contact]:
        found = queries.contacts_at(user)
        other.start()
        other.join(0.5)  # long enough for somebody whom nobody holds
        return found

    monkeypatch.setattr(operations, "contacts_at", read_before)
    with app.app_context(), transaction():
        names = accounts.Names(given_name_th="ปริญ", family_name_th="ศรีชลธาร")
        accounts.create_user(email=ADDRESSES[0], names=names, language=Language.THAI, confirmed=True)
    other.join()
    database.rollback()
    contact = database.get_one(Contact, case.people[0])
    assert (contact.address, contact.user_id) == ("other@mail.example", None)
