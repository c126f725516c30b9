"""What an administrator sees and does: people and machinery, never what people wrote."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from portfolio.accounts.models import SignInSession, User
from portfolio.admin import queries
from portfolio.core.audit.models import AuditEntry
from portfolio.core.clock import now
from portfolio.core.db import transaction
from portfolio.core.jobs.models import Job, JobState
from portfolio.core.mail.models import MailMessage, MailState
from portfolio.organizations.models import Role, RoleGrant
from portfolio.organizations.queries import has_role, live_grants
from tests.builders.accounts import make_user, signed_in
from tests.builders.organizations import make_faculty, make_membership, make_person, make_university
from tests.builders.queries import count_queries

Database = scoped_session[Session]
REASON = "บัญชีนี้ถูกใช้โดยบุคคลอื่น"


@pytest.fixture
def admin(database: Database) -> User:
    """An administrator."""
    with transaction():
        return make_person(Role.ADMINISTRATOR, email="admin@people.example")


@pytest.fixture
def somsri(database: Database) -> User:
    """An academic."""
    with transaction():
        return make_person(Role.ACADEMIC, email="somsri@people.example", university=make_university())


def paths(user: User, grant: RoleGrant) -> list[tuple[str, str, dict[str, Any]]]:
    """Every route of the room with a request that would be good."""
    return [
        ("GET", "/admin/people", {}),
        ("GET", f"/admin/people/{user.id}", {}),
        ("POST", f"/admin/people/{user.id}/roles", {"role": "reviewer", "organization_id": "0"}),
        ("POST", f"/admin/people/{user.id}/roles/{grant.id}/revocation", {}),
        ("POST", f"/admin/people/{user.id}/disabling", {"reason": REASON}),
        ("POST", f"/admin/people/{user.id}/enabling", {}),
        ("GET", "/admin/system", {}),
    ]


@pytest.mark.parametrize("role", [None, Role.ACADEMIC, Role.REVIEWER, Role.OFFICER, Role.HR])
def test_room_is_the_administrators(app: Flask, database: Database, somsri: User, role: Role | None) -> None:
    with transaction():
        user = make_person(*([role] if role else []), university=make_university())
    client = signed_in(app, user)
    for method, path, data in paths(somsri, live_grants(somsri)[0]):
        answer = client.open(path, method=method, data=data)
        # That a person or a grant exists is nobody else's business; the lists say for whom they are.
        assert answer.status_code == (403 if path in ("/admin/people", "/admin/system") else 404), path
        assert "somsri@people.example" not in answer.text
    database.rollback()
    assert database.get_one(User, somsri.id).is_active
    assert [grant.role for grant in live_grants(somsri)] == [Role.ACADEMIC]


def test_visitors_are_sent_to_sign_in(app: Flask, somsri: User) -> None:
    client = app.test_client()
    assert client.get("/admin/people").status_code == 303
    assert client.get(f"/admin/people/{somsri.id}").status_code == 303


def test_person_is_shown_with_place_and_roles(app: Flask, admin: User, somsri: User) -> None:
    page = signed_in(app, admin).get(f"/admin/people/{somsri.id}").text
    assert "somsri@people.example" in page
    assert "มหาวิทยาลัยสมมติ" in page


@pytest.mark.parametrize("path", ["/admin/people/999", "/admin/people/999/roles"])
def test_unknown_person_is_not_found(app: Flask, admin: User, path: str) -> None:
    client = signed_in(app, admin)
    answer = client.get(path) if path.endswith("999") else client.post(path, data={"role": "officer"})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("", 3),
        ("somsri", 1),
        ("SOMSRI", 1),
        ("สมศรี", 1),
        ("สมศรี ทดสอบ", 1),
        ("สมศรี อื่น", 0),
        ("people.example", 3),
        ("%", 1),
        ("_", 1),
        ("100%_", 1),
        ("\\", 1),
        ("' OR 1=1", 0),
    ],
)
def test_search_takes_every_sign_literally(database: Database, admin: User, term: str, found: int) -> None:
    with transaction():
        make_user("somsri@people.example", name_th=("สมศรี", "ทดสอบดี"), name_en=("Somsri", "Testing"))
        make_user("x@people.example", name_th=("ร้อย", "เปอร์เซ็นต์"), name_en=("100%_", "back\\slash"))
    assert len(queries.people_page(1, term)) == found


def test_list_can_be_narrowed_to_a_role(app: Flask, database: Database, admin: User, somsri: User) -> None:
    client = signed_in(app, admin)
    assert "somsri@people.example" in client.get("/admin/people?role=academic").text
    assert "somsri@people.example" not in client.get("/admin/people?role=officer").text
    assert client.get("/admin/people?role=emperor").status_code == 200


def test_list_asks_the_same_with_one_and_with_thirty(app: Flask, database: Database, admin: User, somsri: User) -> None:
    client = signed_in(app, admin)
    few = count_queries(app, lambda: client.get("/admin/people"))
    with transaction():
        for _number in range(30):
            make_membership(make_person(Role.ACADEMIC, Role.REVIEWER), make_faculty(make_university()))
    assert count_queries(app, lambda: client.get("/admin/people")) == few
    assert "page=2" in client.get("/admin/people").text
    assert "page=1" in client.get("/admin/people?page=2").text


def test_role_is_given_and_taken_back(app: Flask, database: Database, admin: User, somsri: User) -> None:
    client, hers = signed_in(app, admin), signed_in(app, somsri)
    given = client.post(f"/admin/people/{somsri.id}/roles", data={"role": "officer", "organization_id": "0"})
    assert given.status_code == 303
    assert hers.get("/calls/new").status_code == 200
    database.rollback()
    grant = next(row for row in live_grants(somsri) if row.role is Role.OFFICER)
    assert grant.granted_by_id == admin.id
    assert client.post(f"/admin/people/{somsri.id}/roles/{grant.id}/revocation").status_code == 303
    assert hers.get("/calls/new").status_code == 303
    page = client.get(f"/admin/people/{somsri.id}").text
    assert "บทบาทที่ถอนแล้ว" in page


def test_hr_without_university_is_refused_at_the_field(app: Flask, admin: User, somsri: User) -> None:
    answer = signed_in(app, admin).post(f"/admin/people/{somsri.id}/roles", data={"role": "hr", "organization_id": "0"})
    assert answer.status_code == 422
    assert 'id="organization_id-error"' in answer.text


@pytest.mark.parametrize("role", ["emperor", "", "administrator; --"])
def test_unknown_role_is_refused(app: Flask, admin: User, somsri: User, role: str) -> None:
    answer = signed_in(app, admin).post(f"/admin/people/{somsri.id}/roles", data={"role": role, "organization_id": "0"})
    assert answer.status_code == 422


def test_grant_of_somebody_else_is_not_found(app: Flask, database: Database, admin: User, somsri: User) -> None:
    grant = live_grants(admin)[0]
    assert signed_in(app, admin).post(f"/admin/people/{somsri.id}/roles/{grant.id}/revocation").status_code == 404
    assert has_role(admin, Role.ADMINISTRATOR)


def test_last_administrator_cannot_be_lost(app: Flask, database: Database, admin: User) -> None:
    client = signed_in(app, admin)
    grant = live_grants(admin)[0]
    client.post(f"/admin/people/{admin.id}/roles/{grant.id}/revocation")
    assert client.post(f"/admin/people/{admin.id}/disabling", data={"reason": REASON}).status_code == 422
    assert client.get("/admin/people").status_code == 200
    database.rollback()
    assert database.get_one(User, admin.id).is_active


def test_disabling_ends_sessions_and_tells_the_person_why(
    app: Flask, database: Database, admin: User, somsri: User
) -> None:
    hers = signed_in(app, somsri)
    client = signed_in(app, admin)
    assert client.post(f"/admin/people/{somsri.id}/disabling", data={"reason": REASON}).status_code == 303
    assert hers.get("/accounts/profile").status_code == 303
    database.rollback()
    person = database.get_one(User, somsri.id)
    assert (person.is_active, person.disabled_by_id, person.disabled_reason) == (False, admin.id, REASON)
    letter = database.scalars(select(MailMessage)).one()
    assert letter.to_address == "somsri@people.example"
    assert REASON in letter.body
    entry = database.scalars(select(AuditEntry).where(AuditEntry.action == "account:disable")).one()
    assert REASON not in str(entry.digests)
    assert database.scalar(select(func.count()).where(SignInSession.user_id == somsri.id)) == 0
    assert REASON in client.get(f"/admin/people/{somsri.id}").text


def test_account_is_opened_again(app: Flask, database: Database, admin: User, somsri: User) -> None:
    client = signed_in(app, admin)
    for _turn in range(2):
        client.post(f"/admin/people/{somsri.id}/disabling", data={"reason": REASON})
        client.post(f"/admin/people/{somsri.id}/enabling")
    database.rollback()
    assert database.get_one(User, somsri.id).is_active
    assert database.scalar(select(func.count()).select_from(MailMessage)) == 4


@pytest.mark.parametrize("reason", ["", "   ", "short", "x" * 501])
def test_disabling_needs_a_reason(app: Flask, database: Database, admin: User, somsri: User, reason: str) -> None:
    answer = signed_in(app, admin).post(f"/admin/people/{somsri.id}/disabling", data={"reason": reason})
    assert answer.status_code == 422
    assert 'id="reason-error"' in answer.text
    database.rollback()
    assert database.get_one(User, somsri.id).is_active


@pytest.fixture
def failures(database: Database) -> None:
    """A letter and a job that failed, both with contents that nobody but their owner may see."""
    with transaction() as current:
        current.add(
            MailMessage(
                key="k1",
                purpose="accounts_reset",
                to_address="victim@people.example",
                language="th",
                subject="หัวเรื่องลับ",
                body="ข้อความลับ http://localhost/secret",
                state=MailState.FAILED,
                attempts=12,
            )
        )
        current.add(
            Job(
                task="dossier.build",
                payload={"title": "ชื่อแฟ้มลับ"},
                state=JobState.FAILED,
                error_code="typst_failed",
                finished_at=now() - timedelta(hours=1),
            )
        )


def test_system_page_tells_counts_and_codes_without_contents(
    app: Flask, database: Database, admin: User, failures: None
) -> None:
    page = signed_in(app, admin).get("/admin/system").text
    for shown in ("accounts_reset", "dossier.build", "typst_failed", "ไม่พบตัวประมวลผลงาน"):
        assert shown in page
    for hidden in ("victim@people.example", "หัวเรื่องลับ", "ข้อความลับ", "ชื่อแฟ้มลับ", "localhost/secret"):
        assert hidden not in page


def test_system_page_shows_the_sealed_head_of_the_record(
    app: Flask, database: Database, admin: User, somsri: User
) -> None:
    client = signed_in(app, admin)
    client.post(f"/admin/people/{somsri.id}/roles", data={"role": "officer", "organization_id": "0"})
    page = client.get("/admin/system").text
    database.rollback()
    head = queries.system_state().audit
    assert head.position == 1
    assert head.digest in page
    assert head.seal in page


def test_failures_wait_on_the_first_page(app: Flask, database: Database, admin: User, failures: None) -> None:
    assert queries.troubles() == 2
    assert "จดหมายและงานที่ล้มเหลว" in signed_in(app, admin).get("/").text


@pytest.mark.parametrize("language", ["th", "en"])
def test_every_page_is_written(app: Flask, admin: User, somsri: User, failures: None, language: str) -> None:
    client = signed_in(app, admin)
    client.post("/language", data={"language": language})
    for path in ("/admin/people", f"/admin/people/{somsri.id}", f"/admin/people/{admin.id}", "/admin/system", "/"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert f'<html lang="{language}"' in answer.text
