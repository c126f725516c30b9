"""Error pages: calm, in the reader's language, and they give back what was typed."""

from __future__ import annotations

import logging
import re
from html import unescape

import pytest
from flask.testing import FlaskClient

TYPED = "ข้อความยาวที่พิมพ์ไว้ <script>alert(1)</script>\nบรรทัดที่สอง 🌿"
CODES = (400, 403, 404, 405, 409, 410, 413, 414, 415, 422, 429, 503)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("language", ["th", "en"])
def test_every_error_is_a_page_in_the_readers_language(client: FlaskClient, code: int, language: str) -> None:
    client.set_cookie("language", language)
    answer = client.get(f"/answer/{code}")
    assert answer.status_code == code
    assert f'<html lang="{language}">' in answer.text
    title = answer.text.split("<h1>")[1].split("</h1>")[0]
    assert any("ก" <= letter <= "๛" for letter in title) == (language == "th")
    assert "Traceback" not in answer.text


def test_reason_of_an_error_is_shown(client: FlaskClient) -> None:
    assert "The reason in words" in client.get("/say/403").text


def test_refusal_carries_its_reason(client: FlaskClient) -> None:
    answer = client.get("/refuse")
    assert (answer.status_code, "Only the owner may do this" in answer.text) == (403, True)


def test_refusal_whose_reason_would_leak_looks_like_a_missing_page(client: FlaskClient) -> None:
    hidden, missing = client.get("/hide"), client.get("/nowhere")
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert hidden.text.replace("/hide", "/nowhere") == missing.text or "<h1>ไม่พบหน้านี้</h1>" in hidden.text


def test_method_that_is_not_taken_names_the_ones_that_are(client: FlaskClient) -> None:
    answer = client.get("/echo")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}


@pytest.mark.parametrize(
    ("address", "above"),
    [("/echo", None), ("/forms/7/send", "/forms/7"), ("/forms/7/parts/press", "/forms/7")],
)
def test_a_form_opened_by_its_address_leads_to_its_page(client: FlaskClient, address: str, above: str | None) -> None:
    answer = client.get(address)
    assert answer.status_code == 405
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert re.findall(r'class="btn btn-primary" href="([^"]*)"', answer.text) == ([above] if above else [])
    assert ("ไปยังหน้าของแบบฟอร์มนี้" in answer.text) == (above is not None)
    assert client.head(address).status_code == 405
    assert "/forms/7" not in client.put(address, data={}).text


def test_broken_page_gives_a_reference_that_stands_in_the_log(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = client.get("/broken")
    reference = answer.text.split('class="docno">')[1].split("<")[0]
    assert answer.status_code == 500
    assert len(reference) == 8
    assert any(reference in record.getMessage() for record in caplog.records)
    assert "secret detail" not in answer.text


@pytest.mark.parametrize("language", ["th", "en"])
def test_a_full_disk_is_named_and_gives_back_what_was_typed(client: FlaskClient, key: str, language: str) -> None:
    client.set_cookie("language", language)
    answer = client.post("/full", data={"csrf_token": key, "body": TYPED})
    assert answer.status_code == 507
    assert ("พื้นที่จัดเก็บข้อมูลของระบบเต็ม" if language == "th" else "The service has no room left") in answer.text
    assert TYPED in unescape(answer.text)
    told = client.post("/full", data={"csrf_token": key}, headers={"Accept": "application/json"})
    assert (told.status_code, told.get_json()["error"]) == (507, 507)


def test_scripts_get_their_errors_as_json(client: FlaskClient) -> None:
    answer = client.get("/api/broken")
    assert (answer.status_code, answer.mimetype) == (500, "application/json")
    assert set(answer.get_json()) == {"error", "title", "message", "reference"}
    assert client.get("/say/404", headers={"Accept": "application/json"}).get_json()["message"] == "The reason in words"


def test_htmx_gets_a_notice_for_its_place(client: FlaskClient) -> None:
    answer = client.get("/answer/429", headers={"HX-Request": "true"})
    assert answer.headers["HX-Retarget"] == "#page-notice"
    assert "<html" not in answer.text
    assert 'role="alert"' in answer.text


def test_visitor_is_sent_to_sign_in_and_back(client: FlaskClient) -> None:
    answer = client.get("/members?tab=2")
    assert answer.status_code == 303
    assert answer.location == "/sign-in"


def test_script_of_a_visitor_is_told_where_to_sign_in(client: FlaskClient, key: str) -> None:
    answer = client.post("/members", data={"csrf_token": key, "body": "x"}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["sign_in"]) == (401, "/sign-in")


@pytest.mark.parametrize(("token", "status"), [("", 400), ("forged", 400)])
def test_form_with_a_lapsed_key_gives_back_what_was_typed(client: FlaskClient, token: str, status: int) -> None:
    answer = client.post(
        "/echo", data={"csrf_token": token, "summary": TYPED, "title": "ชื่อ", "password": "hunter2", "empty": " "}
    )
    assert answer.status_code == status
    areas = [part.split("</textarea>")[0] for part in answer.text.split("readonly>\n")[1:]]
    assert [unescape(area) for area in areas] == [TYPED, "ชื่อ"]
    assert "<script>alert" not in answer.text
    assert "hunter2" not in answer.text
    assert 'href="/sign-in' in answer.text


def test_form_of_an_ended_sign_in_gives_back_what_was_typed(client: FlaskClient, key: str) -> None:
    answer = client.post("/members", data={"csrf_token": key, "body": TYPED})
    assert answer.status_code == 401
    assert unescape(answer.text.split("readonly>\n")[1].split("</textarea>")[0]) == TYPED


@pytest.mark.parametrize("path", ["/answer/404", "/say/403", "/answer/429", "/break"])
def test_any_refused_form_gives_back_what_was_typed(client: FlaskClient, key: str, path: str) -> None:
    answer = client.post(path, data={"csrf_token": key, "body": TYPED})
    assert unescape(answer.text.split("readonly>\n")[1].split("</textarea>")[0]) == TYPED
    assert answer.text.count("<textarea") == 1


def test_stale_form_gives_back_what_was_typed(client: FlaskClient, key: str) -> None:
    answer = client.post("/stale", data={"csrf_token": key, "version": "3", "body": TYPED})
    assert answer.status_code == 409
    assert unescape(answer.text.split("readonly>\n")[1].split("</textarea>")[0]) == TYPED
    assert answer.text.count("<textarea") == 1


def test_unknown_host_is_refused_without_links(client: FlaskClient) -> None:
    answer = client.get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil.example" not in answer.text
    assert client.get("/", headers={"Host": "ent.example"}).status_code == 200
