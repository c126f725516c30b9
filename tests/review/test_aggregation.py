"""The panel's level by strict majority, for every panel that can be."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.criteria.models import Grade
from review.scoring.aggregation import panel_grade, summary

GRADES = st.lists(st.sampled_from(list(Grade)), min_size=1, max_size=15)


@pytest.mark.parametrize(
    ("grades", "panel"),
    [
        ([Grade.B, Grade.A, Grade.A_PLUS], Grade.A),
        ([Grade.B, Grade.B, Grade.A_PLUS], Grade.B),
        ([Grade.BELOW_B, Grade.BELOW_B, Grade.A_PLUS], Grade.BELOW_B),
        ([Grade.A], Grade.A),
        ([Grade.A, Grade.B], None),
        ([Grade.A, Grade.A, Grade.B, Grade.B], None),
        ([Grade.A, Grade.A, Grade.A, Grade.BELOW_B], Grade.A),
        ([Grade.BELOW_B, Grade.B, Grade.A, Grade.A_PLUS], None),
        ([], None),
    ],
)
def test_examples(grades: list[Grade], panel: Grade | None) -> None:
    assert panel_grade(grades) is panel


@given(GRADES, st.randoms())
def test_order_of_reviewers_does_not_matter(grades: list[Grade], random: object) -> None:
    shuffled = list(grades)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert panel_grade(shuffled) is panel_grade(grades)


@given(GRADES)
def test_a_level_given_is_reached_by_a_strict_majority_and_the_next_is_not(grades: list[Grade]) -> None:
    panel = panel_grade(grades)
    if panel is None:
        return
    assert 2 * sum(one.rank >= panel.rank for one in grades) > len(grades)
    assert 2 * sum(one.rank > panel.rank for one in grades) < len(grades)


@given(GRADES)
def test_the_chair_is_asked_exactly_on_an_even_split(grades: list[Grade]) -> None:
    split = any(2 * sum(one.rank >= grade.rank for one in grades) == len(grades) for grade in Grade)
    assert (panel_grade(grades) is None) == split


@given(GRADES.filter(lambda grades: len(grades) % 2 == 1))
def test_an_odd_panel_always_has_a_level_and_it_is_the_middle_one(grades: list[Grade]) -> None:
    middle = sorted(grades, key=lambda one: one.rank)[len(grades) // 2]
    assert panel_grade(grades) is middle


@given(GRADES)
def test_one_more_voice_for_the_panels_own_level_never_moves_it_to_another(grades: list[Grade]) -> None:
    panel = panel_grade(grades)
    if panel is not None:
        assert panel_grade([*grades, panel]) in (panel, None)
        assert panel_grade([*grades, panel, panel]) is panel


@given(st.lists(st.one_of(st.none(), st.integers(0, 5)), max_size=15))
def test_summary_lies_within_what_was_given(levels: list[int | None]) -> None:
    found = summary(levels)
    given_levels = [level for level in levels if level is not None]
    assert list(found.levels) == sorted(given_levels)
    if not given_levels:
        assert (found.mean, found.median, found.spread) == (None, None, 0)
        return
    assert found.mean is not None
    assert found.median is not None
    assert found.mean == Fraction(sum(given_levels), len(given_levels))
    assert min(given_levels) <= found.median <= max(given_levels)
    assert found.spread == max(given_levels) - min(given_levels)
