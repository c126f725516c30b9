"""Asking DOI's and ORCID's services by HTTP. Never inside a transaction; only the configured hosts are ever asked.

A redirect is followed to the host itself and, from doi.org, to the agencies that answer for it. Answers are limited
in size and time. A service that asks to wait is obeyed: briefly here, otherwise it is not asked again in this run.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import httpx
import structlog

from portfolio.config import Config
from portfolio.core.clock import now
from portfolio.core.i18n.marking import N_
from portfolio.transfer.formats import csljson, orcid, values
from portfolio.transfer.formats.reading import FileFormat, ReadFile, Refused, Remark, Understood, Unreadable

CSL = "application/vnd.citationstyles.csl+json"
JSON = "application/json"
MOST_DOIS = 50
MOST_BYTES = 20 * 1024 * 1024
MOST_REDIRECTS = 5
SECONDS_EACH = 15.0
SECONDS_IN_ALL = 45.0
LONGEST_PAUSE = 5.0
WORKS_AT_ONCE = 50

# Where doi.org sends those who ask for data: the registration agencies' own services.
AGENCIES = frozenset(
    {"api.crossref.org", "data.crossref.org", "data.datacite.org", "api.datacite.org", "data.medra.org"}
)

NO_ANSWER = N_("%(host)s did not answer in time. Try again later.")
NOT_THERE = N_("%(host)s does not know “%(asked)s”.")
TOO_BUSY = N_("%(host)s asks to wait. Try again in %(seconds)s seconds.")
TROUBLE = N_("%(host)s cannot answer just now (%(status)s). Try again later.")
ELSEWHERE = N_("%(host)s pointed to another service, which is not asked.")
TOO_BIG = N_("The answer of %(host)s was larger than any bibliography and was broken off.")
NOT_DATA = N_("%(host)s answered with something else than bibliographic data.")
NOT_DOI = N_("“%(asked)s” is no DOI. A DOI begins with 10. and has a slash.")

log = structlog.get_logger()


class LookupFailed(Exception):
    """A question got no usable answer; carries the sentence that says why. `stop`: do not ask this service again."""

    def __init__(self, remark: Remark, *, stop: bool = False) -> None:
        super().__init__(str(remark))
        self.remark = remark
        self.stop = stop


def read_orcid(text: str) -> str:
    """The iD out of an iD or its address; empty where its check digit (ISO 7064 11,2) does not fit."""
    digits = text.strip().rstrip("/").rsplit("/", 1)[-1].replace("-", "").upper()
    if len(digits) != 16 or not (digits[:15].isascii() and digits[:15].isdigit()):
        return ""
    total = 0
    for digit in digits[:15]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    if digits[15] != ("X" if check == 10 else str(check)):
        return ""
    return "-".join(digits[start : start + 4] for start in range(0, 16, 4))


def split_dois(text: str) -> list[str]:
    """What stands in a list of DOIs, one per line or parted by commas and blanks, each once."""
    return list(dict.fromkeys(word for word in text.replace(",", " ").replace(";", " ").split() if word))


@dataclass
class Lookup:
    """Asks the services of one configuration. `pause` is how it waits."""

    config: Config
    pause: Callable[[float], None] = time.sleep
    seconds_each: float = SECONDS_EACH
    seconds_in_all: float = SECONDS_IN_ALL
    most_bytes: int = MOST_BYTES
    _client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        contact = parseaddr(self.config.mail_from)[1]
        agent = f"EnT-Portfolio/1.0 ({self.config.public_url}; mailto:{contact})"
        limits = httpx.Timeout(self.seconds_each, connect=min(5.0, self.seconds_each))
        self._client = httpx.Client(timeout=limits, follow_redirects=False, headers={"User-Agent": agent})

    def __enter__(self) -> Lookup:
        return self

    def __exit__(self, *_error: object) -> None:
        self._client.close()

    def dois(self, asked: Sequence[str], report: Callable[[int], None] = lambda _done: None) -> ReadFile:
        """What the agencies know of these DOIs, in their order; what they do not is a refusal each."""
        entries: list[Understood | Refused] = []
        halted: Remark | None = None
        for number, text in enumerate(asked, start=1):
            doi = values.read_doi(text)
            if not doi:
                entries.append(Refused(number, Remark(NOT_DOI, {"asked": text[:80]}), text[:200]))
                continue
            if halted is not None:
                entries.append(Refused(number, halted, doi))
                continue
            report(number - 1)
            try:
                entries.append(self._doi(doi, number))
            except LookupFailed as failure:
                entries.append(Refused(number, failure.remark, doi))
                halted = failure.remark if failure.stop else None
        return ReadFile(FileFormat.CSL_JSON, entries)

    def _doi(self, doi: str, number: int) -> Understood | Refused:
        base = self.config.doi_url
        answer = self._ask(base, _path_of(doi), CSL, doi, AGENCIES)
        host = urlsplit(base).netloc
        try:
            found = csljson.read_items(csljson.items_of(answer))
        except Unreadable as error:
            raise LookupFailed(Remark(NOT_DATA, {"host": host})) from error
        if len(found.entries) != 1:
            raise LookupFailed(Remark(NOT_DATA, {"host": host}))
        (entry,) = found.entries
        if isinstance(entry, Understood):
            return Understood(number, entry.reference, entry.remarks)
        return Refused(number, entry.reason, doi)

    def orcid(self, iD: str, report: Callable[[int], None] = lambda _done: None) -> ReadFile:  # noqa: N803 - its name
        """The works of a person's record, in full where ORCID gives them, else as its list says.

        Raises LookupFailed where not even the list could be had.
        """
        base = self.config.orcid_url
        text = self._ask(base, f"/v3.0/{iD}/works", JSON, iD)
        listed = self._json(text, base)
        if not orcid.is_orcid(listed):
            raise LookupFailed(Remark(NOT_DATA, {"host": urlsplit(base).netloc}))
        codes = orcid.put_codes(listed)
        if not codes:
            return orcid.read(listed, "")
        bulk: list[Any] = []
        for start in range(0, len(codes), WORKS_AT_ONCE):
            report(start)
            wanted = ",".join(str(code) for code in codes[start : start + WORKS_AT_ONCE])
            try:
                answer = self._json(self._ask(base, f"/v3.0/{iD}/works/{wanted}", JSON, iD), base)
            except LookupFailed as failure:
                log.info("orcid_details_missing", reason=failure.remark.text)
                return orcid.read(listed, "")
            part = answer.get("bulk") if isinstance(answer, dict) else None
            if not isinstance(part, list):
                return orcid.read(listed, "")
            bulk += part
        return orcid.read({"bulk": bulk}, "")

    def _json(self, text: str, base: str) -> Any:
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise LookupFailed(Remark(NOT_DATA, {"host": urlsplit(base).netloc})) from error

    def _ask(self, base: str, path: str, accept: str, asked: str, others: frozenset[str] = frozenset()) -> str:
        """The text of an answer. Raises LookupFailed."""
        host = urlsplit(base).netloc
        end = time.monotonic() + self.seconds_in_all
        for attempt in (1, 2):
            try:
                status, text, wait = self._get(base + path, accept, host, others, end)
            except httpx.HTTPError as error:
                raise LookupFailed(Remark(NO_ANSWER, {"host": host}), stop=True) from error
            if status == 200:
                return text
            if status in (404, 410):
                raise LookupFailed(Remark(NOT_THERE, {"host": host, "asked": asked}))
            if status in (429, 503) and wait is not None:
                if attempt == 1 and wait <= LONGEST_PAUSE:
                    self.pause(wait)
                    continue
                raise LookupFailed(Remark(TOO_BUSY, {"host": host, "seconds": str(round(wait))}), stop=True)
            raise LookupFailed(Remark(TROUBLE, {"host": host, "status": str(status)}), stop=status == 429)
        raise AssertionError("the second attempt always answers or raises")

    def _get(
        self, url: str, accept: str, host: str, others: frozenset[str], end: float
    ) -> tuple[int, str, float | None]:
        """Status, text and how long to wait, after redirects to hosts that may be asked."""
        for _step in range(MOST_REDIRECTS + 1):
            with self._client.stream("GET", url, headers={"Accept": accept}) as response:
                if response.is_redirect:
                    url = self._next(url, response.headers.get("Location", ""), host, others)
                    continue
                if response.status_code != 200:
                    return response.status_code, "", _retry_after(response)
                media_type = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
                if media_type != JSON and not media_type.endswith("+json"):
                    raise LookupFailed(Remark(NOT_DATA, {"host": host}))
                content = b"".join(self._chunks(response, host, end))
                try:
                    return 200, content.decode("utf-8"), None
                except UnicodeDecodeError as error:
                    raise LookupFailed(Remark(NOT_DATA, {"host": host})) from error
        raise LookupFailed(Remark(ELSEWHERE, {"host": host}))

    def _chunks(self, response: httpx.Response, host: str, end: float) -> Iterator[bytes]:
        size = 0
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > self.most_bytes:
                raise LookupFailed(Remark(TOO_BIG, {"host": host}))
            if time.monotonic() > end:
                raise LookupFailed(Remark(NO_ANSWER, {"host": host}), stop=True)
            yield chunk

    def _next(self, url: str, location: str, host: str, others: frozenset[str]) -> str:
        """The address of a redirect; another host than those that may be asked is refused, and so is plain HTTP to
        an agency."""
        try:
            target = urljoin(url, location)
            parts = urlsplit(target)
            same = parts.netloc == host and parts.scheme in ("https", urlsplit(url).scheme)
        except ValueError:
            same, parts, target = False, urlsplit(""), ""
        if same or (parts.scheme == "https" and parts.netloc in others):
            return target
        raise LookupFailed(Remark(ELSEWHERE, {"host": host}))


def _path_of(doi: str) -> str:
    """The path of a DOI; steps that would lead out of it are written so that they are none."""
    parts = (quote(part, safe=":;()._-") for part in doi.split("/"))
    return "".join("/" + (part.replace(".", "%2E") if part in (".", "..") else part) for part in parts)


def _retry_after(response: httpx.Response) -> float | None:
    """How many seconds a service asks to wait; the header gives seconds or a date (RFC 9110, 10.2.3)."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:6])
    try:
        return max(0.0, (parsedate_to_datetime(text) - now()).total_seconds())
    except (TypeError, ValueError):
        return None
