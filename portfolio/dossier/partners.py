"""The partners of a work as printed: who, what was done together, that they confirmed it, and in which words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from portfolio.dossier.document import Block, Figure, Inline, Note, Paragraph, Quote, Run, paragraph
from portfolio.dossier.photos import printed
from portfolio.dossier.terms import Terms
from portfolio.partners.vocabulary import STATE_TAGS, TYPE_LABELS, PartnerState, PartnerType


def partners(work: dict[str, Any], terms: Terms) -> Iterator[Block]:
    """Every partner in its order. One who withdrew consent is printed as such, without name, words and picture."""
    for partner in work["partners"]:
        yield from _partner(partner, terms)


def _partner(partner: dict[str, Any], terms: Terms) -> Iterator[Block]:
    state = PartnerState(partner["state"])
    kind = str(TYPE_LABELS[PartnerType(partner["type"])])
    name = terms.pick(partner["identity"], "name") if partner["identity"] else kind
    about = [kind] if partner["identity"] else []
    if partner["province"]:
        about.append(terms.pick(partner["province"], "name"))
    about.append(str(STATE_TAGS[state][0]))
    given = partner["confirmation"]
    if given is not None:
        about.append(terms.day(given["answered_on"]))
    yield paragraph(Run(name, bold=True), Run(f" ({', '.join(about)})"))
    for key, label in (
        ("done", _("What was done together")),
        ("benefit_partner", _("What the partner gained")),
        ("benefit_university", _("What the university gained")),
    ):
        written = terms.pick(partner, key)
        if written:
            parts: list[Inline] = [Run(f"{label}: ", bold=True), Run(written)]
            agrees = given[f"{key}_agrees"] if given is not None else None
            if agrees is not None:
                parts.append(Run(" " + (_("(The partner: right)") if agrees else _("(The partner: not right)"))))
            yield Paragraph(tuple(parts), indent=True)
        if partner["words"] and partner["words"][key]:
            yield Quote((Run(partner["words"][key]),), source=_source(partner))
    yield from _picture(partner, name)
    if partner["text_changed"] and given is not None:
        yield Note((Run(_("The applicant changed the text after the confirmation.")),))


def _picture(partner: dict[str, Any], name: str) -> Iterator[Block]:
    """What the partner consented to show, as far as it is still kept."""
    picture = printed(partner["photo"]["sha256"]) if partner["photo"] else None
    if picture is not None:
        yield Figure(
            image=picture.image,
            media_type="image/jpeg",
            caption=_("Picture given by the partner: %(partner)s", partner=name),
            alt=_("A picture that the partner (%(partner)s) gave for this work and consents to show", partner=name),
            width=picture.width,
        )


def _source(partner: dict[str, Any]) -> str:
    person = partner["person"]
    return ", ".join(part for part in (person["name"], person["role"]) if part) if person else ""
