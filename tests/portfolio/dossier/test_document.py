"""The document tree: canonical, strict, and prose that is never markup."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.dossier.document import (
    BulletList,
    Captions,
    Column,
    Document,
    DocumentError,
    EvidenceRef,
    Meta,
    NumberedList,
    Paragraph,
    Run,
    Section,
    SignatureLine,
    Table,
    clean,
    evidence_label,
    from_json,
    from_plain,
    grouped,
    inlines,
    paragraph,
    parse_prose,
    plain_text,
    printed_date,
    table,
    tidy,
)
from tests.portfolio.dossier.specimen import specimen

META = Meta(title="t", number="n", language="th", date=date(2026, 3, 10))


@pytest.mark.parametrize("language", ["th", "en"])
def test_tree_survives_its_plain_form(language: str) -> None:
    document = specimen(language)  # type: ignore[arg-type]
    assert from_json(document.to_json()) == document


def test_canonical_json_does_not_depend_on_the_order_of_keys() -> None:
    document = specimen()
    shuffled = json.loads(document.to_json(), object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    assert from_plain(shuffled).to_json() == document.to_json()


def test_equal_texts_in_different_normal_forms_give_the_same_json() -> None:
    composed = Document(META, None, (Section(1, "1", "café"),))
    decomposed = Document(META, None, (Section(1, "1", "cafe\u0301"),))
    assert composed.to_json() == decomposed.to_json()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda plain: plain.update(sort="x"), "document: unknown sort"),
        (lambda plain: plain["meta"].update(language="de"), "document.meta.language: 'de' is none of th, en"),
        (lambda plain: plain["meta"].update(date="2026-13-01"), "document.meta.date: "),
        (lambda plain: plain["sections"][0].update(level=4), "document.sections[0]: a section's level is 1, 2 or 3"),
        (lambda plain: plain["sections"][0].update(blocks="x"), "document.sections[0].blocks: a list is wanted"),
        (lambda plain: plain["sections"][0].update(title=5), "document.sections[0].title: str is wanted"),
        (
            lambda plain: plain["sections"][0]["blocks"][0].update(kind="section"),
            "document.sections[0].blocks[0]: 'section' does not belong here",
        ),
        (
            lambda plain: plain["sections"][0]["blocks"][0]["runs"].append({"kind": "run", "url": "javascript:x"}),
            "document.sections[0].blocks[0].runs[1]: ",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_its_path(change: object, message: str) -> None:
    plain = Document(META, None, (Section(1, "1", "a", (paragraph("b"),)),)).to_plain()
    change(plain)  # type: ignore[operator]
    with pytest.raises(DocumentError) as refused:
        from_plain(plain)
    assert str(refused.value).startswith(message)


def test_text_that_is_not_json_is_refused() -> None:
    with pytest.raises(DocumentError, match="not JSON"):
        from_json("{")


def test_a_row_must_have_as_many_cells_as_the_table_has_columns() -> None:
    with pytest.raises(DocumentError, match="a row of 1 cells in a table of 2 columns"):
        table([1, 2], ["a", "b"], [["1"]])


def test_only_addresses_of_the_web_and_of_mail_become_links() -> None:
    assert Run("a", url="https://example.org/x").url == "https://example.org/x"
    for address in ("javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "https://a b"):
        with pytest.raises(DocumentError):
            Run("a", url=address)


def test_exhibits_and_pages_are_counted_from_one() -> None:
    for exhibit, page in ((0, None), (1, 0), (-1, 1)):
        with pytest.raises(DocumentError):
            EvidenceRef(exhibit, page)


def test_clean_takes_out_what_no_format_can_carry() -> None:
    assert clean("a\x00\x07\ud800\ufeff\u200b\u202eb\r\nc\rd\x0be\tf") == "ab\nc\nd\ne f"


def test_tidy_cleans_every_text_of_the_tree() -> None:
    document = Document(META, None, (Section(1, "1", "a\u200bb", (paragraph("c\x00d"),)),))
    assert tidy(document).sections[0] == Section(1, "1", "ab", (paragraph("cd"),))


def test_prose_knows_paragraphs_bullets_and_numbers() -> None:
    text = "หนึ่ง\nต่อ\n\n- ก\n• ข\nต่อจาก ข\n\n1. ค\n2. ง\n\nจบ"
    assert parse_prose(text) == [
        paragraph("หนึ่ง\nต่อ"),
        BulletList((inlines("ก"), inlines("ข ต่อจาก ข"))),
        NumberedList((inlines("ค"), inlines("ง"))),
        paragraph("จบ"),
    ]


def test_prose_keeps_a_list_together_over_blank_lines() -> None:
    assert parse_prose("- a\n\n- b\n\nc") == [BulletList((inlines("a"), inlines("b"))), paragraph("c")]


def test_prose_prints_bold_words_and_links() -> None:
    text = "ก **ข** [ค](https://a.example/x)\nง **[จ](mailto:a@b.example)**\n\n- **ฉ**\n\n[ช](javascript:x)"
    assert parse_prose(text) == [
        Paragraph(
            (
                Run("ก "),
                Run("ข", bold=True),
                Run(" "),
                Run("ค", url="https://a.example/x"),
                Run("\nง "),
                Run("จ", bold=True, url="mailto:a@b.example"),
            )
        ),
        BulletList(((Run("ฉ", bold=True),),)),
        paragraph("[ช](javascript:x)"),
    ]


def test_prose_numbers_begin_where_the_writer_began_and_may_be_thai() -> None:
    assert parse_prose("๓. ก\n๔. ข") == [NumberedList((inlines("ก"), inlines("ข")), start=3)]
    assert parse_prose("1. a\n1. b") == [NumberedList((inlines("a"),)), NumberedList((inlines("b"),))]


@pytest.mark.parametrize(
    "text", ["-5 degrees", "2569.5 baht", "*a* _b_ #c", "<b>x</b>", "1.5 rai", "{{ 7*7 }}", "$x$", "\\alpha", "= h"]
)
def test_prose_takes_everything_else_literally(text: str) -> None:
    assert parse_prose(text) == [paragraph(text)]


@given(st.text(max_size=200))
def test_prose_loses_no_word(text: str) -> None:
    kept: list[str] = []
    for block in parse_prose(text):
        if isinstance(block, Paragraph):
            kept.append(plain_text(block.runs, "en"))
        elif isinstance(block, BulletList | NumberedList):
            kept.extend(plain_text(entry, "en") for entry in block.entries)
    words = "".join("".join(kept).split())
    source = "".join(clean(text).split())
    marks = [mark for mark in source if mark not in words]
    assert all(mark in "-•.0123456789๐๑๒๓๔๕๖๗๘๙" for mark in marks)


def test_dates_are_printed_in_each_language() -> None:
    day = date(2026, 3, 10)
    assert printed_date(day, "th") == "10 มีนาคม พ.ศ. 2569"
    assert printed_date(day, "th", True) == "๑๐ มีนาคม พ.ศ. ๒๕๖๙"
    assert printed_date(day, "en") == "10 March 2026"


def test_references_are_worded_in_each_language() -> None:
    assert evidence_label(EvidenceRef(4, 2), "th") == "หลักฐานลำดับที่ 4 หน้า 2"
    assert evidence_label(EvidenceRef(4, 2), "th", True) == "หลักฐานลำดับที่ ๔ หน้า ๒"
    assert evidence_label(EvidenceRef(4), "en") == "Exhibit 4"
    assert evidence_label(EvidenceRef(4, 2, "ภาคผนวก ก"), "th", True) == "ภาคผนวก ก"


def test_captions_count_tables_and_figures_apart() -> None:
    captions = Captions("th", True)
    assert captions.next("table", "ก") == "ตารางที่ ๑ ก"
    assert captions.next("figure", "ข") == "ภาพที่ ๑ ข"
    assert captions.next("table", "") == ""
    assert captions.next("table", "ค") == "ตารางที่ ๒ ค"


def test_signature_lines_in_a_row_come_together() -> None:
    one, two = SignatureLine("a"), SignatureLine("b")
    text = paragraph("x")
    assert list(grouped((one, two, text, one))) == [(one, two), (text,), (one,)]


def test_table_takes_texts_and_parts() -> None:
    made = table([1, Column(2, "right")], ["a", "b"], [["x", [EvidenceRef(1), Run("!")]]], "c")
    assert made == Table(
        columns=(Column(1.0), Column(2, "right")),
        header=((Run("a", bold=True),), (Run("b", bold=True),)),
        rows=(((Run("x"),), (EvidenceRef(1), Run("!"))),),
        caption="c",
    )
