"""Works of several kinds for the sample academics, and what is said of their socially engaged works' earlier use."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select

from portfolio.accounts.models import User
from portfolio.accounts.queries import by_email
from portfolio.core.db import session, transaction
from portfolio.core.hooks import Hooks
from portfolio.criteria.models import RuleSet
from portfolio.criteria.queries import latest_rule_set
from portfolio.works import operations as works
from portfolio.works import sample_data as works_of_the_sample
from portfolio.works.bibliography import operations
from portfolio.works.bibliography.models import EarlierResult, ScopusQuartile
from portfolio.works.bibliography.operations import UseFields
from portfolio.works.bibliography.queries import bibliography_of
from portfolio.works.bibliography.reference import AuthorName, PublicationForm, Reference
from portfolio.works.models import Contribution, Work
from portfolio.works.vocabulary import ContributionRole, WorkKind

FILE = Path(__file__).parent / "sample_data" / "publications.toml"
ORDER = 55
OURS = ("owner", "kind", "role", "also", "part", "never_used", "uses")
INDEXED = (
    "tci_tier",
    "scopus_quartile",
    "impact_factor",
    "impact_factor_year",
    "citations",
    "citations_database",
    "citations_as_at",
)


def described() -> list[dict[str, Any]]:
    """The works of the file as they stand there."""
    return list(tomllib.loads(FILE.read_text("utf-8"))["publication"])


def load() -> None:
    """Add the works that are not there yet, and state that the socially engaged ones were never used."""
    for entry in described():
        with transaction():
            owner, rules = by_email(entry["owner"]), latest_rule_set()
            if owner is not None and rules is not None and not _is_there(owner, entry["title"]):
                _add(owner, rules, entry)
    for entry in works_of_the_sample.described():
        with transaction():
            work = works_of_the_sample.find_sample(entry)
            if work is not None and bibliography_of(work) is None:
                _state(work)


def _is_there(owner: User, title: str) -> bool:
    statement = select(Work.id).where(Work.owner_id == owner.id, (Work.title_th == title) | (Work.title_en == title))
    return session.scalar(statement.limit(1)) is not None


def _add(owner: User, rules: RuleSet, entry: dict[str, Any]) -> None:
    reference = reference_in(entry, owner)
    work = operations.create_from_reference(
        actor=owner, rule_set=rules, kind=WorkKind(entry["kind"]), reference=reference
    )
    _mark_owner(work, owner, entry)
    row = bibliography_of(work)
    assert row is not None
    for name in INDEXED:
        if name in entry:
            value = entry[name]
            value = ScopusQuartile(value) if name == "scopus_quartile" else value
            setattr(row, name, Decimal(value) if name == "impact_factor" else value)
    for use in entry.get("uses", []):
        operations.add_use(actor=owner, work=work, fields=UseFields(**{**use, "result": EarlierResult(use["result"])}))
    if entry.get("never_used"):
        operations.declare_never_used(actor=owner, work=work, never_used=True)
    session.flush()


def reference_in(entry: dict[str, Any], owner: User) -> Reference:
    """The reference of an entry; without authors the academic is the only one."""
    values = {name: value for name, value in entry.items() if name not in (*OURS, *INDEXED)}
    values["form"] = PublicationForm(values["form"])
    values["keywords"] = tuple(values.get("keywords", ()))
    values["editors"] = tuple(_author(text) for text in values.get("editors", ()))
    own = AuthorName(family=owner.family_name_th, given=owner.given_name_th)
    values["authors"] = tuple(_author(text) for text in values.get("authors", ())) or (own,)
    return Reference(**values)


def _author(text: str) -> AuthorName:
    if text.startswith("="):
        return AuthorName(literal=text[1:])
    given, _bar, family = text.partition("|")
    return AuthorName(family=family, given=given)


def _mark_owner(work: Work, owner: User, entry: dict[str, Any]) -> None:
    """The academic's own role and part; under an organisation's name the academic stands as a contributor."""
    statement = select(Contribution).where(Contribution.work_id == work.id, Contribution.is_owner)
    own = session.scalar(statement)
    role = ContributionRole(entry["role"])
    if own is None:
        fields = works.ContributionFields(
            name_th=owner.name_th, name_en=owner.name_en, role=role, is_owner=True, is_author=False
        )
        own = works.add_contribution(actor=owner, work=work, fields=fields)
    own.name_th, own.name_en = owner.name_th, owner.name_en
    own.family_en, own.given_en = owner.family_name_en, owner.given_name_en
    own.role, own.part_th = role, entry["part"]
    own.also_corresponding = "corresponding_author" in entry.get("also", [])
    session.flush()


def _state(work: Work) -> None:
    """What the academic says of a socially engaged work: never used, and from which year it is."""
    operations.declare_never_used(actor=work.owner, work=work, never_used=True)
    row = bibliography_of(work)
    if row is not None:
        row.language = "th"
        row.year = work.period_end.year if work.period_end else None
    session.flush()


def register(hooks: Hooks) -> None:
    """Add the loader."""
    hooks.sample_data.append((ORDER, "publications", load))
