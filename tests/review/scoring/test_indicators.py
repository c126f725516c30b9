"""What reviewers get of indicators: the drawing, every measurement in its table, and who measured by kind alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import lxml.html
import pytest
from flask import Flask

from portfolio.calls.models import Anonymity
from portfolio.core.db import session, transaction
from portfolio.submissions.snapshots import content_as_kept
from portfolio.works.indicators.models import FollowUp, Measurer
from portfolio.works.models import ChangeRecord, Work
from review.assignments.redaction import MARK, masked
from review.scoring.indicators import shown_indicators
from tests.builders.accounts import signed_in
from tests.builders.review import World, make_accepted
from tests.builders.works import make_change_record
from tests.review.test_blindness import CANARIES, found, plant, submitted_again
from tests.review.test_lists import counted

MEASURERS = {
    Measurer.UNIVERSITY: "นางสาวพิมพ์ลดา วัดละเอียด",
    Measurer.PARTNER: "สมาคมผู้ใช้น้ำท้ายคลอง",
    Measurer.THIRD_PARTY: "สำนักทดสอบกลางแม่ริม",
}
NAMES = (*MEASURERS.values(), "พิมพ์ลดา", "วัดละเอียด")


@dataclass
class Room:
    """A reviewer in the room of an accepted review."""

    app: Flask
    reviewer: int
    assignment: int

    def address(self, doc: str = "indicators") -> str:
        return f"/scoring/{self.assignment}/works/1?doc={doc}&c=overall"

    def page(self, language: str = "th") -> str:
        browser = signed_in(self.app, self.reviewer)
        browser.post("/language", data={"language": language, "next": "/"})
        answer = browser.get(self.address())
        assert answer.status_code == 200
        return answer.get_data(as_text=True)


def follow(record: ChangeRecord, year: int, value: str, by: Measurer) -> None:
    """A measurement whose source and note name whoever measured."""
    session.add(
        FollowUp(
            record_id=record.id,
            measured_on=date(year, 3, 1),
            value=Decimal(value),
            measured_by=by,
            measurer_name=MEASURERS[by],
            source=f"แบบบันทึกของ{MEASURERS[by]}",
            note_th=f"วัดโดย {MEASURERS[by]} ด้วยเครื่องเดิม",
        )
    )


def followed(work: Work, name_th: str) -> ChangeRecord:
    """An indicator from 2022 to 2023 with a follow-up by each kind, a target and why it changed."""
    record = make_change_record(work)
    record.name_th, record.name_en = name_th, "Water for the dry season"
    record.baseline_value, record.baseline_date = Decimal(40), date(2022, 1, 10)
    record.outcome_value, record.outcome_date = Decimal(55), date(2023, 1, 10)
    record.target_value = Decimal(70)
    record.attribution_th = f"พิมพ์ลดาวัดก่อนและหลังสร้างบ่อ ตามที่กัลยาณีวางแผน {work.title_th} [หลักฐาน 1 หน้า 1]"
    for year, value, by in zip((2024, 2025, 2026), ("61", "66.5", "72"), MEASURERS, strict=True):
        follow(record, year, value, by)
    session.flush()
    return record


def reviewing(app: Flask, anonymity: Anonymity, indicators: int = 1) -> Room:
    with transaction():
        world = World(reviewers=1, anonymity=anonymity)
        work = world.portfolio.works[0]
        for number in range(indicators):
            followed(work, f"ปริมาณน้ำในบ่อที่ {number + 1}")
        session.flush()
        session.expire_all()
        plant(world)
        submitted_again(world)
        return Room(app, world.reviewers[0].id, make_accepted(world, world.reviewers[0]).id)


def rows_of(page: str, about: str) -> list[list[str]]:
    """The cells of the table under the heading of an indicator."""
    tree = lxml.html.fromstring(page)
    (heading,) = [one for one in tree.xpath("//*[@id='viewer']//h2") if about in one.text_content()]
    section = heading.getparent()
    return [
        [" ".join(cell.text_content().split()) for cell in row.xpath("./th|./td")]
        for row in section.xpath(".//tbody/tr")
    ]


def test_double_blind_shows_every_measurement_and_the_kind_of_measurer(app: Flask, database: object) -> None:
    page = reviewing(app, Anonymity.DOUBLE).page()
    assert found((*CANARIES, *NAMES), page) == []
    rows = rows_of(page, "ปริมาณน้ำในบ่อที่ 1")
    assert [row[:3] for row in rows] == [
        ["ก่อน10 ม.ค. 2565", "40", "–"],
        ["หลัง10 ม.ค. 2566", "55", "+15"],
        ["ติดตามครั้งที่ 11 มี.ค. 2567", "61", "+21"],
        ["ติดตามครั้งที่ 21 มี.ค. 2568", "66.5", "+26.5"],
        ["ติดตามครั้งที่ 31 มี.ค. 2569", "72", "+32"],
    ]
    kinds = ("มหาวิทยาลัย", "ภาคีหรือชุมชน", "หน่วยงานหรือบุคคลภายนอก")
    assert [row[3].split("แบบบันทึก")[0] for row in rows[2:]] == list(kinds)
    assert all("ด้วยเครื่องเดิม" in row[3] for row in rows[2:])
    tree = lxml.html.fromstring(page)
    drawings = tree.xpath("(//*[@id='viewer']//figure)[last()]//svg")
    assert [one.get("aria-hidden") for one in drawings] == ["true", "true"]
    assert "66.5" in drawings[0].text_content()
    assert [len(drawings[0].xpath(f".//*[@class='ch-f{number}']")) for number in (1, 2, 3)] == [1, 1, 1]
    assert "วัดก่อนและหลังสร้างบ่อ" in tree.get_element_by_id("viewer").text_content()
    assert tree.xpath("//*[@id='viewer']//*[@class='prose']//a[contains(@href, 'doc=e1')]")


def test_single_blind_names_whoever_measured(app: Flask, database: object) -> None:
    page = reviewing(app, Anonymity.SINGLE).page()
    assert found(MEASURERS.values(), page) == list(MEASURERS.values())


def test_english_reading_is_english(app: Flask, database: object) -> None:
    page = reviewing(app, Anonymity.DOUBLE).page("en")
    assert found((*CANARIES, *NAMES), page) == []
    rows = rows_of(page, "Water for the dry season")
    assert [row[0] for row in rows][:3] == ["Before10 Jan 2022", "After10 Jan 2023", "Follow-up 11 Mar 2024"]
    assert rows[3][3].startswith("A partner or the community")


def test_more_indicators_cost_no_more_queries(app: Flask, database: object) -> None:
    room = reviewing(app, Anonymity.DOUBLE, indicators=6)
    browser = signed_in(app, room.reviewer)
    costs = []
    for doc in ("text", "indicators"):
        browser.get(room.address(doc))
        with counted(app) as statements:
            assert browser.get(room.address(doc)).status_code == 200
        costs.append(len(statements))
    assert costs[0] == costs[1]


@pytest.mark.parametrize("word", ["partner", "university", "more", "2024", "66.5"])
def test_name_spelled_like_a_code_or_a_figure_breaks_no_reading(app: Flask, database: object, word: str) -> None:
    with transaction():
        world = World(reviewers=1)
        work = world.portfolio.works[0]
        followed(work, "ปริมาณน้ำ")
        work.contributions[0].name_en = f"{word} Someone"
        session.flush()
        session.expire_all()
        submitted_again(world)
        accepted = make_accepted(world, world.reviewers[0])
        room = Room(app, world.reviewers[0].id, accepted.id)
    assert "66.5" in [row[1] for row in rows_of(room.page(), "ปริมาณน้ำ")]


def test_measurers_are_hidden_in_their_own_indicator_and_not_in_the_whole_work(app: Flask, database: object) -> None:
    with transaction():
        world = World(reviewers=1)
        work = world.portfolio.works[0]
        record = followed(work, "รายได้ของชาวบ้านท้ายคลอง")
        session.flush()
        for one in session.query(FollowUp).where(FollowUp.record_id == record.id):
            one.measurer_name = "ชาวบ้านท้ายคลอง"
            one.source = "สมุดบันทึกของชาวบ้านท้ายคลอง"
        work.summary_th = "ชาวบ้านท้ายคลองขุดบ่อเอง"
        session.flush()
        session.expire_all()
        submitted_again(world)
        content = masked(content_as_kept(world.submission.snapshots[-1]))
    (plain,) = [one for one in content["works"][0]["indicators"] if one["follow_ups"]]
    assert plain["name_th"] == "รายได้ของชาวบ้านท้ายคลอง"
    assert {(one["measurer"], one["source"]) for one in plain["follow_ups"]} == {("", f"สมุดบันทึกของ{MARK}")}
    assert content["works"][0]["summary_th"] == "ชาวบ้านท้ายคลองขุดบ่อเอง"


def test_snapshot_from_before_follow_ups_is_still_read(app: Flask, database: object) -> None:
    with transaction():
        world = World(reviewers=1)
        content = content_as_kept(world.submission.snapshots[-1])
        for one in content["works"][0]["indicators"]:
            for key in ("direction", "follow_ups", "planned"):
                del one[key]
            for key in ("method", "attribution", "other_causes"):
                del one[f"{key}_th"], one[f"{key}_en"]
    with app.test_request_context():
        shown = shown_indicators(masked(content)["works"][0], "th")["indicators"]
    assert [len(one.measurements) for one in shown] == [2]
