"""How a work was made known, as a page: what was shown where, to whom and when, and the exhibits that say so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from portfolio.dossier.document import Block, Column, EvidenceRef, Inline, Run, table
from portfolio.dossier.terms import Terms
from portfolio.works.dissemination.models import Way
from portfolio.works.dissemination.vocabulary import WAY_LABELS


def dissemination(work: dict[str, Any], terms: Terms) -> Iterator[Block]:
    """One table: way, what was shown where and to whom, when, exhibits."""
    rows: list[list[Any]] = []
    for way in Way:
        entries = [one for one in work["dissemination"] if one["way"] == way.value]
        for place, entry in enumerate(entries):
            head = Run(str(WAY_LABELS[way]), bold=True) if place == 0 else Run("")
            rows.append([head, _entry(entry, terms), _when(entry, terms), _exhibits(entry, terms)])
    heads = [_("Way of dissemination"), _("What, where and to whom"), _("Date or period"), _("Exhibit number")]
    yield table([Column(2.2), Column(5.2), Column(2.2), Column(1.5)], heads, rows)


def _entry(entry: dict[str, Any], terms: Terms) -> list[Inline]:
    lines = [terms.pick(entry, "place"), terms.pick(entry, "audience")]
    if entry["people"] is not None:
        lines.append(_("%(count)s people", count=terms.figure(str(entry["people"]))))
    parts: list[Inline] = [Run(terms.pick(entry, "title"), bold=True), *(Run(f"\n{line}") for line in lines if line)]
    if entry["url"]:
        parts += [Run("\n"), Run(entry["url"], url=entry["url"])]
    note = terms.pick(entry, "note")
    return [*parts, Run(f"\n{note}")] if note else parts


def _when(entry: dict[str, Any], terms: Terms) -> str:
    days = [terms.short_day(day) for day in (entry["begun_on"], entry["ended_on"]) if day]
    return " – ".join(dict.fromkeys(days)) if days else terms.year(entry["year"]) or "–"


def _exhibits(entry: dict[str, Any], terms: Terms) -> list[Inline]:
    parts: list[Inline] = []
    for number in entry["exhibits"]:
        if parts:
            parts.append(Run(", "))
        parts.append(EvidenceRef(number, None, label=terms.count(number)))
    return parts or [Run("–")]
