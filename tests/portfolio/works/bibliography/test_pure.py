"""Numbers, names, kinds and numbering: tables without a database."""

from __future__ import annotations

import pytest

from portfolio.works.bibliography.identifiers import (
    IdentifierError,
    normalise_doi,
    normalise_isbn,
    normalise_issn,
    normalise_url,
)
from portfolio.works.bibliography.kinds import (
    FORM_FIELDS,
    KIND_FORMS,
    asks_headings,
    fields_of,
    forms_of,
    forms_with,
    usual_form,
)
from portfolio.works.bibliography.names import latin_author, same_person, thai_author, without_titles
from portfolio.works.bibliography.numbering import Numbered, in_order, numbers
from portfolio.works.bibliography.reference import AuthorName
from portfolio.works.bibliography.reference import PublicationForm as Form
from portfolio.works.vocabulary import KIND_GROUPS, KIND_HINTS, KIND_LABELS, ContributionRole, WorkGroup, WorkKind

ROLE = ContributionRole


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("10.1234/ABC.5", "10.1234/abc.5"),
        ("https://doi.org/10.1234/abc", "10.1234/abc"),
        ("http://dx.doi.org/10.1234/abc.", "10.1234/abc"),
        (" doi: 10.1234/abc(2)5 ", "10.1234/abc(2)5"),
    ],
)
def test_a_doi_has_one_spelling(typed: str, kept: str) -> None:
    assert normalise_doi(typed) == kept


@pytest.mark.parametrize("typed", ["abc", "10.12/x", "10.1234", "10.1234/a b", "https://example.org/10.1234/x"])
def test_what_is_no_doi_is_refused(typed: str) -> None:
    with pytest.raises(IdentifierError):
        normalise_doi(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("978-0-306-40615-7", "9780306406157"),
        ("ISBN: 0-306-40615-2", "0306406152"),
        ("080442957X", "080442957X"),
        ("080442957x", "080442957X"),
        ("๙๗๘ ๐ ๓๐๖ ๔๐๖๑๕ ๗", "9780306406157"),
        ("978\u20110\u2013306-40615-7", "9780306406157"),
    ],
)
def test_an_isbn_has_one_spelling(typed: str, kept: str) -> None:
    assert normalise_isbn(typed) == kept


@pytest.mark.parametrize(
    "typed", ["978-0-306-40615-8", "0306406153", "12345", "9770306406157", "X306406152", "978030640615X", "หนังสือ"]
)
def test_a_wrong_isbn_is_refused(typed: str) -> None:
    with pytest.raises(IdentifierError):
        normalise_isbn(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("2985-1807", "2985-1807"), ("0317 8471", "0317-8471"), ("ISSN 2434-561x", "2434-561X"), ("", "")],
)
def test_an_issn_has_one_spelling(typed: str, kept: str) -> None:
    assert normalise_issn(typed) == kept


@pytest.mark.parametrize("typed", ["2985-1808", "1234567", "ABCD-EFGH"])
def test_a_wrong_issn_is_refused(typed: str) -> None:
    with pytest.raises(IdentifierError):
        normalise_issn(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("example.org/5", "https://example.org/5"), ("http://example.org", "http://example.org"), ("", "")],
)
def test_an_address_gets_its_beginning(typed: str, kept: str) -> None:
    assert normalise_url(typed) == kept


@pytest.mark.parametrize(
    "typed", ["javascript:alert(1)", "ftp://example.org", "https://", "https://a b.org", "http://[::1"]
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(IdentifierError):
        normalise_url(typed)


@pytest.mark.parametrize(
    ("name", "author"),
    [
        ("ผศ. ดร.สมชาย ใจดี", AuthorName(family="ใจดี", given="สมชาย")),
        ("รองศาสตราจารย์ ดร. สมหญิง ณ อยุธยา", AuthorName(family="ณ อยุธยา", given="สมหญิง")),
        ("นางสาวคำหล้า สายน้ำ", AuthorName(family="สายน้ำ", given="คำหล้า")),
        ("นาย บุญมี ใจงาม", AuthorName(family="ใจงาม", given="บุญมี")),
        ("นางนวล ทองดี", AuthorName(family="ทองดี", given="นางนวล")),
        ("ศ.นพ.วิชัย มีสุข", AuthorName(family="มีสุข", given="วิชัย")),
        ("กรมชลประทาน", AuthorName(literal="กรมชลประทาน")),
    ],
)
def test_a_thai_name_loses_its_titles_and_keeps_its_order(name: str, author: AuthorName) -> None:
    assert thai_author(name) == author


@pytest.mark.parametrize(
    ("name", "author"),
    [
        ("Asst. Prof. Dr. Kantida Wongthara", AuthorName(family="Wongthara", given="Kantida")),
        ("Somying Na Ayutthaya", AuthorName(family="Na Ayutthaya", given="Somying")),
        ("Smith, John A.", AuthorName(family="Smith", given="John A.")),
        ("Ludwig van der Berg", AuthorName(family="van der Berg", given="Ludwig")),
        ("Plato", AuthorName(literal="Plato")),
        ("Drake Miller", AuthorName(family="Miller", given="Drake")),
    ],
)
def test_a_latin_name_is_taken_apart(name: str, author: AuthorName) -> None:
    assert latin_author(name) == author


def test_one_person_under_two_spellings() -> None:
    assert same_person("ผศ. ดร.สมชาย  ใจดี", "สมชาย ใจดี")
    assert same_person("Dr. John A. Smith", "smith, john a")
    assert not same_person("สมชาย ใจดี", "สมชาย ใจงาม")
    assert not same_person("", "")
    assert without_titles("ดร.") == "ดร."


def test_every_kind_has_words_forms_and_a_group() -> None:
    assert set(KIND_FORMS) == set(KIND_LABELS) == set(KIND_HINTS) == set(KIND_GROUPS) == set(WorkKind)
    assert set(FORM_FIELDS) == set(Form)
    sizes = [sum(its is group for its in KIND_GROUPS.values()) for group in WorkGroup]
    assert sizes == [1, 12, 3]


@pytest.mark.parametrize(
    ("kind", "there", "absent"),
    [
        (WorkKind.RESEARCH, {"container_title", "doi", "scopus_quartile", "event"}, set()),
        (WorkKind.PATENT, {"number", "genre"}, {"container_title", "isbn", "issn", "tci_tier", "edition"}),
        (WorkKind.SOFTWARE, {"edition", "url"}, {"issn", "isbn", "pages", "event"}),
        (WorkKind.TEXTBOOK, {"isbn", "edition", "publisher"}, {"issn", "issue", "scopus_quartile"}),
        (WorkKind.CREATIVE_ARTS, {"event", "event_place", "genre"}, {"issn", "isbn", "tci_tier"}),
    ],
)
def test_a_kind_shows_its_own_facts_only(kind: WorkKind, there: set[str], absent: set[str]) -> None:
    assert there <= fields_of(kind)
    assert not absent & fields_of(kind)


def test_a_form_that_a_work_has_already_can_be_kept() -> None:
    assert forms_of(WorkKind.PATENT) == (Form.PATENT,)
    assert forms_of(WorkKind.PATENT, Form.REPORT) == (Form.REPORT, Form.PATENT)
    assert "publisher_place" in fields_of(WorkKind.PATENT, Form.REPORT)
    assert usual_form(WorkKind.SOCIAL) is Form.DOCUMENT
    assert forms_with("isbn") == {Form.BOOK, Form.CHAPTER, Form.REPORT, Form.CONFERENCE_PAPER}


def test_headings_are_asked_of_socially_engaged_works_only() -> None:
    assert [kind for kind in WorkKind if asks_headings(kind)] == [WorkKind.SOCIAL]


def test_works_are_numbered_by_group_then_standing_then_year() -> None:
    works = [
        Numbered(1, WorkGroup.OTHER, (ROLE.PRINCIPAL_OPERATOR,), 1, 2022),
        Numbered(2, WorkGroup.RESEARCH, (ROLE.CO_AUTHOR,), 3, 2026),
        Numbered(3, WorkGroup.RESEARCH, (ROLE.CORRESPONDING_AUTHOR,), 4, 2020),
        Numbered(4, WorkGroup.RESEARCH, (ROLE.FIRST_AUTHOR,), 1, 2019),
        Numbered(5, WorkGroup.RESEARCH, (ROLE.FIRST_AUTHOR, ROLE.CORRESPONDING_AUTHOR), 1, 2024),
        Numbered(6, WorkGroup.RESEARCH, (ROLE.CO_AUTHOR,), 2, 2018),
        Numbered(7, WorkGroup.BOOKS, (), None, None),
        Numbered(8, WorkGroup.RESEARCH, (), None, 2026),
    ]
    assert [work.id for work in in_order(works)] == [5, 4, 3, 6, 2, 8, 1, 7]
    assert numbers("associate", works) == {
        5: "4.2.1.1",
        4: "4.2.1.2",
        3: "4.2.1.3",
        6: "4.2.1.4",
        2: "4.2.1.5",
        8: "4.2.1.6",
        1: "4.2.2.1",
        7: "4.2.3.1",
    }
    assert numbers("assistant", works)[1] == "4.1.2.1"
    assert numbers("professor", works)[1] == "4.3.2.1"
    assert numbers("", works) == {}


def test_works_alike_keep_the_order_in_which_they_come() -> None:
    alike = [Numbered(id, WorkGroup.RESEARCH, (ROLE.FIRST_AUTHOR,), 1, 2024) for id in (3, 1, 2)]
    assert [work.id for work in in_order(alike)] == [3, 1, 2]
