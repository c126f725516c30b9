"""Dissemination in print: its place among the chapters, its words in both languages, and tables higher than a page."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from flask import Flask
from flask_babel import force_locale

from portfolio.core.db import session, transaction
from portfolio.dossier.dissemination import dissemination
from portfolio.dossier.document import (
    Document,
    EvidenceRef,
    Language,
    Meta,
    Run,
    Section,
    Table,
    plain_text,
)
from portfolio.dossier.sections import build_draft
from portfolio.dossier.terms import Terms
from portfolio.dossier.writers.html import to_html
from portfolio.dossier.writers.process import render
from portfolio.organizations.models import Role
from tests.builders.organizations import make_person
from tests.builders.submissions import make_portfolio
from tests.builders.works import make_contribution, make_dissemination, make_mission_entry, make_rule_set, make_work
from tests.portfolio.dossier.pdftext import body_text, squeezed


def entry(**changes: Any) -> dict[str, Any]:
    """An entry as snapshots keep it."""
    return {
        "way": "forum",
        "title_th": "เวทีคืนข้อมูลน้ำ",
        "title_en": "Water forum",
        "place_th": "ศาลาประชาคม",
        "place_en": "",
        "audience_th": "ผู้ใช้น้ำ",
        "audience_en": "Water users",
        "people": 1200,
        "year": 2025,
        "begun_on": "2025-11-24",
        "ended_on": "2025-11-25",
        "url": "https://example.org/forum",
        "note_th": "หมายเหตุ",
        "note_en": "",
        "exhibits": [3, 11],
    } | changes


def printed(app: Flask, entries: list[dict[str, Any]], language: Language = "th", *, thai: bool = False) -> Table:
    """The table of a work."""
    with app.app_context(), force_locale(language):
        (found,) = dissemination({"dissemination": entries}, Terms(language, thai))
    assert isinstance(found, Table)
    return found


def words(table: Table) -> list[list[str]]:
    """Its rows as text."""
    return [[plain_text(cell, "th") for cell in row] for row in table.rows]


@pytest.mark.parametrize(
    ("language", "what", "when"),
    [
        (
            "th",
            "เวทีคืนข้อมูลน้ำ\nศาลาประชาคม\nผู้ใช้น้ำ\n1,200 คน\nhttps://example.org/forum\nหมายเหตุ",
            "24 พ.ย. 2568 – 25 พ.ย. 2568",
        ),
        (
            "en",
            "Water forum\nศาลาประชาคม\nWater users\n1,200 people\nhttps://example.org/forum\nหมายเหตุ",
            "24 Nov 2025 – 25 Nov 2025",
        ),
    ],
)
def test_a_row_says_what_where_to_whom_and_when(app: Flask, language: Language, what: str, when: str) -> None:
    table = printed(app, [entry()], language)
    assert words(table)[0][1:3] == [what, when]
    assert [part for part in table.rows[0][3] if isinstance(part, EvidenceRef)] == [
        EvidenceRef(3, None, label="3"),
        EvidenceRef(11, None, label="11"),
    ]
    assert [part.url for part in table.rows[0][1] if isinstance(part, Run) and part.url] == [
        "https://example.org/forum"
    ]


def test_what_is_not_known_leaves_no_line(app: Flask) -> None:
    bare = {name: "" for name in ("title_en", "place_th", "audience_th", "audience_en", "url", "note_th")}
    days = {"begun_on": None, "ended_on": None}
    rows = words(printed(app, [entry(people=None, exhibits=[], **days, **bare), entry(year=None, **days)], thai=True))
    assert rows[0][1:] == ["เวทีคืนข้อมูลน้ำ", "๒๕๖๘", "–"]
    assert rows[1][0] == ""  # the way is named once
    assert rows[1][2] == "–"


def test_ways_stand_in_their_order(app: Flask) -> None:
    table = printed(app, [entry(way="record"), entry(way="visit"), entry(way="public"), entry()])
    assert [row[0] for row in words(table)] == [
        "เวทีนำเสนอผลงานในพื้นที่",
        "เปิดให้เยี่ยมชมพื้นที่",
        "เผยแพร่สู่สาธารณชน",
        "บันทึกเป็นเอกสารให้อ้างอิงได้",
    ]


def test_it_comes_before_participation_and_only_where_there_is_any(app: Flask, database: object) -> None:
    with transaction():
        owner, rules = make_person(Role.ACADEMIC), make_rule_set()
        work = make_work(owner, rules)
        make_mission_entry(work)
        make_contribution(work, name_th="ผู้ร่วมงาน สมมติ")
        portfolio = make_portfolio(owner, rules, [work])

        def titles() -> list[str]:
            session.expire_all()
            return [section.title for section in build_draft(portfolio, language="th", fictional=True).sections]

        assert "การเผยแพร่" not in titles()
        make_dissemination(work)
        found = titles()
        place = found.index("การเผยแพร่")
        assert found[place - 1] == "พันธกิจที่บูรณาการ"
        assert found[place + 1].startswith("การมีส่วนร่วมในผลงาน")


def test_a_table_higher_than_a_page_goes_on_on_the_next_one(app: Flask, tmp_path: Path) -> None:
    long = " ".join(["อาสาสมัครเป็นผู้นำเสนอผลตรวจน้ำด้วยตนเอง"] * 12)
    entries = [entry(note_th=f"{long} จบรายการที่ {number}") for number in range(1, 6)]
    meta = Meta(title="งาน", number="EnT-2569-ABCDEF", language="th", date=date(2026, 11, 24))
    whole = Document(meta, None, (Section(1, "1", "การเผยแพร่", (printed(app, entries),)),))
    render(whole, format="pdf", engine="typst", out=tmp_path / "out.pdf")
    # The text is read inside the margins: what ran over the foot of a page would be missing.
    text = squeezed(body_text(tmp_path / "out.pdf"))
    assert [squeezed(f"จบรายการที่ {number}") in text for number in range(1, 6)] == [True] * 5
    render(whole, format="docx", out=tmp_path / "out.docx")
    (table,) = docx.Document(str(tmp_path / "out.docx")).tables
    assert len(table.rows) == 6
    assert to_html(whole).count("จบรายการที่") == 5
