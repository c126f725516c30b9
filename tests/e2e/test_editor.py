"""The editor of texts in a real browser: what is typed, pasted and linked is stored as light prose, and never lost."""

from __future__ import annotations

import re
import shutil
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Dialog, Page, expect
from sqlalchemy import select
from werkzeug.serving import make_server

from portfolio.accounts import operations
from portfolio.accounts.models import User
from portfolio.accounts.sessions import COOKIE
from portfolio.config import ROOT
from portfolio.core.db import engine_of, session, transaction
from portfolio.criteria.models import RuleSet
from portfolio.organizations.models import Role
from portfolio.works.models import Work
from portfolio.works.prose import render
from portfolio.works.sections.models import WorkSection
from portfolio.works.sections.operations import save_section
from portfolio.works.words import count_words
from tests.builders.evidence import make_evidence, make_use
from tests.builders.organizations import make_person
from tests.builders.works import make_rule_set, make_section, make_work
from tests.conftest import make_app, make_config

SURFACE = ".editor-surface"
NARRATIVES = [
    text.strip()
    for path in sorted((ROOT / "portfolio" / "works" / "sample_data").glob("*.toml"))
    for text in tomllib.loads(path.read_text("utf-8"))["sections"].values()
]
ODD = [
    "**หนา** และ [ลิงก์](https://a.example/x_(1)?q=1&r=2#z) [ไม่](javascript:alert(1))",
    "ก **ข [ค](mailto:a@b.example) ง** จ\n- หนึ่ง\nต่อ\n\n- **สอง**\n\n3. สาม\n4. สี่\n1. หนึ่ง",
    "a ** b ** c **d ***e*** ****",
    '<b onclick="x">&amp; [a"b](https://x.example/"y) ๑. ก\n๑. ก\n๒. ข',
    "• ก\n\n\n\nข\n  \n- ค",
    "[[a]](https://x.example) [a](https://x.example) [หลักฐาน 1, 2 หน้า ๓]",
]


class Desk:
    """A web server of this process, a work with a little text, and its academic."""

    def __init__(self, folder: Path, template: Path) -> None:
        shutil.copyfile(template, folder / "portfolio.db")
        self.app = make_app(make_config(f"sqlite:///{folder / 'portfolio.db'}", folder))
        self.server = make_server("127.0.0.1", 0, self.app, threaded=True)
        self.address = f"http://127.0.0.1:{self.server.port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        with self.app.app_context(), transaction():
            self.owner = make_person(Role.ACADEMIC).id
            self.rules = make_rule_set().id

    def new_work(self, body: str = "", exhibits: int = 0) -> int:
        """A work of its own for a test, with this text under the first heading."""
        with self.app.app_context(), transaction():
            owner = session.get_one(User, self.owner)
            work = make_work(owner, session.get_one(RuleSet, self.rules))
            if body:
                make_section(work, "s1", body)
            for number in range(exhibits):
                item = make_evidence(owner, title_th=f"หลักฐานที่ {number + 1}")
                item.page_count = 12
                make_use(item, work, position=number + 1)
            return work.id

    def body(self, work_id: int) -> str:
        """What the database holds."""
        with self.app.app_context():
            found = session.scalar(select(WorkSection.body).where(WorkSection.work_id == work_id))
            return found or ""

    def save_elsewhere(self, work_id: int, body: str) -> None:
        """As another device would."""
        with self.app.app_context(), transaction():
            work = session.get_one(Work, work_id)
            section = work.section("s1")
            save_section(
                actor=session.get_one(User, self.owner),
                work=work,
                heading_code="s1",
                body=body,
                version=section.version if section else 0,
            )

    def secret(self) -> str:
        with self.app.app_context(), transaction():
            return operations.start_session(session.get_one(User, self.owner))

    @contextmanager
    def page(self, browser: Browser, work_id: int, **options: Any) -> Iterator[Page]:
        """The editor, opened by the academic; nothing may complain, and nothing may be fetched from elsewhere."""
        context = browser.new_context(base_url=self.address, locale="th-TH", **options)
        context.set_default_timeout(20_000)
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=self.address)
        context.add_cookies([{"name": COOKIE, "value": self.secret(), "url": self.address}])
        strange: list[str] = []
        context.on("weberror", lambda error: strange.append(str(error.error)))
        context.on("request", lambda one: strange.append(one.url) if not one.url.startswith(self.address) else None)
        page = context.new_page()
        page.goto(f"/works/{work_id}/sections/s1")
        if options.get("java_script_enabled", True):
            page.locator(SURFACE).wait_for()
        yield page
        context.close()
        assert strange == []

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        engine_of(self.app).dispose()


@pytest.fixture(scope="module")
def desk(browser: Browser, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = Desk(tmp_path_factory.mktemp("editor"), sqlite_template)
    yield desk
    desk.stop()


def stored(page: Page) -> str:
    """What the form would send."""
    return page.locator("textarea[name=body]").input_value()


def saved(page: Page) -> None:
    expect(page.locator(".autosave-state")).to_have_class(re.compile("c-ok"), timeout=10_000)


def paste(page: Page, html: str, plain: str = "") -> None:
    page.locator(SURFACE).evaluate(
        """(surface, [html, plain]) => {
          const data = new DataTransfer();
          if (html) data.setData("text/html", html);
          data.setData("text/plain", plain);
          surface.focus();
          surface.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        [html, plain],
    )


def test_typing_bold_and_lists_are_stored_as_light_prose(browser: Browser, desk: Desk) -> None:
    work = desk.new_work()
    with desk.page(browser, work) as page:
        page.locator(SURFACE).click()
        page.keyboard.type("น้ำสะอาด ")
        page.keyboard.press("Control+b")
        page.keyboard.type("ทุกบ้าน")
        page.keyboard.press("Control+b")
        page.keyboard.type(" ทุกวัน")
        assert stored(page) == "น้ำสะอาด **ทุกบ้าน** ทุกวัน"
        page.keyboard.press("Enter")
        bullets = page.locator("[data-act=bullets]")
        bullets.click()
        expect(bullets).to_have_attribute("aria-pressed", "true")
        page.keyboard.type("ข้อหนึ่ง")
        page.keyboard.press("Enter")
        page.keyboard.type("ข้อสอง")
        assert stored(page) == "น้ำสะอาด **ทุกบ้าน** ทุกวัน\n\n- ข้อหนึ่ง\n- ข้อสอง"
        page.locator("[data-act=numbers]").click()
        assert stored(page).endswith("1. ข้อหนึ่ง\n2. ข้อสอง") or stored(page).endswith("- ข้อหนึ่ง\n\n1. ข้อสอง")
        page.keyboard.press("Control+z")
        assert stored(page) == "น้ำสะอาด **ทุกบ้าน** ทุกวัน\n\n- ข้อหนึ่ง\n- ข้อสอง"
        saved(page)
        assert desk.body(work) == stored(page)
        counted = f"{count_words(stored(page))} คำ"
        expect(page.locator("#body-count")).to_contain_text(counted)
        page.reload()
        expect(page.locator("#body-count")).to_contain_text(counted)
        assert page.locator(f"{SURFACE} strong").inner_text() == "ทุกบ้าน"
        assert page.locator(f"{SURFACE} li").all_inner_texts() == ["ข้อหนึ่ง", "ข้อสอง"]


def test_pasted_pages_bring_only_structure(browser: Browser, desk: Desk) -> None:
    html = """<html><head><style>p{color:red}</style><title>x</title></head><body>
      <script>window.hacked = 1</script><p style="color:red" onclick="hacked=1">ย่อ <b>หนา</b>
      <a href="javascript:hacked=1">ร้าย</a> <a href="https://a.example/x" onclick="hacked=1">ดี</a></p>
      <img src="https://elsewhere.example/x.png" onerror="window.hacked=1">
      <svg onload="hacked=1"><script>hacked=1</script></svg>
      <iframe src="https://elsewhere.example/"></iframe><ul><li><p>หนึ่ง</p></li><li>สอง<ul><li>ใน</li></ul></li></ul>
      <h2>หัวเรื่อง</h2><table><tr><td>ก</td><td>ข</td></tr></table><b style="font-weight:normal">ธรรมดา</b>
      <p class="MsoListParagraph"><span style="mso-list:Ignore">1.<span>&nbsp;</span></span>จากเวิร์ด</p></body></html>"""
    with desk.page(browser, desk.new_work()) as page:
        paste(page, html)
        assert stored(page) == (
            "ย่อ **หนา** ร้าย [ดี](https://a.example/x)\n\n- หนึ่ง\n- สอง\n- ใน\n\n**หัวเรื่อง**\n\nก ข\n\nธรรมดา\n\n1. จากเวิร์ด"
        )
        assert page.evaluate("window.hacked") is None
        inner = page.locator(SURFACE).inner_html()
        assert set(re.findall(r"<([a-z0-9]+)", inner)) <= {"p", "ul", "ol", "li", "strong", "b", "a", "br"}
        assert set(re.findall(r"\s([a-z]+)=", inner)) <= {"href"}


def test_pasted_words_stay_in_their_line(browser: Browser, desk: Desk) -> None:
    with desk.page(browser, desk.new_work("ก ข")) as page:
        page.locator(SURFACE).click()
        page.keyboard.press("End")
        paste(page, "", "ค <img src=x onerror=alert(1)> ง")
        assert stored(page) == "ก ขค <img src=x onerror=alert(1)> ง"
        assert page.locator(f"{SURFACE} img").count() == 0
        page.keyboard.press("Control+z")
        assert stored(page) == "ก ข"


def test_links_are_of_the_web_or_of_mail(browser: Browser, desk: Desk) -> None:
    with desk.page(browser, desk.new_work()) as page:
        page.locator(SURFACE).click()
        page.keyboard.press("Control+k")
        panel = page.locator("[data-panel=link]")
        panel.locator("[data-field=words]").fill("รายงาน")
        for wrong in ("javascript:alert(1)", "data:text/html,x", "รายงาน", " "):
            panel.locator("[data-field=address]").fill(wrong)
            panel.locator("[data-act=apply-link]").click()
            expect(panel.locator(".editor-wrong")).not_to_be_empty()
            assert stored(page) == ""
        panel.locator("[data-field=address]").fill("a.example/x")
        page.keyboard.press("Enter")
        assert stored(page) == "[รายงาน](https://a.example/x)"
        expect(page.locator(SURFACE)).to_be_focused()
        page.locator(f"{SURFACE} a").click()
        page.locator("[data-act=link]").click()
        panel.locator("[data-act=unlink]").click()
        assert stored(page) == "รายงาน"


def test_an_exhibit_is_cited_with_its_page(browser: Browser, desk: Desk) -> None:
    with desk.page(browser, desk.new_work("ผล", exhibits=2)) as page:
        page.locator(SURFACE).click()
        page.keyboard.press("End")
        page.locator("[data-act=cite]").click()
        panel = page.locator("[data-panel=cite]")
        panel.locator("select").select_option("2")
        panel.locator("[data-field=page]").fill("13")
        page.keyboard.press("Enter")
        expect(panel.locator(".editor-wrong")).to_contain_text("12")
        panel.locator("[data-field=page]").fill("๓")
        page.keyboard.press("Enter")
        assert stored(page) == "ผล[หลักฐาน 2 หน้า 3]"


def test_texts_come_out_of_the_surface_as_they_went_in(browser: Browser, desk: Desk) -> None:
    with desk.page(browser, desk.new_work()) as page:
        changed = page.evaluate(
            """async texts => {
              const prose = await import("/static/js/prose.js");
              return texts.filter(one => {
                const holder = document.createElement("div");
                holder.append(prose.nodes(one));
                return prose.text(holder) !== one;
              });
            }""",
            NARRATIVES,
        )
    assert len(NARRATIVES) > 50
    assert changed == []


def test_browser_and_server_read_and_count_alike(browser: Browser, desk: Desk) -> None:
    texts = [*ODD, *NARRATIVES[:12]]
    with desk.page(browser, desk.new_work()) as page:
        seen = page.evaluate(
            """async texts => {
              const prose = await import("/static/js/prose.js");
              const {countWords} = await import("/static/js/count.js");
              return texts.map(one => {
                const holder = document.createElement("div");
                holder.append(prose.nodes(one));
                return [holder.innerHTML, countWords(one)];
              });
            }""",
            texts,
        )
    for text, (html, words) in zip(texts, seen, strict=True):
        assert unescape(html) == unescape(str(render(text)).replace(' rel="noopener nofollow"', ""))
        # Browser and server carry dictionaries of Thai of different age.
        assert abs(words - count_words(text)) <= max(1, 0.02 * words)


def test_two_devices_are_brought_together_paragraph_by_paragraph(browser: Browser, desk: Desk) -> None:
    work = desk.new_work("หนึ่ง\n\nสอง")
    with desk.page(browser, work) as page:
        desk.save_elsewhere(work, "หนึ่ง\n\nสอง\n\nสามจากเครื่องอื่น")
        page.locator(f"{SURFACE} p").first.click()
        page.keyboard.press("End")
        page.keyboard.type(" แก้ที่นี่")
        box = page.locator(".conflict")
        expect(box.locator("pre")).to_have_count(3, timeout=10_000)
        box.locator("button").first.click()
        saved(page)
        assert desk.body(work) == "หนึ่ง แก้ที่นี่\n\nสอง\n\nสามจากเครื่องอื่น"
        assert page.locator(f"{SURFACE} p").count() == 3


def test_what_was_typed_after_the_sign_in_lapsed_comes_back(browser: Browser, desk: Desk) -> None:
    work = desk.new_work("เดิม")
    with desk.page(browser, work) as page:
        cookies = page.context.cookies()
        page.context.clear_cookies(name=COOKIE)
        page.locator(SURFACE).click()
        page.keyboard.press("End")
        page.keyboard.type(" ที่ไม่ควรหาย")
        expect(page.locator(".autosave-state")).to_have_class(re.compile("c-bad"), timeout=10_000)
        asked: list[str] = []

        def leave(dialog: Dialog) -> None:
            asked.append(dialog.type)
            dialog.accept()

        page.on("dialog", leave)
        page.context.add_cookies([one for one in cookies if one["name"] == COOKIE])  # type: ignore[misc]
        page.goto(f"/works/{work}/sections/s2")
        assert asked == ["beforeunload"]
        page.goto(f"/works/{work}/sections/s1")
        if desk.body(work) != "เดิม ที่ไม่ควรหาย":
            page.locator(".conflict button").first.click()
            saved(page)
        assert desk.body(work) == "เดิม ที่ไม่ควรหาย"


def test_without_script_there_is_a_textarea_with_a_line_of_help(browser: Browser, desk: Desk) -> None:
    with desk.page(browser, desk.new_work("**ก**"), java_script_enabled=False) as page:
        expect(page.locator("textarea[name=body]")).to_be_visible()
        expect(page.locator(".editor-plain")).to_be_visible()
        expect(page.locator(".editor-bar")).to_be_hidden()


def test_the_bar_is_reached_by_keys_and_axe_finds_nothing(browser: Browser, desk: Desk) -> None:
    work = desk.new_work("ก\n\n- ข", exhibits=1)
    with desk.page(browser, work, viewport={"width": 360, "height": 800}, bypass_csp=True) as page:
        page.locator("[data-act=bold]").focus()
        page.keyboard.press("ArrowRight")
        expect(page.locator("[data-act=bullets]")).to_be_focused()
        page.keyboard.press("End")
        expect(page.locator("[data-act=redo]")).to_be_focused()
        page.keyboard.press("ArrowRight")
        expect(page.locator("[data-act=bold]")).to_be_focused()
        assert page.locator(".editor-bar button[tabindex='0']").count() == 1
        for act in ("link", "cite"):
            page.locator(f"[data-act={act}]").click()
            found = Axe().run(page).response["violations"]
            assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
            page.keyboard.press("Escape")
            expect(page.locator(SURFACE)).to_be_focused()
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
