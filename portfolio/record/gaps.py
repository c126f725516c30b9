"""What part 1 of the form still lacks, in the order of the form, each with the page that mends it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.record.form import Facts, employed_since
from portfolio.record.models import AcademicRank, CvKind, DegreeLevel, NamePrefix


@dataclass(frozen=True)
class Gap:
    """One thing that is missing, and where it is filled in. `values` are those of the address."""

    code: str
    title: Any
    act: Any
    endpoint: str
    values: Mapping[str, Any] = field(default_factory=dict)


EMPTY: dict[CvKind, Any] = {
    CvKind.EDUCATION: _l("1.3 No degree is listed"),
    CvKind.APPOINTMENT: _l("2.2 The appointment as lecturer is not listed"),
    CvKind.TEACHING: _l("3.1 No teaching is listed"),
    CvKind.RESEARCH: _l("3.2 No research as head is listed"),
    CvKind.SERVICE: _l("3.3 No academic service is listed"),
}


def gaps_of(facts: Facts, *, has_details: bool) -> list[Gap]:
    """Everything that is missing; parts that many people rightly leave empty are not asked for."""
    return [*_profile(facts, has_details=has_details), *_lines(facts), *_empty(facts)]


def _profile(facts: Facts, *, has_details: bool) -> Iterator[Gap]:
    profile = facts.profile
    complete = _l("Complete")
    if profile is None or profile.prefix is None:
        yield Gap("prefix", _l("The prefix of the name is not chosen"), complete, "record.edit_profile")
    elif profile.prefix is NamePrefix.RANK and not profile.service_rank_en:
        yield Gap("rank_en", _l("The military or police rank has no English name"), complete, "record.edit_profile")
    if not has_details:
        yield Gap("details", _l("1.1 Birth date and 2.1 salary are not given"), complete, "record.show_personal")
    if profile is None or not profile.position_th:
        yield Gap("position", _l("2.1 The present position is not stated"), complete, "record.edit_profile")
    if profile is None or not profile.field_code:
        yield Gap("field_code", _l("The code of the field is missing"), complete, "record.edit_profile")
    if employed_since(facts) is None:
        yield Gap("employed", _l("2.4 Length of service: the first day is missing"), complete, "record.edit_profile")


def _lines(facts: Facts) -> Iterator[Gap]:
    complete = _l("Complete")
    for entry in facts.of(CvKind.EDUCATION):
        here = {"entry_id": entry.id}
        if entry.level is None:
            title = _l("1.3 %(name)s: the level is missing", name=entry.title_th)
            yield Gap(f"level:{entry.id}", title, complete, "record.edit", here)
        if entry.year_to is None:
            title = _l("1.3 %(name)s: the year of graduation is missing", name=entry.title_th)
            yield Gap(f"year:{entry.id}", title, complete, "record.edit", here)
        if entry.level in (DegreeLevel.DOCTORAL, DegreeLevel.MASTER) and not (entry.thesis_th or entry.thesis_en):
            title = _l("1.3 %(name)s: the title of the thesis is missing", name=entry.title_th)
            yield Gap(f"thesis:{entry.id}", title, complete, "record.edit", here)
    for entry in facts.of(CvKind.APPOINTMENT):
        here = {"entry_id": entry.id}
        if entry.dated is None:
            title = _l("2.2–2.4 %(name)s: the day of appointment is missing", name=entry.title_th)
            yield Gap(f"dated:{entry.id}", title, complete, "record.edit", here)
        if entry.rank is not AcademicRank.LECTURER and (entry.mode is None or not entry.field_th):
            title = _l("2.3–2.4 %(name)s: mode or field is missing", name=entry.title_th)
            yield Gap(f"mode:{entry.id}", title, complete, "record.edit", here)
    for entry in facts.of(CvKind.TEACHING, CvKind.SERVICE, CvKind.ADMINISTRATION, CvKind.OTHER):
        if entry.hours_per_week is None:
            title = _l("%(name)s: the hours per week are missing", name=entry.title_th)
            yield Gap(f"hours:{entry.id}", title, complete, "record.edit", {"entry_id": entry.id})


def _empty(facts: Facts) -> Iterator[Gap]:
    there = {entry.kind for entry in facts.entries}
    for kind, title in EMPTY.items():
        if kind not in there:
            yield Gap(f"empty:{kind.value}", title, _l("Add to the record"), "record.new", {"kind": kind.value})
