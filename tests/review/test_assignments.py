"""Inviting, answering, cancelling, and the conflicts that stand in the way."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portfolio.accounts.models import User
from portfolio.core.audit.models import AuditEntry
from portfolio.core.clock import today
from portfolio.core.db import session, transaction
from portfolio.core.permissions import Forbidden
from portfolio.core.workflow import ImpossibleMove
from portfolio.organizations.models import Role
from portfolio.submissions.models import Submission, SubmissionState
from portfolio.submissions.queries import for_change
from review.assignments import operations
from review.assignments.models import Assignment, AssignmentState, ReviewRound
from review.conflicts.detection import Matter, Person, causes
from review.conflicts.models import ConflictGround
from tests.builders.accounts import signed_in
from tests.builders.review import World
from tests.builders.submissions import make_person

MATTER = Matter(
    applicant_email="a@north.example",
    applicant_names=("กัลยาณี วัฒนพร", "Kanlayanee Wattanaporn"),
    university_code="NORTH",
    contributors=("ผศ. ดร.บุญฤทธิ์  ทองสุก", "Dr. Ekkaphop Moonlit"),
)


@pytest.mark.parametrize(
    ("person", "grounds"),
    [
        (Person("x@south.example", ("ฟ้าใส ริมน้ำ",), "SOUTH"), []),
        (Person("x@south.example", ("ฟ้าใส ริมน้ำ",), "NORTH"), [ConflictGround.SAME_INSTITUTION]),
        (Person("x@south.example", ("บุญฤทธิ์ ทองสุก",), "SOUTH"), [ConflictGround.CO_AUTHOR]),
        (Person("x@south.example", ("ekkaphop MOONLIT",), None), [ConflictGround.CO_AUTHOR]),
        (Person("a@north.example", ("อื่น คนอื่น",), "SOUTH"), [ConflictGround.OTHER]),
        (Person("x@south.example", ("ฟ้าใส ริมน้ำ",), "SOUTH", has_assisted=True), [ConflictGround.OTHER]),
        (Person("x@south.example", (), None), []),
    ],
)
def test_conflicts_on_record(person: Person, grounds: list[ConflictGround]) -> None:
    assert [cause.ground for cause in causes(MATTER, person)] == grounds


def test_the_first_invitation_begins_the_review_and_a_second_changes_nothing(app: Flask, database: object) -> None:
    with transaction():
        world = World(reviewers=2)
        first = operations.invite(submission=world.submission, reviewer=world.reviewers[0], actor=world.officer)
        assert world.submission.state is SubmissionState.UNDER_REVIEW
        again = operations.invite(submission=world.submission, reviewer=world.reviewers[0], actor=world.officer)
        assert again.id == first.id
        second = operations.invite(submission=world.submission, reviewer=world.reviewers[1], actor=world.officer)
        assert (first.seat, second.seat) == (1, 2)
        assert first.round_id == second.round_id
        assert first.round.snapshot_id == world.submission.snapshot.id  # type: ignore[union-attr]


def test_two_officers_inviting_at_once_open_one_round(app: Flask, database: object) -> None:
    with transaction():
        world = World(reviewers=2)
        ids = world.submission.id, world.officer.id, [reviewer.id for reviewer in world.reviewers]
    barrier, failures = threading.Barrier(2), []

    def invite(reviewer_id: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                with transaction():
                    operations.invite(
                        submission=for_change(ids[0]),
                        reviewer=session.get_one(User, reviewer_id),
                        actor=session.get_one(User, ids[1]),
                    )
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=invite, args=(reviewer_id,)) for reviewer_id in ids[2]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.rollback()  # type: ignore[attr-defined]
    assert failures == []
    assert len(session.scalars(select(ReviewRound)).all()) == 1
    assert sorted(session.scalars(select(Assignment.seat))) == [1, 2]


def test_a_reviewer_who_declined_can_be_asked_again_in_the_same_seat(app: Flask, database: object) -> None:
    with transaction():
        world = World(reviewers=1)
        reviewer = world.reviewers[0]
        assignment = operations.invite(submission=world.submission, reviewer=reviewer, actor=world.officer)
        operations.decline(assignment=assignment, actor=reviewer, reason="ติดภารกิจ")
        assert (assignment.state, assignment.decline_reason) == (AssignmentState.DECLINED, "ติดภารกิจ")
        again = operations.invite(submission=world.submission, reviewer=reviewer, actor=world.officer)
        assert (again.id, again.state, again.seat, again.decline_reason) == (
            assignment.id,
            AssignmentState.INVITED,
            1,
            "",
        )


def test_whoever_declared_a_conflict_is_not_asked_again(app: Flask, database: object) -> None:
    with transaction():
        world = World(reviewers=1)
        reviewer = world.reviewers[0]
        assignment = operations.invite(submission=world.submission, reviewer=reviewer, actor=world.officer)
        operations.declare_conflict(assignment=assignment, actor=reviewer, ground=ConflictGround.FAMILY)
        with pytest.raises(operations.ConflictFoundError) as refused:
            operations.invite(submission=world.submission, reviewer=reviewer, actor=world.officer)
        assert refused.value.declaration is not None


def test_only_the_reviewer_answers_and_only_once(app: Flask, database: object) -> None:
    with transaction():
        world = World(reviewers=2)
        assignment = operations.invite(submission=world.submission, reviewer=world.reviewers[0], actor=world.officer)
        for stranger in (world.reviewers[1], world.officer, world.applicant):
            with pytest.raises(Forbidden):
                operations.accept(assignment=assignment, actor=stranger)
        operations.accept(assignment=assignment, actor=world.reviewers[0])
        with pytest.raises(Forbidden):
            operations.decline(assignment=assignment, actor=world.reviewers[0])


def test_a_mailed_link_acts_on_nothing_by_being_opened(app: Flask, database: object) -> None:
    with transaction():
        world = World(reviewers=1)
        assignment = operations.invite(submission=world.submission, reviewer=world.reviewers[0], actor=world.officer)
        ids = assignment.id, world.reviewers[0].id
    browser = signed_in(app, ids[1])
    browser.get(f"/assignments/{ids[0]}")
    assert browser.get(f"/assignments/{ids[0]}/acceptance").status_code == 405
    database.rollback()  # type: ignore[attr-defined]
    assert session.get_one(Assignment, ids[0]).state is AssignmentState.INVITED


def test_the_invitation_shows_fields_but_no_titles(app: Flask, database: object) -> None:
    with transaction():
        world = World(reviewers=1)
        assignment = operations.invite(submission=world.submission, reviewer=world.reviewers[0], actor=world.officer)
        ids = assignment.id, world.reviewers[0].id
    page = signed_in(app, ids[1]).get(f"/assignments/{ids[0]}").text
    assert "วิศวกรรมสิ่งแวดล้อม" in page
    assert "ผลงานที่ 1" not in page
    assert "แฟ้มพร้อมส่ง" not in page


def test_officers_extend_and_cancel(app: Flask, database: object) -> None:
    with transaction():
        world = World(reviewers=1)
        assignment = operations.invite(submission=world.submission, reviewer=world.reviewers[0], actor=world.officer)
        ids = assignment.id, world.officer.id, world.submission.id
    officer = signed_in(app, ids[1])
    later = today() + timedelta(days=90)
    assert officer.post(f"/assignments/{ids[0]}/due-date", data={"due_on": later.isoformat()}).status_code == 303
    past = officer.post(f"/assignments/{ids[0]}/due-date", data={"due_on": "2020-01-01"})
    assert past.status_code == 422
    database.rollback()  # type: ignore[attr-defined]
    assert session.get_one(Assignment, ids[0]).due_on == later
    database.rollback()  # type: ignore[attr-defined]
    assert officer.post(f"/assignments/{ids[0]}/cancellation").status_code == 303
    assert officer.post(f"/assignments/{ids[0]}/cancellation").status_code == 409
    database.rollback()  # type: ignore[attr-defined]
    assert session.get_one(Assignment, ids[0]).state is AssignmentState.CANCELLED


def test_nobody_is_invited_to_what_is_not_received(app: Flask, database: object) -> None:
    from portfolio.submissions import operations as submissions

    with transaction():
        world = World(reviewers=1)
        submissions.withdraw(submission=world.submission, actor=world.applicant)
        with pytest.raises(ImpossibleMove):
            operations.invite(submission=world.submission, reviewer=world.reviewers[0], actor=world.officer)
        academic = make_person("academic@people.example", roles=(Role.ACADEMIC,))
        other = World(reviewers=0, mark="-2")
        with pytest.raises(operations.NotAReviewerError):
            operations.invite(submission=other.submission, reviewer=academic, actor=other.officer)


def test_everything_is_on_the_record_without_words(app: Flask, database: object) -> None:
    with transaction():
        world = World(reviewers=1)
        assignment = operations.invite(submission=world.submission, reviewer=world.reviewers[0], actor=world.officer)
        operations.accept(assignment=assignment, actor=world.reviewers[0])
        actions = list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.position)))
        assert actions[-5:] == [
            "submission:review_started",
            "review_round:opened",
            "assignment:invited",
            "conflict:declared_none",
            "assignment:accepted",
        ]
        assert session.get_one(Submission, world.submission.id).state is SubmissionState.UNDER_REVIEW


def test_panel_rule_and_profile_pages(app: Flask, database: object) -> None:
    with transaction():
        world = World(reviewers=1)
        ids = world.officer.id, world.reviewers[0].id, world.call.id
    officer, reviewer = signed_in(app, ids[0]), signed_in(app, ids[1])
    assert officer.get(f"/panels/calls/{ids[2]}").status_code == 200
    assert officer.post(f"/panels/calls/{ids[2]}", data={"reviewers": "5", "review_days": "20"}).status_code == 303
    assert officer.post(f"/panels/calls/{ids[2]}", data={"reviewers": "0", "review_days": "20"}).status_code == 422
    assert reviewer.get(f"/panels/calls/{ids[2]}").status_code == 404
    assert reviewer.get("/reviewers/profile").status_code == 200
    saved = reviewer.post("/reviewers/profile", data={"expertise_th": "น้ำ", "capacity": "2", "away_until": ""})
    assert saved.status_code == 303
    assert officer.get("/reviewers/profile").status_code == 404
