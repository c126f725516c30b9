"""Every route states its permission, has a name in the house's style, and changes things by POST only."""

from __future__ import annotations

import re

from flask import Flask

from portfolio.core.permissions import Guard

FRAMEWORK = {"static"}


def test_every_route_states_its_permission(app: Flask) -> None:
    bare = [
        f"{rule.rule}: put @requires(...) or @public(...) under the route"
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in FRAMEWORK
        and not isinstance(getattr(app.view_functions[rule.endpoint], "guard", None), Guard)
    ]
    assert bare == []


def test_public_routes_say_why(app: Flask) -> None:
    silent = [
        endpoint
        for endpoint, view in app.view_functions.items()
        if getattr(view, "guard", None) is not None
        and view.guard.permission == "public"
        and len(view.guard.reason) < 15
    ]
    assert silent == []


def test_every_permission_asked_for_has_a_rule(app: Flask) -> None:
    rules = app.extensions["hooks"].permission_rules
    asked = {
        view.guard.permission
        for view in app.view_functions.values()
        if getattr(view, "guard", None) is not None and view.guard.permission != "public"
    }
    assert asked - set(rules) == set()


def test_addresses_are_kebab_case_nouns(app: Flask) -> None:
    wrong = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in FRAMEWORK
        and not all(
            re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*|<([a-z]+(\([^)]*\))?:)?[a-z_]+>(\.[a-z]+)?|", part)
            for part in rule.rule.strip("/").split("/")
        )
    ]
    assert wrong == []


TUS = {"uploads.patch", "uploads.terminate"}
"""The protocol of resumable uploads names its own methods; tests/portfolio/evidence/uploads asks them as anybody."""


def test_changes_come_by_post_alone(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint not in TUS]
    methods = set().union(*((rule.methods or set()) for rule in rules))
    assert methods - {"HEAD", "OPTIONS"} == {"GET", "POST"}
