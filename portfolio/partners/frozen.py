"""Partners as they are frozen with a portfolio: plain data, with what must stay erasable kept apart. Pure.

What the academic wrote is text like the rest of the work. What the partner gave (that they confirmed, who they are,
their words and picture) is `Apart`: whoever freezes puts a salted digest in its place and keeps the value beside the
text, under a name by which `consent_withdrawn` finds it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portfolio.core.sealed import readable
from portfolio.partners.models import PartnerInWork, Testimony
from portfolio.partners.vocabulary import PartnerState
from portfolio.works.vocabulary import provinces

SEALED = "sealed"
PARTNER = "partner."
"""How the names of all values of partners begin."""

PHOTO = "photo"
APART = ("confirmation", "identity", "person", "words", PHOTO)
"""What the partner gave. `confirmation` is there for every confirmed partner, so that a withdrawal always shows."""


@dataclass(frozen=True)
class Apart:
    """A value that does not enter the text, and the name under which it is kept."""

    name: str
    value: Any


def name_prefix(in_work_id: int) -> str:
    """How the names of all values of one partner in one work begin."""
    return f"{PARTNER}{in_work_id}."


def partners_of_work(rows: Iterable[PartnerInWork], work_id: int) -> list[dict[str, Any]]:
    """The partners of a work in its order, with `Apart` in place of what they gave. Keys in docs/snapshot.md."""
    mine = (row for row in rows if row.work_id == work_id)
    return [_partner(number, row) for number, row in enumerate(mine, start=1)]


def put_apart(value: Any, seal: Callable[[str, Any], str]) -> Any:
    """The same data with the digest that `seal(name, value)` gives in the place of each `Apart`."""
    if isinstance(value, Apart):
        return {SEALED: seal(value.name, value.value)}
    if isinstance(value, dict):
        return {key: put_apart(item, seal) for key, item in value.items()}
    if isinstance(value, list):
        return [put_apart(item, seal) for item in value]
    return value


def digests_in(partners: Iterable[Mapping[str, Any]]) -> set[str]:
    """The digests that stand in frozen partners for what they gave."""
    return {partner[key][SEALED] for partner in partners for key in APART if partner[key] is not None}


def opened(partner: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """A frozen partner with what they gave in its place, as far as it is still kept (`values`, by digest).

    Where the confirmation was erased the state is `withdrawn` and nothing is given.
    """
    plain = dict(partner)
    for key in APART:
        kept = partner[key]
        plain[key] = values.get(kept[SEALED]) if kept is not None else None
    if partner["confirmation"] is not None and plain["confirmation"] is None:
        plain |= dict.fromkeys(APART)
        plain["state"] = str(PartnerState.WITHDRAWN)
    return plain


def with_partners(content: dict[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """A frozen portfolio whose partners are opened. Works of the first schema have none."""
    works = [
        {**work, "partners": [opened(one, values) for one in work.get("partners", [])]} for work in content["works"]
    ]
    return {**content, "works": works}


def _partner(number: int, row: PartnerInWork) -> dict[str, Any]:
    province = provinces().get(row.partner.province_code or "")
    said = row.testimony if row.testimony is not None and row.testimony.confirms else None
    written = {
        f"{name}_{language}": getattr(row, f"{name}_{language}")
        for name in ("role", "done", "benefit_partner", "benefit_university")
        for language in ("th", "en")
    }
    return {
        "number": number,
        "type": str(row.partner.type),
        "province": {"code": province.code, "name_th": province.name_th, "name_en": province.name_en}
        if province
        else None,
        "since_year": row.since_year,
        "until_year": row.until_year,
        **written,
        "state": str(row.state),
        "text_changed": said is not None and said.statement_digest != row.statement_digest,
        **(_given(row, said) if said is not None else dict.fromkeys(APART)),
    }


def _given(row: PartnerInWork, said: Testimony) -> dict[str, Any]:
    partner, names = row.partner, ("done", "benefit_partner", "benefit_university")
    words = {name: getattr(said, f"{name}_words") for name in names}
    given: dict[str, Any] = {
        "confirmation": {
            "answered_on": said.answered_at.date().isoformat(),
            "channel": str(said.channel),
            **{f"{name}_agrees": getattr(said, f"{name}_agrees") for name in names},
        },
        "identity": {
            "name_th": partner.name_th,
            "name_en": partner.name_en,
            "district": partner.district,
            "subdistrict": partner.subdistrict,
        }
        if said.consent_name
        else None,
        "person": {"name": readable(said.person) or "", "role": readable(said.person_role) or ""}
        if said.consent_person
        else None,
        "words": {**words, "language": said.language} if said.consent_words and any(words.values()) else None,
        "photo": {"sha256": said.photo.sha256, "size": said.photo.size, "media_type": said.photo.media_type}
        if said.consent_photo and said.photo is not None
        else None,
    }
    prefix = name_prefix(row.id)
    return {key: None if value is None else Apart(prefix + key, value) for key, value in given.items()}
