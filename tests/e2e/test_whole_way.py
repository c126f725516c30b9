"""Five people, one portfolio, the whole way: written, submitted, reviewed, decided, printed, released, verified."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from docx import Document
from playwright.sync_api import Browser

import portfolio.works.sample_data
from portfolio.core.db import session, transaction
from portfolio.criteria.queries import latest_criteria_set
from portfolio.organizations.models import Role
from review.panels.models import PanelRule
from tests.builders.accounts import PASSWORD
from tests.builders.calls import make_call
from tests.builders.files import pdf_bytes, picture_bytes
from tests.builders.organizations import make_faculty, make_person, make_university
from tests.e2e.browsing import Service, Visitor

ACADEMIC = "kanda@daonuea.example"
OFFICER = "officer@association.example"
HR = "hr@daonuea.example"
REVIEWERS = ("first@rimthan.example", "second@rimthan.example")
REVIEWER_NAMES = (("บุญฤทธิ์", "ทองสุกใส"), ("ดวงพร", "แสงอรุณวัน"))
SAMPLE = Path(portfolio.works.sample_data.__file__).parent / "sample_data" / "sharing-the-sun-chilli.toml"
REASON = "บันทึกการประชุมและตารางสำรวจแสดงการมีส่วนร่วมของชุมชนตั้งแต่ต้น ดูหลักฐาน 1 หน้า 2"
HEADINGS = ("s1", "s2", "s3", "s4", "s5", "s6", "s7")


@dataclass
class Place:
    """What stood in the service before the first of the five came."""

    service: Service
    university: int
    faculty: int
    criteria: list[str]


@pytest.fixture
def place(browser: Browser, tmp_path: Path) -> Iterator[Place]:
    """A running service with a university, an open call, an officer, an HR officer and two reviewers."""
    with Service(tmp_path) as service:
        with service.rows(), transaction():
            university = make_university(name_th="มหาวิทยาลัยดาวเหนือ", name_en="Daonuea University")
            faculty = make_faculty(university, name_th="คณะวิศวกรรมศาสตร์", name_en="Faculty of Engineering")
            away = make_university(name_th="มหาวิทยาลัยริมธาร", name_en="Rimthan University")
            call = make_call()
            session.add(PanelRule(call_id=call.id, reviewers=2))
            make_person(Role.OFFICER, email=OFFICER)
            make_person(Role.HR, email=HR, university=university)
            for address, (given, family) in zip(REVIEWERS, REVIEWER_NAMES, strict=True):
                reviewer = make_person(Role.REVIEWER, email=address, university=away)
                reviewer.given_name_th, reviewer.family_name_th = given, family
            criteria = latest_criteria_set("ENT-PROVISIONAL")
            assert criteria is not None
            found = Place(service, university.id, faculty.id, [one.code for one in criteria.scored])
        yield found


@pytest.fixture
def visit(browser: Browser, place: Place) -> Iterator[Any]:
    """Sends a person to the service; at the end none of their browsers may have complained."""
    with ExitStack() as stack:

        def arrive(email: str | None = None, **how: Any) -> Visitor:
            visitor = Visitor(browser, place.service, **how)
            stack.callback(visitor.close)
            if email is not None:
                visitor.sign_in(email)
            return visitor

        yield arrive


def test_five_people_go_the_whole_way(place: Place, visit: Any) -> None:
    academic = visit()
    signs_up(academic, place)
    work = writes_the_work(academic)
    brings_evidence(academic, work, place)
    portfolio_id = assembles(academic, work)
    digest = submits(academic, portfolio_id)
    officer = visit(OFFICER)
    submission = assigns(officer, place)
    reviews(visit(REVIEWERS[0]), place, grade="a")
    reviews_without_scripts(visit(REVIEWERS[1], scripts=False, width=360), place, grade="a_plus")
    decides(officer, submission)
    reads_the_result(academic, submission)
    code = prints_and_releases(academic, portfolio_id, place, digest)
    fetched = receives(visit(HR, width=360))
    verifies(visit(width=360), code, fetched)


def signs_up(academic: Visitor, place: Place) -> None:
    """The first form by keyboard alone; the letter's link opens the account; then the place of work."""
    academic.open("/accounts/sign-up")
    keys = academic.page.keyboard
    academic.field("email").focus()
    for typed in (ACADEMIC, "ผศ. ดร.", "กานดา", "ศรีสมมติ", "Asst. Prof. Dr.", "Kanda", "Srisommut"):
        keys.insert_text(typed)
        keys.press("Tab")
    assert academic.page.evaluate("document.activeElement.type") == "submit"
    with academic.page.expect_navigation():
        keys.press("Enter")
    assert academic.path() == "/accounts/letter"
    academic.open(place.service.mailed_link(ACADEMIC, "/confirmations/"))
    academic.fill(password=PASSWORD, again=PASSWORD)
    with academic.page.expect_navigation():
        academic.page.locator("main button[type=submit]").click()
    assert academic.path() == "/"
    academic.open(f"/organizations/membership?university={place.university}")
    academic.choose(organization_id=str(place.faculty))
    academic.fill(department_th="ภาควิชาวิศวกรรมเครื่องกล", department_en="Mechanical Engineering")
    academic.send(f"/membership?university={place.university}")
    academic.open("/")
    assert academic.page.locator("nav.mainnav a").count() > 1


def writes_the_work(academic: Visitor) -> int:
    """Title, facts, seven texts in Thai (one kept by autosave alone), the own part, an indicator."""
    sample = tomllib.loads(SAMPLE.read_text("utf-8"))
    academic.open("/works/new")
    academic.fill(title_th=sample["title_th"], title_en=sample["title_en"])
    academic.send("/works")
    found = re.fullmatch(r"/works/(\d+)/facts", academic.path())
    assert found
    work = int(found[1])
    academic.fill(
        summary_th=sample["summary_th"],
        discipline_th="วิศวกรรมพลังงาน",
        discipline_en="Energy engineering",
        period_start="1 มีนาคม 2566",
        period_end="31/05/2026",
    )
    academic.choose(theme="community_energy")
    academic.tick("change_domains", "occupation")
    academic.tick("missions", "research")
    academic.unfold("sdgs")
    academic.tick("sdgs", "7")
    academic.tick("not_for_profit")
    academic.send(f"/works/{work}/facts")
    for code in HEADINGS:
        academic.open(f"/works/{work}/sections/{code}")
        academic.write(sample["sections"][code])
        if code == "s1":
            academic.page.wait_for_selector(".autosave-state.c-ok")
            academic.open(f"/works/{work}/sections/{code}")
            assert academic.field("body").input_value() == sample["sections"][code].strip()
        else:
            academic.send(f"/sections/{code}")
    academic.open(f"/works/{work}/reading")
    for code in HEADINGS:
        assert sample["sections"][code].strip()[:60] in academic.text()
    names_the_own_part(academic, work)
    academic.open(f"/works/{work}/indicators/new")
    indicator = sample["indicators"][0]
    academic.unfold("name_en")
    academic.fill(
        name_th=indicator["name_th"],
        name_en=indicator["name_en"],
        unit_th=indicator["unit_th"],
        unit_en=indicator["unit_en"],
        baseline_value="๓๘",
        baseline_date="28/02/2566",
        outcome_value="112",
        outcome_date="31/05/2569",
    )
    academic.send(f"/works/{work}/indicators")
    return work


def names_the_own_part(academic: Visitor, work: int) -> None:
    """The work began with its owner among the people, or the owner is added now."""
    academic.open(f"/works/{work}/contributors")
    own = academic.page.locator(f"main a[href^='/works/{work}/contributors/']:not([href$='/new'])")
    academic.open(str(own.first.get_attribute("href")) if own.count() else f"/works/{work}/contributors/new")
    academic.fill(
        name_th="ผศ. ดร.กานดา ศรีสมมติ",
        name_en="Asst. Prof. Dr. Kanda Srisommut",
        part_th="ริเริ่มโจทย์ร่วมกับชุมชน ออกแบบโรงอบ และเรียบเรียงเอกสาร",
        part_en="Framed the question with the community and designed the dryer",
    )
    academic.tick("is_owner")
    with academic.page.expect_navigation():
        academic.page.locator("main form[method=post] button[type=submit]").first.click()


def brings_evidence(academic: Visitor, work: int, place: Place) -> None:
    """A PDF and a picture together, then a link; each is tied to headings and criteria."""
    academic.open(f"/evidence/new?work={work}")
    academic.page.set_input_files(
        "#files",
        [
            {
                "name": "รายงานการประชุม.pdf",
                "mimeType": "application/pdf",
                "buffer": pdf_bytes(2, text="Minutes of the meeting"),
            },
            {"name": "ภาพโรงอบ.jpg", "mimeType": "image/jpeg", "buffer": picture_bytes("JPEG", (640, 480))},
        ],
    )
    academic.page.wait_for_function("() => document.querySelectorAll('[data-state=done]').length === 2")
    academic.open(f"/evidence/new?work={work}")
    academic.fill(
        **{"link-url": "https://example.org/dryer", "link-title_th": "วีดิทัศน์การใช้โรงอบ", "link-dated": "24/11/2568"}
    )
    academic.choose(**{"link-work": str(work)})
    academic.send("/links")
    academic.open(f"/evidence?work={work}")
    links = academic.page.locator("main a[href^='/evidence/']").evaluate_all("all => all.map(a => a.pathname)")
    items = sorted({link for link in links if re.fullmatch(r"/evidence/\d+", link)})
    assert len(items) == 3
    for number, item in enumerate(items):
        academic.open(item)
        for group in academic.page.locator("details.guide:not([open]) > summary").all():
            group.click()
        academic.tick(f"tied-{work}")
        academic.tick(f"headings-{work}", HEADINGS[number])
        for code in place.criteria[number::3]:
            academic.tick(f"criteria-{work}", code)
        academic.send("/ties")
    academic.open(f"/evidence?work={work}")
    with academic.page.expect_navigation():
        academic.page.locator("main a", has_text="รายงานการประชุม").first.click()
    place.service.wait_for(lambda: (academic.page.reload(), academic.page.locator("figure img").count())[1] == 2)


def assembles(academic: Visitor, work: int) -> int:
    """The portfolio, its position, the record; nothing that must be mended is left in the list."""
    academic.open("/portfolios/new")
    academic.fill(title_th="พลังแดดเพื่อพริกปลอดภัยของชุมชน", title_en="Sun power for safe chillies")
    academic.send("/portfolios")
    found = re.fullmatch(r"/portfolios/(\d+)/works", academic.path())
    assert found
    portfolio_id = int(found[1])
    academic.open(f"/portfolios/{portfolio_id}")
    assert academic.page.locator(".todo .c-bad").count() == 2
    academic.open(f"/portfolios/{portfolio_id}/works")
    academic.tick("work")
    academic.send(f"/portfolios/{portfolio_id}/works")
    academic.open(f"/portfolios/{portfolio_id}/facts")
    academic.choose(position_sought="associate")
    academic.fill(
        field_th="วิศวกรรมพลังงาน", field_en="Energy engineering", statement_th="งานเดียวที่ทำกับชุมชนเดียวต่อเนื่องสามปี"
    )
    academic.send(f"/portfolios/{portfolio_id}/facts")
    fills_the_record(academic)
    academic.open(f"/portfolios/{portfolio_id}")
    assert academic.page.locator(".todo li:has(.c-bad)").all_inner_texts() == []
    return portfolio_id


def fills_the_record(academic: Visitor) -> None:
    """One line in each part that the form of an associate professorship asks for."""
    academic.open("/record/education/new")
    academic.choose(level="doctoral")
    academic.fill(title_th="วิศวกรรมศาสตรดุษฎีบัณฑิต (วิศวกรรมพลังงาน)", institution_th="มหาวิทยาลัยริมธาร", year_to="2555")
    academic.send("/record/education")
    academic.open("/record/appointment/new")
    academic.choose(rank="assistant_professor", mode="normal")
    academic.fill(dated="1 ตุลาคม 2559", field_th="วิศวกรรมพลังงาน")
    academic.send("/record/appointment")
    for kind, title in (("teaching", "พลังงานทดแทน"), ("service", "ที่ปรึกษาวิสาหกิจชุมชน")):
        academic.open(f"/record/{kind}/new")
        academic.fill(title_th=title, year_from="2566")
        academic.send(f"/record/{kind}")


def submits(academic: Visitor, portfolio_id: int) -> str:
    """Handing in gives a receipt; the second press of the same form gives the same one."""
    academic.open(f"/submissions/portfolios/{portfolio_id}")
    for name in ("own_work", "permission", "judged"):
        academic.tick(name)
    academic.send(f"/submissions/portfolios/{portfolio_id}")
    assert re.fullmatch(r"/submissions/\d+/receipt", academic.path())
    receipt = academic.path()
    digest = re.search(r"\b[0-9a-f]{64}\b", academic.text())
    assert digest
    academic.open(f"/submissions/portfolios/{portfolio_id}")
    assert academic.path() == receipt
    return digest[0]


def assigns(officer: Visitor, place: Place) -> int:
    """From the home page to the submission, and two reviewers of another university."""
    officer.open("/submissions/")
    address = officer.page.locator("main a[href^='/submissions/']").evaluate_all("all => all.map(a => a.pathname)")
    submission = next(int(found[1]) for one in address if (found := re.fullmatch(r"/submissions/(\d+)", one)))
    for _seat in REVIEWERS:
        officer.open(f"/assignments/submissions/{submission}")
        officer.send("/invitations")
    officer.open(f"/assignments/submissions/{submission}")
    assert officer.form("/invitations").count() == 0
    for address_ in REVIEWERS:
        place.service.mailed_link(address_, "/assignments/")
    return submission


def accepts(reviewer: Visitor) -> int:
    """Before accepting only fields and themes are told, never titles; then the material opens, without names."""
    reviewer.open("/assignments/")
    links = reviewer.page.locator("main a[href^='/assignments/']").evaluate_all("all => all.map(a => a.pathname)")
    assignment = next(int(found[1]) for one in links if (found := re.fullmatch(r"/assignments/(\d+)", one)))
    reviewer.open(f"/assignments/{assignment}")
    assert "พลังแดด" not in reviewer.text()
    reviewer.tick("ground", "none")
    reviewer.send("/acceptance")
    assert reviewer.path() == f"/scoring/{assignment}"
    assert "พลังแดด" in reviewer.text()
    assert "กานดา" not in reviewer.page.content()
    assert "Kanda" not in reviewer.page.content()
    return assignment


def reviews(reviewer: Visitor, place: Place, *, grade: str) -> None:
    """Levels and reasons that save themselves; what was typed is there again after closing the page."""
    assignment = accepts(reviewer)
    room = f"/scoring/{assignment}/works/1"
    first = place.criteria[0]
    reviewer.open(f"{room}?c={first}&doc=e1&page=2")
    assert reviewer.page.locator(".viewer img").evaluate("image => image.complete && image.naturalWidth > 0")
    with reviewer.page.expect_response(lambda answer: answer.url.endswith("/level")) as kept:
        reviewer.tick("level", "4")
    assert kept.value.status == 204
    reviewer.fill(body=REASON)
    reviewer.page.wait_for_selector(".autosave-state.c-ok")
    reviewer.open(f"{room}?c={first}")
    assert reviewer.field("body").input_value() == REASON
    assert reviewer.page.locator("[name=level][value='4']").is_checked()
    for code in place.criteria[1:]:
        reviewer.open(f"{room}?c={code}")
        reviewer.tick("level", "4")
        reviewer.fill(body=f"{REASON} ({code})")
        if code == place.criteria[1]:
            opens_an_exhibit_beside_the_form(reviewer, f"{REASON} ({code})")
        reviewer.send(f"/scores/{code}")
    assert "c=overall" in reviewer.page.url
    reviewer.tick("grade", grade)
    reviewer.fill(body="ผลงานเปลี่ยนรายได้ของครัวเรือนได้จริง และชุมชนดูแลต่อเองแล้ว")
    reviewer.send("/overall")
    reviewer.open(f"/scoring/{assignment}")
    reviewer.page.locator("#remark").fill("ควรเพิ่มข้อมูลติดตามหลังปีที่สาม")
    reviewer.page.wait_for_selector(".autosave-state.c-ok")
    reviewer.open(f"/scoring/{assignment}")
    reviewer.page.on("dialog", lambda question: question.accept())
    reviewer.send("/hand-in")
    assert reviewer.page.locator("main form[action$='/hand-in']").count() == 0
    assert reviewer.page.locator("main textarea").count() == 0


def opens_an_exhibit_beside_the_form(reviewer: Visitor, typed: str) -> None:
    """Another document is shown without touching what is being written, and stays open after saving."""
    reviewer.page.locator("#viewer .viewer-tabs a[href*='doc=e1']").click()
    reviewer.page.wait_for_selector("#beside [name=doc][value=e1]", state="attached")
    reviewer.page.wait_for_selector("#viewer img")
    assert reviewer.field("body").input_value() == typed
    assert "doc=e1" in reviewer.page.url


def reviews_without_scripts(reviewer: Visitor, place: Place, *, grade: str) -> None:
    """The same on a telephone whose browser runs no script."""
    assignment = accepts(reviewer)
    assert "ควรเพิ่มข้อมูลติดตาม" not in reviewer.page.content()
    for code in place.criteria:
        reviewer.open(f"/scoring/{assignment}/works/1?c={code}")
        reviewer.tick("level", "5")
        reviewer.fill(body=f"{REASON} {code}")
        reviewer.send(f"/scores/{code}")
    reviewer.tick("grade", grade)
    reviewer.fill(body="เป็นแบบอย่างให้ชุมชนอื่นได้")
    reviewer.send("/overall")
    reviewer.open(f"/scoring/{assignment}")
    reviewer.page.locator("#remark").fill("อ่านง่าย หลักฐานครบถ้วน")
    reviewer.send("/remark")
    reviewer.send("/hand-in")
    assert reviewer.page.locator("main form[action$='/hand-in']").count() == 0


def decides(officer: Visitor, submission: int) -> None:
    """The table shows both reviews; A against A+ is an even split, so the chair chooses and says why."""
    officer.open(f"/decisions/submissions/{submission}")
    assert officer.page.locator("[name=grade_1]:checked").count() == 0
    officer.tick("grade_1", "a")
    officer.fill(reason_th_1="หลักฐานการขยายผลยังอยู่ในพื้นที่เดียว")
    officer.page.on("dialog", lambda question: question.accept())
    officer.send(f"/decisions/submissions/{submission}")
    assert officer.page.locator("main .notice-ok").count() >= 1, officer.text()
    assert officer.form(f"/decisions/submissions/{submission}").count() == 0


def reads_the_result(academic: Visitor, submission: int) -> None:
    """The level, reasons and remarks, and nobody's name or address."""
    academic.open(f"/decisions/submissions/{submission}/result")
    said = academic.page.content()
    assert "ควรเพิ่มข้อมูลติดตามหลังปีที่สาม" in said
    assert REASON in said
    for secret in (*REVIEWERS, *REVIEWER_NAMES[0], *REVIEWER_NAMES[1], "มหาวิทยาลัยริมธาร", "Rimthan"):
        assert secret not in said


def prints_and_releases(academic: Visitor, portfolio_id: int, place: Place, digest: str) -> str:
    """The job is followed to its end on the page; the files open; the university gets them. Returns the code."""
    academic.open(f"/dossier/portfolios/{portfolio_id}")
    academic.choose(kind="hr", language="th")
    academic.send("/editions")
    edition = academic.path()
    academic.page.wait_for_selector(f"main a[href$='{edition}/files/pdf']", timeout=90_000)
    pdf = downloaded(academic, f"{edition}/files/pdf")
    with pikepdf.open(pdf) as opened:
        assert len(opened.pages) > 10
        assert len(opened.open_outline().root) > 0
    written = Document(str(downloaded(academic, f"{edition}/files/docx"))).paragraphs
    assert any("พลังแดดเพื่อพริกปลอดภัยของชุมชน" in paragraph.text for paragraph in written)
    academic.open(edition)
    academic.choose(university_id=str(place.university))
    academic.send("/releases")
    code = academic.page.locator(".docno").first.inner_text().strip()
    assert len(digest) == 64
    return code


def downloaded(visitor: Visitor, address: str) -> Path:
    """A file, fetched by its button on the page."""
    with visitor.page.expect_download() as waiting:
        visitor.page.locator(f"main a[href$='{address}']").click()
    path = visitor.service.folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def receives(hr: Visitor) -> str:
    """The letter, the inbox, the file; returns its SHA-256."""
    hr.service.mailed_link(HR, "/dossier/inbox")
    hr.open("/dossier/inbox")
    assert "กานดา" in hr.text()
    hr.page.locator("main a[href^='/dossier/inbox/']").first.click()
    hr.page.wait_for_url(re.compile(r"/dossier/inbox/\d+$"))
    inbox = hr.path()
    return hashlib.sha256(downloaded(hr, f"{inbox}/files/pdf").read_bytes()).hexdigest()


def verifies(visitor: Visitor, code: str, fetched: str) -> None:
    """Anybody with the code learns that it is genuine, and nothing of the person."""
    visitor.open("/verify")
    visitor.page.locator("#code").fill(code.lower().replace("-", " "))
    with visitor.page.expect_navigation():
        visitor.page.locator("#code").press("Enter")
    assert visitor.page.locator(".verdict-ok").count() == 1
    assert fetched in visitor.text()
    for secret in ("กานดา", "Kanda", ACADEMIC, "ดาวเหนือ", "พลังแดด"):
        assert secret not in visitor.page.content()
