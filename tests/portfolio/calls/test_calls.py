"""Calls: what officers may change and when, and what everybody else sees."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from portfolio.accounts.models import User
from portfolio.calls import operations, queries, sample_data
from portfolio.calls.forms import ClockField
from portfolio.calls.models import Anonymity, Call
from portfolio.core.audit.models import AuditEntry
from portfolio.core.clock import BANGKOK, frozen_at, now
from portfolio.core.db import transaction
from portfolio.core.permissions import Forbidden
from portfolio.criteria.operations import publish_new_version
from portfolio.criteria.schemas import CriteriaContent, read_files
from portfolio.organizations.models import Role
from tests.builders.accounts import signed_in
from tests.builders.calls import make_call
from tests.builders.criteria import make_criteria_set, make_rule_set
from tests.builders.organizations import make_person, make_university
from tests.builders.queries import count_queries

Database = scoped_session[Session]
TITLE = "รอบที่กรอกไว้"


@pytest.fixture
def officer(database: Database) -> User:
    """An officer of the association."""
    with transaction():
        return make_person(Role.OFFICER)


@pytest.fixture
def sets(database: Database) -> tuple[int, int]:
    """The ids of the criteria set and of the rule set."""
    with transaction():
        return make_criteria_set().id, make_rule_set().id


def form(sets: tuple[int, int], **more: Any) -> dict[str, Any]:
    return {
        "code": "3/2569",
        "title_th": TITLE,
        "title_en": "A call",
        "criteria_set_id": sets[0],
        "rule_set_ids": sets[1],
        "anonymity": "double",
        "opens_on": "1/12/2569",
        "opens_at_time": "08:30",
        "closes_on": "31/1/2570",
        "closes_at_time": "๑๖.๓๐ น.",
        "grace_minutes": "๓๐",
        "review_due_on": "2027-03-31",
        "meeting_on": "15 เมษายน 2570",
    } | more


def form_of(call: Call, **more: Any) -> dict[str, Any]:
    """The form as the page of a call fills it."""
    opens, closes = call.opens_at.astimezone(BANGKOK), call.closes_at.astimezone(BANGKOK)
    return {
        "code": call.code,
        "title_th": call.title_th,
        "title_en": call.title_en,
        "criteria_set_id": call.criteria_set_id,
        "rule_set_ids": [row.id for row in call.rule_sets],
        "anonymity": call.anonymity.value,
        "opens_on": opens.date().isoformat(),
        "opens_at_time": f"{opens:%H:%M}",
        "closes_on": closes.date().isoformat(),
        "closes_at_time": f"{closes:%H:%M}",
        "grace_minutes": call.grace_minutes,
        "version": call.version,
    } | more


def on_the_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


@pytest.fixture
def running(database: Database) -> Call:
    """A call that opened ten days ago, on a whole minute as the form writes it."""
    with transaction():
        call = make_call("1/2569")
        call.opens_at, call.closes_at = on_the_minute(call.opens_at), on_the_minute(call.closes_at)
    return call


def test_call_is_kept_with_days_of_either_era(
    app: Flask, database: Database, officer: User, sets: tuple[int, int]
) -> None:
    answer = signed_in(app, officer).post("/calls/", data=form(sets))
    assert answer.status_code == 303
    call = database.scalars(select(Call)).one()
    assert call.opens_at == datetime(2026, 12, 1, 1, 30, tzinfo=UTC)
    assert call.closes_at == datetime(2027, 1, 31, 9, 30, tzinfo=UTC)
    assert (str(call.review_due_on), str(call.meeting_on)) == ("2027-03-31", "2027-04-15")
    assert call.grace_minutes == 30
    assert call.published_at is None


@pytest.mark.parametrize(
    ("field", "value", "error_at"),
    [
        ("code", "", "code"),
        ("title_th", " ", "title_th"),
        ("opens_on", "31/2/2569", "opens_on"),
        ("opens_at_time", "24:00", "opens_at_time"),
        ("opens_at_time", "noon", "opens_at_time"),
        ("closes_on", "30/11/2569", "closes_on"),
        ("criteria_set_id", "999", "criteria_set_id"),
        ("criteria_set_id", "x", "criteria_set_id"),
        ("rule_set_ids", [], "rule_set_ids"),
        ("rule_set_ids", "999", "rule_set_ids"),
        ("anonymity", "open", "anonymity"),
        ("grace_minutes", "-1", "grace_minutes"),
        ("grace_minutes", "10081", "grace_minutes"),
        ("review_due_on", "1/1/2570", "review_due_on"),
        ("meeting_on", "30/3/2570", "meeting_on"),
    ],
)
def test_wrong_call_is_refused_at_its_field_and_typing_kept(
    app: Flask, database: Database, officer: User, sets: tuple[int, int], field: str, value: Any, error_at: str
) -> None:
    answer = signed_in(app, officer).post("/calls/", data=form(sets, **{field: value}))
    assert answer.status_code == 422
    assert f'id="{error_at}-error"' in answer.text
    if field != "title_th":
        assert TITLE in answer.text
    assert database.scalar(select(func.count()).select_from(Call)) == 0


def test_code_is_taken_once(app: Flask, officer: User, sets: tuple[int, int]) -> None:
    client = signed_in(app, officer)
    client.post("/calls/", data=form(sets))
    answer = client.post("/calls/", data=form(sets))
    assert answer.status_code == 422
    assert 'id="code-error"' in answer.text


@pytest.mark.parametrize(
    ("text", "hour"),
    [("16:30", 16), ("16.30", 16), ("๐๘:๓๐", 8), ("8:05 น.", 8), ("24:00", None), ("8", None), ("", None)],
)
def test_times_of_day(app: Flask, text: str, hour: int | None) -> None:
    from flask_wtf import FlaskForm

    class Clock(FlaskForm):
        at = ClockField("at")

    with app.test_request_context(method="POST", data={"at": text}):
        clock = Clock().at.clock
    assert (None if clock is None else clock.hour) == hour


def test_draft_is_seen_by_officers_only(app: Flask, client: FlaskClient, database: Database, officer: User) -> None:
    with transaction():
        draft = make_call(published=False)
        title, call_id = draft.title_th, draft.id
        academic = make_person(Role.ACADEMIC, university=make_university())
        reviewer = make_person(Role.REVIEWER)
    for viewer in (client, signed_in(app, academic), signed_in(app, reviewer)):
        assert viewer.get(f"/calls/{call_id}").status_code == 404
        assert title not in viewer.get("/calls/").text
    seen = signed_in(app, officer)
    assert seen.get(f"/calls/{call_id}").status_code == 200
    assert title in seen.get("/calls/").text


@pytest.mark.parametrize("role", [None, Role.ACADEMIC, Role.REVIEWER, Role.ADMINISTRATOR])
def test_only_officers_run_calls(
    app: Flask, database: Database, running: Call, sets: tuple[int, int], role: Role | None
) -> None:
    with transaction():
        user = make_person(*([role] if role else []))
    client = signed_in(app, user)
    assert client.get("/calls/new").status_code == 403
    assert client.post("/calls/", data=form(sets)).status_code == 403
    assert client.get(f"/calls/{running.id}/edit").status_code == 403
    assert client.post(f"/calls/{running.id}", data=form_of(running, title_en="Mine")).status_code == 403
    assert client.post(f"/calls/{running.id}/publication", data={"version": 1}).status_code == 403
    assert "แก้ไขรอบ" not in client.get(f"/calls/{running.id}").text
    database.rollback()
    assert database.get_one(Call, running.id).title_en != "Mine"
    with pytest.raises(Forbidden), transaction():
        operations.publish(actor=user, call=running, version=running.version)


def test_publishing_shows_the_call_to_everybody(
    app: Flask, client: FlaskClient, database: Database, officer: User
) -> None:
    with transaction():
        call_id = make_call(published=False).id
    editor = signed_in(app, officer)
    assert editor.post(f"/calls/{call_id}/publication", data={"version": "1"}).status_code == 303
    assert client.get(f"/calls/{call_id}").status_code == 200
    assert [call.id for call in queries.open_calls()] == [call_id]
    actions = database.scalars(select(AuditEntry.action).order_by(AuditEntry.position)).all()
    assert list(actions)[-1] == "call:publish"


def test_call_that_is_over_is_not_published(app: Flask, database: Database, officer: User) -> None:
    with transaction():
        call = make_call(published=False, closes_in=timedelta(days=-1))
    answer = signed_in(app, officer).post(f"/calls/{call.id}/publication", data={"version": "1"})
    assert answer.status_code == 422
    database.rollback()
    assert database.get_one(Call, call.id).published_at is None


def test_what_was_changed_meanwhile_is_not_published_unseen(app: Flask, database: Database, officer: User) -> None:
    with transaction():
        call = make_call(published=False)
    with transaction():
        call.title_en = "Changed by a colleague"
    assert signed_in(app, officer).post(f"/calls/{call.id}/publication", data={"version": "1"}).status_code == 409
    database.rollback()
    assert database.get_one(Call, call.id).published_at is None


def test_closing_of_a_running_call_can_be_moved(app: Flask, database: Database, officer: User, running: Call) -> None:
    later = (running.closes_at + timedelta(days=7)).astimezone(BANGKOK).date().isoformat()
    answer = signed_in(app, officer).post(f"/calls/{running.id}", data=form_of(running, closes_on=later))
    assert answer.status_code == 303
    database.rollback()
    assert database.get_one(Call, running.id).closes_at.astimezone(BANGKOK).date().isoformat() == later


@pytest.mark.parametrize(
    ("change", "error_at"),
    [
        ({"criteria_set_id": "NEW"}, "criteria_set_id"),
        ({"anonymity": "single"}, "anonymity"),
        ({"opens_on": "2026-01-01"}, "opens_on"),
        ({"code": "9/2569"}, "code"),
    ],
)
def test_ground_of_a_running_call_stays(
    app: Flask, database: Database, officer: User, running: Call, change: dict[str, str], error_at: str
) -> None:
    with transaction():
        content = next(part for part in read_files() if isinstance(part, CriteriaContent))
        values = {**content.__dict__, "title_en": "The next version"}
        newer = publish_new_version(actor=officer, content=CriteriaContent(**values)).id
    data = form_of(running, **{name: newer if value == "NEW" else value for name, value in change.items()})
    answer = signed_in(app, officer).post(f"/calls/{running.id}", data=data)
    assert answer.status_code == 422
    assert f'id="{error_at}-error"' in answer.text
    database.rollback()
    kept = database.get_one(Call, running.id)
    assert (kept.criteria_set_id, kept.anonymity, kept.code) == (running.criteria_set_id, Anonymity.DOUBLE, "1/2569")


def test_ground_of_a_call_that_has_not_opened_can_change(app: Flask, database: Database, officer: User) -> None:
    with transaction():
        call = make_call(opens_in=timedelta(days=3))
    answer = signed_in(app, officer).post(f"/calls/{call.id}", data=form_of(call, anonymity="single"))
    assert answer.status_code == 303
    database.rollback()
    assert database.get_one(Call, call.id).anonymity is Anonymity.SINGLE


def test_second_editor_is_told_and_loses_nothing(app: Flask, database: Database, officer: User, running: Call) -> None:
    first = form_of(running, title_en="The first editor's title")
    second = form_of(running, title_en="The second editor's title")
    client = signed_in(app, officer)
    assert client.post(f"/calls/{running.id}", data=first).status_code == 303
    answer = client.post(f"/calls/{running.id}", data=second)
    assert answer.status_code == 409
    assert "The second editor" in answer.text
    database.rollback()
    assert database.get_one(Call, running.id).title_en == "The first editor's title"


def test_call_is_open_from_opening_to_the_end_of_grace(database: Database) -> None:
    with transaction():
        call = make_call(opens_in=timedelta(hours=1), closes_in=timedelta(hours=2), grace_minutes=30)
        make_call(published=False)
    opens, closes = call.opens_at, call.closes_at
    second = timedelta(seconds=1)
    for moment, is_open in (
        (opens - second, False),
        (opens, True),
        (closes + second, True),
        (closes + timedelta(minutes=30), True),
        (closes + timedelta(minutes=30) + second, False),
    ):
        with frozen_at(moment):
            assert [row.id for row in queries.open_calls()] == ([call.id] if is_open else []), moment


def test_grace_is_not_announced(app: Flask, client: FlaskClient, database: Database, officer: User) -> None:
    with transaction():
        call_id = make_call(grace_minutes=7777).id
    assert "7777" not in client.get(f"/calls/{call_id}").text
    assert "7777" in signed_in(app, officer).get(f"/calls/{call_id}").text


def test_open_calls_come_in_the_order_they_close(database: Database) -> None:
    with transaction():
        ids = [make_call(closes_in=timedelta(days=days)).id for days in (20, 5, 10)]
    assert [call.id for call in queries.open_calls()] == [ids[1], ids[2], ids[0]]


def test_list_asks_the_same_with_one_and_with_thirty(app: Flask, database: Database, officer: User) -> None:
    with transaction():
        make_call()
    client = signed_in(app, officer)
    few = count_queries(app, lambda: client.get("/calls/"))
    with transaction():
        for _number in range(30):
            make_call()
    assert count_queries(app, lambda: client.get("/calls/")) == few
    assert "page=2" in client.get("/calls/").text


def test_listing_is_flat_and_complete(database: Database, running: Call) -> None:
    with transaction():
        make_call(published=False)
    first, second = queries.listing()
    assert (first["id"], first["code"], first["open"], first["published"]) == (running.id, "1/2569", True, True)
    assert first["criteria_set"] == "ENT-PROVISIONAL v1"
    assert (second["open"], second["published"]) == (False, False)


def test_sample_calls_are_one_open_double_blind_and_one_over_single_blind(database: Database, officer: User) -> None:
    for _turn in range(2):
        sample_data.load()
    over, is_open = database.scalars(select(Call).order_by(Call.opens_at)).all()
    assert (over.code, over.anonymity, over.is_open) == ("2/2568", Anonymity.SINGLE, False)
    assert (is_open.code, is_open.anonymity, is_open.is_open) == ("1/2569", Anonymity.DOUBLE, True)
    assert "ข้อมูลสมมติ" in over.title_th
    assert over.published_at is not None
    assert over.published_at < over.opens_at < now()


@pytest.mark.parametrize("language", ["th", "en"])
def test_every_page_of_an_officer_is_written(app: Flask, officer: User, running: Call, language: str) -> None:
    client = signed_in(app, officer)
    client.post("/language", data={"language": language})
    for path in ("/calls/", "/calls/new", f"/calls/{running.id}", f"/calls/{running.id}/edit"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert f'<html lang="{language}"' in answer.text
