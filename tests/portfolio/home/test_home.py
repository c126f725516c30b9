"""The first page: a welcome for visitors, what waits for everybody else."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from portfolio.core.db import transaction
from portfolio.core.hooks import HomeCard
from portfolio.organizations.models import Role
from tests.builders.accounts import signed_in
from tests.builders.organizations import make_person, make_university
from tests.builders.portfolios import make_portfolio
from tests.builders.works import make_rule_set


def test_visitor_is_welcomed_and_may_read_how_and_what_is_kept(client: FlaskClient) -> None:
    for url, words in (("/", "เข้าสู่ระบบ"), ("/privacy", "สิทธิของท่าน"), ("/guide", "จัดทำแฟ้มผลงาน")):
        answer = client.get(url)
        assert answer.status_code == 200
        assert words in answer.get_data(as_text=True)


def test_academic_without_anything_is_told_the_next_act(app: Flask) -> None:
    with app.app_context(), transaction():
        person = make_person(Role.ACADEMIC, university=make_university()).id
    page = signed_in(app, person).get("/").get_data(as_text=True)
    assert "เริ่มจากตรงไหน" in page
    assert "/portfolios/new" in page
    assert "ไม่มีเรื่องที่รอดำเนินการ" in page


def test_gaps_of_a_draft_wait_at_home(app: Flask) -> None:
    with app.app_context(), transaction():
        owner = make_person(Role.ACADEMIC, university=make_university())
        make_portfolio(owner, make_rule_set(), title_th="แฟ้มที่ยังขาด")
        person = owner.id
    page = signed_in(app, person).get("/").get_data(as_text=True)
    assert "แก้แฟ้ม “แฟ้มที่ยังขาด” ก่อนส่งเรื่อง" in page
    assert "ขั้นที่ 1 จาก 6" in page


def test_person_without_a_role_is_told_who_gives_one(app: Flask) -> None:
    with app.app_context(), transaction():
        person = make_person(university=make_university()).id
    assert "ผู้ดูแลระบบ" in signed_in(app, person).get("/").get_data(as_text=True)


def test_blocks_stand_in_their_order_and_count_what_waits(app: Flask) -> None:
    with app.app_context(), transaction():
        person = make_person(Role.ACADEMIC, university=make_university()).id
    task = "evidence/_failed.html"
    app.extensions["hooks"].home_cards.append(
        lambda _user: [
            HomeCard(task, {"failed": []}, 20, "tasks", waiting=2),
            HomeCard(task, {"failed": []}, 10, "tasks", waiting=3),
        ]
    )
    assert "สิ่งที่รอดำเนินการ 5 เรื่อง" in signed_in(app, person).get("/").get_data(as_text=True)


def test_menu_of_an_academic_has_four_words_and_the_rest_behind_the_account(app: Flask) -> None:
    with app.app_context(), transaction():
        person = make_person(Role.ACADEMIC, university=make_university()).id
    page = signed_in(app, person).get("/").get_data(as_text=True)
    bar = page.split('class="mainnav"')[1].split("</nav>")[0]
    assert [word in bar for word in ("หน้าแรก", "แฟ้มผลงาน", "ผลงาน", "หลักฐาน")] == [True] * 4
    assert bar.count("<a ") == 4
    assert "ชุดเอกสาร" in page.split('class="me-menu"')[1].split("</details>")[0]
