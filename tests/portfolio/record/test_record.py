"""The record in use: lines written, moved, removed; the profile; what only the academic sees; tables; who may."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from portfolio.accounts.models import User
from portfolio.core.audit.models import AuditEntry
from portfolio.core.db import session, transaction
from portfolio.core.hooks import current_hooks
from portfolio.organizations.delegations import operations as delegations
from portfolio.organizations.models import Role
from portfolio.record import operations, queries
from portfolio.record.models import AcademicRank, CvEntry, CvKind, DegreeLevel, PersonalDetails, RecordProfile
from portfolio.record.operations import CvFields
from tests.builders.accounts import signed_in
from tests.builders.organizations import make_person
from tests.builders.queries import count_queries
from tests.builders.record import make_cv_entry, make_details, make_profile

Database = scoped_session[Session]
PERSONAL = {"birth_date": "๑๗/๓/๒๕๒๗", "salary": "58,390.50 บาท", "telephone": "02-000-4321"}
DEGREE = {"level": "bachelor", "year_to": "๒๕๖๐", "institution_th": "มหาวิทยาลัยสมมติ"}


class Case:
    """An academic and a colleague."""

    def __init__(self, app: Flask) -> None:
        with app.app_context(), transaction():
            owner, colleague = make_person(Role.ACADEMIC), make_person(Role.ACADEMIC)
            self.owner, self.colleague = owner.id, colleague.id
        self.app = app
        self.client: FlaskClient = signed_in(app, self.owner)

    def add(self, kind: CvKind = CvKind.EDUCATION, **fields: Any) -> int:
        with transaction():
            return make_cv_entry(session.get_one(User, self.owner), kind, **fields).id

    def post(self, address: str, **data: Any) -> int:
        return self.client.post(f"/record{address}", data=data).status_code

    def page(self, address: str = "") -> str:
        answer = self.client.get(f"/record{address}")
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    def table(self, kind: str, content: bytes) -> Any:
        return self.client.post(f"/record/{kind}/table", data={"file": (io.BytesIO(content), "table.csv")})


@pytest.fixture
def case(app: Flask) -> Case:
    return Case(app)


def rows(database: Database, kind: CvKind | None = None) -> list[CvEntry]:
    database.rollback()
    chosen = select(CvEntry).order_by(CvEntry.position)
    return list(database.scalars(chosen if kind is None else chosen.where(CvEntry.kind == kind)))


def test_lines_are_written_once_changed_moved_and_removed(case: Case, database: Database) -> None:
    for title in ("วศ.บ.", "ศศ.บ."):
        assert [case.post("/education", title_th=title, **DEGREE) for _again in range(2)] == [303, 303]
    assert [(row.title_th, row.year_to, row.level) for row in rows(database)] == [
        ("วศ.บ.", 2017, DegreeLevel.BACHELOR),
        ("ศศ.บ.", 2017, DegreeLevel.BACHELOR),
    ]
    first, second = (row.id for row in rows(database))
    assert case.post(f"/{second}/position", direction="up") == 303
    assert [row.id for row in rows(database)] == [second, first]
    change = {**DEGREE, "title_th": "ศศ.บ. (ใหม่)", "year_to": "2018"}
    assert case.post(f"/{second}", version=1, **change) == 409
    assert case.post(f"/{second}", version=2, **change) == 303
    assert "ศศ.บ. (ใหม่)" in case.page()
    assert case.post(f"/{first}/removal") == 303
    assert [row.id for row in rows(database)] == [second]
    with case.app.app_context():
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert [action for action in actions if action.startswith("record:")] == [
        "record:add_line",
        "record:add_line",
        "record:update_line",
        "record:remove_line",
    ]


def test_stale_page_shows_both(case: Case, database: Database) -> None:
    entry = case.add(title_th="ที่บันทึกไว้")
    answer = case.client.post(f"/record/{entry}", data={**DEGREE, "title_th": "ที่พิมพ์ใหม่", "version": "7"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "ที่บันทึกไว้" in page
    assert 'value="ที่พิมพ์ใหม่"' in page


def test_the_highest_degree_stands_first_whatever_came_first(case: Case, database: Database) -> None:
    for level in ("bachelor", "doctoral", "master"):
        case.post("/education", title_th=f"ปริญญา {level}", level=level)
    page = case.page()
    places = [page.index(f"ปริญญา {level}") for level in ("doctoral", "master", "bachelor")]
    assert places == sorted(places)
    assert '<span class="num">1.3.1</span>' in page
    # Each stands alone at its level, so that no button offers to move it above a higher one.
    assert "ขึ้น</" not in page
    with case.app.app_context():
        entries = queries.entries_of(session.get_one(User, case.owner))
    assert [entry.level for entry in entries] == [DegreeLevel.DOCTORAL, DegreeLevel.MASTER, DegreeLevel.BACHELOR]


def test_an_appointment_is_called_by_its_rank(case: Case, database: Database) -> None:
    data = {"rank": "assistant_professor", "mode": "special", "field_th": "น้ำ", "dated": "15 ส.ค. 2562"}
    assert case.post("/appointment", **data) == 303
    (row,) = rows(database)
    assert (row.title_th, row.title_en) == ("ผู้ช่วยศาสตราจารย์", "Assistant professor")
    assert (row.dated, row.year_from) == (date(2019, 8, 15), 2019)
    assert "วิธีพิเศษ" in case.page()


IMPOSSIBLE_LINES: list[tuple[str, dict[str, Any]]] = [
    ("teaching", {"hours_per_week": "169"}),
    ("teaching", {"hours_per_week": "three"}),
    ("teaching", {"semester": "4"}),
    ("service", {"hours_per_week": "-1"}),
    ("position", {"year_from": "2560", "year_to": "2559"}),
    ("position", {"year_from": "20"}),
    ("appointment", {"rank": ""}),
    ("appointment", {"rank": "lecturer", "dated": "31/2/2560"}),
    ("education", {"level": "bachelor", "title_th": ""}),
    ("education", {"title_th": "ก"}),
    ("research", {"title_th": "ก" * 301}),
    ("research", {"detail_th": "\x00"}),
]


def test_impossible_lines_are_refused(case: Case, database: Database) -> None:
    taken = [
        (kind, more) for kind, more in IMPOSSIBLE_LINES if case.post(f"/{kind}", **({"title_th": "ก"} | more)) != 422
    ]
    assert taken == []
    assert rows(database) == []


NO_LINES: list[dict[str, Any]] = [
    {"kind": CvKind.APPOINTMENT},
    {"kind": CvKind.EDUCATION, "rank": AcademicRank.LECTURER},
    {"kind": CvKind.SERVICE, "level": DegreeLevel.MASTER},
    {"kind": CvKind.RESEARCH, "hours_per_week": 3.0},
    {"kind": CvKind.POSITION, "thesis_th": "ก"},
    {"kind": CvKind.EDUCATION, "dated": date(2020, 1, 1)},
    {"kind": CvKind.HONOUR, "year_to": 2568},
]


def test_the_database_refuses_lines_that_no_part_has(case: Case, database: Database) -> None:
    for fields in NO_LINES:
        with pytest.raises(IntegrityError), transaction():
            session.add(CvEntry(owner_id=case.owner, title_th="ก", **fields))
            session.flush()
    assert rows(database) == []


def test_an_unknown_part_is_not_found(case: Case) -> None:
    assert [case.client.get(f"/record/hobbies/{act}").status_code for act in ("new", "table", "lines")] == [404] * 3
    assert case.post("/hobbies", title_th="ก") == 404


def test_a_full_part_takes_no_more(case: Case, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "MOST_LINES", 1)
    assert case.post("/honour", title_th="หนึ่ง") == 303
    assert case.post("/honour", title_th="สอง") == 422
    assert len(rows(database)) == 1


def test_the_profile_is_saved_and_mended_where_the_form_lacks_it(case: Case, database: Database) -> None:
    assert "ยังไม่มีรหัสสาขาวิชา" in case.page()
    data = {"prefix": "rank", "service_rank_th": "ร้อยตรี", "field_code": "๐๖๐๒", "h_index": "๙", "version": "0"}
    data |= {"orcid": "https://orcid.org/0000-0002-1825-0097", "counted_on": "30/9/2567"}
    assert case.post("/profile", **data) == 303
    assert case.post("/profile", **data) == 409
    database.rollback()
    profile = database.get_one(RecordProfile, case.owner)
    assert (profile.field_code, profile.orcid, profile.h_index) == ("0602", "0000-0002-1825-0097", 9)
    page = case.page()
    assert "ยังไม่มีรหัสสาขาวิชา" not in page
    assert "ร้อยตรี สมมติ" in page
    assert case.post("/profile", prefix="mr", service_rank_th="ร้อยตรี", version=1) == 303
    database.rollback()
    assert database.get_one(RecordProfile, case.owner).service_rank_th == ""


IMPOSSIBLE_PARTICULARS = [
    {"field_code": "602"},
    {"subfield_code": "06020"},
    {"orcid": "0000-0002-1825-0098"},
    {"scopus_id": "abc"},
    {"h_index": "-1"},
    {"citations": "99999999999"},
    {"employed_on": "1/1/2700"},
    {"prefix": "rank"},
    {"prefix": "professor"},
]


def test_impossible_particulars_are_refused(case: Case, database: Database) -> None:
    assert [wrong for wrong in IMPOSSIBLE_PARTICULARS if case.post("/profile", **wrong) != 422] == []
    assert database.get(RecordProfile, case.owner) is None


def test_personal_details_are_sealed_shown_to_the_academic_and_erased(case: Case, database: Database) -> None:
    assert case.post("/personal", version=0, **PERSONAL) == 303
    details = database.get_one(PersonalDetails, case.owner)
    assert (details.birth_date, details.salary, details.telephone) == (
        date(1984, 3, 17),
        Decimal("58390.50"),
        "02-000-4321",
    )
    database.rollback()
    held = " ".join(database.execute(text("SELECT birth_date, salary, telephone FROM personal_details")).one())
    database.rollback()
    assert not any(value in held for value in ("1984", "58390", "4321"))
    assert 'value="58,390.50"' in case.page("/personal")
    for address in ("", "/form", "/profile", "/education/new"):
        assert not any(value in case.page(address) for value in ("58,390", "4321", "มีนาคม พ.ศ. 2527"))
    assert "58,390.50 บาท" in case.page("/form?personal=yes")
    assert case.post("/personal", version=1, **PERSONAL | {"salary": ""}) == 303
    database.rollback()
    assert database.get_one(PersonalDetails, case.owner).salary is None
    assert case.post("/personal", version=1, telephone="1") == 409
    assert case.post("/personal/erasure") == 303
    database.rollback()
    assert database.get(PersonalDetails, case.owner) is None
    assert database.scalar(select(func.count()).select_from(PersonalDetails)) == 0


IMPOSSIBLE_DETAILS = [
    {"birth_date": "17/3/2700"},
    {"birth_date": "x"},
    {"salary": "มาก"},
    {"salary": "-1"},
    {"salary": "1e9"},
]


def test_impossible_details_are_refused(case: Case, database: Database) -> None:
    assert [wrong for wrong in IMPOSSIBLE_DETAILS if case.post("/personal", **wrong) != 422] == []
    assert database.get(PersonalDetails, case.owner) is None


def test_details_that_no_key_opens_are_one_line_and_survive_saving(case: Case, database: Database) -> None:
    with transaction():
        make_details(session.get_one(User, case.owner), birth_date=date(1984, 3, 17), telephone="081")
    config = case.app.extensions["config"]
    before = database.execute(text("SELECT birth_date FROM personal_details")).scalar_one()
    database.rollback()
    case.app.extensions["config"] = replace(config, field_keys=(Fernet.generate_key().decode(),))
    case.app.extensions.pop("field_keys")
    assert case.page("/personal").count("อ่านข้อมูลบางส่วนไม่ได้") == 1
    assert "อ่านข้อมูลที่จัดเก็บไว้ไม่ได้" in case.page("/form?personal=yes")
    assert [found.subject for found in current_hooks().invariants["sealed-values"]()] == [
        f"personal_details {case.owner}"
    ] * 2
    assert case.post("/personal", version=1, telephone="082") == 303
    database.rollback()
    assert database.execute(text("SELECT birth_date FROM personal_details")).scalar_one() == before


def test_an_assistant_edits_the_record_but_sees_no_personal_details(case: Case, database: Database) -> None:
    with transaction():
        owner, helper = session.get_one(User, case.owner), session.get_one(User, case.colleague)
        make_details(owner, telephone="02-000-4321")
        asked = delegations.ask(actor=owner, address=helper.email)
        delegations.accept(actor=helper, delegation=asked)
        delegation_id = asked.id
    assistant = signed_in(case.app, case.colleague)
    assert assistant.post(f"/delegations/{delegation_id}/desk").status_code == 303
    assert assistant.post("/record/honour", data={"title_th": "รางวัลจากผู้ช่วย"}).status_code == 303
    assert rows(database)[0].owner_id == case.owner
    assert "รางวัลจากผู้ช่วย" in case.page()
    assert assistant.get("/record/personal").status_code == 403
    assert assistant.post("/record/personal/erasure").status_code == 403
    assert assistant.post("/record/personal", data={"telephone": "1"}).status_code == 403
    page = assistant.get("/record/form?personal=yes").get_data(as_text=True)
    assert "4321" not in page
    assert "ข้อมูลส่วนตัว ไม่แสดงในหน้านี้" in page


def test_only_the_owner_finds_a_line(case: Case, database: Database) -> None:
    entry = case.add(title_th="ปริญญาลับ")
    colleague, visitor = signed_in(case.app, case.colleague), case.app.test_client()
    posts = [f"/record/{entry}{act}" for act in ("", "/removal", "/position")]
    assert colleague.get(f"/record/{entry}").status_code == 404
    assert {colleague.post(url).status_code for url in posts} == {404}
    assert "ปริญญาลับ" not in colleague.get("/record").get_data(as_text=True)
    assert {visitor.post(url).status_code for url in posts} == {401}


def test_a_table_is_shown_before_it_is_written_and_written_whole(case: Case, database: Database) -> None:
    case.add(CvKind.HONOUR, title_th="มีแล้ว", year_to=2020)
    content = "การยกย่องหรือรางวัล ภาษาไทย;ปี;สี\nมีแล้ว;2563;แดง\nรางวัลใหม่;2568;\n;2568;\n=สูตร;2567;\n"
    answer = case.table("honour", content.encode("cp874"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert len(rows(database)) == 1
    for words in ("TIS-620", "รางวัลใหม่", "มีอยู่แล้ว จึงไม่เพิ่มซ้ำ", "สี", "กรอกเป็นภาษาไทย", "เพิ่ม 2 รายการ"):
        assert words in page
    lines = "การยกย่องหรือรางวัล ภาษาไทย,ปี\nรางวัลใหม่,2568\n'=สูตร,2567\n"
    assert case.post("/honour/lines", lines=lines) == 303
    assert [(row.title_th, row.year_to) for row in rows(database)] == [
        ("มีแล้ว", 2020),
        ("รางวัลใหม่", 2025),
        ("=สูตร", 2024),
    ]
    assert case.post("/honour/lines", lines=lines) == 303
    assert len(rows(database)) == 3


def test_nothing_of_a_table_is_written_when_a_line_is_refused_or_one_too_many(
    case: Case, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = "title_th,year_to\nหนึ่ง,2568\nสอง,สองพัน\n"
    assert case.post("/honour/lines", lines=lines) == 422
    monkeypatch.setattr(operations, "MOST_LINES", 1)
    assert case.post("/honour/lines", lines="title_th\nหนึ่ง\nสอง\n") == 422
    assert case.post("/honour/lines", lines="") == 422
    assert rows(database) == []


NO_TABLES = [b"", b"PK\x03\x04\0", b"a,b\n1,2\n", b'"' + b"x" * 1000, b"x" * 300_000]


def test_a_file_that_is_no_table_gets_one_message(case: Case) -> None:
    for content in NO_TABLES:
        answer = case.table("honour", content)
        assert answer.status_code == 422
        assert answer.get_data(as_text=True).count('class="field-error"') == 1


def test_a_part_goes_out_as_a_table_and_comes_back(case: Case, database: Database) -> None:
    case.add(CvKind.TEACHING, title_th="=1+1", hours_per_week=4.5, year_from=2023, year_to=2025)
    answer = case.client.get("/record/teaching/lines")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert "'=1+1" in answer.get_data(as_text=True)
    assert "ไม่มีรายการที่จะเพิ่ม" in case.table("teaching", answer.data).get_data(as_text=True)
    template = case.client.get("/record/teaching/template").get_data(as_text=True)
    assert template.count("\n") == 1


def test_the_printed_form_carries_its_numbers(case: Case, database: Database) -> None:
    case.add(title_th="ปรัชญาดุษฎีบัณฑิต", level=DegreeLevel.DOCTORAL, thesis_th="เรื่องหนึ่ง")
    case.add(CvKind.POSITION, title_th="รองคณบดี")
    case.add(CvKind.HONOUR, title_th="รางวัลเก่า", year_to=1999)
    page = case.page("/form")
    assert all(number in page for number in (">1.3.1<", ">1.4<", ">2.5.1<", ">3.5<"))
    assert "รางวัลเก่า" not in page
    assert "พ้นช่วงปีที่แบบกำหนด" in case.page()


def test_the_copy_of_a_persons_data_holds_account_and_record(case: Case, database: Database) -> None:
    case.add(title_th="ปริญญาเอก", year_to=2015)
    with transaction():
        owner = session.get_one(User, case.owner)
        make_profile(owner, field_code="0602")
        make_details(owner, birth_date=date(1984, 3, 17), salary=Decimal(100), telephone="081")
    owner = session.get_one(User, case.owner)
    account = current_hooks().personal_data["account"](owner)
    assert account["email"] == owner.email
    assert len(account["sessions"]) == 1
    assert not any("hash" in name for name in account)
    record = current_hooks().personal_data["record"](owner)
    assert record["lines"] == [{"kind": "education", "position": 1, "title_th": "ปริญญาเอก", "year_to": 2015}]
    assert record["profile"] == {"field_code": "0602"}
    assert {name: record["personal_details"][name] for name in ("birth_date", "salary", "telephone")} == {
        "birth_date": "1984-03-17",
        "salary": "100",
        "telephone": "081",
    }


def test_lines_of_a_table_follow_one_another(case: Case, database: Database) -> None:
    with transaction():
        owner = session.get_one(User, case.owner)
        operations.add_entries(actor=owner, kind=CvKind.HONOUR, lines=[CvFields(title_th="ก"), CvFields(title_th="ข")])
    assert [row.position for row in rows(database)] == [1, 2]


def test_the_page_costs_the_same_for_one_line_and_for_many(case: Case, database: Database) -> None:
    case.add()
    one = count_queries(case.app, lambda: case.page())
    for number in range(30):
        case.add(CvKind.TEACHING, title_th=f"วิชา {number}", position=number)
    assert count_queries(case.app, lambda: case.page()) == one
