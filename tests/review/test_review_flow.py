"""From the first invitation to the applicant's result, through the pages that people use."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from portfolio.core.db import session, transaction
from portfolio.core.mail.models import MailMessage
from portfolio.criteria.models import Grade
from portfolio.submissions import snapshots
from portfolio.submissions.models import Submission, SubmissionState
from review.assignments.models import Assignment, AssignmentState, ReviewRound
from review.conflicts.models import Conflict, ConflictGround
from review.decisions.matter import check_digests
from review.decisions.models import Certificate, Decision, DecisionLetter
from review.dossier import sections
from review.scoring.models import Review, Score
from tests.builders.accounts import signed_in
from tests.builders.review import World, latest, make_accepted, make_decided, make_reviewed, write_review


def test_whole_way_through_the_pages(app: Flask, database: object) -> None:
    with transaction():
        world = World(works=2)
        submission_id, officer_id, applicant_id = world.submission.id, world.officer.id, world.applicant.id
        reviewer_ids = [reviewer.id for reviewer in world.reviewers]
        codes = [criterion.code for criterion in world.criteria_set.scored]
    officer = signed_in(app, officer_id)
    for address in ("/submissions/", "/submissions/board", f"/submissions/{submission_id}", "/"):
        assert officer.get(address).status_code == 200, address
    table = officer.get(f"/assignments/submissions/{submission_id}")
    assert table.status_code == 200
    for reviewer_id in reviewer_ids:
        answer = officer.post(f"/assignments/submissions/{submission_id}/invitations", data={"reviewer": reviewer_id})
        assert answer.status_code == 303
    database.rollback()  # type: ignore[attr-defined]
    assert session.get_one(Submission, submission_id).state is SubmissionState.UNDER_REVIEW
    seats = {row.reviewer_id: row.id for row in session.scalars(select(Assignment))}
    grades = dict(zip(reviewer_ids, ("b", "a", "a_plus"), strict=True))
    for reviewer_id, assignment_id in seats.items():
        browser = signed_in(app, reviewer_id)
        assert browser.get("/").status_code == 200
        assert browser.get("/assignments/").status_code == 200
        assert browser.get(f"/assignments/{assignment_id}").status_code == 200
        assert browser.get(f"/scoring/{assignment_id}").status_code == 404
        accepted = browser.post(f"/assignments/{assignment_id}/acceptance", data={"ground": "none"})
        assert accepted.status_code == 303
        assert browser.get(f"/scoring/{assignment_id}").status_code == 200
        for position in (1, 2):
            for code in [*codes, "overall"]:
                page = browser.get(f"/scoring/{assignment_id}/works/{position}?c={code}")
                assert page.status_code == 200
            for doc in ("text", "indicators", "e1"):
                assert browser.get(f"/scoring/{assignment_id}/works/{position}?doc={doc}").status_code == 200
            for code in codes:
                kept = browser.post(
                    f"/scoring/{assignment_id}/works/{position}/scores/{code}",
                    data={"level": "4", "body": f"เหตุผลของ {code}", "version": "1"},
                )
                assert kept.status_code == 303
            kept = browser.post(
                f"/scoring/{assignment_id}/works/{position}/overall",
                data={"grade": grades[reviewer_id], "body": "เหตุผลรวม", "version": "1"},
            )
            assert kept.status_code == 303
        early = browser.post(f"/scoring/{assignment_id}/hand-in")
        assert early.headers["Location"].endswith("#missing")
        browser.post(f"/scoring/{assignment_id}/remark", data={"body": "ข้อคิดเห็นรวม", "version": "1"})
        browser.post(f"/scoring/{assignment_id}/confidential-note", data={"body": "ลับเฉพาะกรรมการ", "version": "1"})
        assert browser.post(f"/scoring/{assignment_id}/hand-in").status_code == 303
        assert browser.get(f"/scoring/{assignment_id}").status_code == 200
        late = browser.post(f"/scoring/{assignment_id}/remark", data={"body": "แก้ทีหลัง", "version": "2"})
        assert late.status_code == 403
    decision_page = officer.get(f"/decisions/submissions/{submission_id}")
    assert decision_page.status_code == 200
    assert "ลับเฉพาะกรรมการ" in decision_page.text
    version = re.search(r'name="version" value="(\d+)"', decision_page.text)
    assert version is not None
    applicant = signed_in(app, applicant_id)
    assert applicant.get(f"/decisions/submissions/{submission_id}/result").status_code == 404
    answer = officer.post(
        f"/decisions/submissions/{submission_id}",
        data={"grade_1": "a", "grade_2": "a", "letter_th": "เรียน ผู้เสนอ\n\n[results]", "version": version.group(1)},
    )
    assert answer.status_code == 303, answer.text
    result = applicant.get(f"/decisions/submissions/{submission_id}/result")
    assert result.status_code == 200
    assert "ลับเฉพาะกรรมการ" not in result.text
    assert "ข้อคิดเห็นรวม" in result.text
    for address in (
        "/",
        "/submissions/mine",
        f"/submissions/{submission_id}/progress",
        f"/submissions/{submission_id}/receipt",
    ):
        assert applicant.get(address).status_code == 200, address
    assert officer.get(f"/decisions/submissions/{submission_id}").status_code == 200
    database.rollback()  # type: ignore[attr-defined]
    assert session.get_one(Submission, submission_id).state is SubmissionState.DECIDED
    assert session.scalars(select(ReviewRound)).one().closed_at is not None
    assert {one.grade for one in session.scalars(select(Decision))} == {Grade.A}
    assert {one.panel_grade for one in session.scalars(select(Decision))} == {Grade.A}
    assert len(session.scalars(select(Certificate)).all()) == 2
    letter = session.scalars(select(DecisionLetter)).one()
    assert "[results]" not in letter.body_th
    assert list(check_digests()) == []


def test_same_university_is_refused_with_its_cause(app: Flask, database: object) -> None:
    with transaction():
        world = World(reviewers=1)
        from portfolio.organizations.models import Membership

        place = session.scalars(select(Membership).where(Membership.user_id == world.reviewers[0].id)).one()
        place.university_id = place.organization_id = world.home.id
        ids = world.submission.id, world.officer.id, world.reviewers[0].id
    officer = signed_in(app, ids[1])
    page = officer.get(f"/assignments/submissions/{ids[0]}")
    assert "ไม่สามารถเชิญได้" in page.text or "Cannot be invited" in page.text
    officer.post(f"/assignments/submissions/{ids[0]}/invitations", data={"reviewer": ids[2]})
    database.rollback()  # type: ignore[attr-defined]
    assert session.scalars(select(Assignment)).all() == []
    assert session.get_one(Submission, ids[0]).state is SubmissionState.SUBMITTED


def test_a_conflict_declared_after_accepting_closes_the_material(app: Flask, database: object) -> None:
    with transaction():
        world = World(reviewers=1)
        assignment_id = make_accepted(world, world.reviewers[0]).id
        reviewer_id = world.reviewers[0].id
    browser = signed_in(app, reviewer_id)
    assert browser.get(f"/scoring/{assignment_id}/works/1").status_code == 200
    assert browser.get(f"/assignments/{assignment_id}/conflict").status_code == 200
    done = browser.post(f"/assignments/{assignment_id}/conflict", data={"ground": "family", "detail": "ญาติ"})
    assert done.status_code == 303
    for address in (f"/scoring/{assignment_id}", f"/scoring/{assignment_id}/works/1"):
        assert browser.get(address).status_code == 404
    database.rollback()  # type: ignore[attr-defined]
    assert session.scalars(select(Conflict)).one().ground is ConflictGround.FAMILY
    assert session.get_one(Assignment, assignment_id).state is AssignmentState.DECLINED


def test_a_text_saved_elsewhere_is_not_overwritten(app: Flask, database: object) -> None:
    with transaction():
        world = World(reviewers=1)
        assignment_id = make_accepted(world, world.reviewers[0]).id
        reviewer_id, code = world.reviewers[0].id, world.criteria_set.scored[0].code
    browser = signed_in(app, reviewer_id)
    address, json = f"/scoring/{assignment_id}/works/1/scores/{code}", {"Accept": "application/json"}
    first = browser.post(address, data={"body": "ข้อความแรก", "version": "1"}, headers=json)
    assert (first.status_code, first.json["version"]) == (200, 2)
    stale = browser.post(address, data={"body": "ข้อความที่สอง", "version": "1"}, headers=json)
    assert stale.status_code == 409
    assert (stale.json["mine"], stale.json["theirs"], stale.json["version"]) == ("ข้อความที่สอง", "ข้อความแรก", 2)
    page = browser.post(address, data={"body": "ข้อความที่สาม", "version": "1", "level": "3"})
    assert page.status_code == 409
    assert "ข้อความแรก" in page.text
    assert "ข้อความที่สาม" in page.text
    database.rollback()  # type: ignore[attr-defined]
    score = session.scalars(select(Score)).one()
    assert (score.reason, score.level) == ("ข้อความแรก", None)
    levels = browser.post(f"{address}/level", data={"level": "5"})
    assert levels.status_code == 204
    again = browser.post(address, data={"body": "ข้อความที่สี่", "version": "2"}, headers=json)
    assert again.status_code == 200


def test_an_even_split_needs_the_chairs_reason(app: Flask, database: object) -> None:
    with transaction():
        world = World(reviewers=2)
        from review.panels.operations import set_rule

        set_rule(call=world.call, reviewers=2, review_days=30, actor=world.officer)
        make_reviewed(world, (Grade.A, Grade.B))
        ids = world.submission.id, world.officer.id
    officer = signed_in(app, ids[1])
    form = {"grade_1": "a", "letter_th": "[results]"}
    refused = officer.post(f"/decisions/submissions/{ids[0]}", data=form)
    assert refused.status_code == 422
    decided = officer.post(f"/decisions/submissions/{ids[0]}", data={**form, "reason_th_1": "ประธานเห็นว่าขยายผลแล้ว"})
    assert decided.status_code == 303
    database.rollback()  # type: ignore[attr-defined]
    decision = session.scalars(select(Decision)).one()
    assert (decision.panel_grade, decision.grade, decision.by_chair) == (None, Grade.A, True)


def test_a_letter_that_names_a_reviewer_is_refused(app: Flask, database: object) -> None:
    with transaction():
        world = World()
        make_reviewed(world)
        ids, name, address = (
            (world.submission.id, world.officer.id),
            world.reviewers[0].family_name_th,
            world.reviewers[1].email,
        )
    officer = signed_in(app, ids[1])
    for text in (f"ตามความเห็นของ {name}", f"ติดต่อ {address.upper()}"):
        answer = officer.post(f"/decisions/submissions/{ids[0]}", data={"grade_1": "a", "letter_th": text})
        assert answer.status_code == 422
    database.rollback()  # type: ignore[attr-defined]
    assert session.scalars(select(Decision)).all() == []


def test_withdrawing_under_review_ends_every_assignment(app: Flask, database: object) -> None:
    with transaction():
        world = World(reviewers=2)
        assignment = make_accepted(world, world.reviewers[0])
        write_review(world, assignment, [Grade.A])
        ids = world.submission.id, world.applicant.id, assignment.id, world.reviewers[0].id
    applicant = signed_in(app, ids[1])
    assert applicant.get(f"/submissions/{ids[0]}/withdrawal").status_code == 200
    assert applicant.post(f"/submissions/{ids[0]}/withdrawal", data={"note": ""}).status_code == 303
    browser = signed_in(app, ids[3])
    assert browser.get(f"/scoring/{ids[2]}").status_code == 404
    assert browser.post(f"/scoring/{ids[2]}/hand-in").status_code in (403, 404)
    database.rollback()  # type: ignore[attr-defined]
    assert session.get_one(Assignment, ids[2]).state is AssignmentState.CANCELLED
    assert session.scalars(select(ReviewRound)).one().closed_at is not None


def test_nothing_is_decided_with_too_few_reviews(app: Flask, database: object) -> None:
    with transaction():
        world = World(reviewers=3)
        make_accepted(world, world.reviewers[0])
        ids = world.submission.id, world.officer.id
    officer = signed_in(app, ids[1])
    answer = officer.post(f"/decisions/submissions/{ids[0]}", data={"grade_1": "a", "letter_th": "x"})
    assert answer.status_code == 422
    database.rollback()  # type: ignore[attr-defined]
    assert session.scalars(select(Decision)).all() == []


@pytest.mark.parametrize("kind", ["full", "hr", "public", "anonymous"])
def test_the_dossier_gets_the_result_without_names_or_confidences(app: Flask, database: object, kind: str) -> None:
    with transaction():
        world = World()
        make_decided(world)
        for review in session.scalars(select(Review)):
            review.confidential_note = "ลับเฉพาะกรรมการ"
            review.remark = f"{review.remark} ลงชื่อ {review.assignment.reviewer.name_th}"
        session.flush()
        session.expire_all()
        brought = sections(snapshot=latest(world), kind=kind, language="th")
        assert bool(brought) == (kind != "anonymous")
        text = str(brought)
        assert "ลับเฉพาะกรรมการ" not in text
        for reviewer in world.reviewers:
            assert reviewer.family_name_th not in text
            assert reviewer.email not in text
        if brought:
            assert brought[0]["works"][0]["grade"] == "a"
            assert bool(brought[0]["remarks"]) == (kind == "full")


def test_mail_of_the_review_goes_to_those_it_concerns(app: Flask, database: object) -> None:
    with transaction():
        world = World()
        make_decided(world)
        told = {(mail.to_address, mail.purpose) for mail in session.scalars(select(MailMessage))}
        assert (world.applicant.email, "decisions_made") in told
        assert all((reviewer.email, "assignments_invitation") in told for reviewer in world.reviewers)
        assert snapshots.verify(latest(world)) == []
