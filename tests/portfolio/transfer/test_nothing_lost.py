"""What foreign programs and people write: whatever stands in a file is in a field, kept by a name, or said."""

from __future__ import annotations

import json
from typing import Any

import pytest

from portfolio.transfer.formats import csljson, orcid, ris
from portfolio.transfer.formats.reading import CONTROLS, FileFormat, Understood, packed
from portfolio.transfer.formats.recognising import WRITERS, read
from portfolio.transfer.formats.values import PART_KEPT, read_date
from portfolio.works.bibliography.reference import AuthorName, PublicationForm, Reference


def one(content: str | bytes) -> Understood:
    (entry,) = read(content.encode() if isinstance(content, str) else content).understood
    return entry


def csl(**said: Any) -> str:
    return json.dumps([{"type": "book", "title": "A title of a book", **said}], ensure_ascii=False)


# Dates


@pytest.mark.parametrize(
    ("typed", "date"),
    [
        (("31/12/2567",), (2024, 12, 31)),
        (("๓๑/๑๒/๒๕๖๗",), (2024, 12, 31)),
        (("15 มี.ค. 2567",), (2024, 3, 15)),
        (("พ.ศ. 2567",), (2024, None, None)),
        (("12/25/2019",), (2019, 12, 25)),
        (("2020-05-03T00:00:00Z",), (2020, 5, 3)),
        (("2020-00-00",), (2020, None, None)),
        (("2019///",), (2019, None, None)),
        (("2020", "12~jan"), (2020, 1, 12)),
        (("2020-05", "5", "3"), (2020, 5, 3)),
        (("2567", "ก.พ.", "๒๙"), (2024, 2, 29)),
    ],
)
def test_a_date_that_is_understood_leaves_nothing(typed: tuple[str, ...], date: tuple[int | None, ...]) -> None:
    found = read_date(*typed)
    assert ((found.year, found.month, found.day), found.left, found.kept) == (date, "", "")


@pytest.mark.parametrize(
    ("typed", "date"),
    [
        (("31/02/2567",), (2024, 2, None)),
        (("03/04/2020",), (2020, None, None)),
        (("2019-2020",), (2019, None, None)),
        (("2019-01-02/2020-03-04",), (2019, 1, 2)),
        (("2019a",), (2019, None, None)),
        (("Spring 2020",), (2020, None, None)),
        (("2020-13-45",), (2020, None, None)),
        (("2567", "2", "31"), (2024, 2, None)),
        (("2567", "13"), (2024, None, None)),
        (("2020", "Jan--Feb"), (2020, 1, None)),
        (("2020", "", "5"), (2020, None, None)),
        (("", "may"), (None, None, None)),
    ],
)
def test_a_date_that_says_more_is_kept_and_said(typed: tuple[str, ...], date: tuple[int | None, ...]) -> None:
    found = read_date(*typed)
    assert ((found.year, found.month, found.day), found.kept) == (date, " ".join(filter(None, typed)))
    assert found.remarks[-1].text == PART_KEPT


@pytest.mark.parametrize(
    "content",
    [
        "@book{k, title={T}, year=2567, month=2, day=31}",
        "TY  - BOOK\nTI  - T\nPY  - 2567\nDA  - 2567/02/31\nER  - \n",
        "title,year,month,day\nT,2567,2,31\n",
        json.dumps([{"type": "book", "title": "T", "issued": {"date-parts": [[2567, 2, 31]]}}]),
        json.dumps({"put-code": 1, "title": {"title": {"value": "T"}}, "publication-date": {
            "year": {"value": "2567"}, "month": {"value": "2"}, "day": {"value": "31"}}}),
    ],
)  # fmt: skip
def test_no_format_gives_a_day_that_no_calendar_has(content: str) -> None:
    reference = one(content).reference
    assert (reference.year, reference.month, reference.day) == (2024, 2, None)
    assert any("31" in value for value in reference.extra.values())


# Names


@pytest.mark.parametrize(
    "typed",
    [
        "สมชาย ใจดี และ สมหญิง รักเรียน",
        "สมชาย ใจดี และสมหญิง รักเรียน",
        "สมชาย ใจดี, สมหญิง รักเรียน",
        "สมชาย ใจดี; สมหญิง รักเรียน",
        "ใจดี, สมชาย; รักเรียน, สมหญิง",
    ],
)
@pytest.mark.parametrize("shape", ["@book{{k, title={{T}}, author={{{}}}}}", 'title,authors\nT,"{}"\n',
                                   "TY  - BOOK\nTI  - T\nAU  - {}\nER  - \n"])  # fmt: skip
def test_lists_of_thai_names_as_people_write_them(shape: str, typed: str) -> None:
    assert one(shape.format(typed)).reference.authors == (
        AuthorName("ใจดี", "สมชาย"),
        AuthorName("รักเรียน", "สมหญิง"),
    )


@pytest.mark.parametrize(
    ("typed", "authors"),
    [
        ("{กรมส่งเสริมการเกษตร และ สหกรณ์}", (AuthorName(literal="กรมส่งเสริมการเกษตร และ สหกรณ์"),)),
        ("ณ อยุธยา, สมชาย", (AuthorName("ณ อยุธยา", "สมชาย"),)),
        ("Johnson & Johnson", (AuthorName("Johnson", "Johnson &"),)),
        ("Smith, J. & Doe, K.", (AuthorName("Smith", "J."), AuthorName("Doe", "K."))),
        ("Jaidee S.; Rakrian S.-K.", (AuthorName("Jaidee", "S."), AuthorName("Rakrian", "S.-K."))),
        ("J. R. Smith", (AuthorName("Smith", "J. R."),)),
    ],
)
def test_names_that_only_look_like_lists_stay_whole(typed: str, authors: tuple[AuthorName, ...]) -> None:
    assert one(f'title,authors\nT,"{typed}"\n').reference.authors == authors


# Identifiers and other fields that say more than one thing


@pytest.mark.parametrize(
    ("content", "second"),
    [
        ("@book{k, title={T}, isbn={978-0-306-40615-7, 978-3-16-148410-0}}", "978-3-16-148410-0"),
        ("TY  - JOUR\nTI  - T\nSN  - 0125-1234 (Print) 2345-6789 (Online)\nER  - \n", "2345-6789"),
        ("title,issn\nT,0125-1234; 2345-6789\n", "2345-6789"),
        ("TY  - JOUR\nTI  - T\nDO  - 10.1234/a 10.5555/b\nER  - \n", "10.5555/b"),
        ("TY  - JOUR\nTI  - T\nSP  - 10-20\nEP  - 25\nER  - \n", "25"),
        ("title,doi\nT,10.1234/a 10.5555/b\n", "10.5555/b"),
        ("title,art. no.,page start,page end\nT,e55,10,20\n", "e55"),
        ("title,title_th,title_en\nXx xx,ไทย ไทย,En en\n", "En en"),
        ("title_th,title_en,title_other\nไทย,En en,Oo oo\n", "En en"),
        (csl(ISSN=["0125-1234", "2345-6789"]), "2345-6789"),
        (csl(DOI="10.1234/x; 10.5555/y"), "10.5555/y"),
        (csl(keyword="one", categories=["two"]), "two"),
        (csl(custom={"zz": "inner"}, zz="outer"), "inner"),
        (csl(issued={"date-parts": [[2020]], "season": "Winter"}), "Winter"),
        (csl(issued=2020), "2020"),
        (csl(author=[{"family": "Doe", "ORCID": "0000-0002-1825-0097"}]), "0000-0002-1825-0097"),
        (csl(author=[{"literal": "Lit", "family": "Fam"}]), "Fam"),
        (csl(author=["สมชาย ใจดี", "Doe, J"]), "Doe"),
        ('[{"type": "book", "title": "first one", "title": "second two"}]', "second two"),
    ],
)
def test_the_second_thing_is_kept_and_survives_every_format(content: str, second: str) -> None:
    reference = one(content).reference
    assert second in json.dumps(packed(reference), ensure_ascii=False)
    for kind, write in WRITERS.items():
        again = one(write([reference])).reference
        assert second in json.dumps(packed(again), ensure_ascii=False), kind
        assert again.title == reference.title


@pytest.mark.parametrize("text", ["doi:10.1234/abc", "https://doi.org/10.1234/abc", "10.1234/ABC."])
def test_a_doi_in_other_words_is_nothing_more(text: str) -> None:
    assert one(f"@book{{k, title={{T}}, doi={{{text}}}}}").reference.extra == {}


@pytest.mark.parametrize("kind", list(WRITERS))
@pytest.mark.parametrize(
    "name", ["type", "eid", "number", "issue", "author", "date", "title", "note", "event", "isbn", "keywords"]
)
def test_a_further_field_is_not_taken_for_another(kind: FileFormat, name: str) -> None:
    written = Reference(form=PublicationForm.JOURNAL_ARTICLE, title="T", key="k", issue="1", extra={name: "Kept word"})
    assert one(WRITERS[kind]([written])).reference == written


def test_paragraphs_survive_ris() -> None:
    written = Reference(title="T", abstract="one\n\ntwo\nthree", form=PublicationForm.REPORT)
    assert one(ris.write([written])).reference == written


# Signs that no database takes


def test_signs_that_are_no_text_do_not_come_in_by_escapes() -> None:
    found = read(
        b'[\n{"type": "book", "title": "x\\ud800y", "a\\u0000b": "\\u0007", "author": [{"family": "\\udfff"}]}]'
    )
    assert found.remarks[0].text == CONTROLS
    assert found.remarks[0].values["lines"] == "2"
    assert found.understood[0].reference.title == "x y"
    json.dumps(packed(found.understood[0].reference), ensure_ascii=False).encode()


def test_signs_that_are_no_text_do_not_come_in_by_orcid() -> None:
    work = {"put-code": 1, "title": {"title": {"value": "x\ud800y"}}}
    found = read(json.dumps(work).encode())
    assert (found.format, found.understood[0].reference.title) == (FileFormat.ORCID, "x y")
    assert CONTROLS in [remark.text for remark in found.remarks]


def test_letters_beyond_the_first_plane_are_text() -> None:
    assert one('[{"type": "book", "title": "\\ud83d\\ude00 smile"}]').reference.title == "😀 smile"


# Files around their entries


def test_what_follows_a_json_list_is_refused_with_its_line() -> None:
    found = read(b'[{"type": "book", "title": "T"}]\n\ngarbage')
    assert [(each.line, each.reason.text) for each in found.refused] == [(3, csljson.BROKEN)]


def test_what_stands_around_a_list_is_named() -> None:
    found = read(b'{"items": [{"type": "book", "title": "T"}], "note": "wrapped away"}')
    assert [(remark.text, remark.values) for remark in found.remarks] == [(csljson.AROUND, {"names": "note"})]


def test_parts_of_an_orcid_record_that_are_no_works_are_named() -> None:
    parts = {"works": {"group": []}, "educations": {"affiliation-group": [{"x": 1}]}, "fundings": {"group": []}}
    found = read(json.dumps({"orcid-identifier": {"path": "0"}, "activities-summary": parts}).encode())
    assert [(each.text, each.values) for each in found.remarks] == [
        (orcid.NO_WORKS, {}),
        (orcid.OTHER_PARTS, {"names": "educations"}),
    ]


def test_people_of_orcid_without_a_name_are_kept() -> None:
    people = [
        {"credit-name": {"value": "Jaidee, S"}},
        {"credit-name": None, "contributor-orcid": {"path": "0000-0009"}},
    ]
    work = {"put-code": 1, "title": {"title": {"value": "T"}}, "contributors": {"contributor": people}}
    reference = one(json.dumps(work)).reference
    assert (reference.authors, reference.extra) == (
        (AuthorName("Jaidee", "S"),),
        {"contributors": '[{"orcid": "0000-0009"}]'},
    )


# RIS as others write it


@pytest.mark.parametrize(
    "shape",
    [
        "ty  - JOUR\nti  - {}\nau  - Doe, J\ner  - \n",
        "TY-JOUR\nTI-{}\nAU-Doe, J\nER-\n",
        "TY\t- JOUR\nTI\t- {}\nAU\t- Doe, J\nER\t-\n",
        "  TY  - JOUR\n  TI  - {}\n  AU  - Doe, J\n  ER  - \n",
        "TY  – JOUR\nTI  – {}\nAU  – Doe, J\nER  –\n",
        "TY\u00a0\u00a0- JOUR\nTI\u00a0\u00a0- {}\nAU\u00a0\u00a0- Doe, J\nER\u00a0\u00a0-\n",
        "TY  -JOUR\nTI  -{}\nAU  -Doe, J\nER  -\n",
    ],
)
def test_tags_in_other_shapes_are_read_and_said(shape: str) -> None:
    found = read(shape.format("ชื่อเรื่อง").encode())
    assert found.format is FileFormat.RIS
    (entry,) = found.understood
    assert (entry.reference.title, entry.reference.authors) == ("ชื่อเรื่อง", (AuthorName("Doe", "J"),))
    assert (entry.reference.form, entry.remarks) == (PublicationForm.JOURNAL_ARTICLE, ())
    assert [(each.text, each.values["count"]) for each in found.remarks] == [(ris.ODD_TAGS, "4")]


def test_a_line_of_an_abstract_is_no_tag_in_a_file_that_begins_as_it_should() -> None:
    reference = one("TY  - JOUR\nTI  - T\nAB  - first\nAB-initio methods\nER  - \n").reference
    assert reference.abstract == "first\nAB-initio methods"


# Tables


def test_the_separator_that_excel_names_is_obeyed() -> None:
    found = read(b"sep=;\ntitle;year;note\nA, b;2020;\nC;2021;x\n")
    assert [(each.line, each.reference.title) for each in found.understood] == [(3, "A, b"), (4, "C")]


def test_a_file_that_breaks_off_inside_a_letter_is_still_utf_8() -> None:
    found = read("@article{k, title={ภาษาไทย}}\n@article{l, title={ภาษา".encode()[:-1])
    assert [each.reference.title for each in found.understood] == ["ภาษาไทย"]
    assert [each.line for each in found.refused] == [2]
