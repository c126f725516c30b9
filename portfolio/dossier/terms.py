"""How one document is worded: its language, its digits, days, years and figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from portfolio.core.i18n.dates import format_date, format_year
from portfolio.dossier.document import Language, digits, printed_date


@dataclass(frozen=True)
class Terms:
    """How one document is worded: language, digits, and what its frozen inputs say beside the content."""

    language: Language
    thai_digits: bool

    def pick(self, values: dict[str, Any], name: str) -> str:
        """A content field in the document's language, or in the other one where that is all there is."""
        other = "en" if self.language == "th" else "th"
        return str(values.get(f"{name}_{self.language}") or values.get(f"{name}_{other}") or "")

    def label(self, values: dict[str, Any], name: str) -> str:
        """Words of the association's or of the rules, whose figures follow the document's digits.

        What the applicant wrote keeps its own digits: it may quote an address, a code or a formula.
        """
        return digits(self.pick(values, name), self.thai_digits)

    def day(self, iso: str | None) -> str:
        """An ISO day as printed."""
        return printed_date(date.fromisoformat(iso), self.language, self.thai_digits) if iso else ""

    def short_day(self, iso: str | None) -> str:
        """An ISO day for a narrow column."""
        return digits(format_date(date.fromisoformat(iso), "short"), self.thai_digits) if iso else ""

    def year(self, year: int | None) -> str:
        """A CE year in the era of the language."""
        return digits(format_year(year), self.thai_digits) if year else ""

    def figure(self, text: str | None) -> str:
        """A figure with thousands separators."""
        if not text:
            return ""
        whole, _point, rest = text.partition(".")
        sign, whole = ("\N{MINUS SIGN}", whole[1:]) if whole.startswith("-") else ("", whole)
        return digits(f"{sign}{int(whole):,}" + (f".{rest}" if rest else ""), self.thai_digits)

    def figures(self, text: str) -> str:
        """The service's own words and numbers in the document's digits."""
        return digits(text, self.thai_digits)

    def count(self, number: int | None) -> str:
        """A plain number."""
        return digits(str(number), self.thai_digits) if number is not None else ""
