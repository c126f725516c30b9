"""The sample reviews read as three judges' own: complete, from outside, nameless, never the same twice."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from statistics import mean
from typing import Any

import pytest
from icu4py.breakers import WordBreaker

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "review" / "scoring" / "sample_data"
CRITERIA = [f"P{p}.{n}" for p, last in ((1, 4), (2, 3), (3, 4), (4, 5)) for n in range(1, last + 1)]
# Lowest first.
GRADES = ["below_b", "b", "a", "a_plus"]
REPEAT = 40


def load(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


PANELS = {path.stem: load(path) for path in sorted(FOLDER.glob("*.toml"))}
WORKS = {slug: load(ROOT / "portfolio" / "works" / "sample_data" / f"{slug}.toml") for slug in PANELS}
PEOPLE = {
    person["email"]: person
    for person in load(ROOT / "portfolio" / "accounts" / "sample_data" / "people.toml")["people"]
}
TERMS = load(ROOT / "portfolio" / "core" / "i18n" / "terms.toml")["terms"]

each_panel = pytest.mark.parametrize("panel", PANELS.values(), ids=PANELS.keys())


def words(text: str) -> int:
    """Count words as ICU's Thai dictionary sees them; spaces and signs are not words."""
    breaker = WordBreaker(text, "th")
    return sum(any(sign.isalnum() for sign in text[start:end]) for start, end in breaker.segments())


def thai_texts(panel: dict[str, Any]) -> Iterator[str]:
    yield panel["decision_reason_th"]
    if "letter_note_th" in panel:
        yield panel["letter_note_th"]
    for review in panel["review"]:
        yield review["overall_reason"]
        yield from (review[key] for key in ("remark", "confidential") if key in review)
        yield from (score["reason"] for score in review["score"])


def first_of_portfolio(slug: str) -> bool:
    """Whether the work comes first in its owner's portfolio, which takes works in the order of their files."""
    return slug == min(other for other in WORKS if WORKS[other]["owner"] == WORKS[slug]["owner"])


def majority(panel: dict[str, Any]) -> str | None:
    grade, votes = Counter(review["overall"] for review in panel["review"]).most_common(1)[0]
    return grade if votes * 2 > len(panel["review"]) else None


def test_the_panels_reach_three_different_levels() -> None:
    assert {slug: majority(panel) for slug, panel in PANELS.items()} == {
        "clean-water-mae-sai-than": "a",
        "no-one-grows-old-alone": "a_plus",
        "one-basket-of-medicines": "b",
        "patterns-come-home": "b",
        "rain-gauges-that-speak": "b",
        "sharing-the-sun-chilli": "a",
    }


def test_no_panel_is_of_one_mind() -> None:
    assert [slug for slug, panel in PANELS.items() if len({review["overall"] for review in panel["review"]}) == 1] == []


@each_panel
def test_three_reviewers_come_from_other_universities_than_the_owner(panel: dict[str, Any]) -> None:
    owner = PEOPLE[WORKS[panel["work"]]["owner"]]
    reviewers = [PEOPLE[review["reviewer"]] for review in panel["review"]]
    assert len({person["email"] for person in reviewers}) == 3
    assert all("reviewer" in person["roles"] for person in reviewers)
    assert owner["organization"] not in {person["organization"] for person in reviewers}


def test_a_portfolio_has_one_panel_for_all_its_works() -> None:
    panels: dict[str, set[tuple[str, ...]]] = {}
    for slug, panel in PANELS.items():
        reviewers = tuple(sorted(review["reviewer"] for review in panel["review"]))
        panels.setdefault(WORKS[slug]["owner"], set()).add(reviewers)
    assert [owner for owner, found in panels.items() if len(found) > 1] == []


@each_panel
def test_every_criterion_is_scored_with_a_reason(panel: dict[str, Any]) -> None:
    for review in panel["review"]:
        assert [score["criterion"] for score in review["score"]] == CRITERIA
        assert {score["level"] for score in review["score"]} <= set(range(6))
        assert [score["reason"] for score in review["score"] if not 15 <= words(score["reason"]) <= 45] == []


@each_panel
def test_words_have_the_length_asked_for(panel: dict[str, Any]) -> None:
    assert 40 <= words(panel["decision_reason_th"]) <= 80
    assert 40 <= len(panel["decision_reason_en"].split()) <= 80
    for review in panel["review"]:
        assert 40 <= words(review["overall_reason"]) <= 90
        assert ("remark" in review, "confidential" in review) == (first_of_portfolio(panel["work"]),) * 2
        if "remark" in review:
            assert 60 <= words(review["remark"]) <= 120
            assert 30 <= words(review["confidential"]) <= 60


@each_panel
def test_judges_differ_and_whoever_gives_the_higher_level_also_scores_higher(panel: dict[str, Any]) -> None:
    levels = [tuple(score["level"] for score in review["score"]) for review in panel["review"]]
    assert len(set(levels)) == 3
    found: dict[str, list[float]] = {}
    for review, given in zip(panel["review"], levels, strict=True):
        found.setdefault(review["overall"], []).append(mean(given))
    ranked = [found[grade] for grade in GRADES if grade in found]
    assert all(max(lower) < min(higher) for lower, higher in pairwise(ranked))


@each_panel
def test_nobody_is_named(panel: dict[str, Any]) -> None:
    # Only those who could appear: the name of an officer is also the end of an ordinary word.
    scholars = [person for person in PEOPLE.values() if {"academic", "reviewer"} & set(person["roles"])]
    names = {person[key] for person in scholars for key in ("given_th", "family_th", "given_en", "family_en")}
    names |= {one["name_th"].split()[-1] for one in WORKS[panel["work"]]["contributors"]}
    for text in [*thai_texts(panel), panel["decision_reason_en"], panel.get("letter_note_en", "")]:
        assert {name for name in names if name in text} == set()


def test_no_judgement_repeats_another() -> None:
    seen: set[str] = set()
    copied = []
    for panel in PANELS.values():
        for text in thai_texts(panel):
            flat = re.sub(r"\s+", "", text)
            own = {flat[i : i + REPEAT] for i in range(max(1, len(flat) - REPEAT + 1))}
            copied += sorted(own & seen)
            seen |= own
    assert copied == []


@each_panel
def test_wording_keeps_to_the_glossary_and_the_mark_of_fiction(panel: dict[str, Any]) -> None:
    avoided = {word for term in TERMS for word in term.get("avoid", [])}
    assert panel["fictional"] is True
    assert "ข้อมูลสมมติ" in panel["notice_th"]
    for text in thai_texts(panel):
        assert {word for word in avoided if word in text} == set()
        assert re.findall(r"[A-Za-z]+", text) == []
