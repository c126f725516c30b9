"""Pages of publications, citations and earlier uses; works of every kind in the lists and in readiness."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from portfolio.accounts.models import User
from portfolio.core.db import session, transaction
from portfolio.criteria.models import RuleSet
from portfolio.portfolios.queries import readiness_of
from portfolio.works.bibliography.models import Bibliography, EarlierUse
from portfolio.works.models import Work
from portfolio.works.vocabulary import WorkKind
from tests.builders.accounts import signed_in
from tests.builders.queries import count_queries
from tests.builders.submissions import make_person, make_portfolio, make_university
from tests.builders.works import make_bibliography, make_contribution, make_earlier_use, make_rule_set, make_work


@pytest.fixture
def owner(app: Flask, database: object) -> int:
    with transaction():
        make_rule_set()
        return make_person("owner@people.example", university=make_university()).id


def a_work(owner: int, kind: WorkKind = WorkKind.RESEARCH, title_th: str = "น้ำสะอาด") -> int:
    with transaction():
        rules = session.scalars(select(RuleSet)).one()
        work = make_work(session.get_one(User, owner), rules, title_th=title_th, kind=kind)
        make_contribution(work, name_th="สมศรี ทดสอบดี", is_owner=True)
        return work.id


def test_a_new_work_of_another_kind_goes_on_to_its_publication(app: Flask, owner: int) -> None:
    client = signed_in(app, owner)
    page = client.get("/works/new").text
    assert "กลุ่มที่ 2 ผลงานทางวิชาการในลักษณะอื่น" in page
    assert page.count('type="radio"') == 16
    rules = page.split('name="rule_set"')[1].split('value="')[1].split('"')[0]
    answer = client.post("/works", data={"title_en": "Water", "kind": "patent", "rule_set": rules})
    assert answer.status_code == 303
    assert answer.location.endswith("/publication")
    with transaction():
        assert session.scalars(select(Work)).one().kind is WorkKind.PATENT
    bad = client.post("/works", data={"title_en": "Air", "kind": "poem", "rule_set": rules})
    assert bad.status_code == 422
    assert client.post("/works", data={"kind": "patent", "rule_set": rules}).status_code == 422


def test_the_form_shows_the_facts_of_the_kind_and_keeps_the_others(app: Flask, owner: int) -> None:
    work_id = a_work(owner, WorkKind.PATENT)
    with transaction():
        make_bibliography(session.get_one(Work, work_id), form="patent", issn="2985-1807", keywords=["น้ำ"])
    client = signed_in(app, owner)
    page = client.get(f"/works/{work_id}/publication").text
    assert 'name="number"' in page
    assert 'name="issn"' not in page
    form = {"form": "patent", "version": "1", "number": "1234", "year": "2567", "month": "5", "day": "2"}
    assert client.post(f"/works/{work_id}/publication", data=form).status_code == 303
    with transaction():
        row = session.get_one(Bibliography, work_id)
        assert (row.number, row.year, row.issn, row.keywords) == ("1234", 2024, "2985-1807", [])
    stale = client.post(f"/works/{work_id}/publication", data={**form, "number": "9", "month": "7"})
    assert stale.status_code == 409
    assert "1234" in stale.text
    assert re.findall(r'name="number"[^>]*value="(\d+)"', stale.text) == ["9"]
    assert stale.text.count("พฤษภาคม") == 2, "as saved meanwhile, and in the list"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"doi": "water"}, "DOI ขึ้นต้นด้วย 10."),
        ({"issn": "2985-1808"}, "ISSN"),
        ({"isbn": "9780306406158"}, "ISBN"),
        ({"url": "javascript:alert(1)"}, "ที่อยู่เว็บ"),
        ({"month": "2", "day": "30"}, "เดือนนี้ไม่มีวันที่ดังกล่าว"),
        ({"day": "3"}, "เลือกเดือนด้วย"),
        ({"year": "", "month": "3"}, "กรอกปีด้วย"),
        ({"impact_factor": "many"}, "2.345"),
        ({"citations": "-1"}, "0 ขึ้นไป"),
        ({"form": "poem"}, ""),
    ],
)
def test_bad_facts_are_named_at_their_field_and_nothing_is_saved(
    app: Flask, owner: int, change: dict[str, str], words: str
) -> None:
    work_id = a_work(owner)
    form = {"form": "article-journal", "version": "0", "year": "2024", "container_title": "วารสารน้ำ", **change}
    answer = signed_in(app, owner).post(f"/works/{work_id}/publication", data=form)
    assert answer.status_code == 422
    assert words in answer.text
    assert "วารสารน้ำ" in answer.text
    with transaction():
        assert session.get(Bibliography, work_id) is None


def test_a_work_is_cited_on_its_page_and_in_the_list(app: Flask, owner: int) -> None:
    work_id = a_work(owner)
    with transaction():
        make_bibliography(
            session.get_one(Work, work_id), form="article-journal", container_title="วารสารน้ำ", volume="5"
        )
    client = signed_in(app, owner)
    apa = "สมศรี ทดสอบดี. (2567). น้ำสะอาด. วารสารน้ำ, 5."
    for address in (f"/works/{work_id}", "/works", "/works/citations", f"/works/{work_id}/citations"):
        assert apa in client.get(address).text, address
    assert "“น้ำสะอาด,” วารสารน้ำ, ปีที่ 5, 2567." in client.get("/works/citations?form=ieee").text
    assert "วารสารน้ำ. 2567;5." in client.get(f"/works/{work_id}/citations").text


def test_a_list_that_was_not_whole_is_cited_whole_once_its_owner_says_so(app: Flask, owner: int) -> None:
    work_id = a_work(owner)
    with transaction():
        make_bibliography(session.get_one(Work, work_id), extra={"author-others": "yes", "other": "kept"})
    client, address = signed_in(app, owner), f"/works/{work_id}/publication"
    form = {"form": "article-journal", "version": "1"}
    assert 'name="authors_are_whole"' in client.get(address).text
    client.post(address, data=form)
    assert "และคณะ" in client.get(f"/works/{work_id}/citations").text, "whoever saves other facts says nothing of it"
    with transaction():
        form["version"] = str(session.get_one(Bibliography, work_id).version)
    client.post(address, data={**form, "authors_are_whole": "y"})
    assert "และคณะ" not in client.get(f"/works/{work_id}/citations").text
    assert 'name="authors_are_whole"' not in client.get(address).text
    with transaction():
        assert session.get_one(Bibliography, work_id).extra == {"other": "kept"}


def test_markup_in_a_title_is_text_in_a_citation(app: Flask, owner: int) -> None:
    work_id = a_work(owner, title_th="<i>น้ำ</i>")
    page = signed_in(app, owner).get(f"/works/{work_id}/citations").text
    assert "&lt;i&gt;น้ำ&lt;/i&gt;" in page
    assert "<i>น้ำ" not in page


def test_the_list_is_narrowed_to_a_kind_or_a_group(app: Flask, owner: int) -> None:
    a_work(owner, WorkKind.PATENT, "เครื่องกรอง")
    a_work(owner, WorkKind.TEXTBOOK, "ตำราน้ำ")
    client = signed_in(app, owner)
    for address in ("/works", "/works/citations"):
        group = client.get(f"{address}?kind=group-books").text
        assert ("ตำราน้ำ" in group, "เครื่องกรอง" in group) == (True, False)
        kind = client.get(f"{address}?kind=patent").text
        assert ("ตำราน้ำ" in kind, "เครื่องกรอง" in kind) == (False, True)
        assert "เครื่องกรอง" in client.get(f"{address}?kind=nonsense").text


def test_lists_cost_the_same_for_one_work_and_for_many(app: Flask, owner: int) -> None:
    client = signed_in(app, owner)
    a_work(owner)
    client.get("/works")
    for address in ("/works", "/works/citations"):
        one = count_queries(app, lambda address=address: client.get(address))  # type: ignore[misc]
        for number in range(3):
            a_work(owner, title_th=f"ผลงาน {address} {number}")
        assert count_queries(app, lambda address=address: client.get(address)) == one  # type: ignore[misc]


def test_earlier_uses_are_noted_changed_and_removed(app: Flask, owner: int) -> None:
    work_id = a_work(owner)
    client = signed_in(app, owner)
    base = f"/works/{work_id}/uses"
    assert client.post(f"{base}/statement", data={"never": "yes"}).status_code == 303
    assert "ไม่เคยใช้" in client.get(f"/works/{work_id}").text
    form = {"position_code": "assistant", "year": "2564", "result": "passed", "level": "ดี"}
    assert client.post(base, data={**form, "year": "2999"}).status_code == 422
    assert client.post(base, data={**form, "position_code": "king"}).status_code == 422
    assert client.post(base, data=form).status_code == 303
    assert "เคยใช้: 2564 (ดี)" in client.get(f"/works/{work_id}").text
    with transaction():
        use_id = session.scalars(select(EarlierUse)).one().id
    answer = client.post(f"{base}/{use_id}", data={**form, "level": "B", "version": "1"})
    assert answer.status_code == 303
    assert client.post(f"{base}/{use_id}", data={**form, "version": "1"}).status_code == 409
    assert client.post(f"{base}/statement", data={"never": "yes"}, follow_redirects=True).status_code == 200
    assert client.post(f"{base}/{use_id}/removal").status_code == 303
    with transaction():
        assert session.scalar(select(EarlierUse.id)) is None


def test_a_research_article_is_not_asked_for_seven_headings(app: Flask, owner: int) -> None:
    article, social = a_work(owner), a_work(owner, WorkKind.SOCIAL, "งานชุมชน")
    with transaction():
        user = session.get_one(User, owner)
        works = [session.get_one(Work, article), session.get_one(Work, social)]
        portfolio = make_portfolio(user, works[0].rule_set, works)
        musts = {point.code for point in readiness_of(portfolio).musts}
        assert {f"headings:{social}", f"not_for_profit:{social}"} <= musts
        assert not {f"headings:{article}", f"not_for_profit:{article}"} & musts
        shoulds = {point.code for point in readiness_of(portfolio).shoulds}
        assert {f"dated:{article}", f"used:{article}", f"used:{social}"} <= shoulds
        assert f"indicators:{article}" not in shoulds
        make_bibliography(works[0])
        make_earlier_use(works[0])
        shoulds = {point.code for point in readiness_of(portfolio).shoulds}
        assert not {f"dated:{article}", f"used:{article}"} & shoulds
    page = signed_in(app, owner).get(f"/works/{article}").text
    assert 'id="texts"' not in page


def test_a_portfolio_numbers_its_works_as_the_form_does(app: Flask, owner: int) -> None:
    social, article = a_work(owner, WorkKind.SOCIAL, "งานชุมชน"), a_work(owner)
    with transaction():
        works = [session.get_one(Work, id) for id in (social, article)]
        portfolio_id = make_portfolio(session.get_one(User, owner), works[0].rule_set, works).id
    client = signed_in(app, owner)
    page = client.get(f"/portfolios/{portfolio_id}/works").text
    assert "4.2.2.1" in page
    assert "4.2.1.1" in page
    assert page.index("4.2.2.1") < page.index("4.2.1.1")
    assert client.post(f"/portfolios/{portfolio_id}/works/order").status_code == 303
    page = client.get(f"/portfolios/{portfolio_id}/works").text
    assert page.index("4.2.1.1") < page.index("4.2.2.1")
