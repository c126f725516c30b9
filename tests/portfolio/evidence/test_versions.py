"""Files an item had: kept, fetched, taken back, given up; copies without what was found; pages on demand."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from portfolio.core.db import transaction
from portfolio.core.jobs.worker import Worker
from portfolio.core.storage.models import StoredFile
from portfolio.evidence import tasks
from portfolio.evidence.models import EvidenceVersion, PreviewPage, PreviewState, Thumbnail
from tests.builders.files import pdf_bytes
from tests.builders.queries import count_queries
from tests.portfolio.evidence.test_evidence import Case, only
from tests.portfolio.evidence.test_reports import photograph

Database = scoped_session[Session]


@pytest.fixture
def case(app: Flask) -> Case:
    return Case(app)


def work_off(app: Flask) -> None:
    worker = Worker(app)
    while worker.run_next():
        pass


def versions(database: Database) -> list[tuple[int, str, str]]:
    database.rollback()
    rows = database.scalars(select(EvidenceVersion).order_by(EvidenceVersion.number))
    return [(row.number, row.origin, row.stored_file.filename) for row in rows]


def test_every_file_stays_until_it_is_given_up(case: Case, database: Database) -> None:
    old = pdf_bytes(1, text="old")
    case.upload((old, "a.pdf"))
    item = only(database).id
    case.upload((pdf_bytes(2, text="new"), "b.pdf"), url=f"/evidence/{item}/file", name="file")
    assert versions(database) == [(1, "added", "a.pdf"), (2, "replaced", "b.pdf")]
    with case.client.get(f"/evidence/{item}/versions/1/file") as answer:
        assert answer.data == old
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert case.client.post(f"/evidence/{item}/versions/1/restoration").status_code == 303
    assert versions(database)[-1] == (3, "restored", "a.pdf")
    assert only(database).page_count == 1
    assert case.client.post(f"/evidence/{item}/versions/1/removal").status_code == 303  # the file that holds
    assert len(versions(database)) == 3
    assert case.client.post(f"/evidence/{item}/versions/2/removal").status_code == 303
    assert versions(database) == [(1, "added", "a.pdf"), (3, "restored", "a.pdf")]
    assert database.scalar(select(func.count(StoredFile.id))) == 1
    assert case.client.get(f"/evidence/{item}/versions/2/file").status_code == 404


def test_photograph_loses_its_place_by_one_button(case: Case, database: Database) -> None:
    case.upload((photograph(), "บ้าน.jpg"))
    item = only(database).id
    page = case.client.get(f"/evidence/{item}").get_data(as_text=True)
    assert "ภาพถ่ายมีพิกัดสถานที่ถ่าย" in page
    answer = case.client.post(f"/evidence/{item}/copies", data={"way": "strip"})
    assert answer.status_code == 303
    assert "ภาพถ่ายมีพิกัด" not in case.client.get(f"/evidence/{item}").get_data(as_text=True)
    assert versions(database) == [(1, "added", "บ้าน.jpg"), (2, "mended", "บ้าน.jpg")]


def test_original_goes_with_its_place_on_the_persons_word(case: Case, database: Database) -> None:
    case.upload((photograph(), "บ้าน.jpg"))
    item = only(database).id
    case.client.post(f"/evidence/{item}/copies", data={"way": "strip", "forget": "y"})
    assert versions(database) == [(2, "mended", "บ้าน.jpg")]
    assert database.scalar(select(func.count(StoredFile.id))) == 1
    assert case.client.post(f"/evidence/{item}/copies", data={"way": "burn"}).status_code == 422


def test_list_says_what_was_found_and_shows_small_pictures(app: Flask, case: Case, database: Database) -> None:
    case.upload((photograph(), "1.jpg"))
    work_off(app)
    item = only(database).id
    page = case.client.get("/evidence").get_data(as_text=True)
    assert "ภาพถ่ายมีพิกัดสถานที่ถ่าย" in page
    assert f'src="/evidence/{item}/thumbnail"' in page
    assert case.client.get(f"/evidence/{item}/thumbnail").mimetype == "image/png"
    small = database.scalars(select(Thumbnail)).one()
    assert small.width <= tasks.THUMBNAIL_WIDTH
    one = count_queries(app, lambda: case.client.get("/evidence"))
    for number in range(5):
        case.upload((photograph(quality=60 + number), f"{number}x.jpg"))
    assert count_queries(app, lambda: case.client.get("/evidence")) == one


def test_page_of_a_long_file_is_drawn_when_somebody_looks(
    app: Flask, case: Case, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "MOST_PAGES", 2)
    case.upload((pdf_bytes(13, text="x"), "long.pdf"))
    work_off(app)
    item = only(database)
    item_id = item.id
    assert item.preview_state is PreviewState.READY
    assert case.client.get(f"/evidence/{item_id}/pages/12.png").status_code == 404
    assert "ยังไม่ได้วาดภาพหน้านี้" in case.client.get(f"/evidence/{item_id}/pages/12").get_data(as_text=True)
    for _twice in range(2):
        assert case.client.post(f"/evidence/{item_id}/pages/12").status_code == 303
    work_off(app)
    database.rollback()
    assert sorted(database.scalars(select(PreviewPage.page))) == [1, 2, 11, 12, 13]
    assert case.client.get(f"/evidence/{item_id}/pages/12.png").status_code == 200
    assert case.client.get(f"/evidence/{item_id}/pages?page=99").headers["Location"].endswith("/pages/13")
    assert case.client.get(f"/evidence/{item_id}/pages/14").status_code == 404


def test_items_from_before_versions_get_their_first_when_replaced(case: Case, database: Database) -> None:
    case.upload((pdf_bytes(1), "a.pdf"))
    item = only(database).id
    with transaction():
        database.query(EvidenceVersion).delete()
    case.upload((pdf_bytes(2), "b.pdf"), url=f"/evidence/{item}/file", name="file")
    assert [row[0] for row in versions(database)] == [1, 2]


def test_what_lies_about_its_kind_is_told(case: Case, database: Database) -> None:
    case.upload((photograph("PNG"), "report.pdf"))
    item = only(database)
    assert item.stored_file is not None
    assert item.stored_file.filename == "report.png"
    assert ".pdf แต่เนื้อหาเป็นชนิดอื่น" in case.client.get(f"/evidence/{item.id}").get_data(as_text=True)
