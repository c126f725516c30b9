"""Makes the files of the sample evidence: sheets typeset from their texts, and pictures drawn from their scenes."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import typst

from portfolio.config import FONTS
from portfolio.core.i18n.dates import format_date
from portfolio.evidence.sample_pictures import draw

PDF = "application/pdf"
JPEG = "image/jpeg"

_TEMPLATE = Path(__file__).parent / "sample_data" / "paper.typ"
_LINE = re.compile(r"(?P<mark>-|[0-9]{1,2}\.)\s+(?P<text>.+)")
_HEADING = re.compile(r"(วาระที่|ข้อ|ขั้นที่|เรื่อง|ที่ |มติ)")


def make_file(entry: dict[str, Any], work: dict[str, Any]) -> tuple[str, bytes, str]:
    """File name, bytes and media type of one evidence entry of a sample work. The same entry gives the same bytes.

    Entries whose generator is "link" have no file; asking for one raises ValueError.
    """
    name = f"{work['slug']}-{entry['number']:02d}-{entry['generator'].replace('_', '-')}"
    if entry["generator"] == "link":
        raise ValueError("a link has no file")
    if entry["generator"] == "photo":
        taken = datetime.combine(date.fromisoformat(entry["date"]), datetime.min.time().replace(hour=9, minute=24))
        return f"{name}.jpg", draw(entry["scene"], seed=name, taken=taken), JPEG
    return f"{name}.pdf", _sheet(entry), PDF


def _sheet(entry: dict[str, Any]) -> bytes:
    day = date.fromisoformat(entry["date"])
    data = {
        "title": entry["title_th"],
        "organization": entry.get("organization_th", ""),
        "document_number": entry.get("document_number", ""),
        "caption": entry["caption_th"] if entry["generator"] == "survey_table" else "",
        "day": format_date(day, language="th"),
        "blocks": list(_blocks(entry.get("body_th", ""))),
        "header": entry.get("columns_th", []),
        "rows": entry.get("rows", []),
        "note": entry.get("note_th", ""),
        "signers": [{"name": one["name_th"], "position": one["position_th"]} for one in entry.get("signers", [])],
    }
    made = typst.compile(
        _TEMPLATE,
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[FONTS]),
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
    )
    assert isinstance(made, bytes)
    return made


def _blocks(text: str) -> list[dict[str, Any]]:
    """Paragraphs, lists and page ends (---) of a sheet's text; a short line before others is a heading."""
    blocks: list[dict[str, Any]] = []
    for part in text.strip().split("\n\n"):
        lines = [line.strip() for line in part.split("\n") if line.strip()]
        for place, line in enumerate(lines):
            mark = _LINE.fullmatch(line)
            if re.fullmatch(r"-{3,}", line):
                blocks.append({"kind": "page"})
            elif mark is None:
                heading = len(lines) > 1 and place == 0 and _HEADING.match(line) is not None
                blocks.append({"kind": "heading" if heading else "text", "text": line})
            else:
                _add_entry(blocks, mark["mark"], mark["text"])
    return blocks


def _add_entry(blocks: list[dict[str, Any]], mark: str, text: str) -> None:
    kind = "bullets" if mark == "-" else "numbers"
    last = blocks[-1] if blocks else {}
    if last.get("kind") == kind:
        last["entries"].append(text)
        return
    start = 1 if mark == "-" else int(mark.rstrip("."))
    blocks.append({"kind": kind, "entries": [text], "start": start})
