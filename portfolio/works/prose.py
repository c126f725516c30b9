"""The service's light prose as HTML for pages: paragraphs, bullets and numbers, all else literal.

The same rules as in print: a blank line parts paragraphs, "- " or "• " begins a bullet, "1. " a number; a line that
follows an entry without a mark continues it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from portfolio.core.i18n.digits import fold_thai_digits

_BULLET = re.compile(r"\s*[-•]\s+(?P<text>\S.*)")
_NUMBER = re.compile(r"\s*(?P<number>[0-9๐-๙]{1,3})[.)]\s+(?P<text>\S.*)")


@dataclass
class _Block:
    kind: str
    lines: list[str] = field(default_factory=list)
    start: int = 1
    blank_after: bool = False


def render(text: str | None) -> Markup:
    """The text as HTML; nothing in it can become markup."""
    return Markup("").join(_html(block) for block in _blocks(text or ""))


def _blocks(text: str) -> list[_Block]:
    blocks: list[_Block] = []
    for raw in text.split("\n"):
        line = raw.strip()
        last = blocks[-1] if blocks else None
        bullet, number = _BULLET.fullmatch(raw.rstrip()), _NUMBER.fullmatch(raw.rstrip())
        if not line:
            if last:
                last.blank_after = True
        elif bullet:
            if last is None or last.kind != "ul":
                last = _Block("ul")
                blocks.append(last)
            last.lines.append(bullet["text"])
            last.blank_after = False
        elif number:
            value = int(fold_thai_digits(number["number"]))
            if last is None or last.kind != "ol" or value != last.start + len(last.lines):
                last = _Block("ol", start=value)
                blocks.append(last)
            last.lines.append(number["text"])
            last.blank_after = False
        elif last is None or last.blank_after:
            blocks.append(_Block("p", [line]))
        elif last.kind == "p":
            last.lines.append(line)
        else:
            last.lines[-1] = f"{last.lines[-1]} {line}"
    return blocks


def _html(block: _Block) -> Markup:
    if block.kind == "p":
        return Markup("<p>{}</p>").format(Markup("<br>").join(block.lines))
    entries = Markup("").join(Markup("<li>{}</li>").format(escape(line)) for line in block.lines)
    if block.kind == "ol" and block.start != 1:
        return Markup('<ol start="{}">{}</ol>').format(block.start, entries)
    return Markup("<{0}>{1}</{0}>").format(Markup(block.kind), entries)  # noqa: S704 - the kind is ours
