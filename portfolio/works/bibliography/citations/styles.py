"""The styles in which a reference can be cited. Pure: screen and dossier print the same runs."""

from __future__ import annotations

from enum import StrEnum

from portfolio.works.bibliography.citations import apa, ieee, vancouver
from portfolio.works.bibliography.citations.runs import Runs, plain
from portfolio.works.bibliography.reference import Reference


class CitationStyle(StrEnum):
    """A style of citation."""

    APA = "apa"
    IEEE = "ieee"
    VANCOUVER = "vancouver"


STYLE_NAMES = {CitationStyle.APA: "APA 7", CitationStyle.IEEE: "IEEE", CitationStyle.VANCOUVER: "Vancouver"}


def cite(reference: Reference, style: CitationStyle = CitationStyle.APA) -> Runs:
    """A reference in a style."""
    return {CitationStyle.APA: apa, CitationStyle.IEEE: ieee, CitationStyle.VANCOUVER: vancouver}[style].cite(reference)


def cite_plain(reference: Reference, style: CitationStyle = CitationStyle.APA) -> str:
    """A reference in a style, as text to copy."""
    return plain(cite(reference, style))
