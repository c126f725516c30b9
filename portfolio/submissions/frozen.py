"""The parts of a frozen portfolio as plain data, keys as in docs/snapshot.md. Pure: rows in, plain data out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from portfolio.accounts.models import User
from portfolio.criteria.models import CriteriaSet, RuleSet
from portfolio.evidence.models import EvidenceItem, EvidenceUse
from portfolio.organizations.models import Membership, Organization
from portfolio.portfolios.models import Portfolio
from portfolio.record.form import RecordForm, Words, headline, when_taught
from portfolio.record.models import CvEntry, CvKind
from portfolio.works.bibliography.models import Bibliography, EarlierUse
from portfolio.works.bibliography.reference import Reference
from portfolio.works.dissemination.models import Dissemination
from portfolio.works.dissemination.queries import plain as plain_disseminations
from portfolio.works.indicators import measures
from portfolio.works.indicators.models import FollowUp
from portfolio.works.missions.models import MissionEntry
from portfolio.works.missions.queries import plain as plain_missions
from portfolio.works.models import Work
from portfolio.works.participation.form import Form, as_plain
from portfolio.works.vocabulary import provinces


@dataclass(frozen=True)
class Facts:
    """What rooms beside works know of the chosen works, by work id; `follow_ups` by the id of the indicator."""

    references: dict[int, Reference] = field(default_factory=dict)
    bibliographies: dict[int, Bibliography] = field(default_factory=dict)
    earlier_uses: dict[int, list[EarlierUse]] = field(default_factory=dict)
    numbers: dict[int, str] = field(default_factory=dict)
    follow_ups: dict[int, list[FollowUp]] = field(default_factory=dict)
    missions: dict[int, list[MissionEntry]] = field(default_factory=dict)
    forms: dict[int, Form] = field(default_factory=dict)
    disseminations: dict[int, list[Dissemination]] = field(default_factory=dict)


def portfolio_part(portfolio: Portfolio) -> dict[str, Any]:
    """What the portfolio says of itself."""
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


def applicant_part(owner: User, membership: Membership | None, email_digest: str) -> dict[str, Any]:
    """Who applies; the address enters by its digest."""
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
        "email": {"sealed": email_digest},
    }


def _organization(organization: Organization | None) -> dict[str, Any] | None:
    if organization is None:
        return None
    return {"code": organization.code, "name_th": organization.name_th, "name_en": organization.name_en}


def cv_part(entry: CvEntry) -> dict[str, Any]:
    """A line of the record in the short form."""
    title = headline(entry)
    detail = when_taught(entry) if entry.kind is CvKind.TEACHING else Words(entry.detail_th, entry.detail_en)
    return {
        "kind": entry.kind,
        "title_th": title.th,
        "title_en": title.en,
        "institution_th": entry.institution_th,
        "institution_en": entry.institution_en,
        "detail_th": detail.th,
        "detail_en": detail.en,
        "year_from": entry.year_from,
        "year_to": entry.year_to,
        "hours_per_week": _decimal(entry.hours_per_week),
    }


def rule_set_part(rule_set: RuleSet) -> dict[str, Any]:
    """Which rules, in which version."""
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


def criteria_part(criteria_set: CriteriaSet) -> dict[str, Any]:
    """The criteria in force, whole."""
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


@dataclass(frozen=True)
class BorneOut:
    """The numbers of the exhibits that bear entries out, by the entry's id."""

    missions: dict[int, Sequence[int]] = field(default_factory=dict)
    disseminations: Mapping[int, Sequence[int]] = field(default_factory=dict)


def work_part(place: int, work: Work, facts: Facts, borne_out: BorneOut) -> dict[str, Any]:
    """A work with everything that belongs to it."""
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
        "rule_set": rule_set_part(work.rule_set),
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
        "indicators": [measures.plain(row, facts.follow_ups.get(row.id, ())) for row in work.change_records],
        "kind": work.kind,
        "number": facts.numbers.get(work.id, ""),
        "publication": _publication(facts.references.get(work.id), facts.bibliographies.get(work.id)),
        "used_before": _used_before(facts.bibliographies.get(work.id), facts.earlier_uses.get(work.id, [])),
        "mission_entries": plain_missions(facts.missions.get(work.id, []), borne_out.missions),
        "dissemination": plain_disseminations(facts.disseminations.get(work.id, []), borne_out.disseminations),
        "participation": _participation(facts.forms.get(work.id)),
    }


def record_part(form: RecordForm) -> dict[str, Any]:
    """Part 1 of the form as it was printed that day, without what is sensitive and without ids of lines."""
    plain = _plain(asdict(form))
    for chapter in plain["chapters"]:
        for section in (*chapter["sections"],):
            _without_ids(section)
    _without_ids(plain["method_3"])
    found: dict[str, Any] = plain
    return found


def _without_ids(section: dict[str, Any]) -> None:
    for row in section["rows"]:
        del row["entry_id"]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _participation(form: Form | None) -> dict[str, Any] | None:
    """The form of participation with its signatures; people are counted by their place instead of by id."""
    if form is None:
        return None
    plain = as_plain(form)
    for place, person in enumerate(plain["people"], start=1):
        person["id"] = place
    return plain


def _publication(reference: Reference | None, row: Bibliography | None) -> dict[str, Any] | None:
    """A work as a publication, in the words of `Reference`, and where it is indexed and cited."""
    if reference is None:
        return None
    plain = _plain(asdict(reference))
    plain["form"] = reference.form
    plain["extra"] = {str(key): str(value) for key, value in reference.extra.items()}
    return {
        "reference": plain,
        "tci_tier": row.tci_tier if row else None,
        "scopus_quartile": row.scopus_quartile if row else None,
        "other_databases": row.other_databases if row else "",
        "impact_factor": _decimal(row.impact_factor) if row else None,
        "impact_factor_year": row.impact_factor_year if row else None,
        "citations": row.citations if row else None,
        "citations_database": row.citations_database if row else "",
        "citations_as_at": _day(row.citations_as_at) if row else None,
    }


def _used_before(row: Bibliography | None, uses: Sequence[EarlierUse]) -> dict[str, Any]:
    return {
        "never": bool(row and row.never_used),
        "uses": [
            {
                "position": use.position_code,
                "rules": use.rules,
                "field": use.field,
                "year": use.year,
                "level": use.level,
                "result": use.result,
            }
            for use in uses
        ],
    }


def exhibit_part(
    number: int, item: EvidenceItem, uses: Sequence[tuple[int, EvidenceUse]], places: dict[int, int]
) -> dict[str, Any]:
    """An exhibit with its file and what it supports: its uses, each with its number in the work."""
    file = item.stored_file
    mine = sorted(uses, key=lambda numbered: places[numbered[1].work_id])
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
                "number_in_work": number_in_work,
                "headings": sorted(row.heading_code for row in use.headings),
                "criteria": sorted(row.criterion_code for row in use.criteria),
            }
            for number_in_work, use in mine
        ],
    }


def by_work(uses: Iterable[EvidenceUse]) -> dict[int, list[EvidenceUse]]:
    """The uses of each work in the order in which its text counts them."""
    found: dict[int, list[EvidenceUse]] = {}
    for use in sorted(uses, key=lambda use: (use.position, use.id)):
        found.setdefault(use.work_id, []).append(use)
    return found


def by_item(in_works: Mapping[int, Sequence[EvidenceUse]]) -> dict[int, list[tuple[int, EvidenceUse]]]:
    """The uses of each item, each with its number in its work."""
    found: dict[int, list[tuple[int, EvidenceUse]]] = {}
    for uses in in_works.values():
        for number, use in enumerate(uses, start=1):
            found.setdefault(use.evidence_id, []).append((number, use))
    return found


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _decimal(value: Decimal | float | None) -> str | None:
    """A figure as plain text: 41, not 41.0000 and not 4.1E+1."""
    if value is None:
        return None
    text = format(Decimal(str(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
