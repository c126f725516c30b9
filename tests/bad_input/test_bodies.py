"""Bodies that no browser sends, forms whose sign-in has ended, and one text written in two tabs."""

from __future__ import annotations

from flask import Flask

from tests.bad_input.forms import PEOPLE, VISITOR, Walk, changed, client_of, fingerprint

WORDS = "ข้อความสำคัญที่พิมพ์อยู่นานก่อนหมดเวลา"
BODIES = (
    ("application/json", b'{"body": "x"'),
    ("text/plain", b"\xff\xfe\x00"),
    ("application/x-www-form-urlencoded", b"%ZZ=%FF&body=%00&=&&&;"),
    ("application/x-www-form-urlencoded; charset=utf-7", b"body=+AGE-"),
    ("multipart/form-data", b"--none"),
    ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="body"\r\n\r\nnever ends'),
    ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\n\r\n--b--"),
    ("multipart/form-data; boundary=b", b"--b\r\n" + b"X: y\r\n" * 3000 + b"\r\n--b--"),
    ("multipart/form-data; boundary=" + "b" * 500, b"--b\r\n"),
    ("\x7f/\x7f", b"body=x"),
)


def strict(app: Flask) -> Flask:
    """The same application and rows, with the key that every form carries asked for."""
    app.config["WTF_CSRF_ENABLED"] = True
    return app


def test_broken_bodies_are_refused(sample_app: Flask, found: Walk) -> None:
    app = strict(sample_app)
    clients = {person: client_of(app, person) for person in PEOPLE}
    before = fingerprint(app)
    wrong, seen = [], set[str]()
    for form in found.forms:
        if form.endpoint in seen:
            continue
        seen.add(form.endpoint)
        for kind, body in BODIES:
            answer = clients[form.person].post(form.action, data=body, content_type=kind)
            if not 400 <= answer.status_code < 500:
                wrong.append(f"{answer.status_code} {form} {kind}")
    assert wrong == []
    assert changed(before, fingerprint(app)) == []


def test_form_of_a_lapsed_session_gives_the_text_back(sample_app: Flask, found: Walk) -> None:
    app = strict(sample_app)
    before = fingerprint(app)
    wrong, tried = [], 0
    for form in found.forms:
        areas = [field.name for field in form.fields if field.kind == "textarea"]
        if form.person == VISITOR or not areas:
            continue
        tried += 1
        for client in (app.test_client(), client_of(app, form.person)):  # signed out; signed in anew, key too old
            answer = client.post(form.action, data=form.filled(**{areas[0]: WORDS}))
            if answer.status_code not in (400, 401) or WORDS not in answer.text:
                wrong.append(f"{answer.status_code} {form}")
    assert wrong == []
    assert tried > 10
    assert changed(before, fingerprint(app)) == []


def test_two_tabs_with_the_same_text_show_both(sample_app: Flask, found: Walk) -> None:
    """The second tab's answer is 409, with its own text in the field and the other one beside it."""
    clients = {person: client_of(sample_app, person) for person in PEOPLE}
    wrong, tried = [], 0
    for form in found.forms:
        names = [field.name for field in form.fields]
        # `base` carries along what a text was written from; nobody types there.
        areas = [field.name for field in form.fields if field.kind == "textarea" and field.name != "base"]
        if "version" not in names or not areas or form.endpoint.startswith(("decisions.", "submissions.")):
            continue
        page = clients[form.person].get(form.page)
        if page.status_code != 200:
            continue
        first, second = "ข้อความจากแท็บแรก", "ข้อความจากแท็บที่สอง"
        answer = clients[form.person].post(form.action, data=form.filled(**{areas[0]: first}))
        if answer.status_code == 422:
            continue  # a form for something new: what it needs is not there yet
        tried += 1
        answer = clients[form.person].post(form.action, data=form.filled(**{areas[0]: second}))
        if answer.status_code != 409 or first not in answer.text or second not in answer.text:
            wrong.append(f"{answer.status_code} {form}: second")
    assert wrong == []
    assert tried >= 6
