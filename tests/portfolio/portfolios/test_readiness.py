"""Readiness: numbers in, a list in the order of mending out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portfolio.portfolios.readiness import HeadingNumbers, PortfolioNumbers, Readiness, WorkNumbers, assess
from portfolio.record.gaps import Gap
from portfolio.record.models import CvKind

WORK = WorkNumbers(
    id=7,
    number=1,
    title_th=True,
    title_en=True,
    not_for_profit=True,
    headings=[HeadingNumbers(f"s{number}", number, 400, 400) for number in range(1, 8)],
    names_owner=True,
    evidence=3,
    indicators=2,
    complete_indicators=1,
    missing_criteria=[],
)
READY = PortfolioNumbers(
    id=3,
    position_sought=True,
    works=[WORK],
    name_th=True,
    name_en=True,
    university=True,
    criteria=16,
    cv=dict.fromkeys(CvKind, 1),
)


def codes(readiness: Readiness) -> tuple[list[str], list[str]]:
    return [point.code for point in readiness.musts], [point.code for point in readiness.shoulds]


def with_work(**changes: object) -> PortfolioNumbers:
    return replace(READY, works=[replace(WORK, **changes)])  # type: ignore[arg-type]


def test_a_whole_portfolio_has_nothing_to_mend() -> None:
    readiness = assess(READY)
    assert readiness.open == []
    assert readiness.can_submit
    assert len(readiness.ready) == len(readiness.points) == 19


@pytest.mark.parametrize(
    ("numbers", "code"),
    [
        (replace(READY, position_sought=False), "position"),
        (replace(READY, works=[]), "works"),
        (replace(READY, name_th=False), "names"),
        (replace(READY, name_en=False), "names"),
        (replace(READY, university=False), "university"),
        (with_work(title_th=False), "title_th:7"),
        (with_work(names_owner=False), "people:7"),
        (with_work(evidence=0), "evidence:7"),
        (with_work(not_for_profit=False), "not_for_profit:7"),
        (with_work(headings=[HeadingNumbers("s1", 1, 0, 400)]), "headings:7"),
    ],
)
def test_what_must_be_there_stands_in_the_way(numbers: PortfolioNumbers, code: str) -> None:
    readiness = assess(numbers)
    assert codes(readiness) == ([code], [])
    assert not readiness.can_submit


@pytest.mark.parametrize(
    ("numbers", "code"),
    [
        (with_work(title_en=False), "title_en:7"),
        (with_work(complete_indicators=0), "indicators:7"),
        (with_work(missing_criteria=["P2.3"]), "criteria:7"),
        (with_work(headings=[HeadingNumbers("s5", 5, 199, 400)]), "short:7"),
        (replace(READY, cv={kind: 1 for kind in CvKind if kind is not CvKind.TEACHING}), "cv:teaching"),
    ],
)
def test_what_should_be_there_only_warns(numbers: PortfolioNumbers, code: str) -> None:
    readiness = assess(numbers)
    assert codes(readiness) == ([], [code])
    assert readiness.can_submit


def test_half_of_the_recommended_words_is_enough() -> None:
    assert assess(with_work(headings=[HeadingNumbers("s5", 5, 200, 400)])).open == []


def test_musts_come_before_shoulds_and_the_portfolio_before_its_works() -> None:
    second = replace(WORK, id=8, number=2, evidence=0, title_en=False)
    numbers = replace(READY, position_sought=False, works=[replace(WORK, evidence=0, title_en=False), second])
    assert [point.code for point in assess(numbers).open] == [
        "position",
        "evidence:7",
        "evidence:8",
        "title_en:7",
        "title_en:8",
    ]


def test_empty_text_leads_to_its_heading() -> None:
    headings = [HeadingNumbers("s1", 1, 400, 400), HeadingNumbers("s2", 2, 0, 400), HeadingNumbers("s4", 4, 0, 400)]
    (point,) = assess(with_work(headings=headings)).musts
    assert point.endpoint == "sections.show"
    assert point.values == {"work_id": 7, "heading_code": "s2"}


def test_number_of_points_does_not_jump_while_texts_are_mended() -> None:
    empty = with_work(headings=[HeadingNumbers(f"s{number}", number, 0, 400) for number in range(1, 8)])
    assert len(assess(empty).points) == len(assess(READY).points)


def test_without_criteria_nobody_is_asked_for_them() -> None:
    points = assess(replace(READY, criteria=0)).points
    assert not any(point.code.startswith("criteria") for point in points)


def test_a_work_of_another_kind_is_not_asked_for_headings_nor_for_change() -> None:
    article = replace(READY.works[0], asks_headings=False, headings=(), not_for_profit=False, title_th=False)
    codes = {point.code.partition(":")[0] for point in assess(replace(READY, works=[article])).points}
    assert not codes & {"headings", "not_for_profit", "indicators", "short", "criteria", "title_en"}
    assert assess(replace(READY, works=[article])).can_submit
    untitled = replace(article, title_en=False)
    assert not assess(replace(READY, works=[untitled])).can_submit


def test_year_and_earlier_use_are_advised_and_stop_nobody() -> None:
    silent = replace(READY.works[0], dated=False, use_said=False)
    readiness = assess(replace(READY, works=[silent]))
    assert [point.code.partition(":")[0] for point in readiness.shoulds] == ["dated", "used"]
    assert readiness.can_submit


ASKED = replace(WORK, partners=3, unconfirmed=2, ethics=False, signers=4, unsigned=1, judged=2)
GAPS = [Gap("prefix", "คำนำหน้า", "เติม", "record.edit_profile"), Gap("empty:teaching", "", "", "record.new")]


def test_people_are_asked_before_the_own_judgement_and_all_of_it_only_warns() -> None:
    numbers = replace(READY, works=[replace(ASKED, title_en=False, broken_citations=["s2"])], gaps=GAPS)
    order = ["citations:7", "title_en:7", "partners:7", "ethics:7", "signatures:7", "self_assessment:7", "record_form"]
    assert codes(assess(numbers)) == ([], order)
    assert {point.code: point.values for point in assess(numbers).shoulds}["self_assessment:7"] == {
        "portfolio_id": 3,
        "work_id": 7,
    }


def test_work_that_stands_there_twice_is_named_and_only_warned_of() -> None:
    readiness = assess(replace(READY, works=[WORK, replace(WORK, id=8, number=2, same_as=1)]))
    (point,) = [point for point in readiness.points if point.code.startswith("twice")]
    assert (point.code, point.must, point.ready) == ("twice:8", False, False)
    assert "1" in str(point.title)
    assert "2" in str(point.title)


def test_what_is_settled_counts_as_ready_and_nobody_is_asked_twice() -> None:
    work = replace(ASKED, unconfirmed=0, ethics=True, unsigned=0, judged=16)
    readiness = assess(replace(READY, works=[work], gaps=GAPS[1:]))  # an empty part has a point of its own
    assert readiness.open == []
    assert len(readiness.points) == 24


def test_who_needs_no_form_and_has_no_partner_is_not_asked() -> None:
    readiness = assess(with_work(ethics=True, judged=None))
    assert not any(point.code.startswith(("partners", "signatures", "self")) for point in readiness.points)
