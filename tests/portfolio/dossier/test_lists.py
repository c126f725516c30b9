"""Every list of dossiers costs the same for one row and for thirty."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import pytest
from flask import Flask

from portfolio.accounts.models import User
from portfolio.core.db import session, transaction
from portfolio.dossier.models import Download, Edition, EditionKind, EditionState, FileFormat, Release
from portfolio.organizations.models import Organization, Role
from portfolio.portfolios.models import Portfolio
from portfolio.submissions.models import Snapshot
from tests.builders.accounts import signed_in
from tests.builders.organizations import grant_role, make_university
from tests.builders.organizations import make_person as make_member
from tests.builders.queries import count_queries
from tests.builders.submissions import make_person, make_portfolio
from tests.builders.works import make_rule_set, make_work

MANY = 30
_numbers = itertools.count(1)


def make_edition(owner: User, portfolio: Portfolio, university: Organization) -> Edition:
    """A ready edition without files, released to the university, and fetched once by its owner."""
    number = next(_numbers)
    snapshot = Snapshot(portfolio_id=portfolio.id, digest=f"{number:064x}", content="{}", taken_by_id=owner.id)
    session.add(snapshot)
    session.flush()
    edition = Edition(
        portfolio_id=portfolio.id,
        snapshot_id=snapshot.id,
        kind=EditionKind.HR,
        language="th",
        engine="typst",
        engine_version="1",
        number=f"EnT-2569-{number:06d}",
        code=f"{number:016d}",
        dated=date(2026, 9, 1),
        inputs="{}",
        inputs_digest=f"{number:064x}",
        state=EditionState.READY,
        created_by_id=owner.id,
    )
    session.add(edition)
    session.flush()
    session.add(Release(edition_id=edition.id, university_id=university.id, released_by_id=owner.id))
    session.add(Download(edition_id=edition.id, format=FileFormat.PDF, user_id=owner.id, sha256="0" * 64))
    session.flush()
    return edition


@pytest.mark.parametrize(
    ("role", "address"),
    [
        (Role.ACADEMIC, "/"),
        (Role.ACADEMIC, "/dossier"),
        (Role.ACADEMIC, "/dossier/portfolios/{portfolio}"),
        (Role.ACADEMIC, "/dossier/editions/{edition}"),
        (Role.HR, "/"),
        (Role.HR, "/dossier/inbox"),
        (Role.OFFICER, "/dossier/register"),
    ],
)
def test_thirty_rows_cost_as_many_queries_as_one(app: Flask, database: Any, role: Role, address: str) -> None:
    with transaction():
        university = make_university()
        rules = make_rule_set()
        owner = make_person(university=university)
        viewer = owner if role is Role.ACADEMIC else make_member(university=university)
        if role is not Role.ACADEMIC:
            grant_role(viewer, role, university if role is Role.HR else None)
        first = make_portfolio(owner, rules, [make_work(owner, rules)])
        edition = make_edition(owner, first, university)
    url = address.format(portfolio=first.id, edition=edition.id)
    client = signed_in(app, viewer)
    assert client.get(url).status_code == 200
    one = count_queries(app, lambda: client.get(url))
    with transaction():
        for _ in range(MANY - 1):
            make_edition(owner, make_portfolio(owner, rules, [make_work(owner, rules)]), university)
            make_edition(owner, first, university)
            session.add(Download(edition_id=edition.id, format=FileFormat.PDF, user_id=owner.id, sha256="0" * 64))
    assert count_queries(app, lambda: client.get(url)) == one
