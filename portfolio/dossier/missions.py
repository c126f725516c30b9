"""The missions that a work joins, as a page: what was done, for whom, and the exhibits that say so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from portfolio.dossier.document import Block, Column, EvidenceRef, Inline, Run, table
from portfolio.dossier.terms import Terms
from portfolio.works.missions.models import Term
from portfolio.works.missions.vocabulary import TERM_LABELS
from portfolio.works.vocabulary import MISSION_LABELS, Mission


def missions(work: dict[str, Any], terms: Terms) -> Iterator[Block]:
    """One table: mission, what was joined, what came of it, exhibits."""
    rows: list[list[Any]] = []
    for mission in Mission:
        entries = [one for one in work["mission_entries"] if one["mission"] == mission.value]
        for place, entry in enumerate(entries):
            head = Run(str(MISSION_LABELS[mission]), bold=True) if place == 0 else Run("")
            rows.append([head, _entry(entry, terms), terms.pick(entry, "outcome"), _exhibits(entry, terms)])
    heads = [_("Mission"), _("What was joined"), _("What came of it"), _("Exhibit number")]
    yield table([Column(2), Column(4.2), Column(3.6), Column(1.5)], heads, rows)


def _entry(entry: dict[str, Any], terms: Terms) -> list[Inline]:
    title = " ".join(part for part in (entry["code"], terms.pick(entry, "title")) if part)
    when = " ".join(
        part
        for part in (str(TERM_LABELS[Term(entry["term"])]) if entry["term"] else "", terms.year(entry["year"]))
        if part
    )
    lines = [when, terms.pick(entry, "partner")]
    if entry["people"] is not None:
        lines.append(_("%(count)s people", count=terms.figure(str(entry["people"]))))
    return [Run(title, bold=True), *(Run(f"\n{line}") for line in lines if line)]


def _exhibits(entry: dict[str, Any], terms: Terms) -> list[Inline]:
    parts: list[Inline] = []
    for number in entry["exhibits"]:
        if parts:
            parts.append(Run(", "))
        parts.append(EvidenceRef(number, None, label=terms.count(number)))
    return parts or [Run("–")]
