"""The letter to the applicant: a draft to begin from, and the levels put in where it asks for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import render_template
from flask_babel import force_locale
from flask_babel import gettext as _

from portfolio.criteria.models import Grade
from portfolio.submissions.models import Submission
from review.decisions.models import Decision

RESULTS = {"th": "[ผลการพิจารณา]", "en": "[results]"}
"""Stands in a draft where the levels go, so that letter and decision can never differ."""


def draft(submission: Submission, language: str) -> str:
    """The text an officer begins from, in one language."""
    with force_locale(language):
        return render_template(
            f"decisions/letter_{language}.txt",
            reference=submission.reference,
            name=submission.applicant.name_in(language),
            title=submission.portfolio.title_in(language),
            call=submission.call.title_in(language),
            criteria=submission.call.criteria_set.title_in(language),
            results=RESULTS[language],
        ).strip()


def filled(text: str, decisions: Sequence[Decision], certificates: Mapping[int, str], language: str) -> str:
    """The letter with its levels: in place of its mark, or at the end where somebody took that line out."""
    with force_locale(language):
        lines = "\n".join(_line(decision, certificates, language) for decision in decisions)
    text = text.strip()
    marks = [mark for mark in RESULTS.values() if mark in text]
    for mark in marks:
        text = text.replace(mark, lines)
    return text if marks else f"{text}\n\n{lines}"


def _line(decision: Decision, certificates: Mapping[int, str], language: str) -> str:
    position = decision.snapshot_work.position
    grade = _("Below B") if decision.grade is Grade.BELOW_B else decision.grade.label
    line = _(
        "%(position)s. %(title)s: %(level)s",
        position=position,
        title=decision.snapshot_work.title_in(language),
        level=grade,
    )
    if position in certificates:
        line += " " + _("(certificate %(number)s)", number=certificates[position])
    return line
