"""Freezing a portfolio: canonical JSON, digests of its files, one SHA-256 over all; keys in docs/snapshot.md."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portfolio.accounts.models import User
from portfolio.core.db import session
from portfolio.core.hooks import Hooks, Violation
from portfolio.criteria.models import CriteriaSet, RuleSet
from portfolio.evidence.models import EvidenceItem, EvidenceUse
from portfolio.evidence.queries import current_criteria, uses_of_works
from portfolio.organizations.models import Membership, Organization
from portfolio.organizations.queries import membership_of
from portfolio.portfolios.models import CvEntry, Portfolio
from portfolio.portfolios.queries import cv_entries
from portfolio.submissions import queries
from portfolio.submissions.canonical import canonical, sealed_digest, sha256
from portfolio.submissions.models import SealedValue, Snapshot, SnapshotFile, SnapshotWork, Submission
from portfolio.works.models import Work
from portfolio.works.vocabulary import provinces

SCHEMA = "ent-portfolio-snapshot"
SCHEMA_VERSION = 1
SALT_BYTES = 16

EMAIL = "applicant.email"


@dataclass(frozen=True)
class Material:
    """Everything a snapshot is made of, loaded beforehand, so that freezing itself asks no database."""

    portfolio: Portfolio
    membership: Membership | None
    cv: Sequence[CvEntry]
    uses: Sequence[EvidenceUse]
    criteria_set: CriteriaSet | None


@dataclass(frozen=True)
class Sealed:
    """A personal value kept outside the canonical text, which names it by digest."""

    name: str
    digest: str
    salt: bytes
    value: Any


@dataclass(frozen=True)
class SnapshotDraft:
    """A frozen portfolio that is not yet a row. `exhibits` pairs each exhibit number with its item, in order."""

    content: str
    digest: str
    works: tuple[Work, ...]
    exhibits: tuple[tuple[int, EvidenceItem], ...]
    sealed: tuple[Sealed, ...]


def gather(portfolio: Portfolio, criteria_set: CriteriaSet | None) -> Material:
    """Load what a snapshot of this portfolio is made of."""
    return Material(
        portfolio=portfolio,
        membership=membership_of(portfolio.owner),
        cv=cv_entries(portfolio.owner),
        uses=uses_of_works([work.id for work in portfolio.works]),
        criteria_set=criteria_set,
    )


def freeze(material: Material, *, salt: Callable[[], bytes] = lambda: secrets.token_bytes(SALT_BYTES)) -> SnapshotDraft:
    """The canonical text of a portfolio and its digest. Pure: the same material and salts give the same bytes."""
    portfolio = material.portfolio
    works = tuple(portfolio.works)
    places = {work.id: place for place, work in enumerate(works, start=1)}
    exhibits = tuple(_numbered(works, material.uses))
    sealed = (_seal(EMAIL, portfolio.owner.email, salt()),)
    content = canonical(
        {
            "schema": SCHEMA,
            "schema_version": SCHEMA_VERSION,
            "portfolio": _portfolio(portfolio),
            "applicant": _applicant(portfolio.owner, material.membership, sealed[0]),
            "cv": [_cv_entry(entry) for entry in material.cv],
            "rule_set": _rule_set(portfolio.rule_set),
            "criteria_set": _criteria_set(material.criteria_set) if material.criteria_set else None,
            "works": [_work(places[work.id], work) for work in works],
            "evidence": [_exhibit(number, item, material.uses, places) for number, item in exhibits],
        }
    )
    return SnapshotDraft(content, sha256(content), works, exhibits, sealed)


def take_snapshot(*, portfolio: Portfolio, submission: Submission | None, actor: User) -> Snapshot:
    """Freeze a portfolio into rows, for a submission or (None) for printing what was never submitted.

    Criteria are those of the submission's call, else the newest published set.
    """
    criteria_set = submission.call.criteria_set if submission else current_criteria()
    draft = freeze(gather(portfolio, criteria_set))
    snapshot = Snapshot(
        portfolio=portfolio,
        submission=submission,
        digest=draft.digest,
        content=draft.content,
        schema_version=SCHEMA_VERSION,
        taken_by_id=actor.id,
    )
    session.add(snapshot)
    session.flush()
    for place, work in enumerate(draft.works, start=1):
        session.add(
            SnapshotWork(
                snapshot_id=snapshot.id,
                work_id=work.id,
                position=place,
                title_th=work.title_th,
                title_en=work.title_en,
            )
        )
    for number, item in draft.exhibits:
        session.add(
            SnapshotFile(
                snapshot_id=snapshot.id,
                exhibit_number=number,
                evidence_id=item.id,
                stored_file_id=item.stored_file_id,
                sha256=item.stored_file.sha256 if item.stored_file else None,
                page_count=item.page_count,
            )
        )
    for value in draft.sealed:
        session.add(
            SealedValue(
                snapshot_id=snapshot.id, name=value.name, digest=value.digest, salt=value.salt, value=value.value
            )
        )
    session.flush()
    return snapshot


def is_current(snapshot: Snapshot) -> bool:
    """Whether the portfolio still says what it said: frozen again under the same salts it gives the same digest."""
    salts = {value.name: value.salt for value in snapshot.sealed_values}
    if None in salts.values() or EMAIL not in salts:
        return False
    criteria_set = snapshot.submission.call.criteria_set if snapshot.submission else current_criteria()
    draft = freeze(gather(snapshot.portfolio, criteria_set), salt=lambda: salts[EMAIL] or b"")
    return draft.digest == snapshot.digest


def content_of(snapshot: Snapshot) -> dict[str, Any]:
    """The frozen portfolio as data. Ask review's blindness before any of it goes to a reviewer."""
    content: dict[str, Any] = json.loads(snapshot.content)
    return content


def sealed_value(snapshot: Snapshot, name: str) -> Any | None:
    """A personal value of a snapshot, or None where it was erased."""
    return next((value.value for value in snapshot.sealed_values if value.name == name), None)


def exhibit_numbers(content: dict[str, Any], work_position: int) -> dict[int, int]:
    """How a work's own count of its exhibits (as its text speaks of them) maps to the portfolio's numbers."""
    return {
        use["number_in_work"]: item["number"]
        for item in content["evidence"]
        for use in item["uses"]
        if use["work"] == work_position
    }


def verify(snapshot: Snapshot) -> list[str]:
    """What is wrong with a snapshot, as short English lines for the operator; nothing when it is whole."""
    wrong: list[str] = []
    if sha256(snapshot.content) != snapshot.digest:
        wrong.append("the content does not give the digest")
        return wrong
    content = content_of(snapshot)
    if canonical(content) != snapshot.content:
        wrong.append("the content is not canonical")
    titles = [(work.position, work.title_th, work.title_en) for work in snapshot.works]
    if canonical(titles) != canonical([(w["position"], w["title_th"], w["title_en"]) for w in content["works"]]):
        wrong.append("the rows of works differ from the content")
    files = [(file.exhibit_number, file.sha256) for file in snapshot.files]
    frozen = [(item["number"], item["file"]["sha256"] if item["file"] else None) for item in content["evidence"]]
    if files != frozen:
        wrong.append("the rows of exhibits differ from the content")
    named = {content["applicant"]["email"]["sealed"]}
    if {value.digest for value in snapshot.sealed_values} != named:
        wrong.append("the sealed values are not those the content names")
    for value in snapshot.sealed_values:
        if value.salt is not None and sealed_digest(value.salt, value.value) != value.digest:
            wrong.append(f"the sealed value {value.name} does not give its digest")
    return wrong


def check_all() -> Iterable[Violation]:
    """The invariant behind `run.py check`: every snapshot is what its digest says."""
    for snapshot in queries.every_snapshot():
        for detail in verify(snapshot):
            yield Violation("snapshots", f"snapshot {snapshot.id}", detail)


def register(hooks: Hooks) -> None:
    """Fill the extension points."""
    hooks.invariants["snapshots"] = check_all


def _numbered(works: Sequence[Work], uses: Sequence[EvidenceUse]) -> Iterable[tuple[int, EvidenceItem]]:
    """Exhibits in the order in which the works bring them, each once."""
    seen: set[int] = set()
    for work in works:
        for use in _of_work(uses, work.id):
            if use.evidence_id not in seen:
                seen.add(use.evidence_id)
                yield len(seen), use.evidence


def _of_work(uses: Sequence[EvidenceUse], work_id: int) -> list[EvidenceUse]:
    return sorted((use for use in uses if use.work_id == work_id), key=lambda use: (use.position, use.id))


def _seal(name: str, value: Any, salt: bytes) -> Sealed:
    return Sealed(name, sealed_digest(salt, value), salt, value)


def _portfolio(portfolio: Portfolio) -> dict[str, Any]:
    position = next((p for p in portfolio.rule_set.positions if p.code == portfolio.position_sought), None)
    return {
        "title_th": portfolio.title_th,
        "title_en": portfolio.title_en,
        "position": {
            "code": position.code,
            "label_th": position.label_th,
            "label_en": position.label_en,
            "short_th": position.short_th,
            "short_en": position.short_en,
        }
        if position
        else None,
        "field_th": portfolio.field_th,
        "field_en": portfolio.field_en,
        "statement_th": portfolio.statement_th,
        "statement_en": portfolio.statement_en,
    }


def _applicant(owner: User, membership: Membership | None, email: Sealed) -> dict[str, Any]:
    place = membership.organization if membership else None
    university = membership.university if membership else None
    return {
        "academic_title_th": owner.academic_title_th,
        "academic_title_en": owner.academic_title_en,
        "given_name_th": owner.given_name_th,
        "family_name_th": owner.family_name_th,
        "given_name_en": owner.given_name_en,
        "family_name_en": owner.family_name_en,
        "name_th": owner.name_th,
        "name_en": owner.name_en,
        "university": _organization(university),
        "faculty": _organization(place) if place is not None and place is not university else None,
        "department_th": membership.department_th if membership else "",
        "department_en": membership.department_en if membership else "",
        "email": {"sealed": email.digest},
    }


def _organization(organization: Organization | None) -> dict[str, Any] | None:
    if organization is None:
        return None
    return {"code": organization.code, "name_th": organization.name_th, "name_en": organization.name_en}


def _cv_entry(entry: CvEntry) -> dict[str, Any]:
    return {
        "kind": entry.kind,
        "title_th": entry.title_th,
        "title_en": entry.title_en,
        "institution_th": entry.institution_th,
        "institution_en": entry.institution_en,
        "detail_th": entry.detail_th,
        "detail_en": entry.detail_en,
        "year_from": entry.year_from,
        "year_to": entry.year_to,
        "hours_per_week": _decimal(entry.hours_per_week),
    }


def _rule_set(rule_set: RuleSet) -> dict[str, Any]:
    return {
        "code": rule_set.code,
        "version": rule_set.set_version,
        "digest": rule_set.content_digest,
        "be_year": rule_set.be_year,
        "title_th": rule_set.title_th,
        "title_en": rule_set.title_en,
        "work_label_th": rule_set.work_label_th,
        "work_label_en": rule_set.work_label_en,
        "standing": rule_set.standing,
    }


def _criteria_set(criteria_set: CriteriaSet) -> dict[str, Any]:
    return {
        "code": criteria_set.code,
        "version": criteria_set.set_version,
        "digest": criteria_set.content_digest,
        "title_th": criteria_set.title_th,
        "title_en": criteria_set.title_en,
        "banner_th": criteria_set.banner_th,
        "banner_en": criteria_set.banner_en,
        "standing": criteria_set.standing,
        "criteria": [
            {"code": c.code, "parent": c.parent_code, "label_th": c.label_th, "label_en": c.label_en}
            for c in criteria_set.criteria
        ],
        "levels": [
            {"value": level.value, "label_th": level.label_th, "label_en": level.label_en, "grade": level.grade}
            for level in criteria_set.levels
        ],
    }


def _work(place: int, work: Work) -> dict[str, Any]:
    province = provinces().get(work.province_code) if work.province_code else None
    bodies = {section.heading_code: section.body for section in work.sections}
    return {
        "position": place,
        "title_th": work.title_th,
        "title_en": work.title_en,
        "summary_th": work.summary_th,
        "summary_en": work.summary_en,
        "discipline_th": work.discipline_th,
        "discipline_en": work.discipline_en,
        "province": {"code": province.code, "name_th": province.name_th, "name_en": province.name_en}
        if province
        else None,
        "district": work.district,
        "subdistrict": work.subdistrict,
        "theme": work.theme,
        "period_start": _day(work.period_start),
        "period_end": _day(work.period_end),
        "not_for_profit": work.not_for_profit,
        "sdgs": sorted(sdg.goal for sdg in work.sdgs),
        "change_domains": sorted(str(row.domain) for row in work.change_domains),
        "missions": sorted(str(row.mission) for row in work.missions),
        "rule_set": _rule_set(work.rule_set),
        "sections": [
            {
                "code": heading.code,
                "number": heading.number,
                "label_th": heading.label_th,
                "label_en": heading.label_en,
                "body": bodies.get(heading.code, ""),
            }
            for heading in work.rule_set.headings
        ],
        "contributions": [
            {
                "name_th": c.name_th,
                "name_en": c.name_en,
                "role": c.role,
                "part_th": c.part_th,
                "part_en": c.part_en,
                "is_owner": c.is_owner,
            }
            for c in work.contributions
        ],
        "indicators": [
            {
                "name_th": r.name_th,
                "name_en": r.name_en,
                "unit_th": r.unit_th,
                "unit_en": r.unit_en,
                "baseline": {
                    "value": _decimal(r.baseline_value),
                    "date": _day(r.baseline_date),
                    "source": r.baseline_source,
                },
                "outcome": {
                    "value": _decimal(r.outcome_value),
                    "date": _day(r.outcome_date),
                    "source": r.outcome_source,
                },
                "target": _decimal(r.target_value),
                "note_th": r.note_th,
                "note_en": r.note_en,
            }
            for r in work.change_records
        ],
    }


def _exhibit(number: int, item: EvidenceItem, uses: Sequence[EvidenceUse], places: dict[int, int]) -> dict[str, Any]:
    file = item.stored_file
    mine = sorted((use for use in uses if use.evidence_id == item.id), key=lambda use: places[use.work_id])
    return {
        "number": number,
        "kind": item.kind,
        "type": item.type,
        "title_th": item.title_th,
        "title_en": item.title_en,
        "caption_th": item.caption_th,
        "caption_en": item.caption_en,
        "dated": _day(item.dated),
        "url": item.url,
        "file": {
            "name": file.filename,
            "sha256": file.sha256,
            "size": file.size,
            "media_type": file.media_type,
            "pages": item.page_count,
        }
        if file
        else None,
        "uses": [
            {
                "work": places[use.work_id],
                "number_in_work": _of_work(uses, use.work_id).index(use) + 1,
                "headings": sorted(row.heading_code for row in use.headings),
                "criteria": sorted(row.criterion_code for row in use.criteria),
            }
            for use in mine
        ],
    }


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _decimal(value: Decimal | float | None) -> str | None:
    """A figure as plain text: 41, not 41.0000 and not 4.1E+1."""
    if value is None:
        return None
    text = format(Decimal(str(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
