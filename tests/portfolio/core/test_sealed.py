"""Sealed columns: what the database holds, what comes back, and how keys are changed."""

from __future__ import annotations

import argparse
import operator
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import Column, ForeignKey, MetaData, Table, Text, select, type_coerce
from sqlalchemy.sql import operators

from portfolio.config import Config
from portfolio.core import sealed
from portfolio.core.db import Base, engine_of, session, transaction
from portfolio.core.sealed import Sealed, SealedRows, Unreadable, readable
from tests.conftest import make_ground

OLD, NEW, LOST = (Fernet.generate_key().decode("ascii") for _ in range(3))
NOTHING = argparse.Namespace()
METADATA = MetaData()
SECRETS = Table(
    "sealed_things",
    METADATA,
    Column("place", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("telephone", Sealed()),
    Column("born", Sealed(date)),
    Column("salary", Sealed(Decimal)),
)
VALUES = {"telephone": "๐๘๑ 234", "born": date(1975, 2, 28), "salary": Decimal("58390.50")}


@pytest.fixture
def ground(config: Config, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The technical ground with one table of sealed columns, under the old key."""
    monkeypatch.setattr(sealed, "sealed_tables", lambda: [SealedRows.of(SECRETS)])
    app = make_ground(replace(config, field_keys=(OLD,)))
    METADATA.create_all(engine_of(app))
    with app.app_context():
        yield app
        session.remove()
    METADATA.drop_all(engine_of(app))
    engine_of(app).dispose()


@contextmanager
def keys(app: Flask, *held: str) -> Iterator[None]:
    """As after a restart with other keys."""
    app.extensions["config"] = replace(app.extensions["config"], field_keys=held)
    app.extensions.pop("field_keys", None)
    yield
    session.rollback()


def add(number: int, **values: object) -> None:
    with transaction():
        session.execute(SECRETS.insert().values(place="a", number=f"{number:04}", **values))


def plain(name: str) -> list[str | None]:
    """What the database itself holds in a column."""
    rows = session.scalars(select(type_coerce(SECRETS.c[name], Text)).order_by(SECRETS.c.number)).all()
    session.rollback()
    return list(rows)


def test_values_stand_encrypted_and_come_back_in_their_own_type(ground: Flask) -> None:
    add(1, **VALUES)
    row = session.execute(select(SECRETS)).one()
    assert (row.telephone, row.born, row.salary) == tuple(VALUES.values())
    for name, value in VALUES.items():
        (held,) = plain(name)
        assert held is not None
        assert str(value) not in held
        assert Fernet(OLD).decrypt(held.encode()).decode() == str(value)


def test_the_same_value_never_looks_the_same(ground: Flask) -> None:
    add(1, telephone="081")
    add(2, telephone="081")
    assert len(set(plain("telephone"))) == 2


def test_nothing_stays_nothing(ground: Flask) -> None:
    add(1)
    assert plain("salary") == [None]
    assert session.execute(select(SECRETS.c.number).where(SECRETS.c.salary == None)).all() == [("0001",)]  # noqa: E711


def test_a_sealed_value_cannot_be_searched_for(ground: Flask) -> None:
    for compare, other in ((operator.eq, "081"), (operators.like_op, "0%"), (operator.gt, "0"), (operators.in_op, [])):
        with pytest.raises(TypeError, match="only be compared with None"):
            compare(SECRETS.c.telephone, other)


def test_a_value_of_another_type_is_refused(ground: Flask) -> None:
    with pytest.raises(Exception, match="holds Decimal, not float"):
        add(1, salary=1.5)


def test_a_value_that_no_key_opens_is_one_line_and_is_not_lost(ground: Flask) -> None:
    add(1, **VALUES)
    before = plain("born")
    with keys(ground, LOST):
        row = session.execute(select(SECRETS)).one()
        assert isinstance(row.born, Unreadable)
        assert not row.born
        assert readable(row.born) is None
        with ground.test_request_context():
            assert "cannot be read" in str(row.born) or "อ่านข้อมูลส่วนนี้ไม่ได้" in str(row.born)
            assert "\n" not in str(row.born)
        with transaction():
            session.execute(SECRETS.update().values(born=row.born))
    assert plain("born") == before


@pytest.mark.parametrize("held", ["", "nothing sealed", "gAAAAA==", "ก"])
def test_what_was_never_sealed_does_not_crash(ground: Flask, held: str) -> None:
    with transaction():
        session.execute(SealedRows.of(SECRETS).table.insert().values(place="a", number="1", born=held))
    assert session.scalar(select(SECRETS.c.born)) == Unreadable(held)
    session.rollback()
    assert [violation.subject for violation in sealed.unopened()] == ["sealed_things a, 1"]


def test_a_date_that_is_none_does_not_crash(ground: Flask) -> None:
    held = Fernet(OLD).encrypt(b"31 February").decode()
    with transaction():
        session.execute(SealedRows.of(SECRETS).table.insert().values(place="a", number="1", born=held))
    assert isinstance(session.scalar(select(SECRETS.c.born)), Unreadable)


def test_keys_are_changed_while_the_old_one_still_opens(ground: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    add(1, **VALUES)
    add(2, telephone="02")
    with keys(ground, NEW, OLD):
        assert session.scalars(select(SECRETS.c.telephone).order_by(SECRETS.c.number)).all() == ["๐๘๑ 234", "02"]
        session.rollback()
        assert sealed.rotate(ground, NOTHING) == 0
        assert capsys.readouterr().out == "4 values sealed anew under the first of 2 keys\n"
        held = plain("telephone")
        assert sealed.rotate(ground, NOTHING) == 0
        assert capsys.readouterr().out == "0 values sealed anew under the first of 2 keys\n"
        assert plain("telephone") == held
    with keys(ground, NEW):
        row = session.execute(select(SECRETS).where(SECRETS.c.number == "0001")).one()
        assert (row.telephone, row.born, row.salary) == tuple(VALUES.values())
        session.rollback()
        assert list(sealed.unopened()) == []


def test_a_change_of_keys_that_is_killed_half_way_harms_nothing(
    ground: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sealed, "BATCH", 2)
    for number in range(5):
        add(number, telephone=str(number))
    real, calls = transaction, []

    def killed_later() -> object:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real()

    with keys(ground, NEW, OLD):
        monkeypatch.setattr(sealed, "transaction", killed_later)
        with pytest.raises(KeyboardInterrupt):
            sealed.rotate(ground, NOTHING)
        monkeypatch.setattr(sealed, "transaction", real)
        opened = session.scalars(select(SECRETS.c.telephone).order_by(SECRETS.c.number)).all()
        session.rollback()
        assert opened == ["0", "1", "2", "3", "4"]
        assert sealed.rotate(ground, NOTHING) == 0
        assert capsys.readouterr().out == "1 values sealed anew under the first of 2 keys\n"


def test_a_change_of_keys_names_what_no_key_opens_and_goes_on(
    ground: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sealed, "BATCH", 2)
    with keys(ground, LOST):
        add(1, telephone="1")
    with keys(ground, OLD):
        for number in (2, 3):
            add(number, telephone=str(number))
    with keys(ground, NEW, OLD):
        lost = plain("telephone")[0]
        assert sealed.rotate(ground, NOTHING) == 1
        said = capsys.readouterr()
        assert said.err == "run.py: sealed_things a, 0001: telephone: no key opens it\n"
        assert said.out == "2 values sealed anew under the first of 2 keys\n"
        assert plain("telephone")[0] == lost
        assert [(found.subject, found.detail) for found in sealed.unopened()] == [
            ("sealed_things a, 0001", "no key opens telephone")
        ]


def test_every_table_with_a_sealed_column_is_found() -> None:
    table = Table(
        "sealed_elsewhere",
        Base.metadata,
        Column("id", Text, ForeignKey("users.id"), primary_key=True),
        Column("v", Sealed()),
    )
    try:
        found = {rows.table.name: rows.columns for rows in sealed.sealed_tables()}
        assert found["sealed_elsewhere"] == ("v",)
        assert "users" not in found
    finally:
        Base.metadata.remove(table)
