"""What can be bound behind a dossier, where it came to stand, and why it could not be."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class ExhibitError(Exception):
    """An exhibit cannot be bound. Names it by number and title, for the person who must replace it."""

    def __init__(self, number: int, title: str, reason: str) -> None:
        super().__init__(f"exhibit {number} ({title}): {reason}")
        self.number = number
        self.title = title
        self.reason = reason


class ExhibitEncrypted(ExhibitError):
    """The file is protected by a password."""


class ExhibitDamaged(ExhibitError):
    """The file cannot be read."""


class ExhibitUnsupported(ExhibitError):
    """The file is of a kind that has no pages."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A file to bind, with the number the body refers to it by."""

    number: int
    title: str
    path: Path
    media_type: str


@dataclass(frozen=True, slots=True)
class BoundExhibit:
    """Where an exhibit came to stand: `first_page` counts from 1 in the bound file."""

    number: int
    first_page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Bound:
    """The bound file."""

    pages: int
    body_pages: int
    sha256: str
    size: int
    exhibits: tuple[BoundExhibit, ...]


EXHIBIT_ERRORS: dict[str, type[ExhibitError]] = {
    cls.__name__: cls for cls in (ExhibitError, ExhibitEncrypted, ExhibitDamaged, ExhibitUnsupported)
}
