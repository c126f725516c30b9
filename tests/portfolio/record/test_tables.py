"""Tables of lines: what is understood of files as people have them, what is refused with its line, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portfolio.core.db import engine_of
from portfolio.record.models import AcademicRank, AppointmentMode, CvEntry, CvKind, DegreeLevel, Semester
from portfolio.record.operations import CvFields
from portfolio.record.tables import (
    LARGEST_TABLE,
    MOST_CELLS,
    Reading,
    UnreadableTableError,
    armed,
    decode,
    disarmed,
    understand,
    write,
)
from portfolio.record.vocabulary import ENUMS, PARTS
from tests.conftest import make_app, make_config

TEACHING = "ระดับ,รายวิชา ภาษาไทย,ชั่วโมงต่อสัปดาห์,ภาคการศึกษา,ถึงปีการศึกษา\r\n"


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application whose database nothing here asks."""
    folder = tmp_path_factory.mktemp("tables")
    app = make_app(make_config(f"sqlite:///{folder / 'none.db'}", folder), with_review=False)
    yield app
    engine_of(app).dispose()


@pytest.fixture(autouse=True)
def _thai(application: Flask) -> Iterator[None]:
    with application.test_request_context(), force_locale("th"):
        yield


def read(kind: CvKind, text: str, *existing: CvEntry) -> Reading:
    return understand(kind, text, existing)


def refusal_of(kind: CvKind, text: str) -> str:
    with pytest.raises(UnreadableTableError) as caught:
        read(kind, text)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_headers_are_told_apart_in_every_part_and_both_languages() -> None:
    for part in PARTS.values():
        for language in ("th", "en"):
            with force_locale(language):
                labels = [str(part.label_of(column)) for column in part.columns]
            assert len(set(labels)) == len(labels)
            assert all(label.strip() for label in labels)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874", "tis-620", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_files_of_every_spreadsheet_are_read(encoding: str, delimiter: str) -> None:
    rows = TEACHING + "ปริญญาตรี,วิศวกรรมระบบประปาชุมชน,3,1,2568\r\nปริญญาโท,สัมมนา,๒.๕,2,2025\r\n"
    text, _name = decode(rows.replace(",", delimiter).encode(encoding))
    reading = read(CvKind.TEACHING, text)
    assert reading.new == [
        CvFields(
            level=DegreeLevel.BACHELOR,
            title_th="วิศวกรรมระบบประปาชุมชน",
            hours_per_week=3.0,
            semester=Semester.FIRST,
            year_to=2025,
        ),
        CvFields(
            level=DegreeLevel.MASTER, title_th="สัมมนา", hours_per_week=2.5, semester=Semester.SECOND, year_to=2025
        ),
    ]
    assert (reading.refused, reading.left_out) == ((), ())


def test_the_encoding_is_named() -> None:
    assert decode("ระดับ".encode("cp874")) == ("ระดับ", "TIS-620 / Windows-874")
    assert decode("ระดับ".encode("utf-8-sig")) == ("ระดับ", "UTF-8")


def test_columns_may_stand_in_any_order_in_either_language_and_unknown_ones_are_named() -> None:
    text = "Course in Thai;สีที่ชอบ;LEVEL ;hours_per_week\nวิชา;แดง;เอก;2\n"
    reading = read(CvKind.TEACHING, text)
    assert reading.left_out == ("สีที่ชอบ",)
    assert reading.new == [CvFields(title_th="วิชา", level=DegreeLevel.DOCTORAL, hours_per_week=2.0)]


def test_refused_rows_say_line_and_reason_and_the_others_stand() -> None:
    text = TEACHING + (
        '"ปริญญาตรี","สอง\nบรรทัด",3,1,2568\r\n'
        "\r\n"
        "อนุบาล,วิชาแปลก,3,1,2568\r\n"
        "ปริญญาตรี,,3,1,2568\r\n"
        "ปริญญาตรี,วิชานาน,200,1,2568\r\n"
        "ปริญญาตรี,วิชาเก่า,3,1,68\r\n"
        "ปริญญาตรี,วิชา,3,1,2568,เกิน\r\n"
        "ปริญญาตรี,วิชา\x07,3,1,2568\r\n"
        "ปริญญาตรี,ดี,3,1/2568,\r\n"
    )
    reading = read(CvKind.TEACHING, text)
    assert [line.fields.title_th for line in reading.lines] == ["สอง บรรทัด", "ดี"]
    assert (reading.lines[1].fields.semester, reading.lines[1].fields.year_to) == (Semester.FIRST, 2025)
    reasons = {row.number: row.reasons for row in reading.refused}
    assert list(reasons) == [5, 6, 7, 8, 9, 10]
    assert reasons[5] == ("“อนุบาล” ไม่ใช่คำใดใน: ปริญญาเอก, ปริญญาโท, ประกาศนียบัตรบัณฑิต, ปริญญาตรี, ระดับอื่น",)
    assert reasons[6] == ("รายวิชา ภาษาไทย: กรอกเป็นภาษาไทย",)
    assert reasons[7] == ("ชั่วโมงต่อสัปดาห์: หนึ่งสัปดาห์มี 168 ชั่วโมง",)
    assert [len(found) for found in reasons.values()] == [1] * 6
    assert reading.refused[0].text == "อนุบาล · วิชาแปลก · 3 · 1 · 2568"


def test_duplicates_of_the_record_and_within_the_table_are_marked() -> None:
    there = CvEntry(
        kind=CvKind.TEACHING, title_th="วิชา ก", level=DegreeLevel.BACHELOR, semester=Semester.FIRST, year_to=2025
    )
    rows = ["ปริญญาตรี,วิชา  ก,3,1,2568", "ปริญญาตรี,วิชา ข,3,1,2568", "ปริญญาตรี,วิชา ข,3,1,2568"]
    rows.append("ปริญญาตรี,วิชา ข,3,2,2568")
    reading = read(CvKind.TEACHING, TEACHING + "\n".join(rows), there)
    assert [line.known for line in reading.lines] == [True, False, True, False]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "ชื่อคอลัมน์"),
        ("a,b,c\n1,2,3\n", "ชื่อคอลัมน์"),
        (TEACHING + 'ปริญญาตรี,"ไม่ปิด,3\n' + "x,y\n" * 50, "บรรทัดที่ 2"),
        (TEACHING + "ก," * (MOST_CELLS + 1) + "\n", "บรรทัดที่ 2"),
        ("ก," * 50_000, "บรรทัดที่ 1"),
        (TEACHING + "ปริญญาตรี,วิชา\n" * 501, "501"),
        (TEACHING + '"' + "ก" * 140_000 + '",1\n', "บรรทัดที่ 2"),
    ],
)
def test_what_is_no_table_gets_one_clear_line(text: str, words: str) -> None:
    assert words in refusal_of(CvKind.TEACHING, text)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04" + b"\0" * 50, "สมุดงาน"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "ไม่ใช่ข้อความ"),
        (b"\xff\xfe\x00\xd8\x00\xd8\x41", "ไม่ใช่ข้อความ"),
        (b"a" * (LARGEST_TABLE + 1), "256"),
    ],
)
def test_files_that_are_no_text_get_one_clear_line(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableTableError) as caught:
        decode(data)
    assert words in str(caught.value)


@pytest.mark.parametrize("cell", ["=1+1", "+66 2", "-", "@name", "\tx", "'=x", "'", "''", "＝1", "'tis", "plain", ""])
def test_formulas_are_disarmed_and_come_back(cell: str) -> None:
    assert armed(disarmed(cell)) == cell
    assert not disarmed(cell).startswith(("=", "+", "-", "@", "\t", "＝"))


def test_a_written_table_speaks_thai() -> None:
    line = CvFields(
        rank=AcademicRank.ASSISTANT_PROFESSOR,
        mode=AppointmentMode.SPECIAL,
        field_th="=HYPERLINK()",
        dated=date(2019, 8, 5),
    )
    header, row = write(CvKind.APPOINTMENT, [line]).splitlines()
    assert header.startswith("ตำแหน่ง,โดยวิธี,สาขาวิชา ภาษาไทย,")
    assert row.split(",")[:5] == ["ผู้ช่วยศาสตราจารย์", "วิธีพิเศษ", "'=HYPERLINK()", "", "05/08/2562"]


WORD = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn")), max_size=12)


@st.composite
def lines(draw: st.DrawFn) -> tuple[CvKind, list[CvFields]]:
    """Lines as the page would have saved them."""
    from unicodedata import normalize

    kind = draw(st.sampled_from(list(CvKind)))
    part = PARTS[kind]
    found = []
    for _each in range(draw(st.integers(0, 4))):
        values: dict[str, Any] = {}
        for column in part.columns:
            if column in ENUMS:
                words = st.sampled_from(list(ENUMS[column]))
                values[column] = draw(words if column in part.required else st.none() | words)
            elif column == "dated":
                values[column] = draw(st.none() | st.dates(date(1901, 1, 1), date(2199, 12, 31)))
            elif column == "hours_per_week":
                values[column] = draw(st.none() | st.integers(0, 1680).map(lambda tenths: tenths / 10))
            elif column in ("year_from", "year_to"):
                values[column] = draw(st.none() | st.integers(1900, 2200))
            else:
                values[column] = " ".join(normalize("NFC", draw(WORD)).split())
                if column in part.required and not values[column]:
                    values[column] = "ก"
        if values.get("year_from") and values.get("year_to"):
            values["year_from"], values["year_to"] = sorted((values["year_from"], values["year_to"]))
        found.append(CvFields(**values))
    return kind, found


@given(lines())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_what_is_written_is_read_again(drawn: tuple[CvKind, list[CvFields]]) -> None:
    kind, written = drawn
    reading = read(kind, write(kind, written))
    assert reading.refused == ()
    assert [line.fields for line in reading.lines] == written
