"""The sample reviews: two submissions decided, one waiting for its decision, one half reviewed."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select

from portfolio.accounts.queries import by_email
from portfolio.core.clock import frozen_at
from portfolio.core.db import session, transaction
from portfolio.core.hooks import Hooks
from portfolio.core.mail.models import MailMessage, MailState
from portfolio.criteria.models import Grade
from portfolio.submissions.models import SnapshotWork, Submission
from portfolio.submissions.sample_data import moment, officer, submission_of
from portfolio.works.sample_data import described
from review.assignments import operations as assignments
from review.assignments.models import Assignment, AssignmentState
from review.assignments.queries import latest_round, of_reviewer
from review.decisions import letters, operations
from review.decisions.panel import panel_of
from review.reviewers.models import ReviewerProfile
from review.scoring import operations as scoring
from review.scoring.queries import review_of

ORDER = 90
REVIEWS = Path(__file__).parent.parent / "scoring" / "sample_data"

# Whose submission, and how many days ago its reviewers were invited, handed in, and it was decided (None: not yet).
DECIDED = (("nawaphon@sichalasin.example", 265, 230, 215), ("kantida@lanthara.example", 36, 16, 6))
WAITING = ("chanathip@thungsuwan.example", 33, 4)
HALF_WAY = ("lalita@lanthara.example", 24, 7)


def load() -> None:
    """Add what is not there yet; steps lie on the days on which people would have taken them."""
    _profiles()
    for address, invited, handed_in, decided in DECIDED:
        _invite(address, invited)
        _review(address, handed_in)
        _decide(address, decided)
    _invite(WAITING[0], WAITING[1])
    _review(WAITING[0], WAITING[2])
    _invite(HALF_WAY[0], HALF_WAY[1], accepting=2)
    _review(HALF_WAY[0], HALF_WAY[2], complete=1)
    with transaction():
        # Nobody stands behind these addresses; a queue of letters to them would only fill the console.
        session.execute(
            delete(MailMessage).where(MailMessage.to_address.like("%.example"), MailMessage.state == MailState.QUEUED)
        )


@cache
def _described() -> dict[str, dict[str, Any]]:
    """The reviews of the files by the Thai title of their work."""
    titles = {entry["slug"]: entry["title_th"] for entry in described()}
    files = [tomllib.loads(path.read_text("utf-8")) for path in sorted(REVIEWS.glob("*.toml"))]
    return {titles[entry["work"]]: entry for entry in files if entry["work"] in titles}


def _entries(submission: Submission) -> list[tuple[SnapshotWork, dict[str, Any]]]:
    """The works of a submission with what the files say of them; nothing unless every work is described."""
    works = submission.snapshot.works if submission.snapshot else []
    found = [(work, _described()[work.title_th]) for work in works if work.title_th in _described()]
    return found if len(found) == len(works) else []


def _reviewers(submission: Submission) -> list[str]:
    entries = _entries(submission)
    return [one["reviewer"] for one in entries[0][1]["review"]] if entries else []


def _profiles() -> None:
    """Every reviewer of the sample has a profile from the people's file."""
    people = Path(__file__).parents[2] / "portfolio" / "accounts" / "sample_data" / "people.toml"
    for entry in tomllib.loads(people.read_text("utf-8"))["people"]:
        if "reviewer" not in entry["roles"]:
            continue
        with transaction():
            person = by_email(entry["email"])
            if person is None or session.scalar(select(ReviewerProfile.id).where(ReviewerProfile.user_id == person.id)):
                continue
            session.add(
                ReviewerProfile(
                    user_id=person.id,
                    expertise_th=", ".join(entry.get("expertise_th", [])),
                    expertise_en=", ".join(entry.get("expertise_en", [])),
                    engaged_scholarship=True,
                )
            )


def _invite(address: str, days: int, accepting: int = 3) -> None:
    """Invite the reviewers of the files; the first of them accept two days later."""
    with frozen_at(moment(days)), transaction():
        submission, actor = submission_of(address), officer()
        if submission is None or actor is None or latest_round(submission.id) is not None:
            return
        for reviewer_address in _reviewers(submission):
            reviewer = by_email(reviewer_address)
            if reviewer is not None:
                assignments.invite(submission=submission, reviewer=reviewer, actor=actor)
    with frozen_at(moment(days - 2, hour=14)), transaction():
        submission = submission_of(address)
        round_ = latest_round(submission.id) if submission is not None else None
        for assignment in (round_.assignments if round_ else [])[:accepting]:
            assignments.accept(assignment=assignment, actor=assignment.reviewer)


def _review(address: str, days: int, complete: int = 3) -> None:
    """Write the accepted reviews; the first are handed in, of the others half of the levels are given."""
    submission = submission_of(address)
    round_ = latest_round(submission.id) if submission is not None else None
    numbers = [one.reviewer_id for one in round_.assignments if _waits(one)] if round_ else []
    session.rollback()
    for place, reviewer_id in enumerate(numbers):
        with frozen_at(moment(days - place, hour=9 + 2 * place)), transaction():
            submission = submission_of(address)
            round_ = latest_round(submission.id) if submission is not None else None
            assignment = of_reviewer(round_.id, reviewer_id) if round_ is not None else None
            if submission is not None and assignment is not None:
                _write(submission, assignment, whole=place < complete)


def _waits(assignment: Assignment) -> bool:
    return assignment.state is AssignmentState.ACCEPTED and review_of(assignment) is None


def _write(submission: Submission, assignment: Assignment, *, whole: bool) -> None:
    reviewer, remark, note = assignment.reviewer, "", ""
    for work, entry in _entries(submission):
        said = next((one for one in entry["review"] if one["reviewer"] == reviewer.email), None)
        if said is None:
            return
        remark, note = remark or said.get("remark", ""), note or said.get("confidential", "")
        scores = said["score"] if whole else said["score"][: len(said["score"]) // 2]
        for score in scores:
            place: dict[str, Any] = {"assignment": assignment, "work": work, "code": score["criterion"]}
            scoring.save_level(**place, level=score["level"], actor=reviewer)
            scoring.save_reason(**place, text=score["reason"].strip(), version=1, actor=reviewer)
        if whole:
            scoring.save_grade(assignment=assignment, work=work, grade=Grade(said["overall"]), actor=reviewer)
            scoring.save_grade_reason(
                assignment=assignment, work=work, text=said["overall_reason"].strip(), version=1, actor=reviewer
            )
    if whole:
        scoring.save_remark(assignment=assignment, text=remark.strip(), version=1, actor=reviewer)
        scoring.save_confidential_note(assignment=assignment, text=note.strip(), version=1, actor=reviewer)
        scoring.hand_in(assignment=assignment, actor=reviewer)


def _decide(address: str, days: int) -> None:
    with frozen_at(moment(days, hour=15)), transaction():
        submission, actor = submission_of(address), officer()
        round_ = latest_round(submission.id) if submission is not None else None
        if submission is None or actor is None or round_ is None or round_.closed_at is not None:
            return
        panel = panel_of(round_, submission.call.criteria_set)
        if panel.lacking:
            return
        entries = dict(_entries(submission))
        choices = {
            one.work.position: operations.Choice(
                one.grade or Grade.B,
                entries[one.work].get("decision_reason_th", "").strip(),
                entries[one.work].get("decision_reason_en", "").strip(),
            )
            for one in panel.works
        }
        operations.decide(
            submission=submission,
            choices=choices,
            letter_th=_letter(submission, "th", list(entries.values())),
            letter_en=_letter(submission, "en", list(entries.values())),
            actor=actor,
        )


def _letter(submission: Submission, language: str, entries: list[dict[str, Any]]) -> str:
    """The draft, with what the committee adds before its thanks."""
    notes = [entry[f"letter_note_{language}"].strip() for entry in entries if entry.get(f"letter_note_{language}")]
    body, _blank, thanks = letters.draft(submission, language).rpartition("\n\n")
    return "\n\n".join([body, *notes, thanks])


def register(hooks: Hooks) -> None:
    """Add the loader."""
    hooks.sample_data.append((ORDER, "review", load))
