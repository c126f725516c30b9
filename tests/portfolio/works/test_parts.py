"""The coded lists of works."""

from __future__ import annotations

from portfolio.works.vocabulary import provinces, sdgs


def test_there_are_77_provinces_and_17_goals() -> None:
    assert len(provinces()) == 77
    assert len({place.name_th for place in provinces().values()}) == 77
    assert provinces()["TH-55"].name_en == "Nan"
    assert list(sdgs()) == list(range(1, 18))
