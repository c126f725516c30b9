"""The sample people: fictional, with one password that is no secret."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

from portfolio.accounts import operations, passwords, queries
from portfolio.accounts.models import Language
from portfolio.core.clock import frozen_at, now
from portfolio.core.db import transaction
from portfolio.core.hooks import Hooks

PEOPLE = Path(__file__).parent / "sample_data" / "people.toml"
JOINED = timedelta(days=400)  # before the oldest of the sample calls
PASSWORD = "ent-portfolio-2569"  # noqa: S105 - printed at the start, and never where others can reach the service


def read_people() -> list[dict[str, Any]]:
    """The people of the file, as they stand there; rooms above take roles, places and expertise from it."""
    people: list[dict[str, Any]] = tomllib.loads(PEOPLE.read_text(encoding="utf-8"))["people"]
    return people


def load() -> None:
    """Add the people who are not there yet, confirmed and with the sample password."""
    missing = [person for person in read_people() if queries.by_email(person["email"]) is None]
    hashes = [passwords.hash_password(PASSWORD) for _person in missing]
    if not missing:
        return
    with frozen_at(now() - JOINED), transaction():
        for person, password_hash in zip(missing, hashes, strict=True):
            if queries.by_email(person["email"]) is not None:
                continue  # another process was first
            names = operations.Names(
                given_name_th=person["given_th"],
                family_name_th=person["family_th"],
                given_name_en=person["given_en"],
                family_name_en=person["family_en"],
                academic_title_th=person["academic_title_th"],
                academic_title_en=person["academic_title_en"],
            )
            operations.create_user(
                email=person["email"],
                names=names,
                language=Language(person["language"]),
                password_hash=password_hash,
                confirmed=True,
            )


def refusal() -> str:
    """Why others must not reach a service with these accounts; empty when nobody of them can sign in."""
    if not queries.has_sample_accounts():
        return ""
    remedy = "start with an empty database and PORTFOLIO_SAMPLE_DATA=no"
    return f"its sample accounts have a password that everybody knows; {remedy}"


def register(hooks: Hooks) -> None:
    """Add the loader and the refusal."""
    hooks.sample_data.append((10, "accounts", load))
    hooks.start_refusals.append(refusal)
