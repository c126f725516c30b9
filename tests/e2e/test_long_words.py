"""Names without a place to break, as files and committees have them: no page grows wider than its screen."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from portfolio.accounts import operations
from portfolio.accounts.models import User
from portfolio.accounts.sessions import COOKIE
from portfolio.core.db import engine_of, session, transaction
from portfolio.organizations.models import Role
from tests.builders.criteria import make_criteria_set
from tests.builders.evidence import make_evidence, make_use
from tests.builders.organizations import make_person
from tests.builders.partners import make_asked, make_in_work, make_partner
from tests.builders.portfolios import make_portfolio
from tests.builders.works import (
    make_change_record,
    make_contribution,
    make_dissemination,
    make_rule_set,
    make_section,
    make_work,
)
from tests.conftest import make_app, make_config

WORD = "Pneumonoultramicroscopicsilicovolcanoconiosis"
FILE = "IMG 20230501 " + "0123456789" * 14
PAGES = (
    "/",
    "/works",
    "/works/{work}",
    "/works/{work}/sections/s1",
    "/works/{work}/indicators",
    "/works/{work}/contributors",
    "/works/{work}/dissemination/forum/new",
    "/works/{work}/participation",
    "/partners/{partner}",
    "/partners/of-works/{work}",
    "/evidence",
    "/evidence/{item}",
    "/portfolios",
    "/portfolios/{portfolio}",
    "/portfolios/{portfolio}/works",
    "/portfolios/{portfolio}/evidence-matrix",
    "/portfolios/{portfolio}/self-assessment",
    "/confirmations/{secret}",
)


class House:
    """A web server of this process, and an academic whose every name is one long word."""

    def __init__(self, folder: Path, template: Path) -> None:
        shutil.copyfile(template, folder / "portfolio.db")
        self.app = make_app(make_config(f"sqlite:///{folder / 'portfolio.db'}", folder))
        self.server = make_server("127.0.0.1", 0, self.app, threaded=True)
        self.address = f"http://127.0.0.1:{self.server.port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        with self.app.app_context(), transaction():
            make_criteria_set()
            rules, owner = make_rule_set(), make_person(Role.ACADEMIC)
            works = [make_work(owner, rules, title_th=f"{number} {WORD}", title_en=WORD) for number in range(14)]
            work = works[0]
            make_section(work, "s1", f"{WORD * 2}\n\n- {WORD * 3}")
            make_contribution(work, name_th=WORD)
            make_dissemination(work, title_th=WORD)
            make_change_record(work, name_th=WORD, baseline="1250000000.25", outcome="98765432109876.5")
            item = make_evidence(owner, title_th=FILE)
            make_use(item, work, headings=("s1",))
            partner = make_partner(owner, name_th=f"International Federation of {WORD}")
            secret = make_asked(make_in_work(partner, work, done_th=WORD))
            portfolio = make_portfolio(owner, rules, *works, title_th=WORD)
            self.owner = owner.id
            self.names = {"work": work.id, "item": item.id, "partner": partner.id, "portfolio": portfolio.id}
            self.names |= {"secret": secret}

    def cookie(self) -> str:
        with self.app.app_context(), transaction():
            return operations.start_session(session.get_one(User, self.owner))

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        engine_of(self.app).dispose()


@pytest.fixture(scope="module")
def house(browser: Browser, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("long-words"), sqlite_template)
    yield house
    house.stop()


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_is_wider_than_its_screen(browser: Browser, house: House, width: int) -> None:
    context = browser.new_context(base_url=house.address, viewport={"width": width, "height": 800})
    context.set_default_timeout(60_000)
    context.add_cookies([{"name": COOKIE, "value": house.cookie(), "url": house.address}])
    page = context.new_page()
    wider = {}
    for address in PAGES:
        answer = page.goto(address.format(**house.names))
        assert answer is not None
        assert answer.status == 200, address
        found = page.evaluate("document.documentElement.scrollWidth")
        if found > width:
            wider[address] = found
    context.close()
    assert wider == {}
