"""The protocol of resumable uploads: every status it can answer, and who is asked to go away."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session, scoped_session

from portfolio.config import ROOT, Config
from portfolio.core.clock import now
from portfolio.core.db import engine_of, transaction
from portfolio.core.storage import resumable
from portfolio.core.storage.filesystem import StorageFull, storage
from portfolio.core.storage.models import StoredFile, Upload
from portfolio.evidence.models import EvidenceItem
from portfolio.organizations.models import Role
from tests.builders.accounts import signed_in
from tests.builders.evidence import make_evidence
from tests.builders.files import pdf_bytes
from tests.builders.organizations import make_person
from tests.builders.works import make_rule_set, make_work
from tests.conftest import make_app

Database = scoped_session[Session]
TUS = {"Tus-Resumable": "1.0.0", "Accept": "application/json"}
PIECE = {**TUS, "Content-Type": "application/offset+octet-stream"}


def told(**values: str) -> str:
    """Upload-Metadata."""
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items())


class Desk:
    """An academic with a browser, a colleague with another, and an officer."""

    def __init__(self, app: Flask) -> None:
        with app.app_context(), transaction():
            people = [make_person(role) for role in (Role.ACADEMIC, Role.ACADEMIC, Role.OFFICER)]
            self.owner, self.colleague, self.officer = (person.id for person in people)
            self.work = make_work(people[0], make_rule_set()).id
        self.client: FlaskClient = signed_in(app, self.owner)

    def announce(self, length: object = 20, **more: Any) -> Any:
        headers = {**TUS, "Upload-Length": str(length), "Upload-Metadata": told(filename="บันทึก.pdf")}
        return self.client.post("/evidence/uploads", headers={**headers, **more})

    def place(self, length: object = 20, **values: str) -> str:
        answer = self.announce(length, **{"Upload-Metadata": told(**({"filename": "a.pdf"} | values))})
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return str(answer.headers["Location"])

    def send(self, place: str, offset: object, body: bytes, **more: str) -> Any:
        return self.client.patch(place, data=body, headers={**PIECE, "Upload-Offset": str(offset), **more})

    def offset(self, place: str) -> int:
        answer = self.client.head(place, headers=TUS)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        return int(answer.headers["Upload-Offset"])

    def finish(self, place: str) -> Any:
        return self.client.post(f"{place}/completion", headers={"Accept": "application/json"})


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app)


def row(database: Database, place: str) -> Upload:
    database.rollback()
    return database.get_one(Upload, int(place.rsplit("/", 1)[1]))


def draft(upload: Upload) -> Any:
    return storage().upload_path(upload.key)


def test_options_say_what_is_spoken(desk: Desk) -> None:
    answer = desk.client.options("/evidence/uploads")
    assert answer.status_code == 204
    said = {name: answer.headers[name] for name in ("Tus-Resumable", "Tus-Version", "Tus-Extension", "Tus-Max-Size")}
    assert said == {
        "Tus-Resumable": "1.0.0",
        "Tus-Version": "1.0.0",
        "Tus-Extension": "creation,termination,checksum,expiration",
        "Tus-Max-Size": str(1024**3),
    }
    assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"


def test_a_file_in_three_pieces_is_one_item(desk: Desk, database: Database) -> None:
    content = pdf_bytes(2, text="hello")
    place = desk.place(len(content), filename="รายงาน_ชุมชน.pdf", type="MEDIA", work=str(desk.work))
    third = len(content) // 3
    for start, end in ((0, third), (third, 2 * third), (2 * third, len(content))):
        answer = desk.send(place, start, content[start:end])
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(end))
        assert answer.headers["Upload-Expires"].endswith("GMT")
    told_now = desk.finish(place).get_json()
    assert (told_now["state"], told_now["sha256"]) == ("taken", hashlib.sha256(content).hexdigest())
    (item,) = database.scalars(select(EvidenceItem))
    assert (item.title_th, item.type, item.page_count, len(item.uses)) == ("รายงาน ชุมชน", "MEDIA", 2, 1)
    assert not draft(row(database, place)).exists()
    # The last answer may be lost: asked again it is the same, and nothing is doubled.
    assert desk.finish(place).get_json() == told_now
    assert desk.offset(place) == len(content)
    assert len(database.scalars(select(EvidenceItem)).all()) == len(database.scalars(select(StoredFile)).all()) == 1


ANNOUNCEMENTS: dict[str, tuple[Mapping[str, str], int]] = {
    "no version": ({"Tus-Resumable": ""}, 412),
    "another version": ({"Tus-Resumable": "0.2.2"}, 412),
    "part of a file that is put together later": ({"Upload-Concat": "partial"}, 400),
    "no length": ({"Upload-Length": ""}, 400),
    "negative length": ({"Upload-Length": "-1"}, 400),
    "length with a sign": ({"Upload-Length": "+5"}, 400),
    "length that is no number": ({"Upload-Length": "many"}, 400),
    "length in Thai digits": ({"Upload-Length": "๕"}, 400),
    "length beyond 63 bits": ({"Upload-Length": "9223372036854775808"}, 400),
    "endless length": ({"Upload-Length": "9" * 400}, 400),
    "length over the limit": ({"Upload-Length": str(1024**3 + 1)}, 413),
    "length to come later": ({"Upload-Length": "", "Upload-Defer-Length": "1"}, 400),
    "empty file": ({"Upload-Length": "0"}, 400),
    "no name": ({"Upload-Metadata": told(filename=" ")}, 400),
    "no metadata": ({"Upload-Metadata": ""}, 400),
    "metadata that is not base64": ({"Upload-Metadata": "filename ***"}, 400),
    "metadata that is not UTF-8": ({"Upload-Metadata": "filename /w=="}, 400),
    "a key twice": ({"Upload-Metadata": "filename YQ==,filename Yg=="}, 400),
    "endless metadata": ({"Upload-Metadata": "filename " + "QUFB" * 4000}, 400),
    "unknown kind": ({"Upload-Metadata": told(filename="a.pdf", type="NOTHING")}, 400),
    "strange work": ({"Upload-Metadata": told(filename="a.pdf", work="99999999999999999999")}, 400),
    "strange item": ({"Upload-Metadata": told(filename="a.pdf", item="7")}, 400),
}


def test_announcements_that_cannot_be_are_refused_and_leave_nothing(desk: Desk, database: Database) -> None:
    wrong = {}
    for kind, (changed, expected) in ANNOUNCEMENTS.items():
        headers = {name: value for name, value in changed.items() if value}
        base = {**TUS, "Upload-Length": "20", "Upload-Metadata": told(filename="a.pdf")}
        for name in changed:
            base.pop(name, None)
        answer = desk.client.post("/evidence/uploads", headers={**base, **headers})
        if answer.status_code != expected or not answer.get_json()["message"]:
            wrong[kind] = answer.status_code
    assert wrong == {}
    with_bytes = desk.client.post("/evidence/uploads", data=b"x" * 20, headers={**PIECE, "Upload-Length": "20"})
    assert with_bytes.status_code == 400
    assert database.scalars(select(Upload)).all() == []


PIECES: dict[str, tuple[Mapping[str, str], bytes, int]] = {
    "no version": ({"Tus-Resumable": ""}, b"x", 412),
    "another kind of body": ({"Content-Type": "application/octet-stream"}, b"x", 415),
    "no offset": ({"Upload-Offset": ""}, b"x", 400),
    "negative offset": ({"Upload-Offset": "-1"}, b"x", 400),
    "offset of the past": ({"Upload-Offset": "0"}, b"x", 409),
    "offset of the future": ({"Upload-Offset": "6"}, b"x", 409),
    "offset beyond 63 bits": ({"Upload-Offset": "9" * 30}, b"x", 400),
    "more than was announced": ({}, b"x" * 16, 413),
    "more than one piece may have": ({}, b"x" * (8 * 1024 * 1024 + 1), 413),
    "unknown sum": ({"Upload-Checksum": "crc32 AAAA"}, b"x", 400),
    "sum that is not base64": ({"Upload-Checksum": "sha1 ???"}, b"x", 400),
    "sum of the wrong size": ({"Upload-Checksum": "sha1 AAAA"}, b"x", 400),
    "sum of other bytes": ({"Upload-Checksum": "sha1 " + base64.b64encode(bytes(20)).decode()}, b"x", 460),
}


def test_pieces_that_cannot_be_are_refused_and_change_nothing(desk: Desk, database: Database) -> None:
    place = desk.place(20)
    desk.send(place, 0, b"hello")
    wrong = {}
    for kind, (changed, body, expected) in PIECES.items():
        headers = {**PIECE, "Upload-Offset": "5", **changed}
        answer = desk.client.patch(place, data=body, headers={name: text for name, text in headers.items() if text})
        if answer.status_code != expected or not answer.get_json()["message"]:
            wrong[kind] = answer.status_code
        if draft(row(database, place)).read_bytes() != b"hello" or desk.offset(place) != 5:
            wrong[kind] = "changed something"
    assert wrong == {}


def test_a_piece_over_the_limit_is_told_the_limit(desk: Desk) -> None:
    answer = desk.send(desk.place(20_000_000), 0, bytes(8 * 1024 * 1024 + 1))
    assert answer.status_code == 413
    assert "8 MB" in answer.get_json()["message"]


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_piece_with_its_sum_is_kept(desk: Desk, algorithm: str) -> None:
    summed = base64.b64encode(hashlib.new(algorithm, b"hello").digest()).decode()
    answer = desk.send(desk.place(5), 0, b"hello", **{"Upload-Checksum": f"{algorithm} {summed}"})
    assert answer.status_code == 204


def test_a_wrong_offset_is_told_the_right_one(desk: Desk) -> None:
    place = desk.place(20)
    desk.send(place, 0, b"hello")
    assert desk.send(place, 0, b"hello").headers["Upload-Offset"] == "5"


def test_terminated_upload_is_gone_with_its_bytes(desk: Desk, database: Database) -> None:
    place = desk.place(20)
    desk.send(place, 0, b"hello")
    file = draft(row(database, place))
    assert desk.client.delete(place, headers=TUS).status_code == 204
    assert not file.exists()
    assert [desk.client.open(place, method=method, headers=TUS).status_code for method in ("HEAD", "DELETE")] == [
        404,
        404,
    ]
    assert desk.send(place, 5, b"x").status_code == 404


def test_networks_that_know_only_post_get_through(desk: Desk) -> None:
    place = desk.place(5)
    headers = {**PIECE, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert desk.client.post(place, data=b"hello", headers=headers).status_code == 204
    assert desk.client.post(place, headers=TUS).status_code == 405
    assert desk.client.post(place, headers={**TUS, "X-HTTP-Method-Override": "DELETE"}).status_code == 204
    assert desk.client.head(place, headers=TUS).status_code == 404


def test_expired_upload_is_gone_and_swept(desk: Desk, database: Database) -> None:
    place = desk.place(20)
    desk.send(place, 0, b"hello")
    with transaction():
        database.execute(update(Upload).values(expires_at=now() - timedelta(seconds=1)))
    assert desk.client.head(place, headers=TUS).status_code == 410
    assert desk.send(place, 5, b"x").status_code == 410
    file = draft(row(database, place))
    database.rollback()
    assert resumable.sweep_uploads() == 1
    assert not file.exists()
    assert desk.client.head(place, headers=TUS).status_code == 404


def test_sweep_leaves_what_is_under_way_and_takes_strays(desk: Desk, database: Database) -> None:
    place = desk.place(20)
    desk.send(place, 0, b"hello")
    stray = storage().upload_path("0" * 32)
    stray.write_bytes(b"of nobody")
    os.utime(stray, (1, 1))
    file = draft(row(database, place))
    os.utime(file, (1, 1))
    database.rollback()
    assert resumable.sweep_uploads() == 1
    assert (stray.exists(), file.exists()) == (False, True)


def test_nobody_else_can_touch_an_upload(app: Flask, desk: Desk) -> None:
    place = desk.place(20)
    desk.send(place, 0, b"hello")
    outcomes = {}
    for name, client in {
        "colleague": signed_in(app, desk.colleague),
        "officer": signed_in(app, desk.officer),
        "visitor": app.test_client(),
    }.items():
        outcomes[name] = [
            client.open(place, method=method, headers={**PIECE, "Upload-Offset": "5"}).status_code
            for method in ("HEAD", "PATCH", "DELETE", "POST")
        ]
    assert outcomes == {"colleague": [404] * 4, "officer": [404] * 4, "visitor": [401] * 4}
    assert signed_in(app, desk.officer).post("/evidence/uploads", headers=TUS).status_code == 403
    assert desk.offset(place) == 5


def test_every_change_needs_the_key_of_the_session(config: Config) -> None:
    app = make_app(config, csrf=True)
    try:
        desk = Desk(app)
        page = desk.client.get("/evidence/new").get_data(as_text=True)
        key = page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
        assert desk.announce().status_code == 400
        answer = desk.announce(**{"X-CSRFToken": key})
        assert answer.status_code == 201
        place = answer.headers["Location"]
        assert desk.send(place, 0, b"hello").status_code == 400
        assert desk.client.delete(place, headers=TUS).status_code == 400
        assert desk.finish(place).status_code == 400
        assert desk.offset(place) == 0
        assert desk.send(place, 0, b"hello", **{"X-CSRFToken": key}).status_code == 204
    finally:
        engine_of(app).dispose()


def test_of_two_pieces_at_once_one_wins(desk: Desk, database: Database) -> None:
    place = desk.place(10)
    upload = row(database, place)
    key = upload.key
    database.rollback()
    with resumable.hold(storage(), key):
        assert desk.send(place, 0, b"hello").status_code == 423
        assert desk.client.delete(place, headers=TUS).status_code == 423
        assert desk.finish(place).status_code == 423
    answers: list[int] = []
    gate = threading.Barrier(2)

    def send(letter: bytes) -> None:
        gate.wait()
        answers.append(desk.send(place, 0, letter * 5).status_code)

    threads = [threading.Thread(target=send, args=(letter,)) for letter in (b"a", b"b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) in ([204, 409], [204, 423])
    assert draft(row(database, place)).read_bytes() in (b"aaaaa", b"bbbbb")


def test_a_person_cannot_fill_the_disk_with_beginnings(config: Config) -> None:
    app = make_app(replace(config, max_upload_bytes=1000))
    try:
        desk = Desk(app)
        assert [desk.announce(1000).status_code for _again in range(5)] == [201, 201, 201, 201, 413]
        assert desk.announce(1).status_code == 413
        desk.client.delete("/evidence/uploads/1", headers=TUS)
        assert desk.announce(1000).status_code == 201
    finally:
        engine_of(app).dispose()


def test_full_disk_is_said_and_nothing_is_half_written(
    desk: Desk, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = desk.place(20)
    desk.send(place, 0, b"hello")
    whole = os.pwrite

    def full(file: int, data: bytes, at: int) -> int:
        if at >= 8:
            raise OSError(28, "No space left on device")
        return whole(file, bytes(data)[:3], at)

    with monkeypatch.context() as planted:
        planted.setattr(os, "pwrite", full)
        answer = desk.send(place, 5, b"world!")
    assert answer.status_code == 507
    assert draft(row(database, place)).read_bytes() == b"hello"
    assert desk.offset(place) == 5
    with monkeypatch.context() as planted:
        planted.setattr(resumable, "free_bytes", lambda: resumable.ROOM_LEFT_BYTES)
        assert desk.announce(20).status_code == 507
    assert desk.send(place, 5, b"world!").status_code == 204


def test_unwritable_store_is_no_error_of_the_client(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_words: object, **_more: object) -> None:
        raise StorageFull("the disk is full")

    monkeypatch.setattr(resumable, "start", broken)
    assert desk.announce().status_code == 507


def test_server_killed_after_writing_never_promised_it(desk: Desk, database: Database) -> None:
    place = desk.place(10)
    desk.send(place, 0, b"hello")
    with draft(row(database, place)).open("ab") as file:
        file.write(b"torn")  # on the disk, but the row was not written any more
    assert desk.offset(place) == 5
    assert desk.send(place, 5, b"world").status_code == 204
    assert draft(row(database, place)).read_bytes() == b"helloworld"


def test_disk_that_lost_bytes_is_believed(desk: Desk, database: Database) -> None:
    place = desk.place(10)
    desk.send(place, 0, b"hello")
    draft(row(database, place)).write_bytes(b"he")
    assert desk.offset(place) == 2
    assert desk.send(place, 5, b"world").status_code == 409
    assert desk.send(place, 2, b"lloworld").status_code == 204
    draft(row(database, place)).unlink()
    assert desk.offset(place) == 0
    assert desk.finish(place).status_code == 409
    assert desk.send(place, 0, b"helloworld").status_code == 204
    assert desk.finish(place).status_code == 200


def test_line_that_breaks_costs_only_what_had_not_come(app: Flask, desk: Desk, database: Database) -> None:
    place = desk.place(10)
    with app.test_request_context():
        upload = row(database, place)
        database.rollback()
        piece = resumable.Piece(0, 8, io.BytesIO(b"hel"))
        with pytest.raises(resumable.LineBroke) as broke:
            resumable.append(upload, piece)
    assert broke.value.offset == 3
    assert desk.offset(place) == 3


def test_unfinished_upload_is_not_made_evidence(desk: Desk) -> None:
    place = desk.place(10)
    desk.send(place, 0, b"hello")
    assert desk.finish(place).status_code == 409


def test_a_file_that_cannot_be_taken_says_why_and_stays_refused(desk: Desk, database: Database) -> None:
    place = desk.place(10, filename="a.pdf")
    desk.send(place, 0, b"MZ\x90\x00......")
    told_now = desk.finish(place).get_json()
    assert told_now["state"] == "refused"
    assert "a.pdf" in told_now["message"]
    assert desk.finish(place).get_json() == told_now
    assert database.scalars(select(EvidenceItem)).all() == []


def test_killed_between_digest_and_item_goes_on_where_it_was(desk: Desk, database: Database) -> None:
    content = pdf_bytes(1)
    place = desk.place(len(content))
    desk.send(place, 0, content)
    upload = row(database, place)
    database.rollback()
    resumable.whole_intake(upload)  # the file has moved; nothing knows of it yet
    draft(upload).touch()  # and a late request left an empty one
    assert desk.offset(place) == len(content)
    assert desk.finish(place).get_json()["state"] == "taken"
    assert storage().path(hashlib.sha256(content).hexdigest()).read_bytes() == content


def test_an_item_gets_its_new_file_in_pieces(desk: Desk, database: Database) -> None:
    from portfolio.accounts.models import User

    with transaction():
        item_id = make_evidence(database.get_one(User, desk.owner)).id
    content = pdf_bytes(3)
    place = desk.place(len(content), item=str(item_id))
    desk.send(place, 0, content)
    assert desk.finish(place).get_json()["url"] == f"/evidence/{item_id}"
    database.rollback()
    assert database.get_one(EvidenceItem, item_id).page_count == 3


def test_whole_upload_that_nobody_finished_is_finished_by_the_sweep(desk: Desk, database: Database) -> None:
    from portfolio.evidence.uploads import tasks

    content = pdf_bytes(1)
    place = desk.place(len(content))
    desk.send(place, 0, content)
    assert tasks.finish_left() == 0
    with transaction():
        database.execute(update(Upload).values(created_at=now() - timedelta(hours=1)))
    database.rollback()
    assert tasks.finish_left() == 1
    database.rollback()
    assert len(database.scalars(select(EvidenceItem)).all()) == 1


def test_the_client_is_the_one_whose_digest_is_kept_beside_it() -> None:
    folder = ROOT / "static" / "vendor" / "tus-js-client"
    digest, name = (folder / "tus.min.js.sha256").read_text().split()
    assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert "MIT" in (folder / "LICENSE.txt").read_text()
