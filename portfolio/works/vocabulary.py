"""Coded words of a work, so that works can be counted: themes, domains of change, missions, roles, evidence, SDGs.

Labels are msgids; their Thai stands in this room's catalogue. Provinces are data with both names.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l


class Theme(StrEnum):
    """What a work is about (the service's own list)."""

    WATER_ENVIRONMENT = "water_environment"
    AGRICULTURE_FOOD = "agriculture_food"
    COMMUNITY_ENERGY = "community_energy"
    HEALTH_AGEING = "health_ageing"
    EDUCATION = "education"
    LOCAL_ECONOMY = "local_economy"
    COMMUNITY_TOURISM = "community_tourism"
    ARTS_CULTURE = "arts_culture"
    DISASTER = "disaster"
    INEQUALITY_POVERTY = "inequality_poverty"
    PUBLIC_POLICY = "public_policy"
    COASTAL_RESOURCES = "coastal_resources"


class ChangeDomain(StrEnum):
    """Areas of life in which change for the better counts, and the two further kinds of result."""

    COMMUNITY = "community"
    WAY_OF_LIFE = "way_of_life"
    ARTS_CULTURE = "arts_culture"
    ENVIRONMENT = "environment"
    OCCUPATION = "occupation"
    ECONOMY = "economy"
    POLITICS_GOVERNMENT = "politics_government"
    QUALITY_OF_LIFE = "quality_of_life"
    HEALTH = "health"
    INTELLECTUAL_PROPERTY = "intellectual_property"
    AWARENESS = "awareness"


class Direction(StrEnum):
    """Which way an indicator is better."""

    MORE = "more"
    LESS = "less"


class Mission(StrEnum):
    """Core missions of a university."""

    TEACHING = "teaching"
    RESEARCH = "research"
    ACADEMIC_SERVICE = "academic_service"
    ARTS_CULTURE = "arts_culture"


class WorkKind(StrEnum):
    """Kinds of academic work in the form of 2564: research, the twelve other kinds, and books and articles."""

    RESEARCH = "research"
    INDUSTRY = "industry"
    TEACHING_DEVELOPMENT = "teaching_development"
    PUBLIC_POLICY = "public_policy"
    CASE_STUDY = "case_study"
    TRANSLATION = "translation"
    REFERENCE_WORK = "reference_work"
    CREATIVE_SCIENCE = "creative_science"
    CREATIVE_ARTS = "creative_arts"
    PATENT = "patent"
    SOFTWARE = "software"
    SOCIAL = "social"
    INNOVATION = "innovation"
    TEXTBOOK = "textbook"
    BOOK = "book"
    ARTICLE = "article"


class WorkGroup(StrEnum):
    """The three groups of the form; their place in the form is their place here."""

    RESEARCH = "research"
    OTHER = "other"
    BOOKS = "books"


KIND_GROUPS: dict[WorkKind, WorkGroup] = {kind: WorkGroup.OTHER for kind in WorkKind} | {
    WorkKind.RESEARCH: WorkGroup.RESEARCH,
    WorkKind.TEXTBOOK: WorkGroup.BOOKS,
    WorkKind.BOOK: WorkGroup.BOOKS,
    WorkKind.ARTICLE: WorkGroup.BOOKS,
}


class ContributionRole(StrEnum):
    """Role of a person in a work."""

    PRINCIPAL_OPERATOR = "principal_operator"
    CO_OPERATOR = "co_operator"
    FIRST_AUTHOR = "first_author"
    CORRESPONDING_AUTHOR = "corresponding_author"
    INTELLECTUAL_CONTRIBUTOR = "intellectual_contributor"
    CO_AUTHOR = "co_author"
    COLLABORATOR = "collaborator"


GROUP_LABELS: dict[WorkGroup, Any] = {
    WorkGroup.RESEARCH: _l("Group 1: research"),
    WorkGroup.OTHER: _l("Group 2: other kinds of academic work"),
    WorkGroup.BOOKS: _l("Group 3: textbooks, books and academic articles"),
}

KIND_LABELS: dict[WorkKind, Any] = {
    WorkKind.RESEARCH: _l("Research work"),
    WorkKind.INDUSTRY: _l("Academic work for industry"),
    WorkKind.TEACHING_DEVELOPMENT: _l("Academic work that develops teaching and learning"),
    WorkKind.PUBLIC_POLICY: _l("Academic work that develops public policy"),
    WorkKind.CASE_STUDY: _l("Case study"),
    WorkKind.TRANSLATION: _l("Translation"),
    WorkKind.REFERENCE_WORK: _l("Dictionary, encyclopedia, directory and the like"),
    WorkKind.CREATIVE_SCIENCE: _l("Creative work in science and technology"),
    WorkKind.CREATIVE_ARTS: _l("Creative work in aesthetics and the arts"),
    WorkKind.PATENT: _l("Patent"),
    WorkKind.SOFTWARE: _l("Software"),
    WorkKind.SOCIAL: _l("Work serving locality and society"),
    WorkKind.INNOVATION: _l("Innovation"),
    WorkKind.TEXTBOOK: _l("Textbook"),
    WorkKind.BOOK: _l("Book"),
    WorkKind.ARTICLE: _l("Academic article"),
}

KIND_HINTS: dict[WorkKind, Any] = {
    WorkKind.RESEARCH: _l("A research article in a journal or proceedings, or a research report."),
    WorkKind.INDUSTRY: _l("Work done with a company or factory that solves its problem or improves its product."),
    WorkKind.TEACHING_DEVELOPMENT: _l("A new way of teaching or a curriculum whose effect on learners was studied."),
    WorkKind.PUBLIC_POLICY: _l("A policy brief or study that led a public body to a policy, plan or law."),
    WorkKind.CASE_STUDY: _l("An analysis of what really happened, written for teaching or practice."),
    WorkKind.TRANSLATION: _l("An important work brought into another language."),
    WorkKind.REFERENCE_WORK: _l("Terms or names explained in order, resting on study."),
    WorkKind.CREATIVE_SCIENCE: _l("A device, tool, species, process or other invention that is not patented."),
    WorkKind.CREATIVE_ARTS: _l("Literature, music, theatre, fine arts, architecture, design."),
    WorkKind.PATENT: _l("A patent or petty patent that was granted."),
    WorkKind.SOFTWARE: _l("A program that others use, with its documentation."),
    WorkKind.SOCIAL: _l("Change for the better in a community, made with it. Written under the seven headings."),
    WorkKind.INNOVATION: _l("Something new, put to use, that brings value to the economy or society."),
    WorkKind.TEXTBOOK: _l("Written for a course that the curriculum has."),
    WorkKind.BOOK: _l("A scholarly book for readers in general, not tied to a course."),
    WorkKind.ARTICLE: _l("An article that argues or reviews, without research of its own."),
}

THEME_LABELS: dict[Theme, Any] = {
    Theme.WATER_ENVIRONMENT: _l("Water and environment"),
    Theme.AGRICULTURE_FOOD: _l("Agriculture and food"),
    Theme.COMMUNITY_ENERGY: _l("Community energy"),
    Theme.HEALTH_AGEING: _l("Health and the ageing society"),
    Theme.EDUCATION: _l("Education"),
    Theme.LOCAL_ECONOMY: _l("Local economy and community enterprise"),
    Theme.COMMUNITY_TOURISM: _l("Community tourism"),
    Theme.ARTS_CULTURE: _l("Arts and culture"),
    Theme.DISASTER: _l("Disasters"),
    Theme.INEQUALITY_POVERTY: _l("Inequality and poverty"),
    Theme.PUBLIC_POLICY: _l("Public policy"),
    Theme.COASTAL_RESOURCES: _l("Coastal resources"),
}

CHANGE_DOMAIN_LABELS: dict[ChangeDomain, Any] = {
    ChangeDomain.COMMUNITY: _l("Community"),
    ChangeDomain.WAY_OF_LIFE: _l("Way of life"),
    ChangeDomain.ARTS_CULTURE: _l("Arts and culture"),
    ChangeDomain.ENVIRONMENT: _l("Environment"),
    ChangeDomain.OCCUPATION: _l("Occupation"),
    ChangeDomain.ECONOMY: _l("Economy"),
    ChangeDomain.POLITICS_GOVERNMENT: _l("Politics and government"),
    ChangeDomain.QUALITY_OF_LIFE: _l("Quality of life"),
    ChangeDomain.HEALTH: _l("Health"),
    ChangeDomain.INTELLECTUAL_PROPERTY: _l("Intellectual property that solves a problem"),
    ChangeDomain.AWARENESS: _l("Awareness of a problem and its solutions"),
}

MISSION_LABELS: dict[Mission, Any] = {
    Mission.TEACHING: _l("Teaching"),
    Mission.RESEARCH: _l("Research"),
    Mission.ACADEMIC_SERVICE: _l("Academic service"),
    Mission.ARTS_CULTURE: _l("Arts and culture"),
}

ROLE_LABELS: dict[ContributionRole, Any] = {
    ContributionRole.PRINCIPAL_OPERATOR: _l("Principal operator"),
    ContributionRole.CO_OPERATOR: _l("Co-operator"),
    ContributionRole.FIRST_AUTHOR: _l("First author"),
    ContributionRole.CORRESPONDING_AUTHOR: _l("Corresponding author"),
    ContributionRole.INTELLECTUAL_CONTRIBUTOR: _l("Essentially intellectual contributor"),
    ContributionRole.CO_AUTHOR: _l("Co-author"),
    ContributionRole.COLLABORATOR: _l("Collaborator"),
}


@dataclass(frozen=True)
class Named:
    """A code with its names in both languages."""

    code: str
    name_th: str
    name_en: str

    def name_in(self, language: str) -> str:
        """The name in a language."""
        return self.name_th if language == "th" else self.name_en


@cache
def provinces() -> dict[str, Named]:
    """The 77 provinces by ISO 3166-2 code, in the order of their Thai names."""
    rows = tomllib.loads((Path(__file__).parent / "provinces.toml").read_text("utf-8"))["province"]
    return {row["code"]: Named(row["code"], row["th"], row["en"]) for row in rows}


@cache
def sdgs() -> dict[int, Named]:
    """The seventeen Sustainable Development Goals by number."""
    rows = tomllib.loads((Path(__file__).parent / "sdgs.toml").read_text("utf-8"))["goal"]
    return {row["number"]: Named(str(row["number"]), row["th"], row["en"]) for row in rows}
