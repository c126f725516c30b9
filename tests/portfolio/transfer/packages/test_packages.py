"""A whole portfolio out as one file, in again elsewhere, and out once more: nothing lost, nothing half-way."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet, MultiFernet
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import JSON, String, Text, func, select
from sqlalchemy.orm import Session, scoped_session

from portfolio.accounts.models import User
from portfolio.app import load_models
from portfolio.core.db import Base, session, transaction
from portfolio.core.jobs.worker import run_waiting
from portfolio.core.storage.bag import open_bag, write_bag
from portfolio.core.storage.filesystem import storage
from portfolio.organizations.models import Role
from portfolio.portfolios.models import Portfolio
from portfolio.transfer.packages import writing
from portfolio.transfer.packages.commands import export_portfolio
from portfolio.transfer.packages.contents import LEFT_OUT, OMITTED, PARTS, Part, insertion_order, names, written_columns
from portfolio.transfer.packages.models import PackageTransfer, TransferState
from portfolio.transfer.packages.reading import SHAPES, put_back, take_in_files, understand
from portfolio.transfer.packages.vocabulary import PLAIN_REASONS, PackageError
from portfolio.transfer.packages.writing import gather, write_package
from portfolio.works.models import Work
from portfolio.works.sections.operations import save_section
from tests.builders.accounts import signed_in
from tests.builders.organizations import make_person

Database = scoped_session[Session]
MOST = 2**31


@pytest.fixture
def database(sample_app: Flask) -> Iterator[Database]:
    """The database with the sample data: portfolios with everything in them."""
    with sample_app.app_context():
        yield session


def pack(portfolio_id: int, out: Path) -> bytes:
    """Write the package of a portfolio and return its JSON."""
    content = gather(session.get_one(Portfolio, portfolio_id))
    write_package(content, out, name="portfolio", note="a test")
    session.rollback()
    return content.json()


def bring_in(path: Path, owner_id: int) -> int:
    """Take a package in for somebody; returns the new portfolio's id."""
    with open_bag(path, most_bytes=MOST) as bag:
        package = understand(bag)
        session.rollback()
        intakes = take_in_files(package, bag)
    with transaction():
        return put_back(package, intakes, owner=session.get_one(User, owner_id))


def payload_of(path: Path) -> dict[str, bytes]:
    """Every file of the payload."""
    with open_bag(path, most_bytes=MOST) as bag:
        return {name: bag.read(name, MOST) for name in bag.payload}


def test_every_table_is_packed_or_left_out_on_purpose() -> None:
    load_models()
    tables = {table.name for table in Base.metadata.sorted_tables if not _is_of_review(table.name)}
    assert tables - names() - set(LEFT_OUT) == set()
    assert names() & set(LEFT_OUT) == set()
    assert set(LEFT_OUT) - tables == set()


def _is_of_review(name: str) -> bool:
    owners = {
        mapper.local_table.name: mapper.class_.__module__  # type: ignore[attr-defined]
        for mapper in Base.registry.mappers
    }
    return owners.get(name, "").startswith("review.")


def test_every_omission_names_a_column_that_is_there() -> None:
    for name in OMITTED:
        table, _, column = name.partition(".")
        assert column in Base.metadata.tables[table].c


def test_rows_are_put_back_after_what_they_refer_to() -> None:
    order = insertion_order()
    assert sorted(order) == sorted(part.table for part in PARTS)
    for name in order:
        for key in Base.metadata.tables[name].foreign_keys:
            target = key.column.table.name
            if target in names() and target != name:
                assert order.index(target) < order.index(name), f"{name} refers to {target}"


def test_out_in_and_out_again_gives_the_same_bytes(database: Database, tmp_path: Path) -> None:
    with transaction():
        newcomer = make_person(Role.ACADEMIC).id
    for portfolio_id in database.scalars(select(Portfolio.id).order_by(Portfolio.id).limit(3)).all():
        with transaction():
            newcomer = make_person(Role.ACADEMIC).id
        first, second = tmp_path / f"{portfolio_id}-a.zip", tmp_path / f"{portfolio_id}-b.zip"
        pack(portfolio_id, first)
        pack(bring_in(first, newcomer), second)
        assert payload_of(first) == payload_of(second)
        assert first.read_bytes() == second.read_bytes()


def changeable(value: dict[str, Any]) -> list[tuple[str, int, str]]:
    """Cells of plain text that no rule of the database restrains."""
    found = []
    for name in ("works", "work_sections", "contributions", "change_records", "evidence_items", "partners_in_works"):
        plain = [
            column.name
            for column in written_columns(name)
            if type(column.type) in (String, Text) and not column.foreign_keys and column.name not in RESTRAINED
        ]
        found += [(name, place, key) for place in range(len(value["tables"][name])) for key in plain]
    return found


RESTRAINED = {"province_code", "heading_code", "url", "email"}


def test_any_text_comes_through_as_it_was(database: Database, tmp_path: Path) -> None:
    pack(1, tmp_path / "a.zip")
    payload = payload_of(tmp_path / "a.zip")
    with transaction():
        newcomer = make_person(Role.ACADEMIC).id
    with open_bag(tmp_path / "a.zip", most_bytes=MOST) as bag:
        package = understand(bag)
        session.rollback()
        intakes = take_in_files(package, bag)
    value = json.loads(payload["portfolio.json"])
    cells = changeable(value)
    letters = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=60)

    @settings(max_examples=30, deadline=None)
    @given(st.dictionaries(st.sampled_from(cells), letters, min_size=1, max_size=12))
    def check(changes: dict[tuple[str, int, str], str]) -> None:
        changed = json.loads(payload["portfolio.json"])
        for (name, place, key), text in changes.items():
            changed["tables"][name][place][key] = text
        expected = (json.dumps(changed, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()
        listed: list[tuple[str, Path | bytes]] = list({**payload, "portfolio.json": expected}.items())
        write_bag(tmp_path / "changed.zip", "portfolio", listed)
        with open_bag(tmp_path / "changed.zip", most_bytes=MOST) as bag:
            again = understand(bag)
        session.rollback()
        with pytest.raises(_Undone), transaction():
            new = put_back(again, intakes, owner=session.get_one(User, newcomer))
            assert gather(session.get_one(Portfolio, new)).json() == expected
            raise _Undone

    check()


class _Undone(Exception):
    """Takes a transaction back."""


def test_the_file_is_the_evidence_itself(database: Database, tmp_path: Path) -> None:
    value = json.loads(pack(1, tmp_path / "a.zip"))
    payload = payload_of(tmp_path / "a.zip")
    assert value["tables"]["files"]
    for row in value["tables"]["files"]:
        assert len(payload[row["path"].removeprefix("data/")]) == row["size"]


def test_what_is_of_others_and_of_this_place_does_not_travel(database: Database, tmp_path: Path) -> None:
    packed = pack(1, tmp_path / "a.zip").decode()
    for user in database.scalars(select(User)):
        if user.id != session.get_one(Portfolio, 1).owner_id:
            assert user.email not in packed
    assert "token" not in packed


@dataclass(frozen=True)
class Counts:
    """How many rows every table has."""

    of: dict[str, int]

    @classmethod
    def now(cls) -> Counts:
        """Count."""
        return cls(
            {
                table.name: session.scalar(select(func.count()).select_from(table)) or 0
                for table in Base.metadata.sorted_tables
            }
        )


def rewritten(source: Path, target: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """A bag whose JSON was changed by somebody who also mended the digests."""
    payload = payload_of(source)
    value = json.loads(payload["portfolio.json"])
    change(value)
    payload["portfolio.json"] = json.dumps(value).encode()  # an escape can name what no text may hold
    listed: list[tuple[str, Path | bytes]] = list(payload.items())
    write_bag(target, "portfolio", listed)
    return target


def set_at(*path: str | int) -> Callable[[Any], Callable[[dict[str, Any]], None]]:
    """A change that puts a value at a place."""

    def with_value(value: Any) -> Callable[[dict[str, Any]], None]:
        def change(whole: dict[str, Any]) -> None:
            place: Any = whole
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = value

        return change

    return with_value


def _without_title(value: dict[str, Any]) -> None:
    del value["tables"]["works"][0]["title_th"]


def _without_table(value: dict[str, Any]) -> None:
    del value["tables"]["works"]


WORK = ("tables", "works", 0)
PUBLICATION = ("tables", "bibliographies", 0)
SHOWN = ("tables", "disseminations", 0)


@pytest.mark.parametrize(
    ("change", "code", "place"),
    [
        (set_at("schema")("another"), "other_schema", "data/portfolio.json"),
        (set_at("schema_version")(99), "other_version", "data/portfolio.json"),
        (_without_table, "tables", "data/portfolio.json"),
        (set_at("tables", "works")({}), "not_a_list", "@ works"),
        (set_at("tables", "portfolios")([]), "one_portfolio", "@ portfolios"),
        (_without_title, "keys", "@ works[1]"),
        (set_at(*WORK, "is_admin")(True), "keys", "@ works[1]"),
        (set_at(*WORK, "title_th")("ก" * 501), "value", "@ works[1].title_th"),
        (set_at(*WORK, "title_th")("a\x00b"), "value", "@ works[1].title_th"),
        (set_at(*WORK, "title_th")(7), "value", "@ works[1].title_th"),
        (set_at(*WORK, "title_th")(None), "empty", "@ works[1].title_th"),
        (set_at(*WORK, "kind")("novel"), "value", "@ works[1].kind"),
        (set_at(*WORK, "not_for_profit")("yes"), "value", "@ works[1].not_for_profit"),
        (set_at(*WORK, "period_start")("2024-13-01"), "value", "@ works[1].period_start"),
        (set_at(*WORK, "created_at")("2024-01-01"), "value", "@ works[1].created_at"),
        (set_at(*WORK, "rule_set")({"code": "X"}), "type", "@ works[1].rule_set"),
        (
            set_at(*WORK, "rule_set")({"code": "NOWHERE", "version": 1, "digest": ""}),
            "no_rule_set",
            "@ works[1].rule_set",
        ),
        (set_at("tables", "portfolio_works", 0, "work")(99), "reference", "@ portfolio_works[1].work"),
        (set_at("tables", "portfolio_works", 0, "work")(0), "reference", "@ portfolio_works[1].work"),
        (set_at("tables", "portfolio_works", 0, "position")(2**40), "value", "@ portfolio_works[1].position"),
        (set_at("tables", "files", 0, "path")("data/../../etc/passwd"), "missing", "@ files[1].path"),
        (set_at("tables", "files", 0, "size")(1), "size", "@ files[1].size"),
        (set_at(*WORK, "title_th")("a\ud800b"), "value", "@ works[1].title_th"),
        (set_at("tables", "files", 0, "filename")("a\x00.pdf"), "length", "@ files[1].filename"),
        (set_at(*PUBLICATION, "keywords")("one, two"), "value", "@ bibliographies[1].keywords"),
        (set_at(*PUBLICATION, "keywords")([None]), "value", "@ bibliographies[1].keywords"),
        (set_at(*PUBLICATION, "keywords")(["a\ud800"]), "value", "@ bibliographies[1].keywords"),
        (set_at(*PUBLICATION, "editors")([{"family": "A"}]), "value", "@ bibliographies[1].editors"),
        (set_at(*PUBLICATION, "editors")({"family": "A"}), "value", "@ bibliographies[1].editors"),
        (set_at(*PUBLICATION, "extra")(["a"]), "value", "@ bibliographies[1].extra"),
        (set_at(*PUBLICATION, "extra")({"a": {"b": "c"}}), "value", "@ bibliographies[1].extra"),
        (set_at(*WORK, "period_end")("1900-01-01"), "refused", "@ works[1]"),
        (set_at(*SHOWN, "url")("javascript:alert(1)"), "value", "@ disseminations[1].url"),
        (set_at(*SHOWN, "ended_on")("1900-01-01"), "refused", "@ disseminations[1]"),
        (set_at("tables", "evidence_items", 0, "url")("data:text/html,x"), "value", "@ evidence_items[1].url"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_by_its_place_and_changes_nothing(
    database: Database, tmp_path: Path, change: Callable[[dict[str, Any]], None], code: str, place: str
) -> None:
    with transaction():
        newcomer = make_person(Role.ACADEMIC).id
    pack(1, tmp_path / "a.zip")
    wrong = rewritten(tmp_path / "a.zip", tmp_path / "wrong.zip", change)
    before = Counts.now()
    session.rollback()
    with pytest.raises(PackageError) as caught:
        bring_in(wrong, newcomer)
    assert (caught.value.code, caught.value.path) == (code, place.replace("@", "data/portfolio.json:"))
    assert code in PLAIN_REASONS
    session.rollback()
    assert Counts.now() == before


def test_every_column_of_json_has_a_shape() -> None:
    load_models()
    columns = {str(column) for name in names() for column in written_columns(name) if isinstance(column.type, JSON)}
    assert columns == set(SHAPES)


def test_json_with_a_fraction_or_in_ruins_is_refused(database: Database, tmp_path: Path) -> None:
    for content in (b'{"schema": 1.5}', b"{", b"\xff", b"[" * 100_000, b'{"schema": NaN}'):
        write_bag(tmp_path / "x.zip", "x", [("portfolio.json", content)])
        with open_bag(tmp_path / "x.zip", most_bytes=MOST) as bag, pytest.raises(PackageError) as caught:
            understand(bag)
        assert caught.value.code == "not_json"


def test_a_file_that_lies_about_its_kind_is_refused(database: Database, tmp_path: Path) -> None:
    with transaction():
        newcomer = make_person(Role.ACADEMIC).id
    pack(1, tmp_path / "a.zip")
    payload = payload_of(tmp_path / "a.zip")
    value = json.loads(payload["portfolio.json"])
    row = next(row for row in value["tables"]["files"] if row["media_type"] == "application/pdf")
    row["media_type"] = "image/png"
    payload["portfolio.json"] = json.dumps(value).encode()
    listed: list[tuple[str, Path | bytes]] = list(payload.items())
    write_bag(tmp_path / "lie.zip", "portfolio", listed)
    with pytest.raises(PackageError) as caught:
        bring_in(tmp_path / "lie.zip", newcomer)
    assert caught.value.code == "another_file"


def test_the_pages_pack_bring_in_and_refuse(sample_app: Flask, database: Database) -> None:
    owner = session.get_one(Portfolio, 1).owner_id
    with transaction():
        newcomer = make_person(Role.ACADEMIC).id
    client = signed_in(sample_app, owner)
    answer = client.post("/packages/portfolios/1")
    assert answer.status_code == 303
    page = answer.headers["Location"]
    assert client.get(page).status_code == 200
    run_waiting(sample_app)
    packed = client.get(f"{page}/file", buffered=True).get_data()
    assert zipfile.ZipFile(io.BytesIO(packed)).testzip() is None

    other = signed_in(sample_app, newcomer)
    assert other.get(page).status_code == 404
    assert other.get(f"{page}/file").status_code == 404
    assert other.post("/packages/portfolios/1").status_code == 404
    for content in (packed, packed[:-30]):
        brought = other.post("/packages", data={"package": (io.BytesIO(content), "แฟ้ม.zip")})
        assert brought.status_code == 303
        brought.request.close()
        brought.request.environ["wsgi.input"].close()
        run_waiting(sample_app)
        assert other.get(brought.headers["Location"]).status_code == 200
    session.rollback()
    states = session.scalars(
        select(PackageTransfer.state).where(PackageTransfer.owner_id == newcomer).order_by(PackageTransfer.id)
    ).all()
    assert states == [TransferState.DONE, TransferState.REFUSED]
    mine = session.scalars(select(Portfolio).where(Portfolio.owner_id == newcomer)).all()
    assert [row.title_th for row in mine] == [session.get_one(Portfolio, 1).title_th]
    assert other.get("/packages").status_code == 200


def refused_page(app: Flask, owner: int, portfolio_id: int) -> str:
    """What the owner reads after asking for a package that cannot be made."""
    client = signed_in(app, owner)
    page = client.post(f"/packages/portfolios/{portfolio_id}").headers["Location"]
    run_waiting(app)
    assert client.get(f"{page}/file").status_code == 404
    return client.get(page).get_data(as_text=True)


def test_package_without_a_value_that_no_key_opens_is_not_made(
    sample_app: Flask,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    owner = session.get_one(Portfolio, 1).owner_id
    session.rollback()
    monkeypatch.setitem(sample_app.extensions, "field_keys", MultiFernet([Fernet(Fernet.generate_key())]))
    shown = refused_page(sample_app, owner, 1)
    assert "ไม่ได้จัดทำชุดไฟล์" in shown
    assert "data/portfolio.json: " in shown
    out = tmp_path / "x.zip"
    assert export_portfolio(sample_app, Namespace(portfolio=1, out=out)) == 1
    assert ".contact_person: " in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize("damage", ["lost", "changed"])
def test_package_with_a_damaged_file_is_not_made(sample_app: Flask, database: Database, damage: str) -> None:
    owner = session.get_one(Portfolio, 1).owner_id
    content = gather(session.get_one(Portfolio, 1))
    inner, digest = sorted(content.files.items())[0]
    (name,) = {row["filename"] for row in content.value["tables"]["files"] if row["path"] == f"data/{inner}"}
    session.rollback()
    kept = storage().path(digest)
    whole = kept.read_bytes()
    try:
        kept.unlink()
        if damage == "changed":
            kept.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        shown = refused_page(sample_app, owner, 1)
    finally:
        kept.unlink(missing_ok=True)
        kept.write_bytes(whole)
    assert "ไม่ได้จัดทำชุดไฟล์" in shown
    assert f"data/{inner}" in shown
    assert name in shown


def test_package_is_of_one_moment_while_others_write(
    sample_app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    portfolio = session.get_one(Portfolio, 1)
    work, owner_id, found = portfolio.works[0], portfolio.owner_id, writing._found
    title = work.title_th

    def rename() -> None:
        with sample_app.app_context(), transaction():
            session.get_one(Work, work_id).title_th = "ชื่อใหม่"
            save_section(
                actor=session.get_one(User, owner_id), work=session.get_one(Work, work_id), heading_code=code,
                body="ข้อความใหม่", version=version,
            )  # fmt: skip

    def found_before(part: Part, *args: Any) -> Any:
        if part.table == "work_sections":
            other = threading.Thread(target=rename)
            other.start()
            other.join()
        return found(part, *args)

    work_id, section = work.id, work.sections[0]
    code, version, body = section.heading_code, section.version, section.body
    client = signed_in(sample_app, owner_id)
    session.rollback()
    monkeypatch.setattr(writing, "_found", found_before)
    client.post("/packages/portfolios/1")
    run_waiting(sample_app)
    session.rollback()
    transfer = session.scalars(select(PackageTransfer).order_by(PackageTransfer.id.desc())).first()
    assert transfer is not None
    assert transfer.stored_file is not None
    with zipfile.ZipFile(storage().path(transfer.stored_file.sha256)) as bag:
        name = next(name for name in bag.namelist() if name.endswith("/portfolio.json"))
        tables = json.loads(bag.read(name))["tables"]
    assert title in {row["title_th"] for row in tables["works"]}
    assert body in {row["body"] for row in tables["work_sections"]}
    assert session.get_one(Work, work_id).title_th == "ชื่อใหม่"


def test_pressing_twice_packs_once(sample_app: Flask, database: Database) -> None:
    client = signed_in(sample_app, session.get_one(Portfolio, 1).owner_id)
    assert len({client.post("/packages/portfolios/1").headers["Location"] for _press in range(2)}) == 1


def test_the_commands_pack_and_bring_in(
    sample_app: Flask, database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import argparse

    from portfolio.transfer.packages.commands import export_portfolio, import_portfolio

    with transaction():
        newcomer = make_person(Role.ACADEMIC)
        address = newcomer.email
    out = tmp_path / "p.zip"
    assert export_portfolio(sample_app, argparse.Namespace(portfolio=1, out=out)) == 0
    assert export_portfolio(sample_app, argparse.Namespace(portfolio=999, out=out)) == 1
    assert import_portfolio(sample_app, argparse.Namespace(file=out, owner=address)) == 0
    new = int(capsys.readouterr().out.split()[-1])
    assert session.get_one(Portfolio, new).owner.email == address
    session.rollback()
    assert import_portfolio(sample_app, argparse.Namespace(file=tmp_path / "none.zip", owner=address)) == 1
    assert import_portfolio(sample_app, argparse.Namespace(file=out, owner="nobody@people.example")) == 1
    out.write_bytes(out.read_bytes()[:100])
    assert import_portfolio(sample_app, argparse.Namespace(file=out, owner=address)) == 1
    owned = select(func.count()).select_from(Portfolio).join(Portfolio.owner).where(User.email == address)
    assert session.scalar(owned) == 1
