"""Evidence: handing in, refusing with one clear message, tying, replacing, pictures, who may see it."""

from __future__ import annotations

import io
import re
from typing import Any

import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from portfolio.accounts.models import User
from portfolio.config import Config
from portfolio.core.clock import now
from portfolio.core.db import Stale, engine_of, session, transaction
from portfolio.core.jobs.models import Job, JobState
from portfolio.core.jobs.worker import Worker
from portfolio.core.storage.filesystem import storage
from portfolio.core.storage.models import StoredFile
from portfolio.evidence import operations, queries, tasks
from portfolio.evidence.models import EvidenceItem, EvidenceUse, PreviewPage, PreviewState
from portfolio.evidence.operations import Ties
from portfolio.organizations.models import Role
from portfolio.works.models import Work
from tests.builders.accounts import signed_in
from tests.builders.criteria import make_criteria_set
from tests.builders.evidence import make_evidence, make_link, make_use
from tests.builders.files import office_bytes, pdf_bytes, picture_bytes
from tests.builders.organizations import make_person
from tests.builders.queries import count_queries
from tests.builders.works import make_rule_set, make_work
from tests.conftest import app_with

Database = scoped_session[Session]


class Case:
    """An academic with a work, a colleague, and the provisional criteria."""

    def __init__(self, app: Flask) -> None:
        with app.app_context(), transaction():
            make_criteria_set()
            rules = make_rule_set()
            owner, colleague = make_person(Role.ACADEMIC), make_person(Role.ACADEMIC)
            self.work, self.other_work = make_work(owner, rules).id, make_work(colleague, rules).id
            self.owner, self.colleague = owner.id, colleague.id
        self.client: FlaskClient = signed_in(app, self.owner)

    def upload(self, *files: tuple[bytes, str], url: str = "/evidence", name: str = "files", **more: Any) -> Any:
        parts = [(io.BytesIO(content), filename) for content, filename in files]
        data = {"type": "OTHER", name: parts if name == "files" else parts[0]} | more
        return self.client.post(url, data=data, content_type="multipart/form-data")


@pytest.fixture
def case(app: Flask) -> Case:
    return Case(app)


def items(database: Database) -> list[EvidenceItem]:
    database.rollback()
    return list(database.scalars(select(EvidenceItem).order_by(EvidenceItem.id)))


def only(database: Database) -> EvidenceItem:
    (item,) = items(database)
    return item


def test_file_is_kept_checked_and_tied_to_the_work_it_was_added_for(case: Case, database: Database) -> None:
    answer = case.upload((pdf_bytes(3, text="hello"), "บันทึก_เวที.pdf"), work=str(case.work))
    assert answer.status_code == 303
    item = only(database)
    assert answer.headers["Location"].endswith(f"/evidence/{item.id}")
    assert (item.title_th, item.page_count, item.has_text_layer) == ("บันทึก เวที", 3, True)
    assert item.preview_state is PreviewState.WAITING
    assert [use.work_id for use in item.uses] == [case.work]
    assert item.stored_file is not None
    assert storage().exists(item.stored_file.sha256)
    assert database.scalar(select(func.count(Job.id)).where(Job.task == operations.PREVIEW_TASK)) == 1


def test_several_files_at_once_and_the_bad_one_is_named(case: Case, database: Database) -> None:
    answer = case.upload((pdf_bytes(), "a.pdf"), (b"", "empty.pdf"), (picture_bytes(), "b.png"))
    assert answer.status_code == 303
    assert sorted(item.title_th for item in items(database)) == ["a", "b"]
    page = case.client.get(answer.headers["Location"]).get_data(as_text=True)
    assert "empty.pdf" in page


REFUSED = {
    "empty": (b"", "a.pdf"),
    "executable named pdf": (b"MZ\x90\x00" + bytes(200), "report.pdf"),
    "script": (b"#!/bin/sh\nrm -rf /\n", "a.txt"),
    "broken pdf": (b"%PDF-1.7\n" + b"garbage" * 50, "a.pdf"),
    "encrypted pdf": (pdf_bytes(encryption=pikepdf.Encryption(owner="o", user="u")), "a.pdf"),
    "zip bomb": (office_bytes(**{"word/bomb.xml": bytes(30_000_000)}), "a.docx"),
    "web page": (b"<html><script>alert(1)</script></html>", "a.html"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_unusable_file_is_refused_with_one_message(case: Case, database: Database, kind: str) -> None:
    content, filename = REFUSED[kind]
    answer = case.upload((content, filename))
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert len(re.findall(rf"ไม่ได้รับ “{re.escape(filename)}”", page)) in (1, 2)  # at the field and in the summary
    assert items(database) == []
    assert database.scalar(select(func.count(StoredFile.id))) == 0


def test_file_over_the_limit_is_refused_with_the_limit(config: Config) -> None:
    app = app_with(config, max_upload_bytes=100 * 1024)
    try:
        case = Case(app)
        assert "100 KB" in case.client.get("/evidence/new").get_data(as_text=True)
        answer = case.upload((b"x" * 150_000, "big.txt"))
        assert answer.status_code == 422
        assert "100 KB" in answer.get_data(as_text=True)
        over = case.client.post(
            "/evidence",
            content_type="multipart/form-data; boundary=x",
            environ_overrides={"CONTENT_LENGTH": "80000000"},
        )
        assert over.status_code == 413
        assert "1.4 MB" in over.get_data(as_text=True)
    finally:
        engine_of(app).dispose()


def test_form_without_a_file_or_with_a_strange_work_is_refused(case: Case, database: Database) -> None:
    assert case.upload().status_code == 422
    assert case.upload((pdf_bytes(), "a.pdf"), work=str(case.other_work)).status_code == 422
    assert items(database) == []


def test_the_same_file_sent_twice_is_one_item(case: Case, database: Database) -> None:
    content = pdf_bytes()
    places = {case.upload((content, "a.pdf")).headers["Location"] for _again in range(2)}
    assert len(places) == 1
    assert len(items(database)) == 1


@pytest.mark.parametrize(
    "filename", ["👩🏽‍🌾.pdf", "تقرير.pdf", "../../etc/passwd.pdf", 'a"b;c.pdf', "ก" * 300 + ".pdf"]
)
def test_odd_file_names_are_made_harmless(case: Case, database: Database, filename: str) -> None:
    assert case.upload((pdf_bytes(), filename)).status_code == 303
    item = only(database)
    assert item.stored_file is not None
    assert "/" not in item.stored_file.filename
    with case.client.get(f"/evidence/{item.id}/file") as answer:
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "ftp://a.example", "https://", "http://u:p@a.example", "x", ""]
)
def test_link_must_be_a_whole_web_address(case: Case, database: Database, address: str) -> None:
    answer = case.client.post("/evidence/links", data={"link-url": address, "link-title_th": "ก", "link-type": "OTHER"})
    assert answer.status_code == 422
    assert items(database) == []


def test_link_is_added_once_and_its_address_can_be_changed(case: Case, database: Database) -> None:
    data = {
        "link-url": "https://example.org/a",
        "link-title_th": "บทความ",
        "link-type": "MEDIA",
        "link-dated": "1/2/2569",
    }
    for _again in range(2):
        assert case.client.post("/evidence/links", data=data).status_code == 303
    item = only(database)
    assert str(item.dated) == "2026-02-01"
    change = {"version": "1", "title_th": "บทความ", "type": "MEDIA", "url": "https://example.org/b"}
    assert case.client.post(f"/evidence/{item.id}", data=change).status_code == 303
    assert only(database).url == "https://example.org/b"


def test_stale_description_shows_both(case: Case, database: Database) -> None:
    with transaction():
        item = make_link(_owner(case), title_th="เดิม").id
    send = {"version": "1", "type": "OTHER", "url": "https://example.org/a"}
    assert case.client.post(f"/evidence/{item}", data=send | {"title_th": "จากแท็บแรก"}).status_code == 303
    answer = case.client.post(f"/evidence/{item}", data=send | {"title_th": "จากแท็บที่สอง"})
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "จากแท็บแรก" in page
    assert 'value="จากแท็บที่สอง"' in page
    assert only(database).title_th == "จากแท็บแรก"


def test_ties_are_set_and_taken_away_by_boxes(case: Case, database: Database) -> None:
    with transaction():
        item = make_evidence(_owner(case)).id
    url, work = f"/evidence/{item}/ties", case.work
    boxes = {
        "version": "1",
        "work": [str(work)],
        f"headings-{work}": ["s1", "s6"],
        f"criteria-{work}": ["P1.1", "P9.9"],
    }
    assert case.client.post(url, data=boxes).status_code == 303
    use = only(database).uses[0]
    assert {row.heading_code for row in use.headings} == {"s1", "s6"}
    assert {row.criterion_code for row in use.criteria} == {"P1.1"}
    page = case.client.get(f"/evidence/{item}").get_data(as_text=True)
    assert f'name="headings-{work}" value="s6" checked' in page
    assert case.client.post(url, data={"version": "1", "work": [str(work)]}).status_code == 409
    assert case.client.post(url, data={"version": "2", "work": [str(work)]}).status_code == 303
    assert only(database).uses == []


def test_nothing_can_be_tied_to_a_work_of_somebody_else(case: Case, database: Database) -> None:
    with transaction():
        item = make_evidence(_owner(case))
    other = str(case.other_work)
    case.client.post(f"/evidence/{item.id}/ties", data={"version": "1", "work": other, f"tied-{other}": "y"})
    assert only(database).uses == []
    with pytest.raises(ValueError, match="not this person's"), transaction():
        operations.tie(actor=_owner(case), item=item, ties={case.other_work: Ties()}, version=item.version)


def test_ties_of_two_tabs_never_overwrite_each_other(case: Case, database: Database) -> None:
    with transaction():
        item = make_evidence(_owner(case))
    with transaction():
        operations.tie(actor=_owner(case), item=item, ties={case.work: Ties(("s1",))}, version=1)
    with pytest.raises(Stale), transaction():
        operations.tie(actor=_owner(case), item=item, ties={}, version=1)
    assert len(only(database).uses) == 1


def test_replacing_keeps_the_old_file_and_the_ties(case: Case, database: Database) -> None:
    case.upload((pdf_bytes(1, text="old"), "a.pdf"), work=str(case.work))
    item = only(database)
    old = item.stored_file_id
    answer = case.upload((pdf_bytes(2, text="new"), "b.pdf"), url=f"/evidence/{item.id}/file", name="file")
    assert answer.status_code == 303
    item = only(database)
    assert item.stored_file_id != old
    assert item.page_count == 2
    assert len(item.uses) == 1
    assert database.get(StoredFile, old) is not None
    bad = case.upload((b"MZ\x90\x00", "c.pdf"), url=f"/evidence/{item.id}/file", name="file")
    assert bad.status_code == 422
    assert "ไม่ได้รับ" in bad.get_data(as_text=True)
    assert case.client.post(f"/evidence/{item.id}/file").status_code == 422


def test_item_set_aside_leaves_counts_and_comes_back_with_its_ties(case: Case, database: Database) -> None:
    with transaction():
        item = make_evidence(_owner(case))
        make_use(item, session.get_one(Work, case.work))
        item_id = item.id
    assert [proof.item_id for proof in queries.proofs_of_works([case.work])[case.work]] == [item_id]
    assert case.client.post(f"/evidence/{item_id}/archive").status_code == 303
    database.rollback()
    assert queries.proofs_of_works([case.work]) == {}
    assert case.client.post(f"/evidence/{item_id}/restoration").status_code == 303
    database.rollback()
    assert [proof.item_id for proof in queries.proofs_of_works([case.work])[case.work]] == [item_id]


def test_order_of_exhibits_is_the_academics(case: Case, database: Database) -> None:
    with transaction():
        work = session.get_one(Work, case.work)
        made = [make_evidence(_owner(case), title_th=name, content=name.encode()) for name in ("ก", "ข", "ค")]
        for place, item in enumerate(made):
            make_use(item, work, position=place)
        last = made[2].id
    url = f"/evidence/{last}/works/{case.work}/position"
    assert case.client.post(url, data={"direction": "up"}).status_code == 303
    database.rollback()
    uses = queries.uses_of_work(session.get_one(Work, case.work))
    assert [use.evidence.title_th for use in uses] == ["ก", "ค", "ข"]


def test_pictures_are_drawn_by_a_job_and_only_once(app: Flask, case: Case, database: Database) -> None:
    case.upload((pdf_bytes(22, text="page"), "a.pdf"))
    worker = Worker(app)
    assert worker.run_next()
    item = only(database)
    assert item.preview_state is PreviewState.READY
    assert item.version == 1
    assert item.stored_file is not None
    pages = queries.pages_of(item.stored_file.sha256)
    assert [page.page for page in pages] == list(range(1, tasks.MOST_PAGES + 1))
    assert pages[0].width == tasks.WIDTH
    with transaction():
        session.get_one(EvidenceItem, item.id).preview_state = PreviewState.WAITING
        job = session.scalars(select(Job)).one()
        job.state, job.finished_at = JobState.QUEUED, None
    assert worker.run_next()
    database.rollback()
    assert database.scalar(select(func.count(PreviewPage.id))) == tasks.MOST_PAGES
    picture = case.client.get(f"/evidence/{item.id}/pages/1.png")
    assert picture.status_code == 200
    assert picture.mimetype == "image/png"
    assert case.client.get(f"/evidence/{item.id}/pages/21.png").status_code == 404
    page = case.client.get(f"/evidence/{item.id}").get_data(as_text=True)
    assert f"/evidence/{item.id}/pages/20.png" in page


def test_file_that_cannot_be_drawn_says_so_and_can_be_tried_again(app: Flask, case: Case, database: Database) -> None:
    with transaction():
        item = make_evidence(_owner(case), content=b"gone").id
        operations._queue_preview(session.get_one(EvidenceItem, item), _owner(case))
        stored = session.get_one(EvidenceItem, item).stored_file
        assert stored is not None
        digest = stored.sha256
    path = storage().path(digest)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no pdf at all")
    assert Worker(app).run_next()
    assert only(database).preview_state is PreviewState.FAILED
    assert "evidence" in case.client.get("/").get_data(as_text=True)
    assert case.client.post(f"/evidence/{item}/preview").status_code == 303
    assert only(database).preview_state is PreviewState.WAITING
    assert database.scalars(select(Job.state)).one() is JobState.QUEUED


def test_forgotten_pictures_are_taken_up_by_the_sweep(case: Case, database: Database) -> None:
    with transaction():
        item = make_evidence(_owner(case))
        assert item.stored_file is not None
        item.stored_file.created_at = now() - 2 * tasks.FORGOTTEN_AFTER
    assert tasks.mend_previews() == 1
    assert tasks.mend_previews() == 0
    assert database.scalar(select(func.count(Job.id))) == 1


URLS = ("/evidence/{item}", "/evidence/{item}/file", "/evidence/{item}/pages/1.png")
ACTS = ("", "/ties", "/file", "/preview", "/archive", "/restoration", "/works/{work}/position")


def test_only_the_owner_finds_an_item_its_file_and_its_pictures(app: Flask, case: Case, database: Database) -> None:
    case.upload((pdf_bytes(text="secret"), "a.pdf"), work=str(case.work))
    Worker(app).run_next()
    item = only(database).id
    for url in URLS:
        address = url.format(item=item)
        with case.client.get(address) as answer:
            assert answer.status_code == 200
        assert signed_in(app, case.colleague).get(address).status_code == 404
        assert app.test_client().get(address).status_code == 303
    for act in ACTS:
        address = f"/evidence/{item}{act.format(work=case.work)}"
        assert signed_in(app, case.colleague).post(address).status_code == 404
        assert app.test_client().post(address).status_code == 401


def test_list_costs_the_same_for_one_item_and_for_thirty(app: Flask, case: Case, database: Database) -> None:
    def add(number: int) -> None:
        item = make_evidence(_owner(case), title_th=f"หลักฐาน {number}", content=str(number).encode())
        make_use(item, session.get_one(Work, case.work), headings=("s1",), criteria=("P1.1",), position=number)

    with transaction():
        add(0)
    pages = ("/evidence", f"/works/{case.work}", f"/works/{case.work}/sections/s1")
    one = [count_queries(app, lambda url=url: case.client.get(url)) for url in pages]  # type: ignore[misc]
    with transaction():
        for number in range(1, 25):
            add(number)
    assert [count_queries(app, lambda url=url: case.client.get(url)) for url in pages] == one  # type: ignore[misc]


def test_list_is_narrowed_to_a_work_and_to_what_is_untied(case: Case, database: Database) -> None:
    with transaction():
        tied = make_evidence(_owner(case), title_th="ผูกแล้ว", content=b"1")
        make_use(tied, session.get_one(Work, case.work))
        make_evidence(_owner(case), title_th="ลอยอยู่", content=b"2")
    page = case.client.get(f"/evidence?work={case.work}").get_data(as_text=True)
    assert "ผูกแล้ว" in page
    assert "ลอยอยู่" not in page
    page = case.client.get("/evidence?untied=1").get_data(as_text=True)
    assert "ลอยอยู่" in page
    assert ">ผูกแล้ว<" not in page
    assert case.client.get("/evidence?work=99999999999").status_code == 200


def test_use_of_one_work_is_unique(case: Case, database: Database) -> None:
    with transaction():
        item = make_evidence(_owner(case))
        for version in (1, 2):
            operations.tie(actor=_owner(case), item=item, ties={case.work: Ties()}, version=version)
    assert database.scalar(select(func.count(EvidenceUse.id))) == 1


def _owner(case: Case) -> User:
    return session.get_one(User, case.owner)
