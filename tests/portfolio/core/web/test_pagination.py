"""Pages of lists are cut in SQL, without a count."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Integer, create_engine, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from portfolio.core.web.pagination import LAST_PAGE, page_number, paginate, paginate_items


class OwnBase(DeclarativeBase):
    """Tables of this test only."""


class Thing(OwnBase):
    """A row of a list."""

    __tablename__ = "things"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)


@pytest.fixture
def session() -> Iterator[Session]:
    """A database with seven things."""
    engine = create_engine("sqlite://")
    OwnBase.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(Thing(id=n) for n in range(1, 8))
        session.commit()
        yield session
    engine.dispose()


@pytest.mark.parametrize(
    ("page", "ids", "has_previous", "has_next"),
    [(1, [1, 2, 3], False, True), (2, [4, 5, 6], True, True), (3, [7], True, False), (4, [], True, False)],
)
def test_pages(session: Session, page: int, ids: list[int], has_previous: bool, has_next: bool) -> None:
    found = paginate(session, select(Thing).order_by(Thing.id), page, per_page=3)
    assert [thing.id for thing in found] == ids
    assert (found.has_previous, found.has_next, found.first) == (has_previous, has_next, (page - 1) * 3 + 1)


def test_page_costs_one_query_that_counts_nothing(session: Session) -> None:
    seen: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *given: seen.append(given[2]))
    paginate(session, select(Thing).order_by(Thing.id), 1, per_page=3)
    assert len(seen) == 1
    assert "count" not in seen[0].lower()


def test_rows_of_several_columns_come_as_rows(session: Session) -> None:
    rows = paginate(session, select(Thing.id, (Thing.id * 2).label("double")).order_by(Thing.id), 3, per_page=3)
    assert [(row.id, row.double) for row in rows] == [(7, 14)]


def test_list_in_memory() -> None:
    page = paginate_items(list("abcde"), 2, per_page=2)
    assert (list(page), page.has_next, len(page)) == (["c", "d"], True, 2)


@pytest.mark.parametrize(
    ("text", "page"),
    [("", 1), ("3", 3), ("0", 1), ("-1", 1), ("x", 1), ("²", 1), ("999999", LAST_PAGE), ("9" * 40, 1)],
)
def test_page_of_the_address(app: Flask, text: str, page: int) -> None:
    with app.test_request_context(query_string={"page": text}):
        assert page_number() == page
