"""The pages on which a portfolio is assembled ask the database as often with many works as with one."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask

from tests.builders.accounts import signed_in
from tests.builders.assembly import Assembly, make_assembly
from tests.builders.queries import count_queries

MANY = 12
AT_MOST = {"home": 21, "portfolio": 25, "submitting": 20}
"""So many statements, the one that begins the transaction among them, on pages that gather from every room."""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_pages_ask_as_often_with_many_works_as_with_one(app: Flask) -> None:
    one, many = (_queries(app, make_assembly(app, works)) for works in (1, MANY))
    assert {name: (few, many[name]) for name, few in one.items() if few != many[name]} == {}
    assert {name: many[name] for name, most in AT_MOST.items() if many[name] > most} == {}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_second_page_of_a_matrix_counts_on_and_is_come_back_to(app: Flask) -> None:
    case = make_assembly(app, MANY)
    client, matrix = signed_in(app, case.owner), case.pages["portfolio: matrix"]
    first, second = (client.get(f"{matrix}?page={page}").text for page in (1, 2))
    assert ">10. ระบบน้ำ" in first
    assert ">11. ระบบน้ำ" not in first
    assert ">11. ระบบน้ำ" in second
    assert 'title="หลักฐานที่ 1 ของผลงานที่ 11">31<' in second
    act = re.findall(r'action="([^"]+/works/\d+[^"]*)" class="only-wide"', second)[0]
    cell = re.findall(r'name="tie" value="(\d+:[^"]+)"', second)[0]
    token = re.findall(r'name="csrf_token" value="([^"]+)"', second)[0]
    answer = client.post(html.unescape(act), data={"tie": cell, "csrf_token": token})
    assert answer.status_code == 303
    assert "page=2" in answer.location


PAGED = 23  # on two pages of twenty


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_second_page_of_works_counts_on_and_moves_lead_to_where_the_work_stands(app: Flask) -> None:
    case = make_assembly(app, PAGED)
    client, works = signed_in(app, case.owner), case.pages["portfolio: works"]
    first, second = (client.get(f"{works}?page={page}").text for page in (1, 2))
    shown = [re.findall(r'/works/(\d+)/position"', page) for page in (first, second)]
    assert [len(ids) for ids in shown] == [20, PAGED - 20]
    assert (first.count('value="up"'), first.count('value="down"')) == (19, 20)
    assert (second.count('value="up"'), second.count('value="down"')) == (3, 2)

    def send(work: str, act: str, **data: str) -> str:
        token = re.findall(r'name="csrf_token" value="([^"]+)"', client.get(works).text)[0]
        answer = client.post(f"{works}/{work}/{act}", data={"csrf_token": token, **data})
        assert answer.status_code == 303
        return answer.location.removeprefix(works)

    assert send(shown[0][-1], "position", direction="down") == "?page=2"
    assert send(shown[0][-1], "position", direction="up") == ""
    assert send(shown[1][0], "position", direction="up") == ""
    assert send(shown[1][-1], "position", direction="down") == "?page=2"  # it is the last already
    for work in shown[1][1:]:
        assert send(work, "removal") == "?page=2"
    assert send(shown[0][-1], "removal") == ""  # nothing is left on the second page


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_second_page_of_the_self_assessment_counts_on_and_is_come_back_to(app: Flask) -> None:
    case = make_assembly(app, PAGED)
    client, overview = signed_in(app, case.owner), case.pages["portfolio: self-assessment"]
    first, second = (client.get(f"{overview}?page={page}").text for page in (1, 2))
    forms = [re.findall(r'href="([^"]+/works/\d+/self-assessment)"', page) for page in (first, second)]
    assert [len(found) for found in forms] == [20, PAGED - 20]
    assert re.findall(r'<th scope="col">[^<]*?(\d+)</th>', second) == ["21", "22", "23"]
    assert '<span class="num">21.</span> ระบบน้ำสะอาดของชุมชนที่ 21' in second
    assert re.findall(r'<th scope="col">[^<]*?(\d+)</th>', first) == [str(number) for number in range(1, 21)]
    form = client.get(forms[1][0]).text
    assert f'href="{overview}?page=2"' in form
    token = re.findall(r'name="csrf_token" value="([^"]+)"', form)[0]
    version = re.findall(r'name="version"[^>]*value="(\d+)"', form)[0]
    answer = client.post(forms[1][0], data={"csrf_token": token, "version": version})
    assert (answer.status_code, answer.location) == (303, f"{overview}?page=2")
    assert client.post(forms[0][0], data={"csrf_token": token, "version": "1"}).location == overview
    assert client.get(f"{overview}?page=3").status_code == 200


def _queries(app: Flask, case: Assembly) -> dict[str, int]:
    """How often each page asks, once it is warm."""
    client = signed_in(app, case.owner)
    found = {}
    for name, address in case.pages.items():
        assert client.get(address).status_code == 200, name
        found[name] = count_queries(app, lambda address=address: client.get(address))  # type: ignore[misc]
    return found
