"""A work as the world's bibliographies know it: what importers understand, exporters write and citations print.

The words are those of CSL-JSON (citationstyles.org, CSL 1.0.2) where it has one. Nothing here touches the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

OTHERS_KEPT, EDITOR_OTHERS_KEPT = "author-others", "editor-others"
"""Under these names of `extra` it is kept that a list of people was not whole."""


class PublicationForm(StrEnum):
    """In which form a work was published; the values are CSL's types."""

    JOURNAL_ARTICLE = "article-journal"
    CONFERENCE_PAPER = "paper-conference"
    BOOK = "book"
    CHAPTER = "chapter"
    REPORT = "report"
    THESIS = "thesis"
    PATENT = "patent"
    SOFTWARE = "software"
    DATASET = "dataset"
    MAGAZINE_ARTICLE = "article-magazine"
    NEWSPAPER_ARTICLE = "article-newspaper"
    WEBPAGE = "webpage"
    MOTION_PICTURE = "motion_picture"
    GRAPHIC = "graphic"
    PERFORMANCE = "performance"
    DOCUMENT = "document"


@dataclass(frozen=True)
class AuthorName:
    """An author as written in one script: family and given name, or one literal (an organisation, a pen name)."""

    family: str = ""
    given: str = ""
    literal: str = ""

    @property
    def is_thai(self) -> bool:
        """Whether it is written in Thai letters, whose names are cited given name first."""
        return any("\u0e00" <= letter <= "\u0e7f" for letter in self.family + self.given + self.literal)

    @property
    def full(self) -> str:
        """Given name, family name; or the literal."""
        return self.literal or f"{self.given} {self.family}".strip()


@dataclass(frozen=True)
class Reference:
    """One published work. Years are CE; an empty text means the source did not say."""

    form: PublicationForm = PublicationForm.DOCUMENT
    title: str = ""
    title_other: str = ""  # the same title in the other language, Thai or English
    authors: tuple[AuthorName, ...] = ()
    editors: tuple[AuthorName, ...] = ()
    year: int | None = None
    month: int | None = None
    day: int | None = None
    container_title: str = ""  # journal, proceedings or the book around a chapter
    volume: str = ""
    issue: str = ""
    pages: str = ""  # "12-34", or an article number
    edition: str = ""
    publisher: str = ""  # of a thesis the university, of a report the institution
    publisher_place: str = ""
    event: str = ""  # conference, exhibition
    event_place: str = ""
    number: str = ""  # of a patent or a report
    genre: str = ""  # "Doctoral dissertation", kind of a patent
    doi: str = ""  # bare and lower-case: 10.1234/abc
    isbn: str = ""
    issn: str = ""
    url: str = ""
    language: str = ""  # BCP 47: "th", "en"
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    note: str = ""
    key: str = ""  # citation key or record id in the file it came from
    # What the source said beyond these fields, by its own field names, kept and written back on export.
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_more_authors(self) -> bool:
        """Whether the source said that its list of authors is not whole: "and others", et al., และคณะ."""
        return bool(self.authors) and self.extra.get(OTHERS_KEPT) == "yes"
