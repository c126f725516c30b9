"""The academic's record (CV): kept once for life, printed as part 1 of every application."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portfolio.core.clock import now
from portfolio.core.db import Base, Word, words
from portfolio.core.sealed import Sealed, Unreadable


class CvKind(StrEnum):
    """Parts of the record, in the order of the form."""

    EDUCATION = "education"
    APPOINTMENT = "appointment"
    POSITION = "position"
    INVITATION = "invitation"
    HONOUR = "honour"
    TEACHING = "teaching"
    RESEARCH = "research"
    SERVICE = "service"
    ADMINISTRATION = "administration"
    OTHER = "other"


class DegreeLevel(StrEnum):
    """Level of a degree held, or of a course taught."""

    DOCTORAL = "doctoral"
    MASTER = "master"
    GRADUATE_DIPLOMA = "graduate_diploma"
    BACHELOR = "bachelor"
    OTHER = "other"


class AcademicRank(StrEnum):
    """Positions to which a university appoints."""

    LECTURER = "lecturer"
    ASSISTANT_PROFESSOR = "assistant_professor"
    ASSOCIATE_PROFESSOR = "associate_professor"
    PROFESSOR = "professor"


class AppointmentMode(StrEnum):
    """How a position was obtained."""

    NORMAL = "normal"
    SPECIAL = "special"


class Semester(StrEnum):
    """When in the academic year a course is taught."""

    FIRST = "1"
    SECOND = "2"
    SUMMER = "3"
    BOTH = "1,2"


class NamePrefix(StrEnum):
    """What the form allows before a name."""

    MR = "mr"
    MRS = "mrs"
    MISS = "miss"
    RANK = "rank"


class CvEntry(Base):
    """A line of the record.

    education: title = full degree, field, level, institution, country, year_to = year of graduation, thesis,
    publications used to graduate. appointment: rank, mode, field, dated; its title follows from the rank.
    position: title, institution, years. invitation, honour: title, institution = by whom, country, year_to.
    teaching: title = course, level, semester, years = academic years, hours. research: title, institution = funder,
    years. service: title = activity, institution = for whom, hours. administration, other: title, hours.
    Years are CE.
    """

    __tablename__ = "cv_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    kind: Mapped[CvKind] = mapped_column(Word(CvKind))
    position: Mapped[int] = mapped_column(default=0)
    title_th: Mapped[str] = mapped_column(String(300))
    title_en: Mapped[str] = mapped_column(String(300), default="")
    field_th: Mapped[str] = mapped_column(String(200), default="")
    field_en: Mapped[str] = mapped_column(String(200), default="")
    institution_th: Mapped[str] = mapped_column(String(300), default="")
    institution_en: Mapped[str] = mapped_column(String(300), default="")
    country_th: Mapped[str] = mapped_column(String(100), default="")
    country_en: Mapped[str] = mapped_column(String(100), default="")
    detail_th: Mapped[str] = mapped_column(Text, default="")
    detail_en: Mapped[str] = mapped_column(Text, default="")
    level: Mapped[DegreeLevel | None] = mapped_column(Word(DegreeLevel))
    rank: Mapped[AcademicRank | None] = mapped_column(Word(AcademicRank))
    mode: Mapped[AppointmentMode | None] = mapped_column(Word(AppointmentMode))
    dated: Mapped[date | None]
    semester: Mapped[Semester | None] = mapped_column(Word(Semester))
    year_from: Mapped[int | None]
    year_to: Mapped[int | None]
    hours_per_week: Mapped[float | None] = mapped_column(Numeric(5, 1, asdecimal=False))
    thesis_th: Mapped[str] = mapped_column(Text, default="")
    thesis_en: Mapped[str] = mapped_column(Text, default="")
    publications: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        words(CvKind, "kind"),
        words(DegreeLevel, "level"),
        words(AcademicRank, "rank"),
        words(AppointmentMode, "mode"),
        words(Semester, "semester"),
        CheckConstraint("year_from IS NULL OR year_from BETWEEN 1900 AND 2200", name="year_from_ce"),
        CheckConstraint("year_to IS NULL OR year_to BETWEEN 1900 AND 2200", name="year_to_ce"),
        CheckConstraint("hours_per_week IS NULL OR hours_per_week BETWEEN 0 AND 168", name="hours_of_a_week"),
        CheckConstraint("(kind = 'appointment') = (rank IS NOT NULL)", name="appointment_has_rank"),
        CheckConstraint("kind = 'appointment' OR (mode IS NULL AND dated IS NULL)", name="only_appointments_dated"),
        CheckConstraint("kind IN ('education', 'teaching') OR level IS NULL", name="level_of_degree_or_course"),
        CheckConstraint("kind = 'teaching' OR semester IS NULL", name="only_courses_have_semesters"),
        CheckConstraint(
            "kind = 'education' OR (thesis_th = '' AND thesis_en = '' AND publications = '')",
            name="only_degrees_have_theses",
        ),
        CheckConstraint(
            "kind IN ('teaching', 'service', 'administration', 'other') OR hours_per_week IS NULL",
            name="only_workload_has_hours",
        ),
    )


class RecordProfile(Base):
    """What the form asks of the academic once: prefix, present position, field codes, identifiers, bibliometrics."""

    __tablename__ = "record_profiles"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    prefix: Mapped[NamePrefix | None] = mapped_column(Word(NamePrefix))
    service_rank_th: Mapped[str] = mapped_column(String(80), default="")
    service_rank_en: Mapped[str] = mapped_column(String(80), default="")
    position_th: Mapped[str] = mapped_column(String(300), default="")
    position_en: Mapped[str] = mapped_column(String(300), default="")
    employed_on: Mapped[date | None]
    field_th: Mapped[str] = mapped_column(String(200), default="")
    field_en: Mapped[str] = mapped_column(String(200), default="")
    field_code: Mapped[str] = mapped_column(String(4), default="")
    subfield_th: Mapped[str] = mapped_column(String(200), default="")
    subfield_en: Mapped[str] = mapped_column(String(200), default="")
    subfield_code: Mapped[str] = mapped_column(String(6), default="")
    orcid: Mapped[str] = mapped_column(String(19), default="")
    scopus_id: Mapped[str] = mapped_column(String(20), default="")
    researcher_id: Mapped[str] = mapped_column(String(40), default="")
    h_index: Mapped[int | None]
    works_cited: Mapped[int | None]
    citations: Mapped[int | None]
    counted_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        words(NamePrefix, "prefix"),
        CheckConstraint("(COALESCE(prefix, '') = 'rank') = (service_rank_th <> '')", name="rank_is_named"),
        CheckConstraint("field_code = '' OR length(field_code) = 4", name="field_code_of_four"),
        CheckConstraint("subfield_code = '' OR length(subfield_code) = 6", name="subfield_code_of_six"),
        CheckConstraint("h_index IS NULL OR h_index >= 0", name="h_index_counts"),
        CheckConstraint("works_cited IS NULL OR works_cited >= 0", name="works_cited_count"),
        CheckConstraint("citations IS NULL OR citations >= 0", name="citations_count"),
    )


class PersonalDetails(Base):
    """What only the academic sees and only the form prints. Encrypted; its own row, so that erasing leaves none."""

    __tablename__ = "personal_details"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    birth_date: Mapped[date | Unreadable | None] = mapped_column(Sealed(date))
    salary: Mapped[Decimal | Unreadable | None] = mapped_column(Sealed(Decimal))
    telephone: Mapped[str | Unreadable | None] = mapped_column(Sealed())
    updated_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
