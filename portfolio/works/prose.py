"""The service's light prose: what people write, for pages, print and reviewers alike.

A blank line parts paragraphs, "- " or "• " begins a bullet, "1. " a number; a line that follows an entry without a
mark continues it. Within a line "**words**" are bold and "[words](https://…)" is a link; all else is literal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Literal, NamedTuple

import nh3
from markupsafe import Markup, escape

from portfolio.core.i18n.digits import fold_thai_digits
from portfolio.works.references_in_text import tokens

ExhibitUrl = Callable[[int, int | None], str | None]
"""Where an exhibit (by the work's own count) and its page are shown; None where there is nothing to show."""

LINK = r"(?:https?://|mailto:)(?:[^\s()<>\[\]\"'\\]|\([^\s()<>\[\]\"'\\]*\))+"
"""An address that may be written into a text. The same expression stands in static/js/prose.js."""

_BULLET = re.compile(r"\s*[-•]\s+(?P<text>\S.*)")
_NUMBER = re.compile(r"\s*(?P<number>[0-9๐-๙]{1,3})[.)]\s+(?P<text>\S.*)")
_BOLD = re.compile(r"(?<!\*)\*\*(?![\s*])(?P<text>(?:(?!\*\*).)+?)(?<![\s*])\*\*(?!\*)")
_LINKED = re.compile(rf"\[(?P<text>[^\[\]\n]+)\]\((?P<url>{LINK})\)")

_WALL = nh3.Cleaner(
    tags={"p", "br", "ul", "ol", "li", "strong", "a", "span"},
    attributes={"a": {"href"}, "ol": {"start"}},
    allowed_classes={"a": {"exhibit"}, "span": {"redact"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener nofollow",
)
"""The second wall: whatever the renderer might let slip, a page never gets more than this."""


class Piece(NamedTuple):
    """Some words of a line that look alike."""

    text: str
    bold: bool = False
    url: str = ""


@dataclass
class Block:
    """A paragraph with its lines, or a list with its entries."""

    kind: Literal["p", "ul", "ol"]
    lines: list[str] = field(default_factory=list)
    start: int = 1
    blank_after: bool = False

    def pieces(self) -> Iterator[list[Piece]]:
        """The lines or entries, each in its pieces."""
        return (pieces(line) for line in self.lines)


def blocks(text: str) -> list[Block]:
    """The paragraphs and lists of a text."""
    found: list[Block] = []
    for raw in text.split("\n"):
        line = raw.strip()
        last = found[-1] if found else None
        bullet, number = _BULLET.fullmatch(raw.rstrip()), _NUMBER.fullmatch(raw.rstrip())
        if not line:
            if last:
                last.blank_after = True
        elif bullet:
            if last is None or last.kind != "ul":
                last = Block("ul")
                found.append(last)
            last.lines.append(bullet["text"])
            last.blank_after = False
        elif number:
            value = int(fold_thai_digits(number["number"]))
            if last is None or last.kind != "ol" or value != last.start + len(last.lines):
                last = Block("ol", start=value)
                found.append(last)
            last.lines.append(number["text"])
            last.blank_after = False
        elif last is None or (last.blank_after and last.kind == "p"):
            found.append(Block("p", [line]))
        elif last.kind == "p":
            last.lines.append(line)
        elif last.blank_after:
            found.append(Block("p", [line]))
        else:
            last.lines[-1] = f"{last.lines[-1]} {line}"
    return found


def pieces(line: str) -> list[Piece]:
    """A line cut where its look changes; the marks themselves are gone."""
    found: list[Piece] = []
    end = 0
    for bold in _BOLD.finditer(line):
        found += _linked(line[end : bold.start()], bold=False)
        found += _linked(bold["text"], bold=True)
        end = bold.end()
    return found + _linked(line[end:], bold=False)


def _linked(text: str, *, bold: bool) -> list[Piece]:
    found: list[Piece] = []
    end = 0
    for link in _LINKED.finditer(text):
        if link.start() > end:
            found.append(Piece(text[end : link.start()], bold))
        found.append(Piece(link["text"], bold, link["url"]))
        end = link.end()
    return [*found, Piece(text[end:], bold)] if end < len(text) else found


def plain(text: str) -> str:
    """The words alone, as they are counted and compared: no marks of bold, no addresses behind words."""
    return _LINKED.sub(lambda link: link["text"], _BOLD.sub(lambda bold: bold["text"], text))


def render(text: str | None, exhibit: ExhibitUrl | None = None) -> Markup:
    """The text as HTML; nothing in it can become markup but what is described above.

    With `exhibit`, references such as "[หลักฐาน 4 หน้า 3]" lead to the exhibit.
    """
    return laid_out(text or "", lambda piece: _piece(piece, exhibit))


def laid_out(text: str, write: Callable[[Piece], Markup]) -> Markup:
    """The text as HTML whose words `write` puts down, links and references included; bold is added here."""
    html = Markup("").join(_html(block, write) for block in blocks(text))
    return Markup(_WALL.clean(html))  # noqa: S704 - the wall has just taken out whatever does not belong


def _html(block: Block, write: Callable[[Piece], Markup]) -> Markup:
    lines = [
        Markup("").join(_look(list(alike), write) for _bold, alike in groupby(line, attrgetter("bold")))
        for line in block.pieces()
    ]
    if block.kind == "p":
        return Markup("<p>{}</p>").format(Markup("<br>").join(lines))
    entries = Markup("").join(Markup("<li>{}</li>").format(line) for line in lines)
    if block.kind == "ol" and block.start != 1:
        return Markup('<ol start="{}">{}</ol>').format(block.start, entries)
    return Markup("<{0}>{1}</{0}>").format(Markup(block.kind), entries)  # noqa: S704 - the kind is ours


def _look(alike: list[Piece], write: Callable[[Piece], Markup]) -> Markup:
    words = Markup("").join(write(piece) for piece in alike)
    return Markup("<strong>{}</strong>").format(words) if alike[0].bold else words


def _piece(piece: Piece, exhibit: ExhibitUrl | None) -> Markup:
    if piece.url:
        return Markup('<a href="{}">{}</a>').format(piece.url, piece.text)
    return _referring(piece.text, exhibit) if exhibit else escape(piece.text)


def _referring(text: str, exhibit: ExhibitUrl) -> Markup:
    parts: list[Markup] = []
    end = 0
    for token in tokens(text):
        url = exhibit(token.number, token.page)
        if url is None:
            continue
        parts.append(escape(text[end : token.start]))
        parts.append(Markup('<a class="exhibit" href="{}">{}</a>').format(url, text[token.start : token.end]))
        end = token.end
    return Markup("").join([*parts, escape(text[end:])])
