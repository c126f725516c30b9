"""The import order of docs/architecture.md holds, deferred imports included."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.house import ROOT, imports, modules, room_of

ORDER = (
    "portfolio.config",
    "portfolio.core",
    "portfolio.accounts",
    "portfolio.organizations",
    "portfolio.criteria",
    "portfolio.calls",
    "portfolio.record",
    "portfolio.works",
    "portfolio.partners",
    "portfolio.evidence",
    "portfolio.portfolios",
    "portfolio.submissions",
    "portfolio.dossier",
    "portfolio.transfer",
    "portfolio.home",
    "portfolio.admin",
    "portfolio.app",
    "review.panels",
    "review.reviewers",
    "review.conflicts",
    "review.assignments",
    "review.scoring",
    "review.decisions",
    "review.blindness",
    "review.dossier",
    "review.app",
)
SIDE_BY_SIDE = (
    {"portfolio.transfer", "portfolio.home", "portfolio.admin"},
    {"review.panels", "review.reviewers"},
    {"review.blindness", "review.dossier"},
)
PRIVATE = ("views", "forms", "tasks")


def _place(module: str) -> str | None:
    """The name in ORDER that a module belongs to."""
    head = ".".join(module.split(".")[:2])
    return head if head in ORDER else None


def test_every_room_has_its_place_in_the_order() -> None:
    rooms = {room for name, _path in modules() if (room := room_of(name))}
    assert rooms <= set(ORDER)


@pytest.mark.parametrize(("name", "path"), [pytest.param(n, p, id=n) for n, p in modules()])
def test_module_imports_only_what_lies_below_it(name: str, path: Path) -> None:
    mine = _place(name)
    if mine is None:
        return
    wrong = []
    for imported, line in imports(path):
        other = _place(imported)
        if other is None or other == mine:
            continue
        aside = any({mine, other} <= pair for pair in SIDE_BY_SIDE)
        if aside or ORDER.index(other) > ORDER.index(mine):
            wrong.append(
                f"line {line} imports {imported}, which lies above {mine}: use an extension point of core/hooks.py"
            )
    assert wrong == []


@pytest.mark.parametrize(("name", "path"), [pytest.param(n, p, id=n) for n, p in modules()])
def test_views_forms_and_tasks_stay_in_their_room(name: str, path: Path) -> None:
    wrong = [
        f"line {line} imports {imported}: call the room's operations or queries instead"
        for imported, line in imports(path)
        if (room := room_of(imported)) is not None
        and room != room_of(name)
        and room != "portfolio.core"
        and imported.split(".")[-1] in PRIVATE
        and (ROOT / (imported.replace(".", "/") + ".py")).exists()
    ]
    assert wrong == []


def test_import_linter_agrees() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_the_reader_sees_deferred_imports(tmp_path: Path) -> None:
    file = tmp_path / "deferred.py"
    file.write_text("def f():\n    from review.scoring import models\n")
    assert ("review.scoring.models", 2) in list(imports(file))
