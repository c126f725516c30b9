"""Everything a person can get: the pages of the table, what they link to, and what forms answer and write."""

from __future__ import annotations

import html
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from sqlalchemy import select
from werkzeug.test import TestResponse

from portfolio.core.db import session
from portfolio.core.mail.models import MailMessage
from tests.security.people import PEOPLE, UNIVERSITIES
from tests.security.sweep import Row, Sweep
from tests.security.test_access import REFUSALS, TABLE_ROWS

LANGUAGES = ("th", "en")
MOST_PAGES = 1500
_ADDRESS = re.compile(r'\b(?:href|src|action|data-[a-z-]+)="(/[^"]*)"')
_OPTION = re.compile(r"<option[^>]*>[^<]*</option>")


@dataclass(frozen=True)
class Got:
    """An answer: where from, and everything in it that can be read, headers included."""

    where: str
    text: str

    @classmethod
    def of(cls, where: str, response: TestResponse) -> Got:
        """Read an answer whole: HTML with its entities resolved, file names decoded, bytes as far as they are text."""
        body = response.get_data().decode("utf-8", "replace")
        if response.mimetype in ("text/html", "application/json"):
            body = html.unescape(body) + html.unescape(_decoded_json(body))
        headers = "\n".join(f"{name}: {unquote(value)}" for name, value in response.headers)
        return cls(where, f"{headers}\n\n{body}")

    @property
    def without_options(self) -> str:
        """The text without the lists one chooses from: every university stands there for everybody."""
        return _OPTION.sub("", self.text)


def _decoded_json(body: str) -> str:
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), body) if "\\u" in body else ""


def pages(sweep: Sweep, persona: str, languages: Sequence[str] = LANGUAGES) -> Iterator[Got]:
    """Every page that the table opens to a person and every page these lead to; the first in both languages."""
    for language in languages:
        seen: set[str] = set()
        waiting: deque[str] = deque()
        for row, cells in TABLE_ROWS.items():
            if row.method == "GET" and cells[persona] == "200":
                response = sweep.ask(row, persona, language=language)
                yield from _follow(response, seen, waiting)
        # What the links lead to is the same pages with other words, so it is followed in one language.
        while waiting and language == languages[0]:
            assert len(seen) < MOST_PAGES, "the crawl does not end"
            yield from _follow(sweep.open(waiting.popleft(), persona, language=language), seen, waiting)
    if sweep.writes:
        sweep.restore()


def _follow(response: TestResponse, seen: set[str], waiting: deque[str]) -> Iterator[Got]:
    seen.add(response.request.full_path.rstrip("?"))
    seen.add(response.request.path)
    yield Got.of(f"GET {response.request.full_path}", response)
    if response.mimetype == "text/html":
        for address in _ADDRESS.findall(response.get_data(as_text=True)):
            path = urlsplit(html.unescape(address))._replace(fragment="").geturl()
            if path not in seen and not path.startswith(("/static/", "/accounts/sign-in")):
                seen.add(path)
                waiting.append(path)


def answers(sweep: Sweep, persona: str) -> Iterator[Got]:
    """What forms answer to a person, sent well and sent empty, and the letters that they cause."""
    for row, cells in TABLE_ROWS.items():
        if row.method == "POST" and cells[persona] not in REFUSALS:
            yield from _sent(sweep, row, persona)


def _sent(sweep: Sweep, row: Row, persona: str) -> Iterator[Got]:
    where = f"POST {row.endpoint} of {row.subject}"
    with sweep.undone():
        before = set(letters(sweep))
        yield Got.of(where, sweep.ask(row, persona))
        for number, (address, got) in letters(sweep).items():
            if number not in before and persona in PEOPLE and address == PEOPLE[persona].email:
                yield got
    if row.endpoint not in ("accounts.sign_out", "evidence.create", "evidence.replace_file"):
        with sweep.undone(), sweep.app.test_request_context():
            address = sweep.app.url_for(row.endpoint, **sweep.arguments(row))
        yield Got.of(f"{where}, empty", sweep.open(address, persona, method="POST", data={}))
        sweep.restore()


def letters(sweep: Sweep) -> dict[int, tuple[str, Got]]:
    """Every letter of the outbox: to whom, and what it says."""
    with sweep.app.app_context():
        return {
            row.id: (row.to_address, Got(f"letter {row.purpose} to {row.to_address}", f"{row.subject}\n{row.body}"))
            for row in session.scalars(select(MailMessage))
        }


def letters_to(sweep: Sweep, personas: Iterable[str]) -> list[Got]:
    """The letters to these people."""
    addresses = {PEOPLE[name].email for name in personas if name in PEOPLE}
    return [got for address, got in letters(sweep).values() if address in addresses]


def traces(name: str) -> dict[str, re.Pattern[str]]:
    """What gives a person away: parts of the name in both languages, the address, the number."""
    kind = PEOPLE[name]
    words = [*kind.th, *kind.en, kind.email]
    return {word: re.compile(re.escape(word), re.IGNORECASE) for word in words} | {
        str(kind.number): re.compile(rf"(?<![0-9A-Za-z]){kind.number}(?![0-9A-Za-z])")
    }


def traces_of_place(letter: str) -> dict[str, re.Pattern[str]]:
    """What gives a university away: its name and its faculty's in both languages, and its own part."""
    th, en, faculty_th, faculty_en = UNIVERSITIES[letter]
    words = [th, th.removeprefix("มหาวิทยาลัย"), en, en.split()[0], faculty_th, faculty_en]
    return {word: re.compile(re.escape(word), re.IGNORECASE) for word in words}


def found_in(text: str, wanted: dict[str, re.Pattern[str]]) -> list[str]:
    """Which of these stand in a text."""
    return [word for word, pattern in wanted.items() if pattern.search(text)]
