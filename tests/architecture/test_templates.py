"""House rules of templates, read from the templates themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes

import portfolio.app
import review.app
from portfolio.config import ROOT, Config
from portfolio.core.db import engine_of

TEMPLATES = ROOT / "templates"
PAGES = sorted(
    path.relative_to(TEMPLATES).as_posix()
    for path in TEMPLATES.rglob("*.html")
    # Mails and documents are read by programs that know no style sheet of ours.
    if path.relative_to(TEMPLATES).parts[0] != "emails"
)
MAILS = sorted(path.relative_to(TEMPLATES).as_posix() for path in (TEMPLATES / "emails").rglob("*.*"))

FORBIDDEN = {
    r"\sstyle\s*=": "a style attribute; the CSP refuses it: write a class in static/css/app.css",
    r"<style\b": "a style element; the CSP refuses it: write it in static/css/app.css",
    r"<script\b(?![^>]*\bsrc=)": "an inline script; the CSP refuses it: write a module in static/js",
    r"\son[a-z]+\s*=\s*[\"']": "an event attribute; the CSP refuses it: write a module bound by data-module",
    r"javascript:": "a javascript: address; the CSP refuses it",
    r"(?:src|href)=[\"'](?:https?:)?//": "an address elsewhere; everything is served from here",
    r"\|\s*safe\b": "`| safe`; build markup from escaped parts in Python instead",
    r"{%\s*autoescape\s+false": "autoescape switched off",
    r"\shx-on": "hx-on; the CSP refuses it: write a module bound by data-module",
    r"data-bs-": "Bootstrap's JavaScript, which is not there: use <details>",
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The whole application, made once: nothing here asks the database."""
    var = tmp_path_factory.mktemp("templates")
    key = "a key for tests only, not secret at all"
    app = portfolio.app.create_app(
        Config(
            var=var,
            database_url=f"sqlite:///{var / 'portfolio.db'}",
            storage_url=f"file://{var / 'storage'}",
            public_url="http://localhost",
            host="127.0.0.1",
            port=0,
            secret_key=key,
            seal_key=key,
            field_keys=(),
            mail_url="console:",
            testing=True,
        )
    )
    review.app.init_app(app)
    yield app
    engine_of(app).dispose()


def source(name: str) -> str:
    """The text of a template without its comments."""
    return re.sub(r"{#.*?#}", "", (TEMPLATES / name).read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("name", PAGES + MAILS)
def test_template_compiles(whole: Flask, name: str) -> None:
    assert whole.jinja_env.get_template(name).name == name


@pytest.mark.parametrize("name", PAGES)
def test_template_holds_nothing_that_the_policy_refuses(name: str) -> None:
    found = [reason for pattern, reason in FORBIDDEN.items() if re.search(pattern, source(name), re.IGNORECASE)]
    assert found == []


def test_no_sheet_draws_what_the_policy_refuses() -> None:
    sheets = sorted((ROOT / "static").rglob("*.css"))
    assert len(sheets) > 3
    assert [sheet.name for sheet in sheets if "data:" in sheet.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("name", PAGES)
def test_every_form_that_posts_carries_its_key(name: str) -> None:
    forms = re.findall(r"<form\b[^>]*method=[\"']post[\"'].*?</form>", source(name), re.IGNORECASE | re.DOTALL)
    without = [form[:120] for form in forms if "csrf_token" not in form and "hidden_tag" not in form]
    # The macro that opens a form writes the key itself and leaves the closing to its caller.
    assert without == []


@pytest.mark.parametrize("name", PAGES)
def test_template_points_at_what_exists(whole: Flask, name: str) -> None:
    tree = whole.jinja_env.parse(source(name))
    wrong = [
        *_wrong_endpoints(whole, tree),
        *_wrong_files(whole, tree),
        *_wrong_icons(tree),
        *_wrong_macros(whole, tree),
    ]
    assert wrong == []


@pytest.mark.parametrize("name", [name for name in PAGES if "/_" not in name and "components/" not in name])
def test_page_has_a_title_and_the_frame(name: str) -> None:
    text = source(name)
    if name in ("base.html", "errors/bare.html") or name.startswith("dossier/document"):
        assert "<title>" in text
        return
    assert "{% extends " in text, "a page extends base.html; what is a part of a page is named _part.html"
    assert re.search(r"{%-? block title ", text), "a page says its title in {% block title %}"


def test_rules_notice_what_they_forbid() -> None:
    planted = [
        '<p style="color:red">',
        "<style>",
        "<script>alert(1)</script>",
        '<a onclick="x()">',
        '<a href="javascript:x">',
        '<script src="https://cdn.example/x.js">',
        "{{ text | safe }}",
        "{% autoescape false %}",
        '<a hx-on:click="x">',
        '<a data-bs-toggle="x">',
    ]
    for pattern, plant in zip(FORBIDDEN, planted, strict=True):
        assert re.search(pattern, plant, re.IGNORECASE), pattern


def _constant_calls(tree: nodes.Template, function: str) -> Iterator[tuple[int, str]]:
    for call in tree.find_all(nodes.Call):
        named = isinstance(call.node, nodes.Name) and call.node.name == function
        if named and call.args and isinstance(call.args[0], nodes.Const) and isinstance(call.args[0].value, str):
            yield call.lineno, call.args[0].value


def _wrong_endpoints(app: Flask, tree: nodes.Template) -> Iterator[str]:
    for line, endpoint in _constant_calls(tree, "url_for"):
        if not endpoint.startswith(".") and endpoint not in app.view_functions:
            yield f"line {line}: no endpoint {endpoint}"


def _wrong_files(app: Flask, tree: nodes.Template) -> Iterator[str]:
    assert app.static_folder is not None
    for line, filename in _constant_calls(tree, "static"):
        if not Path(app.static_folder, filename).is_file():
            yield f"line {line}: no file static/{filename}"


def _wrong_icons(tree: nodes.Template) -> Iterator[str]:
    known = set(re.findall(r'<symbol id="i-([^"]+)"', (ROOT / "static/img/icons.svg").read_text(encoding="utf-8")))
    for line, symbol in _constant_calls(tree, "icon"):
        if symbol not in known:
            yield f"line {line}: static/img/icons.svg has no i-{symbol}"
    for call in tree.find_all(nodes.Call):
        for keyword in call.kwargs:
            value = keyword.value.value if isinstance(keyword.value, nodes.Const) else None
            if keyword.key == "symbol" and isinstance(value, str) and value not in known:
                yield f"line {call.lineno}: static/img/icons.svg has no i-{value}"


def _wrong_macros(app: Flask, tree: nodes.Template) -> Iterator[str]:
    """Calls of imported macros that do not exist or do not take what they are given."""
    modules = {
        found.target: {macro.name: macro for macro in _macros(app, found.template.value)}
        for found in tree.find_all(nodes.Import)
        if isinstance(found.template, nodes.Const)
    }
    for call in tree.find_all(nodes.Call):
        if not (isinstance(call.node, nodes.Getattr) and isinstance(call.node.node, nodes.Name)):
            continue
        module = modules.get(call.node.node.name)
        if module is None:
            continue
        macro = module.get(call.node.attr)
        where = f"line {call.lineno}: {call.node.node.name}.{call.node.attr}"
        if macro is None:
            yield f"{where} does not exist"
            continue
        takes = [argument.name for argument in macro.args]
        anything = any(name.name == "kwargs" for name in macro.find_all(nodes.Name))
        unknown = [keyword.key for keyword in call.kwargs if keyword.key not in takes]
        if unknown and not anything:
            yield f"{where} takes no {', '.join(unknown)}"
        if len(call.args) > len(takes):
            yield f"{where} takes at most {len(takes)} values"
        given = set(takes[: len(call.args)]) | {keyword.key for keyword in call.kwargs}
        missing = [name for name in takes[: len(takes) - len(macro.defaults)] if name not in given]
        if missing and call.dyn_args is None and call.dyn_kwargs is None:
            yield f"{where} needs {', '.join(missing)}"


def _macros(app: Flask, name: str) -> Iterator[nodes.Macro]:
    return app.jinja_env.parse(source(name)).find_all(nodes.Macro)


def test_distances_asked_for_are_distances_that_a_style_sheet_knows() -> None:
    """`mt-6` looks like Bootstrap's and is nothing: the line stands glued to the one above."""
    sheets = [*(ROOT / "static" / "css").glob("*.css"), *(ROOT / "static" / "vendor").rglob("*.css")]
    known = set(re.findall(r"\.([a-z][\w-]*)", "".join(sheet.read_text("utf-8") for sheet in sheets)))
    asked = {
        (page, name)
        for page in PAGES
        for classes in re.findall(r"class=\"([^\"]*)\"", (TEMPLATES / page).read_text("utf-8"))
        for name in re.findall(r"(?<![\w-])(?:[mp][trblxyse]?|stack)-\d+(?![\w-])", classes)
    }
    assert [(page, name) for page, name in sorted(asked) if name not in known] == []
