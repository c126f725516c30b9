"""The verbs of run.py: schema first, then the verb; its output and its exit code are its own."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, current_app
from sqlalchemy.exc import OperationalError

from portfolio.config import load_config
from portfolio.core import verbs
from portfolio.core.hooks import Command, Hooks


def make_app(tmp_path: Path, codes: dict[str, int], sample_data: str = "yes") -> Flask:
    """An application whose verbs print their name and return a code."""
    app = Flask("verbs")
    hooks = Hooks()
    app.extensions["hooks"] = hooks
    app.extensions["config"] = load_config({"PORTFOLIO_VAR": str(tmp_path), "PORTFOLIO_SAMPLE_DATA": sample_data})
    for name in ("migrate", "sample-data", "serve", "list"):
        hooks.command(name, Command(f"the verb {name}", _verb(codes.get(name, 0)), schema=name != "migrate"))
    hooks.command("routes", Command("needs no tables", _verb(0), schema=False))
    return app


def _verb(code: int) -> Callable[[Flask, argparse.Namespace], int]:
    def run(app: Flask, words: argparse.Namespace) -> int:
        assert current_app.name == app.name
        print(words.verb)  # noqa: T201 - what the test reads
        return code

    return run


def test_a_verb_runs_on_an_up_to_date_schema_and_owns_standard_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verbs.run(make_app(tmp_path, {}), ["list"]) == 0
    assert capsys.readouterr() == ("list\n", "migrate\n")


def test_a_verb_that_needs_no_tables_leaves_them_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verbs.run(make_app(tmp_path, {}), ["routes"]) == 0
    assert capsys.readouterr() == ("routes\n", "")


def test_migrate_is_not_run_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verbs.run(make_app(tmp_path, {}), ["migrate"]) == 0
    assert capsys.readouterr() == ("migrate\n", "")


@pytest.mark.parametrize(("wanted", "printed"), [("yes", "sample-data\nserve\n"), ("no", "serve\n")])
def test_without_words_the_first_run_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], wanted: str, printed: str
) -> None:
    assert verbs.run(make_app(tmp_path, {}, sample_data=wanted), []) == 0
    assert capsys.readouterr() == (printed, "migrate\n")


@pytest.mark.parametrize(("failing", "printed"), [("migrate", ""), ("sample-data", "sample-data\n")])
def test_a_step_that_is_refused_ends_the_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], failing: str, printed: str
) -> None:
    assert verbs.run(make_app(tmp_path, {failing: 1}), []) == 1
    assert capsys.readouterr().out == printed


def test_a_database_that_cannot_be_used_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    app = make_app(tmp_path, {})

    def migrate(app: Flask, words: argparse.Namespace) -> int:
        raise OperationalError("SELECT 1", {}, Exception("connection refused\nIs the server running?"))

    app.extensions["hooks"].commands["migrate"] = Command("the verb migrate", migrate, schema=False)
    assert verbs.run(app, ["list"]) == 1
    assert capsys.readouterr() == ("", "run.py: the database cannot be used: connection refused\n")


def test_an_unknown_verb_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        verbs.run(make_app(tmp_path, {}), ["fly"])
    assert ended.value.code == 2
    assert "invalid choice: 'fly'" in capsys.readouterr().err
