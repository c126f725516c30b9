"""Words of the four ways of dissemination, and how sure we are of what a rule asks of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.works.dissemination.models import Way

WAY_LABELS: dict[Way, Any] = {
    Way.FORUM: _l("Presentation forum in the area"),
    Way.VISIT: _l("Site open to visits"),
    Way.PUBLIC: _l("Public dissemination"),
    Way.RECORD: _l("Written record that others can cite"),
}


@dataclass(frozen=True)
class WayWords:
    """How a way speaks of its entries. An empty word means that this is not asked of it."""

    add: Any
    title_th: Any
    title_en: Any
    place_th: Any
    place_en: Any
    audience_th: Any
    audience_en: Any
    people: Any
    gap: Any


WORDS: dict[Way, WayWords] = {
    Way.FORUM: WayWords(
        add=_l("Add a forum"),
        title_th=_l("Name of the forum in Thai"),
        title_en=_l("Name of the forum in English"),
        place_th=_l("Place of the forum, in Thai"),
        place_en=_l("Place of the forum, in English"),
        audience_th=_l("Who held it or took part, in Thai"),
        audience_en=_l("Who held it or took part, in English"),
        people=_l("Number of people who took part"),
        gap=_l("No forum in the area yet at which this work was presented."),
    ),
    Way.VISIT: WayWords(
        add=_l("Add a visit"),
        title_th=_l("Name of the visit or the learning site, in Thai"),
        title_en=_l("Name of the visit or the learning site, in English"),
        place_th=_l("Place visited, in Thai"),
        place_en=_l("Place visited, in English"),
        audience_th=_l("Who came to visit, in Thai"),
        audience_en=_l("Who came to visit, in English"),
        people=_l("Number of visitors"),
        gap=_l("No visit to the area of this work yet."),
    ),
    Way.PUBLIC: WayWords(
        add=_l("Add a public dissemination"),
        title_th=_l("Name of the piece or the medium, in Thai"),
        title_en=_l("Name of the piece or the medium, in English"),
        place_th=_l("Medium or place, in Thai"),
        place_en=_l("Medium or place, in English"),
        audience_th=_l("Who published or received it, in Thai"),
        audience_en=_l("Who published or received it, in English"),
        people=_l("Number of people reached"),
        gap=_l("Nothing yet by which the public learned of this work."),
    ),
    Way.RECORD: WayWords(
        add=_l("Add a written record"),
        title_th=_l("Title of the document in Thai"),
        title_en=_l("Title of the document in English"),
        place_th=_l("Where it is kept or can be searched, in Thai"),
        place_en=_l("Where it is kept or can be searched, in English"),
        audience_th=_l("Who published it, in Thai"),
        audience_en=_l("Who published it, in English"),
        people="",
        gap=_l("No document yet that others can cite or search."),
    ),
}
