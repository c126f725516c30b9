"""How works that a person may see were made known, the form in which it is kept, and what a rule set asks of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from portfolio.core.db import session
from portfolio.criteria.checks import dissemination_missing
from portfolio.criteria.models import RuleCheck, RuleCheckKind
from portfolio.works.dissemination.models import Dissemination, Way
from portfolio.works.models import Work
from portfolio.works.queries import Part, find


@dataclass(frozen=True)
class Asked:
    """A rule that speaks of the dissemination of a work, and the ways that are still missing by it.

    Of `either` one way is enough; all of `both` are asked for.
    """

    check: RuleCheck
    either: Sequence[Way]
    both: Sequence[Way]
    missing: frozenset[Way]

    @property
    def groups(self) -> Sequence[tuple[Sequence[Way], bool]]:
        """What is asked for, piece by piece: the ways of which one is enough, and whether it is there."""
        parts = ([self.either] if self.either else []) + [[way] for way in self.both]
        return [(part, not self.missing.intersection(part)) for part in parts]


def find_dissemination(user: Any, work_id: int, dissemination_id: int) -> Part[Dissemination] | None:
    """An entry of a work that this user may see."""
    work = find(user, work_id)
    row = session.get(Dissemination, dissemination_id) if work else None
    return Part(work, row) if work is not None and row is not None and row.work_id == work.id else None


def find_way(user: Any, work_id: int, way: str) -> Part[Way] | None:
    """A way in a work that this user may see; every work has all four, filled or not."""
    work = find(user, work_id)
    return Part(work, Way(way)) if work is not None and way in set(Way) else None


def of_works(work_ids: Iterable[int]) -> dict[int, list[Dissemination]]:
    """The entries of these works in the order of the ways, then as they were added."""
    statement = (
        select(Dissemination)
        .where(Dissemination.work_id.in_(list(work_ids)))
        .order_by(Dissemination.work_id, Dissemination.position, Dissemination.id)
    )
    found: dict[int, list[Dissemination]] = {}
    for row in session.scalars(statement):
        found.setdefault(row.work_id, []).append(row)
    order = list(Way)
    return {work_id: sorted(rows, key=lambda row: order.index(row.way)) for work_id, rows in found.items()}


def of_work(work: Work) -> list[Dissemination]:
    """The entries of a work."""
    return of_works([work.id]).get(work.id, [])


def ways_of_works(work_ids: Iterable[int]) -> dict[int, set[Way]]:
    """The ways in which each work was made known, for all works in one query."""
    statement = select(Dissemination.work_id, Dissemination.way).where(Dissemination.work_id.in_(list(work_ids)))
    found: dict[int, set[Way]] = {}
    for work_id, way in session.execute(statement.distinct()):
        found.setdefault(work_id, set()).add(way)
    return found


def counts(work: Work) -> dict[Way, int]:
    """How many entries each way of a work has."""
    statement = select(Dissemination.way, func.count()).where(Dissemination.work_id == work.id)
    return {way: count for way, count in session.execute(statement.group_by(Dissemination.way))}


def asked_of(work: Work, done: Iterable[Way]) -> list[Asked]:
    """What the rule set of a work asks of works of this kind. It warns and never stops anybody."""
    ways = list(done)
    return [
        Asked(
            check=check,
            either=[Way(word) for word in check.terms["one_of"]],
            both=[Way(word) for word in check.terms["all_of"]],
            missing=frozenset(Way(word) for word in dissemination_missing(check.terms, work.kind, ways)),
        )
        for check in work.rule_set.checks
        if check.kind is RuleCheckKind.DISSEMINATION and work.kind in check.terms["kinds"]
    ]


def plain(rows: Iterable[Dissemination], exhibits: Mapping[int, Sequence[int]] | None = None) -> list[dict[str, Any]]:
    """Entries as snapshots keep them; `exhibits` gives the numbers of the exhibits that bear each entry out, by id."""
    return [
        {
            "way": row.way.value,
            "title_th": row.title_th,
            "title_en": row.title_en,
            "place_th": row.place_th,
            "place_en": row.place_en,
            "audience_th": row.audience_th,
            "audience_en": row.audience_en,
            "people": row.people,
            "year": row.year,
            "begun_on": row.begun_on.isoformat() if row.begun_on else None,
            "ended_on": row.ended_on.isoformat() if row.ended_on else None,
            "url": row.url,
            "note_th": row.note_th,
            "note_en": row.note_en,
            "exhibits": sorted((exhibits or {}).get(row.id, ())),
        }
        for row in rows
    ]
