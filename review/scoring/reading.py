"""What a reviewer reads: the frozen portfolio, as far as the disclosure policy lets this person see it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from portfolio.core.hooks import current_hooks
from portfolio.core.i18n.digits import fold_thai_digits
from portfolio.submissions.permissions import APPLICANT
from portfolio.submissions.snapshots import EMAIL, content_of, exhibit_numbers, sealed_value
from review.assignments.models import Assignment
from review.assignments.redaction import masked, shown
from review.scoring.permissions import ORIGINAL_FILE

_REFERENCE = re.compile(
    r"\[(?:หลักฐาน|[Ee]xhibit)\s*(?P<number>[0-9๐-๙]{1,3})"
    r"(?:,?\s*(?:หน้า|น\.|page|p\.)\s*(?P<page>[0-9๐-๙]{1,4})(?:\s*[-–]\s*[0-9๐-๙]{1,4})?)?\]"
)


@dataclass(frozen=True)
class Reading:
    """The content a reviewer gets, and whether people were taken out of it."""

    content: dict[str, Any]
    blind: bool
    originals: bool

    def work(self, position: int) -> dict[str, Any] | None:
        """A work by its place."""
        return next((work for work in self.content["works"] if work["position"] == position), None)

    def exhibits(self, position: int) -> list[dict[str, Any]]:
        """The exhibits of a work, in the order of the portfolio."""
        return [item for item in self.content["evidence"] if any(use["work"] == position for use in item["uses"])]

    def exhibit(self, number: int) -> dict[str, Any] | None:
        """An exhibit by its number."""
        return next((item for item in self.content["evidence"] if item["number"] == number), None)

    def for_criterion(self, position: int, code: str) -> list[dict[str, Any]]:
        """The exhibits that a work brings for a criterion."""
        return [
            item
            for item in self.content["evidence"]
            if any(use["work"] == position and code in use["criteria"] for use in item["uses"])
        ]


def reading_of(viewer: Any, assignment: Assignment) -> Reading:
    """The snapshot of an assignment as this viewer may read it."""
    hooks, round_ = current_hooks(), assignment.round
    content = content_of(round_.snapshot)
    blind = not hooks.discloses(viewer, APPLICANT, round_.submission)
    if blind:
        address = sealed_value(round_.snapshot, EMAIL)
        content = masked(content, also=[address] if address else [])
    originals = not blind and hooks.discloses(viewer, ORIGINAL_FILE, round_.submission)
    return Reading(content, blind, originals)


def prose(text: str, content: dict[str, Any], position: int, link: Callable[[int, int], str]) -> Markup:
    """A work's text as paragraphs; what it says of its exhibits becomes links, what was taken out a dark box.

    `link(number, page)` gives the address of a page of an exhibit, by the portfolio's numbers.
    """
    numbers, word = exhibit_numbers(content, position), _("name hidden")
    blocks = [block.strip("\n") for block in text.split("\n\n") if block.strip()]
    return Markup("").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(_line(line, numbers, word, link) for line in block.split("\n")))
        for block in blocks
    )


def _line(line: str, numbers: dict[int, int], word: str, link: Callable[[int, int], str]) -> Markup:
    parts: list[Markup] = []
    end = 0
    for found in _REFERENCE.finditer(line):
        number = numbers.get(int(fold_thai_digits(found["number"])))
        if number is None:
            continue
        page = int(fold_thai_digits(found["page"])) if found["page"] else 1
        parts.append(shown(line[end : found.start()], word))
        words = _("Exhibit %(number)s", number=number)
        if found["page"]:
            words = f"{words} {_('page %(pages)s', pages=page)}"
        parts.append(Markup('<a class="exhibit" href="{}">{}</a>').format(link(number, page), words))
        end = found.end()
    parts.append(shown(line[end:], word))
    return Markup("").join(parts)
