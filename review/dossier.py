"""The sections that review brings to a dossier: the association's level per work, certificates, unnamed remarks."""

from __future__ import annotations

from typing import Any

from portfolio.core.hooks import Hooks
from portfolio.submissions.models import Snapshot
from review.assignments.redaction import MARK
from review.decisions.panel import anonymous_panel_of, remarks_of
from review.decisions.queries import decisions_on

ORDER = 100
WITHOUT_RESULT = ("anonymous",)
WITH_REMARKS = ("full",)


def register(hooks: Hooks) -> None:
    """Fill the extension points."""
    hooks.dossier_sections.append((ORDER, sections))


def sections(*, snapshot: Snapshot, kind: str, language: str) -> list[dict[str, Any]]:
    """What was decided about a snapshot, as plain data that an edition freezes; nothing before a decision.

    No edition ever holds a reviewer's name, seat or confidential word. The remarks go into the applicant's full
    edition only. An anonymous edition holds no result, because a certificate's number leads to a name.
    """
    decisions = decisions_on(snapshot.id)
    if not decisions or kind in WITHOUT_RESULT:
        return []
    call = decisions[0].round.submission.call
    panel = anonymous_panel_of(decisions[0].round, call.criteria_set)
    hidden = "(ปิดชื่อ)" if language == "th" else "(name hidden)"
    reasons = {
        one.work.position: [text.replace(MARK, hidden) for text in one.reasons if text.strip()] for one in panel.works
    }
    return [
        {
            "kind": "result",
            "works": [
                {
                    "position": decision.snapshot_work.position,
                    "title_th": decision.snapshot_work.title_th,
                    "title_en": decision.snapshot_work.title_en,
                    "grade": str(decision.grade),
                    "decision_digest": decision.digest,
                    "reason_th": decision.reason_th,
                    "reason_en": decision.reason_en,
                    "certificate_number": decision.certificate.number if decision.certificate else None,
                    "certificate_code": decision.certificate.code if decision.certificate else None,
                    "remarks": reasons.get(decision.snapshot_work.position, []) if kind in WITH_REMARKS else [],
                }
                for decision in decisions
            ],
            "remarks": [text.replace(MARK, hidden) for text in remarks_of(panel)] if kind in WITH_REMARKS else [],
            "criteria_set": {
                "code": call.criteria_set.code,
                "version": call.criteria_set.set_version,
                "digest": call.criteria_set.content_digest,
            },
            "decided_on": decisions[0].decided_on.isoformat(),
        }
    ]
