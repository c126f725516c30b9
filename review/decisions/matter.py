"""What a decision says, under one digest, and when it is the chair's own."""

from __future__ import annotations

from collections.abc import Iterable

from portfolio.core.hooks import Violation
from portfolio.criteria.models import Grade
from portfolio.submissions.canonical import canonical, sha256
from review.decisions import queries
from review.decisions.models import Decision


def needs_reason(panel_grade: Grade | None, grade: Grade) -> bool:
    """Whether a decision is the chair's own: on an even split, or away from the panel."""
    return panel_grade is None or panel_grade is not grade


def digest_of(decision: Decision) -> str:
    """SHA-256 over the canonical decision, which editions name."""
    snapshot, call = decision.snapshot_work.snapshot, decision.round.submission.call
    return sha256(
        canonical(
            {
                "schema": "ent-portfolio-decision",
                "schema_version": 1,
                "snapshot": snapshot.digest,
                "work": decision.snapshot_work.position,
                "round": decision.round.sequence,
                "criteria_set": {
                    "code": call.criteria_set.code,
                    "version": call.criteria_set.set_version,
                    "digest": call.criteria_set.content_digest,
                },
                "grade": decision.grade,
                "panel_grade": decision.panel_grade,
                "by_chair": decision.by_chair,
                "reason_th": decision.reason_th,
                "reason_en": decision.reason_en,
                "decided_on": decision.decided_on.isoformat(),
            }
        )
    )


def check_digests() -> Iterable[Violation]:
    """The invariant behind `run.py check`: every decision is what its digest says."""
    for decision in queries.every_decision():
        if digest_of(decision) != decision.digest:
            yield Violation("decisions", f"decision {decision.id}", "the decision does not give the digest")
        if (decision.certificate is None) != (decision.grade is Grade.BELOW_B):
            yield Violation(
                "decisions", f"decision {decision.id}", "a certificate belongs to B and above, and only there"
            )
