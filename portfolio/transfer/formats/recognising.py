"""Reading a bibliography whose format is told from its content, whatever its name says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping

from portfolio.core.i18n.marking import N_
from portfolio.core.tables import Decoded, NotText, decode
from portfolio.transfer.formats import bibtex, csljson, orcid, ris, table
from portfolio.transfer.formats.reading import (
    CONTROL,
    CONTROLS,
    LARGEST_FILE,
    LONG_ENTRY,
    LONGEST_ENTRY,
    FileFormat,
    ReadFile,
    Refused,
    Remark,
    Understood,
    Unreadable,
    excerpt_of,
    named,
    see_that_they_fit,
)
from portfolio.works.bibliography.reference import Reference

EMPTY = N_("There is nothing in it.")
TOO_LARGE = N_("It is larger than %(limit)s MB, which is the most for one import. Divide it into parts.")
BINARY = N_("This is no text. BibTeX, RIS, CSL-JSON, ORCID (JSON) and CSV can be read.")
UNKNOWN = N_("The format was not recognised. BibTeX, RIS, CSL-JSON, ORCID (JSON) and CSV can be read.")
OTHER_FORMAT = N_("This is a file of the kind %(kind)s, which cannot be read. Export it as BibTeX or RIS instead.")
OLD_ENCODING = N_("The file is not in UTF-8; it was read as %(encoding)s. Look whether the letters are right.")
ODD_LINES = N_("Some lines are in another encoding than the rest (%(count)s; lines %(lines)s).")
WINDOWS = N_("Signs of an old Windows encoding were mended (%(count)s lines: %(lines)s).")
NO_ENTRIES = N_("The format is %(format)s, but there is no entry in it.")

_BIBTEX = re.compile(r"^[ \t]*@[A-Za-z]+[ \t]*[{(]", re.MULTILINE)
_WINDOWS = re.compile("[\x80-\x9f]")
_OTHERS = (
    (re.compile(r"\s{0,200}<(\?xml|!DOCTYPE|html|xml)", re.IGNORECASE), "XML/HTML"),
    (re.compile(r"^PMID- ?\d", re.MULTILINE), "PubMed"),
    (re.compile(r"^(FN (Clarivate|Thomson|ISI)|PT J$)", re.MULTILINE), "Web of Science"),
    (re.compile(r"^%0 \w", re.MULTILINE), "EndNote (%0)"),
)
READERS: Mapping[FileFormat, Callable[[str], ReadFile]] = {
    FileFormat.BIBTEX: bibtex.read,
    FileFormat.RIS: ris.read,
    FileFormat.CSV: table.read,
}
WRITERS: Mapping[FileFormat, Callable[[Iterable[Reference]], str]] = {
    FileFormat.BIBTEX: bibtex.write,
    FileFormat.RIS: ris.write,
    FileFormat.CSL_JSON: csljson.write,
    FileFormat.CSV: table.write,
}
ENDINGS = {
    FileFormat.BIBTEX: "bib",
    FileFormat.RIS: "ris",
    FileFormat.CSL_JSON: "json",
    FileFormat.CSV: "csv",
}
NAMES = {
    FileFormat.BIBTEX: "BibTeX",
    FileFormat.RIS: "RIS",
    FileFormat.CSL_JSON: "CSL-JSON",
    FileFormat.ORCID: "ORCID (JSON)",
    FileFormat.CSV: "CSV",
}


def read(content: bytes) -> ReadFile:
    """Everything that a file says. Raises Unreadable with the reason where nothing of it can be taken."""
    if len(content) > LARGEST_FILE:
        raise Unreadable(Remark(TOO_LARGE, {"limit": str(LARGEST_FILE // 1024**2)}))
    try:
        decoded = decode(content)
    except NotText as error:
        raise Unreadable(Remark(BINARY)) from error
    text, remarks = _clean(decoded)
    found = _read_text(text)
    see_that_they_fit(len(found.entries))
    if not found.entries and not found.remarks:
        raise Unreadable(Remark(NO_ENTRIES, {"format": NAMES[found.format]}))
    entries = [_of_sane_length(entry) for entry in found.entries] if len(text) > LONGEST_ENTRY else found.entries
    return ReadFile(found.format, entries, [*remarks, *found.remarks])


def _of_sane_length(entry: Understood | Refused) -> Understood | Refused:
    """Refused instead of an entry that no page could show: a million authors, a file within a field."""
    if isinstance(entry, Refused) or len(repr(entry.reference)) <= LONGEST_ENTRY:
        return entry
    return Refused(entry.line, Remark(LONG_ENTRY, {"limit": f"{LONGEST_ENTRY:,}"}), excerpt_of(entry.reference.title))


def _clean(decoded: Decoded) -> tuple[str, list[Remark]]:
    """The text in NFC without control characters, and what was done to it."""
    remarks = []
    if decoded.encoding.startswith("cp"):
        remarks.append(Remark(OLD_ENCODING, {"encoding": "TIS-620" if decoded.encoding == "cp874" else "Latin-1"}))
    if decoded.odd_lines:
        remarks.append(named(ODD_LINES, decoded.odd_lines))
    text = unicodedata.normalize("NFC", decoded.text)
    if _WINDOWS.search(text):
        lines = [number for number, line in enumerate(text.split("\n"), start=1) if _WINDOWS.search(line)]
        remarks.append(named(WINDOWS, lines))
        text = _WINDOWS.sub(lambda sign: sign[0].encode("latin-1").decode("cp1252", "replace"), text)
    if CONTROL.search(text):
        lines = [number for number, line in enumerate(text.split("\n"), start=1) if CONTROL.search(line)]
        remarks.append(named(CONTROLS, lines))
        text = CONTROL.sub(" ", text)
    return text, remarks


def format_of(text: str) -> FileFormat | None:
    """The format by what stands first: JSON's bracket, an entry of BibTeX, a record of RIS, the headings of a table."""
    start = text.lstrip()[:1]
    if start in ("{", "["):
        return FileFormat.CSL_JSON
    bibtex_from, ris_from = _BIBTEX.search(text), ris.beginning(text)
    found = [(bibtex_from.start(), FileFormat.BIBTEX)] if bibtex_from else []
    found += [(ris_from, FileFormat.RIS)] if ris_from is not None else []
    headings = table.headings_line(text)
    if found and not (headings and text.count("\n", 0, min(found)[0]) >= headings):
        return min(found)[1]
    return FileFormat.CSV if headings else None


def _read_text(text: str) -> ReadFile:
    if not text.strip():
        raise Unreadable(Remark(EMPTY))
    kind = format_of(text)
    if kind is FileFormat.CSL_JSON:
        items = csljson.items_of(text)
        first = items.items[0].value if len(items.items) == 1 else None
        if orcid.is_orcid(first):
            found = orcid.read(first, text)
            return ReadFile(found.format, found.entries, [*found.remarks, *csljson.mended(items)])
        return csljson.read_items(items)
    for pattern, name in _OTHERS:
        if kind is None and pattern.search(text[:10_000]):
            raise Unreadable(Remark(OTHER_FORMAT, {"kind": name}))
    if kind is None:
        raise Unreadable(Remark(UNKNOWN))
    return READERS[kind](text)


def is_understood(entry: object) -> bool:
    """Whether an entry was understood."""
    return isinstance(entry, Understood)
