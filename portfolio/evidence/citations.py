"""Which sentence cites which page of which exhibit, read from the texts: nothing is kept that could go stale.

A work's citations cost one query for its texts and one for the order of its exhibits, however many there are; those of
an exhibit cost the same two for all works that it serves together.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, Protocol, TypeVar

from sqlalchemy import select

from portfolio.core.db import session
from portfolio.evidence.models import EvidenceItem, EvidenceUse
from portfolio.works.models import Work
from portfolio.works.references_in_text import mentions, tokens
from portfolio.works.sections.models import WorkSection
from portfolio.works.sections.renumbering import texts_beside

LONGEST_QUOTE = 160
_LINK = re.compile(r"\[([^\[\]\n]+)\]\((?:https?://|mailto:)[^\s()]*\)")


class Broken(StrEnum):
    """Why a citation leads nowhere."""

    NO_EXHIBIT = "no_exhibit"
    NO_PAGE = "no_page"


class Paged(Protocol):
    """Whatever says how many pages an exhibit has."""

    @property
    def pages(self) -> int | None:
        """None where it has none at all."""
        ...


P = TypeVar("P", bound=Paged)


class Exhibit(NamedTuple):
    """What must be known of an item to tell whether its page exists; `pages` None where it has none at all."""

    item_id: int
    title_th: str
    title_en: str
    pages: int | None


@dataclass(frozen=True)
class Citation:
    """One place in a text that names an exhibit by the work's own count, with the words around it."""

    work_id: int
    heading_code: str
    number: int
    page: int | None
    before: str
    token: str
    after: str
    exhibit: Exhibit | None

    @property
    def broken(self) -> Broken | None:
        """Whether it leads nowhere: the work has no such exhibit, or the exhibit no such page."""
        return _broken(self.exhibit, self.page)


def cited_in(work_id: int, heading_code: str, text: str, exhibits: Sequence[Exhibit]) -> list[Citation]:
    """The citations of one text, in reading order."""
    found = []
    for token in tokens(text):
        before, after = _around(text, token.start, token.end)
        number = token.number
        exhibit = _exhibit(exhibits, number)
        found.append(
            Citation(work_id, heading_code, number, token.page, before, text[token.start : token.end], after, exhibit)
        )
    return found


def of_works(work_ids: Iterable[int]) -> dict[int, list[Citation]]:
    """Every citation of these works, in the order of headings and of reading. Two queries."""
    wanted = list(work_ids)
    orders = exhibits_of_works(wanted)
    found: dict[int, list[Citation]] = {work_id: [] for work_id in wanted}
    for work_id, heading_code, body in _texts(wanted):
        found[work_id] += cited_in(work_id, heading_code, body, orders.get(work_id, []))
    return found


def count_broken(text: str, exhibits: Sequence[Paged]) -> int:
    """How many citations of a text lead nowhere, among the exhibits of its work in their order."""
    cited = Counter(mentions(text))
    return sum(times for (number, page), times in cited.items() if _broken(_exhibit(exhibits, number), page))


def of_work(work: Work) -> list[Citation]:
    """The citations of one work. Two queries."""
    return of_works([work.id])[work.id]


def of_item(item: EvidenceItem) -> list[Citation]:
    """Every sentence that cites an item, in any work that it serves. Two queries beside its uses."""
    found = of_works([use.work_id for use in item.uses])
    return [one for citations in found.values() for one in citations if one.exhibit and one.exhibit.item_id == item.id]


def count_beside(item: EvidenceItem) -> int:
    """How many references to an item stand beside the sections: in summaries, missions, indicators. Two queries."""
    works = [use.work_id for use in item.uses]
    numbers = {
        work_id: number
        for work_id, exhibits in exhibits_of_works(works).items()
        for number, exhibit in enumerate(exhibits, start=1)
        if exhibit.item_id == item.id
    }
    if not numbers:
        return 0
    return sum(
        number == numbers[work_id] for work_id, text in texts_beside(numbers) for number, _page in mentions(text)
    )


def exhibits_of_works(work_ids: Iterable[int]) -> Mapping[int, list[Exhibit]]:
    """The exhibits of each work in its own order, without those set aside. One query."""
    statement = (
        select(
            EvidenceUse.work_id,
            EvidenceItem.id,
            EvidenceItem.title_th,
            EvidenceItem.title_en,
            EvidenceItem.page_count,
        )
        .join(EvidenceItem, EvidenceItem.id == EvidenceUse.evidence_id)
        .where(EvidenceUse.work_id.in_(list(work_ids)), EvidenceItem.archived_at.is_(None))
        .order_by(EvidenceUse.work_id, EvidenceUse.position, EvidenceUse.id)
    )
    found: dict[int, list[Exhibit]] = {}
    for work_id, item_id, title_th, title_en, pages in session.execute(statement):
        found.setdefault(work_id, []).append(Exhibit(item_id, title_th, title_en, pages))
    return found


def _texts(work_ids: Sequence[int]) -> Iterable[Any]:
    """Work, heading and text of everything that may cite."""
    return session.execute(
        select(WorkSection.work_id, WorkSection.heading_code, WorkSection.body)
        .where(WorkSection.work_id.in_(work_ids), WorkSection.body.contains("[", autoescape=True))
        .order_by(WorkSection.work_id, WorkSection.heading_code)
    )


def _exhibit(exhibits: Sequence[P], number: int) -> P | None:
    return exhibits[number - 1] if 1 <= number <= len(exhibits) else None


def _broken(exhibit: Paged | None, page: int | None) -> Broken | None:
    if exhibit is None:
        return Broken.NO_EXHIBIT
    if page is not None and page > (exhibit.pages or 0):
        return Broken.NO_PAGE
    return None


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """The words before and after, within the line: Thai marks the end of a sentence by nothing but a space."""
    line_start, line_end = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    before, after = text[line_start:start], text[end : line_end if line_end >= 0 else len(text)]
    if len(before) > LONGEST_QUOTE:
        cut = before.find(" ", len(before) - LONGEST_QUOTE)
        before = "…" + before[cut + 1 if cut >= 0 else len(before) - LONGEST_QUOTE :]
    if len(after) > LONGEST_QUOTE // 4:
        cut = after.rfind(" ", 0, LONGEST_QUOTE // 4)
        after = after[: cut if cut > 0 else LONGEST_QUOTE // 4] + "…"
    return _plain(before), _plain(after)


def _plain(text: str) -> str:
    return _LINK.sub(r"\1", text).replace("**", "")
