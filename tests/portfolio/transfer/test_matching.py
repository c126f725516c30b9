"""Which works are the same, what each entry probably is, and bringing two together field by field."""

from __future__ import annotations

from typing import Any

import pytest

from portfolio.transfer.formats.reading import Refused, Understood
from portfolio.transfer.kinds import suggest_kind
from portfolio.transfer.matching import Index, known
from portfolio.transfer.merging import MOVED, NAME_TOO_LONG, TITLE_TOO_LONG, differences, fitted, merged
from portfolio.transfer.models import Likeness
from portfolio.works.bibliography.reference import AuthorName, PublicationForm, Reference
from portfolio.works.bibliography.titles import title_key
from portfolio.works.vocabulary import WorkKind

TITLE = "การจัดการน้ำชุมชนอย่างมีส่วนร่วม"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Clean Water: A Study", "clean water – a study."),
        ("Müller’s Café", "Muller's cafe"),
        ("น้ำ ชุมชน ปี ๒๕๖๐", "น้ำชุมชนปี 2560"),
        ("น้ำ", "นํ้า"),
        ("แม่น้ำ", "เเม่นํ้า"),
        ("ＦＵＬＬ width", "full width"),
        ("zero\u200bwidth", "zerowidth"),
    ],
)
def test_ways_to_write_one_title_are_one(one: str, other: str) -> None:
    assert title_key(one) == title_key(other)


@pytest.mark.parametrize(("one", "other"), [("ปา", "ป่า"), ("เสือ", "เสื้อ"), ("Part 1", "Part 2"), ("ข้าว", "ขาว")])
def test_other_words_are_other_titles(one: str, other: str) -> None:
    assert title_key(one) != title_key(other)


def found(here: dict[str, Any], new: dict[str, Any]) -> Likeness | None:
    index: Index[int] = Index()
    index.add(1, known(Reference(**{"title": TITLE, **here})))
    twin = index.find(known(Reference(**{"title": TITLE, **new})))
    return twin[1] if twin else None


ARTICLE, THESIS = PublicationForm.JOURNAL_ARTICLE, PublicationForm.THESIS


@pytest.mark.parametrize(
    ("here", "new", "likeness"),
    [
        ({"doi": "10.1/a"}, {"doi": "10.1/a", "title": "Other"}, Likeness.DOI),
        ({}, {}, Likeness.TITLE),
        ({"year": 2017}, {"year": 2018}, Likeness.TITLE),
        ({"year": 2017}, {"year": 2020}, None),
        ({"doi": "10.1/a"}, {"doi": "10.1/b"}, None),
        ({"doi": "10.1/a"}, {}, Likeness.TITLE),
        ({"form": THESIS}, {"form": ARTICLE}, None),
        ({"form": PublicationForm.DOCUMENT}, {"form": ARTICLE}, Likeness.TITLE),
        ({"title_other": "Community water"}, {"title": "Community Water"}, Likeness.TITLE),
        ({"title": "Editorial", "year": 2017}, {"title": "Editorial"}, None),
        (
            {"title": "Editorial", "year": 2017, "container_title": "J"},
            {"title": "Editorial", "year": 2017, "container_title": "J."},
            Likeness.TITLE,
        ),
    ],
)
def test_what_makes_two_works_one(here: dict[str, Any], new: dict[str, Any], likeness: Likeness | None) -> None:
    assert found(here, new) is likeness


def test_recognising_costs_as_much_as_there_are_entries() -> None:
    """Ten thousand works under one title are not compared each with each."""
    index: Index[int] = Index()
    looked = 0

    class Counted(list[Any]):
        def __iter__(self) -> Any:
            nonlocal looked
            for item in super().__iter__():
                looked += 1
                yield item

    for number in range(3_000):
        work = known(Reference(title="Editorial of the journal", year=1500 + number % 600, doi=f"10.1/{number}"))
        index.find(work)
        index.add(number, work)
        for title, held in index._by_title.items():
            if not isinstance(held, Counted):
                index._by_title[title] = Counted(held)
    assert looked <= 3_000 * 20


@pytest.mark.parametrize(
    ("reference", "kind"),
    [
        (Reference(form=ARTICLE), WorkKind.RESEARCH),
        (Reference(form=PublicationForm.BOOK), WorkKind.BOOK),
        (Reference(form=PublicationForm.BOOK, title="ตำราเศรษฐศาสตร์"), WorkKind.TEXTBOOK),
        (Reference(form=PublicationForm.BOOK, title="A Dictionary of Thai"), WorkKind.REFERENCE_WORK),
        (Reference(form=PublicationForm.BOOK, extra={"translator": "A B"}), WorkKind.TRANSLATION),
        (Reference(form=PublicationForm.PATENT), WorkKind.PATENT),
        (Reference(form=PublicationForm.SOFTWARE), WorkKind.SOFTWARE),
        (Reference(form=PublicationForm.PERFORMANCE), WorkKind.CREATIVE_ARTS),
        (Reference(form=PublicationForm.NEWSPAPER_ARTICLE), WorkKind.ARTICLE),
    ],
)
def test_kind_is_suggested(reference: Reference, kind: WorkKind) -> None:
    assert suggest_kind(reference) is kind


@pytest.mark.parametrize("form", list(PublicationForm))
def test_every_form_has_a_suggestion(form: PublicationForm) -> None:
    assert suggest_kind(Reference(form=form)) in WorkKind


OURS = Reference(title="T", year=2017, volume="3", extra={"a": "ours"})
THEIRS = Reference(title="T", year=2018, volume="4", issue="2", extra={"a": "theirs", "b": "new"})


def test_differences_say_what_would_be_filled() -> None:
    assert [(each.field, each.takes_theirs) for each in differences(OURS, THEIRS)] == [
        ("year", False),
        ("volume", False),
        ("issue", True),
    ]


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        (None, (2017, "3", "2")),
        ([], (2017, "3", "")),
        (["year"], (2018, "3", "")),
        (["year", "volume", "issue", "title", "key"], (2018, "4", "2")),
    ],
)
def test_fields_are_merged_on_the_persons_word(taken: list[str] | None, expected: tuple[Any, ...]) -> None:
    result = merged(OURS, THEIRS, taken)
    assert (result.year, result.volume, result.issue) == expected
    assert result.extra == {"a": "ours", "b": "new"}


def test_that_a_list_is_not_whole_goes_with_the_list_that_is_kept() -> None:
    ours = Reference(title="T", authors=(AuthorName("Doe", "Jane"), AuthorName("Roe", "John")))
    theirs = Reference(title="T", authors=(AuthorName("Doe", "J."),), extra={"author-others": "yes"})
    assert not merged(ours, theirs, None).has_more_authors
    assert not merged(ours, theirs, []).has_more_authors
    assert merged(ours, theirs, ["authors"]).has_more_authors
    assert not merged(theirs, ours, ["authors"]).has_more_authors
    assert merged(theirs, ours, []).has_more_authors
    assert merged(Reference(title="T"), theirs, None).has_more_authors


def test_month_without_its_year_is_left_out() -> None:
    assert merged(Reference(title="T"), Reference(title="T", year=2017, month=5), ["month"]).month is None


def test_what_does_not_fit_is_kept_as_a_further_field() -> None:
    entry = fitted(Understood(3, Reference(title="T", pages="1, " * 100, abstract="x" * 30_000)))
    assert isinstance(entry, Understood)
    assert (entry.reference.pages, entry.reference.abstract) == ("", "")
    assert len(entry.reference.extra["abstract"]) == 30_000
    assert [remark.text for remark in entry.remarks] == [MOVED, MOVED]


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        (Reference(title="x" * 501), TITLE_TOO_LONG),
        (Reference(title="T", authors=(AuthorName("x" * 200, "y"),)), NAME_TOO_LONG),
    ],
)
def test_title_and_names_are_never_cut(reference: Reference, reason: str) -> None:
    entry = fitted(Understood(3, reference))
    assert isinstance(entry, Refused)
    assert (entry.line, entry.reason.text) == (3, reason)
