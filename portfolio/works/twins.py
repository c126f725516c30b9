"""The same work twice among an academic's own: brought in twice, by a package or an import, it is one to the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable
from typing import Protocol

from sqlalchemy import select

from portfolio.core.db import session
from portfolio.works.bibliography.models import Bibliography
from portfolio.works.bibliography.titles import title_key
from portfolio.works.models import Work
from portfolio.works.vocabulary import WorkKind


class Facts(Protocol):
    """By what a work is known again; a row of a select has them."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> WorkKind: ...
    @property
    def title_th(self) -> str: ...
    @property
    def title_en(self) -> str: ...
    @property
    def doi(self) -> str | None: ...
    @property
    def year(self) -> int | None: ...


def copies_of(owner_id: int, work_ids: Collection[int]) -> dict[int, int]:
    """Every other work of this academic that is the same as one of these: its id, and the id of the one it copies."""
    statement = (
        select(Work.id, Work.title_th, Work.title_en, Work.kind, Bibliography.doi, Bibliography.year)
        .outerjoin(Bibliography, Bibliography.work_id == Work.id)
        .where(Work.owner_id == owner_id)
        .order_by(Work.id)
    )
    rows = session.execute(statement).all()
    these = _Known()
    for row in rows:
        if row.id in work_ids:
            these.add(row)
    found = ((row.id, these.find(row)) for row in rows if row.id not in work_ids)
    return {work_id: known for work_id, known in found if known is not None}


def repeated(works: Iterable[Facts]) -> dict[int, int]:
    """Works that stand in this list twice: the id of each later one, and that of the first."""
    known, found = _Known(), {}
    for work in works:
        first = known.find(work)
        if first is None:
            known.add(work)
        else:
            found[work.id] = first
    return found


class _Known:
    """Works by their DOI, and by their kind with the title in both languages."""

    def __init__(self) -> None:
        self._works: dict[Hashable, list[Facts]] = defaultdict(list)

    def add(self, work: Facts) -> None:
        for key in _keys(work):
            self._works[key].append(work)

    def find(self, work: Facts) -> int | None:
        for key in _keys(work):
            for known in self._works.get(key, ()):
                if _agree(work, known):
                    return known.id
        return None


def _keys(work: Facts) -> list[Hashable]:
    titles = (title_key(work.title_th), title_key(work.title_en))
    found: list[Hashable] = [(work.kind, *titles)] if any(titles) else []
    return [*found, ("doi", work.doi.casefold())] if work.doi else found


def _agree(one: Facts, other: Facts) -> bool:
    """Not another DOI, and without a DOI that is the same not another year."""
    if one.doi and other.doi:
        return one.doi.casefold() == other.doi.casefold()
    return one.year is None or other.year is None or one.year == other.year
