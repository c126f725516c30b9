"""The participation form as a pure structure: what pages show, what people sign, and what a dossier prints.

Nothing here touches the database. `canonical` gives the exact text under which a signature stands; `Form.digest` is its
SHA-256. The rows follow the form of the rules of พ.ศ. 2564; what each variant says of its own standing is in
variants.toml and is printed with it.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from portfolio.works.participation.vocabulary import AbsenceReason, DutyRow, FormVariant, SignatureMethod, TransferRow
from portfolio.works.vocabulary import KIND_GROUPS, ContributionRole, WorkGroup, WorkKind

SCHEMA = "ent-participation-1"
LETTERS = "กขคงจฉช"
"""Rows a to g as Thai forms number them."""


@dataclass(frozen=True)
class Words:
    """The same words in both languages."""

    th: str
    en: str

    def said(self, language: str) -> str:
        """In a language, or in the other one where that is all there is."""
        return (self.th or self.en) if language == "th" else (self.en or self.th)


@dataclass(frozen=True)
class Row:
    """A row of the form: its letter and its heading."""

    code: str
    label: Words

    def letter(self, language: str) -> str:
        """ก, ข, ค in Thai; a, b, c in English."""
        return LETTERS[ord(self.code) - ord("a")] if language == "th" else self.code


@dataclass(frozen=True)
class Variant:
    """One form: its title, rows, roles, and what may be claimed of it. `official` False: this service's own."""

    code: FormVariant
    title: Words
    short: Words
    official: bool
    rule_sets: tuple[str, ...]
    roles: tuple[ContributionRole, ...]
    authors_only: bool
    source: Words
    remark: Words
    certify: Words
    duties: tuple[Row, ...]
    transfers: tuple[Row, ...]


@dataclass(frozen=True)
class Signed:
    """A signature as the form shows it. `digest` names the text it stands under."""

    name: str
    at: datetime
    method: SignatureMethod
    digest: str


@dataclass(frozen=True)
class Absent:
    """Why a person could not sign."""

    reason: AbsenceReason
    note: str


@dataclass(frozen=True)
class Person:
    """One person of the form: roles, what they did, and their line of signature."""

    id: int
    name: Words
    roles: tuple[ContributionRole, ...]
    is_owner: bool = False
    part: Words = field(default_factory=lambda: Words("", ""))
    duties: Mapping[str, str] = field(default_factory=dict)
    signed: Signed | None = None
    absent: Absent | None = None

    def did(self, code: str) -> str:
        """The text under a row of part 1."""
        return self.duties.get(code, "")


@dataclass(frozen=True)
class Form:
    """The form of one work as it reads now. `people` are those who sign it, the applicant among them."""

    variant: Variant
    title: Words
    kind: WorkKind
    people: tuple[Person, ...]
    transfers: Mapping[str, str] = field(default_factory=dict)

    @property
    def applicant(self) -> Person | None:
        """The academic whose work it is."""
        return next((person for person in self.people if person.is_owner), None)

    @property
    def others(self) -> tuple[Person, ...]:
        """Everybody else, in the order of the work."""
        return tuple(person for person in self.people if not person.is_owner)

    @property
    def is_needed(self) -> bool:
        """A work of one author needs no form."""
        return len(self.people) > 1

    @property
    def group(self) -> WorkGroup:
        """Which of the three groups of the rules of 2564 the work belongs to."""
        return KIND_GROUPS[self.kind]

    @property
    def text(self) -> str:
        """The exact text that is signed."""
        return canonical(self)

    @property
    def digest(self) -> str:
        """SHA-256 of that text."""
        return digest_of(self.text)

    def says(self, person: Person, code: str, language: str) -> str:
        """The text of a person under a row of part 1.

        What stands in one piece, in no row, comes under the last one, which is for anything else.
        """
        if code == self.variant.duties[-1].code and not any(person.duties.values()):
            return person.part.said(language)
        return person.did(code)

    @property
    def other_roles(self) -> tuple[ContributionRole, ...]:
        """Roles of the applicant that this form has no box for."""
        person = self.applicant
        return tuple(role for role in person.roles if role not in self.variant.roles) if person is not None else ()

    def holds(self, person: Person) -> bool:
        """Whether a person's signature stands under the text as it reads now."""
        return person.signed is not None and person.signed.digest == self.digest

    def person(self, contribution_id: int) -> Person | None:
        """The person of a contribution."""
        return next((person for person in self.people if person.id == contribution_id), None)

    def is_written(self, person: Person) -> bool:
        """Whether the form says anything of what a person did."""
        return bool(any(person.duties.values()) or person.part.th or person.part.en)


def canonical(form: Form) -> str:
    """What is signed: the whole form of the work, in one spelling that does not depend on language or layout."""
    content = {
        "schema": SCHEMA,
        "variant": form.variant.code,
        "title": asdict(form.title),
        "kind": form.kind,
        "people": [
            {
                "name": asdict(person.name),
                "roles": list(person.roles),
                "applicant": person.is_owner,
                "part": asdict(person.part),
                "duties": {code: text for code, text in person.duties.items() if text},
            }
            for person in form.people
        ],
        "transfers": {code: text for code, text in form.transfers.items() if text},
        "certify": form.variant.certify.th,
    }
    return unicodedata.normalize("NFC", json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def digest_of(text: str) -> str:
    """SHA-256 of a signed text."""
    return hashlib.sha256(text.encode()).hexdigest()


def rows_digest(texts: Mapping[str, str]) -> str:
    """Names the texts under some rows, whatever empty ones stand among them."""
    return digest_of(json.dumps({code: text for code, text in texts.items() if text}, sort_keys=True))


def as_plain(form: Form) -> dict[str, Any]:
    """The form as plain data with everything a printer needs, signatures included: for a frozen copy."""
    return {
        "schema": SCHEMA,
        "variant": form.variant.code.value,
        "title": asdict(form.title),
        "kind": form.kind.value,
        "digest": form.digest,
        "people": [_person_as_plain(person) for person in form.people],
        "transfers": dict(form.transfers),
    }


def from_plain(data: Mapping[str, Any]) -> Form:
    """The form of a frozen copy. Raises KeyError or ValueError for anything else."""
    if data["schema"] != SCHEMA:
        raise ValueError(f"not a participation form: {data['schema']!r}")
    return Form(
        variant=variants()[FormVariant(data["variant"])],
        title=Words(**data["title"]),
        kind=WorkKind(data["kind"]),
        people=tuple(_person_from_plain(person) for person in data["people"]),
        transfers=dict(data["transfers"]),
    )


def _person_as_plain(person: Person) -> dict[str, Any]:
    signed, absent = person.signed, person.absent
    return {
        "id": person.id,
        "name": asdict(person.name),
        "roles": [role.value for role in person.roles],
        "is_owner": person.is_owner,
        "part": asdict(person.part),
        "duties": dict(person.duties),
        "signed": signed
        and {"name": signed.name, "at": signed.at.isoformat(), "method": signed.method.value, "digest": signed.digest},
        "absent": absent and {"reason": absent.reason.value, "note": absent.note},
    }


def _person_from_plain(data: Mapping[str, Any]) -> Person:
    signed, absent = data["signed"], data["absent"]
    return Person(
        id=data["id"],
        name=Words(**data["name"]),
        roles=tuple(ContributionRole(role) for role in data["roles"]),
        is_owner=data["is_owner"],
        part=Words(**data["part"]),
        duties=dict(data["duties"]),
        signed=signed
        and Signed(
            name=signed["name"],
            at=datetime.fromisoformat(signed["at"]),
            method=SignatureMethod(signed["method"]),
            digest=signed["digest"],
        ),
        absent=absent and Absent(AbsenceReason(absent["reason"]), absent["note"]),
    )


@cache
def variants() -> dict[FormVariant, Variant]:
    """All forms, by code, in the order of the file."""
    found = [_variant(entry) for entry in _file()["variant"]]
    return {variant.code: variant for variant in found}


@cache
def groups() -> dict[WorkGroup, Words]:
    """The three groups of works, as section ค of the form names them."""
    data = _file()["groups"]
    return {group: Words(data[group.value]["th"], data[group.value]["en"]) for group in WorkGroup}


@cache
def kinds() -> dict[WorkKind, Words]:
    """The kinds of works within their groups, as section ค of the form names them."""
    data = _file()["groups"]
    return {WorkKind(code): Words(*words) for group in WorkGroup for code, words in data[group.value]["kinds"].items()}


def _file() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "variants.toml").read_text("utf-8"))


def official_for(rule_set_code: str) -> Variant:
    """The official form of a rule set; the general one where the data name none."""
    known = variants()
    return next((one for one in known.values() if rule_set_code in one.rule_sets), known[FormVariant.GENERAL])


def choices_for(rule_set_code: str, kind: WorkKind) -> Sequence[Variant]:
    """The forms that a work may use: its rule set's own, and for engaged work also this service's."""
    own = [one for one in variants().values() if not one.official] if kind is WorkKind.SOCIAL else []
    return [official_for(rule_set_code), *own]


def _variant(entry: Mapping[str, Any]) -> Variant:
    return Variant(
        code=FormVariant(entry["code"]),
        title=_words(entry, "title"),
        short=_words(entry, "short"),
        official=entry["official"],
        rule_sets=tuple(entry["rule_sets"]),
        roles=tuple(ContributionRole(role) for role in entry["roles"]),
        authors_only=entry["signers"] == "authors",
        source=_words(entry, "source"),
        remark=_words(entry, "remark"),
        certify=_words(entry, "certify"),
        duties=tuple(Row(DutyRow(row["row"]).value, Words(row["th"], row["en"])) for row in entry["duties"]),
        transfers=tuple(Row(TransferRow(row["row"]).value, Words(row["th"], row["en"])) for row in entry["transfers"]),
    )


def _words(entry: Mapping[str, Any], name: str) -> Words:
    return Words(entry[f"{name}_th"], entry[f"{name}_en"])
