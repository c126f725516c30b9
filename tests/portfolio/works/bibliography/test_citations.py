"""Citations in three styles, in Thai and in English, against a table that was checked by hand."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from portfolio.works.bibliography.citations.apa import in_text
from portfolio.works.bibliography.citations.parts import is_in_press
from portfolio.works.bibliography.citations.runs import Runs
from portfolio.works.bibliography.citations.styles import CitationStyle, cite, cite_plain
from portfolio.works.bibliography.reference import AuthorName, Reference
from portfolio.works.bibliography.reference import PublicationForm as Form


def person(given: str, family: str) -> AuthorName:
    return AuthorName(family=family, given=given)


def whole(name: str) -> AuthorName:
    return AuthorName(literal=name)


def shown(runs: Runs) -> str:
    return "".join(f"*{run.text}*" if run.italic else run.text for run in runs)


def author(text: str) -> AuthorName:
    """An author as the table writes one."""
    return whole(text[1:]) if text.startswith("=") else person(*text.split("|"))


def cases() -> list[tuple[str, Reference, str, str, str]]:
    """The table of citations.toml."""
    found = []
    for entry in tomllib.loads(Path(__file__).with_name("citations.toml").read_text("utf-8"))["case"]:
        texts = [entry.pop(name) for name in ("name", "apa", "ieee", "vancouver")]
        people = {name: tuple(author(text) for text in entry.pop(name, [])) for name in ("authors", "editors")}
        reference = Reference(Form(entry.pop("form")), **people, **entry)
        found.append((texts[0], reference, texts[1], texts[2], texts[3]))
    return found


CASES = cases()


@pytest.mark.parametrize(
    ("reference", "apa", "ieee", "vancouver"), [pytest.param(*case[1:], id=case[0]) for case in CASES]
)
def test_a_reference_is_cited_as_the_style_asks(reference: Reference, apa: str, ieee: str, vancouver: str) -> None:
    assert shown(cite(reference, CitationStyle.APA)) == apa
    assert shown(cite(reference, CitationStyle.IEEE)) == ieee
    assert shown(cite(reference, CitationStyle.VANCOUVER)) == vancouver


def test_the_table_has_every_form() -> None:
    assert {case[1].form for case in CASES} == set(Form)


@pytest.mark.parametrize("style", list(CitationStyle))
@pytest.mark.parametrize("form", list(Form))
def test_a_title_alone_gives_a_citation_without_stray_marks(form: Form, style: CitationStyle) -> None:
    for title in ("Water", "น้ำ", "Water?"):
        text = cite_plain(Reference(form, title), style)
        assert title in text
        for stray in ("..", " ,", ",,", "()", "[]", "  ", ": ;", "None", " .", "?.", "“”"):
            assert stray not in text, text
        assert text == text.strip()


def test_thai_letters_are_never_italic() -> None:
    for _name, reference, *_texts in CASES:
        for style in CitationStyle:
            assert not [
                run for run in cite(reference, style) if run.italic and any("ก" <= sign <= "๛" for sign in run.text)
            ]


def test_a_link_carries_no_full_stop() -> None:
    reference = Reference(Form.WEBPAGE, "Water", url="https://example.org/water", year=2021)
    assert all(cite_plain(reference, style).endswith("https://example.org/water") for style in CitationStyle)


@pytest.mark.parametrize(
    ("authors", "thai", "expected"),
    [
        ((person("John", "Smith"),), False, "(Smith, 2021)"),
        ((person("John", "Smith"), person("B.", "Doe")), False, "(Smith & Doe, 2021)"),
        ((person("John", "Smith"),) * 3, False, "(Smith et al., 2021)"),
        ((person("สมชาย", "ใจดี"), person("สมหญิง", "รักดี")), True, "(สมชาย ใจดี และสมหญิง รักดี, 2564)"),
        ((person("สมชาย", "ใจดี"),) * 3, True, "(สมชาย ใจดี และคณะ, 2564)"),
        ((whole("กรมชลประทาน"),), True, "(กรมชลประทาน, 2564)"),
        ((), False, "(Water, 2021)"),
    ],
)
def test_the_short_form_in_a_text(authors: tuple[AuthorName, ...], thai: bool, expected: str) -> None:
    reference = Reference(Form.BOOK, "น้ำ" if thai else "Water", authors=authors, year=2021)
    assert in_text(reference) == expected


@pytest.mark.parametrize(
    ("says", "in_press"),
    [
        ({"note": "in press"}, True),
        ({"note": "Ours.\n“in press”"}, True),
        ({"note": "“อยู่ระหว่างการตีพิมพ์”"}, True),
        ({"note": "Accepted manuscript"}, False),
        ({"extra": {"status": "Accepted"}}, True),
        ({"extra": {"pubstate": "inpress"}}, True),
        ({"extra": {"issued": '{"literal": "accepted for publication"}'}}, True),
        ({"extra": {"status": "Accepted for review"}}, False),
        ({"extra": {"status": "Accepted manuscript"}}, False),
        ({"extra": {"status": "Not accepted"}}, False),
    ],
)
def test_in_press_is_what_is_said_to_be_printed(says: dict[str, Any], in_press: bool) -> None:
    assert is_in_press(Reference(title="T", **says)) is in_press
