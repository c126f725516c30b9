"""Freezing a portfolio: canonical JSON, digests of its files, one SHA-256 over all; keys in docs/snapshot.md."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portfolio.accounts.models import User
from portfolio.core.clock import today
from portfolio.core.db import session
from portfolio.core.hooks import Hooks, Violation
from portfolio.criteria.models import CriteriaSet
from portfolio.evidence.dissemination import proofs_of_works
from portfolio.evidence.models import EvidenceItem, EvidenceUse
from portfolio.evidence.queries import current_criteria, uses_of_works
from portfolio.organizations.models import Membership
from portfolio.organizations.queries import membership_of
from portfolio.partners.frozen import digests_in, opened, partners_of_work, put_apart
from portfolio.partners.models import PartnerInWork
from portfolio.partners.queries import of_works as partners_of_works
from portfolio.portfolios.models import Portfolio
from portfolio.record.form import RecordForm, part_one
from portfolio.record.models import CvEntry
from portfolio.record.queries import entries_of, facts_of
from portfolio.submissions import queries
from portfolio.submissions.canonical import canonical, sealed_digest, sha256
from portfolio.submissions.frozen import (
    BorneOut,
    Facts,
    applicant_part,
    by_item,
    by_work,
    criteria_part,
    cv_part,
    exhibit_part,
    portfolio_part,
    record_part,
    rule_set_part,
    work_part,
)
from portfolio.submissions.models import SealedValue, Snapshot, SnapshotFile, SnapshotWork, Submission
from portfolio.works.bibliography.numbering import numbers
from portfolio.works.bibliography.queries import bibliographies_of, numbered_of, references_of, uses_of
from portfolio.works.dissemination.queries import of_works as disseminations_of_works
from portfolio.works.indicators.queries import follow_ups_of
from portfolio.works.missions.queries import entries_of_works
from portfolio.works.models import Work
from portfolio.works.participation.queries import forms_of
from portfolio.works.queries import load_whole

SCHEMA = "ent-portfolio-snapshot"
SCHEMA_VERSION = 2
SALT_BYTES = 16

EMAIL = "applicant.email"


@dataclass(frozen=True)
class Material:
    """Everything a snapshot is made of, loaded beforehand, so that freezing itself asks no database.

    `proofs` are the ids of the items that bear out each entry of the dissemination, by the entry's id.
    """

    portfolio: Portfolio
    membership: Membership | None
    cv: Sequence[CvEntry]
    uses: Sequence[EvidenceUse]
    criteria_set: CriteriaSet | None
    partners: Sequence[PartnerInWork] = ()
    facts: Facts = field(default_factory=Facts)
    record: RecordForm | None = None
    whole: Sequence[Work] = ()
    proofs: Mapping[int, Sequence[int]] = field(default_factory=dict)


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


def gather(portfolio: Portfolio, criteria_set: CriteriaSet | None, *, on: date | None = None) -> Material:
    """Load what a snapshot of this portfolio is made of. Ages and years of the record are counted to `on`, or today."""
    whole = load_whole(chosen.work_id for chosen in portfolio.chosen)
    works = portfolio.works
    ids = [work.id for work in works]
    return Material(
        whole=whole,
        portfolio=portfolio,
        membership=membership_of(portfolio.owner),
        cv=entries_of(portfolio.owner),
        uses=uses_of_works(ids),
        proofs=proofs_of_works(ids),
        criteria_set=criteria_set,
        partners=partners_of_works(ids),
        facts=Facts(
            references=references_of(works),
            bibliographies=bibliographies_of(works),
            earlier_uses=uses_of(works),
            numbers=numbers(portfolio.position_sought or "", numbered_of(works)),
            follow_ups=follow_ups_of(ids),
            missions=entries_of_works(ids),
            disseminations=disseminations_of_works(ids),
            forms={work_id: sheet.form for work_id, sheet in forms_of(ids).items()},
        ),
        record=part_one(facts_of(portfolio.owner, include_sensitive=False), on=on or today()),
    )


def freeze(
    material: Material, *, salt: Callable[[str], bytes] = lambda _name: secrets.token_bytes(SALT_BYTES)
) -> SnapshotDraft:
    """The canonical text of a portfolio and its digest. Pure: the same material and salts give the same bytes.

    `salt` is asked for each sealed value by its name.
    """
    portfolio = material.portfolio
    works = tuple(portfolio.works)
    places = {work.id: place for place, work in enumerate(works, start=1)}
    in_works = by_work(material.uses)
    exhibits = tuple(_numbered(works, in_works))
    of_items = by_item(in_works)
    borne_out = BorneOut(_of_missions(exhibits, material.uses), _of_disseminations(exhibits, material.proofs))
    sealed: list[Sealed] = []

    def seal(name: str, value: Any) -> str:
        grain = salt(name)
        sealed.append(Sealed(name, sealed_digest(grain, value), grain, value))
        return sealed[-1].digest

    content = canonical(
        {
            "schema": SCHEMA,
            "schema_version": SCHEMA_VERSION,
            "portfolio": portfolio_part(portfolio),
            "applicant": applicant_part(portfolio.owner, material.membership, seal(EMAIL, portfolio.owner.email)),
            "cv": [cv_part(entry) for entry in material.cv],
            "record": record_part(material.record) if material.record else None,
            "rule_set": rule_set_part(portfolio.rule_set),
            "criteria_set": criteria_part(material.criteria_set) if material.criteria_set else None,
            "works": [
                work_part(places[work.id], work, material.facts, borne_out)
                | {"partners": put_apart(partners_of_work(material.partners, work.id), seal)}
                for work in works
            ],
            "evidence": [exhibit_part(number, item, of_items[item.id], places) for number, item in exhibits],
        }
    )
    return SnapshotDraft(content, sha256(content), works, exhibits, tuple(sealed))


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
    record = content_of(snapshot).get("record")
    draft = freeze(
        gather(snapshot.portfolio, criteria_set, on=date.fromisoformat(record["on"]) if record else None),
        salt=lambda name: salts.get(name) or secrets.token_bytes(SALT_BYTES),
    )
    return draft.digest == snapshot.digest


def content_of(snapshot: Snapshot) -> dict[str, Any]:
    """The frozen portfolio as data. Ask review's blindness before any of it goes to a reviewer."""
    content: dict[str, Any] = json.loads(snapshot.content)
    return content


def content_as_kept(snapshot: Snapshot) -> dict[str, Any]:
    """The frozen portfolio with what partners gave in its place, as far as no consent was withdrawn since.

    For documents and pages that print partners; it is not the text the digest is made of.
    """
    content = content_of(snapshot)
    values = {row.digest: row.value for row in snapshot.sealed_values if row.salt is not None}
    for work in content["works"]:
        work["partners"] = [opened(partner, values) for partner in work.get("partners", [])]
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
    partners = [partner for work in content["works"] for partner in work.get("partners", [])]
    named = {content["applicant"]["email"]["sealed"]} | digests_in(partners)
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


def _of_missions(exhibits: Sequence[tuple[int, EvidenceItem]], uses: Sequence[EvidenceUse]) -> dict[int, Sequence[int]]:
    """The numbers of the exhibits that bear each mission entry out, by the entry's id."""
    by_item = {item.id: number for number, item in exhibits}
    found: dict[int, list[int]] = {}
    for use in uses:
        for row in use.missions:
            found.setdefault(row.mission_entry_id, []).append(by_item[use.evidence_id])
    return dict(found)


def _of_disseminations(
    exhibits: Sequence[tuple[int, EvidenceItem]], proofs: Mapping[int, Sequence[int]]
) -> dict[int, Sequence[int]]:
    """The numbers of the exhibits that bear each entry of the dissemination out, by the entry's id."""
    by_item = {item.id: number for number, item in exhibits}
    return {entry_id: [by_item[item_id] for item_id in item_ids] for entry_id, item_ids in proofs.items()}


def _numbered(
    works: Sequence[Work], in_works: Mapping[int, Sequence[EvidenceUse]]
) -> Iterable[tuple[int, EvidenceItem]]:
    """Exhibits in the order in which the works bring them, each once."""
    seen: set[int] = set()
    for work in works:
        for use in in_works.get(work.id, ()):
            if use.evidence_id not in seen:
                seen.add(use.evidence_id)
                yield len(seen), use.evidence
