"""Pages as people see them, in both languages, on a telephone and on a desk.

PORTFOLIO_SCREENS=write keeps their pictures in docs/screens/; otherwise the first twelve are only looked over.
The pages
on which a portfolio is assembled are looked over in test_new_user, so here they are met only when pictures are wanted.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import threading
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select
from werkzeug.serving import make_server

from portfolio.accounts import operations
from portfolio.accounts.models import User
from portfolio.accounts.queries import by_email
from portfolio.accounts.sessions import COOKIE
from portfolio.config import ROOT
from portfolio.core.db import engine_of, session, transaction
from portfolio.core.mail.models import MailMessage
from portfolio.dossier.models import Edition, EditionKind
from portfolio.dossier.operations import shown_code
from portfolio.organizations.models import Organization, Role
from portfolio.partners.models import Partner, PartnerInWork
from portfolio.partners.operations import ask_by_hand, cannot_ask
from portfolio.portfolios.queries import latest
from portfolio.submissions.sample_data import submission_of
from portfolio.works.bibliography.models import Bibliography
from portfolio.works.models import Work
from portfolio.works.participation.models import SigningRequest
from portfolio.works.participation.operations import ask as ask_to_sign
from portfolio.works.vocabulary import WorkKind
from review.assignments.models import Assignment, AssignmentState
from tests.builders.accounts import make_user
from tests.builders.imports import make_import
from tests.builders.organizations import grant_role, make_membership
from tests.conftest import make_app, make_config
from tests.samples import link_tree

SCREENS = ROOT / "docs" / "screens"
WRITING = os.environ.get("PORTFOLIO_SCREENS") == "write"
TERMS = tomllib.loads((ROOT / "portfolio" / "core" / "i18n" / "terms.toml").read_text("utf-8"))["terms"]
WIDTHS = (360, 1280)
COLOURS = 128
LARGEST_PICTURE = 250_000
TALLEST = {360: 1800, 1280: 1400}
"""Pictures end here: what a person sees first, not every line of a long text."""

NAMES = r"EnT-[\w-]+|EnT Portfolio|EnT|[KM]B|PDF/A|PDF|DOCX|ZIP|SHA-256|QR|NATIONAL|ENT|SDG|BibTeX|RIS|ORCID|CSV"
KEYS = r"Ctrl\+(Shift\+)?\w\b"
LEVELS = r"A\+|\bA\b|\bB\b"
ADDRESSES = r"[\w.+-]+@[\w.-]+|https?://\S*"
SIGNS = r"\b[A-Z]{1,3}\d?[-/.\d]+\w*|\b[PSW]\d(\.\d+)?\b|\b[0-9A-Z]{4}(-[0-9A-Z]{4})+\b|\b[0-9a-f]{16,}\b"
ALLOWED = re.compile("|".join((ADDRESSES, KEYS, SIGNS, NAMES, LEVELS)))
LETTERS = re.compile(r"[A-Za-z]{2,}")
# Texts of people and marks that no translation touches; what is English there says so by its lang.
OWN_WORDS = "[lang=en], .prose, textarea, .digest, .docno, .code, script, style"

READ_WORDS = """skip => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (parent.closest(skip) || !walker.currentNode.data.trim()) continue;
    found.push(walker.currentNode.data.trim());
  }
  for (const element of document.querySelectorAll("[aria-label], [alt], [title], [placeholder]")) {
    if (element.closest(skip)) continue;
    for (const name of ["aria-label", "alt", "title", "placeholder"]) {
      const value = element.getAttribute(name);
      if (value && value.trim()) found.push(value.trim());
    }
  }
  return [document.title, ...found];
}"""
WIDER = """() => [...document.querySelectorAll("body *")]
  .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1
    && !one.closest(".scroll, .viewer-tabs, .mainnav, .visually-hidden, [hidden]"))
  .slice(0, 5).map(one => one.outerHTML.slice(0, 120))"""
TWICE = """() => {
  const ids = [...document.querySelectorAll("[id]")].map(one => one.id);
  return [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))];
}"""


@dataclass(frozen=True)
class Screen:
    """Who looks at what; the address is looked up in the sample data, inside the application's context."""

    name: str
    email: str | None
    address: Callable[[], str]


def _home() -> str:
    return "/"


def _portfolio_of(email: str) -> int:
    owner = by_email(email)
    assert owner is not None
    return latest(owner, 1)[0].id


def _editor() -> str:
    owner = by_email("kantida@lanthara.example")
    assert owner is not None
    return f"/works/{latest(owner, 1)[0].works[0].id}/sections/s3"


def _review_form() -> str:
    assignment = session.scalars(_unfinished()).first()
    assert assignment is not None
    return f"/scoring/{assignment.id}/works/1?doc=e1&page=1"


def _unfinished() -> object:
    return select(Assignment).where(Assignment.state == AssignmentState.ACCEPTED).order_by(Assignment.id)


def _decision() -> str:
    submission = submission_of("chanathip@thungsuwan.example")
    assert submission is not None
    return f"/decisions/submissions/{submission.id}"


def _verification() -> str:
    edition = session.scalars(
        select(Edition).where(Edition.kind == EditionKind.HR, Edition.superseded_at.is_(None)).order_by(Edition.id)
    ).first()
    assert edition is not None
    return f"/verify/{shown_code(edition.code)}"


NEWCOMER = "maiya@lanthara.example"
UNFINISHED_REVIEWER = "reviewer with an unfinished review"
SCREENS_SHOWN = (
    Screen("home-academic", "kantida@lanthara.example", _home),
    Screen("home-academic-empty", NEWCOMER, _home),
    Screen("home-reviewer", UNFINISHED_REVIEWER, _home),
    Screen("home-officer", "sirada@ent.example", _home),
    Screen("home-hr", "wilai@lanthara.example", _home),
    Screen("home-administrator", "admin@ent.example", _home),
    Screen("editor", "kantida@lanthara.example", _editor),
    Screen("readiness", "thira@sichalasin.example", lambda: f"/portfolios/{_portfolio_of('thira@sichalasin.example')}"),
    Screen("review-form", UNFINISHED_REVIEWER, _review_form),
    Screen("decision", "sirada@ent.example", _decision),
    Screen("hr-inbox", "wilai@lanthara.example", lambda: "/dossier/inbox"),
    Screen("verification", None, _verification),
)

KANTIDA = "kantida@lanthara.example"
REFERENCES = """@article{one, title={Community surveillance of mountain springs}, author={Kantida Wongthara},
  year={2024}, journal={Journal of Water and Community}, volume={9}, pages={1--14}, doi={10.5555/jwc.2024.9}}
@article{two, title={A second entry without its closing brace}, year={2025}, author={Wongthara, Kantida}
@book{three, title={น้ำของคนบนดอย}, author={กานต์ธิดา วงศ์ธารา}, year={2566}, publisher={สำนักพิมพ์สมมติ}}
"""


def _work(of: str = "") -> str:
    """The work with a community of the sample's first academic, one of its pages."""
    owner = by_email(KANTIDA)
    assert owner is not None
    work = next(work for work in latest(owner, 1)[0].works if work.kind is WorkKind.SOCIAL)
    return f"/works/{work.id}{of}"


def _publication(of: str = "") -> str:
    owner = by_email(KANTIDA)
    assert owner is not None
    kinds = (WorkKind.RESEARCH, WorkKind.ARTICLE)
    statement = select(Work.id).join(Bibliography).where(Work.owner_id == owner.id, Work.kind.in_(kinds))
    return f"/works/{session.scalars(statement.order_by(Work.id)).first()}{of}"


def _import_preview() -> str:
    owner = by_email(KANTIDA)
    assert owner is not None
    with transaction():
        batch = make_import(owner, latest(owner, 1)[0].rule_set, REFERENCES)
    return f"/transfer/imports/{batch.id}"


def _partner() -> str:
    with transaction():
        statement = select(PartnerInWork).join(Partner).join(Work, Work.id == PartnerInWork.work_id)
        row = next(
            row
            for row in session.scalars(statement.order_by(PartnerInWork.id))
            if row.testimony is None and row.done_th and not cannot_ask(row)
        )
        return f"/confirmations/{ask_by_hand(actor=row.partner.owner, in_work=row)}"


def _co_author() -> str:
    with transaction():
        waiting = select(SigningRequest).where(SigningRequest.closed_at.is_(None)).order_by(SigningRequest.id)
        request = session.scalars(waiting).first()
        assert request is not None
        request.last_sent_at -= timedelta(days=1)  # a letter to the same person waits an hour
        person = request.contribution
        work = session.get_one(Work, person.work_id)
        ask_to_sign(actor=work.owner, work=work, contribution=person)
    body = session.scalars(
        select(MailMessage.body).where(MailMessage.body.contains("/works/signatures/")).order_by(MailMessage.id.desc())
    ).first()
    found = re.search(r"/works/signatures/[A-Za-z0-9_-]{43}", str(body))
    assert found
    return found[0]


def _of_portfolio(of: str = "") -> str:
    return f"/portfolios/{_portfolio_of(KANTIDA)}{of}"


MORE_SCREENS = (
    Screen("record", KANTIDA, lambda: "/record"),
    Screen("works", KANTIDA, lambda: "/works"),
    Screen("work", KANTIDA, _work),
    Screen("publication", KANTIDA, lambda: _publication("/publication")),
    Screen("citations", KANTIDA, lambda: _publication("/citations")),
    Screen("import-preview", KANTIDA, _import_preview),
    Screen("indicators", KANTIDA, lambda: _work("/indicators")),
    Screen("missions", KANTIDA, lambda: _work("/missions")),
    Screen("dissemination", KANTIDA, lambda: _work("/dissemination")),
    Screen("partners", KANTIDA, lambda: "/partners/of-works/" + _work().rsplit("/", 1)[1]),
    Screen("partner-telephone", None, _partner),
    Screen("participation", KANTIDA, lambda: _work("/participation")),
    Screen("co-author-telephone", None, _co_author),
    Screen("uploads", KANTIDA, lambda: "/evidence/new"),
    Screen("matrix", KANTIDA, lambda: _of_portfolio("/evidence-matrix")),
    Screen("portfolio", KANTIDA, _of_portfolio),
    Screen("portfolio-works", KANTIDA, lambda: _of_portfolio("/works")),
    Screen("self-assessment", KANTIDA, lambda: _of_portfolio("/self-assessment")),
    Screen("packages", KANTIDA, lambda: "/packages"),
    Screen("assistants", KANTIDA, lambda: "/delegations"),
    Screen("guide", None, lambda: "/guide"),
)
ALL_SCREENS = SCREENS_SHOWN + MORE_SCREENS


class Site:
    """The sample data behind a web server of this process."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        self.address = f"http://127.0.0.1:{self.server.port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        with app.app_context(), transaction():
            newcomer = make_user(NEWCOMER, name_th=("มายา", "แรกเริ่ม"), name_en=("Maya", "Raekroem"))
            university = session.scalars(select(Organization).where(Organization.code == "LTU")).one()
            make_membership(newcomer, university)
            grant_role(newcomer, Role.ACADEMIC)

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        engine_of(self.app).dispose()

    def enter(self, context: BrowserContext, screen: Screen, language: str) -> str:
        """Sign the browser in and choose the language; returns the address of the page."""
        context.add_cookies([{"name": "language", "value": language, "url": self.address}])
        with self.app.app_context():
            if screen.email is not None:
                with transaction():
                    user = self._person(screen.email)
                    secret = operations.start_session(user)
                context.add_cookies([{"name": COOKIE, "value": secret, "url": self.address}])
                context.request.post(f"{self.address}/language", form={"language": language})
            return self.address + screen.address()

    def _person(self, email: str) -> User:
        if email == UNFINISHED_REVIEWER:
            assignment = session.scalars(_unfinished()).first()  # type: ignore[call-overload]
            assert assignment is not None
            return assignment.reviewer  # type: ignore[no-any-return]
        user = by_email(email)
        assert user is not None
        return user


@pytest.fixture(scope="module")
def site(browser: Browser, sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A copy of the sample data of its own."""
    folder = tmp_path_factory.mktemp("screens")
    link_tree(sample_folder / "storage", folder / "storage")
    shutil.copyfile(sample_folder / "portfolio.db", folder / "portfolio.db")
    config = make_config(f"sqlite:///{folder / 'portfolio.db'}", folder)
    app = make_app(config)
    app.config["SAMPLE_DATA"] = True
    site = Site(app)
    yield site
    site.stop()


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("screen", ALL_SCREENS if WRITING else SCREENS_SHOWN, ids=lambda screen: screen.name)
def test_page_is_fit_to_be_seen(browser: Browser, site: Site, screen: Screen, language: str) -> None:
    # The checker of axe is a script of its own, which the policy would rightly refuse.
    context = browser.new_context(viewport={"width": WIDTHS[0], "height": 800}, bypass_csp=True)
    context.set_default_timeout(60_000)
    complaints: list[str] = []
    context.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    page = context.new_page()
    address = site.enter(context, screen, language)
    try:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            answer = page.goto(address, wait_until="networkidle")
            assert answer is not None
            assert answer.status == 200
            look_over(page, width)
            # Where works are assembled, titles, formats and databases stand in the language they have.
            if language == "th" and screen in SCREENS_SHOWN:
                assert foreign_words(page) == []
            if WRITING:
                keep_picture(page, SCREENS / f"{screen.name}-{language}-{width}.png", width)
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")] == []
        assert complaints == []
    finally:
        context.close()


def look_over(page: Page, width: int) -> None:
    """One heading, one primary button at most, no name twice, nothing wider than the screen."""
    assert page.locator("h1").count() == 1
    primary = [button.inner_text() for button in page.locator(".btn-primary:visible").all()]
    assert len(primary) <= 1, primary
    assert page.evaluate(TWICE) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.evaluate(WIDER)


def foreign_words(page: Page) -> list[str]:
    """English left over on a Thai page, and words that the glossary words otherwise."""
    said = page.evaluate(READ_WORDS, OWN_WORDS)
    left = [text for text in said if LETTERS.search(ALLOWED.sub(" ", text))]
    avoided = {word for term in TERMS for word in term.get("avoid", [])}
    return sorted(set(left)) + sorted(word for word in avoided if any(word in text for text in said))


def keep_picture(page: Page, path: Path, width: int) -> None:
    """A small PNG of the beginning of the page."""
    height = min(int(page.evaluate("document.documentElement.scrollHeight")), TALLEST[width])
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("document.activeElement.blur()")
    picture = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    assert path.stat().st_size < LARGEST_PICTURE


def test_every_picture_of_the_documentation_is_there() -> None:
    expected = {
        f"{screen.name}-{language}-{width}.png"
        for screen in ALL_SCREENS
        for language in ("th", "en")
        for width in WIDTHS
    }
    kept = {path.name: path.stat().st_size for path in SCREENS.glob("*.png")}
    assert set(kept) == expected
    assert max(kept.values()) < LARGEST_PICTURE
