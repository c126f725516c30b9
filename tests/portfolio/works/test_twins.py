"""Which works of a list are the same one."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from portfolio.works.twins import repeated
from portfolio.works.vocabulary import WorkKind


@dataclass(frozen=True)
class Told:
    """What a row says of a work."""

    id: int = 1
    kind: WorkKind = WorkKind.RESEARCH
    title_th: str = "น้ำของคนบนดอย"
    title_en: str = "Water of the Uplands"
    doi: str | None = None
    year: int | None = 2024


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Told(), Told(2), True),
        (Told(), Told(2, title_th="น้ำของคน บนดอย", title_en="Water of the uplands."), True),
        (Told(), Told(2, year=None), True),
        (Told(), Told(2, year=2023), False),
        (Told(), Told(2, title_en="Another"), False),
        (Told(), Told(2, kind=WorkKind.BOOK), False),
        (Told(doi="10.5555/A"), Told(2, doi="10.5555/a", title_th="อื่น", year=1999), True),
        (Told(doi="10.5555/a"), Told(2, doi="10.5555/b"), False),
        (Told(doi="10.5555/a"), Told(2), True),
        (Told(title_th="", title_en=""), Told(2, title_th="", title_en=""), False),
    ],
)
def test_two_works_are_the_same_or_not(one: Told, other: Told, same: bool) -> None:
    assert repeated([one, other]) == ({2: 1} if same else {})
    assert repeated([other, one]) == ({1: 2} if same else {})


def test_each_later_one_is_told_the_first() -> None:
    assert repeated([Told(5), Told(3, title_th="อื่น"), Told(9), Told(2)]) == {9: 5, 2: 5}
