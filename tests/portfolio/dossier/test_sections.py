"""From frozen content to the tree: languages, figures, what is missing, references, and what review brings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask

from portfolio.core.db import engine_of
from portfolio.dossier.document import (
    QR,
    BulletList,
    CertificatePage,
    Document,
    EvidenceRef,
    FormGrid,
    Note,
    NumberedList,
    Paragraph,
    Quote,
    Run,
    Section,
    Table,
    parse_prose,
    plain_text,
)
from portfolio.dossier.models import Edition, EditionKind
from portfolio.dossier.sections import build_document, exhibit_titles, with_references
from portfolio.submissions.models import Snapshot
from tests.conftest import make_app, make_config

BODY = "ปี 2565 น้ำแห้ง [หลักฐาน 1 หน้า 2] และ [หลักฐาน 9]\n\n- ข้อแรก [หลักฐาน ๒]\n\n1. ลำดับแรก [Exhibit 2, page 3]"
NUMBER, CODE = "EnT-2569-ABCDEF", "0123456789ABCDEF"


@pytest.fixture(scope="module")
def catalogues(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application for its two languages alone; no table is ever asked."""
    folder = tmp_path_factory.mktemp("sections")
    app = make_app(make_config(f"sqlite:///{folder / 'never-asked.db'}", folder))
    yield app
    engine_of(app).dispose()


@pytest.fixture(autouse=True)
def _context(catalogues: Flask) -> Iterator[None]:
    with catalogues.app_context():
        yield


def a_work(position: int = 1, **changes: Any) -> dict[str, Any]:
    work: dict[str, Any] = {
        "position": position,
        "title_th": f"ผลงานชิ้นที่หนึ่งร้อย {position}",
        "title_en": f"A work {position}",
        "summary_th": "บทสรุปของผลงาน",
        "summary_en": "The work in short",
        "discipline_th": "วิศวกรรมแหล่งน้ำ",
        "discipline_en": "Water engineering",
        "province": {"code": "TH-55", "name_th": "น่าน", "name_en": "Nan"},
        "district": "เวียงธารา",
        "subdistrict": "แม่สายธาร",
        "theme": "water_environment",
        "period_start": "2022-03-12",
        "period_end": "2026-05-31",
        "not_for_profit": True,
        "sdgs": [6, 17],
        "change_domains": ["community", "health"],
        "missions": ["teaching", "research"],
        "sections": [
            {
                "code": "s1",
                "number": 1,
                "label_th": "สภาพการณ์ก่อนการเปลี่ยนแปลง",
                "label_en": "Situation before the change",
                "body": BODY,
            },
            {"code": "s2", "number": 2, "label_th": "การมีส่วนร่วม", "label_en": "Participation", "body": ""},
        ],
        "contributions": [
            {
                "name_th": "ผศ. ดร.ใจดี มีสุข",
                "name_en": "Asst. Prof. Dr. Jaidee Meesuk",
                "role": "principal_operator",
                "part_th": "ออกแบบ",
                "part_en": "Design",
                "is_owner": True,
            }
        ],
        "indicators": [
            {
                "name_th": "ครัวเรือน",
                "name_en": "Households",
                "unit_th": "หลัง",
                "unit_en": "houses",
                "baseline": {"value": "1234.5", "date": "2022-05-31", "source": "แบบสำรวจ [หลักฐาน 2]"},
                "outcome": {"value": "-88", "date": None, "source": ""},
                "target": None,
                "note_th": "หมายเหตุเดียว",
                "note_en": "The only note",
            }
        ],
    }
    return {**work, **changes}


def an_exhibit(number: int, works: tuple[int, ...] = (1,), **changes: Any) -> dict[str, Any]:
    exhibit: dict[str, Any] = {
        "number": number,
        "kind": "file",
        "type": "MEDIA",
        "title_th": f"หลักฐานชื่อ {number}",
        "title_en": f"Exhibit named {number}",
        "caption_th": "",
        "caption_en": "",
        "dated": "2022-04-09",
        "url": None,
        "file": {"name": "a.pdf", "sha256": "0" * 64, "size": 1, "media_type": "application/pdf", "pages": 12},
        "uses": [{"work": work, "number_in_work": number, "headings": ["s1"], "criteria": ["P1.1"]} for work in works],
    }
    return {**exhibit, **changes}


def content(**changes: Any) -> dict[str, Any]:
    """One work with two exhibits, in the shape that submissions freeze."""
    frozen: dict[str, Any] = {
        "portfolio": {
            "title_th": "แฟ้มผลงาน",
            "title_en": "The portfolio",
            "position": {"code": "associate", "label_th": "รองศาสตราจารย์", "label_en": "Associate professor"},
            "field_th": "วิศวกรรม",
            "field_en": "Engineering",
            "statement_th": "ย่อหน้าแรก\n\nย่อหน้าที่สอง",
            "statement_en": "The statement",
        },
        "applicant": {
            "name_th": "ผศ. ดร.ใจดี มีสุข",
            "name_en": "Asst. Prof. Dr. Jaidee Meesuk",
            "university": {"code": "U", "name_th": "มหาวิทยาลัยสมมติ", "name_en": "Example University"},
            "faculty": {"code": "F", "name_th": "คณะวิศวกรรมศาสตร์", "name_en": "Faculty of Engineering"},
            "department_th": "ภาควิชาน้ำ",
            "department_en": "Department of Water",
        },
        "cv": [cv("education", year_to=2015), cv("appointment", year_from=2019), cv("teaching", hours_per_week="4.5")],
        "rule_set": {
            "code": "NATIONAL-2564",
            "version": 1,
            "title_th": "หลักเกณฑ์ พ.ศ. 2564",
            "title_en": "Rules of B.E. 2564",
            "work_label_th": "ผลงานรับใช้ท้องถิ่นและสังคม",
            "work_label_en": "Work serving locality and society",
        },
        "criteria_set": {
            "code": "ENT-PROVISIONAL",
            "version": 0,
            "title_th": "เกณฑ์ชั่วคราว",
            "title_en": "Provisional criteria",
            "banner_th": "ยังไม่ใช่เกณฑ์ที่สมาคมประกาศ",
            "banner_en": "Not published by the association",
            "standing": "provisional",
            "criteria": [
                {"code": "P1", "parent": None, "label_th": "ร่วมคิดร่วมทำ", "label_en": "Partnership"},
                {"code": "P1.1", "parent": "P1", "label_th": "โจทย์ร่วม", "label_en": "Joint problem"},
                {"code": "P1.2", "parent": "P1", "label_th": "บทบาท", "label_en": "Roles"},
            ],
        },
        "works": [a_work()],
        "evidence": [an_exhibit(1), an_exhibit(2)],
    }
    return {**frozen, **changes}


def cv(kind: str, **changes: Any) -> dict[str, Any]:
    entry: dict[str, Any] = {"kind": kind, "title_th": "เรื่อง", "title_en": "Matter"}
    entry |= {"institution_th": "ที่แห่งหนึ่ง", "institution_en": "Somewhere", "detail_th": "", "detail_en": ""}
    return {**entry, "year_from": None, "year_to": None, "hours_per_week": None, **changes}


def result(**changes: Any) -> dict[str, Any]:
    work = {
        "position": 1,
        "title_th": "ผลงานที่ตัดสิน",
        "title_en": "The work decided on",
        "grade": "a_plus",
        "reason_th": "เหตุผลของมติ",
        "reason_en": "The reason",
        "certificate_number": "EnT-C-2569-XYZ",
        "certificate_code": "C" * 16,
        "remarks": ["ข้อคิดเห็นหนึ่ง", "ข้อคิดเห็นสอง"],
    }
    whole = {"kind": "result", "works": [work], "remarks": ["ต่อทั้งแฟ้ม"], "decided_on": "2026-11-17"}
    return {**whole, **changes}


def built(
    frozen: dict[str, Any] | None = None,
    language: str = "th",
    *,
    thai: bool = False,
    sections: list[dict[str, Any]] | None = None,
    kind: EditionKind = EditionKind.FULL,
) -> Document:
    return build_document(
        edition(frozen, language, thai=thai, sections=sections, kind=kind), public_url="http://e.example"
    )


def edition(
    frozen: dict[str, Any] | None = None,
    language: str = "th",
    *,
    thai: bool = False,
    sections: list[dict[str, Any]] | None = None,
    kind: EditionKind = EditionKind.FULL,
) -> Edition:
    inputs = {"code": CODE, "kind": kind.value, "fictional": True, "sections": sections or []}
    return Edition(
        snapshot=Snapshot(content=json.dumps(frozen or content(), ensure_ascii=False)),
        kind=kind,
        language=language,
        thai_digits=thai,
        number=NUMBER,
        dated=date(2026, 11, 23),
        inputs=json.dumps(inputs, ensure_ascii=False),
        inputs_digest="d" * 64,
    )


def titles(document: Document) -> list[str]:
    return [f"{section.number} {section.title}".strip() for section in document.sections]


def titled(document: Document, title: str) -> Section:
    return next(section for section in document.sections if section.title == title)


def facts(section: Section) -> dict[str, str]:
    return {row.label: row.value for block in section.blocks if isinstance(block, FormGrid) for row in block.rows}


def cells(section: Section) -> list[list[str]]:
    tables = [block for block in section.blocks if isinstance(block, Table)]
    return [[plain_text(cell, "th") for cell in row] for block in tables for row in block.rows]


def words(document: Document) -> str:
    return json.dumps(document.to_plain(), ensure_ascii=False)


def test_order_and_numbers_in_thai() -> None:
    assert titles(built()) == [
        "1 ข้อมูลผู้ขอกำหนดตำแหน่ง",
        "1.1 บทสรุปของแฟ้มผลงาน",
        "1.2 การศึกษา",
        "1.3 ประวัติการดำรงตำแหน่ง",
        "1.4 ภาระงานสอน",
        "2 ผลงานชิ้นที่หนึ่งร้อย 1",
        "2.1 บทสรุป",
        "2.2 สภาพการณ์ก่อนการเปลี่ยนแปลง",
        "2.3 การมีส่วนร่วม",
        "2.4 ตัวชี้วัดก่อนและหลังการเปลี่ยนแปลง",
        "2.5 การมีส่วนร่วมในผลงาน",
        "3 หลักฐานตามเกณฑ์คุณภาพ",
        "4 รายการหลักฐาน",
        "5 เกี่ยวกับเอกสารนี้",
    ]


def test_order_and_numbers_in_english() -> None:
    assert titles(built(language="en")) == [
        "1 The applicant",
        "1.1 Summary of the portfolio",
        "1.2 Education",
        "1.3 Positions held",
        "1.4 Teaching load",
        "2 A work 1",
        "2.1 Summary",
        "2.2 Situation before the change",
        "2.3 Participation",
        "2.4 Indicators before and after",
        "2.5 Contributions to the work",
        "3 Evidence by criterion",
        "4 List of evidence",
        "5 About this document",
    ]


def test_chapters_begin_a_page_but_the_first() -> None:
    chapters = [section for section in built().sections if section.level == 1]
    assert [section.new_page for section in chapters] == [False, True, True, True, True]


def test_cover_says_who_what_and_by_which_rules() -> None:
    cover = built().cover
    assert cover is not None
    assert cover.organization == "สมาคมพันธกิจสัมพันธ์มหาวิทยาลัยกับสังคม"
    assert cover.label == "ชุดเอกสารประกอบการขอตำแหน่งทางวิชาการ · ฉบับเต็ม"
    assert (cover.title, cover.subtitle) == ("แฟ้มผลงาน", "ผลงานรับใช้ท้องถิ่นและสังคม")
    assert {line.label: line.value for line in cover.lines} == {
        "ผู้ขอกำหนดตำแหน่ง": "ผศ. ดร.ใจดี มีสุข",
        "สังกัด": "ภาควิชาน้ำ คณะวิศวกรรมศาสตร์ มหาวิทยาลัยสมมติ",
        "ตำแหน่งทางวิชาการที่ขอ": "รองศาสตราจารย์",
        "สาขาวิชา": "วิศวกรรม",
        "ชุดหลักเกณฑ์": "หลักเกณฑ์ พ.ศ. 2564",
    }


def test_cover_of_the_edition_for_human_resources_in_english() -> None:
    cover = built(language="en", kind=EditionKind.HR).cover
    assert cover is not None
    assert cover.label == "Dossier for an academic position · Edition for human resources"
    assert cover.lines[1].value == "Department of Water, Faculty of Engineering, Example University"


def test_thai_numerals_stand_in_what_the_service_prints_and_not_in_what_people_wrote() -> None:
    document = built(thai=True)
    assert titles(document)[5] == "๒ ผลงานชิ้นที่หนึ่งร้อย 1"
    assert titles(document)[1] == "๑.๑ บทสรุปของแฟ้มผลงาน"
    assert facts(document.sections[5])["ระยะเวลาดำเนินการ"] == "๑๒ มีนาคม พ.ศ. ๒๕๖๕ – ๓๑ พฤษภาคม พ.ศ. ๒๕๖๙"
    assert facts(document.sections[5])["เป้าหมายการพัฒนาที่ยั่งยืน"].startswith("๖ ")
    assert facts(document.sections[-1])["ชุดหลักเกณฑ์"] == "หลักเกณฑ์ พ.ศ. ๒๕๖๔\nNATIONAL-2564 v1"
    assert facts(document.sections[-1])["เลขที่เอกสาร"] == NUMBER
    assert cells(titled(document, "การศึกษา"))[0][-1] == "๒๕๕๘"
    assert cells(titled(document, "รายการหลักฐาน"))[0][-2:] == ["๙ เม.ย. ๒๕๖๕", "๑๒"]
    first = titled(document, "สภาพการณ์ก่อนการเปลี่ยนแปลง").blocks[0]
    assert isinstance(first, Paragraph)
    assert plain_text(first.runs, "th", True).startswith("ปี 2565 น้ำแห้ง (หลักฐานลำดับที่ ๑ หน้า ๒)")


def test_missing_words_come_from_the_other_language() -> None:
    frozen = content()
    frozen["portfolio"] |= {"title_en": "", "field_en": None}
    document = built(frozen, "en")
    assert document.meta.title == "แฟ้มผลงาน"
    assert facts(document.sections[0])["Field"] == "วิศวกรรม"


def test_what_nobody_filled_in_leaves_no_line() -> None:
    bare = a_work(
        summary_th="", summary_en="", discipline_th="", discipline_en="", province=None, district="", subdistrict=""
    )
    bare |= {"theme": None, "period_start": None, "period_end": None, "not_for_profit": False, "sdgs": []}
    bare |= {"change_domains": [], "missions": [], "contributions": [], "indicators": []}
    frozen = content(works=[bare], cv=[], criteria_set=None, evidence=[])
    frozen["portfolio"] |= {"position": None, "statement_th": "", "statement_en": ""}
    frozen["applicant"] |= {"university": None, "faculty": None, "department_th": "", "department_en": ""}
    document = built(frozen)
    assert titles(document) == [
        "1 ข้อมูลผู้ขอกำหนดตำแหน่ง",
        "2 ผลงานชิ้นที่หนึ่งร้อย 1",
        "2.1 สภาพการณ์ก่อนการเปลี่ยนแปลง",
        "2.2 การมีส่วนร่วม",
        "3 เกี่ยวกับเอกสารนี้",
    ]
    assert facts(document.sections[0]) == {
        "ชื่อ": "ผศ. ดร.ใจดี มีสุข",
        "ชื่อภาษาอังกฤษ": "Asst. Prof. Dr. Jaidee Meesuk",
        "สาขาวิชา": "วิศวกรรม",
    }
    assert facts(document.sections[1]) == {}
    assert "ชุดเกณฑ์" not in facts(document.sections[-1])


def test_empty_section_says_so() -> None:
    assert titled(built(), "การมีส่วนร่วม").blocks == (Paragraph((Run("ไม่มีเนื้อหาในหัวข้อนี้"),)),)


def test_portfolio_without_works_is_still_a_document() -> None:
    assert titles(built(content(works=[], evidence=[])))[5:] == ["2 หลักฐานตามเกณฑ์คุณภาพ", "3 เกี่ยวกับเอกสารนี้"]


def test_several_works_are_numbered() -> None:
    document = built(content(works=[a_work(1), a_work(2)]), thai=True)
    chapters = [title for title, section in zip(titles(document), document.sections, strict=True) if section.level == 1]
    assert chapters[1:3] == ["๒ ผลงานที่ ๑ ผลงานชิ้นที่หนึ่งร้อย 1", "๓ ผลงานที่ ๒ ผลงานชิ้นที่หนึ่งร้อย 2"]
    assert "Work 2: A work 2" in [
        section.title for section in built(content(works=[a_work(1), a_work(2)]), "en").sections
    ]


@pytest.mark.parametrize(
    ("place", "thai", "english"),
    [
        ({}, "ต.แม่สายธาร อ.เวียงธารา จ.น่าน", "แม่สายธาร, เวียงธารา, Nan"),
        ({"subdistrict": ""}, "อ.เวียงธารา จ.น่าน", "เวียงธารา, Nan"),
        (
            {"subdistrict": "ตำบลแม่สายธาร", "district": "อ. เวียงธารา"},
            "ต.แม่สายธาร อ.เวียงธารา จ.น่าน",
            "แม่สายธาร, เวียงธารา, Nan",
        ),
        (
            {
                "subdistrict": "วังใหม่",
                "district": "เขตปทุมวัน",
                "province": {"code": "TH-10", "name_th": "กรุงเทพมหานคร", "name_en": "Bangkok"},
            },
            "แขวงวังใหม่ เขตปทุมวัน กรุงเทพมหานคร",
            "วังใหม่, ปทุมวัน, Bangkok",
        ),
    ],
)
def test_place_is_written_as_on_a_letter(place: dict[str, Any], thai: str, english: str) -> None:
    frozen = content(works=[a_work(**place)])
    assert facts(built(frozen).sections[5])["พื้นที่"] == thai
    assert facts(built(frozen, "en").sections[5])["Area"] == english


def test_years_are_of_the_language_and_an_open_one_reaches_to_the_present() -> None:
    thai, english = built(), built(language="en")
    assert cells(titled(thai, "การศึกษา")) == [["เรื่อง", "ที่แห่งหนึ่ง", "2558"]]
    assert cells(titled(english, "Education")) == [["Matter", "Somewhere", "2015"]]
    assert cells(titled(thai, "ประวัติการดำรงตำแหน่ง"))[0][-1] == "2562–ปัจจุบัน"
    assert cells(titled(english, "Positions held"))[0][-1] == "2019–present"
    assert cells(titled(thai, "ภาระงานสอน"))[0][-1] == "4.5"


def test_references_follow_the_portfolios_count_and_unknown_ones_stay_text() -> None:
    text = "ก [หลักฐาน 1 หน้า 2] ข [หลักฐาน ๒] ค [Exhibit 1, p. 4] ง [หลักฐาน 9] จ [หลักฐาน สอง]"
    (block,) = with_references(parse_prose(text), {1: 13, 2: 14})
    assert isinstance(block, Paragraph)
    assert block.runs == (
        Run("ก ("),
        EvidenceRef(13, 2),
        Run(")"),
        Run(" ข ("),
        EvidenceRef(14),
        Run(")"),
        Run(" ค ("),
        EvidenceRef(13, 4),
        Run(")"),
        Run(" ง [หลักฐาน 9] จ [หลักฐาน สอง]"),
    )


def test_several_exhibits_in_one_bracket_stay_in_one_bracket_and_links_are_left_alone() -> None:
    text = "**ก [หลักฐาน 1, 2 หน้า 3]** [หลักฐาน 1, 9] [ดู](https://a.example)"
    (block,) = with_references(parse_prose(text), {1: 13, 2: 14})
    assert isinstance(block, Paragraph)
    assert block.runs == (
        Run("ก (", bold=True),
        EvidenceRef(13),
        Run(", ", bold=True),
        EvidenceRef(14, 3),
        Run(")", bold=True),
        Run(" [หลักฐาน 1, 9] "),
        Run("ดู", url="https://a.example"),
    )


def test_references_are_found_in_lists_too() -> None:
    section = titled(built(), "สภาพการณ์ก่อนการเปลี่ยนแปลง")
    opening, bullets, numbers = section.blocks
    assert isinstance(opening, Paragraph)
    assert isinstance(bullets, BulletList)
    assert isinstance(numbers, NumberedList)
    assert plain_text(opening.runs, "th") == "ปี 2565 น้ำแห้ง (หลักฐานลำดับที่ 1 หน้า 2) และ [หลักฐาน 9]"
    assert EvidenceRef(2) in bullets.entries[0]
    assert EvidenceRef(2, 3) in numbers.entries[0]


def test_page_nought_is_no_page() -> None:
    (block,) = with_references(parse_prose("[หลักฐาน 1 หน้า 0]"), {1: 1})
    assert isinstance(block, Paragraph)
    assert EvidenceRef(1) in block.runs


def test_indicators_show_figures_dates_and_whence_they_come() -> None:
    section = titled(built(), "ตัวชี้วัดก่อนและหลังการเปลี่ยนแปลง")
    assert cells(section) == [["ครัวเรือน\n(หลัง)", "1,234.5\n31 พ.ค. 2565", "−88", "−1,322.5", ""]]
    notes = section.blocks[-1]
    assert isinstance(notes, BulletList)
    (note,) = notes.entries
    assert note[0] == Run("ครัวเรือน", bold=True)
    assert EvidenceRef(2) in note
    assert plain_text(note, "th").split("\n") == [
        "ครัวเรือน",
        "แหล่งข้อมูลก่อนการเปลี่ยนแปลง: แบบสำรวจ (หลักฐานลำดับที่ 2)",
        "หมายเหตุ: หมายเหตุเดียว",
    ]


def test_contributions_name_the_role_in_the_language() -> None:
    assert cells(titled(built(), "การมีส่วนร่วมในผลงาน")) == [["ผศ. ดร.ใจดี มีสุข", "ผู้ดำเนินการหลัก", "ออกแบบ"]]
    assert cells(titled(built(language="en"), "Contributions to the work")) == [
        ["Asst. Prof. Dr. Jaidee Meesuk", "Principal operator", "Design"]
    ]


def test_english_edition_says_that_thai_sections_are_printed_as_written() -> None:
    said = "The sections of this work were written in Thai and are printed as they were assessed."
    assert Note((Run(said),)) in built(language="en").sections[5].blocks
    assert not [block for block in built().sections[5].blocks if isinstance(block, Note)]
    english = a_work(sections=[{**a_work()["sections"][0], "body": "Everything was written in English."}])
    assert said not in words(built(content(works=[english]), "en"))


def test_criteria_stand_under_their_principle_with_their_exhibits() -> None:
    section = titled(built(), "หลักฐานตามเกณฑ์คุณภาพ")
    assert Note((Run("ยังไม่ใช่เกณฑ์ที่สมาคมประกาศ"),)) in section.blocks
    assert cells(section) == [
        ["P1", "ร่วมคิดร่วมทำ", ""],
        ["P1.1", "โจทย์ร่วม", "1, 2"],
        ["P1.2", "บทบาท", "ไม่ได้ระบุหลักฐาน"],
    ]


def test_published_criteria_carry_no_warning() -> None:
    frozen = content()
    frozen["criteria_set"]["standing"] = "ent"
    assert not [block for block in titled(built(frozen), "หลักฐานตามเกณฑ์คุณภาพ").blocks if isinstance(block, Note)]


def test_list_of_evidence_shows_links_and_captions() -> None:
    link = an_exhibit(3, url="https://example.org/a", file=None, dated=None, caption_th="คำอธิบาย")
    section = titled(built(content(evidence=[an_exhibit(1), link])), "รายการหลักฐาน")
    assert cells(section)[1] == ["3", "หลักฐานชื่อ 3\nคำอธิบาย\nhttps://example.org/a", cells(section)[0][2], "", ""]
    (block,) = section.blocks
    assert isinstance(block, Table)
    assert block.rows[1][1][-1] == Run("https://example.org/a", url="https://example.org/a")


def test_titles_of_exhibits_for_binding() -> None:
    assert exhibit_titles(edition(language="en")) == {1: "Exhibit named 1", 2: "Exhibit named 2"}


def test_result_carries_level_reason_remarks_and_certificate() -> None:
    document = built(sections=[result()])
    assert document.meta.confidential
    assert titles(document)[-6:] == [
        "5 ผลการพิจารณาของสมาคม",
        "5.1 ผลงานที่ตัดสิน",
        "ข้อคิดเห็นของผู้ทรงคุณวุฒิ (ไม่เปิดเผยชื่อ)",
        "5.2 ข้อคิดเห็นต่อแฟ้มผลงานทั้งแฟ้ม",
        "5.3 ใบรับรองเลขที่ EnT-C-2569-XYZ",
        "6 เกี่ยวกับเอกสารนี้",
    ]
    outcome = titled(document, "ผลการพิจารณาของสมาคม")
    assert cells(outcome) == [["1", "ผลงานที่ตัดสิน", "A+", "EnT-C-2569-XYZ"]]
    assert Note((Run("ระดับที่แสดงเป็นระดับของสมาคม ไม่ผูกพันการพิจารณาของสถาบัน"),)) in outcome.blocks
    assert titled(document, "ข้อคิดเห็นต่อแฟ้มผลงานทั้งแฟ้ม").blocks == (Quote((Run("ต่อทั้งแฟ้ม"),)),)
    (certificate,) = titled(document, "ใบรับรองเลขที่ EnT-C-2569-XYZ").blocks
    assert isinstance(certificate, CertificatePage)
    assert certificate.heading == "ใบรับรองคุณภาพ\nผลงานวิชาการรับใช้สังคม"
    assert (certificate.recipient, certificate.subject) == ("ผศ. ดร.ใจดี มีสุข", "ผลงานที่ตัดสิน")
    assert (certificate.level, certificate.date) == ("A+", "17 พฤศจิกายน พ.ศ. 2569")


def test_result_without_remarks_and_certificate_leaves_them_out() -> None:
    bare = result(remarks=[])
    bare["works"][0] |= {
        "remarks": [],
        "reason_th": "",
        "reason_en": "",
        "certificate_number": None,
        "grade": "below_b",
    }
    document = built(sections=[bare], kind=EditionKind.HR)
    assert titles(document)[-2:] == ["5 ผลการพิจารณาของสมาคม", "6 เกี่ยวกับเอกสารนี้"]
    assert cells(titled(document, "ผลการพิจารณาของสมาคม")) == [["1", "ผลงานที่ตัดสิน", "ต่ำกว่า B", "–"]]
    assert "ข้อคิดเห็น" not in words(document)


def test_without_a_result_nothing_is_confidential_and_the_outcome_is_not_mentioned_as_given() -> None:
    document = built()
    assert not document.meta.confidential
    assert "ผลการพิจารณาของสมาคม" not in [section.title for section in document.sections]


def test_last_chapter_tells_how_to_verify_and_that_nobody_is_bound() -> None:
    about = built().sections[-1]
    assert Paragraph((Run("ผลของสมาคมไม่ผูกพันการพิจารณาของสถาบัน"),)) in about.blocks
    assert QR(f"http://e.example/verify/{CODE}", "สแกนหรือเปิดที่อยู่นี้เพื่อตรวจสอบเอกสาร") in about.blocks
    assert facts(about) == {
        "เลขที่เอกสาร": NUMBER,
        "ออกเมื่อ": "23 พฤศจิกายน พ.ศ. 2569",
        "ชุดหลักเกณฑ์": "หลักเกณฑ์ พ.ศ. 2564\nNATIONAL-2564 v1",
        "ชุดเกณฑ์": "เกณฑ์ชั่วคราว\nENT-PROVISIONAL v0",
        "ค่าตรวจสอบข้อมูลต้นทาง (SHA-256)": "d" * 64,
    }


@pytest.mark.parametrize("thai", [True, False])
def test_same_edition_gives_the_same_tree(thai: bool) -> None:
    assert built(thai=thai, sections=[result()]).to_json() == built(thai=thai, sections=[result()]).to_json()
