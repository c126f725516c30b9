"""What is the same work: by DOI, else by title. Pure; keys in a dictionary, so cost grows with the entries alone."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from portfolio.transfer.models import Likeness
from portfolio.works.bibliography.reference import PublicationForm, Reference
from portfolio.works.bibliography.titles import title_key

T = TypeVar("T", bound=Hashable)

SHORT_TITLE = 12
"""Titles with fewer letters ("Editorial", บทนำ) are the same only with the same year and container."""

MOST_COMPARED = 20
"""So many works under one title are looked at; in a file of a thousand editorials the rest are new."""


@dataclass(frozen=True)
class Known:
    """What of a work decides whether another is the same."""

    doi: str = ""
    titles: frozenset[str] = frozenset()
    year: int | None = None
    form: PublicationForm = PublicationForm.DOCUMENT
    container: str = ""


def known(reference: Reference) -> Known:
    """What of a reference decides."""
    titles = frozenset(key for title in (reference.title, reference.title_other) if (key := title_key(title)))
    return Known(reference.doi.lower(), titles, reference.year, reference.form, title_key(reference.container_title))


@dataclass
class Index(Generic[T]):
    """Works by DOI and by title, each under a name of the caller's choice."""

    _by_doi: dict[str, T] = field(default_factory=dict)
    _by_title: dict[str, list[tuple[T, Known]]] = field(default_factory=dict)

    def add(self, name: T, work: Known) -> None:
        """Make a work known; the first with a DOI stays the one."""
        if work.doi:
            self._by_doi.setdefault(work.doi, name)
        for title in work.titles:
            held = self._by_title.setdefault(title, [])
            if len(held) < MOST_COMPARED:
                held.append((name, work))

    def find(self, work: Known) -> tuple[T, Likeness] | None:
        """The work that this one is, and by what it was recognised."""
        if work.doi and work.doi in self._by_doi:
            return self._by_doi[work.doi], Likeness.DOI
        for title in work.titles:
            for name, other in self._by_title.get(title, ()):
                if _same(title, work, other):
                    return name, Likeness.TITLE
        return None


def _same(title: str, one: Known, other: Known) -> bool:
    if one.doi and other.doi and one.doi != other.doi:
        return False
    if PublicationForm.DOCUMENT not in (one.form, other.form) and one.form is not other.form:
        return False  # a thesis and the article made of it often bear one title
    if len(title) < SHORT_TITLE:
        return one.year == other.year and one.container == other.container
    return one.year is None or other.year is None or abs(one.year - other.year) <= 1
