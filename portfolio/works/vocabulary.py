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


class Mission(StrEnum):
    """Core missions of a university."""

    TEACHING = "teaching"
    RESEARCH = "research"
    ACADEMIC_SERVICE = "academic_service"
    ARTS_CULTURE = "arts_culture"


class ContributionRole(StrEnum):
    """Role of a person in a work."""

    PRINCIPAL_OPERATOR = "principal_operator"
    CO_OPERATOR = "co_operator"
    FIRST_AUTHOR = "first_author"
    CORRESPONDING_AUTHOR = "corresponding_author"
    INTELLECTUAL_CONTRIBUTOR = "intellectual_contributor"
    COLLABORATOR = "collaborator"


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
