"""What is typed into every form of the service: too much of it, signs that no text has, days that never were."""

from __future__ import annotations

import re

from flask import Flask

from tests.bad_input.forms import PEOPLE, Form, Walk, changed, client_of, fingerprint, said

TEN_MEGABYTES = "ก" * (10 * 1024 * 1024 // 3)
IMPOSSIBLE_DAYS = ("31/02/2569", "29 กุมภาพันธ์ 2568", "32/13/2026", "0/0/0", "24/11/99999", "๓๑/๐๔/๒๕๖๙", "เมื่อวาน")
# Each notation with a day gone by and a day to come: what was measured lies behind, what is planned ahead.
POSSIBLE_DAYS = (
    ("24/05/2569", "24/05/2579"),
    ("24/05/2026", "24/05/2036"),
    ("๒๔ พ.ค. ๒๕๖๙", "๒๔ พ.ค. ๒๕๗๙"),
    ("2026-05-24", "2036-05-24"),
    ("24 May 2026", "24 May 2036"),
)
STRANGE_NAMES = ("👩🏽‍🔬 ดร.สุข", "שלום עולם", "محمد الأمين", "Z̷a̸l̶g̵o̷ ก้้้้้")
REFUSED = (400, 401, 403, 404, 409, 413, 422)


def forms_with_texts(found: Walk) -> list[Form]:
    """Each route once, with somebody who may send it."""
    seen: set[str] = set()
    kept = []
    for form in found.forms:
        if form.texts and form.endpoint not in seen:
            seen.add(form.endpoint)
            kept.append(form)
    return kept


def test_forms_were_found(found: Walk) -> None:
    assert {form.endpoint for form in forms_with_texts(found)} >= {
        "accounts.sign_in",
        "accounts.sign_up",
        "accounts.update_profile",
        "decisions.decide",
        "evidence.create_link",
        "organizations.create",
        "portfolios.create",
        "portfolios.update",
        "record.create",
        "record.update_profile",
        "scoring.remark",
        "works.create",
        "participation.create_contributor",
        "indicators.create",
        "works.update",
        "sections.update",
    }


def test_nul_in_any_field_is_refused_and_given_back(sample_app: Flask, found: Walk) -> None:
    clients = {person: client_of(sample_app, person) for person in PEOPLE}
    wrong = []
    for form in forms_with_texts(found):
        for field in form.texts:
            before = fingerprint(sample_app)
            answer = clients[form.person].post(form.action, data=form.filled(**{field.name: "ข้อ\x00ความ"}))
            if answer.status_code not in REFUSED or not list(said(answer)):
                wrong.append(f"{answer.status_code} {form} {field.name}")
            wrong += [f"{form} {field.name} changed {name}" for name in changed(before, fingerprint(sample_app))]
    assert wrong == []


def test_ten_megabytes_in_any_field_are_refused_with_the_limit_named(sample_app: Flask, found: Walk) -> None:
    clients = {person: client_of(sample_app, person) for person in PEOPLE}
    before = fingerprint(sample_app)
    wrong = []
    for form in forms_with_texts(found):
        for field in form.texts[:1]:
            answer = clients[form.person].post(form.action, data=form.filled(**{field.name: TEN_MEGABYTES}))
            sentences = " ".join(said(answer))
            if answer.status_code != 413 or not ("MB" in sentences or "KB" in sentences):
                wrong.append(f"{answer.status_code} {form} {field.name}")
    assert wrong == []
    assert changed(before, fingerprint(sample_app)) == []


def test_text_just_over_a_fields_limit_is_refused_at_the_field(sample_app: Flask, found: Walk) -> None:
    clients = {person: client_of(sample_app, person) for person in PEOPLE}
    wrong = []
    for form in forms_with_texts(found):
        long = {field.name: "ก" * 70_000 for field in form.texts if not field.is_date}
        if not long:
            continue
        before = fingerprint(sample_app)
        answer = clients[form.person].post(form.action, data=form.filled(**long))
        if answer.status_code not in REFUSED or not list(said(answer)):
            wrong.append(f"{answer.status_code} {form}")
        wrong += [f"{form} changed {name}" for name in changed(before, fingerprint(sample_app))]
    assert wrong == []


def test_impossible_days_are_refused_and_days_of_both_eras_taken(sample_app: Flask, found: Walk) -> None:
    clients = {person: client_of(sample_app, person) for person in PEOPLE}
    dated = [form for form in forms_with_texts(found) if any(field.is_date for field in form.fields)]
    assert len(dated) >= 4
    wrong = []
    for form in dated:
        names = [field.name for field in form.fields if field.is_date]
        for day in IMPOSSIBLE_DAYS:
            before = fingerprint(sample_app)
            answer = clients[form.person].post(form.action, data=form.filled(**{names[0]: day}))
            if answer.status_code != 422 or day not in answer.text:
                wrong.append(f"{answer.status_code} {form} {day}")
            wrong += [f"{form} {day} changed {name}" for name in changed(before, fingerprint(sample_app))]
        for days in POSSIBLE_DAYS:
            answers = [
                clients[form.person].post(form.action, data=form.filled(**dict.fromkeys(names, day), version="0"))
                for day in days
            ]
            if any(answer.status_code >= 500 for answer in answers) or all(
                answer.status_code == 422 and day in [*answer.text.split("field-error"), ""][1]
                for answer, day in zip(answers, days, strict=True)
            ):
                wrong.append(f"{[answer.status_code for answer in answers]} {form} {days}")
    assert wrong == []


def refused_values(page: str) -> list[str]:
    """What stands in the controls that are marked as wrong."""
    return [value for value in re.findall(r'value="([^"]*)"[^>]*aria-invalid="true"', page) if value]


def test_emoji_and_names_from_right_to_left_go_through_every_form(sample_app: Flask, found: Walk) -> None:
    clients = {person: client_of(sample_app, person) for person in PEOPLE}
    wrong = []
    for form in forms_with_texts(found):
        if form.endpoint.startswith("accounts."):
            continue  # names are looked at below; the rest are addresses and passwords
        for name in STRANGE_NAMES:
            texts = {field.name: name for field in form.texts if not field.is_date}
            answer = clients[form.person].post(form.action, data=form.filled(**texts))
            if answer.status_code >= 500:
                wrong.append(f"{answer.status_code} {form} {name}")
    assert wrong == []


def test_strange_names_are_kept_and_stand_apart_from_the_words_around_them(sample_app: Flask, found: Walk) -> None:
    form = next(form for form in found.forms if form.endpoint == "accounts.update_profile")
    for name in STRANGE_NAMES:
        client = client_of(sample_app, form.person)
        version = re.findall(r'name="version" value="(\d+)"', client.get("/accounts/profile").text)[0]
        answer = client.post(form.action, data=form.filled(given_name_th=name, family_name_th=name, version=version))
        assert answer.status_code == 303
        assert re.search(rf"<bdi>[^<]*{re.escape(name)} {re.escape(name)}</bdi>", client.get("/").text)
