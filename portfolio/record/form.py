"""Part 1 of form ก.พ.อ. 03: everything a record says, numbered and worded as the form wants it, in both languages.

Pure: rows in, words out. The headings are those of the general form of 2564; numbers 1.4 to 1.7 follow where the form
only says "1.x". What stands here is printed as it is, so it does not go through gettext: both languages are asked for
at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portfolio.core.i18n.dates import ERA_OFFSET, format_date
from portfolio.core.sealed import Unreadable
from portfolio.record.models import (
    AcademicRank,
    AppointmentMode,
    CvEntry,
    CvKind,
    DegreeLevel,
    NamePrefix,
    PersonalDetails,
    RecordProfile,
    Semester,
)

HONOUR_YEARS = 5
WORKLOAD_YEARS = 3
HOME_COUNTRY = ("", "ไทย", "ประเทศไทย", "Thailand")


@dataclass(frozen=True)
class Words:
    """The same in Thai and in English; either may be empty."""

    th: str = ""
    en: str = ""

    def __bool__(self) -> bool:
        return bool(self.th or self.en)

    def in_(self, language: str) -> str:
        """In a language, or in the other one where that is all there is."""
        return (self.th or self.en) if language == "th" else (self.en or self.th)


@dataclass(frozen=True)
class FormRow:
    """A line of a section with its number ("1.3.1"), a cell for each column; `entry_id` is the line it came from."""

    number: str
    cells: tuple[Words, ...]
    entry_id: int | None = None


@dataclass(frozen=True)
class FormSection:
    """A numbered section: a table with columns, or (without columns) one value a row.

    `withheld`: a sensitive value that was not asked for, so that its absence says nothing.
    """

    number: str
    heading: Words
    columns: tuple[Words, ...] = ()
    rows: tuple[FormRow, ...] = ()
    withheld: bool = False


@dataclass(frozen=True)
class FormChapter:
    """1 personal history, 2 career, 3 workload."""

    number: str
    heading: Words
    sections: tuple[FormSection, ...]


@dataclass(frozen=True)
class RecordForm:
    """The whole of part 1 that the record knows. Plain data: `dataclasses.asdict` gives what JSON can hold."""

    on: str
    header: Mapping[str, Words]
    chapters: tuple[FormChapter, ...]
    method_3: FormSection

    @property
    def numbers(self) -> dict[int, str]:
        """The number under which each line of the record is printed; a line that is not printed has none."""
        rows = (row for chapter in self.chapters for section in chapter.sections for row in section.rows)
        return {row.entry_id: row.number for row in rows if row.entry_id is not None}

    def section(self, number: str) -> FormSection:
        """A section by its number."""
        return next(part for chapter in self.chapters for part in chapter.sections if part.number == number)


@dataclass(frozen=True)
class Facts:
    """What the form is made of. `sensitive` says whether `details` were asked for at all."""

    owner: Any
    entries: Sequence[CvEntry]
    profile: RecordProfile | None = None
    details: PersonalDetails | None = None
    university: Any = None
    faculty: Any = None
    department: tuple[str, str] = ("", "")
    sensitive: bool = False

    def of(self, *kinds: CvKind) -> list[CvEntry]:
        """The lines of some parts, in order."""
        return [entry for kind in kinds for entry in self.entries if entry.kind is kind]


LEVELS = {
    DegreeLevel.DOCTORAL: Words("ปริญญาเอก", "Doctoral"),
    DegreeLevel.MASTER: Words("ปริญญาโท", "Master's"),
    DegreeLevel.GRADUATE_DIPLOMA: Words("ประกาศนียบัตรบัณฑิต", "Graduate diploma"),
    DegreeLevel.BACHELOR: Words("ปริญญาตรี", "Bachelor's"),
    DegreeLevel.OTHER: Words("ระดับอื่น", "Another level"),
}
MODES = {
    AppointmentMode.NORMAL: Words("วิธีปกติ", "normal mode"),
    AppointmentMode.SPECIAL: Words("วิธีพิเศษ", "special mode"),
}
PREFIXES = {
    NamePrefix.MR: Words("นาย", "Mr"),
    NamePrefix.MRS: Words("นาง", "Mrs"),
    NamePrefix.MISS: Words("นางสาว", "Miss"),
}
SEMESTERS = {Semester.FIRST: "1", Semester.SECOND: "2", Semester.SUMMER: "3", Semester.BOTH: "1, 2"}
UNREADABLE = Words("อ่านข้อมูลที่จัดเก็บไว้ไม่ได้", "the stored value cannot be read")


def part_one(facts: Facts, *, on: date) -> RecordForm:
    """Part 1 as of a day: ages and lengths of service are counted to it, and years go back from it."""
    return RecordForm(
        on=on.isoformat(),
        header=_header(facts),
        chapters=(
            FormChapter("1", Words("ประวัติส่วนตัว", "Personal history"), tuple(_personal(facts, on))),
            FormChapter("2", Words("ประวัติการรับราชการหรือการทำงาน", "Career"), tuple(_career(facts, on))),
            FormChapter(
                "3", Words("ภาระงานย้อนหลัง 3 ปี", "Workload of the last three years"), tuple(_workload(facts, on))
            ),
        ),
        method_3=_method_3(facts),
    )


def age_on(born: date, on: date) -> int:
    """Whole years lived."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def length_of_service(since: date, on: date) -> tuple[int, int]:
    """Whole years and months served; a month is whole on the day of the month it began."""
    months = max(0, (on.year - since.year) * 12 + on.month - since.month - (on.day < since.day))
    return divmod(months, 12)


def employed_since(facts: Facts) -> date | None:
    """The day service is counted from: the one the academic states, else that of the earliest appointment."""
    if facts.profile is not None and facts.profile.employed_on is not None:
        return facts.profile.employed_on
    return min((entry.dated for entry in facts.of(CvKind.APPOINTMENT) if entry.dated), default=None)


def last_year_of(entry: CvEntry, on: date) -> int | None:
    """The last year a line tells of: this one while it goes on, None where it names no year."""
    if entry.year_to is not None:
        return entry.year_to
    return None if entry.year_from is None else max(entry.year_from, on.year)


def is_printed(entry: CvEntry, on: date) -> bool:
    """Whether the form asks for this line: honours of five years, workload of three. Without a year it is printed."""
    back = {CvKind.INVITATION: HONOUR_YEARS, CvKind.HONOUR: HONOUR_YEARS}.get(entry.kind)
    if entry.kind in (CvKind.EDUCATION, CvKind.APPOINTMENT, CvKind.POSITION):
        return True
    last = last_year_of(entry, on)
    return last is None or last >= on.year - (back or WORKLOAD_YEARS)


def _header(facts: Facts) -> dict[str, Words]:
    owner, profile = facts.owner, facts.profile
    names = Words(
        f"{owner.given_name_th} {owner.family_name_th}".strip(), f"{owner.given_name_en} {owner.family_name_en}".strip()
    )
    prefix = _prefix(profile)
    found = {
        "prefix": prefix,
        "name": Words(
            f"{prefix.th}{' ' if _is_rank(profile) else ''}{names.th}" if names.th else "",
            f"{prefix.en} {names.en}".strip() if names.en else "",
        ),
        "department": Words(*facts.department),
        "faculty": _name_of(facts.faculty),
        "university": _name_of(facts.university),
        "field": Words(),
        "field_code": Words(),
        "subfield": Words(),
        "subfield_code": Words(),
        "orcid": Words(),
        "scopus_id": Words(),
        "researcher_id": Words(),
        "telephone": Words(),
    }
    if profile is not None:
        found["field"] = Words(profile.field_th, profile.field_en)
        found["subfield"] = Words(profile.subfield_th, profile.subfield_en)
        for name in ("field_code", "subfield_code", "orcid", "scopus_id", "researcher_id"):
            found[name] = _same(getattr(profile, name))
    if facts.details is not None and facts.details.telephone is not None:
        telephone = facts.details.telephone
        found["telephone"] = UNREADABLE if isinstance(telephone, Unreadable) else _same(telephone)
    return found


def _prefix(profile: RecordProfile | None) -> Words:
    if profile is None or profile.prefix is None:
        return Words()
    if profile.prefix is NamePrefix.RANK:
        return Words(profile.service_rank_th, profile.service_rank_en)
    return PREFIXES[profile.prefix]


def _is_rank(profile: RecordProfile | None) -> bool:
    return profile is not None and profile.prefix is NamePrefix.RANK


def _personal(facts: Facts, on: date) -> Iterator[FormSection]:
    born = facts.details.birth_date if facts.details is not None else None
    day, age = Words(), Words()
    if isinstance(born, Unreadable):
        day = age = UNREADABLE
    elif born is not None:
        day = Words(format_date(born, "long", "th"), format_date(born, "long", "en"))
        years = age_on(born, on)
        age = Words(f"{years} ปี", f"{years} years")
    yield _single("1.1", Words("วัน เดือน ปีเกิด", "Date of birth"), day, withheld=not facts.sensitive)
    yield _single("1.2", Words("อายุ", "Age"), age, withheld=not facts.sensitive)
    degrees = facts.of(CvKind.EDUCATION)
    yield _table(
        "1.3",
        Words("การศึกษาระดับอุดมศึกษา", "Higher education"),
        (
            Words("คุณวุฒิ", "Degree and field"),
            Words("ปี พ.ศ. ที่จบ", "Year"),
            Words("ชื่อสถานศึกษาและประเทศ", "Institution and country"),
        ),
        ((entry, _degree(entry)) for entry in degrees),
    )
    for number, level, heading in (
        ("1.4", DegreeLevel.DOCTORAL, Words("วิทยานิพนธ์ระดับปริญญาเอก เรื่อง", "Doctoral thesis")),
        ("1.5", DegreeLevel.MASTER, Words("วิทยานิพนธ์ระดับปริญญาโท เรื่อง", "Master's thesis")),
    ):
        theses = [Words(entry.thesis_th, entry.thesis_en) for entry in degrees if entry.level is level]
        yield _list(number, heading, theses)
    doctoral = [entry for entry in degrees if entry.level is DegreeLevel.DOCTORAL]
    master = [entry for entry in degrees if entry.level is DegreeLevel.MASTER]
    other = [entry for entry in degrees if entry not in (*doctoral, *master)]
    yield _papers("1.6", doctoral, Words("ระดับปริญญาเอก", "with a doctorate"))
    yield _papers("1.7", master, Words("ระดับปริญญาโท", "with a master's degree"))
    if any(entry.publications for entry in other):  # the form does not ask; what was written must not get lost
        yield _papers("1.8", other, Words("ระดับอื่น", "with another degree"))


def _papers(number: str, degrees: Iterable[CvEntry], level: Words) -> FormSection:
    """The publications used to graduate at a level."""
    papers = [_same(line) for entry in degrees for line in entry.publications.splitlines() if line.strip()]
    heading = Words(f"ผลงานตีพิมพ์ที่ใช้สำเร็จการศึกษา{level.th}", f"Publications used to graduate {level.en}")
    return _list(number, heading, papers)


def headline(entry: CvEntry) -> Words:
    """What a line is called: a degree with its field, an appointment with its field, else its title."""
    if entry.kind not in (CvKind.EDUCATION, CvKind.APPOINTMENT):
        return _title(entry)
    return Words(
        _joined(" ", entry.title_th, f"({entry.field_th})" if entry.field_th else ""),
        _joined(" ", entry.title_en, f"({entry.field_en})" if entry.field_en else ""),
    )


def _degree(entry: CvEntry) -> tuple[Words, ...]:
    """Degree, year and place. The form wants a foreign degree in English, in its Thai edition as well."""
    degree = headline(entry)
    place = Words(
        _joined(" ", entry.institution_th, _country(entry.country_th)),
        _joined(", ", entry.institution_en, entry.country_en),
    )
    if entry.country_th not in HOME_COUNTRY or entry.country_en not in HOME_COUNTRY:
        degree = Words(degree.en or degree.th, degree.en)
        place = Words(place.en or place.th, place.en)
    return degree, _year(entry.year_to), place


def _country(thai: str) -> str:
    return thai if not thai or thai.startswith("ประเทศ") else f"ประเทศ{thai}"


def _career(facts: Facts, on: date) -> Iterator[FormSection]:
    profile, details = facts.profile, facts.details
    present = Words(profile.position_th, profile.position_en) if profile is not None else Words()
    salary = details.salary if details is not None else None
    rows = [FormRow("", (present,))] if present else []
    if isinstance(salary, Unreadable):
        rows.append(FormRow("", (Words(f"เงินเดือน: {UNREADABLE.th}", f"Salary: {UNREADABLE.en}"),)))
    elif salary is not None:
        rows.append(FormRow("", (Words(f"รับเงินเดือน {_baht(salary)} บาท", f"Salary {_baht(salary)} baht"),)))
    yield FormSection("2.1", Words("ปัจจุบันดำรงตำแหน่ง", "Present position"), (), tuple(rows))
    for number, rank, heading in (
        (
            "2.2",
            AcademicRank.LECTURER,
            Words("ได้รับแต่งตั้งให้ดำรงตำแหน่งอาจารย์", "Appointed lecturer"),
        ),
        (
            "2.3",
            AcademicRank.ASSISTANT_PROFESSOR,
            Words("ได้รับแต่งตั้งให้ดำรงตำแหน่งผู้ช่วยศาสตราจารย์", "Appointed assistant professor"),
        ),
        (
            "2.4",
            AcademicRank.ASSOCIATE_PROFESSOR,
            Words("ได้รับแต่งตั้งให้ดำรงตำแหน่งรองศาสตราจารย์", "Appointed associate professor"),
        ),
    ):
        lines = [entry for entry in facts.of(CvKind.APPOINTMENT) if entry.rank is rank]
        yield FormSection(number, heading, (), tuple(FormRow(number, (_appointment(line),), line.id) for line in lines))
    since = employed_since(facts)
    served = Words()
    if since is not None:
        years, months = length_of_service(since, on)
        served = Words(f"{years} ปี {months} เดือน", f"{years} years {months} months")
    yield _single("", Words("อายุราชการหรืออายุงาน", "Length of service"), served)
    professor = [entry for entry in facts.of(CvKind.APPOINTMENT) if entry.rank is AcademicRank.PROFESSOR]
    yield _table(
        "2.5",
        Words("ตำแหน่งอื่น ๆ", "Other positions"),
        (Words("ตำแหน่ง", "Position"), Words("หน่วยงาน", "Place"), Words("ระยะเวลา", "Period")),
        (
            (entry, (_title(entry), _institution(entry), _years(entry)))
            for entry in [*professor, *facts.of(CvKind.POSITION)]
        ),
    )
    yield _table(
        "2.6",
        Words(
            "การได้รับเชิญเป็นวิทยากรระดับนานาชาติ และการได้รับการยกย่องระดับนานาชาติ (5 ปีย้อนหลัง)",
            "International invitations and honours of the last five years",
        ),
        (Words("รายการ", "What"), Words("โดย", "By"), Words("ปี", "Year")),
        (
            (entry, (_title(entry), _institution(entry), _year(entry.year_to)))
            for entry in facts.of(CvKind.INVITATION, CvKind.HONOUR)
            if is_printed(entry, on)
        ),
    )


def _appointment(entry: CvEntry) -> Words:
    """Mode, field and day; the form asks a lecturer for the day only."""
    mode = MODES[entry.mode] if entry.mode is not None else Words()
    day = entry.dated
    thai = [
        f"โดย{mode.th}" if mode else "",
        f"ในสาขาวิชา{entry.field_th}" if entry.field_th else "",
        f"เมื่อวันที่ {format_date(day, 'long', 'th')}" if day else _be(entry.year_from, "เมื่อปี พ.ศ. "),
    ]
    english = [
        f"by {mode.en}" if mode else "",
        f"in {entry.field_en}" if entry.field_en else "",
        f"on {format_date(day, 'long', 'en')}" if day else f"in {entry.year_from}" if entry.year_from else "",
    ]
    return Words(_joined(" ", *thai), _joined(" ", *english))


def _workload(facts: Facts, on: date) -> Iterator[FormSection]:
    hours = Words("เวลาต่อสัปดาห์", "Time a week")

    def lines(kind: CvKind) -> list[CvEntry]:
        return [entry for entry in facts.of(kind) if is_printed(entry, on)]

    yield _table(
        "3.1",
        Words("งานสอน", "Teaching"),
        (
            Words("ระดับ", "Level"),
            Words("รายวิชาที่สอน", "Course"),
            Words("ช.ม./สัปดาห์", "Hours a week"),
            Words("เปิดสอนภาค/ปีการศึกษา", "Semester and academic year"),
        ),
        (
            (
                entry,
                (LEVELS[entry.level] if entry.level else Words(), _title(entry), _figure(entry), when_taught(entry)),
            )
            for entry in lines(CvKind.TEACHING)
        ),
    )
    yield _table(
        "3.2",
        Words("งานวิจัยที่ได้รับทุนในฐานะหัวหน้าโครงการ", "Funded research as head of the project"),
        (Words("เรื่อง", "Title"), Words("แหล่งทุน", "Funder"), Words("ระยะเวลา", "Period")),
        ((entry, (_title(entry), _institution(entry), _years(entry))) for entry in lines(CvKind.RESEARCH)),
    )
    for number, kind, heading, first in (
        ("3.3", CvKind.SERVICE, Words("งานบริการทางวิชาการ", "Academic service"), Words("ประเภทกิจกรรม", "Activity")),
        ("3.4", CvKind.ADMINISTRATION, Words("งานบริหาร", "Administration"), Words("งานที่รับผิดชอบโดยตรง", "Duty")),
        ("3.5", CvKind.OTHER, Words("งานอื่น ๆ ที่เกี่ยวข้อง", "Other work"), Words("ประเภท", "Kind")),
    ):
        yield _table(
            number, heading, (first, hours), ((entry, (_activity(entry), _hours(entry))) for entry in lines(kind))
        )


def when_taught(entry: CvEntry) -> Words:
    """Semester and academic year as "1/2568"; a line that names no semester may tell it in its detail."""
    if entry.semester is None and (entry.detail_th or entry.detail_en):
        return Words(entry.detail_th, entry.detail_en)
    years = _years(entry)
    if entry.semester is None:
        return years
    word = SEMESTERS[entry.semester]
    return Words(f"{word}/{years.th}", f"{word}/{years.en}") if years else _same(word)


def _method_3(facts: Facts) -> FormSection:
    """What the third method asks beside the works: lifetime figures from Scopus and the projects headed."""
    profile = facts.profile
    rows = []
    if profile is not None:
        day = profile.counted_on
        as_at = Words(
            f" (ณ วันที่ {format_date(day, 'long', 'th')})" if day else "",
            f" (as at {format_date(day, 'long', 'en')})" if day else "",
        )
        for number, figure, thai, english in (
            ("(2)", profile.works_cited, "จำนวนผลงานที่ได้รับการอ้างอิง {} เรื่อง", "{} works cited"),
            ("(2)", profile.citations, "จำนวนครั้งที่ได้รับการอ้างอิง {} ครั้ง", "{} citations"),
            ("(3)", profile.h_index, "ค่า life-time h-index {} จากฐานข้อมูล Scopus", "lifetime h-index {} in Scopus"),
        ):
            if figure is not None:
                words = Words(thai.format(f"{figure:,}") + as_at.th, english.format(f"{figure:,}") + as_at.en)
                rows.append(FormRow(number, (words,)))
    for entry in facts.of(CvKind.RESEARCH):
        funder = _institution(entry)
        words = Words(
            _joined(" แหล่งทุน ", _title(entry).th, funder.th), _joined(", funded by ", _title(entry).en, funder.en)
        )
        rows.append(FormRow("(4)", (words,)))
    return FormSection("4.3.4", Words("หลักฐานตามวิธีที่ 3", "Evidence for method 3"), (), tuple(rows))


def _single(number: str, heading: Words, value: Words, *, withheld: bool = False) -> FormSection:
    return FormSection(number, heading, (), (FormRow("", (value,)),) if value else (), withheld)


def _list(number: str, heading: Words, values: Iterable[Words]) -> FormSection:
    kept = [value for value in values if value]
    return FormSection(
        number,
        heading,
        (),
        tuple(FormRow(f"{number}.{place}" if len(kept) > 1 else "", (value,)) for place, value in enumerate(kept, 1)),
    )


def _table(
    number: str, heading: Words, columns: tuple[Words, ...], rows: Iterable[tuple[CvEntry, tuple[Words, ...]]]
) -> FormSection:
    numbered = tuple(FormRow(f"{number}.{place}", cells, entry.id) for place, (entry, cells) in enumerate(rows, 1))
    return FormSection(number, heading, columns, numbered)


def _title(entry: CvEntry) -> Words:
    return Words(entry.title_th, entry.title_en)


def _institution(entry: CvEntry) -> Words:
    return Words(
        _joined(" ", entry.institution_th, _country(entry.country_th)),
        _joined(", ", entry.institution_en, entry.country_en),
    )


def _activity(entry: CvEntry) -> Words:
    return Words(
        _joined(" · ", entry.title_th, entry.institution_th), _joined(" · ", entry.title_en, entry.institution_en)
    )


def _name_of(organization: Any) -> Words:
    return Words() if organization is None else Words(organization.name_th, organization.name_en)


def _figure(entry: CvEntry) -> Words:
    return Words() if entry.hours_per_week is None else _same(f"{entry.hours_per_week:g}")


def _hours(entry: CvEntry) -> Words:
    hours = entry.hours_per_week
    return Words() if hours is None else Words(f"{hours:g} ชั่วโมง", f"{hours:g} hours")


def _year(year: int | None) -> Words:
    return Words() if year is None else Words(str(year + ERA_OFFSET), str(year))


def _be(year: int | None, before: str = "") -> str:
    return "" if year is None else f"{before}{year + ERA_OFFSET}"


def _years(entry: CvEntry) -> Words:
    """A period; one that names no end goes on, except in the academic year of a course."""
    first, last = entry.year_from, entry.year_to
    if first is None or first == last:
        return _year(last)
    if last is None:
        if entry.kind is CvKind.TEACHING:
            return _year(first)
        return Words(f"{first + ERA_OFFSET}–ปัจจุบัน", f"{first}–present")
    return Words(f"{first + ERA_OFFSET}–{last + ERA_OFFSET}", f"{first}–{last}")


def _baht(amount: Decimal) -> str:
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"


def _same(text: str) -> Words:
    return Words(text, text)


def _joined(separator: str, *parts: str) -> str:
    return separator.join(part for part in parts if part)
