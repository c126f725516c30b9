"""The form of participation as printed: who did what in a work, and who signed for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

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
    paragraph,
    printed_date,
    table,
)
from portfolio.dossier.terms import Terms
from portfolio.works.participation.form import Form, Person, Row, from_plain, groups, kinds
from portfolio.works.participation.vocabulary import ABSENCE_LABELS
from portfolio.works.vocabulary import ROLE_LABELS, WorkGroup

NOTHING = "–"


def participation(plain: Mapping[str, Any], terms: Terms) -> Iterator[Block]:
    """The whole form; a work of one author needs none."""
    found = from_plain(plain)
    language = terms.language
    variant = found.variant
    standing = f"{variant.title.said(language)}\n{variant.remark.said(language)}\n{variant.source.said(language)}"
    yield Note((Run(terms.figures(standing)),))
    yield form([(_("A. Title of the work"), found.title.said(language))])
    yield TickBoxes(tuple(_roles(found)), _("B. The applicant's part in the work"))
    yield TickBoxes(tuple(_groups(found, terms)), _("C. Kind of the work"))
    yield from _part_one(found, terms)
    given = [
        [_heading(row, language), found.transfers.get(row.code) or NOTHING]
        for row in variant.transfers
        if variant.official or found.transfers.get(row.code)
    ]
    if given:
        caption = terms.figures(_("Part 2: where the work was shown or handed on"))
        yield table([Column(3), Column(8)], [_("Presented or passed on"), _("Details")], given, caption)
    yield paragraph(variant.certify.said(language))
    for person in found.people:
        yield _line(found, person, terms)


def _roles(found: Form) -> Iterator[TickBox]:
    """Section ข: the boxes of the form, and a role of the applicant's for which it has none."""
    held = found.applicant.roles if found.applicant is not None else ()
    for role in found.variant.roles:
        yield TickBox(str(ROLE_LABELS[role]), role in held)
    for role in found.other_roles:
        yield TickBox(_("Other: %(role)s", role=ROLE_LABELS[role]), ticked=True)


def _groups(found: Form, terms: Terms) -> Iterator[TickBox]:
    """Section ค: the three groups, and within its own the kind of the work."""
    for group, words in groups().items():
        chosen = group is found.group
        kind = f": {kinds()[found.kind].said(terms.language)}" if chosen and group is not WorkGroup.RESEARCH else ""
        yield TickBox(terms.figures(f"{words.said(terms.language)}{kind}"), chosen)


def _part_one(found: Form, terms: Terms) -> Iterator[Block]:
    """Every row of an official form, also those nobody wrote in; people with their part where a form has no rows."""
    caption, variant = terms.figures(_("Part 1: roles and responsibilities")), found.variant
    if not variant.duties:
        people = [
            [
                person.name.said(terms.language),
                ", ".join(str(ROLE_LABELS[role]) for role in person.roles),
                person.part.said(terms.language) or NOTHING,
            ]
            for person in found.people
        ]
        yield table([3, 2.5, 5], [_("Name"), _("Role"), _("Part in the work")], people, caption)
        return
    rows = [(_heading(row, terms.language), *_cells(found, row.code, terms)) for row in variant.duties]
    shown = [
        [head, own or NOTHING, others or NOTHING] for head, own, others in rows if variant.official or own or others
    ]
    if shown:
        heads = [_("Part in the work"), _("Applicant"), _("Others")]
        yield table([Column(3), Column(4), Column(4)], heads, shown, caption)


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
