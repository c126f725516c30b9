"""Whether a portfolio is ready to be submitted: plain numbers in, a list in the order of mending out.

"Must" is what the service needs to make sense of a portfolio at all. Everything that rests on rules whose wording is
not confirmed only warns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.record.gaps import Gap
from portfolio.record.models import CvKind

RECORD_PARTS = (CvKind.EDUCATION, CvKind.APPOINTMENT, CvKind.TEACHING, CvKind.SERVICE)
"""The parts of the record that nearly everybody who applies has something to say in."""

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
    """What is there of a work. `number` is its place in the portfolio, from 1.

    `same_as` is the place of an earlier work that seems to be the same. `unusable` are the items whose file must be
    mended, `broken_citations` the headings of texts that cite an exhibit or a page which is not there, once for each
    citation. Of `signers` and `partners` so many are `unsigned` and `unconfirmed`; `judged` counts the levels of the
    self-assessment. None: it is not asked of this work. `written` counts the texts that say anything, under whatever
    heading.
    """

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
    asks_headings: bool = True
    dated: bool = True
    use_said: bool = True
    same_as: int | None = None
    unusable: Sequence[int] = ()
    broken_citations: Sequence[str] = ()
    partners: int = 0
    unconfirmed: int = 0
    ethics: bool | None = None
    signers: int = 0
    unsigned: int = 0
    judged: int | None = None
    written: int = 0


@dataclass(frozen=True)
class PortfolioNumbers:
    """What is there of a portfolio and of the academic's record; `gaps` are those of part 1 of the form. An item that
    proves two works is one of the `exhibits`."""

    id: int
    position_sought: bool
    works: Sequence[WorkNumbers]
    name_th: bool
    name_en: bool
    university: bool
    criteria: int
    cv: Mapping[CvKind, int] = field(default_factory=dict)
    gaps: Sequence[Gap] | None = None
    exhibits: int = 0


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
    """Every point of a portfolio: what must be, then what should be; the portfolio's own before its works'.

    Within a work what others rest on comes first: texts, then evidence, then what people confirm and sign, and last
    one's own judgement of it all.
    """
    points = _portfolio_musts(numbers)
    for work in numbers.works:
        points += _work_musts(work) + _file_musts(work)
    for work in numbers.works:
        points += (
            _twin_shoulds(work, numbers.id)
            + _citation_shoulds(work)
            + _work_shoulds(work, numbers.criteria, numbers.id)
        )
        points += _agreement_shoulds(work) + _self_assessment_shoulds(work, numbers)
    points += _record_shoulds(numbers) + _form_shoulds(numbers)
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
    points = [
        Point(
            f"title_th:{work.id}",
            True,
            work.title_th or (work.title_en and not work.asks_headings),
            _l("Work %(number)s has a Thai title", number=work.number)
            if work.title_th
            else _l("Work %(number)s has an English title", number=work.number)
            if work.title_en and not work.asks_headings
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
            "sections.show" if empty else "works.show",
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
            "participation.index_contributors",
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
            {"work": work.id},
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
    if work.asks_headings:
        return points
    # Headings and the declaration belong to works that serve a community; other kinds are not asked for them.
    social = (f"headings:{work.id}", f"not_for_profit:{work.id}")
    return [point for point in points if point.code not in social]


def _file_musts(work: WorkNumbers) -> list[Point]:
    """Files that cannot be bound; nothing is said where all can."""
    if not work.unusable:
        return []
    return [
        Point(
            f"files:{work.id}",
            True,
            False,
            _l("Work %(number)s: %(count)s files must be mended", number=work.number, count=len(work.unusable)),
            _l("They could not be bound into the dossier as they are."),
            _l("Look and mend"),
            "evidence.show",
            {"item_id": work.unusable[0]},
        )
    ]


def _twin_shoulds(work: WorkNumbers, portfolio: int) -> list[Point]:
    """A work that stands in the portfolio twice; nothing is said where it does not."""
    if work.same_as is None:
        return []
    return [
        Point(
            f"twice:{work.id}",
            False,
            False,
            _l("Work %(number)s seems to be the same as work %(other)s", number=work.number, other=work.same_as),
            _l("They have one DOI, or one kind and the same titles. A work counts once."),
            _l("Choose works"),
            "portfolios.show_works",
            {"portfolio_id": portfolio},
        )
    ]


def _citation_shoulds(work: WorkNumbers) -> list[Point]:
    """References that lead nowhere; nothing is said where there are none."""
    if not work.broken_citations:
        return []
    return [
        Point(
            f"citations:{work.id}",
            False,
            False,
            _l(
                "Work %(number)s: %(count)s references lead to no exhibit or page",
                number=work.number,
                count=len(work.broken_citations),
            ),
            _l("The exhibit was taken away, or has fewer pages."),
            _l("Mend the text"),
            "sections.show",
            {"work_id": work.id, "heading_code": work.broken_citations[0]},
        )
    ]


def _work_shoulds(work: WorkNumbers, criteria: int, portfolio: int) -> list[Point]:
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
            "sections.show" if short else "works.show",
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
            "indicators.index",
            here,
        ),
    ]
    points += [
        Point(
            f"dated:{work.id}",
            False,
            work.dated,
            _l("Work %(number)s has a year for its citation", number=work.number)
            if work.dated
            else _l("Work %(number)s has no year for its citation", number=work.number),
            _l("The form for a position lists works by year."),
            _l("Complete the publication"),
            "bibliography.edit",
            here,
        ),
        Point(
            f"used:{work.id}",
            False,
            work.use_said,
            _l("Work %(number)s says whether it was used before", number=work.number)
            if work.use_said
            else _l("Work %(number)s does not say whether it was used before", number=work.number),
            _l("The form for a position asks it of each work."),
            _l("Say it"),
            "bibliography.index_uses",
            here,
        ),
    ]
    if not work.asks_headings:
        about_change = (f"short:{work.id}", f"title_en:{work.id}", f"indicators:{work.id}")
        return [point for point in points if point.code not in about_change]
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
                "portfolios.show_matrix",
                {"portfolio_id": portfolio, "_anchor": f"work-{work.id}"},
            )
        )
    return points


def _agreement_shoulds(work: WorkNumbers) -> list[Point]:
    """What others have to say to a work: asked for where there is anybody to ask."""
    here = {"work_id": work.id}
    points = []
    if work.partners:
        points.append(
            Point(
                f"partners:{work.id}",
                False,
                not work.unconfirmed,
                _l("Work %(number)s: every partner has confirmed", number=work.number)
                if not work.unconfirmed
                else _l(
                    "Work %(number)s: %(missing)s of %(count)s partners have not confirmed",
                    number=work.number,
                    missing=work.unconfirmed,
                    count=work.partners,
                ),
                _l("A confirmation in the partner's own words is strong evidence."),
                _l("Ask the partners"),
                "partners.of_work",
                here,
            )
        )
    if work.ethics is not None:
        points.append(
            Point(
                f"ethics:{work.id}",
                False,
                work.ethics,
                _l("Work %(number)s carries the certification on ethics", number=work.number)
                if work.ethics
                else _l("Work %(number)s has no certification on ethics", number=work.number),
                _l("The form for a position asks it of each work."),
                _l("Certify"),
                "participation.edit_ethics",
                here,
            )
        )
    if work.signers:
        points.append(
            Point(
                f"signatures:{work.id}",
                False,
                not work.unsigned,
                _l("Work %(number)s: everybody has signed the form of participation", number=work.number)
                if not work.unsigned
                else _l(
                    "Work %(number)s: %(missing)s of %(count)s signatures are missing",
                    number=work.number,
                    missing=work.unsigned,
                    count=work.signers,
                ),
                _l("A change of the form after signing makes it void, so ask when the parts are settled."),
                _l("Ask for signatures"),
                "participation.show",
                here,
            )
        )
    return points


def _self_assessment_shoulds(work: WorkNumbers, numbers: PortfolioNumbers) -> list[Point]:
    if work.judged is None or not numbers.criteria:
        return []
    done = work.judged >= numbers.criteria
    return [
        Point(
            f"self_assessment:{work.id}",
            False,
            done,
            _l("Work %(number)s: you have judged every criterion yourself", number=work.number)
            if done
            else _l(
                "Work %(number)s: %(missing)s of %(count)s criteria lack your own level",
                number=work.number,
                missing=numbers.criteria - work.judged,
                count=numbers.criteria,
            ),
            _l("It shows what is weak before reviewers see it. Nobody else reads it."),
            _l("Judge it yourself"),
            "self_assessment.show",
            {"portfolio_id": numbers.id, "work_id": work.id},
        )
    ]


def _form_shoulds(numbers: PortfolioNumbers) -> list[Point]:
    """What part 1 of the form lacks besides the parts that are wholly empty."""
    if numbers.gaps is None:
        return []
    told = {f"empty:{kind.value}" for kind in RECORD_PARTS}
    gaps = [gap for gap in numbers.gaps if gap.code not in told]
    return [
        Point(
            "record_form",
            False,
            not gaps,
            _l("Part 1 of the form has everything it asks for")
            if not gaps
            else _l("Part 1 of the form: %(count)s details are missing", count=len(gaps)),
            _l("The first is: %(gap)s", gap=gaps[0].title) if gaps else "",
            _l("Complete the record"),
            gaps[0].endpoint if gaps else "record.show",
            gaps[0].values if gaps else {},
        )
    ]


def _record_shoulds(numbers: PortfolioNumbers) -> list[Point]:
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
            kind in numbers.cv,
            titles[kind][kind not in numbers.cv],
            _l("Part 1 of the form prints it."),
            _l("Add to the record"),
            "record.new",
            {"kind": kind.value},
        )
        for kind in RECORD_PARTS
    ]


def _listed(headings: Sequence[HeadingNumbers]) -> str:
    return ", ".join(str(heading.number) for heading in headings)
