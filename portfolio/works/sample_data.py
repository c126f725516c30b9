"""The sample works: read from their files, written through the same operations as a person's."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import date
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
from portfolio.works import operations
from portfolio.works.dissemination.models import Way
from portfolio.works.dissemination.operations import DisseminationFields, add_dissemination
from portfolio.works.indicators.models import Measurer
from portfolio.works.indicators.operations import (
    ChangeRecordFields,
    Measurement,
    add_change_record,
    add_follow_up,
    plan_follow_up,
)
from portfolio.works.missions.models import Term
from portfolio.works.missions.operations import EntryFields, add_entry
from portfolio.works.models import Work
from portfolio.works.operations import ContributionFields, WorkFacts
from portfolio.works.sections.operations import save_section
from portfolio.works.vocabulary import ChangeDomain, ContributionRole, Direction, Mission, Theme, provinces

FOLDER = Path(__file__).parent / "sample_data"
ORDER = 50


def described() -> list[dict[str, Any]]:
    """The works of the files as they stand there; rooms above take evidence and portfolios from them."""
    return [tomllib.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.toml"))]


def find_sample(entry: dict[str, Any]) -> Work | None:
    """The work that was made from an entry, if it is there."""
    owner = by_email(entry["owner"])
    if owner is None:
        return None
    return session.scalar(select(Work).where(Work.owner_id == owner.id, Work.title_th == entry["title_th"]).limit(1))


def load() -> None:
    """Add the works that are not there yet, each in a transaction of its own."""
    for entry in described():
        with transaction():
            owner, rules = by_email(entry["owner"]), latest_rule_set()
            if owner is not None and rules is not None and find_sample(entry) is None:
                _add(owner, rules, entry)


def _add(owner: User, rules: RuleSet, entry: dict[str, Any]) -> None:
    work = operations.create_work(actor=owner, rule_set=rules, facts=_facts(entry))
    texts: dict[str, str] = dict(entry["sections"])
    for code, lines in _references(entry.get("references", [])).items():
        texts[code] = f"{texts.get(code, '').rstrip()}\n\nรายการอ้างอิง\n\n{lines}".strip()
    for code, body in texts.items():
        if body.strip():
            save_section(actor=owner, work=work, heading_code=code, body=body.strip(), version=0)
    people = entry.get("contributors", [])
    if people:
        for row in list(work.contributions):
            operations.remove_contribution(actor=owner, work=work, contribution=row)
    for person in people:
        operations.add_contribution(actor=owner, work=work, fields=_person(person, owner))
    for indicator in entry.get("indicators", []):
        change = add_change_record(actor=owner, work=work, fields=_indicator(indicator))
        for follow_up in indicator.get("follow_ups", []):
            if "due_on" in follow_up:
                due_on = date.fromisoformat(follow_up["due_on"])
                plan_follow_up(actor=owner, work=work, change=change, due_on=due_on)
            else:
                add_follow_up(actor=owner, work=work, change=change, measurement=_measurement(follow_up))
    for mission in entry.get("mission_entries", []):
        add_entry(actor=owner, work=work, mission=Mission(mission["mission"]), fields=_mission_entry(mission))
    for shown in entry.get("dissemination", []):
        add_dissemination(actor=owner, work=work, way=Way(shown["way"]), fields=_dissemination(shown))


def _facts(entry: dict[str, Any]) -> WorkFacts:
    codes = {place.name_th: code for code, place in provinces().items()}
    return WorkFacts(
        title_th=entry["title_th"],
        title_en=entry.get("title_en", ""),
        summary_th=entry.get("summary_th", ""),
        summary_en=entry.get("summary_en", ""),
        discipline_th=entry.get("discipline_th", ""),
        discipline_en=entry.get("discipline_en", ""),
        province_code=codes.get(entry.get("province", ""), entry.get("province_code")),
        district=entry.get("district", ""),
        subdistrict=entry.get("subdistrict", ""),
        theme=Theme(entry["theme"]) if entry.get("theme") else None,
        period_start=_day(entry.get("period_start")),
        period_end=_day(entry.get("period_end")),
        not_for_profit=bool(entry.get("not_for_profit", True)),
        sdgs=entry.get("sdgs", []),
        change_domains=[ChangeDomain(word) for word in entry.get("change_domains", [])],
        missions=[Mission(word) for word in entry.get("missions", [])],
    )


def _references(entries: Iterable[dict[str, Any]]) -> dict[str, str]:
    """The list of sources under each heading that rests on them."""
    found: dict[str, list[str]] = {}
    for entry in entries:
        line = " ".join(part for part in (entry["text"], entry.get("url", "")) if part)
        for number in entry.get("headings", [4])[:1]:
            found.setdefault(f"s{number}", []).append(f"- {line}")
    return {code: "\n".join(lines) for code, lines in found.items()}


def _person(person: dict[str, Any], owner: User) -> ContributionFields:
    return ContributionFields(
        name_th=person["name_th"],
        name_en=person.get("name_en", ""),
        role=ContributionRole(person["role"]),
        part_th=person.get("part_th", ""),
        part_en=person.get("part_en", ""),
        is_owner=bool(owner.family_name_th) and f"{owner.given_name_th} {owner.family_name_th}" in person["name_th"],
        is_author=person["role"] != ContributionRole.COLLABORATOR,
    )


def _indicator(entry: dict[str, Any]) -> ChangeRecordFields:
    return ChangeRecordFields(
        name_th=entry["name_th"],
        name_en=entry.get("name_en", ""),
        unit_th=entry["unit_th"],
        unit_en=entry.get("unit_en", ""),
        baseline_value=_figure(entry.get("baseline_value")),
        baseline_date=_day(entry.get("baseline_date")),
        baseline_source=entry.get("baseline_source_th", ""),
        outcome_value=_figure(entry.get("outcome_value")),
        outcome_date=_day(entry.get("outcome_date")),
        outcome_source=entry.get("outcome_source_th", ""),
        target_value=_figure(entry.get("target_value")),
        note_th=entry.get("note_th", ""),
        note_en=entry.get("note_en", ""),
        direction=Direction(entry["direction"]) if entry.get("direction") else None,
        **{
            f"{name}_{language}": entry.get(f"{name}_{language}", "")
            for name in ("method", "attribution", "other_causes")
            for language in ("th", "en")
        },
    )


def _measurement(entry: dict[str, Any]) -> Measurement:
    return Measurement(
        measured_on=date.fromisoformat(entry["measured_on"]),
        value=Decimal(str(entry["value"])),
        measured_by=Measurer(entry["by"]),
        measurer_name=entry.get("measurer", ""),
        source=entry.get("source", ""),
        note_th=entry.get("note_th", ""),
        note_en=entry.get("note_en", ""),
    )


def _mission_entry(entry: dict[str, Any]) -> EntryFields:
    names = ("code", "title_th", "title_en", "partner_th", "partner_en", "outcome_th", "outcome_en")
    return EntryFields(
        term=Term(entry["term"]) if entry.get("term") else None,
        year=entry.get("year"),
        people=entry.get("people"),
        **{name: entry.get(name, "") for name in names},
    )


def _dissemination(entry: dict[str, Any]) -> DisseminationFields:
    names = ("title_th", "title_en", "place_th", "place_en", "audience_th", "audience_en", "url", "note_th", "note_en")
    return DisseminationFields(
        people=entry.get("people"),
        year=entry.get("year"),
        begun_on=_day(entry.get("begun_on")),
        ended_on=_day(entry.get("ended_on")),
        **{name: entry.get(name, "") for name in names},
    )


def _day(value: str | date | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _figure(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def register(hooks: Hooks) -> None:
    """Add the loader."""
    hooks.sample_data.append((ORDER, "works", load))
