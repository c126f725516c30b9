"""The house rules that a newcomer relies on: names of files, thin views, short files, said purpose."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.house import ROOT, modules, room_of, tree

ROOM_FILES = {
    "__init__",
    "models",
    "queries",
    "permissions",
    "operations",
    "forms",
    "schemas",
    "tasks",
    "views",
    "cards",
    "commands",
    "erasure",
    "sample_data",
    "vocabulary",
}
# Files that are what their room exists for, beside the common names.
OWN_FILES: dict[str, set[str]] = {}
VAGUE = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc", "base", "tools"}
LONGEST_FILE = 600
ALL = [pytest.param(name, path, id=name) for name, path in modules()]


@pytest.mark.parametrize(("name", "path"), ALL)
def test_module_says_what_it_is_for(name: str, path: Path) -> None:
    if path.name == "__init__.py":
        assert path.read_text(encoding="utf-8").strip() == "", f"{name} is a package: factories live in app.py"
        return
    assert ast.get_docstring(tree(path)), f"{name} needs a docstring of one line"


@pytest.mark.parametrize(("name", "path"), ALL)
def test_file_is_short_enough_to_be_read(name: str, path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_FILE, f"{name} has {lines} lines: would a reader rather find two files?"


@pytest.mark.parametrize(("name", "path"), ALL)
def test_no_drawer_for_everything(name: str, path: Path) -> None:
    assert not VAGUE & set(name.split(".")), f"{name}: name it after what it does"


@pytest.mark.parametrize(("name", "path"), [p for p in ALL if p.values[1].name == "views.py"])
def test_views_neither_select_nor_touch_the_session(name: str, path: Path) -> None:
    wrong = []
    for node in ast.walk(tree(path)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("select", "insert", "delete")
        ):
            wrong.append(f"line {node.lineno}: {node.func.id}( belongs in queries.py or operations.py")
        if isinstance(node, ast.ImportFrom) and node.module == "portfolio.core.db":
            wrong += [f"line {node.lineno}: a view has no session" for alias in node.names if alias.name == "session"]
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "sqlalchemy":
            wrong.append(f"line {node.lineno}: a view does not import sqlalchemy")
    assert wrong == []


@pytest.mark.parametrize(("name", "path"), [p for p in ALL if p.values[1].name == "operations.py"])
def test_operations_take_keywords_and_never_commit(name: str, path: Path) -> None:
    room = room_of(name)
    if room == "portfolio.core":
        return  # the ground's own functions are not the domain's verbs
    wrong = []
    for node in tree(path).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.name != "register":
            positional = [arg.arg for arg in node.args.args]
            if positional and node.args.kwonlyargs == [] and len(positional) > 1:
                wrong.append(f"{node.name}: make its arguments keyword-only")
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute) and node.attr == "commit":
            wrong.append(f"line {node.lineno}: operations never commit; the edge does")
        if isinstance(node, ast.Name) and node.id == "current_user":
            wrong.append(f"line {node.lineno}: pass the actor in")
    assert wrong == []


@pytest.mark.parametrize(("name", "path"), ALL)
def test_relationships_are_declared_on_the_upper_side(name: str, path: Path) -> None:
    assert not any(isinstance(node, ast.keyword) and node.arg == "backref" for node in ast.walk(tree(path))), (
        f"{name}: no backref"
    )


def test_templates_lie_in_the_folder_of_their_room() -> None:
    rooms = {room.split(".")[1] for name, _path in modules() if (room := room_of(name))}
    folders = {path.name for path in (ROOT / "templates").iterdir() if path.is_dir()}
    assert folders <= rooms | {"components", "errors", "emails"}


def test_no_path_of_one_machine_in_the_project() -> None:
    pattern = re.compile(r"(^|[^A-Za-z0-9_.])/(work|farm|root|home/[a-z]+)/")
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for folder in ("portfolio", "review", "templates", "migrations", "benchmarks", "docs", "tests", "static/js")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.is_file()
        and path.suffix in {".py", ".html", ".md", ".toml", ".js", ".txt", ".sh"}
        and path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]
    assert wrong == []
