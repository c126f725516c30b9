"""The pages of submissions: the applicant's way in and back, the officers' list and check, and strangers kept out."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select

from portfolio.core.db import session, transaction
from portfolio.organizations.models import Role
from portfolio.submissions.models import Submission, SubmissionState
from portfolio.submissions.references import ALPHABET, new_reference, tidy_reference
from tests.builders.accounts import signed_in
from tests.builders.submissions import (
    make_call,
    make_person,
    make_portfolio,
    make_ready_portfolio,
    make_submission,
    make_university,
)
from tests.builders.works import make_rule_set, make_work

DECLARED = {"own_work": "y", "permission": "y", "judged": "y"}


class Case:
    """An academic with a portfolio that is ready, an open call, an officer and a stranger, by their ids."""

    def __init__(self, *, submitted: bool = False) -> None:
        with transaction():
            rules = make_rule_set()
            owner = make_person("owner@people.example", university=make_university())
            self.portfolio = make_ready_portfolio(owner, rules)
            call = make_call(rules)
            self.empty_id = make_portfolio(owner, rules, [], title_th="แฟ้มเปล่า").id
            self.owner_id, self.portfolio_id, self.call_id = owner.id, self.portfolio.id, call.id
            self.officer_id = make_person("officer@people.example", roles=(Role.OFFICER,)).id
            self.stranger_id = make_person("stranger@people.example").id
            if submitted:
                submission = make_submission(self.portfolio, call)
                self.submission_id, self.reference = submission.id, submission.reference


def test_handing_in_through_the_page(app: Flask, database: object) -> None:
    case = Case()
    browser, address = signed_in(app, case.owner_id), f"/submissions/portfolios/{case.portfolio_id}"
    assert browser.get(address).status_code == 200
    undeclared = browser.post(address, data={"call": str(case.call_id), "own_work": "y"})
    assert undeclared.status_code == 422
    first = browser.post(address, data={"call": str(case.call_id), **DECLARED})
    assert first.status_code == 303
    second = browser.post(address, data={"call": str(case.call_id), **DECLARED})
    assert second.status_code == 303
    assert second.headers["Location"] == first.headers["Location"]
    assert browser.get(address).headers["Location"] == first.headers["Location"]
    database.rollback()  # type: ignore[attr-defined]
    submission = session.scalars(select(Submission)).one()
    assert submission.snapshot is not None
    page = browser.get(first.headers["Location"]).text
    assert submission.reference in page
    assert submission.snapshot.digest in page


def test_what_is_missing_is_listed_and_nothing_is_taken(app: Flask, database: object) -> None:
    case = Case()
    browser, address = signed_in(app, case.owner_id), f"/submissions/portfolios/{case.empty_id}"
    page = browser.get(address)
    assert page.status_code == 200
    assert 'class="todo"' in page.text
    assert browser.post(address, data={"call": str(case.call_id), **DECLARED}).status_code == 422
    database.rollback()  # type: ignore[attr-defined]
    assert session.scalar(select(func.count()).select_from(Submission)) == 0


def test_officer_returns_with_a_note_per_point_and_the_applicant_reads_it(app: Flask, database: object) -> None:
    case = Case(submitted=True)
    officer, owner = signed_in(app, case.officer_id), signed_in(app, case.owner_id)
    address = f"/submissions/{case.submission_id}"
    assert officer.get(address).status_code == 200
    assert officer.post(f"{address}/return", data={}).status_code == 422
    assert officer.post(f"{address}/return", data={"evidence": "เพิ่มภาพถ่าย", "version": "99"}).status_code == 409
    done = officer.post(f"{address}/return", data={"evidence": "เพิ่มภาพถ่าย", "work_1": "ขยายหัวข้อ 3"})
    assert done.status_code == 303
    page = owner.get(f"{address}/progress").text
    assert "เพิ่มภาพถ่าย" in page
    assert "ขยายหัวข้อ 3" in page
    again = officer.post(f"{address}/return", data={"evidence": "อีกครั้ง"})
    assert again.status_code == 409
    resubmitted = owner.post(
        f"/submissions/portfolios/{case.portfolio_id}", data={"call": str(case.call_id), **DECLARED}
    )
    assert resubmitted.status_code == 303
    database.rollback()  # type: ignore[attr-defined]
    assert session.get_one(Submission, case.submission_id).state is SubmissionState.SUBMITTED


def test_list_is_found_by_reference_title_call_and_state(app: Flask, database: object) -> None:
    case = Case(submitted=True)
    officer = signed_in(app, case.officer_id)
    typed = case.reference.lower().replace("-", " ")
    for query in (f"q={typed}", "q=แฟ้มพร้อม", f"call={case.call_id}", "state=submitted", "page=1"):
        assert case.reference in officer.get(f"/submissions/?{query}").text, query
    for query in ("q=EnT-2222-22", "q=%25", "call=999", "state=decided", "page=2"):
        assert case.reference not in officer.get(f"/submissions/?{query}").text, query
    assert officer.get("/submissions/?state=nonsense&page=x&call=y").status_code == 200


def test_strangers_and_the_wrong_side_are_kept_out(app: Flask, database: object) -> None:
    case = Case(submitted=True)
    here = f"/submissions/{case.submission_id}"
    outcomes = {}
    for who, person_id in (("owner", case.owner_id), ("officer", case.officer_id), ("stranger", case.stranger_id)):
        browser = signed_in(app, person_id)
        outcomes[who] = [
            browser.get(address).status_code
            for address in (f"{here}/progress", f"{here}/receipt", f"{here}/withdrawal", here, "/submissions/")
        ]
    assert outcomes == {
        "owner": [200, 200, 200, 404, 404],
        "officer": [404, 404, 404, 200, 200],
        "stranger": [404, 404, 404, 404, 404],
    }
    visitor = app.test_client().get(here)
    assert visitor.status_code == 303
    assert "/sign-in" in visitor.headers["Location"]


def test_references_are_readable_and_survive_being_typed() -> None:
    reference = new_reference()
    assert len({new_reference() for _ in range(200)}) == 200
    assert set(reference.removeprefix("EnT-").replace("-", "")) <= set(ALPHABET)
    for typed in (reference.lower(), reference.replace("-", ""), f"  {reference} "):
        assert tidy_reference(typed) == reference
    assert tidy_reference("น้ำสะอาด") == "น้ำสะอาด"


def test_works_stand_under_the_numbers_by_which_they_are_called(app: Flask, database: object) -> None:
    with transaction():
        rules = make_rule_set()
        owner = make_person("owner@people.example", university=make_university())
        works = [make_work(owner, rules, title_th=f"ผลงานเรื่อง {name}") for name in "กขค"]
        owner_id, number = owner.id, make_portfolio(owner, rules, works).id
    page = signed_in(app, owner_id).get(f"/submissions/portfolios/{number}").text
    assert [
        f'<span class="num">{place}.</span> ผลงานเรื่อง {name}' in page for place, name in enumerate("กขค", start=1)
    ] == [True] * 3
