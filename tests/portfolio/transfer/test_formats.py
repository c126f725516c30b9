"""RIS, CSL-JSON, ORCID and tables: what is understood, what is refused with its line, and how formats are told."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable
from typing import Any

import pytest

from portfolio.core import tables
from portfolio.transfer.formats import bibtex, csljson, names, orcid, reading, recognising, ris, table
from portfolio.transfer.formats.reading import (
    LARGEST_FILE,
    MOST_ENTRIES,
    FileFormat,
    ReadFile,
    Refused,
    Understood,
    Unreadable,
)
from portfolio.transfer.formats.recognising import read
from portfolio.works.bibliography.reference import AuthorName, PublicationForm, Reference


def one(content: str | bytes) -> Understood:
    found = read(content.encode() if isinstance(content, str) else content)
    assert found.refused == []
    (entry,) = found.understood
    return entry


def sentences(found: ReadFile | Understood) -> list[str]:
    return [remark.text for remark in found.remarks]


def refusals(found: ReadFile) -> list[tuple[int, str]]:
    return [(each.line, each.reason.text) for each in found.refused]


def unreadable(content: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        read(content)
    return caught.value.remark.text


# RIS


def test_ris_record_is_understood_field_by_field() -> None:
    reference = one(
        "TY  - JOUR\nAU  - Doe, Jane\nA1  - ใจดี, สมชาย\nTI  - Title\nT2  - Journal\nPY  - 2560\nVL  - 3\nIS  - 1\n"
        "SP  - 10\nEP  - 19\nDO  - doi:10.1234/X\nSN  - 1234-5679\nKW  - one\nKW  - two\nAB  - First line\n"
        "Second line\n"
        "UR  - https://a.example\nUR  - https://b.example\nN1  - note\nQQ  - odd\nER  - \n"
    ).reference
    assert reference == Reference(
        form=PublicationForm.JOURNAL_ARTICLE,
        title="Title",
        authors=(AuthorName("Doe", "Jane"), AuthorName("ใจดี", "สมชาย")),
        container_title="Journal",
        year=2017,
        volume="3",
        issue="1",
        pages="10-19",
        doi="10.1234/x",
        issn="1234-5679",
        keywords=("one", "two"),
        abstract="First line\nSecond line",
        url="https://a.example",
        note="note",
        extra={"UR": "https://b.example", "QQ": "odd"},
    )


def test_ris_without_er_is_read_to_the_next_record_and_to_the_end() -> None:
    found = read(b"TY  - BOOK\nTI  - One\nTY  - BOOK\nTI  - Two\n")
    assert [each.reference.title for each in found.understood] == ["One", "Two"]
    assert [sentences(each) for each in found.understood] == [[ris.NO_END], [ris.NO_END]]


def test_ris_tells_what_stands_outside_and_what_has_no_title() -> None:
    found = read(b"Provider: X\n\nTY  - JOUR\nAU  - Doe, J\nER  - \nrest\nTY - JOUR\nTI - Loose\nER -\n")
    assert refusals(found) == [(3, ris.NO_TITLE)]
    assert found.remarks[0].values == {"count": "2", "lines": "1, 6"}
    assert (found.understood[0].reference.title, found.understood[0].line) == ("Loose", 7)
    assert ris.LOOSE_TAG in sentences(found)


def test_ris_of_an_unknown_type_is_read_and_said() -> None:
    found = one("TY  - ZZZZ\nTI  - T\nER  - ")
    assert (found.reference.form, found.reference.extra) == (PublicationForm.DOCUMENT, {"TY": "ZZZZ"})
    assert sentences(found) == [ris.UNKNOWN_TYPE]


def test_ris_without_types_is_read_and_said() -> None:
    found = read(
        b"DB  - WoS\nAU  - Doe, J\nTI  - First\nER  - \n\nC1  - 7\nTI  - Second\nPY  - 2020\nER  - \n\nnoise\n"
    )
    assert [(each.line, each.reference.title) for each in found.understood] == [(1, "First"), (6, "Second")]
    assert found.understood[0].reference.form is PublicationForm.DOCUMENT
    assert [sentences(each) for each in found.understood] == [[ris.NO_TYPE], [ris.NO_TYPE]]
    assert found.understood[0].reference.extra == {"DB": "WoS"}
    assert found.remarks[0].values == {"count": "1", "lines": "11"}


def test_text_that_looks_like_a_tag_breaks_no_record() -> None:
    written = Reference(title="T", abstract="one\nER  - \nTI  - other", form=PublicationForm.REPORT)
    assert one(ris.write([written])).reference.title == "T"


# CSL-JSON


CSL = {
    "id": "k", "type": "article-journal", "title": "A <i>Title</i>", "author": [{"family": "Doe", "given": "Jane"}],
    "issued": {"date-parts": [["2019", 5]]}, "container-title": ["Journal", "J."], "DOI": "10.1/BAD", "volume": 3,
    "ISSN": ["1234-5679", "2049-3630"], "relation": {"x": 1},
}  # fmt: skip


def test_csl_entry_is_understood_whatever_its_shapes() -> None:
    reference = one(json.dumps([CSL])).reference
    assert (reference.title, reference.year, reference.month, reference.volume) == ("A Title", 2019, 5, "3")
    assert (reference.container_title, reference.issn) == ("Journal", "1234-5679")
    assert reference.extra == {
        "DOI": "10.1/BAD",
        "ISSN-2": "2049-3630",
        "container-title-2": "J.",
        "relation": '{"x": 1}',
    }


@pytest.mark.parametrize("around", ["[%s]", "%s", '{"items": [%s]}', '{"message": %s}', '{"message": {"items": [%s]}}'])
def test_csl_is_read_in_what_services_put_around_it(around: str) -> None:
    assert one(around % json.dumps(CSL)).reference.title == "A Title"


def test_csl_lines_are_those_of_the_entries() -> None:
    found = read(b'[\n {"title": "A"},\n {"type": "book"},\n 7,\n {"unknown": 1}\n]')
    assert found.understood[0].line == 2
    assert refusals(found) == [(3, csljson.NO_TITLE), (4, csljson.NOT_OBJECT), (5, csljson.NOT_CSL)]


def test_what_stands_before_a_fault_is_read_and_the_fault_has_its_place() -> None:
    found = read(b'[{"title": "A"},\n{"title": "B"},\n{"title": "C" "x"}]')
    assert [each.reference.title for each in found.understood] == ["A", "B"]
    assert refusals(found) == [(3, csljson.BROKEN)]
    assert found.refused[0].reason.values["line"] == "3"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"name": "package", "version": "1.0"}', csljson.NOT_SUCH),
        (b'[{"lat": 1, "lon": 2}]', csljson.NOT_SUCH),
        (b"[1, 2]", csljson.NOT_SUCH),
        (b"[" * 100_000, csljson.TOO_DEEP),
        (b'{"a":' * 50_000, csljson.TOO_DEEP),
        (b"[" + b"9" * 5_000 + b"]", None),
        (b'{"title": ', csljson.BROKEN),
        (b"[]", recognising.NO_ENTRIES),
    ],
)
def test_json_of_another_schema_is_refused_as_a_whole(content: bytes, reason: str | None) -> None:
    said = unreadable(content)
    assert reason is None or said == reason


def test_values_of_another_shape_are_kept_and_said() -> None:
    found = one(json.dumps({"title": "T", "author": {"a": 1}, "volume": {"b": 2}, "issued": {"raw": "unknown"}}))
    assert found.reference.extra == {"author": '{"a": 1}', "volume": '{"b": 2}', "issued": '{"raw": "unknown"}'}
    assert sentences(found).count(csljson.ODD_VALUE) == 2


@pytest.mark.parametrize(
    "content",
    [
        "TY  - JOUR\nTI  - T\nAU  - สมชาย ใจดี\nAU  - และคณะ\nER  - \n",
        "TY  - JOUR\nTI  - T\nAU  - สมชาย ใจดี และคณะ\nER  - \n",
        "title,authors\nT,สมชาย ใจดี และคณะ\n",
        'title,authors\nT,"สมชาย ใจดี; et al."\n',
    ],
)
def test_lists_of_people_that_are_not_whole_say_so_in_every_format(content: str) -> None:
    found = one(content)
    assert found.reference.authors == (AuthorName("ใจดี", "สมชาย"),)
    assert found.reference.extra == {"author-others": "yes"}
    assert sentences(found) == [names.AND_OTHERS]


@pytest.mark.parametrize(
    "content",
    [
        "TY  - BOOK\nTI  - T\nAU  - Doe, Jane\nED  - Roe, John\nED  - et al.\nER  - \n",
        'title,authors,editors\nT,"Doe, Jane","Roe, John et al."\n',
        "@book{k, title={T}, author={Doe, Jane}, editor={Roe, John and others}}",
    ],
)
def test_editors_of_whom_some_are_missing_say_nothing_of_the_authors(content: str) -> None:
    reference = one(content).reference
    assert (reference.authors, reference.editors) == ((AuthorName("Doe", "Jane"),), (AuthorName("Roe", "John"),))
    assert reference.extra == {"editor-others": "yes"}
    assert not reference.has_more_authors


def test_csl_export_keeps_to_the_types_of_its_schema_whatever_word_a_registry_used() -> None:
    said = [
        "journal-article",
        "book-chapter",
        "monograph",
        "dissertation",
        "posted-content",
        "entry-dictionary",
        "song",
    ]
    read_in = [each.reference for each in csljson.read(json.dumps([{"type": w, "title": w} for w in said])).understood]
    written = csljson.write(read_in)
    wanted = ["article-journal", "chapter", "book", "thesis", "document", "entry-dictionary", "song"]
    assert [entry["type"] for entry in json.loads(written)] == wanted
    assert [each.reference for each in csljson.read(written).understood] == [
        Reference(**{**vars(reference), "key": key})
        for reference, key in zip(read_in, ["work", *(f"work-{n}" for n in range(2, 8))], strict=True)
    ]


def test_numbers_that_are_none_in_json_are_kept_as_they_are_written() -> None:
    long = "9" * 5000
    found = one(f'[{{"type": "book", "title": "A", "volume": NaN, "issue": {long[:60]}, "odd": {long}}}]').reference
    assert (found.volume, found.issue, found.extra["odd"]) == ("NaN", "9" * 60, long)
    assert one('[{"type": "book", "title": "A", "volume": 1e999}]').reference.volume == "1e999"


# ORCID


def work(code: int, title: str = "Title", **more: Any) -> dict[str, Any]:
    return {
        "put-code": code,
        "title": {"title": {"value": title}, "subtitle": None, "translated-title": {"value": "ชื่อ"}},
        "external-ids": {
            "external-id": [
                {"external-id-type": "doi", "external-id-value": "10.9999/book", "external-id-relationship": "part-of"},
                {"external-id-type": "doi", "external-id-value": "10.1234/X", "external-id-relationship": "self"},
                {"external-id-type": "eid", "external-id-value": "2-s2.0-1", "external-id-relationship": "self"},
            ]
        },
        "type": "journal-article",
        "publication-date": {"year": {"value": "2017"}, "month": {"value": "05"}, "day": None},
        "journal-title": {"value": "Journal"},
        "url": {"value": "https://example.org"},
    } | more


def record(*groups: list[dict[str, Any]]) -> dict[str, Any]:
    works = {"group": [{"work-summary": group} for group in groups], "path": "/0000/works"}
    return {"orcid-identifier": {"path": "0000"}, "activities-summary": {"works": works}}


def test_orcid_record_is_understood() -> None:
    found = one(json.dumps(record([work(1)]), indent=1))
    assert found.reference == Reference(
        form=PublicationForm.JOURNAL_ARTICLE,
        title="Title",
        title_other="ชื่อ",
        year=2017,
        month=5,
        container_title="Journal",
        doi="10.1234/x",
        url="https://example.org",
        key="1",
        extra={"type": "journal-article", "eid": "2-s2.0-1", "doi-part-of": "10.9999/book"},
    )
    assert found.line > 1
    assert sentences(found) == [orcid.SUMMARY]


def test_of_several_sources_the_preferred_one_is_read() -> None:
    found = one(json.dumps(record([work(1, "Other", **{"display-index": "0"}), work(2, **{"display-index": "1"})])))
    assert found.reference.key == "2"
    assert orcid.SEVERAL in sentences(found)


def test_orcid_works_in_full_have_their_people() -> None:
    people = {
        "contributor": [
            {"credit-name": {"value": "Jane Doe"}, "contributor-attributes": {"contributor-role": "author"}},
            {"credit-name": {"value": "สมชาย ใจดี"}, "contributor-attributes": {"contributor-role": "editor"}},
            {"credit-name": None},
        ]
    }
    bulk = {"bulk": [{"work": work(1, contributors=people)}, {"error": {"user-message": "It is private."}}]}
    found = read(json.dumps(bulk).encode())
    assert found.understood[0].reference.authors == (AuthorName("Doe", "Jane"),)
    assert found.understood[0].reference.editors == (AuthorName("ใจดี", "สมชาย"),)
    assert [reason for _line, reason in refusals(found)] == [orcid.NOT_GIVEN]


@pytest.mark.parametrize("value", [record(), {"group": [], "path": "/x"}, {"bulk": []}, {"bulk": None}])
def test_orcid_record_without_works_is_in_order(value: Any) -> None:
    assert sentences(read(json.dumps(value).encode())) == [orcid.NO_WORKS]


@pytest.mark.parametrize("odd", [None, 7, [], {"value": {}}, "x"])
def test_odd_values_in_an_orcid_record_raise_nothing(odd: Any) -> None:
    for name in ("title", "external-ids", "publication-date", "contributors", "url", "type"):
        read(json.dumps(record([work(1, **{name: odd})])).encode())


# Tables


THAI_TABLE = "ชื่อเรื่อง,ผู้แต่ง,ปีที่พิมพ์,วารสาร,หมวด\nน้ำชุมชน,สมชาย ใจดี; สมหญิง ณ อยุธยา,2560,วารสารสังคม,ก\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (THAI_TABLE.encode(), "utf-8"),
        (codecs.BOM_UTF8 + THAI_TABLE.encode(), "utf-8"),
        (THAI_TABLE.encode("cp874"), "cp874"),
        (codecs.BOM_UTF16_LE + THAI_TABLE.encode("utf-16-le"), "utf-16-le"),
        (THAI_TABLE.replace(",", ";").replace("; ", ", ").encode(), "utf-8"),
        (THAI_TABLE.replace(",", "\t").replace("\n", "\r\n").encode(), "utf-8"),
    ],
)
def test_table_is_understood_in_every_encoding(content: bytes, encoding: str) -> None:
    found = one(content)
    assert (found.reference.title, found.reference.year) == ("น้ำชุมชน", 2017)
    assert found.reference.container_title == "วารสารสังคม"
    assert found.reference.extra == {"หมวด": "ก"}
    assert found.line == 2
    assert tables.decode(content).encoding == encoding


def test_table_of_scopus_is_understood() -> None:
    found = one(
        "Authors,Title,Year,Source title,Volume,Page start,Page end,DOI,Document Type\n"
        '"Doe, J.; Roe, R.",T,2019,J,3,10,19,10.1234/x,Article\n'
    ).reference
    assert found.authors == (AuthorName("Doe", "J."), AuthorName("Roe", "R."))
    assert (found.pages, found.form) == ("10-19", PublicationForm.JOURNAL_ARTICLE)


def test_table_with_titles_in_both_languages() -> None:
    rows = "title_th,title_en,language\nไทย,Thai,\nไทย,Thai,en\n,Only,\n"
    found = [(each.reference.title, each.reference.title_other) for each in read(rows.encode()).understood]
    assert found == [("ไทย", "Thai"), ("Thai", "ไทย"), ("Only", "")]


def test_rows_of_a_table_are_refused_one_by_one() -> None:
    found = read(b'title,year\nA,2001\n,2002\n\nB,2003,spare\n"C,2004\nD,2005\n')
    assert [each.reference.title for each in found.understood] == ["A", "B"]
    assert refusals(found) == [(3, table.NO_TITLE), (6, table.NOT_CLOSED)]
    assert found.understood[1].reference.extra == {"cells": "spare"}


def test_no_cell_begins_like_a_formula_and_comes_back() -> None:
    written = Reference(title="=1+1", note="@x", key="-k", publisher="'quoted", abstract="plain")
    text = table.write([written])
    assert not any(cell[:1] in "=+-@" for line in text.split("\r\n")[1:] for cell in line.split(",") if cell)
    assert one(text).reference == written


# Which format, which encoding


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("\n\n  @book{a, title={T}}", FileFormat.BIBTEX),
        ("words\nTY  - BOOK\nTI  - @book{x}\nER  - ", FileFormat.RIS),
        ("TY  -  BOOK\nTI  -  T\nER  -", FileFormat.RIS),
        ("@book{a, title={T}, abstract={\nTY  - BOOK\n}}", FileFormat.BIBTEX),
        ('  [{"title": "T"}]', FileFormat.CSL_JSON),
        ("title,note\nT,@book{a\n", FileFormat.CSV),
    ],
)
def test_format_is_told_from_the_content(content: str, kind: FileFormat) -> None:
    assert read(content.encode()).format is kind


TOO_MANY = {
    "ris": b"TY  - BOOK\nTI  - T\nER  - \n" * (MOST_ENTRIES + 1),
    "ris without ends": b"TY  - BOOK\n" * (MOST_ENTRIES + 2),
    "table": b"title\n" + b"T\n" * (MOST_ENTRIES + 1),
    "json": b"[" + b"{}," * MOST_ENTRIES + b"{}]",
    "json within": b'{"items":[' + b"{}," * MOST_ENTRIES + b"{}]}",
    "orcid": b'{"bulk":[' + b"{}," * MOST_ENTRIES + b"{}]}",
    "bibtex": b"".join(b"@misc{k%d,title={T}}\n" % number for number in range(MOST_ENTRIES + 1)),
    "bibtex never closed": b"@article{a,\n" * (2 * MOST_ENTRIES + 2),
}


@pytest.mark.parametrize("name", [name for name in TOO_MANY if name != "bibtex"])
def test_reading_stops_at_the_first_entry_too_many(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []

    def counting(original: Callable[..., Any]) -> Callable[..., Any]:
        def counted_call(*values: Any, **named: Any) -> Any:
            counted.append(1)
            return original(*values, **named)

        return counted_call

    for module in (ris, table, csljson, orcid):
        monkeypatch.setattr(module, "_understood", counting(module._understood))
    monkeypatch.setattr(bibtex, "parse_string", counting(bibtex.parse_string))
    assert unreadable(TOO_MANY[name]) == reading.TOO_MANY
    assert len(counted) <= MOST_ENTRIES + 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", recognising.EMPTY),
        (b" \n\t\n", recognising.EMPTY),
        (b"\x00\x01\x02" * 500, recognising.BINARY),
        (b"%PDF-1.7\n" + b"\0" * 2000, recognising.BINARY),
        (b"just words, nothing more", recognising.UNKNOWN),
        (b"<?xml version='1.0'?><xml/>", recognising.OTHER_FORMAT),
        (b"PMID- 123\nTI  - T\n", recognising.OTHER_FORMAT),
        (b"name,age\na,3\n", recognising.UNKNOWN),
        (b"x" * (LARGEST_FILE + 1), recognising.TOO_LARGE),
        *((content, reading.TOO_MANY) for content in TOO_MANY.values()),
        (b"title" + b",x" * 1_000_000, table.TOO_MANY_COLUMNS),
    ],
)
def test_what_cannot_be_read_at_all_is_told_why(content: bytes, reason: str) -> None:
    assert unreadable(content) == reason


@pytest.mark.parametrize(
    "content",
    [
        "TY  - JOUR\nTI  - T\n" + "AU  - A, B\n" * 100_000 + "ER  - \n",
        "TY  - JOUR\nTI  - T\nAB  - x\n" + "abc\n" * 1_000_000 + "ER  - \n",
        '[{"type":"book","title":"' + "<i>" * 100_000 + "T" + "</i>" * 100_000 + '"}]',
        '[{"type":"book","title":"T","x":"' + "x" * 600_000 + '"}]',
        "@misc{a,title={T}," + "f={x}," * 200_000 + "}",
    ],
    ids=["authors", "lines", "marks", "extra", "fields"],
)
def test_an_entry_as_long_as_a_file_is_refused_at_once(content: str) -> None:
    assert refusals(read(content.encode())) == [(1, reading.LONG_ENTRY)]


def test_value_below_its_tag_is_read() -> None:
    entry = one("TY  - JOUR\nTI  - \nน้ำชุมชน\nเล่มสอง\nAB  - \n\nแรก\n\nต่อมา\nER  - \n")
    assert entry.reference.title == "น้ำชุมชน เล่มสอง"
    assert entry.reference.abstract == "แรก\n\nต่อมา"


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_headings_may_stand_below_the_name_of_a_report(sign: str) -> None:
    rows = [["รายงานผลงานวิชาการ ปี 2568"], [], ["", ""], ["ลำดับ", "ชื่อเรื่อง", "ปี"], ["1", "น้ำชุมชน", "2567"]]
    found = read("\n".join(sign.join(row) for row in rows).encode())
    assert [(each.line, each.reference.title, each.reference.year) for each in found.understood] == [
        (5, "น้ำชุมชน", 2024)
    ]
    assert found.remarks[0].text == table.BEFORE_HEADINGS
    assert found.remarks[0].values == {"count": "1", "lines": "1"}
    assert unreadable("รายงาน\nชื่อเรื่อง\nน้ำ\n".encode()) == recognising.UNKNOWN


def test_old_encodings_are_read_and_said() -> None:
    thai = read("@book{a, title={น้ำชุมชนอย่างมีส่วนร่วม}}".encode("cp874"))
    latin = read("@book{a, title={Müller é à}}".encode("latin-1"))
    assert thai.understood[0].reference.title == "น้ำชุมชนอย่างมีส่วนร่วม"
    assert latin.understood[0].reference.title == "Müller é à"
    assert sentences(thai) == sentences(latin) == [recognising.OLD_ENCODING]


def test_lines_of_another_encoding_are_read_alone() -> None:
    content = "@book{a, title={น้ำ}}\n@book{b, title={ดิน}}\n".encode() + "@book{c, title={Müller}}".encode("latin-1")
    found = read(content)
    assert [each.reference.title for each in found.understood] == ["น้ำ", "ดิน", "Müller"]
    assert found.remarks[0].values == {"count": "1", "lines": "3"}


def test_nul_and_windows_signs_are_mended_and_said() -> None:
    found = read("@book{a, title={A\0B}}\n@book{b, title={C\x97D\ufeff}}".encode())
    assert [each.reference.title for each in found.understood] == ["A B", "C—D"]
    assert sentences(found) == [recognising.WINDOWS, recognising.CONTROLS]


@pytest.mark.parametrize("size", [0, 1, 5, 50])
def test_nothing_of_a_file_is_lost(size: int) -> None:
    """Every entry is understood or refused: their number is the file's."""
    for text in ("TY  - BOOK\nTI  - T\nER  - \n", "TY  - BOOK\nER  - \n"):
        if size:
            assert len(read((text * size).encode()).entries) == size


def test_reason_is_a_sentence_with_its_gaps_filled() -> None:
    (refused,) = [each for each in read(b'[{"title": "A"}, {"title" 1}]').entries if isinstance(each, Refused)]
    assert str(refused.reason).startswith("The JSON is broken on line 1, column 27")
