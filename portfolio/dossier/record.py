"""Part 1 of form ก.พ.อ. 03 as printed: the academic's record, and the works under the numbers of the form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from portfolio.dossier.document import (
    Block,
    Column,
    Inline,
    Note,
    Run,
    Section,
    paragraph,
    table,
)
from portfolio.dossier.terms import Terms
from portfolio.works.bibliography.citations.styles import cite
from portfolio.works.bibliography.labels import RESULT_LABELS, TCI_LABELS
from portfolio.works.bibliography.reference import AuthorName, PublicationForm, Reference
from portfolio.works.vocabulary import GROUP_LABELS, KIND_GROUPS, KIND_LABELS, ROLE_LABELS, WorkGroup, WorkKind


def record(content: Mapping[str, Any], terms: Terms) -> Iterator[Section]:
    """Part 1 of the form, chapters 1 to 4. Sections that say nothing, or are withheld, are left out."""
    if not content.get("record"):
        return
    yield Section(1, "", "-", (_remark(),))
    yield from _chapters(content, terms)
    yield from _works(content, terms)


def _chapters(content: Mapping[str, Any], terms: Terms) -> Iterator[Section]:
    for chapter in content["record"]["chapters"]:
        parts = [part for part in chapter["sections"] if part["rows"]]
        if not parts:
            continue
        yield Section(2, terms.figures(chapter["number"]), _said(chapter["heading"], terms), ())
        for part in parts:
            yield Section(3, terms.figures(part["number"]), _said(part["heading"], terms), tuple(_rows(part, terms)))


def _works(content: Mapping[str, Any], terms: Terms) -> Iterator[Section]:
    """Chapter 4: each work under its number, cited, with role, databases and earlier use."""
    listed = [work for work in content["works"] if work.get("publication")]
    if not listed:
        return
    yield Section(2, terms.count(4), _("Academic works"), ())
    for group in WorkGroup:
        mine = [work for work in listed if KIND_GROUPS[WorkKind(work["kind"])] is group]
        if mine:
            rows: list[list[Any]] = [
                [_number(work, terms), _work(work, terms)] for work in sorted(mine, key=_by_number)
            ]
            heads = [_("No."), _("Work")]
            yield Section(
                3, "", terms.figures(str(GROUP_LABELS[group])), (table([Column(1.5), Column(9)], heads, rows),)
            )
    method_3 = tuple(_method_3(content["record"], terms))
    if method_3:
        yield Section(3, "", terms.figures(_("Evidence for method 3")), method_3)


def citation(work: Mapping[str, Any]) -> tuple[Inline, ...]:
    """A work as APA cites it: titles, journals and volumes in italics, but where they are Thai."""
    return tuple(Run(run.text, italic=run.italic) for run in cite(reference_of(work["publication"]["reference"])))


def reference_of(plain: Mapping[str, Any]) -> Reference:
    """A reference from its frozen form."""
    people = {name: tuple(AuthorName(**person) for person in plain[name]) for name in ("authors", "editors")}
    values = {**plain, **people, "form": PublicationForm(plain["form"]), "keywords": tuple(plain["keywords"])}
    return Reference(**values)


def _rows(part: Mapping[str, Any], terms: Terms) -> Iterator[Block]:
    if not part["columns"]:
        for row in part["rows"]:
            yield paragraph(terms.figures(_said(row["cells"][0], terms)))
        return
    heads = [_("No."), *(_said(column, terms) for column in part["columns"])]
    rows = [
        [terms.figures(row["number"]), *(terms.figures(_said(cell, terms)) for cell in row["cells"])]
        for row in part["rows"]
    ]
    yield table([Column(_width(cells)) for cells in zip(heads, *rows, strict=True)], heads, rows)


def _width(cells: Sequence[str]) -> float:
    """A column's share, after the longest thing it says: a year needs little, a name much.

    The least holds a line's number (3.1.10) and a short head in the large letters of DOCX.
    """
    return min(max(max(len(cell) for cell in cells), 10), 34)


def _method_3(plain: Mapping[str, Any], terms: Terms) -> Iterator[Block]:
    for row in plain["method_3"]["rows"]:
        said = " ".join(_said(cell, terms) for cell in row["cells"])
        yield paragraph(terms.figures(f"{row['number']} {said}"))


def _by_number(work: Mapping[str, Any]) -> tuple[list[int], int]:
    number = [int(part) for part in work["number"].split(".")] if work["number"] else [99]
    return number, work["position"]


def _number(work: Mapping[str, Any], terms: Terms) -> str:
    return terms.figures(work["number"]) if work["number"] else terms.count(work["position"])


def _work(work: Mapping[str, Any], terms: Terms) -> list[Inline]:
    found: list[Inline] = list(citation(work))
    for label, value in _facts(work, terms):
        found.append(Run(f"\n{label}: {value}" if label else f"\n{value}"))
    return found


def _facts(work: Mapping[str, Any], terms: Terms) -> Iterator[tuple[str, str]]:
    if KIND_GROUPS[WorkKind(work["kind"])] is WorkGroup.OTHER:
        yield _("Kind of work"), str(KIND_LABELS[WorkKind(work["kind"])])
    databases = _databases(work["publication"])
    if databases:
        yield _("Database"), ", ".join(databases)
    own = next((one for one in work["contributions"] if one["is_owner"]), None)
    if own is not None:
        yield _("Role"), str(ROLE_LABELS[own["role"]])
    publication = work["publication"]
    if publication["citations"] is not None:
        said = terms.figure(str(publication["citations"]))
        source = publication["citations_database"]
        yield _("Citations"), f"{said} ({source})" if source else said
    if publication["impact_factor"]:
        yield _("Journal impact factor"), terms.figure(publication["impact_factor"])
    used = work["used_before"]
    if used["uses"]:
        yield _("Earlier use"), "; ".join(_use(use, terms) for use in used["uses"])
    elif used["never"]:
        yield _("Earlier use"), _("never")


def _databases(publication: Mapping[str, Any]) -> list[str]:
    found = []
    if publication["tci_tier"]:
        found.append(str(TCI_LABELS[publication["tci_tier"]]))
    if publication["scopus_quartile"]:
        found.append(f"Scopus {publication['scopus_quartile'].upper()}")
    return found + [publication["other_databases"]] * bool(publication["other_databases"])


def _use(use: Mapping[str, Any], terms: Terms) -> str:
    said = [terms.year(use["year"]), str(RESULT_LABELS[use["result"]])]
    if use["level"]:
        said.append(_("level %(level)s", level=use["level"]))
    return " ".join(said)


def _said(words: Mapping[str, str], terms: Terms) -> str:
    first, second = (words["th"], words["en"]) if terms.language == "th" else (words["en"], words["th"])
    return first or second


def _remark() -> Note:
    """What may be claimed of the layout."""
    return Note(
        (Run(_("Laid out after part 1 of form ก.พ.อ. 03. Your institution's own form may differ; follow that one.")),)
    )
