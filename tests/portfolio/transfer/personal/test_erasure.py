"""Erasure: what goes is gone from every table, what was submitted or issued stays whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import JSON, String, or_, select
from sqlalchemy.orm import Session, scoped_session

from portfolio.accounts.models import User
from portfolio.app import load_models
from portfolio.core.audit.queries import verify as verify_audit
from portfolio.core.db import Base, session, transaction
from portfolio.core.hooks import Hooks
from portfolio.core.sealed import Sealed, Unreadable
from portfolio.core.storage.filesystem import storage
from portfolio.dossier.models import Edition, EditionState, Release
from portfolio.organizations.models import Organization, Role
from portfolio.submissions.models import Snapshot, Submission
from portfolio.submissions.snapshots import EMAIL, verify
from portfolio.transfer.personal.contents import COPIED, LEFT_OUT, STAYS
from portfolio.transfer.personal.operations import erase_again, erase_person
from portfolio.transfer.personal.queries import refusals
from review.app import load_models as load_review_models
from tests.builders.accounts import signed_in
from tests.builders.organizations import make_person

Database = scoped_session[Session]
CANARY = "zqxcanary"
FROZEN = ("snapshots", "sealed_values", "snapshot_works", "snapshot_files", "editions", "edition_files", "decisions")
NOT_FREE = ("certificates.number", "testimonies.language", "submissions.reference", "jobs.task", "jobs.payload")


@pytest.fixture
def database(sample_app: Flask) -> Iterator[Database]:
    """The database with the sample data: people with decided submissions, dossiers, partners, evidence."""
    with sample_app.app_context():
        yield session


def decided_person() -> User:
    """An academic with a released dossier whose every submission is over."""
    owners = (
        select(Submission.applicant_id)
        .join(Edition, Edition.portfolio_id == Submission.portfolio_id)
        .join(Release, Release.edition_id == Edition.id)
    )
    for user in session.scalars(select(User).where(User.id.in_(owners)).order_by(User.id)):
        if not refusals(user):
            return user
    raise AssertionError("the sample data have no such person")


def of_person(user: User) -> dict[str, set[tuple[Any, ...]]]:
    """The keys of every row that belongs to a person, table by table, found down the foreign keys."""
    owning = [place.split(".") for place in COPIED if place != "stored_files.created_by_id"]
    found: dict[str, set[tuple[Any, ...]]] = {}
    for table in Base.metadata.sorted_tables:
        conditions = [table.c[column] == user.id for name, column in owning if name == table.name]
        for column in table.columns:
            for key in column.foreign_keys:
                upper = found.get(key.column.table.name)
                if upper and key.column.table is not table:
                    conditions.append(column.in_([row[0] for row in upper]))
        if conditions and table.name != "stored_files":
            keys = list(table.primary_key.columns)
            found[table.name] = {tuple(row) for row in session.execute(select(*keys).where(or_(*conditions)))}
    return found


def plant(user: User) -> set[str]:
    """A canary in every free text of every row of the person that no digest freezes; returns the tables."""
    planted = set()
    for name, rows in of_person(user).items():
        table = Base.metadata.tables[name]
        free = [column for column in table.columns if _is_free(name, column)]
        if not free or name in FROZEN:
            continue
        for place, row in enumerate(sorted(rows)):
            is_row = [key == part for key, part in zip(table.primary_key.columns, row, strict=True)]
            there = session.execute(select(*free).where(*is_row)).mappings().one()
            words = {
                column.name: f"{CANARY}{place}"[: getattr(column.type, "length", None) or 100]
                for column in free
                if there[column.name]
            }
            if words:
                session.execute(table.update().where(*is_row).values(words))
                planted.add(name)
    return planted


def _is_free(name: str, column: Any) -> bool:
    """Whether people write what they like there. Short columns hold codes."""
    if column.primary_key or column.foreign_keys or f"{name}.{column.name}" in NOT_FREE:
        return False
    if isinstance(column.type, Sealed):
        return column.type.of is str
    if not isinstance(column.type, String) or (column.type.length or 99) < len(CANARY) + 4:
        return False
    return not column.name.endswith(("_code", "_hash", "digest", "sha256", "key", "url"))


def tables_with(word: str) -> set[str]:
    """Every table in which a word stands, in whatever text, JSON or sealed column."""
    found = set()
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.columns if isinstance(column.type, String | JSON | Sealed)]
        if not columns:
            continue
        for row in session.execute(select(*columns)):
            if any(word in _text(value) for value in row):
                found.add(table.name)
                break
    return found


def _text(value: Any) -> str:
    if value is None or isinstance(value, Unreadable):
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def test_every_reference_to_an_account_is_copied_or_left_out_on_purpose() -> None:
    load_models()
    load_review_models()
    there = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name == "users"
    }
    assert there - set(COPIED) - set(LEFT_OUT) == set()
    assert set(COPIED) & set(LEFT_OUT) == set()
    assert (set(COPIED) | set(LEFT_OUT)) - there == set()
    assert set(STAYS) <= set(Base.metadata.tables)


def test_erasure_leaves_the_canary_in_what_was_frozen_alone(sample_app: Flask, database: Database) -> None:
    user = decided_person()
    user_id, email = user.id, user.email
    names = [user.name_th, user.name_en_only, user.email]
    with transaction():
        planted = plant(session.get_one(User, user_id))
    assert len(planted) > 25, planted
    editions = {row.id: (row.inputs_digest, row.state) for row in session.scalars(select(Edition))}
    snapshots = {row.id: row.digest for row in session.scalars(select(Snapshot))}
    with transaction():
        assert erase_person(actor=session.get_one(User, user_id))
    assert tables_with(CANARY) <= set(STAYS), tables_with(CANARY) - set(STAYS)
    assert tables_with(email) == set()
    assert all(tables_with(name) <= set(STAYS) for name in names if name)
    stub = session.get_one(User, user_id)
    assert stub.is_erased
    assert not stub.is_active
    assert stub.password_hash is None
    assert stub.name_in("en") == "Erased account"
    assert {row.id: (row.inputs_digest, row.state) for row in session.scalars(select(Edition))} == editions
    assert {row.id: row.digest for row in session.scalars(select(Snapshot))} == snapshots
    own = session.scalars(select(Snapshot).where(Snapshot.taken_by_id == user_id)).all()
    assert own
    for snapshot in own:
        assert verify(snapshot) == []
        sealed = next(value for value in snapshot.sealed_values if value.name == EMAIL)
        assert (sealed.value, sealed.salt) == (None, None)
        for file in snapshot.files:
            assert file.sha256 is None or storage().path(file.sha256).exists()
    session.rollback()
    assert verify_audit()[1] is None
    with transaction():
        assert not erase_person(actor=session.get_one(User, user_id))


def rows_of_every_table() -> dict[str, list[str]]:
    return {
        table.name: sorted(map(repr, session.execute(select(*table.columns)))) for table in Base.metadata.sorted_tables
    }


def test_the_second_pass_finds_nothing_more_to_take(sample_app: Flask, database: Database) -> None:
    user_id = decided_person().id
    with transaction():
        erase_person(actor=session.get_one(User, user_id))
    there = rows_of_every_table()
    with transaction():
        erase_again(user_id=user_id)
    now_there = rows_of_every_table()
    assert {name for name, rows in now_there.items() if rows != there[name]} == set()


def test_check_is_clean_and_dossiers_work_after_an_erasure(sample_app: Flask, database: Database) -> None:
    user = decided_person()
    release = session.scalars(
        select(Release)
        .join(Edition)
        .where(Release.released_by_id == user.id, Release.withdrawn_at.is_(None), Edition.state == EditionState.READY)
    ).first()
    assert release is not None
    hooks: Hooks = sample_app.extensions["hooks"]
    before = {name: sorted(map(str, check())) for name, check in hooks.invariants.items()}
    release_id, code, university = release.id, release.edition.code, release.university_id
    with transaction():
        hr = make_person(Role.HR, university=session.get_one(Organization, university)).id
    with transaction():
        erase_person(actor=session.get_one(User, user.id))
    after = {name: sorted(map(str, check())) for name, check in hooks.invariants.items()}
    assert after == before
    visitor = sample_app.test_client()
    assert visitor.get(f"/verify/{code}").status_code == 200
    client = signed_in(sample_app, hr)
    assert client.get(f"/dossier/inbox/{release_id}").status_code == 200
    with client.get(f"/dossier/inbox/{release_id}/files/pdf") as fetched:
        assert fetched.data.startswith(b"%PDF")
