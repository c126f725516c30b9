"""A partner's picture in print: small, with words for whoever cannot see it, and gone once it is taken back."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import lxml.html
import pikepdf
import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from portfolio.core.db import session, transaction
from portfolio.core.jobs.worker import run_waiting
from portfolio.core.storage.filesystem import storage
from portfolio.core.storage.operations import keep, sweep_unreferenced
from portfolio.dossier import operations, queries
from portfolio.dossier.document import Document, Figure, blocks_of
from portfolio.dossier.models import Edition, EditionKind, EditionState, FileFormat
from portfolio.dossier.photos import HIGHEST, MEASURE, WIDEST, printed
from portfolio.dossier.sections import build_document, build_draft
from portfolio.evidence.models import EvidenceUse
from portfolio.organizations.models import Role
from portfolio.partners.confirmations.operations import add_photo, remove_photo, withdraw_consent
from portfolio.partners.models import Testimony as Said
from portfolio.portfolios.models import Portfolio
from portfolio.submissions.snapshots import verify
from tests.builders.accounts import signed_in
from tests.builders.files import pdf_bytes
from tests.builders.organizations import make_person as make_member
from tests.builders.partners import make_in_work, make_partner, make_testimony
from tests.builders.submissions import (
    make_call,
    make_exhibit,
    make_person,
    make_ready_portfolio,
    make_submission,
    make_university,
)
from tests.builders.works import make_rule_set

ALT = "ภาพที่ภาคี (กลุ่มผู้ใช้น้ำ) มอบให้ใช้ประกอบผลงานนี้และยินยอมให้เผยแพร่"
CAPTION = "ภาพจากภาคี: กลุ่มผู้ใช้น้ำ"


def a_picture(size: tuple[int, int] = (1200, 900), shade: int = 0) -> bytes:
    """A picture that does not shrink to nothing: every dot differs from its neighbours."""
    across, down = Image.linear_gradient("L").resize(size), Image.radial_gradient("L").resize(size)
    made = io.BytesIO()
    Image.merge("RGB", (across, down, Image.new("L", size, shade))).save(made, "PNG")
    return made.getvalue()


def give_picture(testimony: Said, content: bytes) -> str:
    """As confirmations do it; returns the digest."""
    intake = keep(io.BytesIO(content), "photo.png", "image/png")
    add_photo(testimony=testimony, intake=intake)
    return intake.sha256


class Case:
    """A portfolio whose partner gave a picture, and an edition of it."""

    def __init__(self, *, submitted: bool) -> None:
        rules, self.university = make_rule_set(), make_university()
        self.owner = make_person("owner@people.example", university=self.university)
        self.portfolio: Portfolio = make_ready_portfolio(self.owner, rules)
        self._bring_real_evidence()
        self.in_work = make_in_work(make_partner(self.owner), self.portfolio.works[0])
        testimony, _secret = make_testimony(self.in_work)
        self.digest = give_picture(testimony, a_picture())
        if submitted:
            make_submission(self.portfolio, make_call(rules))
        self.edition_id = self.make().id

    def _bring_real_evidence(self) -> None:
        """Exhibits that can be bound, in place of the builder's empty ones."""
        work = self.portfolio.works[0]
        for use in session.scalars(select(EvidenceUse).where(EvidenceUse.work_id == work.id)):
            session.delete(use)
        content = keep(io.BytesIO(pdf_bytes(1, text="evidence")), "minutes.pdf", "application/pdf")
        make_exhibit(self.owner, work, sha256=content.sha256, pages=1)

    def make(self) -> Edition:
        return operations.make_edition(
            portfolio=self.portfolio, kind=EditionKind.HR, language="th", thai_digits=False, actor=self.owner
        )


def figures(document: Document) -> list[Figure]:
    return [block for block in blocks_of(document) if isinstance(block, Figure)]


def tree(edition_id: int) -> Document:
    return build_document(session.get_one(Edition, edition_id), public_url="http://localhost")


def said() -> Said:
    return session.query(Said).one()


@pytest.fixture(params=[True, False], ids=["submitted", "never submitted"])
def case(request: pytest.FixtureRequest, app: Flask, database: Any) -> Case:
    with transaction():
        return Case(submitted=request.param)


@pytest.mark.parametrize("size", [(1200, 900), (1200, 300), (400, 1200), (90, 60)])
def test_picture_is_printed_small_in_its_own_proportions(app: Flask, size: tuple[int, int]) -> None:
    with app.app_context():
        digest = keep(io.BytesIO(a_picture(size)), "photo.png", "image/png").sha256
        found = printed(digest)
        assert found is not None
        assert printed(digest) == found
        assert printed("0" * 64) is None
    with Image.open(io.BytesIO(found.image)) as made:
        assert made.format == "JPEG"
        assert max(made.size) <= 640
        wide, high = found.width * MEASURE, found.width * MEASURE * made.height / made.width
        assert made.width / made.height == pytest.approx(size[0] / size[1], rel=0.02)
    assert (wide, high) <= (WIDEST + 0.1, HIGHEST + 0.1)
    assert high <= HIGHEST + 0.1
    assert len(found.image) < 150_000


def test_picture_stands_with_the_partners_words(case: Case) -> None:
    (figure,) = figures(tree(case.edition_id))
    assert (figure.caption, figure.alt) == (CAPTION, ALT)
    blocks = list(blocks_of(tree(case.edition_id)))
    words = next(place for place, block in enumerate(blocks) if "พวกเราลงแรงเองทุกวันหยุด" in repr(block))
    assert blocks.index(figure) - words < 6
    assert figures(build_draft(case.portfolio, language="en", fictional=False))[0].alt.startswith("A picture that")


def test_files_carry_the_picture_and_its_words(app: Flask, case: Case) -> None:
    run_waiting(app)
    session.rollback()
    edition = queries.get(case.edition_id)
    assert edition is not None
    assert edition.state is EditionState.READY
    files = {file.format: storage().path(file.stored_file.sha256).read_bytes() for file in edition.files}
    with pikepdf.open(io.BytesIO(files[FileFormat.BODY])) as body:
        pictures = [
            one for one in body.objects if isinstance(one, pikepdf.Stream) and one.get("/Filter") == "/DCTDecode"
        ]
        assert [(int(one.Width), int(one.Height)) for one in pictures] == [(640, 480)]
        alts = [str(one.Alt) for one in body.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one]
        assert [alt.replace("\u200b", "") for alt in alts if "ภาคี" in alt] == [ALT]
    with zipfile.ZipFile(io.BytesIO(files[FileFormat.DOCX])) as package:
        document = package.read("word/document.xml").decode()
        assert ALT in document
        assert CAPTION in re.sub("<[^>]+>", "", document)
        assert [name for name in package.namelist() if name.endswith((".jpg", ".jpeg"))] != []


def test_preview_shows_it_from_where_the_partner_may_take_it_back(app: Flask, case: Case) -> None:
    place = f"/partners/{case.in_work.partner_id}/works/{case.in_work.work_id}/photo"
    browser = signed_in(app, case.owner)
    for address in (
        f"/dossier/portfolios/{case.portfolio.id}/preview?language=th",
        f"/dossier/editions/{case.edition_id}/preview",
    ):
        page = lxml.html.fromstring(browser.get(address).get_data(as_text=True))
        assert [(one.get("src"), one.get("alt")) for one in page.xpath("//article//img")] == [(place, ALT)]
    assert browser.get(place).data == storage().path(case.digest).read_bytes()


def test_storage_keeps_what_a_snapshot_names_until_it_is_withdrawn(app: Flask, case: Case) -> None:
    sweep_unreferenced(grace_seconds=-1)
    assert len(figures(tree(case.edition_id))) == 1
    with transaction():
        withdraw_consent(testimony=said())
    sweep_unreferenced(grace_seconds=-1)
    assert not storage().path(case.digest).exists()


def test_withdrawn_picture_is_in_nothing_made_or_shown_afterwards(app: Flask, case: Case) -> None:
    with transaction():
        operations.complete(edition=session.get_one(Edition, case.edition_id), files={})
        withdraw_consent(testimony=said())
    edition = session.get_one(Edition, case.edition_id)
    assert edition.superseded_by_id is not None
    assert figures(tree(case.edition_id)) == figures(tree(edition.superseded_by_id)) == []
    assert figures(build_draft(edition.portfolio, language="th", fictional=False)) == []
    browser = signed_in(app, case.owner)
    place = f"/partners/{case.in_work.partner_id}/works/{case.in_work.work_id}/photo"
    assert browser.get(place).status_code == 404
    page = browser.get(f"/dossier/editions/{case.edition_id}/preview").get_data(as_text=True)
    assert place not in page
    session.rollback()
    assert [verify(one.snapshot) for one in session.query(Edition)] == [[], []]


def test_human_resources_no_longer_fetch_what_a_partner_withdrew(app: Flask, case: Case) -> None:
    with transaction():
        receiver_id = make_member(Role.HR, university=case.university).id
    run_waiting(app)
    session.rollback()
    with transaction():
        edition = session.get_one(Edition, case.edition_id)
        release_id = operations.release(edition=edition, university=case.university, actor=case.owner).id
    browser = signed_in(app, receiver_id)
    files = f"/dossier/inbox/{release_id}/files/pdf"
    assert browser.get(files, buffered=True).status_code == 200
    assert files in browser.get(f"/dossier/inbox/{release_id}").get_data(as_text=True)
    with transaction():
        withdraw_consent(testimony=said())
    assert browser.get(files).status_code == 403
    page = browser.get(f"/dossier/inbox/{release_id}").get_data(as_text=True)
    assert "ภาคีถอนความยินยอมแล้ว" in page
    assert files not in page
    run_waiting(app)
    session.rollback()
    with transaction():
        newer = session.get_one(Edition, session.get_one(Edition, case.edition_id).superseded_by_id)
        release_id = operations.release(edition=newer, university=case.university, actor=case.owner).id
    assert browser.get(f"/dossier/inbox/{release_id}/files/pdf", buffered=True).status_code == 200


def test_owner_no_longer_fetches_what_a_partner_withdrew(app: Flask, case: Case) -> None:
    run_waiting(app)
    session.rollback()
    browser = signed_in(app, case.owner)
    page, files = f"/dossier/editions/{case.edition_id}", f"/dossier/editions/{case.edition_id}/files/"
    assert browser.get(f"{files}pdf", buffered=True).status_code == 200
    assert files in browser.get(page).get_data(as_text=True)
    with transaction():
        withdraw_consent(testimony=said())
    for file_format in queries.DOWNLOADABLE:
        assert browser.get(f"{files}{file_format}").status_code in {403, 404}
    assert browser.get(f"{files}pdf").status_code == 403
    shown = browser.get(page).get_data(as_text=True)
    assert "ภาคีถอนความยินยอมแล้ว" in shown
    assert files not in shown
    newer_id = session.get_one(Edition, case.edition_id).superseded_by_id
    assert f'href="/dossier/editions/{newer_id}"' in shown
    run_waiting(app)
    session.rollback()
    assert browser.get(f"/dossier/editions/{newer_id}/files/pdf", buffered=True).status_code == 200


@pytest.mark.parametrize("replaced", [True, False])
def test_picture_taken_back_before_submitting_leaves_what_was_printed(
    app: Flask, database: Any, replaced: bool
) -> None:
    with transaction():
        case = Case(submitted=False)
        session.get_one(Edition, case.edition_id).state = EditionState.READY
    with transaction():
        if replaced:
            newer = give_picture(said(), a_picture(shade=200))
        else:
            remove_photo(testimony=said())
    edition = session.get_one(Edition, case.edition_id)
    assert edition.superseded_at is not None
    document = tree(case.edition_id)
    assert figures(document) == []
    assert "พวกเราลงแรงเองทุกวันหยุด" in repr(document)
    assert verify(edition.snapshot) == []
    session.rollback()
    with transaction():
        again = case.make().id
    found = printed(newer) if replaced else None
    assert [one.image for one in figures(tree(again))] == ([found.image] if found else [])
    sweep_unreferenced(grace_seconds=-1)
    assert not storage().path(case.digest).exists()
    assert len(figures(tree(again))) == replaced


def test_dossier_is_made_without_a_picture_that_went_meanwhile(case: Case) -> None:
    storage().path(case.digest).unlink()
    assert figures(tree(case.edition_id)) == []
