"""Every macro of templates/components renders, in both languages, with and without errors."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, flash, render_template_string
from flask_babel import force_locale
from lxml import html
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, FileField, Form, PasswordField, TextAreaField
from wtforms.validators import InputRequired

from portfolio.config import ROOT
from portfolio.core.web.fields import ProseField, RadioField, SelectField, SelectMultipleField, TextField, ThaiDateField
from portfolio.core.web.pagination import Page
from tests.portfolio.core.web.conftest import Person

GALLERY = Path(__file__).with_name("gallery.html").read_text(encoding="utf-8")
COMPONENTS = sorted(Path(ROOT, "templates", "components").glob("*.html"))
WITHIN = {"above", "label", "count_words", "count_start", "autosave_words", "dot", "flashed", "language_switch"}
"""Macros that other macros or base.html call."""


class GalleryForm(Form):
    """One field for each macro."""

    title = TextField("Title", [InputRequired("Write a title")])
    secret = PasswordField("Password", [InputRequired()])
    start = ThaiDateField("Start", description="When it began")
    body = ProseField("Body", [InputRequired("Write <something>")], target_words=(150, 600))
    plain = TextAreaField("Plain")
    kind = SelectField("Kind", choices=[("a", "Document"), ("b", "Picture")])
    who = RadioField("Shown to", choices=[("a", "All"), ("b", "Reviewers")])
    level = RadioField("Level", choices=[], validate_choice=False)
    partners = SelectMultipleField("Partners", choices=[("a", "One"), ("b", "Two")])
    sure = BooleanField("I certify", [InputRequired()])
    file = FileField("File")


def render(app: Flask, form: Form, language: str) -> Any:
    """The gallery as a tree of elements."""
    with app.test_request_context("/"), force_locale(language):
        flash("Saved", "ok")
        page = Page([1], 2, 1, True)
        text = render_template_string(GALLERY, form=form, page=page)
    return html.fromstring(text)


@pytest.mark.parametrize("person", [Person()])
@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("typed", [None, {}, {"title": "x\x00", "start": "31/2/2569", "secret": "hunter2"}])
def test_gallery_renders(app: Flask, person: Person, language: str, typed: dict[str, str] | None) -> None:
    form = GalleryForm(None if typed is None else MultiDict(typed))
    if typed is not None:
        form.validate()
    tree = render(app, form, language)
    ids = tree.xpath("//@id")
    assert sorted(ids) == sorted(set(ids))
    assert tree.xpath("//@style") == []
    assert tree.xpath("//script[not(@src)]") == []
    for control in tree.xpath("//main//input[not(@type='hidden')] | //main//textarea | //main//select"):
        named = tree.xpath("//label[@for=$id]", id=control.get("id")) or control.xpath("ancestor::label")
        assert named, html.tostring(control)
        for described in (control.get("aria-describedby") or "").split():
            assert described in ids
    for link in tree.xpath("//main//a[starts-with(@href, '#')]/@href"):
        assert link[1:] in ids
    assert "hunter2" not in html.tostring(tree, encoding="unicode")


def test_errors_stand_above_their_field_and_are_announced(app: Flask) -> None:
    form = GalleryForm(MultiDict({"start": "31/2/2569"}))
    form.validate()
    tree = render(app, form, "en")
    start = tree.xpath("//input[@name='start']")[0]
    error = tree.get_element_by_id("start-error")
    assert (start.get("aria-invalid"), start.get("value")) == ("true", "31/2/2569")
    assert error.text_content().strip().startswith("There is no such day")
    assert error.getparent() is start.getparent()
    assert list(error.getparent()).index(error) < list(error.getparent()).index(start)
    assert tree.get_element_by_id("body-error").text_content().strip() == "Write <something>"


def test_typed_text_comes_back_unchanged(app: Flask) -> None:
    typed = "\n\n  first </textarea><script>alert(1)</script>\nsecond & last"
    tree = render(app, GalleryForm(MultiDict({"plain": typed})), "en")
    assert tree.get_element_by_id("plain").text.removeprefix("\n") == typed


def test_every_macro_is_in_the_gallery() -> None:
    macros = {name for path in COMPONENTS for name in re.findall(r"{% macro ([a-z]\w*)\(", path.read_text("utf-8"))}
    shown = {name for name in macros if re.search(rf"\b\w+\.{name}\(", GALLERY)}
    assert macros - WITHIN - shown == set()


def test_every_macro_says_what_it_takes() -> None:
    bare = [
        f"{path.name}: {match[1]}"
        for path in COMPONENTS
        for match in re.finditer(r"(?<!#}\n){% macro ([a-z]\w*)\(", path.read_text("utf-8"))
    ]
    assert bare == []


def test_a_list_that_always_holds_a_value_is_not_called_optional(app: Flask) -> None:
    class Choices(Form):
        always = SelectField("Edition", choices=[("full", "Full"), ("hr", "For HR")])
        perhaps = SelectField("Mode", choices=[("", "Not chosen yet"), ("normal", "Normal")])
        chosen = RadioField("Format", choices=[("bib", "BibTeX"), ("ris", "RIS")], default="bib")
        open = RadioField("Better", choices=[("more", "More"), ("less", "Less")])

    page = '{% import "components/forms.html" as forms with context %}'
    page += "{{ forms.select(form.always) }}{{ forms.select(form.perhaps) }}"
    page += "{{ forms.radios(form.chosen) }}{{ forms.radios(form.open) }}"
    with app.test_request_context("/"), force_locale("en"):
        tree = html.fromstring(f"<div>{render_template_string(page, form=Choices())}</div>")
    labels = [one.text_content() for one in tree.xpath("//*[contains(@class, 'form-label')]")]
    assert labels == ["Edition", "Mode (optional)", "Format", "Better (optional)"]
