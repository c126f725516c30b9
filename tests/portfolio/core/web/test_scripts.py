"""The small scripts in a real browser, under the strict policy: no text is lost, nothing is refused by the policy."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, jsonify, redirect, render_template_string, request, url_for
from flask_login import LoginManager
from playwright.sync_api import Browser, Page, Route, sync_playwright
from werkzeug.serving import make_server

from portfolio.core.web.limits import accepts
from portfolio.core.web.pagination import Page as Rows
from tests.portfolio.core.web.conftest import Person
from tests.portfolio.core.web.test_components import GALLERY, GalleryForm

UPLOAD = """{% extends "base.html" %}{% import "components/forms.html" as forms with context %}
{% block title %}Upload{% endblock %}{% block content %}<p id="problem">{{ problem }}</p>
<form method="post" action="/upload-form" enctype="multipart/form-data"{{ forms.upload_words(500000) }}>
<input type="hidden" name="csrf_token" value="{{ csrf_token() }}"><label for="file">File</label>
<input type="file" id="file" name="file"><button type="submit">Send it</button></form>{% endblock %}"""
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WITH_AUTOSAVE = "#body"
STATE = ".autosave-state:not([hidden])"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def address(make_app: Callable[..., Flask]) -> Iterator[str]:
    """The gallery behind a real server."""
    app = make_app(public_url="http://127.0.0.1", trusted_hosts=["127.0.0.1"], sample_data=True)
    person = Person()
    person.language = ""
    LoginManager(app).request_loader(lambda _request: person)

    def gallery() -> str:
        return render_template_string(GALLERY, form=GalleryForm(), page=Rows([1], 2, 1, True))

    def job() -> Any:
        return jsonify(percent=80, words="Nearly", state="running", url=None)

    def upload() -> Any:
        file = request.files["file"]
        if file.filename == "refused.txt":
            return render_template_string(UPLOAD, problem="This file is damaged"), 422
        return redirect(url_for("received", size=len(file.read())), 303)

    app.add_url_rule("/upload-form", "upload_form", lambda: render_template_string(UPLOAD, problem=""))
    app.add_url_rule("/upload-form", "upload_form_post", accepts(max_bytes=900_000)(upload), methods=["POST"])
    app.add_url_rule("/received/<int:size>", "received", lambda size: f"received {size}")
    app.add_url_rule("/gallery", "gallery", gallery)
    app.add_url_rule("/job", "job", job)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}/gallery"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The gallery in a fresh profile, in English; complaints of the browser fail the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.add_cookies([{"name": "language", "value": "en", "url": address}])
    page = context.new_page()
    page.set_default_timeout(8000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
    page.goto(address, wait_until="networkidle")
    yield page
    context.close()
    assert complaints == []


def answer(page: Page, status: int, **body: Any) -> list[dict[str, Any]]:
    """Let the server answer every save like this; returns what was sent."""
    sent: list[dict[str, Any]] = []

    def reply(route: Route) -> None:
        if request_of(route) is not None:
            sent.append(request_of(route) or {})
        route.fulfill(status=status, content_type="application/json", body=json.dumps(body))

    page.unroute("**/echo")
    page.route("**/echo", reply)
    return sent


def request_of(route: Route) -> dict[str, Any] | None:
    """The fields of a save."""
    data = route.request.post_data
    return {name: values[0] for name, values in parse_qs(data).items()} if data else None


def kept(page: Page) -> int:
    """How many texts the browser keeps."""
    return int(page.evaluate("localStorage.length"))


def test_text_is_saved_with_its_version_and_the_next_one_follows(page: Page) -> None:
    sent = answer(page, 200, version=3, saved_at="2026-11-24T03:42:00Z", message="")
    page.fill(WITH_AUTOSAVE, "first")
    page.wait_for_selector(f"{STATE}:has-text('Saved at 10:42')")
    page.fill(WITH_AUTOSAVE, "second")
    page.wait_for_function("() => localStorage.length === 0")
    page.wait_for_timeout(300)
    assert [(one["body"], one["version"]) for one in sent] == [("first", "2"), ("second", "3")]
    assert all(one["csrf_token"] for one in sent)
    assert page.input_value("#gallery input[name=version]") == "3"


def test_conflict_shows_both_texts_and_loses_none(page: Page) -> None:
    answer(page, 409, mine="mine", theirs="theirs", version=9, message="Somebody saved")
    page.fill(WITH_AUTOSAVE, "mine")
    page.wait_for_selector(".conflict")
    assert page.locator(".conflict pre").all_inner_texts() == ["mine", "theirs"]
    sent = answer(page, 200, version=10, saved_at="2026-11-24T03:42:00Z", message="")
    page.click("text=Put both in the field")
    page.wait_for_selector(f"{STATE}:has-text('Saved at')")
    assert page.input_value(WITH_AUTOSAVE) == "mine\n\ntheirs"
    assert [(one["body"], one["version"]) for one in sent] == [("mine\n\ntheirs", "9")]


def test_text_whose_references_followed_is_kept_as_the_server_has_it(page: Page) -> None:
    answer(page, 409, mine="see [exhibit 2]", theirs="theirs", version=9, message="")
    page.fill(WITH_AUTOSAVE, "see [exhibit 1]")
    page.wait_for_selector(".conflict")
    assert page.locator(".conflict pre").all_inner_texts() == ["see [exhibit 2]", "theirs"]
    sent = answer(page, 200, version=10, saved_at="2026-11-24T03:42:00Z", message="")
    page.click("text=Keep my text")
    page.wait_for_selector(f"{STATE}:has-text('Saved at')")
    assert page.input_value(WITH_AUTOSAVE) == "see [exhibit 2]"
    assert [(one["body"], one["version"]) for one in sent] == [("see [exhibit 2]", "9")]


def test_taking_the_other_text_sends_nothing(page: Page) -> None:
    answer(page, 409, mine="mine", theirs="theirs", version=9, message="")
    page.fill(WITH_AUTOSAVE, "mine")
    page.wait_for_selector(".conflict")
    sent = answer(page, 200, version=10, saved_at="2026-11-24T03:42:00Z", message="")
    page.click("text=Take the other text")
    page.wait_for_timeout(2000)
    assert (page.input_value(WITH_AUTOSAVE), sent, kept(page)) == ("theirs", [], 0)


@pytest.mark.parametrize("status", [401, 500])
def test_text_survives_a_lapsed_sign_in_and_is_offered_again(page: Page, address: str, status: int) -> None:
    answer(page, status, message="No", **({"sign_in": "/sign-in?next=/gallery"} if status == 401 else {}))
    page.fill(WITH_AUTOSAVE, "typed for hours")
    page.wait_for_selector(f"{STATE}:has-text('kept in this browser')")
    assert page.locator(f"{STATE} a").count() == (1 if status == 401 else 0)
    page.goto("about:blank")
    page.goto(address, wait_until="networkidle")
    page.wait_for_selector(".conflict")
    assert page.input_value(WITH_AUTOSAVE) == ""
    sent = answer(page, 200, version=3, saved_at="2026-11-24T03:42:00Z", message="")
    page.click("text=Use that text")
    page.wait_for_selector(f"{STATE}:has-text('Saved at')")
    assert (page.input_value(WITH_AUTOSAVE), [one["body"] for one in sent], kept(page)) == (
        "typed for hours",
        ["typed for hours"],
        0,
    )


def test_text_survives_a_lost_connection(page: Page) -> None:
    page.route("**/echo", lambda route: route.abort())
    page.fill(WITH_AUTOSAVE, "offline")
    page.wait_for_selector(f"{STATE}:has-text('no connection')")
    assert kept(page) == 1
    sent = answer(page, 200, version=3, saved_at="2026-11-24T03:42:00Z", message="")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_selector(f"{STATE}:has-text('Saved at')")
    assert ([one["body"] for one in sent], kept(page)) == (["offline"], 0)


def test_over_long_text_is_said_before_it_is_sent(page: Page) -> None:
    answer(page, 200, version=3, saved_at="2026-11-24T03:42:00Z", message="")
    page.fill(WITH_AUTOSAVE, "ก" * 20_003)
    page.wait_for_selector("#body-count.over:has-text('3 characters too many. The limit is 20,000.')")
    assert page.get_attribute(WITH_AUTOSAVE, "aria-invalid") == "true"
    page.fill(WITH_AUTOSAVE, "น้ำสะอาดของคนแม่สายธาร")
    page.wait_for_selector("#body-count:not(.over):has-text('words · recommended 150–600')")
    assert page.get_attribute(WITH_AUTOSAVE, "aria-invalid") is None


def test_question_stands_before_what_cannot_be_undone(page: Page) -> None:
    asked: list[str] = []

    def refuse(dialog: Any) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", refuse)
    page.click("button:has-text('Withdraw')")
    assert (asked, page.url.endswith("/gallery")) == (["Sure?"], True)


def test_account_menu_opens_and_closes_by_keyboard(page: Page) -> None:
    summary = page.locator("details.me summary")
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("details.me[open]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("details.me[open]").count() == 0
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["th", "en"])
def test_nothing_is_wider_than_the_screen(browser: Browser, address: str, width: int, language: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800})
    context.add_cookies([{"name": "language", "value": language, "url": address}])
    page = context.new_page()
    page.goto(address)
    widest = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert widest == width


def test_pictures_of_the_sprite_are_drawn(page: Page) -> None:
    boxes = page.evaluate("[...document.querySelectorAll('svg.i use')].slice(0, 20).map(use => use.getBBox().width)")
    assert len(boxes) == 20
    assert all(width > 0 for width in boxes)


@pytest.mark.parametrize(("language", "width"), [("th", 1280), ("en", 360)])
def test_components_are_accessible(browser: Browser, address: str, language: str, width: int) -> None:
    # The checker is a script of its own, which the policy would rightly refuse.
    context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    context.add_cookies([{"name": "language", "value": language, "url": address}])
    page = context.new_page()
    page.goto(address, wait_until="networkidle")
    violations = Axe().run(page).response["violations"]
    context.close()
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in violations] == []


@pytest.fixture
def upload(page: Page, address: str) -> Page:
    """The page with a form for a file."""
    page.goto(address.replace("/gallery", "/upload-form"), wait_until="networkidle")
    return page


def choose(page: Page, name: str, size: int) -> None:
    """Choose a file of this size."""
    page.set_input_files("#file", {"name": name, "mimeType": "text/plain", "buffer": b"x" * size})


def test_file_is_sent_and_the_next_page_opens(upload: Page) -> None:
    choose(upload, "fine.txt", 300_000)
    upload.click("text=Send it")
    upload.wait_for_selector("text=received 300000")
    assert upload.url.endswith("/received/300000")


def test_file_over_the_limit_is_named_before_it_is_sent(upload: Page) -> None:
    sent: list[str] = []
    upload.on("request", lambda request: sent.append(request.method))
    choose(upload, "large.txt", 600_000)
    upload.wait_for_selector(".upload-progress:has-text('large.txt has 586 KB. At most 488 KB can be sent here.')")
    upload.click("text=Send it")
    assert "POST" not in sent


def test_refused_file_shows_the_form_with_its_problem_and_can_be_sent_again(upload: Page) -> None:
    choose(upload, "refused.txt", 10)
    upload.click("text=Send it")
    upload.wait_for_selector("#problem:has-text('This file is damaged')")
    choose(upload, "fine.txt", 12)
    upload.click("text=Send it")
    upload.wait_for_selector("text=received 12")


def test_broken_connection_keeps_the_file(upload: Page) -> None:
    upload.route("**/upload-form", lambda route: route.abort())
    choose(upload, "fine.txt", 10)
    upload.click("text=Send it")
    upload.wait_for_selector(".upload-progress:has-text('The connection broke')")
    upload.unroute("**/upload-form")
    upload.click("text=Send it")
    upload.wait_for_selector("text=received 10")


def test_progress_of_a_job_is_followed(page: Page, address: str) -> None:
    page.wait_for_selector(".job-percent:has-text('80%')")
    assert page.locator(".job-words").inner_text() == "Nearly"
    assert page.evaluate("document.querySelector('[data-job-url] progress').value") == 80
