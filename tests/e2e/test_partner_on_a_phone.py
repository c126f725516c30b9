"""A partner with an old telephone, no scripts and no account: from the link to the receipt, and back again."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from portfolio.core.db import transaction
from portfolio.core.mail.links import absolute_url
from portfolio.organizations.models import Role
from portfolio.partners.models import PartnerInWork
from tests.builders.organizations import make_person
from tests.builders.partners import make_asked, make_in_work, make_partner
from tests.builders.works import make_rule_set, make_work
from tests.e2e.browsing import Service, Visitor


def test_partner_answers_and_withdraws_without_scripts(browser: Browser, tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        with service.rows(), transaction():
            owner = make_person(Role.ACADEMIC)
            row = make_in_work(make_partner(owner, name_th="กลุ่มผู้ใช้น้ำบ้านทดสอบ"), make_work(owner, make_rule_set()))
            row.benefit_partner_th = "มีน้ำใช้ทั้งปี"
            link, row_id = absolute_url("confirmations.show", secret=make_asked(row)), row.id
        phone = Visitor(browser, service, width=360, scripts=False)
        phone.open(_path(link))
        assert "ขอคำยืนยันจากกลุ่มผู้ใช้น้ำบ้านทดสอบ" in phone.text()
        words = "ขุดบ่อด้วยกันสามวัน"
        phone.fill(done_words=words)
        phone.tick("done_agrees", "yes")
        phone.page.locator("button:has-text('ส่งคำยืนยัน')").click()
        assert "ยังขาดบางข้อ" in phone.text()
        assert phone.field("done_words").input_value() == words
        phone.tick("benefit_partner_agrees", "yes")
        phone.fill(person="สมหมาย ใจกว้าง")
        phone.tick("consent_words")
        phone.page.locator("button:has-text('ส่งคำยืนยัน')").click()
        assert "ได้รับคำยืนยันแล้ว ขอบคุณ" in phone.text()
        assert words in phone.text()
        receipt = phone.path()
        phone.page.goto(_path(link))
        assert "คำขอนี้มีผู้ตอบแล้ว" in phone.text()
        phone.open(receipt)
        phone.page.locator("a:has-text('ถอนความยินยอม')").click()
        phone.page.locator("button:has-text('ถอนความยินยอมและลบข้อมูล')").click()
        assert "ถอนเมื่อ" in phone.text()
        assert words not in phone.text()
        assert phone.page.evaluate("document.documentElement.scrollWidth") <= 360
        phone.context.close()
        refusals = ("422 (UNPROCESSABLE ENTITY)", "410 (GONE)")
        assert [said for said in phone.complaints if not any(status in said for status in refusals)] == []
        with service.rows() as _app, transaction() as rows:
            testimony = rows.get_one(PartnerInWork, row_id).testimony
            assert testimony is not None
            assert (testimony.done_words, testimony.person) == ("", None)


def _path(link: str) -> str:
    return "/" + link.split("/", 3)[3]
