"""The form of participation as printed: who did what in a work, and who signed for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

from portfolio.core.clock import BANGKOK
from portfolio.dossier.document import (
    Block,
    Column,
    Note,
    Run,
    SignatureLine,
    TickBox,
    TickBoxes,
    form,
    printed_date,
    table,
)
from portfolio.works.participation.form import Form, Person, Row, from_plain
from portfolio.works.participation.vocabulary import ABSENCE_LABELS
from portfolio.works.vocabulary import KIND_LABELS, ROLE_LABELS

if TYPE_CHECKING:
    from portfolio.dossier.sections import Terms


def participation(plain: Mapping[str, Any], terms: Terms) -> Iterator[Block]:
    """The whole form; a work of one author needs none."""
    found = from_plain(plain)
    language = terms.language
    variant = found.variant
    yield Note((Run(f"{variant.title.said(language)}\n{variant.remark.said(language)}"),))
    kind = str(KIND_LABELS[found.kind])
    yield form([(_("Title of the work"), found.title.said(language)), (_("Kind of work"), kind)])
    applicant = found.applicant
    if applicant is not None:
        boxes = tuple(TickBox(str(ROLE_LABELS[role]), role in applicant.roles) for role in variant.roles)
        yield TickBoxes(boxes, _("The applicant's role in the work"))
    rows = [[_heading(row, language), *_cells(found, row.code, terms)] for row in variant.duties]
    shown = [row for row in rows if any(row[1:])]
    if shown:
        heads = [_("Part in the work"), _("Applicant"), _("Others")]
        yield table([Column(3), Column(4), Column(4)], heads, shown)
    given = [
        [_heading(row, language), found.transfers[row.code]]
        for row in variant.transfers
        if found.transfers.get(row.code)
    ]
    if given:
        yield table([Column(3), Column(8)], [_("Presented or passed on"), _("Details")], given)
    for person in found.people:
        yield _line(found, person, terms)


def _heading(row: Row, language: str) -> str:
    return f"{row.letter(language)}. {row.label.said(language)}"


def _cells(found: Form, code: str, terms: Terms) -> tuple[str, str]:
    own = found.says(found.applicant, code, terms.language) if found.applicant else ""
    others = [
        f"{person.name.said(terms.language)}: {said}"
        for person in found.others
        if (said := found.says(person, code, terms.language))
    ]
    return own, "\n".join(others)


def _line(found: Form, person: Person, terms: Terms) -> SignatureLine:
    role = ", ".join(str(ROLE_LABELS[role]) for role in person.roles)
    name = person.name.said(terms.language)
    if person.signed is not None and found.holds(person):
        day = _day(person.signed.at, terms)
        how = _("Signed electronically")
        return SignatureLine(name, f"{role}\n{how}", day)
    if person.absent is not None:
        why = _("Cannot sign")
        return SignatureLine(name, f"{role}\n{why}: {ABSENCE_LABELS[person.absent.reason]}")
    return SignatureLine(name, role)


def _day(at: datetime, terms: Terms) -> str:
    return printed_date(at.astimezone(BANGKOK).date(), terms.language, terms.thai_digits)
