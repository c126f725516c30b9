"""A newcomer's first session: from an empty account to a ready portfolio of six works, by the pages' own links.

Every page met is looked over by axe; the clicks and keys that the whole way took are printed at the end.
"""

from __future__ import annotations

import re
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

import portfolio.works.sample_data
from portfolio.core.db import transaction
from portfolio.organizations.models import Role
from tests.builders.calls import make_call
from tests.builders.files import pdf_bytes, picture_bytes
from tests.builders.organizations import make_faculty, make_person, make_university
from tests.e2e.browsing import Service, Visitor

NEWCOMER = "maiya@daonuea.example"
CO_AUTHOR = "parin@mail.example"
SAMPLE = Path(portfolio.works.sample_data.__file__).parent / "sample_data" / "sharing-the-sun-chilli.toml"
HEADINGS = ("s1", "s2", "s3", "s4", "s5", "s6", "s7")
BOTH_WIDTHS = re.compile(
    r"/(record|works|works/N|portfolios/N|portfolios/N/evidence-matrix|evidence/new|transfer/.*)?$"
)
MOST_CLICKS = 250

EDUCATION = """ระดับ,คุณวุฒิเต็ม ภาษาไทย,สถาบัน ภาษาไทย,ปีที่สำเร็จการศึกษา,ชื่อวิทยานิพนธ์ ภาษาไทย
ปริญญาตรี,วิศวกรรมศาสตรบัณฑิต (วิศวกรรมเครื่องกล),มหาวิทยาลัยดาวเหนือ,2545,
ปริญญาโท,วิศวกรรมศาสตรมหาบัณฑิต (วิศวกรรมพลังงาน),มหาวิทยาลัยริมธาร,2549,การถ่ายเทความร้อนในโรงอบ
ปริญญาเอก,วิศวกรรมศาสตรดุษฎีบัณฑิต (วิศวกรรมพลังงาน),มหาวิทยาลัยริมธาร,2555,โรงอบพลังงานแสงอาทิตย์ร่วมใช้
"""
TEACHING = """ระดับ,รายวิชา ภาษาไทย,ชั่วโมงต่อสัปดาห์,ภาคการศึกษา,ตั้งแต่ปีการศึกษา
ปริญญาตรี,พลังงานทดแทน,3,1,2568
ปริญญาตรี,การถ่ายเทความร้อน,3,2,2568
ปริญญาโท,ระบบพลังงานชุมชน,3,1,2567
"""
REFERENCES = """@article{dryer, title={Solar drying of chillies in village enterprises}, year={2023},
  author={Raekroem, Maya and Srichonlathan, Parin}, journal={Journal of Community Energy}, volume={12}, number={2},
  pages={101--118}, doi={10.5555/jce.2023.12}}
@article{heat, title={Heat balance of a shared greenhouse dryer}, year={2022}, author={Raekroem, Maya},
  journal={Drying Letters}, volume={8}, pages={55--67}, issn={2049-3630}}
@inproceedings{village, title={Villages as laboratories}, year={2021}, author={Raekroem, Maya},
  booktitle={Proceedings of the Conference on Engaged Scholarship}, pages={12--19}}
@book{textbook, title={พลังงานแสงอาทิตย์เพื่อชุมชน}, year={2566}, author={มายา แรกเริ่ม}, publisher={สำนักพิมพ์ดาวเหนือ},
  isbn={978-0-306-40615-7}}
"""


class Newcomer(Visitor):
    """Goes from page to page by what stands on them, and counts what it takes. Axe looks over each page once."""

    def __init__(self, browser: Browser, service: Service, *, scripts: bool = True, **how: Any) -> None:
        super().__init__(browser, service, scripts=scripts, **how)
        self.scripts = scripts
        self.clicks = self.keys = self.fields = 0
        self.met: set[tuple[str, int]] = set()
        self.found: list[str] = []
        self.seconds_of_axe = 0.0
        self.advised = 0

    def fill(self, **fields: str) -> None:
        """Type; every field and key counts."""
        super().fill(**fields)
        self.fields += len(fields)
        self.keys += sum(len(value) for value in fields.values())

    def write(self, text: str) -> None:
        """A text is pasted: a click into the editor, and its keys are counted as typed."""
        super().write(text)
        self.clicks += 1
        self.fields += 1
        self.keys += len(text)

    def choose(self, **fields: str) -> None:
        """Choose from a list: one to open it, one to choose."""
        super().choose(**fields)
        self.clicks += 2 * len(fields)

    def tick(self, name: str, value: str | None = None) -> None:
        """Tick: one click."""
        super().tick(name, value)
        self.clicks += 1

    def send(self, action: str) -> None:
        """Press the button of a form: one click."""
        super().send(action)
        self.clicks += 1
        self.look()

    def follow(self, end: str, within: str = "main") -> None:
        """Press the first link seen whose address ends so: one click."""
        if within == "header" and not self.page.locator(f"nav.mainnav a[href$='{end}']").count():
            self.page.locator("header summary").click()
            self.clicks += 1
        link = self.page.locator(f"{within} a[href$='{end}']:visible").first
        with self.page.expect_navigation():
            link.click()
        self.clicks += 1
        self.look()

    def home(self) -> None:
        """By the mark at the top left."""
        with self.page.expect_navigation():
            self.page.locator("a.brand").click()
        self.clicks += 1
        self.look()

    def choose_files(self, *files: dict[str, Any]) -> None:
        """Choose files: one click for the dialogue, one for each file."""
        self.page.locator("main input[type=file]").first.set_input_files(list(files))  # type: ignore[arg-type]
        self.clicks += 1 + len(files)

    def look(self) -> None:
        """Axe looks over a page of this kind once; pages that many live on, in both widths."""
        if not self.scripts:
            return  # axe is a script; the same page is looked over in another browser
        kind = re.sub(r"/\d+", "/N", urlsplit(self.page.url).path)
        kind = re.sub(r"/[A-Za-z0-9_-]{40,}", "/SECRET", re.sub(r"sections/s\d", "sections/S", kind))
        begun = time.monotonic()
        wide = self.page.viewport_size
        assert wide is not None
        for width in (wide["width"], 360) if BOTH_WIDTHS.match(kind) else (wide["width"],):
            if (kind, width) in self.met:
                continue
            self.met.add((kind, width))
            self.page.set_viewport_size({"width": width, "height": 900})
            self.judge(kind, width)
        self.page.set_viewport_size(wide)
        self.seconds_of_axe += time.monotonic() - begun

    def judge(self, kind: str, width: int) -> None:
        """What axe finds, and whether anything is wider than the screen or two things call themselves first."""
        answer = Axe().run(self.page).response["violations"]
        self.found += [f"{kind} {width}: {one['id']} {one['nodes'][0]['html'][:160]}" for one in answer]
        if self.page.evaluate("document.documentElement.scrollWidth") > width:
            self.found.append(f"{kind} {width}: wider than the screen")
        if self.page.locator("main .btn-primary:visible").count() > 1:
            self.found.append(f"{kind} {width}: two primary buttons")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A service with a university, an open call and an academic who has nothing yet."""
    with Service(tmp_path) as running:
        with running.rows(), transaction():
            university = make_university(name_th="มหาวิทยาลัยดาวเหนือ", name_en="Daonuea University")
            make_faculty(university, name_th="คณะวิศวกรรมศาสตร์", name_en="Faculty of Engineering")
            make_call()
            person = make_person(Role.ACADEMIC, email=NEWCOMER, university=university)
            person.given_name_th, person.family_name_th = "มายา", "แรกเริ่ม"
            person.given_name_en, person.family_name_en = "Maya", "Raekroem"
        yield running


def test_from_an_empty_account_to_a_ready_portfolio(
    browser: Browser, service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    with ExitStack() as stack:

        def arrive(**how: Any) -> Newcomer:
            visitor = Newcomer(browser, service, **how)
            stack.callback(visitor.close)
            return visitor

        begun = time.monotonic()
        person = arrive()
        person.sign_in(NEWCOMER)
        person.look()
        laps = {}
        for step in (fills_the_record, imports_publications, writes_the_work):
            before = person.clicks
            step(person)
            laps[step.__name__] = person.clicks - before
        phone = partner_confirms(person, arrive)
        signer = co_author_signs(person, arrive)
        before = person.clicks
        adds_a_sixth(person)
        assembles(person)
        ties_evidence(person)
        laps["assembles"] = person.clicks - before
        took = time.monotonic() - begun - person.seconds_of_axe
        found = person.found + phone.found + signer.found
    with capsys.disabled():
        sys.stdout.write(
            f"\n{person.clicks} clicks, {person.fields} fields, {person.keys} keys, "
            f"{took:.0f} s by machine; {laps}; {person.advised} points advised; "
            f"{len(person.met)} pages looked over in {person.seconds_of_axe:.0f} s\n"
        )
    assert found == []
    assert person.clicks < MOST_CLICKS


def fills_the_record(person: Newcomer) -> None:
    """Two parts from tables, the rest by hand, each reached from the list of what is missing or from its own part."""
    person.follow("/record")
    for kind, table in (("education", EDUCATION), ("teaching", TEACHING)):
        person.follow(f"/record/{kind}/table")
        person.choose_files({"name": f"{kind}.csv", "mimeType": "text/csv", "buffer": table.encode("utf-8-sig")})
        person.send(f"/record/{kind}/table")
        assert person.page.locator("#refused").count() == 0, person.text()
        person.send(f"/record/{kind}/lines")
        assert urlsplit(person.page.url).path == "/record"
    person.follow("/record/profile")
    person.choose(prefix="miss")
    person.fill(position_th="ผู้ช่วยศาสตราจารย์", employed_on="1 มิถุนายน 2555", field_th="วิศวกรรมพลังงาน", field_code="3304")
    person.send("/record/profile")
    person.follow("/record/personal")
    person.fill(birth_date="12 มีนาคม 2524", salary="58,390", telephone="081 000 0000")
    person.send("/record/personal")
    person.follow("/record/appointment/new")
    person.choose(rank="assistant_professor", mode="normal")
    person.fill(dated="1 ตุลาคม 2559", field_th="วิศวกรรมพลังงาน")
    person.send("/record/appointment")
    person.follow("/record/service/new")
    person.fill(title_th="ที่ปรึกษาวิสาหกิจชุมชนโนนรวงทอง", hours_per_week="3", year_from="2566")
    person.send("/record/service")
    person.follow("/record/research/new")
    person.fill(title_th="โรงอบพลังงานแสงอาทิตย์ร่วมใช้", year_from="2567")
    person.send("/record/research")
    assert person.page.locator("main .todo li").all_inner_texts() == []


def imports_publications(person: Newcomer) -> None:
    """Four entries of a .bib file, looked over and written."""
    person.home()
    person.follow("/transfer/imports")
    person.choose_files({"name": "ผลงาน.bib", "mimeType": "text/plain", "buffer": REFERENCES.encode()})
    person.send("/imports/files")
    person.page.locator("main button[formaction$='/works']").wait_for()
    person.look()
    with person.page.expect_navigation():
        person.page.locator("main button[formaction$='/works']").click()
    person.clicks += 1
    person.page.locator("main a[href='/works']:visible").first.wait_for()
    person.page.locator("main .btn-primary[href='/works']").wait_for()
    person.follow("/works")
    assert person.page.locator("main tbody tr").count() == 4


def writes_the_work(person: Newcomer) -> None:
    """One work with a community: facts, seven texts one after the other, an indicator with a follow-up, a mission."""
    sample = tomllib.loads(SAMPLE.read_text("utf-8"))
    person.follow("/works/new")
    person.fill(title_th=sample["title_th"], title_en=sample["title_en"])
    person.send("/works")
    person.fill(discipline_th="วิศวกรรมพลังงาน", period_start="1 มีนาคม 2566", period_end="31/05/2569")
    person.choose(theme="community_energy")
    person.tick("change_domains", "occupation")
    person.tick("missions", "teaching")
    person.unfold("sdgs")
    person.clicks += 1
    person.tick("sdgs", "7")
    person.tick("not_for_profit")
    person.send("/facts")
    work = urlsplit(person.page.url).path
    person.follow("/sections/s1")
    for code in HEADINGS:
        assert person.path().endswith(f"/sections/{code}")
        person.write(sample["sections"][code])
        person.page.locator(".autosave-state.c-ok").wait_for()
        person.send(f"/sections/{code}")
    assert urlsplit(person.page.url).path == work, "after the last heading comes the work"
    indicator = sample["indicators"][0]
    person.follow("/indicators")
    person.follow("/indicators/new")
    person.fill(
        name_th=indicator["name_th"],
        unit_th=indicator["unit_th"],
        baseline_value="๓๘",
        baseline_date="28/02/2566",
        outcome_value="112",
        outcome_date="31/05/2568",
    )
    person.send("/indicators")
    person.follow("/follow-ups/new")
    person.tick("measured_by", "university")
    person.fill(value="118", measured_on="31/05/2569")
    person.send("/follow-ups")
    person.follow(work)
    person.follow("/missions")
    person.follow("/missions/teaching/new")
    person.fill(code="EN4102", title_th="พลังงานทดแทน", people="38")
    person.send("/missions/teaching")
    person.follow(work)


def partner_confirms(person: Newcomer, arrive: Any) -> Newcomer:
    """A partner, a link handed over, and the answer on a telephone without scripts."""
    work = person.path()
    number = work.rsplit("/", 1)[1]
    person.follow(f"/partners/of-works/{number}")
    person.follow(f"/partners/new?work={number}")
    person.fill(name_th="วิสาหกิจชุมชนโนนรวงทอง", district="โนนรวงทอง")
    person.choose(type="occupational_group", province="TH-40")
    person.send("/partners")
    person.fill(
        done_th="สร้างโรงอบพริกด้วยกันและบันทึกผลทุกเดือน",
        benefit_partner_th="พริกแห้งขายได้ราคาดีขึ้น",
        benefit_university_th="นักศึกษาได้เรียนจากงานจริง",
        since_year="2566",
    )
    person.send(f"/works/{number}")
    person.send("/link")
    link = urlsplit(person.page.locator("#link").input_value()).path
    looking = arrive(width=360)
    looking.open(link)
    looking.look()
    phone: Newcomer = arrive(width=360, scripts=False)
    phone.open(link)
    for name in ("done_agrees", "benefit_partner_agrees", "benefit_university_agrees"):
        phone.tick(name, "yes")
    phone.fill(person="สมหมาย ใจกว้าง")
    phone.tick("consent_words")
    phone.tick("consent_name")
    with phone.page.expect_navigation():
        phone.page.locator("button:has-text('ส่งคำยืนยัน')").click()
    assert "ได้รับคำยืนยันแล้ว ขอบคุณ" in phone.text()
    looking.open(phone.path())
    looking.look()
    person.follow(f"/partners/of-works/{number}")
    assert "ยืนยันแล้ว" in person.text()
    person.follow(work)
    return looking


def co_author_signs(person: Newcomer, arrive: Any) -> Newcomer:
    """A colleague is named, gets a letter and signs by its link; the academic signs too."""
    work = person.path()
    person.follow("/contributors")
    person.follow("/contributors/new")
    person.fill(name_th="ดร.ปริญ ศรีชลธาร", part_th="ออกแบบระบบวัดและวิเคราะห์ข้อมูล")
    person.choose(role="co_operator")
    person.send("/contributors")
    person.follow("/participation")
    person.page.locator("main a[href$='/duties']").last.click()
    person.page.wait_for_url("**/duties")
    person.clicks += 1
    person.look()
    if person.field("row_b").count():
        person.fill(row_b="ออกแบบระบบวัด")
        person.send("/duties")
        person.page.locator("main a[href$='/duties']").last.click()
        person.page.wait_for_url("**/duties")
        person.clicks += 1
    person.fill(address=CO_AUTHOR)
    person.send("/contact")
    person.send("/signing-requests")
    link = urlsplit(person.service.mailed_link(CO_AUTHOR, "/works/signatures/")).path
    looking = arrive(width=360)
    looking.open(link)
    looking.look()
    phone = arrive(width=360, scripts=False)
    phone.open(link)
    phone.form(link).locator("[name=signed_name]").fill("ปริญ ศรีชลธาร")
    phone.form(link).locator("[name=certified]").check()
    phone.send(link)
    assert "ลงนามแล้ว" in phone.text()
    person.page.reload()
    person.fill(signed_name="มายา แรกเริ่ม")
    person.tick("certified")
    person.send("/participation/signature")
    person.follow("/ethics")
    for name in ("honesty", "sources", "rights", "method", "results"):
        person.tick(name)
    person.tick("approval", "not_involved")
    person.send("/ethics")
    person.follow(work)
    return looking


def adds_a_sixth(person: Newcomer) -> None:
    """A report of research by its title alone: nothing is asked of it that its kind does not need."""
    person.follow("/works", within="header")
    person.follow("/works/new")
    person.fill(title_th="รายงานการวิจัยโรงอบพลังงานแสงอาทิตย์ร่วมใช้")
    person.tick("kind", "research")
    person.send("/works")
    assert person.path().endswith("/publication"), "a kind that needs no headings begins with where it appeared"
    person.choose(form="report")
    person.fill(year="2567", publisher="มหาวิทยาลัยดาวเหนือ")
    person.send("/publication")


def assembles(person: Newcomer) -> None:
    """Six works in the order of the form, the position, and the list of what is missing worked off from the top."""
    person.follow("/portfolios", within="header")
    person.follow("/portfolios/new")
    person.fill(title_th="พลังแดดเพื่อพริกปลอดภัยของชุมชน", title_en="Sun power for safe chillies")
    person.send("/portfolios")
    boxes = person.page.locator("main [name=work]")
    for box in boxes.all():
        box.check()
        person.clicks += 1
    assert boxes.count() == 6
    person.send("/works")
    portfolio = person.path().removesuffix("/works")
    for _work in range(6):
        person.send("/uses/statement")
        assert person.path() == f"{portfolio}/works"
    assert person.form("/uses/statement").count() == 0
    person.follow(portfolio)
    person.follow(f"{portfolio}/facts")
    person.choose(position_sought="associate", mode="normal", method="1")
    person.fill(field_th="วิศวกรรมพลังงาน", statement_th="งานหกชิ้นจากโจทย์เดียวกับชุมชนเดียวต่อเนื่องสามปี")
    person.send(f"{portfolio}/facts")
    person.follow(f"{portfolio}/works")
    if person.form("/order").count():
        person.send("/order")
    assert re.search(r"4\.\d\.\d", person.text()), "the numbers of the form"
    person.follow(portfolio)
    for _work in range(6):
        point = person.page.locator(".todo a[href*='/evidence/new']").first
        with person.page.expect_navigation():
            point.click()
        person.clicks += 1
        person.look()
        uploads_for_the_work(person)
        person.follow(f"{portfolio}#ready")


def uploads_for_the_work(person: Newcomer) -> None:
    """Several files at once through the widget; the work is chosen already."""
    assert person.field("work").input_value() != ""
    chilli = "พริก" in person.page.locator("main [name=work] option:checked").inner_text()
    files = [("บทความ.pdf", "application/pdf", pdf_bytes(2, text="Full text"))]
    if chilli:
        files += [
            ("รายงานการประชุม.pdf", "application/pdf", pdf_bytes(2, text="Minutes of the meeting")),
            ("ภาพโรงอบ.jpg", "image/jpeg", picture_bytes("JPEG", (640, 480))),
        ]
    person.choose_files(*({"name": name, "mimeType": kind, "buffer": data} for name, kind, data in files))
    person.page.wait_for_function(
        "count => document.querySelectorAll('[data-state=done]').length === count", arg=len(files)
    )


def ties_evidence(person: Newcomer) -> None:
    """In the matrix, each criterion gets an exhibit; then nothing that must be mended is left."""
    portfolio = urlsplit(person.page.url).path
    point = person.page.locator(".todo a[href*='/evidence-matrix#work-']")
    with person.page.expect_navigation():
        point.click()
    person.clicks += 1
    person.look()
    rows = person.page.locator("section:target table.matrix").locator("tbody tr:has(button.m)")
    for place in range(rows.count()):
        cell = rows.nth(place).locator("button.m").nth(place % 3)
        with person.page.expect_response(lambda answer: answer.request.method == "POST"):
            cell.click()
        person.clicks += 1
        rows.nth(place).locator("button.m[aria-pressed=true]").wait_for()
    person.follow(portfolio)
    assert person.page.locator(".todo .c-bad").count() == 0
    person.advised = person.page.locator(".todo li").count()
    person.look()
