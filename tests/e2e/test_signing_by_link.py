"""A co-author signs by a letter's link on a phone of 360 px without JavaScript; the academic sees it afterwards."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser
from sqlalchemy import select

from portfolio.core.db import session, transaction
from portfolio.works.models import Work
from portfolio.works.participation.models import Signature
from portfolio.works.participation.vocabulary import SignatureMethod
from tests.builders.participation import ADDRESSES, PEOPLE, TYPED, ask, make_participation
from tests.e2e.browsing import Service, Visitor

LONG_TITLE = "น้ำสะอาดของคนแม่สายธาร: ระบบประปาภูเขาและการเฝ้าระวังคุณภาพน้ำโดยชุมชนบนพื้นที่สูง"


def _fits(phone: Visitor) -> bool:
    """Whether nothing reaches beyond the right edge; asked of the layout, since the page runs no script."""
    widest = max(
        (box["x"] + box["width"] for part in phone.page.locator("main *").all() if (box := part.bounding_box())),
        default=0,
    )
    return widest <= 361


def test_a_co_author_signs_on_a_phone_without_scripts(browser: Browser, tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        with service.rows() as app:
            case = make_participation(app)
            with transaction():
                session.get_one(Work, case.work).title_th = LONG_TITLE
            ask(case)
        link = service.mailed_link(ADDRESSES[0], "/works/signatures/").removeprefix(service.address)
        phone = Visitor(browser, service, width=360, scripts=False)
        phone.open(link)
        assert LONG_TITLE in phone.text()
        assert PEOPLE[0] not in phone.page.locator("main h1, main .notice").all_inner_texts().__str__()
        assert _fits(phone)
        sign = phone.form(link)
        sign.locator("[name=signed_name]").fill("สมชาย ใจดี")
        sign.locator("[name=certified]").check()
        phone.send(link)
        assert "ไม่ตรงกับชื่อในแบบ" in phone.text()
        assert phone.form(link).locator("[name=signed_name]").input_value() == "สมชาย ใจดี"
        phone.form(link).locator("[name=signed_name]").fill(TYPED[0])
        phone.send(link)
        assert phone.path() == link
        assert "ลงนามแล้ว" in phone.text()
        assert _fits(phone)
        with phone.page.expect_navigation():
            phone.page.locator("header button[lang=en]").click()
        assert phone.path() == link
        assert "Signed, thank you" in phone.text()
        refused = [line for line in phone.complaints if "422" in line]
        assert len(refused) == 1, "the browser notes the refused form, and nothing else"
        phone.complaints.remove(refused[0])
        phone.close()
        with service.rows():
            kept = session.scalars(select(Signature)).one()
            assert (kept.contribution_id, kept.method) == (case.people[0], SignatureMethod.LINK)
