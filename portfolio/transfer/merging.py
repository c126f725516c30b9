"""Bringing a reference from a file together with the one that is there, field by field. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from portfolio.core.i18n.marking import N_
from portfolio.transfer.formats.reading import Refused, Remark, Understood, excerpt_of, packed
from portfolio.works.bibliography.operations import LIMITS, NAME_LIMIT, TITLE_LIMIT
from portfolio.works.bibliography.reference import (
    EDITOR_OTHERS_KEPT,
    OTHERS_KEPT,
    AuthorName,
    PublicationForm,
    Reference,
)

FIELDS = (
    "form", "title", "title_other", "authors", "editors", "year", "month", "day", "container_title", "volume", "issue",
    "pages", "edition", "publisher", "publisher_place", "event", "event_place", "number", "genre", "doi", "isbn",
    "issn", "url", "language", "abstract", "keywords", "note",
)  # fmt: skip
"""The fields that a person chooses between; what came beyond them is always kept."""

LONGEST_KEPT = 20_000

MOVED = N_("“%(name)s” has %(length)s characters, more than the %(limit)s that fit; it is kept as a further field.")
TITLE_TOO_LONG = N_("The title has %(length)s characters; at most %(limit)s can be kept.")
NAME_TOO_LONG = N_("The name of an author has %(length)s characters; at most %(limit)s can be kept.")


@dataclass(frozen=True)
class Difference:
    """A field in which the two differ, and whether theirs would be taken without a word."""

    field: str
    ours: Any
    theirs: Any
    takes_theirs: bool


def differences(ours: Reference, theirs: Reference) -> list[Difference]:
    """The fields of which the file says something else. What is empty with us is filled from the file."""
    found = []
    for field in FIELDS:
        mine, other = getattr(ours, field), getattr(theirs, field)
        if _empty(other) or mine == other:
            continue
        found.append(Difference(field, mine, other, _empty(mine)))
    return found


def merged(ours: Reference, theirs: Reference, taken: Collection[str] | None) -> Reference:
    """Ours with the fields taken from the file; None takes what is empty with us. Further fields join, ours first."""
    offered = differences(ours, theirs)
    wanted = {each.field for each in offered if each.takes_theirs} if taken is None else set(taken)
    chosen = {each.field: each.theirs for each in offered if each.field in wanted}
    result = replace(ours, **chosen, extra=_further(ours, theirs, chosen))
    if result.month and not result.year:
        result = replace(result, month=None, day=None)
    return result


def _further(ours: Reference, theirs: Reference, chosen: Collection[str]) -> dict[str, str]:
    """The further fields of both, ours first. That a list of people is not whole goes with the list that is kept."""
    extra = {**theirs.extra, **ours.extra}
    for people, mark in (("authors", OTHERS_KEPT), ("editors", EDITOR_OTHERS_KEPT)):
        if getattr(ours, people) != getattr(theirs, people):
            kept = theirs if people in chosen else ours
            extra = {name: text for name, text in extra.items() if name != mark or name in kept.extra}
    return extra


def digest_of(reference: Reference) -> str:
    """What names the fields of a reference that a person chooses between as they read now."""
    plain = packed(reference)
    fields = {name: plain[name] for name in FIELDS if name in plain}
    return sha256(json.dumps(fields, sort_keys=True, default=str).encode()).hexdigest()


def _empty(value: Any) -> bool:
    return value in ("", None, (), PublicationForm.DOCUMENT)


def fitted(entry: Understood) -> Understood | Refused:
    """The entry as a work can hold it: what is too long for its field is kept as a further one, and said."""
    reference, remarks = entry.reference, list(entry.remarks)
    for title in (reference.title, reference.title_other):
        if len(title) > TITLE_LIMIT:
            values = {"length": f"{len(title):,}", "limit": str(TITLE_LIMIT)}
            return Refused(entry.line, Remark(TITLE_TOO_LONG, values), excerpt_of(title))
    for author in (*reference.authors, *reference.editors):
        if (longest := _length(author)) > NAME_LIMIT:
            values = {"length": f"{longest:,}", "limit": str(NAME_LIMIT)}
            return Refused(entry.line, Remark(NAME_TOO_LONG, values), excerpt_of(author.full))
    extra = dict(reference.extra)
    changes: dict[str, Any] = {}
    for name, limit in (*LIMITS.items(), ("doi", 300)):
        text = getattr(reference, name)
        if len(text) > limit:
            values = {"name": name, "length": f"{len(text):,}", "limit": f"{limit:,}"}
            remarks.append(Remark(MOVED, values))
            extra[name] = text
            changes[name] = ""
    return Understood(entry.line, replace(reference, **changes, extra=extra), tuple(remarks))


def _length(author: AuthorName) -> int:
    return max(len(author.family), len(author.given), len(author.literal) - 80)
