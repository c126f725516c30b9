"""What must not be learnt, looked for with strings that could leak: in every byte that a person gets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portfolio.calls.models import Anonymity, Call
from portfolio.core.db import session, transaction
from portfolio.core.hooks import Hooks
from portfolio.core.mail.models import MailMessage
from portfolio.core.storage import operations as storage
from portfolio.core.storage.models import StoredFile
from portfolio.criteria.models import Grade
from portfolio.evidence.models import EvidenceItem, PreviewPage
from portfolio.organizations.models import Role, RoleGrant
from portfolio.submissions.permissions import APPLICANT
from portfolio.submissions.snapshots import content_of
from portfolio.works.dissemination.models import Way
from portfolio.works.models import Contribution
from portfolio.works.sections.models import WorkSection
from review.assignments import operations as assignments
from review.assignments.models import Assignment
from review.assignments.redaction import masked
from review.decisions import operations as decisions
from review.dossier import sections
from review.scoring.reading import reading_of
from tests.builders.accounts import signed_in
from tests.builders.review import LETTER, World, latest, make_handed_in, write_review
from tests.builders.works import make_dissemination

# What a reviewer of a double-blind call must never get: names, place, address, file name of the applicant's side.
CANARIES = (
    "กัลยาณี",
    "วัฒนพรชัย",
    "kanlayanee",
    "wattanaporn",
    "มหาวิทยาลัยดาวเหนือ",
    "ดาวเหนือ",
    "daonuea",
    "applicant@daonuea.example",
    "ร่มเกล้า",
    "สายัณห์สกุล",
    "secret-file-of-kanlayanee",
)


def plant(world: World) -> None:
    """Write the canaries wherever an applicant could: texts, contributors, evidence, file names, indicators."""
    text = (
        "ข้าพเจ้า ผศ. ดร.กัลยาณี วัฒนพรชัย (Kanlayanee WATTANAPORN) แห่งมหาวิทยาลัยดาวเหนือ และ ม.ดาวเหนือ "
        "ทำงานกับนายร่มเกล้า สายัณห์สกุล ติดต่อ applicant@daonuea.example หรือ K. Wattanaporn [หลักฐาน 1 หน้า 1]"
    )
    for section in session.scalars(select(WorkSection)):
        section.body = text
    for work in world.portfolio.works:
        work.summary_th = work.summary_en = text
        work.discipline_th = "วิศวกรรมน้ำ"
        work.title_th = f"งานของกัลยาณี {work.id}"
        work.contributions.append(
            Contribution(
                position=2, name_th="นายร่มเกล้า สายัณห์สกุล", name_en="", role="co_operator", part_th=text, part_en=""
            )
        )
        for record in work.change_records:
            record.outcome_source = record.note_th = text
    for item in session.scalars(select(EvidenceItem)):
        item.title_th = item.caption_th = text
    for file in session.scalars(select(StoredFile)):
        file.filename = "secret-file-of-kanlayanee.pdf"
    world.portfolio.title_th = "แฟ้มของกัลยาณี วัฒนพรชัย"
    world.portfolio.statement_th = text
    session.flush()


def submitted_again(world: World) -> None:
    """Return the submission and submit it again, so that the snapshot holds what was planted."""
    from portfolio.submissions import operations

    operations.return_for_correction(submission=world.submission, actor=world.officer, note="แก้ไข")
    operations.submit(portfolio=world.portfolio, call=world.call, actor=world.applicant)
    session.expire(world.submission, ["snapshots"])


def pages_of_a_reviewer(world_ids: dict[str, int], codes: Iterable[str]) -> list[str]:
    """Every address that a reviewer's pages lead to."""
    here = f"/scoring/{world_ids['assignment']}"
    addresses = ["/", "/assignments/", f"/assignments/{world_ids['assignment']}", here]
    addresses += [f"/assignments/{world_ids['assignment']}/conflict"]
    addresses += [f"{here}/works/1?c={code}&doc={doc}" for code in codes for doc in ("text", "indicators", "e1")]
    addresses += [
        f"{here}/exhibits/1/pages/1",
        f"{here}/exhibits/1/original",
        f"/submissions/{world_ids['submission']}",
    ]
    addresses += [f"/decisions/submissions/{world_ids['submission']}", "/submissions/", "/submissions/board"]
    return addresses


def bytes_of(browser: FlaskClient, addresses: Iterable[str]) -> str:
    """Everything the service answers with: headers, bodies, and the pages that redirects lead to."""
    parts = []
    for address in addresses:
        answer = browser.get(address, follow_redirects=True)
        parts.append(f"{answer.headers}\n{answer.get_data().decode('utf-8', 'replace')}")
    return "\n".join(parts)


def found(canaries: Iterable[str], text: str) -> list[str]:
    """The canaries that sing."""
    return [canary for canary in canaries if canary.casefold() in text.casefold()]


def double_blind_reviewer(app: Flask) -> tuple[str, str]:
    """(what an invited and accepted reviewer of a double-blind call gets, the letters to that reviewer)."""
    with transaction():
        world = World(reviewers=1)
        plant(world)
        submitted_again(world)
        assignment = assignments.invite(submission=world.submission, reviewer=world.reviewers[0], actor=world.officer)
        picture = storage.record_file(storage.keep(_png(), "picture.png", "image/png"), None)
        item = session.scalars(select(EvidenceItem)).first()
        assert item is not None
        assert item.stored_file is not None
        session.add(
            PreviewPage(source_sha256=item.stored_file.sha256, page=1, picture_id=picture.id, width=1, height=1)
        )
        ids = {"assignment": assignment.id, "submission": world.submission.id}
        reviewer_id, address = world.reviewers[0].id, world.reviewers[0].email
        codes = [criterion.code for criterion in world.criteria_set.scored] + ["overall"]
    browser = signed_in(app, reviewer_id)
    before = bytes_of(browser, pages_of_a_reviewer(ids, codes))
    browser.post(f"/assignments/{ids['assignment']}/acceptance", data={"ground": "none"})
    got = before + bytes_of(browser, pages_of_a_reviewer(ids, codes))
    browser.post("/language", data={"language": "en", "next": "/"})
    got += bytes_of(browser, pages_of_a_reviewer(ids, codes[:1]))
    session.rollback()
    letters = session.scalars(select(MailMessage).where(MailMessage.to_address == address))
    return got, "\n".join(f"{letter.subject}\n{letter.body}" for letter in letters)


def _png():  # type: ignore[no-untyped-def]
    import io

    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(stream, "PNG")
    stream.seek(0)
    return stream


def test_no_reviewer_of_a_double_blind_call_learns_who_applied(app: Flask, database: object) -> None:
    pages, letters = double_blind_reviewer(app)
    assert "redact" in pages, "the material was not even shown"
    assert letters
    assert found(CANARIES, pages) == []
    assert found(CANARIES, letters) == []


def test_the_test_above_notices_a_leak(app: Flask, database: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("review.scoring.reading.masked", lambda content, also=(): content)
    pages, _letters = double_blind_reviewer(app)
    assert set(found(CANARIES, pages)) >= {"กัลยาณี", "มหาวิทยาลัยดาวเหนือ", "applicant@daonuea.example", "สายัณห์สกุล"}


def test_a_disclosure_policy_with_a_hole_is_noticed(app: Flask, database: object) -> None:
    hooks: Hooks = app.extensions["hooks"]
    hooks.disclosure[:] = [lambda _viewer, fact, _subject: True if fact == APPLICANT else None]
    pages, _letters = double_blind_reviewer(app)
    assert "กัลยาณี" in found(CANARIES, pages)


def test_with_nothing_registered_the_answer_is_to_hide(app: Flask, database: object) -> None:
    with transaction():
        world = World(reviewers=1, anonymity=Anonymity.SINGLE)
        assignment = _assignment(world)
        assert not reading_of(world.reviewers[0], assignment).blind
        app.extensions["hooks"].disclosure.clear()
        reading = reading_of(world.reviewers[0], assignment)
        assert reading.blind
        assert not reading.originals
        assert found(CANARIES, str(reading.content)) == []


def test_an_officer_who_reviews_a_double_blind_submission_sees_no_applicant(app: Flask, database: object) -> None:
    with transaction():
        world = World(reviewers=1)
        reviewer = world.reviewers[0]
        assignments.accept(
            assignment=assignments.invite(submission=world.submission, reviewer=reviewer, actor=world.officer),
            actor=reviewer,
        )
        session.add(RoleGrant(user_id=reviewer.id, role=Role.OFFICER, granted_by_id=reviewer.id))
        ids = reviewer.id, world.submission.id
    browser = signed_in(app, ids[0])
    for address in (f"/submissions/{ids[1]}", f"/decisions/submissions/{ids[1]}", f"/assignments/submissions/{ids[1]}"):
        assert browser.get(address).status_code == 404, address


def test_officers_are_not_invited_to_double_blind_reviews(app: Flask, database: object) -> None:
    with transaction():
        world = World(reviewers=1)
        session.add(RoleGrant(user_id=world.reviewers[0].id, role=Role.OFFICER, granted_by_id=world.officer.id))
        session.flush()
        with pytest.raises(assignments.NotAReviewerError):
            assignments.invite(submission=world.submission, reviewer=world.reviewers[0], actor=world.officer)


def test_single_blind_reviewers_learn_it_after_accepting_and_not_before(app: Flask, database: object) -> None:
    with transaction():
        world = World(reviewers=1, anonymity=Anonymity.SINGLE)
        assignment = assignments.invite(submission=world.submission, reviewer=world.reviewers[0], actor=world.officer)
        hooks: Hooks = app.extensions["hooks"]
        assert not hooks.discloses(world.reviewers[0], APPLICANT, world.submission)
        assert reading_of(world.reviewers[0], assignment).blind
        assignments.accept(assignment=assignment, actor=world.reviewers[0])
        assert hooks.discloses(world.reviewers[0], APPLICANT, world.submission)
        assert not reading_of(world.reviewers[0], assignment).blind


def test_nobody_on_the_other_side_learns_who_reviewed(app: Flask, database: object) -> None:
    with transaction():
        world = World()
        for reviewer in world.reviewers:
            signature = f"ลงชื่อ {reviewer.name_th} / {reviewer.name_en} {reviewer.email.upper()}"
            make_handed_in(world, reviewer, [Grade.A], reason=f"ความเห็น {signature}")
        decisions.decide(
            submission=world.submission,
            choices={1: decisions.Choice(Grade.A)},
            letter_th=LETTER,
            letter_en="[results]",
            actor=world.officer,
        )
        canaries = [
            text
            for reviewer in world.reviewers
            for text in (
                reviewer.family_name_th,
                reviewer.given_name_th,
                reviewer.family_name_en,
                reviewer.given_name_en,
                reviewer.email,
            )
        ]
        ids = world.applicant.id, world.submission.id, world.portfolio.id
        stranger_id = world.reviewers[0].id
        address = world.applicant.email
        dossier = str([sections(snapshot=latest(world), kind=kind, language="th") for kind in ("full", "hr", "public")])
    applicant = signed_in(app, ids[0])
    addresses = [
        "/",
        "/submissions/mine",
        f"/submissions/{ids[1]}/progress",
        f"/submissions/{ids[1]}/receipt",
        f"/decisions/submissions/{ids[1]}/result",
        f"/portfolios/{ids[2]}",
    ]
    got = bytes_of(applicant, addresses)
    assert "redact" in got, "the remarks were not even shown"
    assert found(canaries, got) == []
    assert found(canaries, dossier) == []
    session.rollback()
    letters = session.scalars(select(MailMessage).where(MailMessage.to_address == address))
    assert found(canaries, "\n".join(f"{letter.subject}\n{letter.body}" for letter in letters)) == []
    # And no reviewer sees what another wrote, after handing in as before.
    reviewer = signed_in(app, stranger_id)
    others = [canary for canary in canaries[5:]]
    assignment_ids = list(session.scalars(select(Assignment.id)))
    session.rollback()
    got = bytes_of(reviewer, [f"/scoring/{one}" for one in assignment_ids] + ["/", "/assignments/"])
    assert found(others, got) == []


def test_the_order_of_remarks_tells_nothing_of_seats_and_stays_the_same(app: Flask, database: object) -> None:
    from review.decisions.panel import anonymous_panel_of, panel_of

    orders = set()
    with transaction():
        world = World()
        for reviewer in world.reviewers:
            make_handed_in(world, reviewer, [Grade.A])
        round_ = session.scalars(select(Assignment)).first().round  # type: ignore[union-attr]
        once = [seat.assignment.seat for seat in anonymous_panel_of(round_, world.criteria_set).seats]
        twice = [seat.assignment.seat for seat in anonymous_panel_of(round_, world.criteria_set).seats]
        by_seat = [seat.assignment.seat for seat in panel_of(round_, world.criteria_set).seats]
        assert once == twice
        assert sorted(once) == by_seat
        for sequence in range(2, 30):
            round_.sequence = sequence
            panel = anonymous_panel_of(round_, world.criteria_set)
            orders.add(tuple(seat.assignment.seat for seat in panel.seats))
        round_.sequence = 1
    assert len(orders) > 1


def test_masking_leaves_the_work_readable(app: Flask, database: object) -> None:
    with transaction():
        world = World(reviewers=1)
        content = {
            **reading_of(world.officer, _assignment(world)).content,
        }
        plain = masked(content)
        assert plain["applicant"] is None
        assert plain["cv"] == []
        assert [section["body"] for section in plain["works"][0]["sections"]] == [
            section["body"] for section in content["works"][0]["sections"]
        ]
        assert all(one["name_th"] == "" for one in plain["works"][0]["contributions"])
        assert plain["evidence"][0]["file"]["name"] is None
        assert re.fullmatch(r"[0-9a-f]{64}", plain["evidence"][0]["file"]["sha256"])


def test_of_the_dissemination_a_blind_reviewer_gets_ways_and_years(app: Flask, database: object) -> None:
    with transaction():
        world = World(reviewers=1)
        shown = dict.fromkeys(("title_th", "title_en", "place_th", "audience_th", "note_th"), "หอประชุมของผู้ขอ")
        days = {"begun_on": date(2025, 3, 4), "ended_on": date(2025, 3, 5)}
        url = "https://example.org/telling"
        make_dissemination(world.portfolio.works[0], way=Way.VISIT, people=40, year=2025, url=url, **days, **shown)
        submitted_again(world)
        assignment = _assignment(world)
        content = reading_of(world.reviewers[0], assignment).content
        (kept,) = content["works"][0]["dissemination"]
        assert {name: value for name, value in kept.items() if value} == {"way": "visit", "year": 2025, "people": 40}
        older = content_of(world.submission.snapshot)
        for work in older["works"]:
            del work["dissemination"]
        assert masked(older)["works"][0]["dissemination"] == []
        reviewer_id, address = world.reviewers[0].id, f"/scoring/{assignment.id}/works/1"
        world.call.anonymity = Anonymity.SINGLE
    page = signed_in(app, reviewer_id).get(address).text
    assert "หอประชุมของผู้ขอ" in page
    assert "telling" in page
    with transaction():
        for call in session.scalars(select(Call)):
            call.anonymity = Anonymity.DOUBLE
    page = signed_in(app, reviewer_id).get(address).text
    assert "เปิดให้เยี่ยมชมพื้นที่" in page
    assert "2568" in page
    assert "หอประชุมของผู้ขอ" not in page
    assert "telling" not in page


def _assignment(world: World) -> Assignment:
    assignment = assignments.invite(submission=world.submission, reviewer=world.reviewers[0], actor=world.officer)
    assignments.accept(assignment=assignment, actor=world.reviewers[0])
    write_review(world, assignment, [Grade.B])
    return assignment


@pytest.mark.parametrize(("anonymity", "status"), [(Anonymity.DOUBLE, 404), (Anonymity.SINGLE, 200)])
def test_originals_open_in_single_blind_calls_only(
    app: Flask, database: object, anonymity: Anonymity, status: int
) -> None:
    with transaction():
        world = World(reviewers=1, anonymity=anonymity)
        kept = storage.keep(_png(), "secret-file-of-kanlayanee.png", "image/png")
        for file in session.scalars(select(StoredFile)):
            file.sha256, file.filename = kept.sha256, kept.filename
        session.flush()
        submitted_again(world)
        ids = _assignment(world).id, world.reviewers[0].id
    answer = signed_in(app, ids[1]).get(f"/scoring/{ids[0]}/exhibits/1/original")
    assert answer.status_code == status
    assert "kanlayanee" not in str(answer.headers)
    answer.close()
