"""A work of several people with a form of participation, for tests; letters are read as their readers would."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import select

from portfolio.accounts.models import Language, User
from portfolio.core.db import session, transaction
from portfolio.core.mail.models import MailMessage
from portfolio.organizations.models import Role
from portfolio.works.models import Contribution, Work
from portfolio.works.participation import operations, queries
from portfolio.works.participation.queries import Sheet
from portfolio.works.participation.vocabulary import FormVariant
from tests.builders.organizations import make_person, make_university
from tests.builders.works import make_contribution, make_rule_set, make_work

PEOPLE = ("ดร.ปริญ ศรีชลธาร", "ผศ. ดร.วีรยา ศิลาเลิศ", "นายบุญมี ใจงาม")
TYPED = ("ปริญ ศรีชลธาร", "วีรยา ศิลาเลิศ", "นายบุญมี ใจงาม")
ADDRESSES = ("parin.canary@mail.example", "wiraya.canary@mail.example", "bunmi.canary@mail.example")


@dataclass
class Participation:
    """Ids of a work, its owner and its people, all with addresses and something they did."""

    owner: int
    colleague: int
    work: int
    mine: int
    people: tuple[int, ...]


def make_participation(app: Flask) -> Participation:
    """An academic's work with three others."""
    with app.app_context(), transaction():
        place = make_university()
        owner = make_person(Role.ACADEMIC, university=place)
        colleague = make_person(Role.ACADEMIC, university=place)
        work = make_work(owner, make_rule_set(code="NATIONAL-2564"))
        mine = make_contribution(work, name_th="ผศ. ดร.กานต์ธิดา วงศ์ธารา", is_owner=True)
        mine.part_th = "ตั้งโจทย์และเรียบเรียง"
        people = []
        for name, address in zip(PEOPLE, ADDRESSES, strict=True):
            row = make_contribution(work, name_th=name)
            operations.write_duties(
                actor=owner, work=work, contribution=row, variant=FormVariant.GENERAL, texts={"b": f"หน้าที่ของ{name}"}
            )
            operations.write_contact(actor=owner, work=work, contribution=row, address=address, language=Language.THAI)
            people.append(row.id)
        return Participation(owner.id, colleague.id, work.id, mine.id, tuple(people))


def ask(case: Participation, place: int = 0) -> str:
    """Ask a person to sign; the secret of the letter. Within an application context."""
    with transaction():
        owner, work = session.get_one(User, case.owner), session.get_one(Work, case.work)
        person = session.get_one(Contribution, case.people[place])
        operations.ask(actor=owner, work=work, contribution=person)
    return secret_of_newest(ADDRESSES[place])


def secret_of_newest(address: str) -> str:
    """The secret in the newest letter to an address."""
    statement = select(MailMessage.body).where(MailMessage.to_address == address).order_by(MailMessage.id.desc())
    body = session.scalars(statement.limit(1)).one()
    found = re.search(r"/works/signatures/([A-Za-z0-9_-]{43})\s", str(body))
    assert found, body
    return found[1]


def sheet(case: Participation) -> Sheet:
    """The form as it reads now."""
    session.rollback()
    return queries.forms_of([case.work])[case.work]
