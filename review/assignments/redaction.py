"""Taking people out of a frozen portfolio for a double-blind reviewer. Pure: content in, content out.

What names a person outright is left out; what people wrote is searched for the names on record. Whether it is asked
for at all is the disclosure policy's matter (review/blindness.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import PurePath
from typing import Any

from markupsafe import Markup

from portfolio.works.vocabulary import provinces

MARK = "\ue000"
"""Stands in masked text where a name was; pages print it as a dark box with a word."""

SHORTEST = 4
"""A part of a name under so many characters is only hidden as part of the whole name: it would hit other words."""

_TITLES = re.compile(
    r"^(?:(?:ศาสตราจารย์|รองศาสตราจารย์|ผู้ช่วยศาสตราจารย์|อาจารย์|นางสาว|นาง|นาย|ศ\.|รศ\.|ผศ\.|ดร\.|น\.ส\.|อ\.|พญ\.|นพ\."
    r"|professor|prof\.?|associate|assoc\.?|assistant|asst\.?|dr\.?|mr\.?|mrs\.?|ms\.?|miss)\s*)+",
    re.IGNORECASE,
)
# A body of people, whose first word is an ordinary one and must not be hidden everywhere.
_BODIES = ("กลุ่ม", "คณะ", "องค์", "เทศบาล", "โรงเรียน", "โรงพยาบาล", "ชุมชน", "วิสาหกิจ", "เครือข่าย", "สำนักงาน", "ชมรม")
# What people wrote of an indicator, by the beginnings of its keys.
_TEXTS = ("name_", "unit_", "source", "note_", "method_", "attribution_", "other_causes_")
_UNIVERSITY_WORDS = re.compile(r"มหาวิทยาลัย|university|institute|of technology|\bof\b|\bthe\b", re.IGNORECASE)


def masked(content: dict[str, Any], *, also: Iterable[str] = ()) -> dict[str, Any]:
    """A copy of a snapshot's content in which nobody is named. `also`: further strings to hide, such as an address."""
    hidden = names_in(content, also=also)
    plain = {**content, "applicant": None, "cv": []}
    plain["works"] = [
        {
            **work,
            "contributions": _anonymous(work["contributions"]),
            "partners": _unknown(work.get("partners", [])),
            "indicators": [],
            "dissemination": [_way_and_year(entry) for entry in work.get("dissemination", [])],
        }
        for work in content["works"]
    ]
    plain["evidence"] = [
        {**item, "url": None, "file": {**item["file"], "name": None} if item["file"] else None}
        for item in content["evidence"]
    ]
    masked_content: dict[str, Any] = _everywhere(plain, hidden)
    for work, original in zip(masked_content["works"], content["works"], strict=True):
        work["indicators"] = [_by_kind_alone(indicator, hidden) for indicator in original["indicators"]]
    return masked_content


def names_in(content: dict[str, Any], *, also: Iterable[str] = ()) -> tuple[str, ...]:
    """Every string that names a person or an institution of this portfolio, longest first."""
    found: set[str] = {text for text in also if text}
    applicant, fields = content["applicant"], _fields(content)
    for language in ("th", "en"):
        found |= _of_person(applicant[f"given_name_{language}"], applicant[f"family_name_{language}"])
        # A department called after the field gives nobody away without its university; the field is shown.
        if applicant[f"department_{language}"] not in fields:
            found.add(applicant[f"department_{language}"])
        for key in ("university", "faculty"):
            if applicant[key]:
                found |= _of_institution(applicant[key][f"name_{language}"], whole_only=key == "faculty")
    for work in content["works"]:
        for contribution in work["contributions"]:
            found |= set(names_of_others((contribution["name_th"], contribution["name_en"])))
    for item in content["evidence"]:
        if item["file"]:
            found |= {item["file"]["name"], PurePath(item["file"]["name"]).stem}
        if item["url"]:
            found.add(item["url"])
    return tuple(sorted((name for name in found if len(name) >= SHORTEST), key=lambda name: (-len(name), name)))


def _identifiers(publication: dict[str, Any] | None) -> set[str]:
    """What leads to a publication, and so to its authors, when it stands in a text."""
    if publication is None:
        return set()
    reference = publication["reference"]
    found = {reference[name] for name in ("doi", "url")}
    for author in (*reference["authors"], *reference["editors"]):
        found |= {author["literal"]} | _of_person(author["given"], author["family"])
    return {name for name in found if name}


def hide(text: str, names: Iterable[str]) -> str:
    """Text with each of these names replaced by a mark, whatever its case and blanks."""
    pattern = _pattern(tuple(names))
    return pattern.sub(MARK, unicodedata.normalize("NFC", text)) if pattern else text


def names_of_people(people: Iterable[Any]) -> tuple[str, ...]:
    """What would give these accounts away in a text: names in both languages and the address."""
    found: set[str] = set()
    for person in people:
        found |= _of_person(person.given_name_th, person.family_name_th)
        found |= _of_person(person.given_name_en, person.family_name_en)
        found.add(person.email)
    return tuple(sorted((name for name in found if len(name) >= SHORTEST), key=lambda name: (-len(name), name)))


def names_of_others(names: Iterable[str]) -> tuple[str, ...]:
    """What would give away people or bodies that are known by a name alone: the whole, and the parts of a person's."""
    found: set[str] = set()
    for name in names:
        bare = _TITLES.sub("", name.strip())
        given, _blank, family = bare.partition(" ")
        found |= {bare} if bare.startswith(_BODIES) else {bare} | _of_person(given, family.strip())
    return tuple(sorted((name for name in found if len(name) >= SHORTEST), key=lambda name: (-len(name), name)))


def names_of_universities(universities: Iterable[Any]) -> tuple[str, ...]:
    """What would give these universities away in a text: their names in both languages, and their own part."""
    found: set[str] = set()
    for university in universities:
        found |= _of_institution(university.name_th) | _of_institution(university.name_en)
    return tuple(sorted((name for name in found if len(name) >= SHORTEST), key=lambda name: (-len(name), name)))


def shown(text: str, word: str) -> Markup:
    """Masked text for a page: escaped, with the word in a dark box for every mark."""
    return Markup('<span class="redact">{}</span>').format(word).join(text.split(MARK))


def _fields(content: dict[str, Any]) -> set[str]:
    portfolio = content["portfolio"]
    found = {portfolio["field_th"], portfolio["field_en"]}
    for work in content["works"]:
        found |= {work["discipline_th"], work["discipline_en"]}
    return found


def _anonymous(contributions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**one, "name_th": "", "name_en": "", "is_owner": False} for one in contributions]


def _unknown(partners: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Partners without name, person and picture; their words stay, and are searched for names like all others.

    A picture cannot be searched as a text can: faces, places and signs in it lead to the partner, and so to whoever
    works there. A double-blind reviewer never gets it, whatever the partner consented to.
    """
    return [{**one, "identity": None, "person": None, "photo": None} for one in partners]


def _by_kind_alone(indicator: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """An indicator whose follow-ups say of whoever measured only whether it was the university, a partner or others.

    The measurers' names are taken out of this indicator's own texts as well, but not of the whole work: they may be
    ordinary words ("the community"). Figures, days and codes are not searched: a name may be spelled like one of them.
    """
    follow_ups = indicator.get("follow_ups", [])  # older snapshots have none
    measurers = names_of_others(one["measurer"] for one in follow_ups)

    def hidden(values: dict[str, Any], also: tuple[str, ...] = measurers) -> dict[str, Any]:
        texts = {key: text for key, text in values.items() if key.startswith(_TEXTS)}
        return {**values, **{key: hide(text, (*names, *also)) for key, text in texts.items() if text}}

    called = {key: text for key, text in indicator.items() if key.startswith(("name_", "unit_"))}
    return {
        **hidden(indicator),
        **hidden(called, ()),
        "baseline": hidden(indicator["baseline"]),
        "outcome": hidden(indicator["outcome"]),
        "follow_ups": [{**hidden(one), "measurer": ""} for one in follow_ups],
    }


def _way_and_year(entry: dict[str, Any]) -> dict[str, Any]:
    """How a work was made known, without what can be looked up: a title, medium, host or day leads to who presented."""
    kept = {name: entry[name] for name in ("way", "year", "people", "exhibits")}
    days = {"begun_on": None, "ended_on": None}
    return {**{name: "" for name in entry if name not in kept}, **days, **kept}


def _of_person(given: str, family: str) -> set[str]:
    found = {given, family}
    if given and family:
        found |= {f"{given} {family}", f"{given[0]}. {family}", f"{family}, {given}"}
    return {name for name in found if name}


def _of_institution(name: str, *, whole_only: bool = False) -> set[str]:
    """A university's name, and its own part without the word for university, unless that is a province."""
    own = " ".join(_UNIVERSITY_WORDS.sub(" ", name).split())
    if whole_only or not own or own in _province_names():
        return {name, f"ม.{own}"} if own and not whole_only else {name}
    return {name, own}


@lru_cache(maxsize=1)
def _province_names() -> frozenset[str]:
    return frozenset(name for province in provinces().values() for name in (province.name_th, province.name_en))


@lru_cache(maxsize=256)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str] | None:
    """Longest first, so that a whole name goes before its parts; Latin names only at word bounds."""
    kept = sorted({unicodedata.normalize("NFC", name) for name in names if name.strip()}, key=lambda n: (-len(n), n))
    if not kept:
        return None
    return re.compile("|".join(_one(name) for name in kept), re.IGNORECASE)


def _one(name: str) -> str:
    body = r"\s+".join(re.escape(part) for part in name.split())
    latin = name.isascii()
    return rf"(?<![A-Za-z]){body}(?![A-Za-z])" if latin else body


def _everywhere(value: Any, names: tuple[str, ...]) -> Any:
    if isinstance(value, str):
        return hide(value, names)
    if isinstance(value, list):
        return [_everywhere(item, names) for item in value]
    if isinstance(value, dict):
        return {key: _everywhere(item, names) for key, item in value.items()}
    return value
