"""BibTeX and BibLaTeX. The library finds the entries; values, names, strings and inheritance are worked out here."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from bibtexparser.entrypoint import parse_string
from bibtexparser.model import (
    Block,
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    ExplicitComment,
    ImplicitComment,
    ParsingFailedBlock,
    Preamble,
    String,
)

from portfolio.core.i18n.marking import N_
from portfolio.transfer.formats import latex, names, values
from portfolio.transfer.formats.bibtexvalues import LONGEST_VALUE, NoComma, Strings, TooLong
from portfolio.transfer.formats.reading import (
    FileFormat,
    ReadFile,
    Refused,
    Remark,
    Understood,
    excerpt_of,
    named,
    once,
    see_that_they_fit,
)
from portfolio.works.bibliography.reference import (
    EDITOR_OTHERS_KEPT,
    OTHERS_KEPT,
    AuthorName,
    PublicationForm,
    Reference,
)

# The library reports every failed block to the log, with its text; here each becomes a refusal instead.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL + 1)

FORMS = {
    "article": PublicationForm.JOURNAL_ARTICLE,
    "inproceedings": PublicationForm.CONFERENCE_PAPER,
    "conference": PublicationForm.CONFERENCE_PAPER,
    "book": PublicationForm.BOOK,
    "booklet": PublicationForm.BOOK,
    "mvbook": PublicationForm.BOOK,
    "collection": PublicationForm.BOOK,
    "proceedings": PublicationForm.BOOK,
    "manual": PublicationForm.BOOK,
    "incollection": PublicationForm.CHAPTER,
    "inbook": PublicationForm.CHAPTER,
    "inreference": PublicationForm.CHAPTER,
    "phdthesis": PublicationForm.THESIS,
    "mastersthesis": PublicationForm.THESIS,
    "thesis": PublicationForm.THESIS,
    "techreport": PublicationForm.REPORT,
    "report": PublicationForm.REPORT,
    "patent": PublicationForm.PATENT,
    "software": PublicationForm.SOFTWARE,
    "dataset": PublicationForm.DATASET,
    "online": PublicationForm.WEBPAGE,
    "electronic": PublicationForm.WEBPAGE,
    "www": PublicationForm.WEBPAGE,
    "movie": PublicationForm.MOTION_PICTURE,
    "video": PublicationForm.MOTION_PICTURE,
    "artwork": PublicationForm.GRAPHIC,
    "image": PublicationForm.GRAPHIC,
    "performance": PublicationForm.PERFORMANCE,
    "misc": PublicationForm.DOCUMENT,
}
TYPES = {
    PublicationForm.JOURNAL_ARTICLE: "article",
    PublicationForm.CONFERENCE_PAPER: "inproceedings",
    PublicationForm.BOOK: "book",
    PublicationForm.CHAPTER: "incollection",
    PublicationForm.REPORT: "techreport",
    PublicationForm.THESIS: "thesis",
    PublicationForm.PATENT: "patent",
    PublicationForm.SOFTWARE: "software",
    PublicationForm.DATASET: "dataset",
    PublicationForm.WEBPAGE: "online",
    PublicationForm.MOTION_PICTURE: "movie",
    PublicationForm.GRAPHIC: "artwork",
    PublicationForm.PERFORMANCE: "performance",
    PublicationForm.DOCUMENT: "misc",
}
GENRES = {"phdthesis": "Doctoral dissertation", "mastersthesis": "Master's thesis"}
TYPE_KEPT = "entrytype"
_IN_PERIODICALS = frozenset(
    {PublicationForm.JOURNAL_ARTICLE, PublicationForm.CONFERENCE_PAPER, PublicationForm.CHAPTER}
)
# CSL tells newspaper and magazine articles apart, BibTeX by this word alone.
SUBTYPES = {"newspaper": PublicationForm.NEWSPAPER_ARTICLE, "magazine": PublicationForm.MAGAZINE_ARTICLE}

# What may begin an entry. Abbreviations and comments do as well, so twice as many as entries fit are let through.
_OPENING = re.compile(r"@[ \t]*[A-Za-z]+\s*[{(]")
_STRAY_FIELD = re.compile(r"(?:^|,)[ \t]*[A-Za-z][\w-]*[ \t]*=[ \t]*[{\"\d]", re.MULTILINE)
_VERBATIM = frozenset({"url", "doi", "file", "eprint", "pdf", "bdsk-url-1", "bdsk-url-2", "bdsk-file-1", "crossref"})
_FURTHER = "x-"
_ASKED = frozenset(
    (
        "abstract", "address", "article-number", "articleno", "author", "booktitle", "date", "day", "documentnumber",
        "doi", "edition", "editor", "eid", "entrysubtype", "eventtitle", "hyphenation", "institution", "isbn", "issn",
        "issue", "journal", "journaltitle", "keyword", "keywords", "langid", "language", "location", "month", "note",
        "number", "numpages", "organization", "pages", "publisher", "school", "subtitle", "title", "title_en",
        "title_other", "title_th", "titleen", "titleth", "titletranslated", "type", "url", "venue", "volume", "xdata",
        "year",
    )
)  # fmt: skip
"""The fields that an entry is asked for; every other one is kept as it is."""
DEEPEST_CROSSREF = 3

NOT_CLOSED = N_("A brace or a quotation mark is missing: the entry never ends.")
NO_KEY_COMMA = N_("After the key of the entry a comma is missing.")
NO_EQUALS = N_("A field of the entry has no equals sign.")
NO_COMMA = N_("A comma is missing before the field “%(name)s”.")
NOT_READ = N_("The entry is not written as BibTeX wants it.")
STRAY = N_("These fields stand outside of any entry: the entry before them was closed too early.")
TOO_LONG = N_("A field of the entry is longer than %(limit)s characters.")
NO_TITLE = N_("The entry has no title.")
SAME_KEY = N_("The key “%(key)s” stands on line %(line)s already; both entries were read.")
FIELD_TWICE = N_("The field “%(name)s” stands there twice; the second is kept under “%(kept)s”.")
UNKNOWN_COMMAND = N_("The LaTeX command %(name)s is not known and stands as it was typed.")
NO_PARENT = N_("The entry “%(key)s” that this one refers to is not in the file.")
COMMENTED_OUT = N_("A line that was commented out was left aside: %(text)s")
COMMENTS = N_("Comments that are no entries were left aside (%(count)s; lines %(lines)s).")
PREAMBLES = N_("LaTeX definitions (@preamble) were left aside (%(count)s; lines %(lines)s).")
STRINGS = N_("Abbreviations (@string) were put in where they are used (%(count)s).")
XDATA = N_("Shared data (@xdata) were put in where they are used (%(count)s; lines %(lines)s).")


@dataclass
class _Fields:
    """An entry with its values worked out but LaTeX still in them; names in lower case."""

    line: int
    type: str
    key: str
    raw: str
    values: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)  # the names as the file writes them
    remarks: list[Remark] = field(default_factory=list)


def read(text: str) -> ReadFile:
    """Everything that a BibTeX file says, in its order. Raises Unreadable where there are more entries than fit."""
    see_that_they_fit(sum(1 for _ in _OPENING.finditer(text)) // 2)
    strings = Strings()
    found: list[_Fields | Refused] = []
    aside: dict[str, list[int]] = {COMMENTS: [], PREAMBLES: [], XDATA: []}
    broken = False
    for block in parse_string(text, parse_stack=[]).blocks:
        line = (block.start_line or 0) + 1
        twin, entry = _unwrapped(block)
        if isinstance(entry, Entry):
            made = _fields_of(entry, line, strings)
            if twin is not None and isinstance(made, _Fields):
                made.remarks.append(Remark(SAME_KEY, {"key": made.key[:60], "line": str(twin)}))
            found.append(made)
        elif isinstance(entry, String):
            strings.defined += 1
            try:
                strings.known[entry.key.lower()] = strings.evaluate(entry.value, [])
            except TooLong:
                found.append(_too_long(line, entry.raw))
            except NoComma as error:
                found.append(_no_comma(line, entry.raw, error))
        elif isinstance(entry, Preamble):
            aside[PREAMBLES].append(line)
        elif isinstance(entry, ExplicitComment):
            aside[COMMENTS].append(line)
        elif isinstance(entry, ImplicitComment):
            stray = _STRAY_FIELD.search(entry.comment)
            if stray and broken:
                pass  # the rest of the entry that was refused just before
            elif stray:
                found.append(Refused(line, Remark(STRAY), excerpt_of(entry.comment)))
            elif entry.comment.strip("}) \n\t,;."):
                aside[COMMENTS].append(line)
        else:
            found.append(Refused(line, _why(block), excerpt_of(block.raw or "")))
            broken = True
            continue
        broken = False
    by_key = {each.key.lower(): each for each in reversed(found) if isinstance(each, _Fields) and each.key}
    entries: list[Understood | Refused] = []
    for each in found:
        if isinstance(each, Refused):
            entries.append(each)
        elif each.type == "xdata":
            aside[XDATA].append(each.line)
        else:
            entries.append(_understood(each, by_key))
    return ReadFile(FileFormat.BIBTEX, entries, _file_remarks(aside, strings.defined))


def _file_remarks(aside: Mapping[str, list[int]], defined: int) -> list[Remark]:
    remarks = [named(sentence, lines) for sentence, lines in aside.items() if lines]
    return [*remarks, Remark(STRINGS, {"count": str(defined)})] if defined else remarks


def _unwrapped(block: Block) -> tuple[int | None, Block]:
    """The entry inside of what the library calls a duplicate, and the line of the one before it."""
    twin = None
    if isinstance(block, DuplicateBlockKeyBlock):
        twin = (block.previous_block.start_line or 0) + 1
        block = block.ignore_error_block or block
    if isinstance(block, DuplicateFieldKeyBlock):
        block = block.ignore_error_block or block
    return twin, block


def _why(block: Block) -> Remark:
    reason = str(getattr(block.error, "abort_reason", "")) if isinstance(block, ParsingFailedBlock) else ""
    if "comma after entry key" in reason:
        return Remark(NO_KEY_COMMA)
    if "Expected a `=`" in reason or "equals sign" in reason:
        return Remark(NO_EQUALS)
    if "block start" in reason or "end of file" in reason:
        return Remark(NOT_CLOSED)
    return Remark(NOT_READ)


def _too_long(line: int, raw: str | None) -> Refused:
    return Refused(line, Remark(TOO_LONG, {"limit": f"{LONGEST_VALUE:,}"}), excerpt_of(raw or ""))


def _no_comma(line: int, raw: str | None, error: NoComma) -> Refused:
    return Refused(line, Remark(NO_COMMA, {"name": str(error)[:60]}), excerpt_of(raw or ""))


def _fields_of(entry: Entry, line: int, strings: Strings) -> _Fields | Refused:
    made = _Fields(line, entry.entry_type.lower(), entry.key, entry.raw or "")
    twice: dict[str, int] = {}
    for each in entry.fields:
        *commented, name = each.key.split("\n")
        if name.lstrip().startswith("%"):
            commented, name = [*commented, f"{name} = {each.value}"], ""
        made.remarks += [
            Remark(COMMENTED_OUT, {"text": excerpt_of(comment)[:120]}) for comment in commented if comment.strip()
        ]
        name = name.strip()
        if not name:
            continue
        try:
            value = strings.evaluate(str(each.value), made.remarks)
        except TooLong:
            return _too_long(line, entry.raw)
        except NoComma as error:
            return _no_comma(line, entry.raw, error)
        known = name.lower()
        if known in made.values:
            count = twice.get(known, 1) + 1
            while f"{known}-{count}" in made.values:
                count += 1
            twice[known] = count
            made.remarks.append(Remark(FIELD_TWICE, {"name": name[:60], "kept": f"{name}-{count}"[:70]}))
            known, name = f"{known}-{count}", f"{name}-{count}"
        made.values[known] = value
        made.written[known] = name
    return made


def _inherit(entry: _Fields, by_key: Mapping[str, _Fields], depth: int = 0) -> dict[str, str]:
    """The entry's values with those it takes from the entries it refers to."""
    result = dict(entry.values)
    if depth >= DEEPEST_CROSSREF:
        return result
    parents = [(key.strip(), False) for key in result.get("xdata", "").split(",")]
    parents.append((result.get("crossref", "").strip(), True))
    for key, crossed in parents:
        if not key:
            continue
        parent = by_key.get(key.lower())
        if parent is None or parent is entry:
            entry.remarks.append(Remark(NO_PARENT, {"key": key[:60]}))
            continue
        taken = _inherit(parent, by_key, depth + 1)
        if crossed:
            title = taken.pop("title", "")
            subtitle = taken.pop("subtitle", "")
            if title and FORMS.get(entry.type) in (PublicationForm.CHAPTER, PublicationForm.CONFERENCE_PAPER):
                taken.setdefault("booktitle", f"{title}: {subtitle}" if subtitle else title)
            taken = {
                name: value
                for name, value in taken.items()
                if name not in ("author", "crossref", "doi", "pages", "url")
            }
        for name, value in taken.items():
            result.setdefault(name, value)
            entry.written.setdefault(name, parent.written.get(name, name))
    return result


class _Taker:
    """Hands out the values of an entry one by one; what nobody asked for is `extra`."""

    def __init__(self, entry: _Fields, raw: dict[str, str]) -> None:
        self.entry, self.raw = entry, raw
        self.unknown: set[str] = set()

    def plain(self, text: str) -> str:
        """LaTeX as plain text; unknown commands are noted."""
        clean, unknown = latex.to_unicode(text)
        self.unknown |= unknown
        return clean

    def raw_first(self, *wanted: str) -> str:
        """The first of these fields that says anything, LaTeX and all."""
        for name in wanted:
            if self.raw.get(name, "").strip():
                return self.raw.pop(name).strip()
        return ""

    def first(self, *wanted: str) -> str:
        """The first of these fields that says anything, as plain text."""
        return self.plain(self.raw_first(*wanted))

    def people(self, name: str) -> tuple[AuthorName, ...]:
        """The names of a field."""
        found = []
        text, others = names.without_others(self.raw.pop(name, ""))
        for each in names.split_braced(text):
            if each.lower() == "others":
                others = True
            elif names.is_braced(each):
                found.append(AuthorName(literal=self.plain(each)))
            elif "family=" in each:
                parts = dict(
                    part.split("=", 1) for part in (p.strip().strip('"') for p in each.split(",")) if "=" in part
                )
                family = " ".join(filter(None, (parts.get("prefix"), parts.get("family"))))
                found.append(AuthorName(family=self.plain(family), given=self.plain(parts.get("given", ""))))
            else:
                found.append(self._name(each))
        if others:
            self.entry.remarks.append(Remark(names.AND_OTHERS))
            self.raw[OTHERS_KEPT if name == "author" else EDITOR_OTHERS_KEPT] = "yes"
        return names.without_empty(found)

    def _name(self, text: str) -> AuthorName:
        """A name whose braces hold parts together: `{van der} Berg` is one family name, `{A, B}` one part."""
        held = re.sub(
            r"(?<!\\)\{([^{}\\]*[ ,][^{}\\]*)\}",
            lambda part: part[1].replace(" ", "\ue000").replace(",", "\ue001"),
            text,
        )
        name = names.parse_name(self.plain(held))
        loose = {
            kind: getattr(name, kind).replace("\ue000", " ").replace("\ue001", ",") for kind in ("family", "given")
        }
        return replace(name, **loose, literal=name.literal.replace("\ue000", " ").replace("\ue001", ","))


def _understood(entry: _Fields, by_key: Mapping[str, _Fields]) -> Understood | Refused:
    taker = _Taker(entry, _inherit(entry, by_key))
    form = FORMS.get(entry.type, PublicationForm.DOCUMENT)
    if form is PublicationForm.JOURNAL_ARTICLE:
        form = SUBTYPES.get(taker.raw.get("entrysubtype", "").lower(), form)
        if form is not PublicationForm.JOURNAL_ARTICLE:
            taker.raw.pop("entrysubtype")
    title, subtitle = taker.first("title"), taker.first("subtitle")
    title = f"{title}: {subtitle}" if title and subtitle else title or subtitle
    if not title:
        return Refused(entry.line, Remark(NO_TITLE), excerpt_of(entry.raw))
    in_books = form in (PublicationForm.CHAPTER, PublicationForm.CONFERENCE_PAPER)
    containers = ("booktitle", "journal", "journaltitle") if in_books else ("journal", "journaltitle", "booktitle")
    periodical = form in _IN_PERIODICALS or form in SUBTYPES.values()
    dated = values.read_date(taker.first("date") or taker.first("year"), taker.first("month"), taker.first("day"))
    if dated.year and taker.raw.get("year", "").strip() == str(dated.year):
        del taker.raw["year"]
    entry.remarks += dated.remarks
    doi_text = taker.raw_first("doi")
    doi = values.read_doi(latex.to_unicode(doi_text)[0].replace(" ", ""))
    languages = taker.raw_first("langid", "language", "hyphenation")
    language = values.read_language(languages)
    numbers = {name: taker.first(name) for name in ("isbn", "issn")}
    isbn, issn = (values.first_number(name, text) for name, text in numbers.items())
    reference = Reference(
        form=form,
        title=title,
        title_other=taker.first("titletranslated", "title_other", "titleen", "title_en", "titleth", "title_th"),
        authors=taker.people("author"),
        editors=taker.people("editor"),
        year=dated.year,
        month=dated.month,
        day=dated.day,
        container_title=taker.first(*containers),
        volume=taker.first("volume"),
        issue=taker.first("issue", "number") if periodical else taker.first("issue"),
        pages=values.read_pages(taker.first("pages", "eid", "articleno", "article-number", "numpages")),
        edition=taker.first("edition"),
        publisher=taker.first("school", "institution", "publisher", "organization")
        if form in (PublicationForm.THESIS, PublicationForm.REPORT)
        else taker.first("publisher", "organization", "institution", "school"),
        publisher_place=taker.first("address", "location"),
        event=taker.first("eventtitle"),
        event_place=taker.first("venue"),
        number=taker.first("documentnumber") if periodical else taker.first("number", "documentnumber"),
        genre=taker.first("type") or GENRES.get(entry.type, ""),
        doi=doi,
        isbn=isbn,
        issn=issn,
        url=_address(taker.raw_first("url")),
        language=language,
        abstract=taker.first("abstract"),
        keywords=values.split_keywords(taker.first("keywords", "keyword")),
        note=taker.first("note"),
        key=entry.key,
    )
    extra = {_bare(entry.written.get(name, name)): taker.plain(text) if name not in _VERBATIM else text.strip()
             for name, text in taker.raw.items() if text.strip()}  # fmt: skip
    if dated.left:
        extra["year"] = dated.left
    if dated.kept:
        extra.setdefault(values.DATE_KEPT, dated.kept)
    if doi_text and not doi:
        extra["doi"] = doi_text
    values.keep_whole(extra, "doi", latex.to_unicode(doi_text)[0], doi)
    values.keep_whole(extra, "isbn", numbers["isbn"], isbn)
    values.keep_whole(extra, "issn", numbers["issn"], issn)
    if languages and not language:
        extra["language"] = languages
    if TYPES.get(form) != entry.type and entry.type not in GENRES and form not in SUBTYPES.values():
        extra[TYPE_KEPT] = entry.type
    entry.remarks += [Remark(UNKNOWN_COMMAND, {"name": name[:60]}) for name in sorted(taker.unknown)]
    return Understood(entry.line, replace(reference, extra=extra), once(entry.remarks))


def _bare(name: str) -> str:
    """The name of a further field without the mark that `_entry` gives to one that would be taken for another."""
    inner = name.removeprefix(_FURTHER)
    return inner if inner.lower() in _ASKED else name


def _address(text: str) -> str:
    """A web address without the LaTeX that some put around it."""
    inner = re.fullmatch(r"\\(?:url|path)\s*\{(.*)\}", text, re.DOTALL)
    return re.sub(r"\\([_%&#~{}])", r"\1", inner[1] if inner else text).replace("~{}", "~").strip("{} ")


def write(references: Iterable[Reference]) -> str:
    """A BibTeX file in Unicode, every key once."""
    used: dict[str, int] = {}
    return "\n".join(_entry(reference, used) for reference in references)


def _entry(reference: Reference, used: dict[str, int]) -> str:
    extra = dict(reference.extra)
    form, form_type = reference.form, TYPES.get(reference.form, "article")
    if form is PublicationForm.THESIS:
        form_type = next((word for word, genre in GENRES.items() if genre == reference.genre), form_type)
    kept = extra.get(TYPE_KEPT, "")
    if kept.isalpha() and kept.isascii() and FORMS.get(kept, PublicationForm.DOCUMENT) is form:
        form_type = kept
        del extra[TYPE_KEPT]
    pairs = list(_pairs(reference, form_type, others=extra.pop(OTHERS_KEPT, "") == "yes"))
    head = f"@{form_type}{{{_key(reference, used)},\n"
    text = head + _lines([*pairs, *_further(extra, pairs, set())]) + "}\n"
    risky = {name for name in extra if name.lower() in _ASKED}
    if risky:  # such as "number" out of a table, which is an issue here: what does not come back is marked
        back = read(text).understood
        same = back[0].reference.extra if back else {}
        text = head + _lines([*pairs, *_further(extra, pairs, {n for n in risky if same.get(n) != extra[n]})]) + "}\n"
    return text


def _further(
    extra: Mapping[str, str], pairs: Iterable[tuple[str, str]], marked: Collection[str]
) -> Iterator[tuple[str, str]]:
    taken = {name for name, _value in pairs}
    for name, value in extra.items():
        safe = re.sub(r"[^\w.:+-]", "_", f"{_FURTHER}{name}" if name in marked else name) or "_"
        while safe.lower() in taken:
            safe += "_"
        taken.add(safe.lower())
        yield safe, value if name.lower() in _VERBATIM and _balanced(value) else latex.to_latex(value)


def _lines(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(f"  {name} = {{{value}}},\n" for name, value in pairs)


def _pairs(reference: Reference, form_type: str, *, others: bool) -> Iterable[tuple[str, str]]:
    form = reference.form
    periodical = form in _IN_PERIODICALS or form in SUBTYPES.values()
    in_books = form in (PublicationForm.CHAPTER, PublicationForm.CONFERENCE_PAPER)
    publisher = {PublicationForm.THESIS: "school", PublicationForm.REPORT: "institution"}.get(form, "publisher")
    subtype = next((word for word, each in SUBTYPES.items() if each is form), "")
    authors = [_person(name) for name in reference.authors] + (["others"] if others else [])
    texts = {
        "author": " and ".join(authors),
        "title": latex.to_latex(reference.title),
        "titletranslated": latex.to_latex(reference.title_other),
        "editor": " and ".join(_person(name) for name in reference.editors),
        "booktitle" if in_books else "journal": latex.to_latex(reference.container_title),
        "year": str(reference.year or ""),
        "month": str(reference.month or ""),
        "day": str(reference.day or ""),
        "volume": latex.to_latex(reference.volume),
        "number" if periodical else "issue": latex.to_latex(reference.issue),
        "pages": latex.to_latex(reference.pages.replace("-", "\0")).replace("\0", "--"),
        "edition": latex.to_latex(reference.edition),
        publisher: latex.to_latex(reference.publisher),
        "address": latex.to_latex(reference.publisher_place),
        "eventtitle": latex.to_latex(reference.event),
        "venue": latex.to_latex(reference.event_place),
        "type": latex.to_latex("" if reference.genre == GENRES.get(form_type) else reference.genre),
        "doi": reference.doi,
        "isbn": latex.to_latex(reference.isbn),
        "issn": latex.to_latex(reference.issn),
        "url": latex.to_latex(reference.url) if not _balanced(reference.url) else reference.url,
        "language": reference.language,
        "abstract": latex.to_latex(reference.abstract),
        "keywords": latex.to_latex("; ".join(reference.keywords)),
        "note": latex.to_latex(reference.note),
        "entrysubtype": subtype,
    }
    yield from ((name, text) for name, text in texts.items() if text)
    if reference.number:
        yield "documentnumber" if periodical else "number", latex.to_latex(reference.number)


def _person(name: AuthorName) -> str:
    if name.literal:
        return "{" + latex.to_latex(name.literal) + "}"
    written = latex.to_latex(names.write_name(name))
    return re.sub(r"(?<!\S)(and|others|และ)(?!\S)", r"{\1}", written, flags=re.IGNORECASE)


def _balanced(text: str) -> bool:
    return not any(sign in text for sign in '{}\\\n"')


def _key(reference: Reference, used: dict[str, int]) -> str:
    """The reference's own key, or family name and year; never the same twice."""
    key = re.sub(r"[\s{}(),\"#%~\\'=@]", "", reference.key)
    if not key:
        first = reference.authors[0] if reference.authors else AuthorName(literal="work")
        key = re.sub(r"[^\w]", "", first.family or first.literal or first.given)[:40] + str(reference.year or "")
    used[key.lower()] = used.get(key.lower(), 0) + 1
    return key if used[key.lower()] == 1 else f"{key}-{used[key.lower()]}"
