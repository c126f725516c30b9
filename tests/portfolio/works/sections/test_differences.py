"""What two texts differ by, and one made of two: nothing that anybody wrote is lost. Pure."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.works.references_in_text import Token, tokens
from portfolio.works.sections.differences import Stretch, differences, merged

WORDS = st.sampled_from(["น้ำ", "ป่า", "- ข้อ", "**หนา**", "a b", "ดิน\nต่อ", "1. หนึ่ง"])
TEXTS = st.lists(WORDS, max_size=7).map("\n\n".join)


def paragraphs(text: str) -> list[str]:
    return [part for part in text.split("\n\n") if part]


def test_thai_is_compared_word_by_word() -> None:
    assert differences("น้ำในห้วยแห้งทุกปี", "น้ำในห้วยไม่แห้งทุกปี") == [
        Stretch("same", "น้ำในห้วย"),
        Stretch("new", "ไม่"),
        Stretch("same", "แห้งทุกปี"),
    ]


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_out_of_their_differences(earlier: str, later: str) -> None:
    found = differences(earlier, later)
    assert "".join(one.text for one in found if one.kind != "new") == earlier
    assert "".join(one.text for one in found if one.kind != "gone") == later
    assert all(one.kind != two.kind for one, two in pairwise(found))


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "text", "clean"),
    [
        ("ก\n\nข", "ก1\n\nข", "ก\n\nข\n\nค", "ก1\n\nข\n\nค", True),
        ("ก\n\nข\n\nค", "ก\n\nค", "ก\n\nข\n\nค1", "ก\n\nค\n\nข\n\nค1", False),
        ("ก\n\nข\n\nค", "ข\n\nค", "ก\n\nข\n\nค1", "ข\n\nค1", True),
        ("ก", "ก1", "ก2", "ก1\n\nก2", False),
        ("", "ก", "ข", "ก\n\nข", False),
        ("ก", "ก", "ข", "ข", True),
        ("ก", "ข", "ก", "ข", True),
        ("ก", "ข", "ข", "ข", True),
        ("ก\n\nข", "ก", "ก\n\nข1", "ก\n\nข1", False),
    ],
)
def test_paragraphs_of_two_are_brought_together(base: str, mine: str, theirs: str, text: str, clean: bool) -> None:
    found = merged(base, mine, theirs)
    assert (found.text, found.clean) == (text, clean)


@given(TEXTS, TEXTS, TEXTS)
def test_no_paragraph_that_anybody_wrote_is_lost(base: str, mine: str, theirs: str) -> None:
    found = set(paragraphs(merged(base, mine, theirs).text))
    new = (set(paragraphs(mine)) | set(paragraphs(theirs))) - set(paragraphs(base))
    assert new <= found


@given(TEXTS, TEXTS)
def test_only_one_side_changed_means_that_side(base: str, mine: str) -> None:
    assert merged(base, mine, base).text == mine
    assert merged(base, base, mine).text == mine


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9), st.booleans()), max_size=14))
def test_two_devices_that_save_in_turns_lose_nothing(turns: list[tuple[bool, int, bool]]) -> None:
    """Each device goes on from what it last had, and takes the proposal when it is told that it is stale."""
    server, version = "หนึ่ง\n\nสอง\n\nสาม", 1
    devices = {True: [server, version, server], False: [server, version, server]}  # text, version, base
    written: set[str] = set()
    for turn, (which, place, save) in enumerate(turns):
        text, held, base = devices[which]
        parts = paragraphs(str(text))
        parts.insert(place % (len(parts) + 1), f"ย่อหน้า {turn}")
        written.add(f"ย่อหน้า {turn}")
        mine = "\n\n".join(parts)
        if not save:
            devices[which][0] = mine
            continue
        if held != version:
            mine = merged(str(base), mine, server).text
        server, version = mine, version + 1
        devices[which] = [server, version, server]
    for text, held, base in devices.values():
        server = str(text) if held == version else merged(str(base), str(text), server).text
        version += 1
    assert written <= set(paragraphs(server))


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("ก ข " * 15_000, "ข ก " * 15_000),
        ("น\n\n" * 15_000, "น\n\n" * 14_000),
        ("a" * 60_000, "b" * 60_000),
        ("๑. ก\n" * 10_000, "๑. ข\n" * 10_000),
    ],
)
def test_the_longest_texts_are_compared_in_a_moment(earlier: str, later: str) -> None:
    begun = time.process_time()
    differences(earlier, later)
    merged("x", earlier, later)
    merged(earlier, later, earlier + "\n\nจบ")
    assert time.process_time() - begun < 6


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ก [หลักฐาน 4] ข", [("[หลักฐาน 4]", 4, None)]),
        ("[หลักฐาน 4 หน้า 3]", [("[หลักฐาน 4 หน้า 3]", 4, 3)]),
        ("[หลักฐานที่ ๔ น. ๑๒]", [("[หลักฐานที่ ๔ น. ๑๒]", 4, 12)]),
        ("[exhibit 4, p. 3]", [("[exhibit 4, p. 3]", 4, 3)]),
        ("[Exhibits 1 and 2]", [("[Exhibits 1", 1, None), ("2]", 2, None)]),
        ("[หลักฐาน 1, 3]", [("[หลักฐาน 1", 1, None), ("3]", 3, None)]),
        ("[หลักฐาน 1 หน้า 2–5 และ 3 หน้า 1]", [("[หลักฐาน 1 หน้า 2–5", 1, 2), ("3 หน้า 1]", 3, 1)]),
        ("[หลักฐาน 2 หน้า 0]", [("[หลักฐาน 2 หน้า 0]", 2, None)]),
        ("[หลักฐาน สอง] [หลักฐาน] [4] หลักฐาน 4 [หลักฐาน 1,] [หลักฐาน 1234]", []),
    ],
)
def test_references_to_exhibits_are_found(text: str, found: list[tuple[str, int, int | None]]) -> None:
    assert [(text[one.start : one.end], one.number, one.page) for one in tokens(text)] == found


@given(st.text(alphabet="[]หลักฐาน 123,หน้าp.และ–", max_size=60))
def test_references_lie_in_order_and_never_overlap(text: str) -> None:
    end = 0
    for one in tokens(text):
        assert isinstance(one, Token)
        assert end <= one.start < one.end <= len(text)
        end = one.end
