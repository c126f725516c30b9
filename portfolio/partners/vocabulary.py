"""Coded facts of partners, with their labels; the Thai stands in this room's catalogue."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l


class PartnerType(StrEnum):
    """Kinds of society, after the association's own definition of it."""

    COMMUNITY = "community"
    OCCUPATIONAL_GROUP = "occupational_group"
    LOCAL_GOVERNMENT = "local_government"
    REGIONAL_AGENCY = "regional_agency"
    CENTRAL_AGENCY = "central_agency"
    SCHOOL = "school"
    HEALTH_SERVICE = "health_service"
    BUSINESS = "business"
    PROFESSIONAL_ASSOCIATION = "professional_association"
    NGO = "ngo"
    ALUMNI = "alumni"
    INDIGENOUS = "indigenous"
    COMMUNITY_OF_PRACTICE = "community_of_practice"
    INTERNATIONAL = "international"


class LinkPurpose(StrEnum):
    """What the holder of a link may do with it."""

    ASK = "ask"
    RECEIPT = "receipt"


class Channel(StrEnum):
    """How a link reached the partner: by our letter to the partner's address, or through the academic's hands."""

    MAIL = "mail"
    HANDED = "handed"


class Answer(StrEnum):
    """What the partner said."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"
    NOT_US = "not_us"


class PartnerState(StrEnum):
    """Where the confirmation of one partner for one work stands; derived from links and testimony."""

    NOT_ASKED = "not_asked"
    ASKED = "asked"
    EXPIRED = "expired"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    NOT_US = "not_us"
    WITHDRAWN = "withdrawn"


TYPE_LABELS: dict[PartnerType, Any] = {
    PartnerType.COMMUNITY: _l("Local community"),
    PartnerType.OCCUPATIONAL_GROUP: _l("Occupational group or community enterprise"),
    PartnerType.LOCAL_GOVERNMENT: _l("Local administrative organisation"),
    PartnerType.REGIONAL_AGENCY: _l("Government agency in the region"),
    PartnerType.CENTRAL_AGENCY: _l("Central government agency"),
    PartnerType.SCHOOL: _l("School or other place of learning"),
    PartnerType.HEALTH_SERVICE: _l("Health service unit"),
    PartnerType.BUSINESS: _l("Business and industry"),
    PartnerType.PROFESSIONAL_ASSOCIATION: _l("Professional association"),
    PartnerType.NGO: _l("Non-governmental organisation"),
    PartnerType.ALUMNI: _l("Alumni"),
    PartnerType.INDIGENOUS: _l("Ethnic or indigenous community"),
    PartnerType.COMMUNITY_OF_PRACTICE: _l("Community of practice"),
    PartnerType.INTERNATIONAL: _l("International organisation"),
}

STATE_TAGS: dict[PartnerState, tuple[Any, str, str]] = {
    PartnerState.NOT_ASKED: (_l("Not asked yet"), "", "circle"),
    PartnerState.ASKED: (_l("Waiting for the partner"), "wait", "hourglass-split"),
    PartnerState.EXPIRED: (_l("The link has expired"), "warn", "clock"),
    PartnerState.CONFIRMED: (_l("Confirmed by the partner"), "ok", "check-circle"),
    PartnerState.REFUSED: (_l("The partner declined"), "bad", "x-octagon"),
    PartnerState.NOT_US: (_l("The partner says it was not they"), "bad", "x-octagon"),
    PartnerState.WITHDRAWN: (_l("Consent withdrawn"), "warn", "arrow-return-left"),
}
"""Word, kind and symbol of `states.tag`."""
