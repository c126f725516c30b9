"""Publishing versions of criteria sets and rule sets. A published version never changes; the next one follows it."""

from __future__ import annotations

from typing import Any

from portfolio.core.audit.operations import record
from portfolio.core.clock import now
from portfolio.core.db import session
from portfolio.criteria import queries
from portfolio.criteria.models import (
    CriteriaSet,
    Criterion,
    Level,
    RuleCheck,
    RuleGroup,
    RuleHeading,
    RulePosition,
    RuleSet,
)
from portfolio.criteria.permissions import CriteriaAction
from portfolio.criteria.schemas import CriteriaContent, RuleContent, read_files


def load_published_data() -> list[CriteriaSet | RuleSet]:
    """Publish what the files of this release say and the database does not know yet. Returns what is new."""
    return [
        publish_new_version(actor=None, content=content) for content in read_files() if not queries.is_known(content)
    ]


def publish_new_version(*, actor: Any, content: CriteriaContent | RuleContent) -> CriteriaSet | RuleSet:
    """Add a version of a set and freeze it. The newest version with the same content is given back as it is.

    `actor` None means the service itself, which publishes what its release brings.
    """
    latest: CriteriaSet | RuleSet | None
    if isinstance(content, CriteriaContent):
        latest = queries.latest_criteria_set(content.code)
    else:
        latest = queries.latest_rule_set(content.code)
    if latest is not None and latest.content_digest == content.digest:
        return latest
    number = content.version if latest is None else max(content.version, latest.set_version + 1)
    row = _criteria_set(content, number) if isinstance(content, CriteriaContent) else _rule_set(content, number)
    session.add(row)
    session.flush()
    row.published_at = now()
    session.flush()
    is_criteria = isinstance(row, CriteriaSet)
    record(
        action=CriteriaAction.PUBLISH_CRITERIA_SET if is_criteria else CriteriaAction.PUBLISH_RULE_SET,
        actor_id=None if actor is None else actor.id,
        subject_type="criteria_set" if is_criteria else "rule_set",
        subject_id=row.id,
        digests={"content": row.content_digest},
    )
    return row


def _criteria_set(content: CriteriaContent, number: int) -> CriteriaSet:
    return CriteriaSet(
        code=content.code,
        set_version=number,
        title_th=content.title_th,
        title_en=content.title_en,
        banner_th=content.banner_th,
        banner_en=content.banner_en,
        source_th=content.source_th,
        source_en=content.source_en,
        standing=content.standing,
        content_digest=content.digest,
        criteria=[
            Criterion(
                code=part.code,
                parent_code=part.parent_code,
                position=position,
                label_th=part.label_th,
                label_en=part.label_en,
                expected_evidence_th=part.expected_evidence_th,
                expected_evidence_en=part.expected_evidence_en,
                required_types=part.required_types,
                heading_codes=part.heading_codes,
            )
            for position, part in enumerate(content.criteria, start=1)
        ],
        levels=[
            Level(
                value=part.value,
                label_th=part.label_th,
                label_en=part.label_en,
                descriptor_th=part.descriptor_th,
                descriptor_en=part.descriptor_en,
                grade=part.grade,
            )
            for part in content.levels
        ],
    )


def _rule_set(content: RuleContent, number: int) -> RuleSet:
    return RuleSet(
        code=content.code,
        set_version=number,
        be_year=content.be_year,
        title_th=content.title_th,
        title_en=content.title_en,
        work_label_th=content.work_label_th,
        work_label_en=content.work_label_en,
        source_th=content.source_th,
        source_en=content.source_en,
        standing=content.standing,
        effective_from=content.effective_from,
        effective_to=content.effective_to,
        content_digest=content.digest,
        headings=[
            RuleHeading(
                code=part.code,
                number=number,
                label_th=part.label_th,
                label_en=part.label_en,
                guidance_th=part.guidance_th,
                guidance_en=part.guidance_en,
                target_words=part.target_words,
                example_th=part.example_th,
                example_en=part.example_en,
            )
            for number, part in enumerate(content.headings, start=1)
        ],
        positions=[
            RulePosition(
                code=part.code,
                rank=rank,
                label_th=part.label_th,
                label_en=part.label_en,
                short_th=part.short_th,
                short_en=part.short_en,
            )
            for rank, part in enumerate(content.positions, start=1)
        ],
        groups=[
            RuleGroup(number=number, label_th=part.label_th, label_en=part.label_en, heading_codes=part.heading_codes)
            for number, part in enumerate(content.groups, start=1)
        ],
        checks=[
            RuleCheck(
                number=number,
                kind=part.kind,
                position_code=part.position,
                method=part.method,
                mode=part.mode,
                terms=dict(part.terms),
                certainty=part.certainty,
                text_th=part.text_th,
                text_en=part.text_en,
                source_th=part.source_th,
                source_en=part.source_en,
            )
            for number, part in enumerate(content.checks, start=1)
        ],
    )
