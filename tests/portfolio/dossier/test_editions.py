"""From a portfolio to files that HR fetches and anybody verifies, by real typesetting."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from dataclasses import replace
from typing import Any

import pikepdf
import pytest
from flask import Flask
from sqlalchemy import func, select

from portfolio.accounts.models import User
from portfolio.core.audit.models import AuditEntry
from portfolio.core.db import session, transaction
from portfolio.core.jobs.worker import run_waiting
from portfolio.core.mail.models import MailMessage
from portfolio.core.permissions import Forbidden
from portfolio.core.storage.filesystem import storage
from portfolio.core.storage.operations import keep
from portfolio.dossier import operations, queries
from portfolio.dossier.models import Edition, EditionKind, EditionState, FileFormat, Release
from portfolio.dossier.verification import Verdict, verdict_on
from portfolio.organizations.models import Organization, Role
from portfolio.portfolios.models import Portfolio
from tests.builders.accounts import signed_in
from tests.builders.files import pdf_bytes
from tests.builders.organizations import grant_role, make_university
from tests.builders.organizations import make_person as make_member
from tests.builders.submissions import make_exhibit, make_person, make_ready_portfolio
from tests.builders.works import make_rule_set

CANARY = "ถ้อยคำที่ต้องพบในชุดเอกสารทุกฉบับ"


@pytest.fixture
def owner(database: Any) -> User:
    with transaction():
        return make_person(university=make_university("ALPHA", name_en="Alpha University"))


@pytest.fixture
def ready(owner: User) -> Portfolio:
    """A portfolio of one work with a real PDF of two pages behind it."""
    data = pdf_bytes(2, text="evidence")
    intake = keep(io.BytesIO(data), "minutes.pdf", "application/pdf")
    with transaction():
        portfolio = make_ready_portfolio(owner, make_rule_set(), body=f"{CANARY} [หลักฐาน 1 หน้า 2]\n\n- ข้อแรก\n- ข้อสอง")
        work = portfolio.works[0]
        for use in queries_uses(work.id):
            session.delete(use)
        make_exhibit(owner, work, sha256=intake.sha256, pages=2)
    return portfolio


def queries_uses(work_id: int) -> list[Any]:
    from portfolio.evidence.models import EvidenceUse

    return list(session.scalars(select(EvidenceUse).where(EvidenceUse.work_id == work_id)))


def make(portfolio: Portfolio, owner: User, **changes: Any) -> Edition:
    settings: dict[str, Any] = {"kind": EditionKind.FULL, "language": "th", "thai_digits": False, **changes}
    with transaction():
        return operations.make_edition(portfolio=portfolio, actor=owner, **settings)


def built(app: Flask, edition: Edition) -> Edition:
    edition_id = edition.id
    run_waiting(app)
    session.rollback()
    fresh = queries.get(edition_id)
    assert fresh is not None
    return fresh


def bytes_of(edition: Edition, file_format: FileFormat) -> bytes:
    file = queries.file_of(edition, file_format)
    assert file is not None
    with storage().open(file.stored_file.sha256) as stream:
        return stream.read()


def test_edition_is_built_with_evidence_bound_behind(app: Flask, owner: User, ready: Portfolio) -> None:
    edition = built(app, make(ready, owner))
    assert edition.state is EditionState.READY
    assert {file.format for file in edition.files} == set(FileFormat)
    with (
        pikepdf.open(io.BytesIO(bytes_of(edition, FileFormat.PDF))) as bound,
        pikepdf.open(io.BytesIO(bytes_of(edition, FileFormat.BODY))) as body,
    ):
        assert len(bound.pages) == len(body.pages) + 2
    with zipfile.ZipFile(io.BytesIO(bytes_of(edition, FileFormat.ZIP))) as package:
        manifest = json.loads(package.read("manifest.json"))
        assert "evidence/exhibit-001.pdf" in package.namelist()
    assert manifest["inputs_digest"] == edition.inputs_digest


def test_asking_twice_gives_one_edition(app: Flask, owner: User, ready: Portfolio) -> None:
    first = make(ready, owner).id
    assert make(ready, owner).id == first
    assert built(app, make(ready, owner)).id == first
    assert make(ready, owner).id == first
    assert session.scalar(select(func.count(Edition.id))) == 1


def test_changed_portfolio_gives_a_new_edition_that_replaces_the_old(app: Flask, owner: User, ready: Portfolio) -> None:
    first = built(app, make(ready, owner)).id
    with transaction():
        ready.title_th = "แฟ้มที่แก้ชื่อแล้ว"
    second = built(app, make(ready, owner)).id
    assert second != first
    old = queries.get(first)
    new = queries.get(second)
    assert old is not None
    assert new is not None
    assert old.superseded_by_id == second
    assert (verdict_on(old), verdict_on(new)) == (Verdict.SUPERSEDED, Verdict.GENUINE)
    assert queries.newest_in_line(old) is new


def test_other_language_replaces_nothing(app: Flask, owner: User, ready: Portfolio) -> None:
    thai = built(app, make(ready, owner)).id
    built(app, make(ready, owner, language="en"))
    edition = queries.get(thai)
    assert edition is not None
    assert edition.superseded_at is None


def test_release_download_and_withdrawal_are_on_record(app: Flask, owner: User, ready: Portfolio) -> None:
    with transaction():
        alpha = session.scalars(select(Organization).where(Organization.code == "ALPHA")).one()
        receiver = make_member(Role.HR, university=alpha)
        receiver_id = receiver.id
        stranger = make_member(Role.HR, university=make_university("BETA"))
        stranger_id = stranger.id
        alpha_id = alpha.id
    edition = built(app, make(ready, owner, kind=EditionKind.HR))
    client = signed_in(app, owner)
    answer = client.post(f"/dossier/editions/{edition.id}/releases", data={"university_id": alpha_id})
    assert answer.status_code == 303
    session.rollback()
    release = session.scalars(select(Release)).one()
    inbox = signed_in(app, receiver_id)
    assert edition.number in inbox.get("/dossier/inbox").get_data(as_text=True)
    fetched = inbox.get(f"/dossier/inbox/{release.id}/files/pdf", buffered=True)
    assert fetched.status_code == 200
    assert fetched.headers["Content-Disposition"].startswith("attachment")
    assert fetched.data == bytes_of(edition, FileFormat.PDF)
    other = signed_in(app, stranger_id)
    assert other.get(f"/dossier/inbox/{release.id}").status_code == 404
    assert other.get(f"/dossier/inbox/{release.id}/files/pdf").status_code == 404
    session.rollback()
    assert session.scalar(select(func.count(AuditEntry.id)).where(AuditEntry.action == "edition:downloaded")) == 1
    assert receiver.name_th in client.get(f"/dossier/editions/{edition.id}").get_data(as_text=True)
    assert client.post(f"/dossier/releases/{release.id}/withdrawal").status_code == 303
    assert inbox.get(f"/dossier/inbox/{release.id}").status_code == 404
    session.rollback()
    purposes = sorted(session.scalars(select(MailMessage.purpose).where(MailMessage.to_address == receiver.email)))
    assert purposes == ["dossier_released"]


def test_unfinished_edition_cannot_be_released(owner: User, ready: Portfolio) -> None:
    edition = make(ready, owner)
    with pytest.raises(Forbidden), transaction():
        university = session.scalars(select(Organization).where(Organization.code == "ALPHA")).one()
        operations.release(edition=edition, university=university, actor=owner)


def test_public_page_tells_the_verdict_and_no_personal_data(app: Flask, owner: User, ready: Portfolio) -> None:
    edition = built(app, make(ready, owner))
    visitor = app.test_client()
    page = visitor.get(f"/verify/{operations.shown_code(edition.code)}")
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert edition.number in text
    assert edition.inputs_digest in text
    for personal in (owner.given_name_th, owner.family_name_th, owner.given_name_en, owner.email, ready.title_th):
        assert personal not in text
    assert visitor.get("/verify/ZZZZ-ZZZZ-ZZZZ-ZZZZ").status_code == 404


def test_code_is_read_as_people_type_it(app: Flask, owner: User, ready: Portfolio) -> None:
    edition = built(app, make(ready, owner))
    typed = edition.code.lower().replace("0", "o").replace("1", "l")
    assert queries.by_code(f" {typed[:8]} {typed[8:]} ") is not None


def test_officer_revokes_and_the_public_page_says_so(app: Flask, owner: User, ready: Portfolio) -> None:
    with transaction():
        officer = make_member(Role.OFFICER)
    edition = built(app, make(ready, owner))
    client = signed_in(app, officer)
    assert client.post(f"/dossier/register/{edition.id}/revocation", data={"reason": ""}).status_code == 422
    assert client.post(f"/dossier/register/{edition.id}/revocation", data={"reason": "ข้อมูลผิด"}).status_code == 303
    session.rollback()
    fresh = queries.get(edition.id)
    assert verdict_on(fresh) is Verdict.REVOKED
    assert "ข้อมูลผิด" not in app.test_client().get(f"/verify/{edition.code}").get_data(as_text=True)
    assert "ข้อมูลผิด" in signed_in(app, owner).get(f"/dossier/editions/{edition.id}").get_data(as_text=True)


def test_edition_that_cannot_be_typeset_says_so_and_can_be_asked_for_again(
    app: Flask, owner: User, ready: Portfolio
) -> None:
    edition = make(ready, owner)
    with transaction():
        edition.engine = "no-such-engine"
    failed = built(app, edition)
    assert failed.state is EditionState.FAILED
    assert signed_in(app, owner).get(f"/dossier/editions/{failed.id}").status_code == 200
    assert make(ready, owner).id != failed.id


def test_preview_shows_the_same_text_that_is_printed(app: Flask, owner: User, ready: Portfolio) -> None:
    client = signed_in(app, owner)
    assert CANARY in client.get(f"/dossier/portfolios/{ready.id}/preview").get_data(as_text=True)
    edition = built(app, make(ready, owner))
    assert CANARY in client.get(f"/dossier/editions/{edition.id}/preview").get_data(as_text=True)


@pytest.mark.skipif(shutil.which("wkhtmltopdf") is None, reason="the program wkhtmltopdf is not on this machine")
def test_other_engine_is_chosen_by_configuration(app: Flask, owner: User, ready: Portfolio) -> None:
    app.extensions["config"] = replace(app.extensions["config"], pdf_engine="pdfkit")
    edition = built(app, make(ready, owner))
    assert (edition.state, edition.engine) == (EditionState.READY, "pdfkit")
    assert "wkhtmltopdf" in edition.engine_version
    with pikepdf.open(io.BytesIO(bytes_of(edition, FileFormat.PDF))) as bound:
        assert len(bound.pages) > 2


@pytest.mark.parametrize("language", ["th", "en"])
def test_every_page_of_the_room_answers(app: Flask, owner: User, ready: Portfolio, language: str) -> None:
    with transaction():
        owner.language = language  # type: ignore[assignment]
        grant_role(owner, Role.OFFICER)
    edition = built(app, make(ready, owner, language=language))
    client = signed_in(app, owner)
    for address in (
        "/",
        "/dossier",
        f"/dossier/portfolios/{ready.id}",
        f"/dossier/editions/{edition.id}",
        "/dossier/register",
        f"/dossier/register/{edition.id}",
        "/verify",
    ):
        assert client.get(address).status_code == 200, address
