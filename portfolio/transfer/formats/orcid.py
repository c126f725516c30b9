"""ORCID's record in JSON (API v3.0): the whole record, the list of works, one work, or several in full."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from portfolio.core.i18n.marking import N_
from portfolio.transfer.formats import names, values
from portfolio.transfer.formats.reading import (
    FileFormat,
    ReadFile,
    Refused,
    Remark,
    Understood,
    excerpt_of,
    once,
    see_that_they_fit,
)
from portfolio.works.bibliography.reference import AuthorName, PublicationForm, Reference

FORMS = {
    "journal-article": PublicationForm.JOURNAL_ARTICLE,
    "journal-issue": PublicationForm.JOURNAL_ARTICLE,
    "review": PublicationForm.JOURNAL_ARTICLE,
    "book-review": PublicationForm.JOURNAL_ARTICLE,
    "preprint": PublicationForm.DOCUMENT,
    "working-paper": PublicationForm.REPORT,
    "conference-paper": PublicationForm.CONFERENCE_PAPER,
    "conference-abstract": PublicationForm.CONFERENCE_PAPER,
    "conference-poster": PublicationForm.CONFERENCE_PAPER,
    "conference-presentation": PublicationForm.CONFERENCE_PAPER,
    "conference-output": PublicationForm.CONFERENCE_PAPER,
    "conference-proceedings": PublicationForm.BOOK,
    "book": PublicationForm.BOOK,
    "edited-book": PublicationForm.BOOK,
    "translation": PublicationForm.BOOK,
    "book-chapter": PublicationForm.CHAPTER,
    "dictionary-entry": PublicationForm.CHAPTER,
    "encyclopedia-entry": PublicationForm.CHAPTER,
    "report": PublicationForm.REPORT,
    "dissertation": PublicationForm.THESIS,
    "dissertation-thesis": PublicationForm.THESIS,
    "supervised-student-publication": PublicationForm.THESIS,
    "patent": PublicationForm.PATENT,
    "software": PublicationForm.SOFTWARE,
    "data-set": PublicationForm.DATASET,
    "magazine-article": PublicationForm.MAGAZINE_ARTICLE,
    "newspaper-article": PublicationForm.NEWSPAPER_ARTICLE,
    "newsletter-article": PublicationForm.MAGAZINE_ARTICLE,
    "website": PublicationForm.WEBPAGE,
    "online-resource": PublicationForm.WEBPAGE,
    "blog-post": PublicationForm.WEBPAGE,
    "artistic-performance": PublicationForm.PERFORMANCE,
    "musical-composition": PublicationForm.PERFORMANCE,
    "sound": PublicationForm.PERFORMANCE,
    "image": PublicationForm.GRAPHIC,
    "design": PublicationForm.GRAPHIC,
    "moving-image": PublicationForm.MOTION_PICTURE,
}
_PUT_CODE = re.compile(r'"put-code"\s{0,20}:\s{0,20}(\d{1,18})')
_KNOWN = frozenset(
    {
        "put-code", "title", "external-ids", "url", "type", "publication-date", "journal-title", "short-description",
        "citation", "contributors", "language-code", "created-date", "last-modified-date", "source", "visibility",
        "path", "display-index",
    }
)  # fmt: skip

NO_WORKS = N_("The ORCID record is in order, but it lists no works.")
NO_TITLE = N_("The entry has no title.")
NOT_GIVEN = N_("ORCID did not give this work: %(why)s")
OTHER_PARTS = N_("The record holds more than works, which is not read here: %(names)s")
SUMMARY = N_("ORCID's list names no authors; complete them, or look the work up by its DOI.")
SEVERAL = N_("%(count)s sources describe this work in ORCID; the one that its owner prefers was read.")


def is_orcid(value: Any) -> bool:
    """Whether a JSON value is one of ORCID's answers."""
    if not isinstance(value, Mapping):
        return False
    if "activities-summary" in value or "orcid-identifier" in value or "bulk" in value:
        return True
    groups = value.get("group")
    if isinstance(groups, list) and (
        "path" in value or any("work-summary" in g for g in groups if isinstance(g, Mapping))
    ):
        return True
    return "put-code" in value and isinstance(value.get("title"), Mapping)


def read(value: Any, text: str) -> ReadFile:
    """Everything that the works of a record say. `text` is where the lines are looked up."""
    lines = _lines(text)
    entries: list[Understood | Refused] = []
    for work, rivals in _works(value):
        see_that_they_fit(len(entries) + 1)
        if not isinstance(work, Mapping):
            entries.append(Refused(0, Remark(NO_TITLE), excerpt_of(json.dumps(work))))
        elif "error" in work:
            why = _dig(work, "error", "user-message") or _dig(work, "error", "developer-message") or "?"
            entries.append(Refused(0, Remark(NOT_GIVEN, {"why": str(why)[:200]}), excerpt_of(json.dumps(work))))
        else:
            entries.append(_understood(work, rivals, lines))
    remarks = [] if entries else [Remark(NO_WORKS)]
    beside = _beside(value)
    if beside:
        remarks.append(Remark(OTHER_PARTS, {"names": ", ".join(beside)}))
    return ReadFile(FileFormat.ORCID, entries, remarks)


def _beside(value: Any) -> list[str]:
    """The parts of a record that hold something and are no works: employments, educations, fundings."""
    parts = _dig(value, "activities-summary")
    listed = parts.items() if isinstance(parts, Mapping) else ()
    held = [name for name, part in listed if name != "works" and isinstance(part, Mapping)]
    return sorted(name for name in held if _dig(parts, name, "group") or _dig(parts, name, "affiliation-group"))


def put_codes(value: Any) -> list[int]:
    """The works of a list by the numbers under which they can be asked for in full, the preferred of each group."""
    codes = [work.get("put-code") for work, _rivals in _works(value) if isinstance(work, Mapping)]
    return [code for code in codes if isinstance(code, int)]


def _works(value: Any) -> Iterator[tuple[Any, int]]:
    """Each work and how many sources describe it."""
    if "bulk" in value:
        for each in value["bulk"] if isinstance(value["bulk"], list) else []:
            yield (each["work"] if isinstance(each, Mapping) and "work" in each else each), 1
        return
    listed = _dig(value, "activities-summary", "works") or value
    groups = listed.get("group") if isinstance(listed, Mapping) else None
    if isinstance(groups, list):
        for group in groups:
            works = group.get("work-summary") if isinstance(group, Mapping) else None
            if isinstance(works, list) and works:
                ranked = sorted(works, key=_rank)
                yield ranked[0], len(works)
    elif "put-code" in value and "title" in value:
        yield value, 1


def _rank(work: Any) -> int:
    """The owner's preferred source has the highest display index."""
    index = str(work.get("display-index", "")) if isinstance(work, Mapping) else ""
    return -int(index) if index.isascii() and index.isdigit() and len(index) < 10 else 1


def _lines(text: str) -> dict[str, int]:
    lines: dict[str, int] = {}
    line, counted = 1, 0
    for match in _PUT_CODE.finditer(text):
        line, counted = line + text.count("\n", counted, match.start()), match.start()
        lines.setdefault(match[1], line)
    return lines


def _dig(value: Any, *path: str) -> Any:
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _text(value: Any, *path: str) -> str:
    found = _dig(value, *path)
    return str(found).strip() if isinstance(found, (str, int)) and not isinstance(found, bool) else ""


def _understood(work: Mapping[str, Any], rivals: int, lines: Mapping[str, int]) -> Understood | Refused:
    code = _text(work, "put-code")
    line = lines.get(code, 0)
    title, subtitle = _text(work, "title", "title", "value"), _text(work, "title", "subtitle", "value")
    if not title:
        return Refused(line, Remark(NO_TITLE), excerpt_of(json.dumps(work, ensure_ascii=False)))
    remarks = [Remark(SEVERAL, {"count": str(rivals)})] if rivals > 1 else []
    if not work.get("contributors"):
        remarks.append(Remark(SUMMARY))
    word = _text(work, "type").lower().replace("_", "-")
    form = FORMS.get(word, PublicationForm.DOCUMENT)
    date = _dig(work, "publication-date")
    dated = values.read_date(_text(date, "year", "value"), _text(date, "month", "value"), _text(date, "day", "value"))
    remarks += dated.remarks
    ids, extra = _identifiers(work)
    if word and form.value != word:
        extra["type"] = word
    if dated.left:
        extra["publication-date"] = dated.left
    if dated.kept:
        extra[values.DATE_KEPT] = dated.kept
    citation = _text(work, "citation", "citation-value")
    if citation:
        extra["citation"] = citation
    for name, value in work.items():
        if name not in _KNOWN and value not in (None, "", [], {}):
            extra[str(name)] = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    authors, editors = _people(work)
    details = _details(work)
    if details:
        extra["contributors"] = json.dumps(details, ensure_ascii=False)
    container = _text(work, "journal-title", "value")
    in_container = form not in (PublicationForm.BOOK, PublicationForm.REPORT, PublicationForm.THESIS)
    return Understood(
        line,
        Reference(
            form=form,
            title=f"{title}: {subtitle}" if subtitle else title,
            title_other=_text(work, "title", "translated-title", "value"),
            authors=authors,
            editors=editors,
            year=dated.year,
            month=dated.month,
            day=dated.day,
            container_title=container if in_container else "",
            publisher="" if in_container else container,
            doi=ids.get("doi", ""),
            isbn=ids.get("isbn", ""),
            issn=ids.get("issn", ""),
            url=_text(work, "url", "value"),
            language=values.read_language(_text(work, "language-code")),
            abstract=_text(work, "short-description"),
            key=code,
            extra=extra,
        ),
        once(remarks),
    )


_READERS = {"doi": values.read_doi, "isbn": values.read_isbn, "issn": values.read_issn}


def _identifiers(work: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """DOI, ISBN and ISSN, and everything else by its name. A work's own stand before those of what it is part of."""
    said = _dig(work, "external-ids", "external-id")
    rows = [row for row in said if isinstance(row, Mapping)] if isinstance(said, list) else []
    rows.sort(key=lambda row: _text(row, "external-id-relationship").lower() != "self")
    known: dict[str, str] = {}
    others: dict[str, str] = {}
    for row in rows:
        name, value = _text(row, "external-id-type").lower(), _text(row, "external-id-value")
        part_of = _text(row, "external-id-relationship").lower() == "part-of"
        clean = _READERS[name](value) if name in _READERS and not (name == "doi" and part_of) else ""
        if clean and name not in known:
            known[name] = clean
        elif value:
            label = name or "external-id"
            label = f"{label}-part-of" if part_of else label
            others[label] = f"{others[label]}; {value}" if label in others else value
    return known, others


def _people(work: Mapping[str, Any]) -> tuple[tuple[AuthorName, ...], tuple[AuthorName, ...]]:
    said = _dig(work, "contributors", "contributor")
    authors: list[AuthorName] = []
    editors: list[AuthorName] = []
    for row in said if isinstance(said, list) else []:
        name = _text(row, "credit-name", "value")
        if name:
            role = _text(row, "contributor-attributes", "contributor-role").lower()
            (editors if role.endswith("editor") else authors).append(names.parse_name(name))
    return tuple(authors), tuple(editors)


def _details(work: Mapping[str, Any]) -> list[dict[str, str]]:
    """What a work says of its people besides their names: an ORCID orcid, and people who have nothing else."""
    said = _dig(work, "contributors", "contributor")
    found = []
    for row in said if isinstance(said, list) else []:
        orcid, email = _text(row, "contributor-orcid", "path"), _text(row, "contributor-email", "value")
        known = {"name": _text(row, "credit-name", "value"), "orcid": orcid, "email": email}
        if orcid or email:
            found.append({name: value for name, value in known.items() if value})
    return found
