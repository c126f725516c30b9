"""Conflicts that can be told from what is on record. Pure: facts in, causes out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from review.conflicts.models import ConflictGround


@dataclass(frozen=True)
class Person:
    """What is known of a possible reviewer."""

    email: str
    names: tuple[str, ...]
    university_code: str | None
    has_assisted: bool = False  # edited the applicant's works on their behalf, now or ever


@dataclass(frozen=True)
class Matter:
    """What is known of a submission's people."""

    applicant_email: str
    applicant_names: tuple[str, ...]
    university_code: str | None
    contributors: tuple[str, ...]

    @classmethod
    def of(cls, content: dict[str, Any], applicant_email: str) -> Matter:
        """Read it from a snapshot's content."""
        applicant = content["applicant"]
        university = applicant["university"]
        return cls(
            applicant_email=applicant_email,
            applicant_names=_full(applicant["given_name_th"], applicant["family_name_th"])
            + _full(applicant["given_name_en"], applicant["family_name_en"]),
            university_code=university["code"] if university else None,
            contributors=tuple(
                name
                for work in content["works"]
                for contribution in work["contributions"]
                for name in (contribution["name_th"], contribution["name_en"])
                if name
            ),
        )


@dataclass(frozen=True)
class Cause:
    """Why a person must not judge, and where that was seen."""

    ground: ConflictGround
    source: str


SOURCE_APPLICANT = "applicant"
SOURCE_UNIVERSITY = "university"
SOURCE_CONTRIBUTORS = "contributors"
SOURCE_ASSISTANT = "assistant"


def causes(matter: Matter, person: Person) -> list[Cause]:
    """Every cause on record against this person judging this matter; nothing when none is known."""
    found = []
    own = {_bare(name) for name in person.names if _bare(name)}
    if person.email == matter.applicant_email or own & {_bare(name) for name in matter.applicant_names}:
        found.append(Cause(ConflictGround.OTHER, SOURCE_APPLICANT))
    if person.university_code is not None and person.university_code == matter.university_code:
        found.append(Cause(ConflictGround.SAME_INSTITUTION, SOURCE_UNIVERSITY))
    if any(name in _bare(contributor) for contributor in matter.contributors for name in own) or any(
        person.email in contributor.lower() for contributor in matter.contributors
    ):
        found.append(Cause(ConflictGround.CO_AUTHOR, SOURCE_CONTRIBUTORS))
    if person.has_assisted:
        found.append(Cause(ConflictGround.OTHER, SOURCE_ASSISTANT))
    return found


def _full(given: str, family: str) -> tuple[str, ...]:
    return (f"{given} {family}",) if given and family else ()


def full_names(pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Names of which both parts are known; a given name alone proves nothing."""
    return tuple(name for given, family in pairs for name in _full(given, family))


def _bare(name: str) -> str:
    """A name without case and blanks, so that a title before it or a double space changes nothing."""
    return "".join(unicodedata.normalize("NFC", name).casefold().split())
