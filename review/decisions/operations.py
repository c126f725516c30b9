"""Deciding a round: one decision per work, the letter, the certificates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portfolio.core.audit.operations import record
from portfolio.core.clock import now, today
from portfolio.core.db import session
from portfolio.core.mail.operations import enqueue_mail
from portfolio.core.permissions import demand
from portfolio.core.workflow import ImpossibleMove
from portfolio.criteria.models import Grade
from portfolio.submissions.canonical import canonical, sha256
from portfolio.submissions.models import Submission, SubmissionState
from portfolio.submissions.operations import move
from portfolio.submissions.workflow import DECIDE
from review.assignments.models import ReviewRound
from review.assignments.operations import close_round
from review.assignments.queries import open_round
from review.assignments.redaction import MARK, hide, names_of_people
from review.decisions import letters, queries
from review.decisions.matter import digest_of, needs_reason
from review.decisions.models import Certificate, Decision, DecisionLetter
from review.decisions.panel import WorkPanel, panel_of
from review.decisions.permissions import DecisionAction, DecisionPermission
from review.decisions.words import new_code, new_number


@dataclass(frozen=True)
class Choice:
    """What is decided for a work. A reason is needed where it differs from the panel's level or the panel was split."""

    grade: Grade
    reason_th: str = ""
    reason_en: str = ""


class NotEnoughReviewsError(Exception):
    """Fewer reviews were handed in than the round wants; `lacking` says how many."""

    def __init__(self, lacking: int) -> None:
        super().__init__(f"{lacking} reviews are lacking")
        self.lacking = lacking


class ReasonNeededError(Exception):
    """A work's level differs from the panel's, or the panel was split, and no reason was given; by position."""

    def __init__(self, positions: Sequence[int]) -> None:
        super().__init__("reasons are needed")
        self.positions = list(positions)


class NamesReviewerError(Exception):
    """A text that the applicant will read names a reviewer; says in which texts."""

    def __init__(self, places: Sequence[str]) -> None:
        super().__init__("a reviewer is named")
        self.places = list(places)


def decide(
    *, submission: Submission, choices: Mapping[int, Choice], letter_th: str, letter_en: str = "", actor: Any
) -> list[Decision]:
    """Decide every work of the open round, write letter and certificates, close the round, tell the applicant.

    `choices` by the work's position. In the letters the marked line is replaced by the levels as decided.
    Raises ImpossibleMove, NotEnoughReviewsError, ReasonNeededError or NamesReviewerError.
    """
    demand(DecisionPermission.DECIDE, actor, submission)
    round_ = open_round(submission.id)
    if submission.state is not SubmissionState.UNDER_REVIEW or round_ is None:
        raise ImpossibleMove(DECIDE, submission.state)
    panel = panel_of(round_, submission.call.criteria_set)
    if panel.lacking:
        raise NotEnoughReviewsError(panel.lacking)
    unexplained = [one.work.position for one in panel.works if _unexplained(one, choices[one.work.position])]
    if unexplained:
        raise ReasonNeededError(unexplained)
    _check_names(round_, choices, letter_th, letter_en)
    decisions = [_decide_work(round_, one, choices[one.work.position], actor) for one in panel.works]
    certificates = {decision.snapshot_work.position: _certify(decision, actor) for decision in decisions}
    numbers = {position: one.number for position, one in certificates.items() if one is not None}
    letter = DecisionLetter(
        round_id=round_.id,
        number=_unused("L"),
        body_th=letters.filled(letter_th, decisions, numbers, "th"),
        body_en=letters.filled(letter_en, decisions, numbers, "en") if letter_en.strip() else "",
        sent_by_id=actor.id,
    )
    session.add(letter)
    session.flush()
    record(
        action=DecisionAction.LETTER,
        actor_id=actor.id,
        subject_type="decision_letter",
        subject_id=letter.id,
        digests={"letter": sha256(canonical([letter.body_th, letter.body_en]))},
    )
    move(submission=submission, name=DECIDE, actor=actor)
    close_round(round_=round_, actor=actor)
    _tell(submission, letter)
    return decisions


def _unexplained(work: WorkPanel, choice: Choice) -> bool:
    return needs_reason(work.grade, choice.grade) and not (choice.reason_th.strip() or choice.reason_en.strip())


def _check_names(round_: ReviewRound, choices: Mapping[int, Choice], letter_th: str, letter_en: str) -> None:
    names = names_of_people(assignment.reviewer for assignment in round_.assignments)
    texts = {"letter_th": letter_th, "letter_en": letter_en}
    for position, choice in choices.items():
        texts[f"reason_th_{position}"], texts[f"reason_en_{position}"] = choice.reason_th, choice.reason_en
    places = [place for place, text in texts.items() if MARK in hide(text, names)]
    if places:
        raise NamesReviewerError(places)


def _decide_work(round_: ReviewRound, one: WorkPanel, choice: Choice, actor: Any) -> Decision:
    decision = Decision(
        round=round_,
        snapshot_work=one.work,
        panel_grade=one.grade,
        grade=choice.grade,
        by_chair=needs_reason(one.grade, choice.grade),
        reason_th=choice.reason_th,
        reason_en=choice.reason_en,
        decided_by_id=actor.id,
        decided_on=today(),
        decided_at=now(),
    )
    decision.digest = digest_of(decision)
    session.add(decision)
    session.flush()
    record(
        action=DecisionAction.DECIDE,
        actor_id=actor.id,
        subject_type="decision",
        subject_id=decision.id,
        digests={"decision": decision.digest, "snapshot": round_.snapshot.digest},
    )
    return decision


def _certify(decision: Decision, actor: Any) -> Certificate | None:
    """From B on a work has a certificate."""
    if decision.grade is Grade.BELOW_B:
        return None
    certificate = Certificate(decision=decision, number=_unused("C"), code=new_code())
    session.add(certificate)
    session.flush()
    record(
        action=DecisionAction.CERTIFICATE,
        actor_id=actor.id,
        subject_type="certificate",
        subject_id=certificate.id,
        digests={"decision": decision.digest},
    )
    return certificate


def _unused(series: str) -> str:
    number = new_number(series)
    while queries.number_taken(number):
        number = new_number(series)
    return number


def _tell(submission: Submission, letter: DecisionLetter) -> None:
    person = submission.applicant
    language = str(person.language)
    enqueue_mail(
        to=person.email,
        language=language,
        template="decisions_made",
        context={
            "name": person.name_in(language),
            "reference": submission.reference,
            "submission_id": submission.id,
            "call": submission.call.title_in(language),
            "number": letter.number,
        },
        key=f"decision:{letter.round_id}:{person.id}",
    )
