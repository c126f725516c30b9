"""Nothing that a reviewer gets says who applied; nothing that anybody else gets says who reviewed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

import pytest
from sqlalchemy import select

from portfolio.core.audit.models import AuditEntry
from portfolio.core.db import session
from portfolio.core.jobs.models import Job
from portfolio.dossier.models import Edition, EditionKind
from review.decisions.models import DecisionLetter
from tests.security.crawl import Got, answers, found_in, letters_to, pages, traces, traces_of_place
from tests.security.people import (
    CONCEALED_TITLE,
    FELLOW,
    FILE_NAME,
    MEASURER,
    PEOPLE,
    PERSONAS,
    REVIEWERS,
    confided,
    said,
)
from tests.security.sweep import Sweep

pytestmark = pytest.mark.parametrize("world_url", ["sqlite"], indirect=True, scope="session")
"""One database is enough here: that both hide the same is what test_access.py shows."""

Wanted = dict[str, re.Pattern[str]]

BLIND = ("scholar", "invited", "accepted", "handed_in", "declined", "idle_reviewer")
OUTSIDE = ("owner", "colleague", "stranger", "hr", "hr_elsewhere", "newcomer", "visitor")
ASSIGNMENT = re.compile(r"(?<![0-9A-Za-z])55100\d\d(?![0-9A-Za-z])")


def of_applicant() -> Wanted:
    """The owner, the fellow named in the works, their university, and the names of the files."""
    words = [*FELLOW, *FELLOW[0].split(), *FELLOW[1].split(), *MEASURER.split(), FILE_NAME, "kanyawee-minutes"]
    return traces("owner") | {word: re.compile(re.escape(word), re.I) for word in words}


def of_reviewers(names: Iterable[str] = REVIEWERS) -> Wanted:
    """These reviewers by name, address and number."""
    return {word: pattern for name in names for word, pattern in traces(name).items()}


def everything(sweep: Sweep, persona: str) -> list[Got]:
    """All that reaches a person: pages, answers to forms, letters. Fetched once per database."""
    if (sweep, persona) not in _gotten:
        _gotten[sweep, persona] = [*pages(sweep, persona), *answers(sweep, persona), *letters_to(sweep, [persona])]
    return _gotten[sweep, persona]


_gotten: dict[tuple[Sweep, str], list[Got]] = {}
PUBLIC_NAMES = re.compile(r"(GET /organizations/|POST organizations\.)")


def leaks(gotten: Iterable[Got], wanted: Wanted, places: Wanted | None = None) -> list[str]:
    """Where a trace stands; traces of places not where one chooses among all universities, as everybody may."""
    found = []
    for got in gotten:
        sought = wanted if PUBLIC_NAMES.match(got.where) else wanted | (places or {})
        if words := found_in(got.without_options, sought):
            found.append(f"{got.where}: {', '.join(words)}")
    return found


@pytest.mark.parametrize("persona", BLIND)
def test_reviewer_never_learns_who_applied(sweep: Sweep, persona: str) -> None:
    gotten = everything(sweep, persona)
    assert len(gotten) > 20
    assert leaks(gotten, of_applicant(), traces_of_place("A")) == []


@pytest.mark.parametrize("persona", BLIND)
def test_reviewer_never_learns_of_another(sweep: Sweep, persona: str) -> None:
    others = [name for name in REVIEWERS if name != persona]
    texts = {text(name, "under_review") for name in others for text in (said, confided)}
    gotten = everything(sweep, persona)
    assert leaks(gotten, of_reviewers(others)) == []
    assert leaks(gotten, {text: re.compile(re.escape(text)) for text in texts}) == []


@pytest.mark.parametrize("persona", OUTSIDE)
def test_nobody_outside_learns_who_reviewed(sweep: Sweep, persona: str) -> None:
    gotten = everything(sweep, persona)
    assert len(gotten) > 10
    wanted = of_reviewers() | {"an assignment's number": ASSIGNMENT}
    assert leaks(gotten, wanted, traces_of_place("C")) == []


def test_administrator_learns_of_people_and_of_nothing_they_do(sweep: Sweep) -> None:
    gotten = [got for got in everything(sweep, "administrator") if " /admin/people" not in got.where]
    # Whoever holds the link of a letter reads that letter's work; an administrator has no such link.
    by_letter = ("/works/signatures/", "POST signing.")
    gotten = [got for got in gotten if not any(mark in got.where for mark in ("POST admin.", *by_letter))]
    marks = {"an assignment's number": ASSIGNMENT} | {
        text: re.compile(re.escape(text)) for text in (CONCEALED_TITLE, *sweep.world.references.values(), "ตราเฉพาะของ")
    }
    assert leaks(gotten, of_reviewers() | of_applicant() | marks) == []


def test_reviewer_who_became_an_officer_stays_blind(sweep: Sweep) -> None:
    """As an officer she sees the owner's other submissions, but never which is the one that she reviews."""
    reference, submission = (
        sweep.world.references["under_review"],
        sweep.world.things["submission"]["under_review"]["id"],
    )
    in_review = ("GET /scoring", "GET /assignments", "POST scoring.", "POST assignments.", "letter assignments_")
    gotten = everything(sweep, "officer_reviewer")
    as_reviewer = [got for got in gotten if got.where.startswith(in_review) and reference in got.text]
    assert len(as_reviewer) > 5
    wanted = of_applicant() | of_reviewers(set(REVIEWERS) - {"officer_reviewer"})
    assert leaks(as_reviewer, wanted, traces_of_place("A")) == []
    own_numbers = re.compile(rf'"/(submissions|decisions/submissions|assignments/submissions)/{submission}[/"?]')
    as_officer = [got for got in gotten if "GET /scoring" not in got.where and "POST scoring." not in got.where]
    for got in as_officer:
        if reference in got.text or CONCEALED_TITLE in got.text:
            assert found_in(got.without_options, of_applicant()) == [], got.where
        assert not own_numbers.search(got.text), got.where


def test_officer_who_applied_learns_nothing_of_her_reviewers(sweep: Sweep) -> None:
    reference = sweep.world.references["officers_own"]
    own = sweep.world.things["assignment"]["on_officer"]["id"]
    gotten = everything(sweep, "officer_applicant")
    about = [got for got in gotten if reference in got.text]
    assert about
    assert leaks(about, of_reviewers(), traces_of_place("C")) == []
    number = re.compile(rf"(?<![0-9A-Za-z]){own}(?![0-9A-Za-z])")
    assert leaks(gotten, {"her review": number}) == []
    texts = (said("handed_in", "officers_own"), confided("handed_in", "officers_own"))
    assert leaks(gotten, {text: re.compile(re.escape(text)) for text in texts}) == []
    lists = [got for got in gotten if re.match(r"GET /submissions/(board|\?|$)", got.where)]
    assert lists
    assert [got.where for got in lists if reference in got.text] == []


def test_confidential_words_and_reviews_reach_exactly_whom_they_may(sweep: Sweep) -> None:
    texts = {(text, name, matter): text(name, matter) for text in (said, confided) for name, matter in WRITTEN}
    reached: dict[tuple[str, str, str], set[str]] = {(key[0].__name__, *key[1:]): set() for key in texts}
    for persona in PERSONAS:
        whole = "\n".join(got.text for got in everything(sweep, persona))
        for (text, name, matter), words in texts.items():
            if words in whole:
                reached[text.__name__, name, matter].add(persona)
    assert reached == {
        (text, name, matter): {name} | officers | ({"owner"} if text == "said" and matter == "decided" else set())
        for (name, matter), officers in WRITTEN.items()
        for text in ("said", "confided")
    }


WRITTEN: dict[tuple[str, str], set[str]] = {
    ("accepted", "under_review"): set(),
    ("scholar", "under_review"): set(),
    ("officer_reviewer", "under_review"): set(),
    ("handed_in", "under_review"): {"officer", "officer_applicant"},
    ("handed_in", "decided"): {"officer", "officer_applicant", "officer_reviewer"},
    ("handed_in", "officers_own"): {"officer", "officer_reviewer"},
}
"""Every review of the world, and the officers without a part in the matter, once it was handed in."""


def test_what_is_kept_for_others_names_no_reviewer(sweep: Sweep) -> None:
    with sweep.app.app_context():
        kept = [Got(f"inputs of edition {row.id}", row.inputs) for row in session.scalars(select(Edition))]
        kept += [
            Got(f"letter {row.number}", f"{row.body_th}\n{row.body_en}")
            for row in session.scalars(select(DecisionLetter))
        ]
        kept += [
            Got(f"job {row.id}", json.dumps([row.payload, row.result], ensure_ascii=False))
            for row in session.scalars(select(Job))
        ]
        for_hr = [row.inputs for row in session.scalars(select(Edition).where(Edition.kind == EditionKind.HR))]
    assert len(kept) > 5
    assert leaks(kept, of_reviewers(), traces_of_place("C")) == []
    secret = {words: re.compile(re.escape(words)) for words in (confided(name, matter) for name, matter in WRITTEN)}
    assert leaks(kept, secret) == []
    assert [text for text in for_hr if said("handed_in", "decided") in text] == []


def test_the_record_names_nobody(sweep: Sweep) -> None:
    with sweep.app.app_context():
        entries = [
            Got(f"entry {row.position}", json.dumps([row.action, row.subject_type, row.digests], ensure_ascii=False))
            for row in session.scalars(select(AuditEntry))
        ]
    wanted = {word: pattern for name in PEOPLE for word, pattern in traces(name).items()}
    assert len(entries) > 50
    assert leaks(entries, wanted, traces_of_place("A")) == []


def test_planted_leak_of_the_applicant_is_caught(sweep: Sweep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("review.scoring.reading.masked", lambda content, also=(): content)
    caught = " ".join(leaks(pages(sweep, "accepted", ("th",)), of_applicant()))
    wanted = (*PEOPLE["owner"].th, *PEOPLE["owner"].en, *FELLOW, *MEASURER.split(), PEOPLE["owner"].email)
    assert all(word in caught for word in wanted)


def test_planted_leak_of_a_reviewer_is_caught(sweep: Sweep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("review.decisions.panel.names_of_people", lambda people: ())
    caught = " ".join(leaks(pages(sweep, "owner", ("th",)), of_reviewers()))
    assert all(word in caught for word in (*PEOPLE["handed_in"].th, *PEOPLE["handed_in"].en, PEOPLE["handed_in"].email))


def test_leak_planted_in_every_page_is_caught(sweep: Sweep, monkeypatch: pytest.MonkeyPatch) -> None:
    name = " ".join(PEOPLE["owner"].en)
    monkeypatch.setitem(sweep.app.jinja_env.globals, "viewer_name", lambda *_arguments: name)
    assert len(leaks(pages(sweep, "invited", ("th",)), of_applicant())) > 10
