"""Organisations, places of work and roles: who holds what, who gives it, what losing it ends."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask_login import AnonymousUserMixin
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from portfolio.accounts.models import SignInSession, User
from portfolio.accounts.sample_data import read_people
from portfolio.core.audit.models import AuditEntry
from portfolio.core.db import transaction
from portfolio.core.permissions import Forbidden
from portfolio.organizations import operations, queries
from portfolio.organizations.models import Membership, Organization, OrganizationKind, Role, RoleGrant
from portfolio.organizations.operations import OrganizationRefused
from tests.builders.accounts import make_user, signed_in
from tests.builders.organizations import grant_role, make_faculty, make_person, make_university
from tests.builders.queries import count_queries

Database = scoped_session[Session]


@pytest.fixture
def admin(database: Database) -> User:
    """An administrator."""
    with transaction():
        return make_person(Role.ADMINISTRATOR)


def test_roles_are_those_given_and_not_taken_back(database: Database, admin: User) -> None:
    with transaction():
        user = make_person(Role.ACADEMIC, Role.REVIEWER)
    assert {role for role in Role if queries.has_role(user, role)} == {Role.ACADEMIC, Role.REVIEWER}
    with transaction():
        reviewer = next(row for row in queries.live_grants(user) if row.role is Role.REVIEWER)
        operations.revoke(actor=admin, grant=reviewer)
    assert {role for role in Role if queries.has_role(user, role)} == {Role.ACADEMIC}


@pytest.mark.parametrize("nobody", [None, AnonymousUserMixin()])
def test_visitor_holds_no_role_and_works_nowhere(database: Database, nobody: Any) -> None:
    assert not any(queries.has_role(nobody, role) for role in Role)
    assert queries.hr_universities(nobody) == []
    assert queries.university_of(nobody) is None


def test_hr_is_of_its_universities_only(database: Database) -> None:
    with transaction():
        first, second, third = make_university(), make_university(), make_university()
        user = make_person()
        grant_role(user, Role.HR, first)
        grant_role(user, Role.HR, third)
        outsider = make_person(Role.HR, university=second)
        ids = sorted([first.id, third.id])
    assert queries.hr_universities(user) == ids
    assert outsider not in queries.people_with_role(Role.HR, organization_id=ids[0])
    assert queries.people_with_role(Role.HR, organization_id=ids[0]) == [user]


def test_people_with_a_role_are_those_who_can_sign_in(database: Database, admin: User) -> None:
    with transaction():
        officer = make_person(Role.OFFICER)
        grant_role(make_user(confirmed=False), Role.OFFICER)
        gone = make_person(Role.OFFICER)
        gone.disabled_at, gone.disabled_reason = admin.created_at, "a reason that is long enough"
    assert queries.people_with_role(Role.OFFICER) == [officer]


def test_database_refuses_the_same_role_twice_and_hr_of_nowhere(database: Database) -> None:
    with transaction():
        user, university = make_user(), make_university()
        grant_role(user, Role.HR, university)
    for role, place in ((Role.HR, university), (Role.HR, None), (Role.OFFICER, university)):
        with pytest.raises(IntegrityError), transaction():
            grant_role(user, role, place)


def test_role_given_twice_is_one_grant(database: Database, admin: User) -> None:
    with transaction():
        user = make_user()
        first = operations.grant(actor=admin, user=user, role=Role.OFFICER)
        assert operations.grant(actor=admin, user=user, role=Role.OFFICER) is first
    assert len(queries.live_grants(user)) == 1


def test_hr_needs_a_university(database: Database, admin: User) -> None:
    with transaction():
        user, faculty = make_user(), make_faculty(make_university())
    for place in (None, faculty):
        with pytest.raises(OrganizationRefused), transaction():
            operations.grant(actor=admin, user=user, role=Role.HR, organization=place)


@pytest.mark.parametrize("role", [None, Role.ACADEMIC, Role.OFFICER, Role.HR])
def test_only_administrators_give_and_take_roles(database: Database, admin: User, role: Role | None) -> None:
    with transaction():
        university = make_university()
        actor = make_person(*([role] if role else []), university=university)
        victim = make_person(Role.OFFICER)
    with pytest.raises(Forbidden), transaction():
        operations.grant(actor=actor, user=actor, role=Role.ADMINISTRATOR)
    with pytest.raises(Forbidden), transaction():
        operations.revoke(actor=actor, grant=queries.live_grants(victim)[0])


def test_losing_a_role_ends_every_session(app: Flask, database: Database, admin: User) -> None:
    with transaction():
        officer = make_person(Role.OFFICER)
        other = make_person(Role.OFFICER)
    client, others_client = signed_in(app, officer), signed_in(app, other)
    assert client.get("/calls/new").status_code == 200
    with transaction():
        operations.revoke(actor=admin, grant=queries.live_grants(officer)[0])
    assert client.get("/accounts/profile").status_code == 303
    assert others_client.get("/calls/new").status_code == 200
    assert database.scalar(select(func.count()).select_from(SignInSession)) == 1


def test_last_administrator_stays(database: Database, admin: User) -> None:
    with pytest.raises(OrganizationRefused), transaction():
        operations.revoke(actor=admin, grant=queries.live_grants(admin)[0])
    with transaction():
        make_person(Role.ADMINISTRATOR)
        operations.revoke(actor=admin, grant=queries.live_grants(admin)[0])
    assert not queries.has_role(admin, Role.ADMINISTRATOR)


def test_grants_are_on_the_record_with_ids_only(database: Database, admin: User) -> None:
    with transaction():
        user = make_user("named@people.example")
        operations.revoke(actor=admin, grant=operations.grant(actor=admin, user=user, role=Role.REVIEWER))
    entries = database.scalars(select(AuditEntry).order_by(AuditEntry.position)).all()
    assert [(entry.action, entry.actor_id) for entry in entries] == [
        ("role:grant", admin.id),
        ("role:revoke", admin.id),
    ]


def test_place_of_work_is_one_and_knows_its_university(database: Database) -> None:
    with transaction():
        university = make_university()
        faculty = make_faculty(university)
        user = make_user()
        operations.join(actor=user, user=user, organization=faculty, department_th="ภาควิชา")
        operations.join(actor=user, user=user, organization=university)
    row = database.scalars(select(Membership)).one()
    assert (row.organization_id, row.university_id, row.department_th) == (university.id, university.id, "")
    assert queries.university_of(user) == university


def test_association_is_no_place_of_work(database: Database) -> None:
    with transaction():
        user = make_user()
        association = operations.create(
            actor=None, kind=OrganizationKind.ASSOCIATION, code="ENT", name_th="สมาคม", name_en="Association"
        )
    with pytest.raises(OrganizationRefused), transaction():
        operations.join(actor=user, user=user, organization=association)


def test_choosing_a_place_makes_an_academic_once(app: Flask, database: Database, admin: User) -> None:
    with transaction():
        faculty = make_faculty(make_university())
        user = make_user()
    client = signed_in(app, user)
    path = f"/organizations/membership?university={faculty.parent_id}"
    assert client.post(path, data={"organization_id": faculty.id}).status_code == 303
    database.rollback()
    assert queries.has_role(user, Role.ACADEMIC)
    with transaction():
        operations.revoke(actor=admin, grant=queries.live_grants(user)[0])
    client = signed_in(app, user)
    assert client.post(path, data={"organization_id": faculty.parent_id}).status_code == 303
    database.rollback()
    assert not queries.has_role(user, Role.ACADEMIC)


def test_faculty_must_belong_to_the_university_chosen(app: Flask, database: Database) -> None:
    with transaction():
        first, second = make_university(), make_university()
        foreign = make_faculty(second)
        user = make_user()
    client = signed_in(app, user)
    answer = client.post(f"/organizations/membership?university={first.id}", data={"organization_id": foreign.id})
    assert answer.status_code == 422
    assert database.scalar(select(func.count()).select_from(Membership)) == 0


@pytest.mark.parametrize("university", ["", "x", "-1", "999999", "9999999999999999999999"])
def test_unknown_university_is_not_found(app: Flask, database: Database, university: str) -> None:
    with transaction():
        user = make_user()
    client = signed_in(app, user)
    assert client.get(f"/organizations/membership?university={university}").status_code == 200
    answer = client.post(f"/organizations/membership?university={university}", data={"organization_id": "1"})
    assert answer.status_code == 404


def test_administrator_adds_and_renames(app: Flask, database: Database, admin: User) -> None:
    client = signed_in(app, admin)
    names = {"name_th": "มหาวิทยาลัยใหม่", "name_en": "New University"}
    made = client.post("/organizations/", data={"kind": "university", "code": "nu-1", **names})
    assert made.status_code == 303
    row = queries.by_code("NU-1")
    assert row is not None
    assert client.post(f"/organizations/{row.id}/faculties", data={"code": "NU-SCI", **names}).status_code == 303
    assert (
        client.post(f"/organizations/{row.id}", data={"code": "NU-1", **names, "name_en": "Newer"}).status_code == 303
    )
    database.rollback()
    assert [faculty.code for faculty in queries.faculties_of(row.id)] == ["NU-SCI"]
    assert row.name_en == "Newer"
    for path in ("", "/new", f"/{row.id}", f"/{row.id}/edit", f"/{row.id}/faculties/new"):
        assert client.get(f"/organizations{path or '/'}").status_code == 200


@pytest.mark.parametrize(
    ("code", "status"), [("LTU", 422), ("ltu", 422), ("", 422), ("A B", 422), ("Ä", 422), ("-A", 422), ("A" * 41, 422)]
)
def test_bad_or_taken_code_is_refused_and_typing_kept(
    app: Flask, database: Database, admin: User, code: str, status: int
) -> None:
    with transaction():
        make_university("LTU")
    answer = signed_in(app, admin).post(
        "/organizations/", data={"kind": "university", "code": code, "name_th": "ชื่อที่พิมพ์", "name_en": "Typed"}
    )
    assert answer.status_code == status
    assert "ชื่อที่พิมพ์" in answer.text
    assert database.scalar(select(func.count()).select_from(Organization)) == 1


def test_faculty_of_a_faculty_is_not_found(app: Flask, database: Database, admin: User) -> None:
    with transaction():
        faculty = make_faculty(make_university())
    assert signed_in(app, admin).get(f"/organizations/{faculty.id}/faculties/new").status_code == 404


@pytest.mark.parametrize("role", [Role.ACADEMIC, Role.OFFICER, Role.HR, Role.REVIEWER])
def test_organisations_are_the_administrators(app: Flask, database: Database, role: Role) -> None:
    with transaction():
        university = make_university()
        user = make_person(role, university=university)
    client = signed_in(app, user)
    answer = client.get("/organizations/")
    assert answer.status_code == 403
    assert "ผู้ดูแลระบบ" in answer.text
    data = {"kind": "university", "code": "X", "name_th": "ก", "name_en": "a"}
    assert client.post("/organizations/", data=data).status_code == 403
    assert client.post(f"/organizations/{university.id}", data=data).status_code == 403
    assert database.scalar(select(func.count()).select_from(Organization)) == 1


@pytest.mark.parametrize(
    ("term", "found"), [("%", 0), ("_", 0), ("\\", 0), ("lan", 1), ("ล้าน", 1), ("LTU", 1), ("", 2)]
)
def test_search_takes_every_sign_literally(database: Database, term: str, found: int) -> None:
    with transaction():
        make_university("LTU", name_th="มหาวิทยาลัยล้านธารา", name_en="Lanthara University")
        make_university("SCU", name_th="มหาวิทยาลัยศรีชลาสินธุ์", name_en="Si Chalasin University")
    assert len(queries.index_page(1, term)) == found


def test_list_asks_the_same_with_one_and_with_thirty(app: Flask, database: Database, admin: User) -> None:
    with transaction():
        make_university()
    client = signed_in(app, admin)
    few = count_queries(app, lambda: client.get("/organizations/"))
    with transaction():
        for _number in range(30):
            make_faculty(make_university())
    assert count_queries(app, lambda: client.get("/organizations/")) == few
    assert client.get("/organizations/").text.count("/organizations/") > 25
    assert "page=2" in client.get("/organizations/").text


def test_permission_is_asked_once_a_request(app: Flask, database: Database) -> None:
    with transaction():
        user = make_person(Role.ACADEMIC, Role.REVIEWER)
    with app.test_request_context():
        person = database.get_one(User, user.id)
        queries.has_role(person, Role.ACADEMIC)
        assert count_queries(app, lambda: [queries.has_role(person, role) for role in Role]) == 0


def test_sample_people_get_place_and_roles_once(app: Flask, database: Database) -> None:
    from portfolio.accounts import sample_data as people
    from portfolio.organizations import sample_data

    for _turn in range(2):
        people.load()
        sample_data.load()
    assert database.scalar(select(func.count()).select_from(User)) == len(read_people())
    grants = sum(len(person["roles"]) for person in read_people())
    assert database.scalar(select(func.count()).select_from(RoleGrant)) == grants
    academic = database.scalars(select(User).where(User.email == "kantida@lanthara.example")).one()
    place = queries.membership_of(academic)
    assert place is not None
    assert (place.organization.code, place.university.code) == ("LTU-ENG", "LTU")
    hr = database.scalars(select(User).where(User.email == "wilai@lanthara.example")).one()
    assert queries.hr_universities(hr) == [place.university_id]
