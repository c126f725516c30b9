"""Fields keep what was typed, refuse what cannot be stored, and name the limit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.validators import InputRequired, Optional

from portfolio.core.web.fields import (
    ProseField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextField,
    ThaiDateField,
    ThaiYearField,
    WholeNumberField,
)


class WorkForm(Form):
    """One field of each kind."""

    title = TextField("Title", [InputRequired()], max_chars=20)
    body = ProseField("Body", max_chars=50)
    start = ThaiDateField("Start")
    year = ThaiYearField("Year")
    count = WholeNumberField("Count", [Optional()])


@pytest.fixture(autouse=True)
def _english(app: Flask) -> Iterator[None]:
    """Messages in English."""
    with app.test_request_context(), force_locale("en"):
        yield


def fill(**typed: str) -> Any:
    """A validated form with these words typed."""
    form = WorkForm(MultiDict({"title": "A title", **typed}))
    form.validate()
    return form


def test_text_is_normalised() -> None:
    form = fill(title="  cafe\u0301 \n  x ", body=" หนึ่ง\r\n\r\nสอง \n")
    assert (form.title.data, form.body.data, form.errors) == ("café x", "หนึ่ง\n\nสอง", {})


@pytest.mark.parametrize("name", ["title", "body"])
def test_nul_is_refused_at_the_field(name: str) -> None:
    form = fill(**{name: "a\x00b"})
    assert list(form.errors) == [name]
    assert "U+0000" in str(form.errors[name][0])


def test_over_long_text_is_refused_with_the_limit_and_kept() -> None:
    form = fill(body="ก" * 51)
    assert [str(error) for error in form.errors["body"]] == ["At most 50 characters; this text has 51."]
    assert form.body._value() == "ก" * 51
    assert fill(body="ก" * 50).errors == {}


@pytest.mark.parametrize("typed", ["24/11/2569", "2026-11-24", "๒๔ พ.ย. ๒๕๖๙"])
def test_date_is_read_in_either_era(typed: str) -> None:
    assert fill(start=typed).start.data == date(2026, 11, 24)


def test_impossible_date_is_refused_and_kept_as_typed() -> None:
    form = fill(start="31/2/2569")
    assert [str(error) for error in form.errors["start"]] == ["There is no such day in that month: “31/2/2569”."]
    assert (form.start.data, form.start._value()) == (None, "31/2/2569")


def test_date_is_shown_in_the_era_of_the_page() -> None:
    form = WorkForm(data={"start": date(2026, 11, 24), "year": 2026})
    assert (form.start._value(), form.year._value()) == ("24 Nov 2026", "2026")
    with force_locale("th"):
        assert (form.start._value(), form.year._value()) == ("24 พ.ย. 2569", "2569")


@pytest.mark.parametrize(("typed", "year"), [("2569", 2026), ("๒๕๖๙", 2026), ("2026", 2026), ("", None)])
def test_year_is_kept_in_the_common_era(typed: str, year: int | None) -> None:
    assert fill(year=typed).year.data == year


@pytest.mark.parametrize(("typed", "number"), [("25", 25), ("๒๕", 25), ("1,284", 1284), ("-3", -3), ("", None)])
def test_whole_number_is_read(typed: str, number: int | None) -> None:
    assert fill(count=typed).count.data == number


@pytest.mark.parametrize("typed", ["x", "1.5", "²", "--1", "1e9", "9" * 30])
def test_what_is_no_whole_number_is_refused(typed: str) -> None:
    assert list(fill(count=typed).errors) == ["count"]


def test_choices_are_pairs_at_the_making_and_afterwards() -> None:
    class Choosing(Form):
        kind = SelectField("Kind", choices=[("a", "A")])
        who = RadioField("Who", choices=[("a", "A")])
        many = SelectMultipleField("Many")

    form = Choosing(MultiDict([("kind", "b"), ("who", "z"), ("many", "x"), ("many", "y")]))
    form.kind.choices = [("b", "B")]
    form.many.choices = [("x", "X"), ("y", "Y")]
    assert (form.validate(), list(form.errors)) == (False, ["who"])
    assert [(choice.value, choice.label, choice.selected) for choice in form.many.iter_choices()] == [
        ("x", "X", True),
        ("y", "Y", True),
    ]


@pytest.mark.parametrize(
    "sent", [{}, {"one": "", "shown": ""}, {"one": "z", "shown": "z", "some": "z"}, {"one": "1", "number": "x"}]
)
def test_whatever_is_wrong_with_a_choice_is_said_in_the_persons_language(sent: dict[str, str]) -> None:
    class ChoiceForm(Form):
        one = SelectField("One", [InputRequired()], choices=[("a", "A")])
        shown = RadioField("Shown", [InputRequired()], choices=[("a", "A")])
        some = SelectMultipleField("Some", [InputRequired()], choices=[("a", "A")])
        number = SelectField("Number", [InputRequired()], choices=[("1", "I")], coerce=int)

    with force_locale("th"):
        form = ChoiceForm(MultiDict(sent))
        assert not form.validate()
        said = {str(word) for words in form.errors.values() for word in words}
    assert said == {"เลือกจากรายการ"}
    assert len(form.errors) == 4
