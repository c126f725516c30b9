"""Rounds, assignments and reviews for tests, made through the operations that people use."""

from __future__ import annotations

from collections.abc import Sequence

from portfolio.accounts.models import User
from portfolio.calls.models import Anonymity
from portfolio.core.db import session
from portfolio.criteria.models import Grade
from portfolio.organizations.models import Role
from portfolio.submissions.models import Snapshot, Submission
from review.assignments import operations as assignments
from review.assignments.models import Assignment
from review.decisions import operations as decisions
from review.decisions.models import Decision
from review.scoring import operations as scoring
from tests.builders.submissions import (
    make_call,
    make_criteria_set,
    make_person,
    make_ready_portfolio,
    make_submission,
    make_university,
)
from tests.builders.works import make_rule_set

LETTER = "เรียน ผู้เสนอผลงาน\n\n[results]"


class World:
    """A call with a submitted portfolio, its applicant, an officer, and reviewers of another university."""

    def __init__(
        self,
        *,
        anonymity: Anonymity = Anonymity.DOUBLE,
        reviewers: int = 3,
        works: int = 1,
        criteria: int = 2,
        mark: str = "",
    ) -> None:
        self.mark = mark  # sets two worlds in one database apart
        self.rules = make_rule_set(code=f"TEST-RULES{mark}")
        self.home = make_university(name_th="มหาวิทยาลัยดาวเหนือ", name_en="Daonuea University")
        self.away = make_university(name_th="มหาวิทยาลัยริมธาร", name_en="Rimthan University")
        self.officer = make_person(
            f"officer{mark}@assoc.example", roles=(Role.OFFICER,), given_en="Orachon", family_en="Deskman"
        )
        self.applicant = make_person(
            f"applicant{mark}@daonuea.example",
            given_en="Kanlayanee",
            family_en="Wattanaporn",
            given_th="กัลยาณี",
            family_th="วัฒนพรชัย",
            university=self.home,
        )
        self.reviewers = [make_reviewer(number, self) for number in range(1, reviewers + 1)]
        self.criteria_set = make_criteria_set(criteria=criteria)
        self.call = make_call(self.rules, self.criteria_set, anonymity=anonymity)
        self.portfolio = make_ready_portfolio(self.applicant, self.rules, works=works)
        self.submission: Submission = make_submission(self.portfolio, self.call)


REVIEWER_NAMES = (
    ("Bunyarit", "Thongsuk", "บุญฤทธิ์", "ทองสุกใส"),
    ("Chalermchai", "Rattanakul", "เฉลิมชัย", "รัตนกูลดี"),
    ("Duangporn", "Saengarun", "ดวงพร", "แสงอรุณวัน"),
    ("Ekkaphop", "Moonlit", "เอกภพ", "จันทร์กระจ่าง"),
    ("Fahsai", "Riverbank", "ฟ้าใส", "ริมน้ำเย็น"),
)


def make_reviewer(number: int, world: World | None = None) -> User:
    """A reviewer with a name of their own."""
    given_en, family_en, given_th, family_th = REVIEWER_NAMES[(number - 1) % len(REVIEWER_NAMES)]
    return make_person(
        f"reviewer{number}{world.mark if world else ''}@rimthan.example",
        given_en=given_en,
        family_en=family_en,
        given_th=given_th,
        family_th=family_th,
        roles=(Role.REVIEWER,),
        university=world.away if world else None,
    )


def make_accepted(world: World, reviewer: User) -> Assignment:
    """A reviewer invited by the officer who accepted."""
    assignment = assignments.invite(submission=world.submission, reviewer=reviewer, actor=world.officer)
    return assignments.accept(assignment=assignment, actor=reviewer)


def write_review(
    world: World, assignment: Assignment, grades: Sequence[Grade], *, level: int = 4, reason: str = "เห็นได้จากหลักฐาน"
) -> None:
    """Everything that a review needs, one grade per work, not yet handed in."""
    reviewer = assignment.reviewer
    for work, grade in zip(assignment.round.snapshot.works, grades, strict=True):
        for criterion in world.criteria_set.scored:
            scoring.save_level(assignment=assignment, work=work, code=criterion.code, level=level, actor=reviewer)
            scoring.save_reason(
                assignment=assignment, work=work, code=criterion.code, text=reason, version=1, actor=reviewer
            )
        scoring.save_grade(assignment=assignment, work=work, grade=grade, actor=reviewer)
        scoring.save_grade_reason(assignment=assignment, work=work, text=reason, version=1, actor=reviewer)
    scoring.save_remark(assignment=assignment, text=f"{reason} โดยรวม", version=1, actor=reviewer)


def make_handed_in(world: World, reviewer: User, grades: Sequence[Grade], **words: str) -> Assignment:
    """A complete review, handed in."""
    assignment = make_accepted(world, reviewer)
    write_review(world, assignment, grades, **words)  # type: ignore[arg-type]
    return scoring.hand_in(assignment=assignment, actor=reviewer)


def make_reviewed(world: World, grades: Sequence[Grade] = (Grade.B, Grade.A, Grade.A_PLUS)) -> None:
    """Every reviewer of the world handed in, each the same grade for all works."""
    works = len(world.portfolio.works)
    for reviewer, grade in zip(world.reviewers, grades, strict=True):
        make_handed_in(world, reviewer, [grade] * works)


def make_decided(world: World, grades: Sequence[Grade] = (Grade.B, Grade.A, Grade.A_PLUS)) -> list[Decision]:
    """The world reviewed and decided as the panel's majority says."""
    make_reviewed(world, grades)
    choices = {work.position: decisions.Choice(Grade.A, "ประธานเห็นพ้อง") for work in latest(world).works}
    return decisions.decide(submission=world.submission, choices=choices, letter_th=LETTER, actor=world.officer)


def latest(world: World) -> Snapshot:
    """The snapshot that is judged."""
    session.expire(world.submission, ["snapshots"])
    snapshot = world.submission.snapshot
    assert snapshot is not None
    return snapshot
