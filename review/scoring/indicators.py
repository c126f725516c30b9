"""The indicators of a frozen work as a reviewer reads them: drawn, then every measurement, then why it changed.

Everything is read from the snapshot as the reviewer may have it (review/scoring/reading.py); nothing asks the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from portfolio.works.indicators.charts import NARROW, SMALL, Drawing, draw
from portfolio.works.indicators.drawings import legend_of, on_page
from portfolio.works.indicators.measures import Series, change, figure, percent, series
from portfolio.works.indicators.models import Measurer
from portfolio.works.indicators.vocabulary import MEASURER_LABELS
from portfolio.works.indicators.wording import wording


@dataclass(frozen=True)
class Measurement:
    """One value: what it is, its day in ISO form, how far from the value before, who measured it, and the source.

    `measurer` is the name; it is empty where people are hidden, and the kind, `by`, stands alone.
    """

    what: str
    day: str | None
    value: str
    change: str = ""
    by: str = ""
    measurer: str = ""
    source: str = ""
    note: str = ""


@dataclass(frozen=True)
class Shown:
    """One indicator. `drawing` is missing where fewer than two values were measured: one alone shows no change."""

    plain: Mapping[str, Any]
    series: Series
    change: str
    percent: str
    drawing: Drawing | None
    small: Markup | None
    narrow: Markup | None
    measurements: Sequence[Measurement]
    reasons: Sequence[tuple[str, str]]
    target: str
    planned: Sequence[str]


def shown_indicators(work: Mapping[str, Any], language: str) -> dict[str, Any]:
    """What scoring/_indicators.html prints: the indicators of a work, and the legend of their drawings."""
    rows = [_shown(one, language) for one in work["indicators"]]
    return {"indicators": rows, **legend_of([row.series for row in rows if row.drawing])}


def _shown(plain: Mapping[str, Any], language: str) -> Shown:
    found = series(plain, language)
    before, latest = (point.value if point else None for point in (found.before, found.latest))
    several = len(found.points) > 1
    drawing, small = (draw(found, wording(), *size) if several else None for size in ((NARROW,), (SMALL, 220)))
    return Shown(
        plain=plain,
        series=found,
        change=change(before, latest),
        percent=percent(before, latest, found.unit),
        drawing=drawing,
        small=on_page(small),
        narrow=on_page(drawing),
        measurements=list(_measurements(plain, before, language)),
        reasons=list(_reasons(plain, language)),
        target=figure(found.target),
        planned=plain.get("planned", ()),
    )


def _measurements(plain: Mapping[str, Any], before: Decimal | None, language: str) -> Iterable[Measurement]:
    """The value before, then the others in time; the value after comes first of them where its day is not said."""
    yield _moment(plain["baseline"], _("Before"), None)
    after = _moment(plain["outcome"], _("After"), before)
    later = [(plain["outcome"]["date"] or "", after)]
    for number, one in enumerate(plain.get("follow_ups", ()), start=1):
        value = Decimal(one["value"])
        measured = Measurement(
            what=_("Follow-up %(number)s", number=number),
            day=one["date"],
            value=figure(value),
            change=change(before, value),
            by=str(MEASURER_LABELS[Measurer(one["by"])]),
            measurer=one["measurer"],
            source=one["source"],
            note=_pick(one, "note", language),
        )
        later.append((one["date"] or "", measured))
    yield from (measured for _day, measured in sorted(later, key=lambda pair: pair[0]))


def _moment(plain: Mapping[str, Any], what: str, before: Decimal | None) -> Measurement:
    value = None if plain["value"] is None else Decimal(plain["value"])
    return Measurement(what, plain["date"], figure(value), change(before, value), source=plain["source"])


def _reasons(plain: Mapping[str, Any], language: str) -> Iterable[tuple[str, str]]:
    for name, word in (
        ("method", _("How it is measured")),
        ("attribution", _("Why the change is put down to this work")),
        ("other_causes", _("What else may have caused it")),
        ("note", _("Note")),
    ):
        text = _pick(plain, name, language)
        if text:
            yield word, text


def _pick(plain: Mapping[str, Any], name: str, language: str) -> str:
    """A text in a language, or in the other one; snapshots from before it was asked for have neither."""
    th, en = (str(plain.get(f"{name}_{one}") or "") for one in ("th", "en"))
    return (th or en) if language == "th" else (en or th)
