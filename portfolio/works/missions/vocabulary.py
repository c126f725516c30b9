"""Words of the four missions: what an entry of each is called, and what is asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.works.missions.models import Term
from portfolio.works.vocabulary import Mission

TERM_LABELS: dict[Term, Any] = {
    Term.FIRST: _l("First semester"),
    Term.SECOND: _l("Second semester"),
    Term.SUMMER: _l("Summer session"),
    Term.WHOLE_YEAR: _l("Whole year"),
}


@dataclass(frozen=True)
class MissionWords:
    """How a mission speaks of its entries. An empty word means that this is not asked of it."""

    add: Any
    title_th: Any
    title_en: Any
    code: Any
    people: Any
    partner: Any
    outcome: Any
    gap: Any

    @property
    def asks_code(self) -> bool:
        """Whether an entry has a code or a number."""
        return bool(self.code)

    @property
    def asks_partner(self) -> bool:
        """Whether an entry names a funder, or for whom it was done."""
        return bool(self.partner)


WORDS: dict[Mission, MissionWords] = {
    Mission.TEACHING: MissionWords(
        add=_l("Add a course"),
        title_th=_l("Name of the course in Thai"),
        title_en=_l("Name of the course in English"),
        code=_l("Course code"),
        people=_l("Number of students"),
        partner="",
        outcome=_l("Learning outcome tied to this work"),
        gap=_l("No course yet in which students learn from this work."),
    ),
    Mission.RESEARCH: MissionWords(
        add=_l("Add a research project"),
        title_th=_l("Name of the project in Thai"),
        title_en=_l("Name of the project in English"),
        code=_l("Number of the grant or contract"),
        people="",
        partner=_l("Funder"),
        outcome=_l("What came of it for this work"),
        gap=_l("No research project yet that rests on this work or carries it."),
    ),
    Mission.ACADEMIC_SERVICE: MissionWords(
        add=_l("Add an academic service"),
        title_th=_l("Name of the service in Thai"),
        title_en=_l("Name of the service in English"),
        code="",
        people=_l("Number of people served"),
        partner=_l("For whom"),
        outcome=_l("What came of it for this work"),
        gap=_l("No training, advice or other service yet that came from this work."),
    ),
    Mission.ARTS_CULTURE: MissionWords(
        add=_l("Add an activity of arts and culture"),
        title_th=_l("Name of the activity in Thai"),
        title_en=_l("Name of the activity in English"),
        code="",
        people=_l("Number of participants"),
        partner=_l("With whom"),
        outcome=_l("What came of it for this work"),
        gap=_l("No activity yet that keeps or passes on arts and culture through this work."),
    ),
}
