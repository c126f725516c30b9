"""The sample self-assessment: fictional, begun and not finished, as most are."""

from __future__ import annotations

import tomllib
from pathlib import Path

from portfolio.core.db import transaction
from portfolio.core.hooks import Hooks
from portfolio.evidence.queries import current_criteria
from portfolio.portfolios.self_assessment.operations import Judgement, save
from portfolio.portfolios.self_assessment.queries import assessment_of
from portfolio.works.sample_data import described, find_sample

FILE = Path(__file__).parent / "sample_data" / "judgements.toml"
ORDER = 75


def load() -> None:
    """Add the assessments that are not there yet."""
    works = {entry["slug"]: entry for entry in described()}
    for entry in tomllib.loads(FILE.read_text("utf-8"))["work"]:
        with transaction():
            work, criteria = find_sample(works[entry["slug"]]), current_criteria()
            if work is None or criteria is None or assessment_of(work, criteria.code) is not None:
                continue
            known = {criterion.code for criterion in criteria.scored}
            judgements = {
                code: Judgement(level, reason) for code, (level, reason) in entry["judgements"].items() if code in known
            }
            save(actor=work.owner, work=work, criteria_set_code=criteria.code, judgements=judgements, version=0)


def register(hooks: Hooks) -> None:
    """Add the loader."""
    hooks.sample_data.append((ORDER, "self_assessments", load))
