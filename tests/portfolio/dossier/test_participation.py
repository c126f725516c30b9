"""The form of participation in print: every field of the official form, and nothing that was written left out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

import pytest
from flask import Flask
from flask_babel import force_locale

from portfolio.dossier.document import Block, Note, Paragraph, SignatureLine, Table, TickBoxes, plain_text
from portfolio.dossier.participation import participation
from portfolio.dossier.terms import Terms
from portfolio.works.participation.form import Form, Person, Words, as_plain, variants
from portfolio.works.participation.vocabulary import FormVariant
from portfolio.works.vocabulary import ContributionRole, WorkKind

Kind = TypeVar("Kind")
NOTHING = "–"
OWNER = Person(
    1,
    Words("กานต์ธิดา วงศ์ธารา", "Kantida"),
    (ContributionRole.PRINCIPAL_OPERATOR, ContributionRole.FIRST_AUTHOR),
    is_owner=True,
    part=Words("เรียบเรียงต้นฉบับ", "Wrote the manuscript"),
)
OTHER = Person(2, Words("ปริญ ศรีชลธาร", "Parin"), (ContributionRole.CO_AUTHOR,), part=Words("วิเคราะห์ข้อมูล", "Analysed"))


def printed(app: Flask, variant: FormVariant, *, thai_digits: bool = False, **changes: Any) -> list[Block]:
    form = Form(variants()[variant], Words("น้ำสะอาด", "Clean water"), WorkKind.SOCIAL, (OWNER, OTHER))
    with app.app_context(), force_locale("th"):
        return list(participation(as_plain(replace(form, **changes)), Terms("th", thai_digits=thai_digits)))


def cells(table: Table) -> list[list[str]]:
    return [[plain_text(cell, "th") for cell in row] for row in table.rows]


def of_kind(blocks: list[Block], kind: type[Kind]) -> list[Kind]:
    return [block for block in blocks if isinstance(block, kind)]


def test_official_form_is_printed_with_every_row_also_those_left_empty(app: Flask) -> None:
    own = replace(OWNER, duties={"b": "ออกแบบ"}, part=Words("", ""))
    blocks = printed(app, FormVariant.GENERAL, people=(own, OTHER), transfers={"d": "นิทรรศการ"})
    one, two = of_kind(blocks, Table)
    assert [row[0][:2] for row in cells(one)] == [f"{letter}." for letter in "กขคงจฉช"]
    assert cells(one)[1][1:] == ["ออกแบบ", NOTHING]
    assert cells(one)[6][1:] == [NOTHING, "ปริญ ศรีชลธาร: วิเคราะห์ข้อมูล"]
    assert [row[0][:2] for row in cells(two)] == [f"{letter}." for letter in "กขคงจฉ"]
    assert [row[1] for row in cells(two)] == [NOTHING, NOTHING, NOTHING, "นิทรรศการ", NOTHING, NOTHING]
    assert (one.caption[:10], two.caption[:10]) == ("ส่วนที่ 1 ", "ส่วนที่ 2 ")


def test_form_tells_role_group_and_kind_and_what_is_certified(app: Flask) -> None:
    blocks = printed(app, FormVariant.GENERAL)
    roles, groups = of_kind(blocks, TickBoxes)
    assert [box.ticked for box in roles.boxes] == [True, False, False, True]
    assert roles.boxes[-1].label.startswith("อื่น ๆ: ")
    assert [(box.label, box.ticked) for box in groups.boxes] == [
        ("กลุ่มที่ 1 งานวิจัย", False),
        ("กลุ่มที่ 2 ผลงานทางวิชาการในลักษณะอื่น: ผลงานรับใช้ท้องถิ่นและสังคม", True),
        ("กลุ่มที่ 3 ตำรา หนังสือ บทความทางวิชาการ", False),
    ]
    variant = variants()[FormVariant.GENERAL]
    (note,) = of_kind(blocks, Note)
    assert variant.source.th in plain_text(note.runs, "th")
    place = next(place for place, block in enumerate(blocks) if isinstance(block, SignatureLine))
    before = blocks[place - 1]
    assert isinstance(before, Paragraph)
    assert plain_text(before.runs, "th") == variant.certify.th


def test_form_without_rows_prints_the_part_of_each_person(app: Flask) -> None:
    (table,) = of_kind(printed(app, FormVariant.ROLES), Table)
    assert [(row[0], row[2]) for row in cells(table)] == [
        ("กานต์ธิดา วงศ์ธารา", "เรียบเรียงต้นฉบับ"),
        ("ปริญ ศรีชลธาร", "วิเคราะห์ข้อมูล"),
    ]


@pytest.mark.parametrize("variant", list(FormVariant))
def test_words_of_nobody_are_lost(app: Flask, variant: FormVariant) -> None:
    said = str(printed(app, variant))
    assert "เรียบเรียงต้นฉบับ" in said
    assert "วิเคราะห์ข้อมูล" in said


def test_numbers_of_the_form_itself_are_thai_where_thai_digits_are_asked(app: Flask) -> None:
    blocks = printed(app, FormVariant.GENERAL, thai_digits=True)
    groups = of_kind(blocks, TickBoxes)[1]
    assert [box.label[:10] for box in groups.boxes] == ["กลุ่มที่ ๑", "กลุ่มที่ ๒", "กลุ่มที่ ๓"]
    assert [one.caption[:10] for one in of_kind(blocks, Table)] == ["ส่วนที่ ๑ ", "ส่วนที่ ๒ "]
