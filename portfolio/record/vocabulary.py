"""Words of the record: labels of its vocabularies, and which fields each part has, in the order of the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.record.models import AcademicRank, AppointmentMode, CvKind, DegreeLevel, NamePrefix, Semester

LEVEL_LABELS: dict[DegreeLevel, Any] = {
    DegreeLevel.DOCTORAL: _l("Doctoral"),
    DegreeLevel.MASTER: _l("Master's"),
    DegreeLevel.GRADUATE_DIPLOMA: _l("Graduate diploma"),
    DegreeLevel.BACHELOR: _l("Bachelor's"),
    DegreeLevel.OTHER: _l("Another level"),
}
RANK_LABELS: dict[AcademicRank, Any] = {
    AcademicRank.LECTURER: _l("Lecturer"),
    AcademicRank.ASSISTANT_PROFESSOR: _l("Assistant professor"),
    AcademicRank.ASSOCIATE_PROFESSOR: _l("Associate professor"),
    AcademicRank.PROFESSOR: _l("Professor"),
}
MODE_LABELS: dict[AppointmentMode, Any] = {
    AppointmentMode.NORMAL: _l("Normal mode"),
    AppointmentMode.SPECIAL: _l("Special mode"),
}
SEMESTER_LABELS: dict[Semester, Any] = {
    Semester.FIRST: _l("First semester"),
    Semester.SECOND: _l("Second semester"),
    Semester.SUMMER: _l("Summer semester"),
    Semester.BOTH: _l("First and second semester"),
}
PREFIX_LABELS: dict[NamePrefix, Any] = {
    NamePrefix.MR: _l("Mr"),
    NamePrefix.MRS: _l("Mrs"),
    NamePrefix.MISS: _l("Miss"),
    NamePrefix.RANK: _l("Military or police rank"),
}
WORDS_OF: dict[str, Mapping[Any, Any]] = {
    "level": LEVEL_LABELS,
    "rank": RANK_LABELS,
    "mode": MODE_LABELS,
    "semester": SEMESTER_LABELS,
}
ENUMS: dict[str, type[StrEnum]] = {
    "level": DegreeLevel,
    "rank": AcademicRank,
    "mode": AppointmentMode,
    "semester": Semester,
}

COLUMN_LABELS: dict[str, Any] = {
    "level": _l("Level"),
    "rank": _l("Position"),
    "mode": _l("Obtained by"),
    "dated": _l("Appointed on"),
    "semester": _l("Semester"),
    "title_th": _l("Title in Thai"),
    "title_en": _l("Title in English"),
    "field_th": _l("Field of study in Thai"),
    "field_en": _l("Field of study in English"),
    "institution_th": _l("Institution in Thai"),
    "institution_en": _l("Institution in English"),
    "country_th": _l("Country in Thai"),
    "country_en": _l("Country in English"),
    "year_from": _l("From the year"),
    "year_to": _l("To the year"),
    "hours_per_week": _l("Hours per week"),
    "thesis_th": _l("Thesis title in Thai"),
    "thesis_en": _l("Thesis title in English"),
    "publications": _l("Publications used to graduate, one to a line"),
    "detail_th": _l("Detail in Thai"),
    "detail_en": _l("Detail in English"),
}
_DETAIL = ("detail_th", "detail_en")
_TITLE = ("title_th", "title_en")
_INSTITUTION = ("institution_th", "institution_en")
_COUNTRY = ("country_th", "country_en")
_YEARS = ("year_from", "year_to")


@dataclass(frozen=True)
class Part:
    """A part of the record: its number in the form, what it is for, and its fields in order."""

    kind: CvKind
    number: str
    label: Any
    about: Any
    columns: tuple[str, ...]
    labels: Mapping[str, Any] = field(default_factory=dict)
    required: tuple[str, ...] = ("title_th",)

    def label_of(self, column: str) -> Any:
        """What a field is called in this part."""
        return self.labels.get(column, COLUMN_LABELS[column])


PARTS: dict[CvKind, Part] = {
    part.kind: part
    for part in (
        Part(
            CvKind.EDUCATION,
            "1.3",
            _l("Higher education"),
            _l("Full names of degrees with their fields, highest first. Foreign degrees in English."),
            (
                "level",
                *_TITLE,
                "field_th",
                "field_en",
                *_INSTITUTION,
                *_COUNTRY,
                "year_to",
                "thesis_th",
                "thesis_en",
                "publications",
            ),
            {
                "title_th": _l("Degree in full, in Thai"),
                "title_en": _l("Degree in full, in English"),
                "year_to": _l("Year of graduation"),
            },
            ("level", "title_th"),
        ),
        Part(
            CvKind.APPOINTMENT,
            "2.2–2.4",
            _l("Academic positions obtained"),
            _l("Lecturer, assistant and associate professor: by which mode, in which field, on which day."),
            ("rank", "mode", "field_th", "field_en", "dated", *_INSTITUTION),
            {},
            ("rank",),
        ),
        Part(
            CvKind.POSITION,
            "2.5",
            _l("Other positions"),
            _l("Positions beside the academic one, inside and outside the university."),
            (*_TITLE, *_INSTITUTION, *_YEARS),
            {"title_th": _l("Position in Thai"), "title_en": _l("Position in English")},
        ),
        Part(
            CvKind.INVITATION,
            "2.6",
            _l("International invitations as a speaker"),
            _l("The form prints those of the last five years. Earlier ones are kept here."),
            (*_TITLE, *_INSTITUTION, *_COUNTRY, "year_to"),
            {
                "title_th": _l("Topic and event, in Thai"),
                "title_en": _l("Topic and event, in English"),
                "institution_th": _l("Invited by, in Thai"),
                "institution_en": _l("Invited by, in English"),
                "year_to": _l("Year"),
            },
        ),
        Part(
            CvKind.HONOUR,
            "2.6",
            _l("International honours"),
            _l("The form prints those of the last five years. Earlier ones are kept here."),
            (*_TITLE, *_INSTITUTION, *_COUNTRY, "year_to"),
            {
                "title_th": _l("Honour in Thai"),
                "title_en": _l("Honour in English"),
                "institution_th": _l("Given by, in Thai"),
                "institution_en": _l("Given by, in English"),
                "year_to": _l("Year"),
            },
        ),
        Part(
            CvKind.TEACHING,
            "3.1",
            _l("Teaching load"),
            _l("The form prints the last three years. The semester may be written as 1/2568."),
            ("level", *_TITLE, "hours_per_week", "semester", *_YEARS, *_DETAIL),
            {
                "title_th": _l("Course in Thai"),
                "title_en": _l("Course in English"),
                "year_from": _l("From the academic year"),
                "year_to": _l("To the academic year"),
            },
        ),
        Part(
            CvKind.RESEARCH,
            "3.2",
            _l("Research as head of the project"),
            _l("Projects that were funded and that you headed."),
            (*_TITLE, *_INSTITUTION, *_YEARS, *_DETAIL),
            {"institution_th": _l("Funded by, in Thai"), "institution_en": _l("Funded by, in English")},
        ),
        Part(
            CvKind.SERVICE,
            "3.3",
            _l("Academic service"),
            _l("Kind of activity and time each week."),
            (*_TITLE, *_INSTITUTION, "hours_per_week", *_YEARS, *_DETAIL),
            {
                "title_th": _l("Activity in Thai"),
                "title_en": _l("Activity in English"),
                "institution_th": _l("For whom, in Thai"),
                "institution_en": _l("For whom, in English"),
            },
        ),
        Part(
            CvKind.ADMINISTRATION,
            "3.4",
            _l("Administration"),
            _l("Duties you answer for yourself, and time each week."),
            (*_TITLE, *_INSTITUTION, "hours_per_week", *_YEARS, *_DETAIL),
            {"title_th": _l("Duty in Thai"), "title_en": _l("Duty in English")},
        ),
        Part(
            CvKind.OTHER,
            "3.5",
            _l("Other work"),
            _l("Other work that belongs to the post, and time each week."),
            (*_TITLE, "hours_per_week", *_YEARS, *_DETAIL),
            {"title_th": _l("Kind of work, in Thai"), "title_en": _l("Kind of work, in English")},
        ),
    )
}

CHAPTERS: tuple[tuple[str, Any, tuple[CvKind, ...]], ...] = (
    ("1", _l("Personal history"), (CvKind.EDUCATION,)),
    ("2", _l("Career"), (CvKind.APPOINTMENT, CvKind.POSITION, CvKind.INVITATION, CvKind.HONOUR)),
    (
        "3",
        _l("Workload of the last three years"),
        (CvKind.TEACHING, CvKind.RESEARCH, CvKind.SERVICE, CvKind.ADMINISTRATION, CvKind.OTHER),
    ),
)
