"""Part 1 of the form from rows alone: numbers, words, years counted back, and what is withheld."""

from __future__ import annotations

import itertools
import json
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from portfolio.core.sealed import Unreadable
from portfolio.record.form import Facts, RecordForm, Words, age_on, length_of_service, part_one
from portfolio.record.gaps import gaps_of
from portfolio.record.identifiers import tidy_orcid
from portfolio.record.models import (
    AcademicRank,
    AppointmentMode,
    CvEntry,
    CvKind,
    DegreeLevel,
    NamePrefix,
    PersonalDetails,
    RecordProfile,
    Semester,
)

ON = date(2026, 11, 22)
OWNER = SimpleNamespace(
    given_name_th="สมมติ", family_name_th="นามสมมุติ", given_name_en="Sommot", family_name_en="Namsommut"
)
_ids = itertools.count(1)


def entry(kind: CvKind, title_th: str = "ก", title_en: str = "A", **fields: Any) -> CvEntry:
    texts = ("field", "institution", "country", "detail", "thesis")
    empty = {f"{name}_{language}": "" for name in texts for language in ("th", "en")} | {"publications": ""}
    return CvEntry(id=next(_ids), kind=kind, title_th=title_th, title_en=title_en, **{**empty, **fields})


def profile(**fields: Any) -> RecordProfile:
    texts = ("service_rank", "position", "field", "subfield")
    empty = {f"{name}_{language}": "" for name in texts for language in ("th", "en")}
    codes = dict.fromkeys(("field_code", "subfield_code", "orcid", "scopus_id", "researcher_id"), "")
    return RecordProfile(**{**empty, **codes, **fields})


def form(*entries: CvEntry, **facts: Any) -> RecordForm:
    return part_one(Facts(owner=OWNER, entries=entries, **facts), on=ON)


def cells(form: RecordForm, number: str, language: str = "th") -> list[list[str]]:
    return [[row.number, *(getattr(cell, language) for cell in row.cells)] for row in form.section(number).rows]


def test_sections_stand_in_the_order_of_the_form() -> None:
    found = [(chapter.number, [part.number for part in chapter.sections]) for chapter in form().chapters]
    assert found == [
        ("1", ["1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7"]),
        ("2", ["2.1", "2.2", "2.3", "2.4", "", "2.5", "2.6"]),
        ("3", ["3.1", "3.2", "3.3", "3.4", "3.5"]),
    ]


def test_the_form_is_plain_data() -> None:
    whole = form(entry(CvKind.EDUCATION, year_to=2015), profile=profile(h_index=3))
    assert json.loads(json.dumps(asdict(whole), ensure_ascii=False))["on"] == "2026-11-22"


def test_degrees_carry_field_year_place_theses_and_publications() -> None:
    doctor = entry(
        CvKind.EDUCATION,
        "ปรัชญาดุษฎีบัณฑิต",
        "Doctor of Philosophy",
        level=DegreeLevel.DOCTORAL,
        field_th="การพยาบาล",
        field_en="Nursing",
        institution_th="มหาวิทยาลัยสมมติ",
        institution_en="Fictional University",
        country_th="ไทย",
        country_en="Thailand",
        year_to=2016,
        thesis_th="เรื่องหนึ่ง",
        thesis_en="One matter",
        publications="First. (2015).\n\nSecond. (2016).",
    )
    found = form(doctor)
    assert cells(found, "1.3") == [["1.3.1", "ปรัชญาดุษฎีบัณฑิต (การพยาบาล)", "2559", "มหาวิทยาลัยสมมติ ประเทศไทย"]]
    assert cells(found, "1.3", "en") == [
        ["1.3.1", "Doctor of Philosophy (Nursing)", "2016", "Fictional University, Thailand"]
    ]
    assert cells(found, "1.4") == [["", "เรื่องหนึ่ง"]]
    assert cells(found, "1.5") == []
    assert cells(found, "1.6") == [["1.6.1", "First. (2015)."], ["1.6.2", "Second. (2016)."]]


def test_publications_used_to_graduate_are_told_apart_by_degree() -> None:
    levels = (DegreeLevel.MASTER, DegreeLevel.DOCTORAL, DegreeLevel.BACHELOR, None)
    found = form(*(entry(CvKind.EDUCATION, level=level, publications=f"Of {level}.") for level in levels))
    assert [cells(found, number) for number in ("1.6", "1.7", "1.8")] == [
        [["", "Of doctoral."]],
        [["", "Of master."]],
        [["1.8.1", "Of bachelor."], ["1.8.2", "Of None."]],
    ]
    assert found.section("1.6").heading.th == "ผลงานตีพิมพ์ที่ใช้สำเร็จการศึกษาระดับปริญญาเอก"
    assert found.section("1.7").heading.th == "ผลงานตีพิมพ์ที่ใช้สำเร็จการศึกษาระดับปริญญาโท"


def test_foreign_degrees_are_printed_in_english_in_the_thai_form() -> None:
    abroad = entry(
        CvKind.EDUCATION,
        "วิทยาศาสตรมหาบัณฑิต",
        "Master of Science",
        institution_th="มหาวิทยาลัยต่างแดน",
        institution_en="Far University",
        country_th="ญี่ปุ่น",
        country_en="Japan",
    )
    assert cells(form(abroad), "1.3") == [["1.3.1", "Master of Science", "", "Far University, Japan"]]


def test_appointments_state_mode_field_and_day() -> None:
    lines = (
        entry(CvKind.APPOINTMENT, rank=AcademicRank.LECTURER, dated=date(2010, 6, 1)),
        entry(
            CvKind.APPOINTMENT,
            rank=AcademicRank.ASSISTANT_PROFESSOR,
            mode=AppointmentMode.NORMAL,
            field_th="วิศวกรรมสิ่งแวดล้อม",
            field_en="Environmental engineering",
            dated=date(2019, 8, 15),
        ),
        entry(CvKind.APPOINTMENT, rank=AcademicRank.ASSOCIATE_PROFESSOR, year_from=2024),
        entry(CvKind.APPOINTMENT, "ศาสตราจารย์", "Professor", rank=AcademicRank.PROFESSOR),
    )
    found = form(*lines)
    assert cells(found, "2.2") == [["2.2", "เมื่อวันที่ 1 มิถุนายน พ.ศ. 2553"]]
    assert cells(found, "2.3") == [["2.3", "โดยวิธีปกติ ในสาขาวิชาวิศวกรรมสิ่งแวดล้อม เมื่อวันที่ 15 สิงหาคม พ.ศ. 2562"]]
    assert cells(found, "2.3", "en") == [["2.3", "by normal mode in Environmental engineering on 15 August 2019"]]
    assert cells(found, "2.4") == [["2.4", "เมื่อปี พ.ศ. 2567"]]
    assert cells(found, "2.5")[0][1] == "ศาสตราจารย์"
    assert cells(found, "") == [["", "16 ปี 5 เดือน"]]
    assert [found.numbers[line.id] for line in lines] == ["2.2", "2.3", "2.4", "2.5.1"]


def test_the_stated_first_day_counts_before_the_first_appointment() -> None:
    line = entry(CvKind.APPOINTMENT, rank=AcademicRank.LECTURER, dated=date(2010, 6, 1))
    assert cells(form(line, profile=profile(employed_on=date(2009, 11, 23))), "", "en") == [["", "16 years 11 months"]]


@pytest.mark.parametrize(
    ("kind", "years", "printed"),
    [
        (CvKind.HONOUR, {"year_to": 2021}, True),
        (CvKind.INVITATION, {"year_to": 2020}, False),
        (CvKind.TEACHING, {"year_to": 2023}, True),
        (CvKind.TEACHING, {"year_to": 2022}, False),
        (CvKind.RESEARCH, {"year_from": 2015}, True),
        (CvKind.RESEARCH, {"year_from": 2015, "year_to": 2018}, False),
        (CvKind.SERVICE, {}, True),
        (CvKind.POSITION, {"year_from": 1999, "year_to": 2001}, True),
        (CvKind.EDUCATION, {"year_to": 1990}, True),
    ],
)
def test_the_form_prints_five_years_of_honours_and_three_of_workload(
    kind: CvKind, years: dict[str, Any], printed: bool
) -> None:
    line = entry(kind, **years)
    assert (line.id in form(line).numbers) is printed


@pytest.mark.parametrize(
    ("fields", "thai", "english"),
    [
        ({"semester": Semester.FIRST, "year_to": 2025}, "1/2568", "1/2025"),
        ({"semester": Semester.BOTH, "year_from": 2023, "year_to": 2025}, "1, 2/2566–2568", "1, 2/2023–2025"),
        ({"semester": Semester.SUMMER, "year_from": 2025}, "3/2568", "3/2025"),
        ({"semester": Semester.SECOND}, "2", "2"),
        ({"detail_th": "ภาคการศึกษาที่ 2", "detail_en": "Second semester"}, "ภาคการศึกษาที่ 2", "Second semester"),
        ({"year_from": 2025, "year_to": 2025}, "2568", "2025"),
    ],
)
def test_semesters_are_written_as_the_form_writes_them(fields: dict[str, Any], thai: str, english: str) -> None:
    line = entry(CvKind.TEACHING, "วิชา", "Course", level=DegreeLevel.BACHELOR, hours_per_week=4.5, **fields)
    assert cells(form(line), "3.1") == [["3.1.1", "ปริญญาตรี", "วิชา", "4.5", thai]]
    assert cells(form(line), "3.1", "en") == [["3.1.1", "Bachelor's", "Course", "4.5", english]]


def test_other_workload_names_activity_place_and_time() -> None:
    service = entry(CvKind.SERVICE, institution_th="อบต. สมมติ", hours_per_week=3.0)
    research = entry(CvKind.RESEARCH, institution_th="กองทุนสมมติ", year_from=2025)
    duty = entry(CvKind.ADMINISTRATION, hours_per_week=1.5)
    found = form(service, research, duty)
    assert cells(found, "3.3") == [["3.3.1", "ก · อบต. สมมติ", "3 ชั่วโมง"]]
    assert cells(found, "3.2") == [["3.2.1", "ก", "กองทุนสมมติ", "2568–ปัจจุบัน"]]
    assert cells(found, "3.4", "en") == [["3.4.1", "A", "1.5 hours"]]


def test_sensitive_values_are_withheld_unless_asked_for() -> None:
    bare = form()
    assert [bare.section(number).withheld for number in ("1.1", "1.2")] == [True, True]
    details = PersonalDetails(birth_date=date(1984, 11, 23), salary=Decimal("58390.50"), telephone="081")
    found = form(details=details, sensitive=True)
    assert cells(found, "1.1") == [["", "23 พฤศจิกายน พ.ศ. 2527"]]
    assert cells(found, "1.2") == [["", "41 ปี"]]
    assert cells(found, "2.1", "en") == [["", "Salary 58,390.50 baht"]]
    assert found.header["telephone"] == Words("081", "081")
    assert not found.section("1.1").withheld


def test_a_value_that_cannot_be_read_is_said_so_in_the_form() -> None:
    lost = Unreadable("gAAAA")
    found = form(details=PersonalDetails(birth_date=lost, salary=lost, telephone=lost), sensitive=True)
    told = [cells(found, number)[0][1] for number in ("1.1", "1.2", "2.1")] + [found.header["telephone"].th]
    assert all("อ่านข้อมูลที่จัดเก็บไว้ไม่ได้" in words for words in told)


@pytest.mark.parametrize(
    ("prefix", "thai", "english"),
    [
        ({"prefix": NamePrefix.MISS}, "นางสาวสมมติ นามสมมุติ", "Miss Sommot Namsommut"),
        (
            {"prefix": NamePrefix.RANK, "service_rank_th": "ร้อยตรี", "service_rank_en": "Sub-Lieutenant"},
            "ร้อยตรี สมมติ นามสมมุติ",
            "Sub-Lieutenant Sommot Namsommut",
        ),
        ({}, "สมมติ นามสมมุติ", "Sommot Namsommut"),
    ],
)
def test_the_name_carries_the_prefix_of_the_form(prefix: dict[str, Any], thai: str, english: str) -> None:
    assert form(profile=profile(**prefix)).header["name"] == Words(thai, english)


def test_the_third_method_asks_lifetime_figures_and_all_projects_headed() -> None:
    old = entry(CvKind.RESEARCH, "โครงการเก่า", "Old project", institution_th="ทุนหนึ่ง", year_from=2001, year_to=2003)
    counted = profile(h_index=9, works_cited=31, citations=1284, counted_on=date(2026, 9, 30))
    rows = form(old, profile=counted).method_3.rows
    assert [(row.number, row.cells[0].th) for row in rows] == [
        ("(2)", "จำนวนผลงานที่ได้รับการอ้างอิง 31 เรื่อง (ณ วันที่ 30 กันยายน พ.ศ. 2569)"),
        ("(2)", "จำนวนครั้งที่ได้รับการอ้างอิง 1,284 ครั้ง (ณ วันที่ 30 กันยายน พ.ศ. 2569)"),
        ("(3)", "ค่า life-time h-index 9 จากฐานข้อมูล Scopus (ณ วันที่ 30 กันยายน พ.ศ. 2569)"),
        ("(4)", "โครงการเก่า แหล่งทุน ทุนหนึ่ง"),
    ]


@pytest.mark.parametrize(
    ("born", "years"), [(date(2000, 11, 22), 26), (date(2000, 11, 23), 25), (date(2000, 2, 29), 26)]
)
def test_age_is_whole_years(born: date, years: int) -> None:
    assert age_on(born, ON) == years


@pytest.mark.parametrize(
    ("since", "served"),
    [
        (date(2026, 11, 22), (0, 0)),
        (date(2026, 10, 23), (0, 0)),
        (date(2026, 10, 22), (0, 1)),
        (date(2010, 6, 1), (16, 5)),
        (date(2027, 1, 1), (0, 0)),
    ],
)
def test_service_is_whole_years_and_months(since: date, served: tuple[int, int]) -> None:
    assert length_of_service(since, ON) == served


@pytest.mark.parametrize(
    ("typed", "tidy"),
    [
        ("0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("https://orcid.org/0000-0002-1694-233X", "0000-0002-1694-233X"),
        ("000000021825009x", None),
        ("0000000218250097", "0000-0002-1825-0097"),
        ("0000-0002-1825-0098", None),
        ("orcid", None),
    ],
)
def test_orcid_is_checked_by_its_last_sign(typed: str, tidy: str | None) -> None:
    assert tidy_orcid(typed) == tidy


def test_gaps_name_what_is_missing_and_end_with_it() -> None:
    degree = entry(CvKind.EDUCATION, level=DegreeLevel.DOCTORAL)
    rank = entry(CvKind.APPOINTMENT, rank=AcademicRank.ASSISTANT_PROFESSOR)
    course = entry(CvKind.TEACHING)
    found = gaps_of(Facts(owner=OWNER, entries=(degree, rank, course)), has_details=False)
    assert [gap.code for gap in found] == [
        "prefix",
        "details",
        "position",
        "field_code",
        "employed",
        f"year:{degree.id}",
        f"thesis:{degree.id}",
        f"dated:{rank.id}",
        f"mode:{rank.id}",
        f"hours:{course.id}",
        "empty:research",
        "empty:service",
    ]
    whole = (
        entry(CvKind.EDUCATION, level=DegreeLevel.DOCTORAL, year_to=2015, thesis_th="เรื่อง"),
        entry(CvKind.APPOINTMENT, rank=AcademicRank.LECTURER, dated=date(2010, 6, 1)),
        entry(CvKind.TEACHING, hours_per_week=3.0),
        entry(CvKind.RESEARCH),
        entry(CvKind.SERVICE, hours_per_week=1.0),
    )
    known = profile(prefix=NamePrefix.MR, position_th="อาจารย์", field_code="0602")
    assert gaps_of(Facts(owner=OWNER, entries=whole, profile=known), has_details=True) == []
