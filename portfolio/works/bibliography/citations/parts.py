"""Names, dates, pages and editions as the three styles write them, in Thai and in English."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from portfolio.works.bibliography.citations.runs import is_thai
from portfolio.works.bibliography.reference import AuthorName, Reference

BUDDHIST = 543

MONTHS_TH = (
    "มกราคม",
    "กุมภาพันธ์",
    "มีนาคม",
    "เมษายน",
    "พฤษภาคม",
    "มิถุนายน",
    "กรกฎาคม",
    "สิงหาคม",
    "กันยายน",
    "ตุลาคม",
    "พฤศจิกายน",
    "ธันวาคม",
)
MONTHS_TH_SHORT = ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.")
MONTHS_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
MONTHS_IEEE = ("Jan.", "Feb.", "Mar.", "Apr.", "May", "Jun.", "Jul.", "Aug.", "Sep.", "Oct.", "Nov.", "Dec.")
MONTHS_VANCOUVER = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_SUFFIX = re.compile(r"^(?:jr|sr|ii|iii|iv)\.?$", re.IGNORECASE)
_RANGE = re.compile(r"\s*(?:--+|[-–—])\s*")
_PRESS = re.compile(
    r"\b(?:in[ -]?press|forthcoming|to (?:appear|be published)|(?<!not )accepted(?: for publication)?(?! ?\w))\b"
    r"|(?:อยู่ระหว่าง|รอ|กำลัง|ตอบรับ)(?:การ)?ตีพิมพ์|^INPR$",
    re.IGNORECASE,
)
_SAYS_WHEN = ("year", "PY", "Y1", "date", "DA", "issued", "date-as-written", "status", "pubstate", "TY")
"""Where the formats say that a work is in press: in place of its year, as its state, or (RIS) as its type."""
_ARTICLE_NUMBER = re.compile(r"[A-Za-z]{1,3}\d{3,}|\d{5,}")


def in_thai(reference: Reference) -> bool:
    """Whether a reference is cited in Thai: by its language, else by the letters of its title."""
    if reference.language:
        return reference.language.lower().startswith("th")
    return is_thai(reference.title)


def year_of(reference: Reference) -> str:
    """The year: พ.ศ. in Thai. Empty where there is none."""
    if reference.year is None:
        return ""
    return str(reference.year + BUDDHIST if in_thai(reference) else reference.year)


class Undated(NamedTuple):
    """What a style writes in English for the year: of a work that is taken and not yet out, and of any other."""

    in_press: str = "in press"
    unknown: str = "n.d."


APA_UNDATED = Undated()


def year_or_none(reference: Reference, words: Undated = APA_UNDATED) -> str:
    """The year, or that there is none."""
    return year_of(reference) or no_date(reference, words)


def no_date(reference: Reference, words: Undated = APA_UNDATED) -> str:
    """The words for an unknown year."""
    if is_in_press(reference):
        return "อยู่ระหว่างการตีพิมพ์" if in_thai(reference) else words.in_press
    return "ม.ป.ป." if in_thai(reference) else words.unknown


def is_in_press(reference: Reference) -> bool:
    """Whether a work without a year is taken for publication: by what stood for its date, or by a line of its note."""
    if reference.year is not None:
        return False
    said = [reference.extra.get(name, "") for name in _SAYS_WHEN]
    lines = [line.strip(" .()[]“”\"'") for line in reference.note.split("\n")]
    return any(_PRESS.search(text) for text in said) or any(_PRESS.fullmatch(line) for line in lines)


def given_words(given: str) -> tuple[list[str], str]:
    """Given names as words, hyphens kept, and a suffix such as Jr."""
    names, _comma, suffix = given.partition(",")
    words = names.replace(".", ". ").split()
    suffix = suffix.strip()
    if not suffix and len(words) > 1 and _SUFFIX.match(words[-1]):
        suffix = words.pop()
    return words, suffix


def initials(given: str) -> list[str]:
    """The first letters of given names: "Jean-Paul A." gives J.-P. and A. Two capitals such as JA are two names."""
    found: list[str] = []
    words, _suffix = given_words(given)
    for word in words:
        bare = word.rstrip(".")
        if bare.isupper() and 1 < len(bare) <= 3 and bare.isalpha() and bare.isascii() and len(words) == 1:
            found += [f"{letter}." for letter in bare]
        elif bare:
            found.append("-".join(f"{part[0].upper()}." for part in bare.split("-") if part))
    return found


def suffix_of(given: str) -> str:
    """Jr. and the like."""
    return given_words(given)[1]


def own_order(author: AuthorName) -> str:
    """A name as its bearer says it: Thai names, organisations and pen names are never turned round."""
    return author.full


def listed(names: Sequence[str], *, thai: bool, final: str, comma_before_two: bool = False) -> str:
    """Names with a word before the last: `final` is "&" or "and"; in Thai it is และ. Commas from three names on."""
    if len(names) < 2:
        return "".join(names)
    comma = "," if len(names) > 2 or comma_before_two else ""
    return f"{', '.join(names[:-1])}{comma} {and_word(names[-1], thai=thai, final=final)}"


def and_word(name: str, *, thai: bool, final: str) -> str:
    """The word for "and" with the name behind it; Thai writes both together."""
    if not thai:
        return f"{final} {name}"
    return f"และ{name}" if is_thai(name[:1]) else f"และ {name}"


def pages_of(reference: Reference, dash: str = "–") -> str:
    """Pages with one kind of dash."""
    return _RANGE.sub(dash, reference.pages.strip())


def is_article_number(reference: Reference) -> bool:
    """Whether what stands for pages is the number of an article (e0123456, 102345)."""
    return bool(_ARTICLE_NUMBER.fullmatch(reference.pages.strip()))


def is_range(reference: Reference) -> bool:
    """Whether there is more than one page."""
    return any(mark in pages_of(reference) for mark in "–,")


def edition_of(reference: Reference) -> str:
    """An edition in words; a first one is not mentioned."""
    edition = reference.edition.strip()
    number = re.fullmatch(r"(\d+)(?:st|nd|rd|th)?\.?(?:\s*ed(?:ition|\.)?)?", edition, re.IGNORECASE)
    if number:
        if int(number[1]) == 1:
            return ""
        return f"พิมพ์ครั้งที่ {number[1]}" if in_thai(reference) else f"{ordinal(int(number[1]))} ed."
    return edition


def version_of(reference: Reference) -> str:
    """The version of a program or data set."""
    bare = re.sub(r"^(?:version|ver\.?|v\.?|เวอร์ชัน|รุ่น)\s*", "", reference.edition.strip(), flags=re.IGNORECASE)
    if not bare:
        return ""
    return f"เวอร์ชัน {bare}" if in_thai(reference) else f"Version {bare}"


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def link_of(reference: Reference) -> str:
    """The lasting address: that of the DOI where there is one."""
    return f"https://doi.org/{reference.doi}" if reference.doi else reference.url


def publisher_of(reference: Reference) -> str:
    """The publisher, unless it is the author."""
    names = {author.full for author in reference.authors}
    return "" if reference.publisher in names else reference.publisher


def placed(reference: Reference) -> str:
    """Place and publisher: "กรุงเทพฯ: สำนักพิมพ์"."""
    return ": ".join(part for part in (reference.publisher_place, reference.publisher) if part)


def where(reference: Reference) -> str:
    """Event and place."""
    return ", ".join(part for part in (reference.event, reference.event_place) if part)
