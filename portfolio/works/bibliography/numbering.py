"""Numbers of works in the form for an academic position: 4.1.2.1 and so on. Pure.

4.1 is for assistant professor, 4.2 for associate professor, 4.3 for professor; .1 research, .2 other kinds of academic
work, .3 textbooks, books and articles; then a running number. Works of which the applicant is first author come first,
then those as corresponding author, then as second, third … author, each from the newest year down
(Mahidol University's answers on academic positions; domain 2.8).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from portfolio.works.vocabulary import ContributionRole, WorkGroup

POSITION_PLACES = {"assistant": 1, "associate": 2, "professor": 3}
GROUP_PLACES = {group: place for place, group in enumerate(WorkGroup, start=1)}
_FIRST = frozenset({ContributionRole.FIRST_AUTHOR, ContributionRole.PRINCIPAL_OPERATOR})


@dataclass(frozen=True)
class Numbered:
    """What the order of works rests on. `place` is the applicant's among the authors, from 1; years are CE."""

    id: int
    group: WorkGroup
    roles: Collection[ContributionRole] = ()
    place: int | None = None
    year: int | None = None


def in_order(works: Iterable[Numbered]) -> list[Numbered]:
    """Works in the order of the form; those alike keep the order in which they come."""
    return sorted(works, key=lambda work: (GROUP_PLACES[work.group], _standing(work), -(work.year or 0)))


def numbers(position: str, works: Iterable[Numbered]) -> dict[int, str]:
    """The number of each work by its id; nothing for a position that the form does not know."""
    if position not in POSITION_PLACES:
        return {}
    found: dict[int, str] = {}
    running = dict.fromkeys(WorkGroup, 0)
    for work in in_order(works):
        running[work.group] += 1
        found[work.id] = f"4.{POSITION_PLACES[position]}.{GROUP_PLACES[work.group]}.{running[work.group]}"
    return found


def _standing(work: Numbered) -> int:
    """0 for first, 1 for corresponding author, then by place; who is not named comes last."""
    if _FIRST & set(work.roles) or work.place == 1:
        return 0
    if ContributionRole.CORRESPONDING_AUTHOR in work.roles:
        return 1
    return work.place or 10_000
