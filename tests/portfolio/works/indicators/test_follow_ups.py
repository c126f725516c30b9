"""Follow-ups: planned, measured, called off; who is reminded, how often, in which language; and late forms."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from portfolio.accounts.models import Language, User
from portfolio.core.audit.models import AuditEntry
from portfolio.core.clock import frozen_at
from portfolio.core.db import session, transaction
from portfolio.core.mail.models import MailMessage
from portfolio.organizations.models import Role
from portfolio.works.indicators.models import FollowUp, Measurer
from portfolio.works.indicators.tasks import remind_of_due
from portfolio.works.models import ChangeRecord, Work
from tests.builders.accounts import signed_in
from tests.builders.organizations import make_person
from tests.builders.queries import count_queries
from tests.builders.works import make_change_record, make_follow_up, make_rule_set, make_work

Database = scoped_session[Session]
NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)  # noon in Bangkok
TODAY = date(2026, 11, 22)


class Case:
    """An academic with one work of one indicator, measured before on 20 May 2022."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.app_context(), transaction():
            owner = make_person(Role.ACADEMIC)
            work = make_work(owner, make_rule_set(), title_th="น้ำสะอาด", title_en="Clean water")
            record = make_change_record(work)
            record.baseline_date, record.name_en = date(2022, 5, 20), "Households with water"
            self.owner, self.work, self.record = owner.id, work.id, record.id
            self.stranger = make_person(Role.ACADEMIC).id
        self.client: FlaskClient = signed_in(app, self.owner)
        self.url = f"/works/{self.work}/indicators/{self.record}"

    def plan(self, due_on: date) -> int:
        with self.app.app_context(), transaction():
            return make_follow_up(session.get_one(ChangeRecord, self.record), due_on=due_on).id


@pytest.fixture
def case(app: Flask) -> Case:
    return Case(app)


def measured(**more: str) -> dict[str, str]:
    return {"measured_on": "14/9/2569", "value": "๐", "measured_by": "partner", "measurer_name": "อบต."} | more


def rows(database: Database) -> list[FollowUp]:
    database.rollback()
    return list(database.scalars(select(FollowUp).order_by(FollowUp.id)))


def test_a_measurement_is_kept_exactly_and_sent_twice_is_one(case: Case, database: Database) -> None:
    with frozen_at(NOON):
        for _again in range(2):
            assert case.client.post(f"{case.url}/follow-ups", data=measured()).status_code == 303
    (row,) = rows(database)
    assert (row.measured_on, row.value, row.measured_by) == (date(2026, 9, 14), Decimal(0), Measurer.PARTNER)
    page = case.client.get(f"{case.url}/measurements").text
    assert "ภาคีหรือชุมชน: อบต." in page
    assert "−41" in page  # zero is a value: the change is counted from 41
    assert "style=" not in page
    actions = database.scalars(select(AuditEntry.action).where(AuditEntry.subject_type == "follow_up")).all()
    assert actions == ["follow_up:measure"]


BAD_INPUT: list[tuple[dict[str, str], str]] = [
    ({"value": ""}, "โปรดระบุค่าที่วัดได้"),
    ({"value": "สี่สิบ"}, "41"),
    ({"value": "1.23456"}, "ทศนิยม"),
    ({"measured_on": ""}, "โปรดระบุวันที่วัด"),
    ({"measured_on": "31/2/2569"}, "31/2/2569"),
    ({"measured_on": "23/11/2569"}, "ยังไม่ถึงวันนี้"),
    ({"measured_on": "19/5/2565"}, "20 พฤษภาคม พ.ศ. 2565"),
    ({"measured_by": ""}, "โปรดเลือกผู้วัด"),
    ({"measured_by": "nobody"}, "field-error"),
    ({"measured_by": "third_party", "measurer_name": " "}, "โปรดระบุชื่อหน่วยงาน"),
    ({"source": "ก" * 501}, "500"),
]


def test_bad_input_is_one_clear_message_and_changes_nothing(case: Case, database: Database) -> None:
    with frozen_at(NOON):
        for spoilt, said in BAD_INPUT:
            answer = case.client.post(f"{case.url}/follow-ups", data=measured(**spoilt))
            assert answer.status_code == 422, spoilt
            assert said in answer.text, spoilt
            assert answer.text.count('class="field-error"') == 1, spoilt
    assert rows(database) == []


def test_a_plan_lies_from_today_on_and_within_a_career(case: Case, database: Database) -> None:
    answers = {"22/11/2569": 303, "21/11/2569": 422, "1/1/2600": 422, "": 422}
    with frozen_at(NOON):
        for due_on, status in [*answers.items(), ("22/11/2569", 303)]:
            assert case.client.post(f"{case.url}/plans", data={"due_on": due_on}).status_code == status, due_on
    assert [row.due_on for row in rows(database)] == [TODAY]


def test_what_was_planned_is_measured_moved_called_off_and_brought_back(case: Case, database: Database) -> None:
    row_id = case.plan(date(2027, 5, 20))
    url = f"{case.url}/follow-ups/{row_id}"
    with frozen_at(NOON):
        assert case.client.post(f"{url}/due-date", data={"due_on": "1/6/2570", "version": "1"}).status_code == 303
        assert case.client.post(f"{url}/due-date", data={"due_on": "1/7/2570", "version": "1"}).status_code == 409
        assert rows(database)[0].due_on == date(2027, 6, 1)
        assert case.client.post(f"{url}/cancellation").status_code == 303
        assert rows(database)[0].cancelled_at is not None
        assert "การติดตามครั้งนี้ยกเลิกแล้ว" in case.client.get(url).text
        assert case.client.post(url, data=measured(version=str(rows(database)[0].version))).status_code == 303
        row = rows(database)[0]
        assert (row.value, row.due_on, row.cancelled_at) == (Decimal(0), date(2027, 6, 1), None)
        assert case.client.post(f"{url}/cancellation").status_code == 303  # what was measured stays measured
        assert rows(database)[0].cancelled_at is None
        assert case.client.post(f"{url}/removal").status_code == 303
    assert rows(database) == []
    assert case.client.get(url).status_code == 404


def test_a_late_form_shows_both_and_overwrites_nothing(case: Case, database: Database) -> None:
    url = f"{case.url}/follow-ups/{case.plan(date(2027, 5, 20))}"
    with frozen_at(NOON):
        assert case.client.post(url, data=measured(version="1")).status_code == 303
        answer = case.client.post(url, data=measured(version="1", value="7", source="สมุดของฉัน"))
    assert answer.status_code == 409
    assert "สมุดของฉัน" in answer.text
    assert "<dd>0</dd>" in answer.text  # what the other one saved: a zero, which is not nothing
    assert rows(database)[0].value == Decimal(0)


def test_a_late_indicator_shows_both_and_overwrites_nothing(case: Case, database: Database) -> None:
    version = str(database.get_one(ChangeRecord, case.record).version)
    data = {
        "name_th": "ชื่อหนึ่ง",
        "unit_th": "คน",
        "version": version,
        "direction": "less",
        "attribution_th": "เพราะท่อใหม่",
    }
    assert case.client.post(case.url, data=data).status_code == 303
    answer = case.client.post(case.url, data=data | {"name_th": "ชื่อสอง", "attribution_th": "เพราะฝน"})
    assert answer.status_code == 409
    assert "เพราะฝน" in answer.text
    assert "เพราะท่อใหม่" in answer.text
    database.rollback()
    assert database.get_one(ChangeRecord, case.record).name_th == "ชื่อหนึ่ง"
    page = case.client.get(f"{case.url}/measurements").text
    assert "ค่าน้อยลงคือดีขึ้น" in page
    assert "เพราะท่อใหม่" in page


def letters(database: Database) -> list[tuple[str, str, str]]:
    database.rollback()
    found = database.scalars(
        select(MailMessage).where(MailMessage.purpose == "indicators_due").order_by(MailMessage.id)
    )
    return [(row.to_address, row.subject, row.body) for row in found]


def reminded(database: Database) -> int:
    """One run of the sweep, which begins with nothing read, as in the worker."""
    database.rollback()
    return remind_of_due()


def test_a_reminder_goes_once_for_each_due_date(case: Case, app: Flask, database: Database) -> None:
    row_id = case.plan(TODAY)
    with frozen_at(NOON - timedelta(days=1)):
        assert remind_of_due() == 0
    with frozen_at(NOON):
        assert remind_of_due() == 1
        assert remind_of_due() == 0
    with frozen_at(NOON + timedelta(days=40)):
        assert remind_of_due() == 0
    ((_to, subject, body),) = letters(database)
    assert subject == "ถึงกำหนดวัดผลซ้ำ: น้ำสะอาด"
    assert "22 พฤศจิกายน พ.ศ. 2569" in body
    assert f"http://localhost{case.url}/follow-ups/{row_id}" in body
    with frozen_at(NOON):
        url = f"{case.url}/follow-ups/{row_id}/due-date"
        assert case.client.post(url, data={"due_on": "1/12/2569", "version": "1"}).status_code == 303
        assert reminded(database) == 0
    with frozen_at(NOON + timedelta(days=9)):
        assert reminded(database) == 1
    assert len(letters(database)) == 2


def test_one_letter_tells_of_all_that_is_due_that_day_in_the_persons_language(case: Case, database: Database) -> None:
    with transaction():
        database.get_one(User, case.owner).language = Language.ENGLISH
        second = make_change_record(database.get_one(Work, case.work), name_th="ค่าน้ำ")
        make_follow_up(second, due_on=TODAY)
    case.plan(TODAY)
    case.plan(TODAY - timedelta(days=3))
    with frozen_at(NOON):
        assert remind_of_due() == 3
    first, both = letters(database)
    assert first[1] == "A follow-up is due: Clean water"
    assert "19 November 2026" in first[2]
    assert both[2].count("Write down the value") == 2
    assert {"Households with water", "ค่าน้ำ"} <= {line.removeprefix("- ") for line in both[2].splitlines()}


@pytest.mark.parametrize("ended", ["measured", "called off", "work set aside", "owner disabled", "indicator removed"])
def test_nobody_is_reminded_of_what_has_ended(case: Case, database: Database, ended: str) -> None:
    row_id = case.plan(TODAY)
    with frozen_at(NOON):
        if ended == "measured":
            case.client.post(f"{case.url}/follow-ups/{row_id}", data=measured(version="1"))
        elif ended == "called off":
            case.client.post(f"{case.url}/follow-ups/{row_id}/cancellation")
        elif ended == "work set aside":
            case.client.post(f"/works/{case.work}/archive")
        elif ended == "indicator removed":
            case.client.post(f"{case.url}/removal")
        else:
            with transaction():
                owner = database.get_one(User, case.owner)
                owner.disabled_at, owner.disabled_reason = NOON, "left"
        database.rollback()
        assert remind_of_due() == 0
    assert letters(database) == []


def test_home_names_what_is_due_and_nothing_else(case: Case, app: Flask) -> None:
    with frozen_at(NOON):
        assert "ถึงกำหนดวัดซ้ำ" not in case.client.get("/").text
        case.plan(TODAY + timedelta(days=1))
        assert "ถึงกำหนดวัดซ้ำ" not in case.client.get("/").text
        row_id = case.plan(TODAY)
        page = case.client.get("/").text
        assert "ถึงกำหนดวัดซ้ำ" in page
        assert f"{case.url}/follow-ups/{row_id}" in page
        assert "ถึงกำหนดวัดซ้ำ" not in signed_in(app, case.stranger).get("/").text


def test_only_the_owner_finds_follow_ups(case: Case, app: Flask) -> None:
    row_id = case.plan(TODAY)
    client = signed_in(app, case.stranger)
    for path in ("measurements", "follow-ups/new", f"follow-ups/{row_id}"):
        assert client.get(f"{case.url}/{path}").status_code == 404
        assert case.client.get(f"{case.url}/{path}").status_code == 200
    for path in ("follow-ups", "plans", f"follow-ups/{row_id}", f"follow-ups/{row_id}/removal"):
        assert client.post(f"{case.url}/{path}", data=measured(version="1")).status_code == 404
    assert case.client.get(f"/works/{case.work}/indicators/999999/follow-ups/{row_id}").status_code == 404


def test_pages_cost_the_same_for_one_indicator_and_for_twenty(case: Case, app: Flask, database: Database) -> None:
    case.plan(TODAY)
    pages = (f"/works/{case.work}/indicators", f"{case.url}/measurements", "/")
    before = [count_queries(app, lambda page=page: case.client.get(page)) for page in pages]  # type: ignore[misc]
    with transaction():
        work = database.get_one(Work, case.work)
        for number in range(20):
            record = make_change_record(work, name_th=f"ตัวชี้วัด {number}")
            make_follow_up(record, due_on=TODAY)
            make_follow_up(record, measured_on=date(2026, 6, 1), value=str(number))
    assert [count_queries(app, lambda page=page: case.client.get(page)) for page in pages] == before  # type: ignore[misc]


def test_the_database_refuses_half_a_measurement(case: Case, database: Database) -> None:
    done = {"measured_on": TODAY, "value": Decimal(3), "measured_by": Measurer.PARTNER}
    for broken in (
        {"due_on": None},
        {"due_on": TODAY, "value": Decimal(3)},
        {"measured_on": TODAY},
        {"measured_on": TODAY, "value": Decimal(3)},
        {**done, "cancelled_at": NOON},
    ):
        with pytest.raises(IntegrityError), transaction() as current:
            current.add(FollowUp(record_id=case.record, **broken))
            current.flush()
    with transaction() as current:
        current.add(FollowUp(record_id=case.record, **done))
