"""`run.py import-works` and `export-works`: a line per entry, 1 where any was refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from portfolio.accounts.models import User
from portfolio.core import verbs
from portfolio.core.db import session, transaction
from portfolio.organizations.models import Role
from portfolio.transfer import commands
from portfolio.works.models import Work
from tests.builders.organizations import make_person
from tests.builders.works import make_rule_set

BIB = "@comment{x}\n@book{a, title={One}}\n@book{b, title={Two}}\n@book{c, title={ONE.}}\n"


@pytest.fixture
def email(app: Flask, database: scoped_session[Session]) -> str:
    with app.app_context(), transaction():
        make_rule_set()
        person: User = make_person(Role.ACADEMIC)
        return person.email


def run(app: Flask, *words: object) -> int:
    with app.app_context():
        return verbs.run(app, [str(word) for word in words])


def works(app: Flask) -> int:
    with app.app_context():
        return session.scalar(select(func.count()).select_from(Work)) or 0


def test_new_works_are_added_with_a_line_each(
    app: Flask, email: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "list"
    file.write_text(BIB)
    assert run(app, "import-works", file, "--owner", email) == 0
    assert capsys.readouterr().out.splitlines() == [
        "note: Comments that are no entries were left aside (1; lines 1).",
        "added: work 1, line 2: One",
        "added: work 2, line 3: Two",
        "duplicate of entry 1 of this file, line 4: ONE.",
        "2 added, 1 already there, 0 refused",
    ]
    file.write_text(BIB + "@book{d, title={Open\n")
    assert run(app, "import-works", file, "--owner", email) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[1] == "duplicate of work 1, line 2: One"
    assert said[-2:] == [
        "refused, line 5: A brace or a quotation mark is missing: the entry never ends.",
        "0 added, 3 already there, 1 refused",
    ]
    assert works(app) == 2


def test_many_works_are_written_by_the_job(
    app: Flask, email: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands, "WRITTEN_AT_ONCE", 1)
    file = tmp_path / "list"
    file.write_text(BIB)
    assert run(app, "import-works", file, "--owner", email) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "2 added, 1 already there, 0 refused"
    assert works(app) == 2


def test_what_cannot_be_imported_is_one_clear_line(
    app: Flask, email: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "list"
    file.write_text("plain words")
    assert run(app, "import-works", file, "--owner", email) == 1
    assert run(app, "import-works", tmp_path / "none", "--owner", email) == 1
    assert run(app, "import-works", file, "--owner", "nobody@example.org") == 1
    said = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in said] == ["run.py"] * 3
    assert "The format was not recognised" in said[0]
    assert works(app) == 0


@pytest.mark.parametrize("kind", ["bibtex", "ris", "csl_json", "csv"])
def test_export_is_read_back_as_nothing_new(
    app: Flask, email: str, tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = tmp_path / "list", tmp_path / "out"
    file.write_text(BIB)
    run(app, "import-works", file, "--owner", email)
    assert run(app, "export-works", "--owner", email, "--format", kind, "--out", out) == 0
    capsys.readouterr()
    assert run(app, "import-works", out, "--owner", email) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "0 added, 2 already there, 0 refused"
    assert run(app, "export-works", "--owner", email, "--out", tmp_path / "no" / "such") == 1
