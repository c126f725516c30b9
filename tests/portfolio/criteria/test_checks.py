"""Rules that a machine can look at: read strictly, frozen with their set, and answered without stopping anybody."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portfolio.core.db import session, transaction
from portfolio.criteria import operations, queries
from portfolio.criteria.checks import (
    dissemination_missing,
    reuse_ends,
    reuse_is_over,
    service_suffices,
    unknown_roles,
    works_suffice,
)
from portfolio.criteria.models import Certainty, FrozenError, RuleCheckKind, RuleSet, Standing
from portfolio.criteria.schemas import DATA, ContentError, RuleContent, read_content
from portfolio.works.vocabulary import KIND_GROUPS, ContributionRole, WorkGroup, WorkKind

RESEARCH, OTHER, TEXTBOOK = ("research", "research"), ("patent", "other"), ("textbook", "books")


def raw(name: str = "national-2564.toml") -> dict[str, Any]:
    return tomllib.loads(Path(DATA / name).read_text("utf-8"))


def rules(name: str = "national-2564.toml") -> RuleContent:
    content = read_content(raw(name))
    assert isinstance(content, RuleContent)
    return content


def terms(kind: RuleCheckKind, name: str = "national-2564.toml", **where: str) -> Any:
    found = [
        check.terms
        for check in rules(name).checks
        if check.kind is kind and all(getattr(check, key) == value for key, value in where.items())
    ]
    assert found
    return found[0]


@pytest.mark.parametrize("name", ["national-2564.toml", "kku-2569.toml"])
def test_every_check_says_where_it_is_from(name: str) -> None:
    for check in rules(name).checks:
        assert check.source_th
        assert check.source_en
        if check.certainty is not Certainty.CONFIRMED:
            assert "ตรวจสอบกับประกาศ" in check.source_th


def test_thresholds_are_never_called_confirmed() -> None:
    for name in ("national-2564.toml", "kku-2569.toml"):
        numbers = (RuleCheckKind.WORKS, RuleCheckKind.SERVICE_YEARS, RuleCheckKind.REUSE, RuleCheckKind.APPEALS)
        assert all(c.certainty is not Certainty.CONFIRMED for c in rules(name).checks if c.kind in numbers)


def test_words_of_the_checks_are_words_of_works() -> None:
    for name in ("national-2564.toml", "kku-2569.toml"):
        for check in rules(name).checks:
            needs = [need for way in check.terms.get("options", []) for need in way]
            assert {kind for need in needs for kind in need.get("kinds", [])} <= {str(kind) for kind in WorkKind}
            assert {group for need in needs for group in need.get("groups", [])} <= {str(word) for word in WorkGroup}
            assert set(check.terms.get("roles", [])) <= {str(role) for role in ContributionRole}
            assert set(check.terms.get("kinds", [])) <= {str(kind) for kind in KIND_GROUPS}


@pytest.mark.parametrize(
    ("works", "enough"),
    [
        ([], False),
        ([RESEARCH], False),
        ([RESEARCH, RESEARCH], True),
        ([RESEARCH, OTHER], True),
        ([OTHER, OTHER], False),
        ([RESEARCH, TEXTBOOK], True),
        ([RESEARCH, ("article", "books")], False),
    ],
)
def test_works_for_an_assistant_professor(works: list[tuple[str, str]], enough: bool) -> None:
    asked = terms(RuleCheckKind.WORKS, position="assistant", mode="normal")
    assert works_suffice(asked, works) is enough


def test_a_work_answers_one_need_only() -> None:
    asked = terms(RuleCheckKind.WORKS, position="associate", method="2", mode="normal")
    assert not works_suffice(asked, [RESEARCH, OTHER])
    assert works_suffice(asked, [RESEARCH, OTHER, OTHER])
    crossed = {"options": [[{"groups": ["research", "other"], "count": 1}, {"groups": ["research"], "count": 1}]]}
    assert works_suffice(crossed, [RESEARCH, OTHER])
    assert not works_suffice(crossed, [OTHER, OTHER])


def test_service_by_degree() -> None:
    asked = terms(RuleCheckKind.SERVICE_YEARS, position="assistant")
    assert service_suffices(asked, "doctorate", 1) is True
    assert service_suffices(asked, "master", 3.9) is False
    assert service_suffices(asked, "unknown", 9) is None
    assert service_suffices(terms(RuleCheckKind.SERVICE_YEARS, position="associate"), "doctorate", 2) is True


def test_dissemination_names_what_is_missing() -> None:
    asked = terms(RuleCheckKind.DISSEMINATION)
    assert dissemination_missing(asked, "research", []) == []
    assert dissemination_missing(asked, "social", ["visit", "public", "record"]) == []
    assert dissemination_missing(asked, "social", ["public"]) == ["forum", "visit", "record"]


def test_reuse_ends_after_five_years_at_khon_kaen() -> None:
    asked = terms(RuleCheckKind.REUSE, "kku-2569.toml")
    assert reuse_ends(asked, 2021) == 2026
    assert not reuse_is_over(asked, 2021, date(2026, 12, 31))
    assert reuse_is_over(asked, 2021, date(2027, 1, 1))


def test_khon_kaen_knows_co_authors_and_not_the_intellectual_contributor() -> None:
    asked = terms(RuleCheckKind.ROLES, "kku-2569.toml")
    assert unknown_roles(asked, ["first_author", "co_author", "intellectual_contributor"]) == [
        "intellectual_contributor"
    ]
    assert terms(RuleCheckKind.METHOD_SUSPENDED, "kku-2569.toml") == {"methods": ["3"]}
    assert rules("kku-2569.toml").standing is Standing.UNIVERSITY


def spoilt(change: Any) -> dict[str, Any]:
    values = raw()
    change(values["checks"])
    return values


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda checks: checks[0].update(kind="luck"), "kind must be one of"),
        (lambda checks: checks[0].update(position="king"), "position must be one of"),
        (lambda checks: checks[0].update(mode="fast"), "mode must be"),
        (lambda checks: checks[0].update(certainty="sure"), "certainty must be one of"),
        (lambda checks: checks[0].update(source_th=""), "source_th must be a text"),
        (lambda checks: checks[0].update(terms={}), "terms must have options"),
        (lambda checks: checks[0]["terms"]["options"][0][0].pop("count"), "must say count"),
        (lambda checks: checks[0]["terms"]["options"][0][0].update(level="c"), "level must be one of"),
        (lambda checks: checks[-1]["terms"].update(days=-1), "days must be a whole number"),
        (lambda checks: checks[0].update(colour="red"), "colour is unknown"),
    ],
)
def test_a_wrong_check_is_named_by_its_place(change: Any, words: str) -> None:
    with pytest.raises(ContentError, match=words):
        read_content(spoilt(change))


def test_a_set_without_checks_keeps_its_digest() -> None:
    values = raw()
    del values["checks"]
    first = read_content(values)
    assert isinstance(first, RuleContent)
    assert first.checks == ()
    assert first.digest != rules().digest


def test_checks_are_frozen_and_found_by_place(app: Flask, database: object) -> None:
    with transaction():
        operations.load_published_data()
        found = queries.latest_rule_set()
        assert found is not None
        asked = queries.checks_of(found, RuleCheckKind.WORKS, position="associate", method="2", mode="normal")
        assert [(check.position_code, check.method, check.mode) for check in asked] == [("associate", "2", "normal")]
        assert queries.checks_of(found, RuleCheckKind.APPEALS, position="professor")
    with pytest.raises(FrozenError), transaction():
        session.get_one(RuleSet, found.id).checks[0].text_th = "อื่น"
        session.flush()


def test_the_page_says_how_sure_each_point_is(client: FlaskClient, database: object) -> None:
    with transaction():
        operations.load_published_data()
        found = queries.latest_rule_set("KKU-2569")
        assert found is not None
        id = found.id
    page = client.get(f"/criteria/rules/{id}").text
    assert "วิธีที่ 3 ระงับการใช้" in page
    assert "หลักฐานทุติยภูมิ" in page
    assert "ตรวจสอบกับประกาศ" in page
