"""Whether a portfolio is ready to be submitted: plain numbers in, a list in the order of mending out.

"Must" is what the service needs to make sense of a portfolio at all. Everything that rests on rules whose wording is
not confirmed only warns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.portfolios.models import CvKind

SHORT_SHARE = 0.5
"""Under this share of the recommended words a text counts as short."""


@dataclass(frozen=True)
class HeadingNumbers:
    """Words under a heading, and how many are recommended."""

    code: str
    number: int
    words: int
    target: int


@dataclass(frozen=True)
class WorkNumbers:
    """What is there of a work. `number` is its place in the portfolio, from 1."""

    id: int
    number: int
    title_th: bool
    title_en: bool
    not_for_profit: bool
    headings: Sequence[HeadingNumbers]
    names_owner: bool
    evidence: int
    indicators: int
    complete_indicators: int
    missing_criteria: Sequence[str]


@dataclass(frozen=True)
class PortfolioNumbers:
    """What is there of a portfolio and of the academic's record."""

    id: int
    position_sought: bool
    works: Sequence[WorkNumbers]
    name_th: bool
    name_en: bool
    university: bool
    criteria: int
    cv: Mapping[CvKind, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Point:
    """One point of the list: what it asks, whether it is ready, why it matters, and where it is mended."""

    code: str
    must: bool
    ready: bool
    title: Any
    reason: Any
    act: Any
    endpoint: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Readiness:
    """All points in the order of mending."""

    points: Sequence[Point]

    @property
    def ready(self) -> list[Point]:
        """What is done."""
        return [point for point in self.points if point.ready]

    @property
    def musts(self) -> list[Point]:
        """What stands in the way of submitting, first to mend first."""
        return [point for point in self.points if point.must and not point.ready]

    @property
    def shoulds(self) -> list[Point]:
        """What is advised but stops nobody."""
        return [point for point in self.points if not point.must and not point.ready]

    @property
    def open(self) -> list[Point]:
        """Everything to mend, what must be before what should be."""
        return self.musts + self.shoulds

    @property
    def can_submit(self) -> bool:
        """True when nothing stands in the way."""
        return not self.musts


def assess(numbers: PortfolioNumbers) -> Readiness:
    """Every point of a portfolio: what must be, then what should be; the portfolio's own before its works'."""
    points = _portfolio_musts(numbers)
    for work in numbers.works:
        points += _work_musts(work)
    for work in numbers.works:
        points += _work_shoulds(work, numbers.criteria)
    points += _record_shoulds(numbers)
    return Readiness(points)


def _portfolio_musts(numbers: PortfolioNumbers) -> list[Point]:
    portfolio = {"portfolio_id": numbers.id}
    return [
        Point(
            "position",
            True,
            numbers.position_sought,
            _l("The position sought is chosen") if numbers.position_sought else _l("The position sought is not chosen"),
            _l("It stands on the cover and decides which form is printed."),
            _l("Choose the position"),
            "portfolios.edit",
            portfolio,
        ),
        Point(
            "works",
            True,
            bool(numbers.works),
            _l("At least one work is chosen") if numbers.works else _l("No work is chosen yet"),
            _l("The works are what is judged."),
            _l("Choose works"),
            "portfolios.show_works",
            portfolio,
        ),
        Point(
            "names",
            True,
            numbers.name_th and numbers.name_en,
            _l("The name is there in Thai and English")
            if numbers.name_th and numbers.name_en
            else _l("The name is missing in Thai or in English"),
            _l("Both stand on the cover and on the certificate."),
            _l("Complete the profile"),
            "accounts.profile",
            {},
        ),
        Point(
            "university",
            True,
            numbers.university,
            _l("The university is given") if numbers.university else _l("The university is not given"),
            _l("The dossier is released to its human resources division."),
            _l("Complete the profile"),
            "accounts.profile",
            {},
        ),
    ]


def _work_musts(work: WorkNumbers) -> list[Point]:
    here = {"work_id": work.id}
    empty = [heading for heading in work.headings if heading.words == 0]
    filled = len(work.headings) - len(empty)
    return [
        Point(
            f"title_th:{work.id}",
            True,
            work.title_th,
            _l("Work %(number)s has a Thai title", number=work.number)
            if work.title_th
            else _l("Work %(number)s has no Thai title", number=work.number),
            _l("The Thai title is the one on record."),
            _l("Write the title"),
            "works.edit",
            here,
        ),
        Point(
            f"headings:{work.id}",
            True,
            not empty,
            _l("Work %(number)s: all %(count)s headings have text", number=work.number, count=len(work.headings))
            if not empty
            else _l(
                "Work %(number)s: no text yet under heading %(headings)s",
                number=work.number,
                headings=_listed(empty),
            ),
            _l("%(filled)s of %(count)s headings have text.", filled=filled, count=len(work.headings)),
            _l("Write"),
            "works.show_section" if empty else "works.show",
            {**here, "heading_code": empty[0].code} if empty else here,
        ),
        Point(
            f"people:{work.id}",
            True,
            work.names_owner,
            _l("Work %(number)s names your own part", number=work.number)
            if work.names_owner
            else _l("Work %(number)s does not name your own part", number=work.number),
            _l("The stated role affects the assessment."),
            _l("Add your part"),
            "works.index_contributors",
            here,
        ),
        Point(
            f"evidence:{work.id}",
            True,
            work.evidence > 0,
            _l("Work %(number)s has %(count)s items of evidence", number=work.number, count=work.evidence)
            if work.evidence
            else _l("Work %(number)s has no evidence yet", number=work.number),
            _l("At least one item is needed for each work."),
            _l("Add evidence"),
            "evidence.new",
            here,
        ),
        Point(
            f"not_for_profit:{work.id}",
            True,
            work.not_for_profit,
            _l("Work %(number)s is declared not for profit", number=work.number)
            if work.not_for_profit
            else _l("Work %(number)s is not yet declared not for profit", number=work.number),
            _l("Work with personal business returns is not counted in this kind."),
            _l("Declare"),
            "works.edit",
            here,
        ),
    ]


def _work_shoulds(work: WorkNumbers, criteria: int) -> list[Point]:
    here = {"work_id": work.id}
    short = [heading for heading in work.headings if 0 < heading.words < heading.target * SHORT_SHARE]
    points = [
        Point(
            f"short:{work.id}",
            False,
            not short,
            _l("Work %(number)s: no text is short", number=work.number)
            if not short
            else _l(
                "Work %(number)s: the text under heading %(headings)s is short",
                number=work.number,
                headings=_listed(short),
            ),
            _l(
                "%(words)s words, of about %(target)s that are recommended.",
                words=short[0].words,
                target=short[0].target,
            )
            if short
            else "",
            _l("Write on"),
            "works.show_section" if short else "works.show",
            {**here, "heading_code": short[0].code} if short else here,
        ),
        Point(
            f"title_en:{work.id}",
            False,
            work.title_en,
            _l("Work %(number)s has an English title", number=work.number)
            if work.title_en
            else _l("Work %(number)s has no English title", number=work.number),
            _l("The English edition prints it."),
            _l("Write the title"),
            "works.edit",
            here,
        ),
        Point(
            f"indicators:{work.id}",
            False,
            work.complete_indicators > 0,
            _l(
                "Work %(number)s has %(count)s indicators with values before and after",
                number=work.number,
                count=work.complete_indicators,
            )
            if work.complete_indicators
            else _l("Work %(number)s has no indicator with values before and after", number=work.number),
            _l("Change is best shown by the same measure before and after."),
            _l("Fill in values") if work.indicators else _l("Add an indicator"),
            "works.index_indicators",
            here,
        ),
    ]
    if criteria:
        missing = work.missing_criteria
        points.append(
            Point(
                f"criteria:{work.id}",
                False,
                not missing,
                _l("Work %(number)s: every criterion has evidence", number=work.number)
                if not missing
                else _l(
                    "Work %(number)s: %(missing)s of %(count)s criteria have no evidence",
                    number=work.number,
                    missing=len(missing),
                    count=criteria,
                ),
                ", ".join(missing),
                _l("Tie evidence"),
                "evidence.index",
                {"work": work.id},
            )
        )
    return points


def _record_shoulds(numbers: PortfolioNumbers) -> list[Point]:
    empty = {kind: numbers.cv.get(kind, 0) == 0 for kind in CvKind}
    titles = {
        CvKind.EDUCATION: (_l("Education is listed"), _l("No education is listed")),
        CvKind.APPOINTMENT: (_l("Positions held are listed"), _l("No position held is listed")),
        CvKind.TEACHING: (_l("The teaching load is listed"), _l("No teaching load is listed")),
        CvKind.SERVICE: (_l("Academic service is listed"), _l("No academic service is listed")),
    }
    return [
        Point(
            f"cv:{kind}",
            False,
            not empty[kind],
            titles[kind][empty[kind]],
            _l("Part 1 of the form prints it."),
            _l("Add to the record"),
            "portfolios.new_cv_entry",
            {"kind": kind.value},
        )
        for kind in CvKind
    ]


def _listed(headings: Sequence[HeadingNumbers]) -> str:
    return ", ".join(str(heading.number) for heading in headings)
