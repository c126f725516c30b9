"""The sample universities, and which sample person works where in which role."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import current_app

from portfolio.accounts import queries as accounts
from portfolio.accounts.sample_data import JOINED, PASSWORD, read_people
from portfolio.core.clock import frozen_at, now
from portfolio.core.db import transaction
from portfolio.core.hooks import Hooks
from portfolio.organizations import operations, queries
from portfolio.organizations.models import OrganizationKind, Role

ORGANIZATIONS = Path(__file__).parent / "sample_data" / "organizations.toml"

ROLE_WORDS = (
    (Role.ACADEMIC, "ผู้ขอ / academic"),
    (Role.REVIEWER, "ผู้ทรงคุณวุฒิ / reviewer"),
    (Role.OFFICER, "เจ้าหน้าที่สมาคม / officer"),
    (Role.HR, "ฝ่ายบุคคล / HR"),
    (Role.ADMINISTRATOR, "ผู้ดูแลระบบ / administrator"),
)


def load() -> None:
    """Add the organisations, places of work and roles that are not there yet."""
    rows = tomllib.loads(ORGANIZATIONS.read_text(encoding="utf-8"))["organizations"]
    if _is_loaded(rows):
        return
    with frozen_at(now() - JOINED), transaction():
        departments = _load_organizations(rows)
        for person in read_people():
            _place(person, departments)


def _is_loaded(rows: Sequence[dict[str, Any]]) -> bool:
    people = [accounts.by_email(person["email"]) for person in read_people()]
    return all(queries.by_code(row["code"]) is not None for row in rows) and all(
        person is None or queries.grants_of(person) for person in people
    )


def _load_organizations(rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Add what is missing; returns the departments by code, which are names within a place of work."""
    departments: dict[str, dict[str, str]] = {}
    for row in rows:
        organization = queries.by_code(row["code"]) or operations.create(
            actor=None,
            kind=OrganizationKind(row["kind"]),
            code=row["code"],
            name_th=row["name_th"],
            name_en=row["name_en"],
        )
        for faculty in row.get("faculties", ()):
            if queries.by_code(faculty["code"]) is None:
                operations.create(
                    actor=None,
                    kind=OrganizationKind.FACULTY,
                    code=faculty["code"],
                    name_th=faculty["name_th"],
                    name_en=faculty["name_en"],
                    parent=organization,
                )
            departments.update({department["code"]: department for department in faculty.get("departments", ())})
    return departments


def _place(person: dict[str, Any], departments: dict[str, dict[str, str]]) -> None:
    """Give a person who holds no role yet a place of work and the roles of the file."""
    user = accounts.by_email(person["email"])
    university = queries.by_code(person["organization"])
    if user is None or university is None or queries.grants_of(user):
        return
    if university.kind is OrganizationKind.UNIVERSITY:
        department = departments.get(person.get("department", ""), {"name_th": "", "name_en": ""})
        operations.join(
            actor=None,
            user=user,
            organization=queries.by_code(person.get("faculty", "")) or university,
            department_th=department["name_th"],
            department_en=department["name_en"],
        )
    for role in person["roles"]:
        place = university if role == Role.HR else None
        operations.grant(actor=None, user=user, role=Role(role), organization=place)


def start_lines() -> list[str]:
    """Whom to sign in as, for the person who has just started a service with sample data."""
    if not current_app.extensions["config"].sample_data or not accounts.has_sample_accounts():
        return []
    lines = ["", "ข้อมูลสมมติ: เข้าสู่ระบบด้วยบัญชีเหล่านี้ / Sample data: sign in as one of these"]
    people = read_people()
    for role, words in ROLE_WORDS:
        first = next((person["email"] for person in people if person["roles"] == [role]), None)
        if first is not None and accounts.by_email(first) is not None:
            lines.append(f"  {first:<32} {words}")
    return [*lines, f"  รหัสผ่าน / password: {PASSWORD}", ""]


def register(hooks: Hooks) -> None:
    """Add the loader and what `serve` prints."""
    hooks.sample_data.append((20, "organizations", load))
    hooks.start_lines.append(start_lines)
