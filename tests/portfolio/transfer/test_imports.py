"""Imports on the page: nothing is written before the person's word, and once only afterwards."""

from __future__ import annotations

import io
import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from portfolio.accounts.models import User
from portfolio.core.clock import frozen_at, now
from portfolio.core.db import session, transaction
from portfolio.core.jobs.models import Job, JobState
from portfolio.core.jobs.worker import run_waiting
from portfolio.core.storage.models import StoredFile
from portfolio.organizations.models import Role
from portfolio.transfer import operations, queries, tasks, views
from portfolio.transfer.formats.recognising import read
from portfolio.transfer.models import BatchState, Choice, ImportBatch, ImportEntry, ImportSource, Likeness, Outcome
from portfolio.works.bibliography.models import Bibliography
from portfolio.works.bibliography.operations import PublicationFields, apply_reference, update_publication
from portfolio.works.bibliography.reference import Reference
from portfolio.works.models import Work
from portfolio.works.vocabulary import WorkKind
from tests.builders.accounts import signed_in
from tests.builders.organizations import make_person
from tests.builders.queries import count_queries
from tests.builders.works import make_rule_set, make_work

Database = scoped_session[Session]

A_MOMENT = 0.5
"""Seconds: long enough for somebody whom nobody holds."""

BIB = """@article{a, title={น้ำชุมชน การจัดการร่วมกัน}, author={ใจดี, สมชาย}, year=2560, volume=3, doi={10.1234/a}}
@book{b, title={A Handbook of Engagement}, year=2019}
@article{c, title={Never closed, year=2001
@book{d, title={A handbook of engagement!}, note={again}}
"""


class Case:
    """An academic with one work that the file knows too, and a colleague."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.app_context(), transaction():
            rules = make_rule_set()
            owner, colleague = make_person(Role.ACADEMIC), make_person(Role.ACADEMIC)
            work = make_work(owner, rules, title_th="น้ำชุมชน: การจัดการร่วมกัน", title_en="")
            make_work(colleague, rules, title_th="", title_en="A Handbook of Engagement")
            reference = Reference(title="น้ำชุมชน: การจัดการร่วมกัน", volume="2", language="th")
            apply_reference(actor=owner, work=work, reference=reference)
            self.owner, self.colleague, self.work = owner.id, colleague.id, work.id
        self.client: FlaskClient = signed_in(app, self.owner)

    def upload(self, content: bytes, name: str = "list.bib") -> Any:
        data = {"file-file": (io.BytesIO(content), name)}
        return self.client.post("/transfer/imports/files", data=data, content_type="multipart/form-data")

    def paste(self, text: str = BIB) -> int:
        answer = self.client.post("/transfer/imports/texts", data={"text-text": text})
        assert answer.status_code == 303, answer.text
        return int(answer.headers["Location"].rsplit("/", 1)[1])


@pytest.fixture
def case(app: Flask) -> Case:
    return Case(app)


def batch_of(database: Database, batch_id: int) -> ImportBatch:
    database.rollback()
    database.expire_all()
    batch = database.get(ImportBatch, batch_id)
    assert batch is not None
    return batch


def entries(database: Database) -> list[ImportEntry]:
    database.rollback()
    database.expire_all()
    return list(database.scalars(select(ImportEntry).order_by(ImportEntry.batch_id, ImportEntry.position)))


def count(database: Database, model: Any = Work) -> int:
    database.rollback()
    return database.scalar(select(func.count()).select_from(model)) or 0


def test_preview_shows_what_was_understood_and_writes_nothing(case: Case, database: Database) -> None:
    before = count(database)
    batch_id = case.paste()
    assert count(database) == before
    first, second, third, fourth = entries(database)
    assert (first.likeness, first.twin_work_id, first.choice) == (Likeness.TITLE, case.work, Choice.SKIP)
    assert (second.likeness, second.choice, second.kind) == (None, Choice.ADD, WorkKind.BOOK)
    assert (third.line, third.reference, third.choice) == (3, None, None)
    assert (fourth.likeness, fourth.twin_position, fourth.choice) == (Likeness.TITLE, 2, Choice.SKIP)
    page = case.client.get(f"/transfer/imports/{batch_id}").text
    assert "บรรทัด 3" in page
    assert "ขาดวงเล็บปีกกา" in page
    assert "A Handbook of Engagement" in page


def test_one_press_writes_and_the_next_shows_the_receipt(case: Case, database: Database) -> None:
    batch_id = case.paste()
    before = count(database)
    for _press in range(2):
        answer = case.client.post(f"/transfer/imports/{batch_id}/works")
        assert answer.status_code == 303
        assert count(database) == before + 1
    batch = batch_of(database, batch_id)
    assert batch.state is BatchState.WRITTEN
    assert (batch.added_count, batch.merged_count, batch.skipped_count, batch.refused_count) == (1, 0, 2, 1)
    made = database.scalars(select(Work).order_by(Work.id.desc())).first()
    assert made is not None
    assert (made.owner_id, made.title_en, made.kind) == (case.owner, "A Handbook of Engagement", WorkKind.BOOK)
    assert "เพิ่มแล้ว" in case.client.get(f"/transfer/imports/{batch_id}").text


@pytest.mark.parametrize("large", [False, True])
def test_two_presses_at_once_write_once(
    case: Case, database: Database, monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    if large:
        monkeypatch.setattr(views, "WRITTEN_AT_ONCE", 0)
    batch_id = case.paste()
    form = {"entry": [entry.id for entry in entries(database) if entry.choice is not None]}
    form |= {f"choice-{id}": ["add"] for id in form["entry"]}
    before, answers = count(database), []

    def press() -> None:
        answers.append(case.client.post(f"/transfer/imports/{batch_id}/works", data=form).status_code)

    other = threading.Thread(target=press)
    with transaction():
        owner, batch = session.get_one(User, case.owner), session.get_one(ImportBatch, batch_id)
        (operations.begin_writing if large else operations.write)(actor=owner, batch=batch)
        other.start()
        other.join(A_MOMENT)
    other.join()
    assert answers == [303]
    run_waiting(case.app)
    assert count(database) == before + 1, "as the first press had it"
    assert batch_of(database, batch_id).state is BatchState.WRITTEN


def test_what_is_saved_while_a_work_is_completed_is_not_lost(case: Case, database: Database) -> None:
    batch_id = case.paste()
    first = entries(database)[0].id
    form = {"entry": str(first), f"choice-{first}": "merge", f"kind-{first}": "research"}
    other = threading.Thread(
        target=case.client.post, args=(f"/transfer/imports/{batch_id}/works",), kwargs={"data": form}
    )
    with transaction():
        work = session.get_one(Work, case.work)
        row = session.get_one(Bibliography, case.work)
        fields = PublicationFields(form=row.form, volume="2", publisher="สำนักพิมพ์ชุมชน")
        update_publication(actor=work.owner, work=work, fields=fields, version=row.version)
        other.start()
        other.join(A_MOMENT)
    other.join()
    assert entries(database)[0].outcome is Outcome.MERGED
    kept = database.get_one(Bibliography, case.work)
    assert (kept.publisher, kept.doi) == ("สำนักพิมพ์ชุมชน", "10.1234/a")


def test_signs_that_no_database_takes_break_no_page(case: Case, database: Database) -> None:
    content = b'[{"type": "book", "title": "Half a pair \\ud800 and a hole \\u0000", "note\\u0000": "\\udfff"}]'
    address = case.upload(content, "list.json").headers["Location"]
    assert "อักขระควบคุม" in case.client.get(address).text
    assert case.client.post(f"{address}/works").status_code == 303
    assert case.client.get(address).status_code == 200
    made = database.scalars(select(Work).order_by(Work.id.desc())).first()
    assert made is not None
    assert made.title_en == "Half a pair   and a hole"


def test_a_day_that_no_calendar_has_is_kept_beside_the_month(case: Case, database: Database) -> None:
    case.paste("@book{k, title={Dated by hand}, year={2567}, month=2, day=31}")
    (entry,) = entries(database)
    assert entry.reference is not None
    assert (entry.reference["year"], entry.reference["month"], entry.reference.get("day")) == (2024, 2, None)
    assert entry.reference["extra"] == {"date-as-written": "2567 2 31"}


def test_works_are_completed_field_by_field(case: Case, database: Database) -> None:
    batch_id = case.paste()
    first = entries(database)[0].id
    form = {
        "entry": str(first),
        f"choice-{first}": "merge",
        f"kind-{first}": "research",
        f"fields-{first}": ["title", "volume", "year", "doi"],
        f"field-{first}-volume": "theirs",
        f"field-{first}-title": "ours",
        f"field-{first}-doi": "theirs",
    }
    before = count(database)
    assert case.client.post(f"/transfer/imports/{batch_id}/works", data=form).status_code == 303
    database.rollback()
    row = database.get(Bibliography, case.work)
    assert row is not None
    assert (row.volume, row.year, row.doi) == ("3", None, "10.1234/a")
    work = database.get(Work, case.work)
    assert work is not None
    assert work.title_th == "น้ำชุมชน: การจัดการร่วมกัน"
    assert count(database) == before + 1
    assert entries(database)[0].outcome is Outcome.MERGED


@pytest.mark.parametrize("large", [False, True])
def test_nothing_is_replaced_that_the_person_has_not_seen(
    case: Case, database: Database, monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    if large:
        monkeypatch.setattr(views, "WRITTEN_AT_ONCE", 0)
    batch_id = case.paste()
    first, address = entries(database)[0].id, f"/transfer/imports/{batch_id}"

    def chosen() -> dict[str, Any]:
        page = case.client.get(address).text
        (seen,) = re.findall(f'name="seen-{first}" value="([0-9a-f]{{64}})"', page)
        shown = re.findall(f'name="fields-{first}" value="([a-z_]+)"', page)
        return {
            "entry": str(first),
            f"choice-{first}": "merge",
            f"seen-{first}": seen,
            f"fields-{first}": shown,
            **{f"field-{first}-{field}": "theirs" for field in shown},
        }

    form = chosen()
    with transaction():
        work, row = session.get_one(Work, case.work), session.get_one(Bibliography, case.work)
        fields = PublicationFields(form=row.form, volume="ฉบับพิเศษ")
        update_publication(actor=work.owner, work=work, fields=fields, version=row.version)
    answer = case.client.post(f"{address}/works", data=form, follow_redirects=True)
    assert "มีการแก้ไขผลงาน" in answer.text
    assert "ผลงานนี้มีการแก้ไข" in answer.text
    assert "ฉบับพิเศษ" in answer.text
    assert batch_of(database, batch_id).state is BatchState.READY
    assert database.get_one(Bibliography, case.work).volume == "ฉบับพิเศษ"
    database.rollback()
    case.client.post(f"{address}/works", data=chosen())
    run_waiting(case.app)
    assert batch_of(database, batch_id).state is BatchState.WRITTEN
    assert database.get_one(Bibliography, case.work).volume == "3", "on the person's word"


def test_the_page_that_says_so_is_the_one_with_the_changed_work(case: Case, database: Database) -> None:
    batch_id = case.paste(
        "".join(f"@book{{k{n}, title={{น้ำชุมชน การจัดการร่วมกัน}}, volume={{{n}}}}}\n" for n in range(60))
    )
    last, address = entries(database)[-1], f"/transfer/imports/{batch_id}"
    form = {"entry": str(last.id), f"choice-{last.id}": "merge", f"seen-{last.id}": "0" * 64}
    form |= {f"fields-{last.id}": "volume", f"field-{last.id}-volume": "theirs"}
    database.rollback()
    answer = case.client.post(f"{address}/works", data=form, follow_redirects=True)
    assert (answer.request.args["part"], answer.request.args["page"]) == ("twins", "3")
    assert f'id="entry-{last.position}"' in answer.text
    assert "ผลงานนี้มีการแก้ไข" in answer.text


def test_what_is_saved_before_the_worker_comes_is_not_replaced_but_completed(
    case: Case, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "WRITTEN_AT_ONCE", 0)
    batch_id = case.paste()
    first, address = entries(database)[0].id, f"/transfer/imports/{batch_id}"
    page = case.client.get(address).text
    form: dict[str, Any] = {"entry": str(first), f"choice-{first}": "merge"}
    form |= {f"seen-{first}": re.findall(f'name="seen-{first}" value="([0-9a-f]{{64}})"', page)[0]}
    form |= {f"fields-{first}": ["volume", "doi"], f"field-{first}-volume": "theirs", f"field-{first}-doi": "theirs"}
    case.client.post(f"{address}/works", data=form)
    with transaction():
        work, row = session.get_one(Work, case.work), session.get_one(Bibliography, case.work)
        fields = PublicationFields(form=row.form, volume="ฉบับพิเศษ")
        update_publication(actor=work.owner, work=work, fields=fields, version=row.version)
    run_waiting(case.app)
    kept = database.get_one(Bibliography, case.work)
    assert (kept.volume, kept.doi) == ("ฉบับพิเศษ", "10.1234/a")
    assert entries(database)[0].outcome is Outcome.MERGED
    assert "มีเพียงช่องที่ว่างอยู่ที่เติมจากไฟล์" in case.client.get(address).text


def test_two_entries_of_one_work_are_both_written_as_they_were_chosen(case: Case, database: Database) -> None:
    twin = "@book{{k{0}, title={{น้ำชุมชน การจัดการร่วมกัน}}, {1}}}\n"
    batch_id = case.paste(twin.format(1, "volume={7}") + twin.format(2, "publisher={P}"))
    page = case.client.get(f"/transfer/imports/{batch_id}").text
    form: dict[str, Any] = {"entry": [str(entry.id) for entry in entries(database)]}
    for entry, field in zip(entries(database), ("volume", "publisher"), strict=True):
        (seen,) = re.findall(f'name="seen-{entry.id}" value="([0-9a-f]{{64}})"', page)
        form |= {f"choice-{entry.id}": "merge", f"seen-{entry.id}": seen}
        form |= {f"fields-{entry.id}": field, f"field-{entry.id}-{field}": "theirs"}
    database.rollback()
    case.client.post(f"/transfer/imports/{batch_id}/works", data=form)
    assert batch_of(database, batch_id).state is BatchState.WRITTEN
    kept = database.get_one(Bibliography, case.work)
    assert (kept.volume, kept.publisher) == ("7", "P")


def test_choices_are_kept_page_by_page_and_for_all(case: Case, database: Database) -> None:
    batch_id = case.paste()
    _first, _second, _third, fourth = entries(database)
    form = {"entry": str(fourth.id), f"choice-{fourth.id}": "add", f"kind-{fourth.id}": "textbook"}
    assert case.client.post(f"/transfer/imports/{batch_id}/choices", data=form).status_code == 303
    assert [(row.choice, row.kind) for row in entries(database)][3] == (Choice.ADD, WorkKind.TEXTBOOK)
    case.client.post(f"/transfer/imports/{batch_id}/choices", data={"all": "none"})
    assert entries(database)[1].choice is Choice.SKIP
    case.client.post(f"/transfer/imports/{batch_id}/choices", data={"all": "add"})
    assert entries(database)[1].choice is Choice.ADD
    assert entries(database)[0].choice is Choice.SKIP


@pytest.mark.parametrize("word", ["merge", "nonsense", ""])
def test_choice_that_the_page_does_not_offer_changes_nothing(case: Case, database: Database, word: str) -> None:
    batch_id = case.paste()
    second = entries(database)[1]
    form = {"entry": [str(second.id), "x", "99999999999999"], f"choice-{second.id}": word, f"kind-{second.id}": "zzz"}
    assert case.client.post(f"/transfer/imports/{batch_id}/choices", data=form).status_code == 303
    assert entries(database)[1].choice is (Choice.SKIP if word == "merge" else Choice.ADD)


def test_import_that_fails_half_way_leaves_nothing(
    case: Case, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "".join(f"@book{{k{number}, title={{Title number {number}}}}}\n" for number in range(3))
    batch_id = case.paste(text)
    before, calls, real = count(database), [], operations.create_from_reference

    def breaks(**more: Any) -> Work:
        calls.append(1)
        if len(calls) == 3:
            raise RuntimeError("planted")
        return real(**more)

    monkeypatch.setattr(operations, "create_from_reference", breaks)
    case.app.config["PROPAGATE_EXCEPTIONS"] = False
    assert case.client.post(f"/transfer/imports/{batch_id}/works").status_code == 500
    assert count(database) == before
    assert batch_of(database, batch_id).state is BatchState.READY
    monkeypatch.setattr(operations, "create_from_reference", real)
    case.client.post(f"/transfer/imports/{batch_id}/works")
    assert count(database) == before + 3


def test_second_import_of_the_same_file_adds_nothing(case: Case, database: Database) -> None:
    case.client.post(f"/transfer/imports/{case.paste()}/works")
    before = count(database)
    batch_id = case.paste()
    assert [row.choice for row in entries(database) if row.batch_id == batch_id] == [
        Choice.SKIP,
        Choice.SKIP,
        None,
        Choice.SKIP,
    ]
    case.client.post(f"/transfer/imports/{batch_id}/works")
    assert count(database) == before


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "ไม่มีข้อมูล"), (b"\x00\x01" * 900, "ไม่ใช่ข้อความ"), (b'{"a": 1}', "ไม่ใช่ CSL-JSON"), (b"plain", "ไม่รู้จักรูปแบบ")],
)
def test_unreadable_file_is_told_at_the_field_and_leaves_nothing(
    case: Case, database: Database, content: bytes, words: str
) -> None:
    answer = case.upload(content)
    assert answer.status_code == 422
    assert words in answer.text
    assert (count(database, ImportBatch), count(database, StoredFile)) == (0, 0)


def test_forms_without_anything_are_told_why(case: Case) -> None:
    assert case.client.post("/transfer/imports/files", data={}).status_code == 422
    assert case.client.post("/transfer/imports/texts", data={"text-text": " "}).status_code == 422


def test_large_file_is_read_and_written_by_the_worker(
    case: Case, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "READ_AT_ONCE", 10)
    monkeypatch.setattr(views, "WRITTEN_AT_ONCE", 2)
    monkeypatch.setattr(tasks, "WRITTEN_AT_ONCE", 2)
    text = "".join(f"@book{{k{number}, title={{Title number {number}}}}}\n" for number in range(5))
    batch_id = int(case.upload(text.encode()).headers["Location"].rsplit("/", 1)[1])
    assert batch_of(database, batch_id).state is BatchState.READING
    assert "job-progress" in case.client.get(f"/transfer/imports/{batch_id}").text
    with case.app.app_context():
        run_waiting(case.app)
    assert batch_of(database, batch_id).state is BatchState.READY
    before = count(database)
    for _press in range(2):
        case.client.post(f"/transfer/imports/{batch_id}/works")
    assert batch_of(database, batch_id).state is BatchState.WRITING
    assert count(database) == before
    with case.app.app_context():
        run_waiting(case.app)
    assert batch_of(database, batch_id).added_count == 5
    assert count(database) == before + 5
    assert {job.state for job in database.scalars(select(Job))} == {JobState.DONE}


def test_writing_goes_on_where_a_killed_worker_stopped(case: Case, database: Database) -> None:
    text = "".join(f"@book{{k{number}, title={{Title number {number}}}}}\n" for number in range(5))
    batch_id = case.paste(text)
    before = count(database)
    with case.app.app_context():
        with transaction():
            batch, owner = queries.get(batch_id), session.get(User, case.owner)
            assert batch is not None
            assert owner is not None
            operations.begin_writing(actor=owner, batch=batch)
        with transaction():
            batch = queries.get(batch_id)
            assert batch is not None
            assert operations.write_some(actor=batch.owner, batch=batch, most=2)
        run_waiting(case.app)
    assert count(database) == before + 5
    assert batch_of(database, batch_id).state is BatchState.WRITTEN


def test_unreadable_large_file_is_told_on_its_page(
    case: Case, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "READ_AT_ONCE", 1)
    batch_id = int(case.upload(b"plain words").headers["Location"].rsplit("/", 1)[1])
    with case.app.app_context():
        run_waiting(case.app)
    assert batch_of(database, batch_id).state is BatchState.FAILED
    assert "ไม่รู้จักรูปแบบ" in case.client.get(f"/transfer/imports/{batch_id}").text


def test_unwritten_imports_go_after_a_month_and_receipts_stay(case: Case, database: Database) -> None:
    written, left = case.paste(), case.paste()
    case.client.post(f"/transfer/imports/{written}/works")
    with case.app.app_context():
        assert tasks.sweep() == 0
        with frozen_at(now() + timedelta(days=31)):
            assert tasks.sweep() == 1
    database.rollback()
    assert list(database.scalars(select(ImportBatch.id))) == [written]
    assert database.get(ImportBatch, left) is None
    assert {row.batch_id for row in entries(database)} == {written}


def test_import_can_be_deleted_until_it_is_written(case: Case, database: Database) -> None:
    first, second = case.paste(), case.paste()
    case.client.post(f"/transfer/imports/{first}/works")
    for batch_id in (first, second):
        assert case.client.post(f"/transfer/imports/{batch_id}/removal").status_code == 303
    database.rollback()
    assert list(database.scalars(select(ImportBatch.id))) == [first]
    assert count(database, StoredFile) == 1


def test_nobody_else_sees_or_writes_an_import(case: Case, database: Database) -> None:
    batch_id = case.paste()
    stranger = signed_in(case.app, case.colleague)
    assert stranger.get(f"/transfer/imports/{batch_id}").status_code == 404
    for verb in ("choices", "works", "removal"):
        assert stranger.post(f"/transfer/imports/{batch_id}/{verb}").status_code == 404
    assert batch_of(database, batch_id).state is BatchState.READY


def test_entries_of_another_import_are_not_chosen(case: Case, database: Database) -> None:
    first, second = case.paste(), case.paste()
    foreign = next(row for row in entries(database) if row.batch_id == first and row.position == 2)
    form = {"entry": str(foreign.id), f"choice-{foreign.id}": "skip"}
    case.client.post(f"/transfer/imports/{second}/choices", data=form)
    assert entries(database)[1].choice is Choice.ADD


def test_pages_cost_the_same_for_one_entry_and_for_many(case: Case) -> None:
    twin = "@book{{k{0}, title={{น้ำชุมชน การจัดการร่วมกัน}}, note={{{0}}}}}\n"
    few, many = case.paste(twin.format(1)), case.paste("".join(twin.format(number) for number in range(60)))
    counts = [count_queries(case.app, lambda at=at: case.client.get(at)) for at in _pages(few, many)]
    assert counts[0] == counts[1] == counts[2]


def _pages(few: int, many: int) -> list[str]:
    return [f"/transfer/imports/{few}", f"/transfer/imports/{many}", f"/transfer/imports/{many}?page=2"]


def test_list_of_imports_costs_the_same_for_one_and_for_many(case: Case) -> None:
    case.paste()
    one = count_queries(case.app, lambda: case.client.get("/transfer/imports"))
    for _number in range(4):
        case.paste()
    assert count_queries(case.app, lambda: case.client.get("/transfer/imports")) == one


def test_recognising_costs_the_same_queries_for_one_entry_and_for_many(case: Case) -> None:
    def take(size: int) -> int:
        found = read("".join(f"@book{{k{n}, title={{Title {n}}}}}\n" for n in range(size)).encode())
        with case.app.app_context(), transaction():
            owner = session.get(User, case.owner)
            assert owner is not None
            batch = operations.open_batch(actor=owner, source=ImportSource.TEXT, rule_set=None)
            return count_queries(case.app, lambda: operations.take_reading(batch=batch, found=found))

    assert take(1) == take(300)


@pytest.mark.parametrize(
    ("kind", "start"), [("bibtex", "@"), ("ris", "TY  - "), ("csl_json", "["), ("csv", "\ufeffkey,type,title")]
)
def test_works_are_taken_along_in_every_format(case: Case, kind: str, start: str) -> None:
    answer = case.client.get(f"/transfer/exports/file?format={kind}&portfolio=all")
    assert answer.status_code == 200
    assert answer.get_data().decode().startswith(start)
    assert "น้ำชุมชน" in answer.get_data().decode()
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_only_chosen_works_are_exported_and_never_another_persons(case: Case, database: Database) -> None:
    database.rollback()
    foreign = database.scalar(select(Work.id).where(Work.owner_id == case.colleague))
    path = "/transfer/exports/file?format=bibtex&portfolio=all&work="
    assert "น้ำชุมชน" in case.client.get(f"{path}{case.work}").text
    assert case.client.get(f"{path}{foreign}").status_code == 422
    assert case.client.get("/transfer/exports/file?format=pdf&portfolio=all").status_code == 422
    assert re.search(r'value="bibtex"[^>]*checked', case.client.get("/transfer/exports").text)
