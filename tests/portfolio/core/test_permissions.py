"""Permission: one allowing rule is enough, nothing is the same as no, and reasons are shown or hidden."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_login import LoginManager

from portfolio.accounts.models import User
from portfolio.core.clock import now
from portfolio.core.db import session, transaction
from portfolio.core.hooks import Hooks
from portfolio.core.permissions import (
    ALLOWED,
    HIDDEN,
    Access,
    Forbidden,
    access,
    demand,
    public,
    refused,
    requires,
)


class Permission(StrEnum):
    READ = "thing:read"
    LIST = "thing:list"


@pytest.fixture
def hooks(ground: Flask) -> Hooks:
    found: Hooks = ground.extensions["hooks"]
    return found


class TestAccess:
    def test_without_a_rule_nobody_may(self, hooks: Hooks) -> None:
        assert access(Permission.READ, "anybody") == HIDDEN

    def test_one_rule_that_allows_is_enough(self, hooks: Hooks) -> None:
        hooks.permit(Permission.READ, lambda user, subject: HIDDEN)
        hooks.permit(Permission.READ, lambda user, subject: ALLOWED if user == subject else refused("not yours"))
        assert access(Permission.READ, "alice", "alice") == ALLOWED
        assert access(Permission.READ, "bob", "alice") == Access(False, "not yours")

    def test_reason_is_kept_whatever_the_order(self, hooks: Hooks) -> None:
        hooks.permit(Permission.READ, lambda user, subject: refused("closed"))
        hooks.permit(Permission.READ, lambda user, subject: HIDDEN)
        assert access(Permission.READ, "bob").reason == "closed"

    def test_demand_carries_the_refusal(self, hooks: Hooks) -> None:
        hooks.permit(Permission.READ, lambda user, subject: refused("closed"))
        with pytest.raises(Forbidden, match="closed") as caught:
            demand(Permission.READ, "bob")
        assert not caught.value.access

    def test_demand_lets_pass(self, hooks: Hooks) -> None:
        hooks.permit(Permission.READ, lambda user, subject: ALLOWED)
        demand(Permission.READ, "alice")

    def test_permissions_do_not_mix(self, hooks: Hooks) -> None:
        hooks.permit(Permission.READ, lambda user, subject: ALLOWED)
        assert not access(Permission.LIST, "alice")


class TestDisclosure:
    def test_with_nobody_to_say_yes_it_is_hidden(self, hooks: Hooks) -> None:
        assert hooks.discloses("viewer", "name", "subject") is False
        hooks.disclosure.append(lambda viewer, fact, subject: None)
        assert hooks.discloses("viewer", "name", "subject") is False

    def test_a_no_wins(self, hooks: Hooks) -> None:
        hooks.disclosure.append(lambda viewer, fact, subject: True)
        assert hooks.discloses("viewer", "name", "subject") is True
        hooks.disclosure.append(lambda viewer, fact, subject: False)
        assert hooks.discloses("viewer", "name", "subject") is False


class TestRegistries:
    def test_a_name_means_one_thing(self, hooks: Hooks) -> None:
        hooks.task("thing.make", lambda job: None)
        with pytest.raises(ValueError, match=r"thing\.make"):
            hooks.task("thing.make", lambda job: None)


class TestGuard:
    @pytest.fixture
    def people(self, ground: Flask, hooks: Hooks) -> dict[str, int]:
        LoginManager(ground).user_loader(lambda number: session.get(User, int(number)))
        things = {1: "alice's", 2: "secret"}

        def load(user: Any, thing_id: int) -> str | None:
            return things.get(thing_id)

        @ground.get("/things/<int:thing_id>")
        @requires(Permission.READ, load=load)
        def show(thing: str) -> str:
            return thing

        @ground.get("/things")
        @requires(Permission.LIST)
        def index() -> str:
            return "all"

        @ground.get("/open")
        @public("everybody may look")
        def open_page() -> str:
            return "open"

        def rule(user: Any, thing: Any) -> Access:
            if thing == "secret":
                return HIDDEN
            return ALLOWED if user.email.startswith("alice") else refused("Only its owner may read it.")

        hooks.permit(Permission.READ, rule)
        hooks.permit(Permission.LIST, lambda user, subject: ALLOWED if subject is None else HIDDEN)
        with transaction():
            people = [User(email=f"{name}@example.org", email_confirmed_at=now()) for name in ("alice", "bob")]
            session.add_all(people)
            session.flush()
            return {person.email.split("@")[0]: person.id for person in people}

    def client(self, ground: Flask, person: int | None) -> FlaskClient:
        client = ground.test_client()
        if person is not None:
            with client.session_transaction() as cookie:
                cookie["_user_id"] = str(person)
                cookie["_fresh"] = True
        return client

    @pytest.mark.parametrize(
        ("who", "path", "code"),
        [
            ("alice", "/things/1", 200),
            ("bob", "/things/1", 403),
            ("alice", "/things/2", 404),
            ("alice", "/things/3", 404),
            ("alice", "/things", 200),
            (None, "/things/1", 303),
            (None, "/things/3", 303),
            (None, "/things", 303),
            (None, "/open", 200),
        ],
    )
    def test_answers(self, ground: Flask, people: dict[str, int], who: str | None, path: str, code: int) -> None:
        person = people[who] if who else None
        assert self.client(ground, person).get(path, headers={"Accept": "text/plain"}).status_code == code

    def test_refusal_tells_its_reason(self, ground: Flask, people: dict[str, int]) -> None:
        response = self.client(ground, people["bob"]).get("/things/1", headers={"Accept": "application/json"})
        assert response.get_json()["message"] == "Only its owner may read it."

    def test_hidden_and_missing_look_alike(self, ground: Flask, people: dict[str, int]) -> None:
        client = self.client(ground, people["alice"])
        bodies = [client.get(path, headers={"Accept": "application/json"}).data for path in ("/things/2", "/things/3")]
        assert bodies[0] == bodies[1]

    def test_guards_can_be_read_from_the_views(self, ground: Flask, people: dict[str, int]) -> None:
        guards = {name: getattr(view, "guard", None) for name, view in ground.view_functions.items()}
        assert guards["show"].permission == "thing:read"
        assert guards["show"].loads
        assert not guards["index"].loads
        assert (guards["open_page"].permission, guards["open_page"].reason) == ("public", "everybody may look")
