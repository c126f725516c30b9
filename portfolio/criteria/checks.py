"""What the checks of a rule set say of a case. Pure: terms and plain facts in, answers out; nobody is stopped by them.

The terms are those of `schemas.CheckContent`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any


def works_suffice(terms: Mapping[str, Any], works: Sequence[tuple[str, str]]) -> bool:
    """Whether works, each (kind, group), fill one of the ways of a check of works. Levels are not looked at."""
    return any(_fills(way, works) for way in terms["options"])


def _fills(way: Sequence[Mapping[str, Any]], works: Sequence[tuple[str, str]]) -> bool:
    """Give each place of a way a work of its own (augmenting paths, since a work may answer several needs)."""
    places = [need for need in way for _each in range(need["count"])]
    taken: dict[int, int] = {}

    def give(place: int, tried: set[int]) -> bool:
        for number, (kind, group) in enumerate(works):
            need = places[place]
            if number in tried or not (kind in need.get("kinds", ()) or group in need.get("groups", ())):
                continue
            tried.add(number)
            if number not in taken or give(taken[number], tried):
                taken[number] = place
                return True
        return False

    return all(give(place, set()) for place in range(len(places)))


def service_suffices(terms: Mapping[str, Any], degree: str, years: float) -> bool | None:
    """Whether the years served are enough for somebody of this highest degree; None where the rule does not say."""
    asked = terms["years"].get(degree, terms["years"].get("any"))
    return None if asked is None else years >= asked


def dissemination_missing(terms: Mapping[str, Any], kind: str, done: Collection[str]) -> list[str]:
    """Ways of dissemination that a work of this kind lacks; of those of which one is enough, all or none."""
    if kind not in terms["kinds"]:
        return []
    either = [] if set(terms["one_of"]) & set(done) else list(terms["one_of"])
    return either + [way for way in terms["all_of"] if way not in done]


def reuse_ends(terms: Mapping[str, Any], year: int) -> int:
    """The last CE year in which a result of that CE year may be used again. A year is known of it, not the day."""
    return year + int(terms["years"])


def reuse_is_over(terms: Mapping[str, Any], year: int, on: date) -> bool:
    """Whether an earlier result is older than the rule allows."""
    return on.year > reuse_ends(terms, year)


def unknown_roles(terms: Mapping[str, Any], roles: Collection[str]) -> list[str]:
    """Roles that the rule set's form does not know."""
    return [role for role in roles if role not in terms["roles"]]
