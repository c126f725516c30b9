"""Lists in pages, cut in SQL; nothing counts the whole table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request
from sqlalchemy import Select
from sqlalchemy.orm import Session, scoped_session

T = TypeVar("T")

PER_PAGE = 25
LAST_PAGE = 10_000


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list. `has_next` is known from one extra row, not from a count."""

    items: Sequence[T]
    number: int
    per_page: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        """True from the second page on."""
        return self.number > 1

    @property
    def first(self) -> int:
        """The place of the first item in the whole list, counted from 1."""
        return (self.number - 1) * self.per_page + 1

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


def page_number() -> int:
    """The page asked for in the address; anything that is no page number is the first."""
    text = request.args.get("page", "")
    if not (text.isascii() and text.isdigit()) or len(text) > 6:
        return 1
    return min(max(int(text), 1), LAST_PAGE)


def paginate(
    session: Session | scoped_session[Session], statement: Select[Any], page: int = 1, per_page: int = PER_PAGE
) -> Page[Any]:
    """One page of a select, which must carry a complete order.

    Rows of one column come as that column, rows of several as rows.
    """
    number = min(max(page, 1), LAST_PAGE)
    result = session.execute(statement.limit(per_page + 1).offset((number - 1) * per_page))
    single = len(statement.column_descriptions) == 1
    rows: Sequence[Any] = result.unique().scalars().all() if single else result.unique().all()
    return Page(rows[:per_page], number, per_page, len(rows) > per_page)


def paginate_items(items: Sequence[T], page: int = 1, per_page: int = PER_PAGE) -> Page[T]:
    """One page of a short list that is in memory already."""
    number = min(max(page, 1), LAST_PAGE)
    start = (number - 1) * per_page
    return Page(items[start : start + per_page], number, per_page, len(items) > start + per_page)
