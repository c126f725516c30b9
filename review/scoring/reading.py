"""What a reviewer reads: the frozen portfolio, as far as the disclosure policy lets this person see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from portfolio.core.hooks import current_hooks
from portfolio.submissions.permissions import APPLICANT
from portfolio.submissions.snapshots import content_as_kept, exhibit_numbers
from portfolio.works.prose import Piece, laid_out
from portfolio.works.references_in_text import tokens
from review.assignments.models import Assignment
from review.assignments.queries import names_to_hide
from review.assignments.redaction import masked, shown
from review.scoring.permissions import ORIGINAL_FILE
from review.scoring.queries import find_work


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
    content = content_as_kept(round_.snapshot)
    blind = not hooks.discloses(viewer, APPLICANT, round_.submission)
    if blind:
        content = masked(content, also=names_to_hide(round_.snapshot))
    originals = not blind and hooks.discloses(viewer, ORIGINAL_FILE, round_.submission)
    return Reading(content, blind, originals)


@dataclass(frozen=True)
class PartnerPhoto:
    """The picture of a partner in the material of an assignment, by its digest."""

    assignment: Assignment
    sha256: str


def find_photo(viewer: Any, id: int, position: int, number: int) -> PartnerPhoto | None:
    """The picture that a partner lets be shown, where this reviewer may learn who is behind the work.

    In double-blind calls the reading has none; nor has any once the partner took it back.
    """
    place = find_work(viewer, id, position)
    work = reading_of(viewer, place.assignment).work(position) if place is not None else None
    partners = work["partners"] if work is not None else []
    photo = next((one["photo"] for one in partners if one["number"] == number), None)
    return PartnerPhoto(place.assignment, photo["sha256"]) if place is not None and photo is not None else None


def prose(text: str, content: dict[str, Any], position: int, link: Callable[[int, int], str]) -> Markup:
    """A work's text as HTML; what it says of its exhibits becomes links, what was taken out a dark box.

    `link(number, page)` gives the address of a page of an exhibit, by the portfolio's numbers. The writer's own links
    are not followed from here, for they would tell who reads; where people are hidden their addresses are, too.
    """
    numbers, word = exhibit_numbers(content, position), _("name hidden")
    blind = content["applicant"] is None

    def write(piece: Piece) -> Markup:
        if piece.url:
            words = shown(piece.text, word)
            return words if blind else Markup("{} ({})").format(words, shown(piece.url, word))
        return _referring(piece.text, numbers, word, link)

    return laid_out(text, write)


def line(text: str, content: dict[str, Any], position: int, link: Callable[[int, int], str]) -> Markup:
    """A short text, such as a source, as HTML in one line: what it says of exhibits becomes links as in `prose`."""
    return _referring(text, exhibit_numbers(content, position), _("name hidden"), link)


def _referring(text: str, numbers: dict[int, int], word: str, link: Callable[[int, int], str]) -> Markup:
    parts: list[Markup] = []
    end = 0
    for token in tokens(text):
        number = numbers.get(token.number)
        if number is None:
            continue
        parts.append(shown(text[end : token.start], word))
        words = _("Exhibit %(number)s", number=number)
        if token.page:
            words = f"{words} {_('page %(pages)s', pages=token.page)}"
        parts.append(Markup('<a class="exhibit" href="{}">{}</a>').format(link(number, token.page or 1), words))
        end = token.end
    parts.append(shown(text[end:], word))
    return Markup("").join(parts)
