"""The sample works read as scholarship: length, sources, wording, consistency and the mark of fiction."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from icu4py.breakers import WordBreaker

PACKAGE = Path(__file__).resolve().parents[3] / "portfolio"
LEADING = ("clean-water-mae-sai-than", "no-one-grows-old-alone", "sharing-the-sun-chilli")
# Left unfinished on purpose, so that the readiness page has something to say.
DRAFTS = ("slow-tides-homestay",)
HEADINGS = {f"s{n}" for n in range(1, 8)}
CRITERIA = {f"P{p}.{n}" for p, last in ((1, 4), (2, 3), (3, 4), (4, 5)) for n in range(1, last + 1)}
THEMES = {
    "water_environment",
    "agriculture_food",
    "community_energy",
    "health_ageing",
    "education",
    "local_economy",
    "community_tourism",
    "arts_culture",
    "disaster",
    "inequality_poverty",
    "public_policy",
    "coastal_resources",
}
CHANGE_DOMAINS = {
    "community",
    "way_of_life",
    "arts_culture",
    "environment",
    "occupation",
    "economy",
    "politics_government",
    "quality_of_life",
    "health",
    "intellectual_property",
    "awareness",
}
MISSIONS = {"teaching", "research", "academic_service", "arts_culture"}
EVIDENCE_TYPES = {"DESC", "OTHER", "APPOINT", "USECERT", "MEDIA", "RETURNS", "SUPPORT"}
CONTENT_KEYS = {
    "minutes": {"body_th", "signers"},
    "use_certificate": {"body_th", "signers", "document_number", "organization_th"},
    "survey_table": {"columns_th", "columns_en", "rows", "note_th", "note_en"},
    "photo": {"scene", "scene_th"},
    "order": {"body_th", "signers"},
    "memorandum_of_understanding": {"body_th", "signers"},
    "manual_page": {"body_th"},
    "link": {"url"},
}
TOKEN = re.compile(r"\[หลักฐาน (\d+)(?: หน้า (\d+))?\]")
PAGE_BREAK = "\n---\n"
# A repeated stretch of this many characters is a copied sentence, not a recurring name.
REPEAT = 40


def load(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


WORKS = {path.stem: load(path) for path in sorted((PACKAGE / "works" / "sample_data").glob("*.toml"))}
SHORT = [slug for slug in WORKS if slug not in LEADING and slug not in DRAFTS]
PEOPLE = load(PACKAGE / "accounts" / "sample_data" / "people.toml")
ORGANIZATIONS = load(PACKAGE / "organizations" / "sample_data" / "organizations.toml")
TERMS = load(PACKAGE / "core" / "i18n" / "terms.toml")["terms"]


def each(slugs: Iterable[str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("work", [pytest.param(WORKS[slug], id=slug) for slug in slugs])


each_work = each(WORKS)
each_leading_work = each(LEADING)
each_short_work = each(SHORT)
each_draft = each(DRAFTS)
each_finished_work = each([*LEADING, *SHORT])


def words(text: str) -> int:
    """Count words as ICU's Thai dictionary sees them; spaces and signs are not words."""
    breaker = WordBreaker(text, "th")
    return sum(any(sign.isalnum() for sign in text[start:end]) for start, end in breaker.segments())


def thai_strings(value: Any, key: str = "") -> Iterator[str]:
    """Every Thai text under a value: the sections and all fields that end in _th."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from thai_strings(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from thai_strings(inner, key)
    elif isinstance(value, str) and (key.endswith("_th") or key in HEADINGS or key == "rows"):
        yield value


def prose(work: dict[str, Any]) -> list[str]:
    bodies = [item["body_th"] for item in work["evidence"] if "body_th" in item]
    return [work["summary_th"], *work["sections"].values(), *bodies]


def figure(value: float) -> str:
    return f"{value:,}"


def out_of_range(work: dict[str, Any], shortest: int, longest: int) -> dict[str, int]:
    counts = {name: words(text) for name, text in work["sections"].items()}
    return {name: n for name, n in counts.items() if not shortest <= n <= longest}


@each_work
def test_a_work_is_named_after_its_file_and_has_the_seven_headings(work: dict[str, Any]) -> None:
    assert WORKS[work["slug"]] is work
    assert set(work["sections"]) == HEADINGS


@each_leading_work
def test_the_seven_sections_have_the_length_of_scholarly_writing(work: dict[str, Any]) -> None:
    assert out_of_range(work, 300, 900) == {}


@each_short_work
def test_shorter_works_say_each_heading_in_a_page(work: dict[str, Any]) -> None:
    assert out_of_range(work, 90, 170) == {}


@each_draft
def test_a_draft_lacks_two_headings_and_every_outcome(work: dict[str, Any]) -> None:
    assert sum(text == "" for text in work["sections"].values()) == 2
    assert [one["name_th"] for one in work["indicators"] if "outcome_value" in one] == []
    assert len(work["evidence"]) == 2


@each_work
def test_summaries_are_about_a_paragraph_in_both_languages(work: dict[str, Any]) -> None:
    assert 90 <= words(work["summary_th"]) <= 170
    assert 90 <= len(work["summary_en"].split()) <= 150


@each_work
def test_codes_are_those_of_the_domain(work: dict[str, Any]) -> None:
    assert work["theme"] in THEMES
    assert set(work["change_domains"]) <= CHANGE_DOMAINS
    assert set(work["missions"]) <= MISSIONS
    assert set(work["sdgs"]) <= set(range(1, 18))
    assert date.fromisoformat(work["period_start"]) < date.fromisoformat(work["period_end"])


@each_work
def test_the_owner_is_an_academic_and_the_principal_operator(work: dict[str, Any]) -> None:
    owner = next(person for person in PEOPLE["people"] if person["email"] == work["owner"])
    assert "academic" in owner["roles"]
    principals = [one["name_th"] for one in work["contributors"] if one["role"] == "principal_operator"]
    assert principals == [f"{owner['academic_title_th']}{owner['given_th']} {owner['family_th']}"]


def test_the_leading_works_come_from_three_universities() -> None:
    home = {person["email"]: person["organization"] for person in PEOPLE["people"]}
    assert {home[WORKS[slug]["owner"]] for slug in LEADING} == {"LTU", "SCU", "TSU"}


def test_every_academic_has_a_work_and_two_of_the_leading_ones_have_two() -> None:
    academics = {person["email"] for person in PEOPLE["people"] if "academic" in person["roles"]}
    owned = Counter(work["owner"] for work in WORKS.values())
    assert set(owned) == academics
    assert {owner for owner, n in owned.items() if n == 2} == {WORKS[slug]["owner"] for slug in LEADING[:2]}
    assert max(owned.values()) == 2


@each_work
def test_every_reference_to_evidence_leads_to_a_page_that_is_listed_for_the_heading(work: dict[str, Any]) -> None:
    listed = {item["number"]: item for item in work["evidence"]}
    assert list(listed) == list(range(1, len(work["evidence"]) + 1))
    cited = set()
    for name, text in work["sections"].items():
        assert text.count("[") == len(TOKEN.findall(text)), f"{name}: a bracket that is no reference"
        assert TOKEN.search(text) or not text or work["slug"] in DRAFTS, f"{name}: rests on no evidence"
        for number, page in TOKEN.findall(text):
            item = listed[int(number)]
            assert int(name[1:]) in item["headings"], f"{name}: evidence {number} is not listed for this heading"
            assert not page or int(page) <= item.get("body_th", "").count(PAGE_BREAK) + 1
            cited.add(int(number))
    assert cited == set(listed)


@each_work
def test_evidence_is_complete_for_its_kind(work: dict[str, Any]) -> None:
    for item in work["evidence"]:
        assert item["type"] in EVIDENCE_TYPES
        assert CONTENT_KEYS[item["generator"]] <= set(item), item["number"]
        for row in item.get("rows", []):
            assert len(row) == len(item["columns_th"]) == len(item["columns_en"])
        assert item.get("url", "https://example.org/").startswith("https://example.org/")
        assert set(item["criteria"]) <= CRITERIA


@each_leading_work
def test_evidence_of_a_leading_work_covers_every_criterion(work: dict[str, Any]) -> None:
    assert {code for item in work["evidence"] for code in item["criteria"]} == CRITERIA


@each_work
def test_a_leading_work_brings_more_indicators_and_references(work: dict[str, Any]) -> None:
    leading = work["slug"] in LEADING
    assert len(work["indicators"]) in (range(4, 7) if leading else range(2, 4))
    assert len(work["references"]) in (range(4, 7) if leading else range(1, 3))


@each_finished_work
def test_indicators_agree_with_the_evaluation_and_name_their_source(work: dict[str, Any]) -> None:
    listed = {item["number"] for item in work["evidence"]}
    for indicator in work["indicators"]:
        assert date.fromisoformat(indicator["baseline_date"]) < date.fromisoformat(indicator["outcome_date"])
        for key in ("baseline", "outcome"):
            pattern = rf"(?<![\d.,]){re.escape(figure(indicator[f'{key}_value']))}(?![\d]|[.,]\d)"
            assert re.search(pattern, work["sections"]["s6"]), f"{indicator['name_th']}: {key} not in heading 6"
            sources = TOKEN.findall(indicator[f"{key}_source_th"])
            assert sources
            assert {int(number) for number, _ in sources} <= listed


@each_finished_work
def test_a_finished_work_tells_how_it_was_made_known(work: dict[str, Any]) -> None:
    listed = {item["number"] for item in work["evidence"]}
    told = work["dissemination"]
    assert {one["way"] for one in told} <= {"forum", "visit", "public", "record"}
    for one in told:
        assert set(one.get("exhibits", [])) <= listed
        assert one.get("url", "https://example.org/").startswith("https://example.org/")
        assert one["note_th"].endswith("(ข้อมูลสมมติ)")
        assert one["note_en"].endswith("(Fictional data)")
        begun, ended = one.get("begun_on"), one.get("ended_on")
        assert ("year" in one) is (begun is None)
        assert not ended or date.fromisoformat(begun) < date.fromisoformat(ended)


@each_leading_work
def test_a_leading_work_is_made_known_in_all_four_ways(work: dict[str, Any]) -> None:
    assert {one["way"] for one in work["dissemination"]} == {"forum", "visit", "public", "record"}


@each_work
def test_references_are_tied_to_headings(work: dict[str, Any]) -> None:
    for reference in work["references"]:
        assert set(reference["headings"]) <= set(range(1, 8))


def test_no_sentence_is_written_twice() -> None:
    segments = Counter(
        segment
        for work in WORKS.values()
        for text in prose(work)
        for segment in re.split(r"\s+", text)
        if len(segment) >= REPEAT
    )
    assert [segment for segment, n in segments.items() if n > 1] == []


def test_no_long_stretch_of_text_is_copied_from_one_place_to_another() -> None:
    seen: dict[str, str] = {}
    copied = []
    for work in WORKS.values():
        for text in prose(work):
            flat = re.sub(r"\s+", "", TOKEN.sub("", text))
            own = {flat[i : i + REPEAT] for i in range(len(flat) - REPEAT + 1)}
            copied += [window for window in own if window in seen]
            seen.update(dict.fromkeys(own, text))
    assert copied == []


def test_paragraphs_open_in_varied_ways() -> None:
    openings = Counter(
        paragraph[:14]
        for work in WORKS.values()
        for text in work["sections"].values()
        for paragraph in text.split("\n\n")
        if not re.match(r"- |\d+\. ", paragraph)
    )
    assert {opening: n for opening, n in openings.items() if n > 2} == {}


@pytest.mark.parametrize("source", [*WORKS.values(), PEOPLE, ORGANIZATIONS], ids=[*WORKS, "people", "organizations"])
def test_thai_text_holds_latin_letters_only_in_brackets_or_as_a_unit(source: dict[str, Any]) -> None:
    for text in thai_strings(source):
        outside = re.sub(r"\([^()]*\)|°C", "", text)
        assert re.findall(r"[A-Za-z]+", outside) == []


@pytest.mark.parametrize("source", [*WORKS.values(), PEOPLE, ORGANIZATIONS], ids=[*WORKS, "people", "organizations"])
def test_thai_text_keeps_to_the_glossary(source: dict[str, Any]) -> None:
    avoided = {word for term in TERMS for word in term.get("avoid", [])}
    for text in thai_strings(source):
        assert {word for word in avoided if word in text} == set()


def test_avoided_words_hit_no_term_of_the_glossary() -> None:
    avoided = {word for term in TERMS for word in term.get("avoid", [])}
    assert {(word, term["th"]) for word in avoided for term in TERMS if word in term["th"]} == set()
    assert len({term["th"] for term in TERMS}) == len(TERMS)


@pytest.mark.parametrize("source", [*WORKS.values(), PEOPLE, ORGANIZATIONS], ids=[*WORKS, "people", "organizations"])
def test_samples_say_that_they_are_fictional(source: dict[str, Any]) -> None:
    assert "ข้อมูลสมมติ" in source["notice_th"]
    assert "fictional" in source["notice_en"]


@each_work
def test_everything_printed_with_figures_carries_the_mark_of_fiction(work: dict[str, Any]) -> None:
    assert work["fictional"] is True
    assert work["summary_th"].endswith("(ข้อมูลสมมติ)")
    assert work["summary_en"].endswith("(Fictional data)")
    for item in work["evidence"]:
        for key in ("body_th", "note_th"):
            assert item.get(key, "(ข้อมูลสมมติ)").endswith("(ข้อมูลสมมติ)"), item["number"]


def test_people_are_fictional_and_complete() -> None:
    faculties = {
        (org["code"], faculty["code"]): {department["code"] for department in faculty["departments"]}
        for org in ORGANIZATIONS["organizations"]
        for faculty in org.get("faculties", [])
    }
    people = PEOPLE["people"]
    assert len({person["email"] for person in people}) == 16
    for person in people:
        assert person["fictional"] is True
        assert person["email"].endswith(".example")
        if "faculty" in person:
            assert person["department"] in faculties[person["organization"], person["faculty"]]
    reviewers = [person for person in people if "reviewer" in person["roles"]]
    assert {person["rank"] for person in reviewers} == {"associate_professor", "professor"}
    assert {person["organization"] for person in reviewers} == {"LTU", "SCU", "TSU"}
    assert all(len(person["expertise_th"]) == len(person["expertise_en"]) for person in reviewers)
    roles = Counter(role for person in people for role in person["roles"])
    assert roles == {"academic": 8, "reviewer": 6, "officer": 2, "hr": 3, "administrator": 1}
