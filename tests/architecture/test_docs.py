"""The documents tell the truth, where a test can know it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from tests.architecture.house import ROOT
from tests.architecture.test_imports import ORDER

DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_every_variable_is_documented_and_none_is_invented() -> None:
    code = (ROOT / "portfolio" / "config.py").read_text(encoding="utf-8")
    read = set(re.findall(r'"((?:PORTFOLIO_[A-Z_]+)|PORT|HOST)"', code))
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([A-Z_]+)`", page, re.MULTILINE)) == read


def test_architecture_names_the_rooms_in_their_order() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    told = [
        f"{package}.{room}"
        for package in ("portfolio", "review")
        for line in page.splitlines()
        if line.startswith(f"| {package} |")
        for room in re.findall(r"`([a-z]+)`", line)
    ]
    assert told == list(ORDER)


@pytest.mark.parametrize("path", [pytest.param(path, id=path.name) for path in DOCUMENTS])
def test_links_and_named_files_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    targets = [target.split("#")[0] for target in re.findall(r"\]\(([^)]+)\)", text) if "://" not in target]
    assert [target for target in targets if target and not (path.parent / target).exists()] == []
    named = re.findall(r"`((?:portfolio|review|tests|docs|templates|static|migrations|benchmarks)/[^`*<>… ]+)`", text)
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_readme_begins_with_the_two_commands() -> None:
    first = (ROOT / "README.md").read_text(encoding="utf-8").split("```")[1]
    assert [line.split("#")[0].strip() for line in first.strip().splitlines()[-2:]] == [
        "python run.py",
        "python run.py test",
    ]


def test_readme_names_every_command(app: Flask) -> None:
    page = (ROOT / "README.md").read_text(encoding="utf-8").split("## Commands")[1].split("## ")[0]
    told = set(re.findall(r"(?:run\.py|\|) ([a-z-]+)", page.replace("run.py bench", "| bench")))
    assert told - {"portfolios", "works"} >= set(app.extensions["hooks"].commands) - {"test"}
