"""The menu: at most four words in the bar."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portfolio.core.hooks import NavItem
from tests.portfolio.core.web.conftest import Person

NavItemMaker = Callable[[str, str, int], NavItem]


@pytest.mark.parametrize("person", [Person()])
def test_menu_has_four_words_and_the_rest_stands_behind_the_account(
    app: Flask, client: FlaskClient, nav_item: NavItemMaker
) -> None:
    items = [nav_item(f"Word {n}", endpoint, n) for n, endpoint in enumerate(("t_", "t_key", "t_secret", "t_broken"))]
    app.extensions["hooks"].navigation += [
        lambda _user: [nav_item("Fifth", "t_hide", 50)],
        lambda _user: items,
        lambda _user: items[:1],
    ]
    page = client.get("/").text
    bar = page.split('<nav class="mainnav"')[1].split("</nav>")[0]
    assert [part.split("<")[0].split(">")[1] for part in bar.split("<a ")[1:]] == [f"Word {n}" for n in range(4)]
    assert bar.count("aria-current") == 1
    assert "Fifth" in page.split('class="me-menu"')[1].split("</details>")[0]


@pytest.mark.parametrize("person", [Person()])
@pytest.mark.parametrize(("language", "name"), [("th", Person.name_th), ("en", Person.name_en)])
def test_account_menu_names_the_person_in_the_pages_language(
    client: FlaskClient, person: Person, language: str, name: str
) -> None:
    person.language = language
    assert f"<b><bdi>{name}</bdi></b>" in client.get("/").text


def test_visitor_sees_no_menu_but_the_way_in(app: Flask, client: FlaskClient, nav_item: NavItemMaker) -> None:
    app.extensions["hooks"].navigation.append(lambda _user: [nav_item("Word", "t_", 1)])
    page = client.get("/").text
    assert "mainnav" not in page
    assert 'href="/sign-in"' in page


def test_sample_data_is_said_on_every_page(make_app: Callable[..., Flask]) -> None:
    with_data, without = (make_app(sample_data=flag).test_client().get("/").text for flag in (True, False))
    assert ("ข้อมูลสมมติ" in with_data, "ข้อมูลสมมติ" in without) == (True, False)
