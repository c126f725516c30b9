"""CSL-JSON (citationstyles.org, CSL 1.0.2), as Zotero writes it and as DOI agencies answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from portfolio.core.i18n.marking import N_
from portfolio.transfer.formats import names, values
from portfolio.transfer.formats.reading import (
    CONTROLS,
    FileFormat,
    ReadFile,
    Refused,
    Remark,
    Understood,
    Unreadable,
    excerpt_of,
    named,
    once,
    see_that_they_fit,
    without_controls,
)
from portfolio.works.bibliography.reference import AuthorName, PublicationForm, Reference

_SCHEMA_TYPES = (
    "article article-journal article-magazine article-newspaper bill book broadcast chapter classic collection dataset "
    "document entry entry-dictionary entry-encyclopedia event figure graphic hearing interview legal_case legislation "
    "manuscript map motion_picture musical_score pamphlet paper-conference patent performance periodical "
    "personal_communication post post-weblog regulation report review review-book software song speech standard thesis "
    "treaty webpage"
)
TYPES = frozenset(_SCHEMA_TYPES.split())
"""The types of the schema of CSL 1.0.2. Registries have more words, which are understood but not written."""
FORMS = {form.value: form for form in PublicationForm} | {
    "article": PublicationForm.JOURNAL_ARTICLE,
    "journal-article": PublicationForm.JOURNAL_ARTICLE,
    "review": PublicationForm.JOURNAL_ARTICLE,
    "proceedings-article": PublicationForm.CONFERENCE_PAPER,
    "book-chapter": PublicationForm.CHAPTER,
    "book-section": PublicationForm.CHAPTER,
    "entry": PublicationForm.CHAPTER,
    "entry-dictionary": PublicationForm.CHAPTER,
    "entry-encyclopedia": PublicationForm.CHAPTER,
    "monograph": PublicationForm.BOOK,
    "edited-book": PublicationForm.BOOK,
    "reference-book": PublicationForm.BOOK,
    "proceedings": PublicationForm.BOOK,
    "dissertation": PublicationForm.THESIS,
    "report-component": PublicationForm.REPORT,
    "post": PublicationForm.WEBPAGE,
    "post-weblog": PublicationForm.WEBPAGE,
    "song": PublicationForm.PERFORMANCE,
    "figure": PublicationForm.GRAPHIC,
}
TEXTS = {
    "title": "title",
    "title_other": "title-translated",
    "container_title": "container-title",
    "volume": "volume",
    "issue": "issue",
    "pages": "page",
    "edition": "edition",
    "publisher": "publisher",
    "publisher_place": "publisher-place",
    "event": "event-title",
    "event_place": "event-place",
    "number": "number",
    "genre": "genre",
    "isbn": "ISBN",
    "issn": "ISSN",
    "url": "URL",
    "abstract": "abstract",
    "note": "note",
}
ALIASES = {"event": "event-title", "shortTitle": "title-short", "container_title": "container-title"}
KEYS = frozenset({*TEXTS.values(), "type", "author", "issued", "DOI", "id", "editor", "language", "keyword"})
CUSTOM = "custom"
# The marks of type that CSL allows in a title, in pairs, and those of JATS that registries leave in abstracts. What
# only looks like a mark, such as x<A>, is text.
_PAIR = re.compile(r"<(i|b|sub|sup|sc|span|em|strong)(?:\s[^<>]{0,200})?>([^<>]*)</\1>")
_JATS = re.compile(r"</?jats:[a-z-]{1,30}(?:\s[^<>]{0,200})?>")
LONGEST_NUMBER = 300
DEEPEST_MARKS = 10

BROKEN = N_("The JSON is broken on line %(line)s, column %(column)s: %(why)s")
NOT_SUCH = N_("This is JSON, but neither CSL-JSON nor an ORCID record: no entry has a type, a title or authors.")
NOT_OBJECT = N_("This is no entry but a bare value.")
NOT_CSL = N_("The entry holds none of the fields of CSL-JSON.")
TOO_DEEP = N_("The JSON is nested deeper than any bibliography.")
NO_TITLE = N_("The entry has no title.")
ODD_VALUE = N_("The field “%(name)s” holds something else than CSL-JSON wants; it is kept as it was.")
AROUND = N_("What stands around the list of entries was left aside: %(names)s")
UNKNOWN_TYPE = N_("The type “%(type)s” is not known; choose the kind of work yourself.")


@dataclass(frozen=True)
class Item:
    """A value of the file and the line it begins on."""

    line: int
    value: Any
    text: str


@dataclass(frozen=True)
class Items:
    """The values of a file, where it broke off, if it did, and the lines of values with signs that are no text."""

    items: list[Item]
    broken: Refused | None = None
    mended: tuple[int, ...] = ()


def items_of(text: str) -> Items:
    """The values of a JSON list one by one, or of a single value, or of one value per line.

    What stands before a fault is read; the fault is a refusal with its place. Raises Unreadable where there are more
    than one import takes.
    """
    decoder = json.JSONDecoder(object_pairs_hook=_once_each, parse_int=_whole, parse_float=_real, parse_constant=str)
    mended: list[int] = []
    place = _skip(text, 0)
    listed = text[place : place + 1] == "["
    place = _skip(text, place + 1) if listed else place
    items: list[Item] = []
    line, counted = 1, 0
    while place < len(text) and not (listed and text[place] == "]"):
        line, counted = line + text.count("\n", counted, place), place
        try:
            value, end = decoder.raw_decode(text, place)
            value, changed = without_controls(value)
        except (ValueError, RecursionError) as error:
            return Items(items, _broken(text, place, line, error), tuple(mended))
        if changed:
            mended.append(line)
        items.append(Item(line, value, text[place : place + 1200]))
        see_that_they_fit(len(items))
        place = _skip(text, end)
        if listed:
            if text[place : place + 1] == ",":
                place = _skip(text, place + 1)
            elif text[place : place + 1] != "]":
                fault = json.JSONDecodeError("a comma or the end of the list is missing", text, min(place, len(text)))
                broken = _broken(text, min(end, len(text)), line + text.count("\n", counted, end), fault)
                return Items(items, broken, tuple(mended))
    rest = _skip(text, place + 1)
    if listed and rest < len(text):
        fault = json.JSONDecodeError("something stands behind the end of the list", text, rest)
        return Items(items, _broken(text, rest, text.count("\n", 0, rest) + 1, fault), tuple(mended))
    return Items(items, mended=tuple(mended))


def _whole(figures: str) -> int | str:
    """A whole number; one longer than any count of the world stays as it is written, since Python refuses it."""
    return int(figures) if len(figures) <= LONGEST_NUMBER else figures


def _real(figures: str) -> float | str:
    """A number with a point or a power; one beyond what is computed with stays as it is written."""
    number = float(figures)
    return number if isfinite(number) else figures


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A field that stands there twice is kept twice."""
    found: dict[str, Any] = {}
    counts: dict[str, int] = {}
    for name, value in pairs:
        free = name
        while free in found:
            counts[name] = counts.get(name, 1) + 1
            free = f"{name}-{counts[name]}"
        found[free] = value
    return found


def mended(found: Items) -> list[Remark]:
    """What was done to the values of a file."""
    return [named(CONTROLS, found.mended)] if found.mended else []


def _skip(text: str, place: int) -> int:
    match = _BLANKS.match(text, place)
    return match.end() if match else place


def _plain(text: str) -> str:
    """A text without marks of type; those inside others go as well."""
    text = _JATS.sub("", text)
    for _ in range(DEEPEST_MARKS):
        without = _PAIR.sub(r"\2", text)
        if without == text:
            break
        text = without
    return text.strip()


_BLANKS = re.compile(r"[ \t\n\r]*")


def _broken(text: str, place: int, line: int, error: Exception) -> Refused:
    if not isinstance(error, json.JSONDecodeError):
        return Refused(line, Remark(TOO_DEEP), excerpt_of(text[place : place + 1200]))
    where = text.rfind("\n", 0, error.pos)
    values = {
        "line": str(text.count("\n", 0, error.pos) + 1),
        "column": str(error.pos - where),
        "why": error.msg,
    }
    return Refused(line, Remark(BROKEN, values), excerpt_of(text[place : place + 1200]))


def read(text: str) -> ReadFile:
    """Everything that a CSL-JSON file says. Raises Unreadable for JSON of another kind."""
    found = items_of(text)
    return read_items(found)


def read_items(found: Items) -> ReadFile:
    """The same of values that are parsed already."""
    items = found.items
    remarks = mended(found)
    if len(items) == 1 and isinstance(items[0].value, dict):
        items, around = _wrapped(items[0])
        if around:
            remarks.append(Remark(AROUND, {"names": ", ".join(around)[:200]}))
    if items and not any(isinstance(item.value, dict) and KEYS & item.value.keys() for item in items):
        raise Unreadable(Remark(NOT_SUCH))
    if not items and found.broken is not None:
        raise Unreadable(found.broken.reason)
    entries: list[Understood | Refused] = [_understood(item) for item in items]
    if found.broken is not None:
        entries.append(found.broken)
    return ReadFile(FileFormat.CSL_JSON, entries, remarks)


def _wrapped(item: Item) -> tuple[list[Item], list[str]]:
    """The entries inside of what Zotero's and Crossref's services put around them, and what else stands there."""
    for path in (("items",), ("message", "items"), ("message",), ("references",)):
        inner: Any = item.value
        for step in path:
            inner = inner.get(step) if isinstance(inner, dict) else None
        around = sorted(set(item.value) - {path[0]})
        if isinstance(inner, list) and inner:
            see_that_they_fit(len(inner))
            listed = [Item(item.line, value, json.dumps(value, ensure_ascii=False)[:1200]) for value in inner]
            return listed, around
        if isinstance(inner, dict):
            return [Item(item.line, inner, item.text)], around
    return [item], []


def _understood(item: Item) -> Understood | Refused:
    if not isinstance(item.value, dict):
        return Refused(item.line, Remark(NOT_OBJECT), excerpt_of(item.text))
    if not KEYS & item.value.keys():
        return Refused(item.line, Remark(NOT_CSL), excerpt_of(item.text))
    raw: dict[str, Any] = {str(ALIASES.get(name, name) if ALIASES.get(name) not in item.value else name): value
           for name, value in item.value.items() if value not in (None, "", [], {})}  # fmt: skip
    remarks: list[Remark] = []
    extra: dict[str, str] = {}
    custom = raw.pop(CUSTOM, None)
    if isinstance(custom, dict):
        extra = {str(name): _as_text(value) for name, value in custom.items()}
        raw.setdefault("title-translated", extra.pop("title-translated", ""))
    elif custom is not None:
        extra[CUSTOM] = _as_text(custom)
    word = _as_text(raw.pop("type", ""))
    form = FORMS.get(word, PublicationForm.DOCUMENT)
    if word and word not in FORMS:
        remarks.append(Remark(UNKNOWN_TYPE, {"type": word[:40]}))
    if word != form.value and word:
        extra["type"] = word
    texts: dict[str, Any] = {field: _text(raw, name, remarks, extra) for field, name in TEXTS.items()}
    if not texts["title"]:
        return Refused(item.line, Remark(NO_TITLE), excerpt_of(item.text))
    texts["abstract"] = _plain(texts["abstract"])
    texts["title"] = _plain(texts["title"])
    texts["pages"] = values.read_pages(texts["pages"] or _text(raw, "article-number", remarks, extra))
    for name in ("isbn", "issn"):
        number = values.first_number(name, texts[name])
        values.keep_whole(extra, name, texts[name], number)
        texts[name] = number
    doi_text = _text(raw, "DOI", remarks, extra)
    doi = values.read_doi(doi_text)
    languages = _text(raw, "language", remarks, extra)
    language = values.read_language(languages)
    year, month, day = _issued(raw, remarks, extra)
    keywords = [*_keywords(raw.pop("keyword", "")), *_keywords(raw.pop("categories", ""))]
    reference = Reference(
        form=form,
        authors=_people(raw.pop("author", []), "author", remarks, extra),
        editors=_people(raw.pop("editor", []), "editor", remarks, extra),
        year=year,
        month=month,
        day=day,
        doi=doi,
        language=language,
        keywords=tuple(dict.fromkeys(keywords)),
        key=_as_text(raw.pop("id", "")),
        **texts,
    )
    for name, text, used in (("DOI", doi_text, doi), ("language", languages, language)):
        if text and not used:
            extra[name] = text
    values.keep_whole(extra, "doi", doi_text, doi)
    for name, value in raw.items():
        if value not in ("", None):
            extra[name if name not in extra else f"{name}-2"] = _as_text(value)
    return Understood(item.line, Reference(**{**vars(reference), "extra": extra}), once(remarks))


def _keywords(value: Any) -> list[str]:
    if isinstance(value, list):
        return [word for each in value if (word := _as_text(each).strip())]
    return list(values.split_keywords(_as_text(value)))


def _text(raw: dict[str, Any], name: str, remarks: list[Remark], extra: dict[str, str]) -> str:
    value = raw.pop(name, "")
    if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
        if len(value) > 1:
            extra[f"{name}-2"] = "; ".join(value[1:])
        value = value[0]
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return str(value).strip()
    if value:
        remarks.append(Remark(ODD_VALUE, {"name": name}))
        extra[name] = _as_text(value)
    return ""


def _people(value: Any, name: str, remarks: list[Remark], extra: dict[str, str]) -> tuple[AuthorName, ...]:
    value = [value] if isinstance(value, Mapping) and any(part in value for part in _NAME_PARTS) else value
    if isinstance(value, str) or (isinstance(value, list) and all(isinstance(each, str) for each in value)):
        return names.parse_list(value if isinstance(value, str) else "; ".join(value))
    if not isinstance(value, list) or not all(_is_person(each) for each in value):
        remarks.append(Remark(ODD_VALUE, {"name": name}))
        extra[name] = _as_text(value)
        return ()
    details = [{"name": _person(each).full, **beside} for each in value if (beside := _beside(each))]
    if details:
        extra[f"{name}-details"] = _as_text(details)
    return names.without_empty([_person(each) for each in value])


_NAME_PARTS = ("literal", "name", "dropping-particle", "non-dropping-particle", "family", "given", "suffix")


def _is_person(said: Any) -> bool:
    return isinstance(said, Mapping) and not any(isinstance(said.get(part), (dict, list)) for part in _NAME_PARTS)


def _beside(said: Mapping[str, Any]) -> dict[str, Any]:
    """What an entry says of a person besides the name: an ORCID iD, an affiliation."""
    literal = bool(said.get("literal") or said.get("name"))
    used = ("literal", "name", "sequence") if literal else (*_NAME_PARTS, "sequence")
    return {str(part): value for part, value in said.items() if part not in used and value not in (None, "", [], {})}


def _person(said: Mapping[str, Any]) -> AuthorName:
    literal = str(said.get("literal") or said.get("name") or "").strip()
    if literal:
        return AuthorName(literal=literal)
    particles = (said.get("dropping-particle"), said.get("non-dropping-particle"), said.get("family"))
    family = " ".join(str(part).strip() for part in particles if part)
    given, suffix = str(said.get("given") or "").strip(), str(said.get("suffix") or "").strip()
    return AuthorName(family=family, given=f"{given}, {suffix}" if suffix and given else given or suffix)


def _issued(
    raw: dict[str, Any], remarks: list[Remark], extra: dict[str, str]
) -> tuple[int | None, int | None, int | None]:
    """Year, month and day; every shape of date that CSL-JSON knows."""
    for name in ("issued", "published-print", "published", "published-online", "original-date"):
        said = raw.get(name)
        if said is None:
            continue
        raw.pop(name)
        text = str(said) if isinstance(said, (str, int)) and not isinstance(said, bool) else ""
        if isinstance(said, Mapping):
            parts = said.get("date-parts")
            if isinstance(parts, list) and parts and isinstance(parts[0], list) and parts[0] and parts[0][0]:
                text = "-".join(_numeral(part) for part in parts[0][:3])
                if len(parts) > 1:
                    extra[name] = _as_text(said)
            else:
                text = str(said.get("raw") or said.get("literal") or "")
        dated = values.read_date(text)
        remarks += dated.remarks
        beside = set(said) - {"date-parts", "raw", "literal"} if isinstance(said, Mapping) else set()
        if dated.left or dated.kept or not dated.year or beside:
            extra[name] = _as_text(said)
        return dated.year, dated.month, dated.day
    return None, None, None


def _numeral(part: Any) -> str:
    return str(int(part)) if isinstance(part, float) and part.is_integer() else str(part)


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def write(references: Iterable[Reference]) -> str:
    """A CSL-JSON list; what CSL does not know stands under `custom`, as its schema wants."""
    used: dict[str, int] = {}
    entries = [_entry(reference, used) for reference in references]
    return json.dumps(entries, ensure_ascii=False, indent=2) + "\n"


def _entry(reference: Reference, used: dict[str, int]) -> dict[str, Any]:
    extra = dict(reference.extra)
    word = extra.get("type", "")
    if word in TYPES and FORMS.get(word, PublicationForm.DOCUMENT) is reference.form:
        del extra["type"]
    else:
        word = ""  # a word of another format, which would say something else here, or which the schema refuses
    key = reference.key or reference.doi or "work"
    used[key] = used.get(key, 0) + 1
    entry: dict[str, Any] = {
        "id": key if used[key] == 1 else f"{key}-{used[key]}",
        "type": word or reference.form.value,
    }
    for field, name in TEXTS.items():
        if getattr(reference, field) and field != "title_other":
            entry[name] = getattr(reference, field)
    for name, people in (("author", reference.authors), ("editor", reference.editors)):
        if people:
            entry[name] = [_written(person) for person in people]
    date = [part for part in (reference.year, reference.month, reference.day) if part]
    if date:
        entry["issued"] = {"date-parts": [date]}
    for name, text in (("DOI", reference.doi), ("language", reference.language)):
        if text:
            entry[name] = text
    if reference.keywords:
        entry["keyword"] = "; ".join(reference.keywords)
    if reference.title_other:
        extra["title-translated"] = reference.title_other
    if extra:
        entry[CUSTOM] = extra
    return entry


def _written(person: AuthorName) -> dict[str, str]:
    said = {"literal": person.literal} if person.literal else {"family": person.family, "given": person.given}
    return {name: value for name, value in said.items() if value}
