"""Any order of pieces, breaks, wrong places and killed servers ends with the same bytes, or with those of the model."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session, scoped_session
from werkzeug.datastructures import Headers

from portfolio.core.storage import tus
from tests.portfolio.evidence.uploads.test_protocol import Desk, draft, row

Database = scoped_session[Session]
LENGTH = 24
CONTENT = bytes(range(65, 65 + LENGTH))

ACTIONS = st.one_of(
    st.tuples(st.just("piece"), st.integers(1, 12)),
    st.tuples(st.just("lost answer"), st.integers(1, 12)),
    st.tuples(st.just("elsewhere"), st.integers(-30, 30)),
    st.tuples(st.just("changed on its way"), st.integers(1, 12)),
    st.tuples(st.just("too much"), st.integers(1, 30)),
    st.tuples(st.just("killed while writing"), st.integers(1, 12)),
    st.tuples(st.just("disk lost"), st.integers(0, LENGTH)),
    st.tuples(st.just("finish too early"), st.just(0)),
)


class Model:
    """What the server must have: so many bytes of CONTENT."""

    def __init__(self) -> None:
        self.safe = 0


@given(actions=st.lists(ACTIONS, max_size=14))
@example(actions=[("piece", 12), ("piece", 12), ("disk lost", 0), ("finish too early", 0)])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_every_interruption_leaves_what_was_promised(database: Database, desk: Desk, actions: list[Any]) -> None:
    place = desk.place(LENGTH, filename="a.txt")
    model = Model()
    for name, number in actions:
        _act(database, desk, place, model, name, number)
        assert desk.offset(place) == model.safe
        file = draft(row(database, place))
        kept = file.read_bytes() if file.exists() else b""
        assert kept[: model.safe] == CONTENT[: model.safe]
    while (at := desk.offset(place)) < LENGTH:
        assert desk.send(place, at, CONTENT[at : at + 7]).status_code == 204
    assert desk.finish(place).get_json()["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    assert desk.send(place, 0, CONTENT[:4]).status_code == 409


def _act(database: Database, desk: Desk, place: str, model: Model, name: str, number: int) -> None:
    at = model.safe
    piece = CONTENT[at : at + number]
    if name in ("piece", "lost answer"):
        if not piece:
            return
        assert desk.send(place, at, piece).status_code == 204
        model.safe = at + len(piece)
        if name == "lost answer" and piece:
            assert desk.send(place, at, piece).status_code == 409
    elif name == "elsewhere":
        if number != at:
            assert desk.send(place, number, b"zz").status_code in (400, 409)
    elif name == "changed on its way":
        wrong = "sha1 " + base64.b64encode(bytes(20)).decode()
        if piece:
            assert desk.send(place, at, piece, **{"Upload-Checksum": wrong}).status_code == 460
    elif name == "too much":
        assert desk.send(place, at, bytes(LENGTH - at + number)).status_code == 413
    elif name == "killed while writing":
        # A server writes only behind what it promised: after a loss of that it first promises less.
        upload = row(database, place)
        file = draft(upload)
        if file.exists() and file.stat().st_size >= upload.received:
            with file.open("ab") as stream:
                stream.write(b"?" * number)
    elif name == "disk lost":
        file = draft(row(database, place))
        if file.exists():
            file.write_bytes(file.read_bytes()[:number])
            model.safe = min(model.safe, number)
    elif at < LENGTH:
        assert desk.finish(place).status_code == 409


@given(text=st.text(max_size=60))
def test_no_header_breaks_the_reading(text: str) -> None:
    headers = Headers()
    for name in ("Upload-Length", "Upload-Metadata", "Upload-Checksum"):
        headers.set(name, text.replace("\n", "").replace("\r", ""))
    for read in (
        lambda: tus.number(headers, "Upload-Length"),
        lambda: tus.metadata(headers),
        lambda: tus.checksum(headers),
    ):
        try:
            read()
        except tus.BadHeader:
            continue


@given(
    values=st.dictionaries(
        st.text("abcdefghijklmnopqrstuvwxyz-_", min_size=1, max_size=20), st.text(max_size=40), min_size=1, max_size=5
    )
)
def test_metadata_is_read_as_it_was_written(values: dict[str, str]) -> None:
    encodable = {key: value.encode("utf-8", "ignore").decode() for key, value in values.items()}
    pairs = [f"{key} {base64.b64encode(value.encode()).decode()}".strip() for key, value in encodable.items()]
    assert tus.metadata(Headers({"Upload-Metadata": ",".join(pairs)})) == encodable


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app)
