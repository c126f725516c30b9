"""Values that every format writes in its own way: years of both eras, months, identifiers, languages, pages."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass

from portfolio.core.i18n.dates import ERA_OFFSET, FIRST_BUDDHIST_YEAR
from portfolio.core.i18n.digits import fold_thai_digits
from portfolio.core.i18n.marking import N_
from portfolio.transfer.formats.reading import Remark

FIRST_YEAR, LAST_YEAR = 1400, 2200
"""Years that a publication can have, CE."""

_MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "jan january มกราคม ม.ค. มค",
            "feb february กุมภาพันธ์ ก.พ. กพ",
            "mar march มีนาคม มี.ค. มีค",
            "apr april เมษายน เม.ย. เมย",
            "may พฤษภาคม พ.ค. พค",
            "jun june มิถุนายน มิ.ย. มิย",
            "jul july กรกฎาคม ก.ค. กค",
            "aug august สิงหาคม ส.ค. สค",
            "sep sept september กันยายน ก.ย. กย",
            "oct october ตุลาคม ต.ค. ตค",
            "nov november พฤศจิกายน พ.ย. พย",
            "dec december ธันวาคม ธ.ค. ธค",
        ),
        start=1,
    )
    for word in words.split()
}
_WORDS = re.compile(r"[^\W\d_][^\s,/\-–]*")
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_DOI = re.compile(r"10\.\d{4,9}/\S{1,280}")
_DOI_TAIL = ".,;)]}>'\""
_BEFORE_DOI = re.compile(r"(?:https?://(?:dx\.|www\.)?doi\.org/|doi\s?:?\s?)")
_NUMBER_KINDS = re.compile(r"(?:e-?|p-?)?iss[nl]|isbn(?:-?1[03])?")
_ISBN = re.compile(r"(?:97[89][- ]?)?(?:\d[- ]?){9}[\dXx]")
_ISSN = re.compile(r"\d{4}-?\d{3}[\dXx]")
_LANGUAGES = {
    "thai": "th", "tha": "th", "ไทย": "th", "ภาษาไทย": "th", "english": "en", "eng": "en", "อังกฤษ": "en",
    "ภาษาอังกฤษ": "en", "american": "en-US", "british": "en-GB", "usenglish": "en-US", "ukenglish": "en-GB",
    "german": "de", "ngerman": "de", "ger": "de", "deu": "de", "french": "fr", "fre": "fr", "fra": "fr",
    "spanish": "es", "spa": "es", "italian": "it", "ita": "it", "portuguese": "pt", "por": "pt", "russian": "ru",
    "rus": "ru", "japanese": "ja", "jpn": "ja", "chinese": "zh", "chi": "zh", "zho": "zh", "korean": "ko", "kor": "ko",
    "vietnamese": "vi", "vie": "vi", "lao": "lo", "khmer": "km", "indonesian": "id", "ind": "id", "malay": "ms",
}  # fmt: skip
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")

BUDDHIST_YEAR = N_("The year %(year)s was taken as พ.ศ. and became %(ce)s.")
ODD_YEAR = N_("“%(year)s” is no year that can be used; it is kept as it was.")
PART_KEPT = N_("The date “%(date)s” says more than a year, a month and a day of the calendar; it is kept as it was.")
DATE_KEPT = "date-as-written"
"""Under this name a date is kept of which a part could not be used."""

_CLOCK = re.compile(r"^[T ]\d{2}:[\d:.]{2,12}(Z|[+-]\d{2}:?\d{2})?$", re.IGNORECASE)
_ERAS = re.compile(r"พ\.? ?ศ\.?|ค\.? ?ศ\.?|(?<!\w)(?:b\.?e|c\.?e|a\.?d)\.?(?!\w)|(?<!\w)ปี(?!\w)", re.IGNORECASE)


@dataclass(frozen=True)
class Dated:
    """Year, month and day as far as they were said, CE. `left` is what no year was found in; `kept` is the whole date
    as it was written, where year, month and day say less than it does.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    left: str = ""
    kept: str = ""
    remarks: tuple[Remark, ...] = ()


def read_date(text: str, month: str = "", day: str = "") -> Dated:
    """A date as bibliographies write it: 2560, 2020-05-03, 2020/05/03/, 12 May 2020, 31/12/2567. Both eras."""
    typed = " ".join(text.split())
    folded = fold_thai_digits(typed)
    found = _YEAR.search(folded)
    year = int(found[1]) if found else None
    remarks: list[Remark] = []
    buddhist = year is not None and FIRST_BUDDHIST_YEAR <= year <= LAST_YEAR + ERA_OFFSET
    if year is not None and buddhist:
        remarks.append(Remark(BUDDHIST_YEAR, {"year": str(year), "ce": str(year - ERA_OFFSET)}))
        year -= ERA_OFFSET
    whole = " ".join(" ".join((typed, month, day)).split())
    if found is None or year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        if typed:
            remarks.append(Remark(ODD_YEAR, {"year": whole[:60]}))
        elif whole:
            remarks.append(Remark(PART_KEPT, {"date": whole[:60]}))
        return Dated(left=whole if typed else "", kept="" if typed else whole, remarks=tuple(remarks))
    around = _Around(folded[: found.start()], folded[found.end() :], buddhist=buddhist)
    month_number, day_number = around.month, around.day
    more = around.more
    if month.strip():
        month_number, said_day, odd = _month_and_day(month)
        day_number = said_day if said_day is not None else day_number
        more = more or odd or around.month not in (None, month_number)
    if fold_thai_digits(day).strip(" 0"):
        day_number = read_day(day)
        more = more or day_number is None or around.day not in (None, day_number)
    if day_number is not None and (month_number is None or day_number > monthrange(year, month_number)[1]):
        day_number, more = None, True
    if more:
        remarks.append(Remark(PART_KEPT, {"date": whole[:60]}))
    return Dated(year, month_number, day_number, kept=whole if more else "", remarks=tuple(remarks))


class _Around:
    """Month and day in what stands before and after a year, and whether more is said there."""

    def __init__(self, before: str, after: str, *, buddhist: bool) -> None:
        self.month: int | None = None
        self.day: int | None = None
        self.more = False
        numbers = re.match(r"[-/](\d{1,2})(?!\d)(?:[-/](\d{1,2})(?!\d))?", after)
        if numbers:  # 2020-05-03
            after = _CLOCK.sub("", after[numbers.end() :])
            self.month = read_month(numbers[1])
            self.day = read_day(numbers[2] or "")
            # A zero says that it is not known.
            self.more = (self.month is None and bool(numbers[1].strip("0"))) or (
                self.day is None and bool((numbers[2] or "").strip("0"))
            )
        else:
            first = re.search(r"(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.]\s?$", before)
            if first:  # 31/12/2567; with American dates about, only what can be read in one way alone
                before = before[: first.start()]
                self._day_first(int(first[1]), int(first[2]), buddhist=buddhist)
        rest = _ERAS.sub(" ", f"{before} {after}")
        if self.month is None and not self.more:
            self.month, self.day, self.more = _month_and_day(rest)
        else:
            self.more = self.more or bool(re.search(r"\w", rest))

    def _day_first(self, first: int, second: int, *, buddhist: bool) -> None:
        if 1 <= second <= 12 and 1 <= first <= 31 and (buddhist or first > 12 or first == second):
            self.day, self.month = first, second
        elif 1 <= first <= 12 < second <= 31 and not buddhist:
            self.day, self.month = second, first
        else:
            self.more = True


def _month_and_day(text: str) -> tuple[int | None, int | None, bool]:
    """A month by number or name, perhaps with a day beside it; and whether the text says more than these."""
    folded = fold_thai_digits(text[:200]).lower()
    words = _WORDS.findall(folded)
    numbers = re.findall(r"\d+", re.sub(_WORDS, " ", folded))
    months = [number for word in words if (number := _MONTHS.get(word) or _MONTHS.get(word.rstrip(".")))]
    if not words and len(numbers) == 1:
        month = read_month(numbers[0])
        return month, None, month is None and bool(numbers[0].strip("0"))
    if not months:
        return None, None, bool(words or numbers)
    day = read_day(numbers[0]) if len(numbers) == 1 else None
    return months[0], day, len(months) < len(words) or len(months) > 1 or len(numbers) > (day is not None)


def read_month(text: str) -> int | None:
    """A month by number or name, Thai or English."""
    text = fold_thai_digits(text).strip().lower()
    if text.isascii() and text.isdigit():
        return int(text) if len(text) <= 2 and 1 <= int(text) <= 12 else None
    for word in _WORDS.findall(text[:200]):
        number = _MONTHS.get(word) or _MONTHS.get(word.rstrip("."))
        if number:
            return number
    return None


def read_day(text: str) -> int | None:
    """A day of a month."""
    text = fold_thai_digits(text).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 2 and 1 <= int(text) <= 31 else None


def read_doi(text: str) -> str:
    """The bare DOI in lower case, out of an address or a text that holds one; empty where there is none."""
    found = _DOI.search(text)
    return found[0].rstrip(_DOI_TAIL).lower() if found else ""


def keep_whole(extra: dict[str, str], name: str, text: str, used: str) -> None:
    """Keep the text that an identifier was taken from, where it says more, such as a second number."""
    rest = " ".join(text.split()).lower()
    if name == "doi":
        rest = _BEFORE_DOI.sub("", rest.rstrip(_DOI_TAIL), count=1)
    elif name in ("isbn", "issn"):
        rest, used = re.sub(r"[^0-9x]", "", _NUMBER_KINDS.sub("", rest)), re.sub(r"[^0-9x]", "", used.lower())
    if text and used and rest != used:
        extra.setdefault(f"{name}-as-written", text)


def first_number(name: str, text: str) -> str:
    """A cell for an ISBN or ISSN: as it was typed where it is one, the first where it holds several."""
    first = read_isbn(text) if name == "isbn" else read_issn(text)
    return first if first and len(re.sub(r"[^0-9Xx]", "", text)) > len(re.sub(r"[^0-9Xx]", "", first)) else text


def read_isbn(text: str) -> str:
    """The first ISBN in a text."""
    found = _ISBN.search(fold_thai_digits(text))
    return found[0].strip() if found and len(found[0]) <= 20 else ""


def read_issn(text: str) -> str:
    """The first ISSN in a text, written with its hyphen."""
    found = _ISSN.search(fold_thai_digits(text))
    return f"{found[0][:4]}-{found[0][-4:]}".upper() if found else ""


def read_language(text: str) -> str:
    """A BCP 47 tag out of a tag or a name; empty where it is neither."""
    word = text.strip()
    known = _LANGUAGES.get(word.lower())
    if known:
        return known
    return word.replace("_", "-") if _TAG.fullmatch(word) and len(word) <= 35 else ""


def read_pages(text: str) -> str:
    """Pages with one hyphen between first and last."""
    return re.sub(r" ?(?:--+|[\u2010-\u2015]) ?", "-", " ".join(text.split()))


def split_keywords(text: str) -> tuple[str, ...]:
    """Keywords parted by semicolons or line ends, or else by commas."""
    parts = re.split(r"[;\n]", text) if ";" in text or "\n" in text else text.split(",")
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
