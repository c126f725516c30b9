"""Criteria name kinds of evidence that exist, and the association's set stays the one that evidence is tied to."""

from __future__ import annotations

from sqlalchemy.orm import Session, scoped_session

from portfolio.core.db import transaction
from portfolio.criteria.operations import load_published_data
from portfolio.criteria.schemas import CriteriaContent, read_files
from portfolio.evidence.models import EvidenceType
from portfolio.evidence.queries import current_criteria


def test_required_kinds_of_evidence_exist() -> None:
    sets = [content for content in read_files() if isinstance(content, CriteriaContent)]
    named = {code for content in sets for part in content.criteria for code in part.required_types}
    assert {content.code for content in sets} == {"CES-8", "ENT-PROVISIONAL"}
    assert named <= {kind.value for kind in EvidenceType}
    assert "APPOINT" in named


def test_another_provisional_set_does_not_take_the_place_of_the_associations(
    database: scoped_session[Session],
) -> None:
    with transaction():
        sets = load_published_data()
    assert {row.code for row in sets} >= {"CES-8", "ENT-PROVISIONAL"}
    found = current_criteria()
    assert found is not None
    assert found.code == "ENT-PROVISIONAL"
