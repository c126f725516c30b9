"""Each role's main pages with 100 and with 10,000 submissions, in multiples of a bare Flask page with one query.

The rows are made in bulk. Times are medians of wall-clock milliseconds in one process, in turn with the bare page; the
milliseconds belong to this machine, the multiples and the growth are what to compare.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

SIZES = (100, 10_000)
ROUNDS = 30
REVIEWERS_PER = 5  # one reviewer for so many submissions
MOMENT = datetime(2026, 9, 1, 3, tzinfo=UTC)
STATES = ("submitted", "returned", "under_review", "decided", "withdrawn")

PAGES = (
    ("academic", "/"),
    ("academic", "/portfolios"),
    ("reviewer", "/"),
    ("reviewer", "/assignments/"),
    ("officer", "/"),
    ("officer", "/submissions/"),
    ("officer", "/dossier/register"),
    ("hr", "/"),
    ("hr", "/dossier/inbox"),
    ("administrator", "/"),
    ("administrator", "/admin/people"),
    ("visitor", "/"),
    ("visitor", "/verify"),
)


def main() -> None:
    """Measure both sizes and print the table."""
    results = {size: measure(size) for size in SIZES}
    print(f"{'role':14} {'page':20} {'queries':>15} {'× bare page':>15} {'growth':>8}")
    for key in PAGES:
        small, large = (results[size][key] for size in SIZES)
        growth = large[1] / small[1]
        print(
            f"{key[0]:14} {key[1]:20} {small[0]:>6} → {large[0]:<6} {small[1]:>6.1f} → {large[1]:<6.1f} {growth:>7.2f}"
        )
    print(f"({SIZES[0]} → {SIZES[1]} submissions; {ROUNDS} rounds; SQLite)")


def measure(size: int) -> dict[tuple[str, str], tuple[int, float]]:
    """Queries and multiples of the bare page for every page, with so many submissions."""
    with tempfile.TemporaryDirectory(prefix="pages-") as folder:
        os.environ.update(PORTFOLIO_VAR=folder, PORTFOLIO_SAMPLE_DATA="no")
        import run

        app = run.create()
        people = fill(app, size)
        bare = bare_page(app).test_client()
        clients = {role: client_of(app, person) for role, person in people.items()}
        clients["visitor"] = app.test_client()
        found = {}
        for role, address in PAGES:
            client = clients[role]
            answer = client.get(address)
            if answer.status_code != 200:
                raise SystemExit(f"{role} {address} answers {answer.status_code}")
            with counted(app) as queries:
                client.get(address)
            ours, floor = [], []
            for _ in range(ROUNDS):
                ours.append(milliseconds(lambda client=client, address=address: client.get(address)))
                floor.append(milliseconds(lambda: bare.get("/")))
            found[role, address] = (len(queries), statistics.median(ours) / statistics.median(floor))
        return found


def milliseconds(work: Callable[[], Any]) -> float:
    """Wall-clock time of one call."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


@contextmanager
def counted(app: Any) -> Any:
    """Collect the statements that reach the database."""
    from sqlalchemy import event

    from portfolio.core.db import engine_of

    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "ROLLBACK", "COMMIT", "PRAGMA")):
            seen.append(statement)

    event.listen(engine_of(app), "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine_of(app), "before_cursor_execute", note)


def bare_page(app: Any) -> Any:
    """The floor: a Flask page that asks the same database one thing and renders one template."""
    from flask import Flask, render_template_string
    from sqlalchemy import text

    from portfolio.core.db import engine_of

    bare = Flask("bare")

    @bare.get("/")
    def page() -> str:
        with engine_of(app).connect() as connection:
            name = connection.scalar(text("SELECT email FROM users WHERE id = 1"))
        return render_template_string("<!doctype html><title>{{ name }}</title><p>{{ name }}</p>", name=name)

    return bare


def client_of(app: Any, user_id: int) -> Any:
    """A browser signed in as this person."""
    from portfolio.accounts import operations
    from portfolio.accounts.models import User
    from portfolio.accounts.sessions import COOKIE
    from portfolio.core.db import session, transaction

    with app.app_context(), transaction():
        secret = operations.start_session(session.get_one(User, user_id))
    client = app.test_client()
    client.set_cookie(COOKIE, secret)
    return client


def fill(app: Any, size: int) -> dict[str, int]:
    """Make the rows in bulk; returns one person of each role, who has their share of them."""
    from portfolio.core import migrate
    from portfolio.core.db import engine_of, session, transaction
    from portfolio.criteria.models import CriteriaSet, RuleSet

    with app.app_context():
        migrate.upgrade(engine_of(app))
        for seed in app.extensions["hooks"].seed:
            seed()
        with transaction() as current:
            rules = current.query(RuleSet).first().id
            criteria = current.query(CriteriaSet).first().id
            people = _people(current, size)
            _submissions(current, size, rules, criteria, people)
        session.remove()
    return {role: ids[0] for role, ids in people.items()}


def _people(current: Any, size: int) -> dict[str, list[int]]:
    from portfolio.accounts.models import User
    from portfolio.organizations.models import Membership, Organization, OrganizationKind, Role, RoleGrant

    universities = [
        {
            "id": number,
            "kind": OrganizationKind.UNIVERSITY,
            "code": f"U{number}",
            "name_th": f"มหาวิทยาลัย {number}",
            "name_en": f"University {number}",
        }
        for number in range(1, 41)
    ]
    current.bulk_insert_mappings(Organization, universities)
    wanted = {
        Role.ACADEMIC: max(20, size // 4),
        Role.REVIEWER: max(20, size // REVIEWERS_PER),
        Role.OFFICER: 3,
        Role.HR: 40,
        Role.ADMINISTRATOR: 1,
    }
    people: dict[str, list[int]] = {}
    rows, grants, places = [], [], []
    for role, count in wanted.items():
        for number in range(count):
            person = len(rows) + 1
            people.setdefault(role.value, []).append(person)
            rows.append(
                {
                    "id": person,
                    "email": f"{role.value}{number}@people.example",
                    "email_confirmed_at": MOMENT,
                    "given_name_th": "สมมติ",
                    "family_name_th": f"คนที่ {person}",
                    "given_name_en": "Sommot",
                    "family_name_en": f"Person{person}",
                }
            )
            university = number % 40 + 1
            grants.append({"user_id": person, "role": role, "organization_id": university if role is Role.HR else None})
            places.append({"user_id": person, "organization_id": university, "university_id": university})
    current.bulk_insert_mappings(User, rows)
    current.bulk_insert_mappings(RoleGrant, grants)
    current.bulk_insert_mappings(Membership, places)
    return people


def _submissions(current: Any, size: int, rules: int, criteria: int, people: dict[str, list[int]]) -> None:
    from portfolio.calls.models import Call, CallRuleSet
    from portfolio.dossier.models import Edition, Release
    from portfolio.portfolios.models import Portfolio, PortfolioWork
    from portfolio.submissions.models import Snapshot, SnapshotWork, Submission
    from portfolio.works.models import Work
    from review.assignments.models import Assignment, AssignmentState, ReviewRound
    from review.panels.models import PanelRule

    current.bulk_insert_mappings(
        Call,
        [
            {
                "id": 1,
                "code": "1/2569",
                "title_th": "รอบที่ 1",
                "title_en": "Call 1",
                "criteria_set_id": criteria,
                "opens_at": MOMENT - timedelta(days=300),
                "closes_at": datetime(2100, 1, 1, tzinfo=UTC),
                "published_at": MOMENT,
            }
        ],
    )
    current.bulk_insert_mappings(CallRuleSet, [{"call_id": 1, "rule_set_id": rules}])
    current.bulk_insert_mappings(PanelRule, [{"call_id": 1}])
    academics, reviewers, officer = people["academic"], people["reviewer"], people["officer"][0]
    owners = [academics[number % len(academics)] for number in range(size)]
    numbers = range(1, size + 1)
    titles = [f"แฟ้มผลงานที่ {number}" for number in numbers]
    current.bulk_insert_mappings(
        Work,
        [
            {"id": n, "owner_id": o, "rule_set_id": rules, "title_th": t}
            for n, o, t in zip(numbers, owners, titles, strict=True)
        ],
    )
    current.bulk_insert_mappings(
        Portfolio,
        [
            {"id": n, "owner_id": o, "rule_set_id": rules, "title_th": t}
            for n, o, t in zip(numbers, owners, titles, strict=True)
        ],
    )
    current.bulk_insert_mappings(PortfolioWork, [{"portfolio_id": n, "work_id": n, "position": 1} for n in numbers])
    current.bulk_insert_mappings(
        Submission,
        [
            {
                "id": n,
                "portfolio_id": n,
                "call_id": 1,
                "applicant_id": o,
                "state": STATES[n % 5],
                "reference": f"EnT-{n:06d}",
                "submitted_at": MOMENT + timedelta(minutes=n),
                "state_since": MOMENT + timedelta(minutes=n),
            }
            for n, o in zip(numbers, owners, strict=True)
        ],
    )
    current.bulk_insert_mappings(
        Snapshot,
        [
            {"id": n, "portfolio_id": n, "submission_id": n, "digest": f"{n:064x}", "content": "{}", "taken_by_id": o}
            for n, o in zip(numbers, owners, strict=True)
        ],
    )
    current.bulk_insert_mappings(
        SnapshotWork,
        [
            {"id": n, "snapshot_id": n, "work_id": n, "position": 1, "title_th": t}
            for n, t in zip(numbers, titles, strict=True)
        ],
    )
    reviewed = [n for n in numbers if STATES[n % 5] in ("under_review", "decided")]
    current.bulk_insert_mappings(
        ReviewRound,
        [
            {
                "id": n,
                "submission_id": n,
                "snapshot_id": n,
                "sequence": 1,
                "reviewers_wanted": 3,
                "due_on": date(2027, 1, 31),
                "opened_by_id": officer,
                "closed_at": MOMENT if STATES[n % 5] == "decided" else None,
            }
            for n in reviewed
        ],
    )
    seats = [(n, seat, reviewers[(n * 3 + seat) % len(reviewers)]) for n in reviewed for seat in (1, 2, 3)]
    current.bulk_insert_mappings(
        Assignment,
        [
            {
                "round_id": n,
                "reviewer_id": reviewer,
                "seat": seat,
                "state": AssignmentState.ACCEPTED,
                "due_on": date(2027, 1, 31),
                "invited_by_id": officer,
            }
            for n, seat, reviewer in seats
        ],
    )
    decided = [n for n in numbers if STATES[n % 5] == "decided"]
    current.bulk_insert_mappings(
        Edition,
        [
            {
                "id": n,
                "portfolio_id": n,
                "snapshot_id": n,
                "kind": "hr",
                "language": "th",
                "engine": "typst",
                "engine_version": "1",
                "number": f"EnT-2569-{n:06d}",
                "code": f"{n:016d}",
                "dated": date(2026, 9, 2),
                "inputs": "{}",
                "inputs_digest": f"{n:064x}",
                "state": "ready",
                "created_by_id": owners[n - 1],
            }
            for n in decided
        ],
    )
    current.bulk_insert_mappings(
        Release,
        [
            {
                "edition_id": n,
                "university_id": owners[n - 1] % 40 + 1,
                "released_by_id": owners[n - 1],
                "released_at": MOMENT + timedelta(minutes=n),
            }
            for n in decided
        ],
    )


if __name__ == "__main__":
    main()
