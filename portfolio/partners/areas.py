"""Districts and sub-districts of Thailand, for suggestions and advice; nobody's spelling is ever refused.

The names are those of the Department of Provincial Administration, as published in GeoThai/data (CC BY 4.0).
"""

from __future__ import annotations

from enum import StrEnum

import geothai


class AreaDoubt(StrEnum):
    """What is odd about an area as it was written."""

    DISTRICT = "district"
    SUBDISTRICT = "subdistrict"


def districts_of(province_code: str | None) -> list[str]:
    """The Thai names of a province's districts (ISO 3166-2 code), in the order of a dictionary."""
    return sorted(district.name_th for district in geothai.districts((province_code or "").removeprefix("TH-")))


def doubt_about(province_code: str | None, district: str, subdistrict: str) -> AreaDoubt | None:
    """What of an area is not known under this name today; None where nothing is odd or nothing can be said."""
    province = geothai.province((province_code or "").removeprefix("TH-"))
    if province is None:
        return None
    names = {bare(name) for row in geothai.districts(province.code) for name in (row.name_th, row.name_en)}
    if district and bare(district) not in names and bare(district) != "เมือง":
        return AreaDoubt.DISTRICT
    if subdistrict and not geothai.match(subdistrict, district=district or None, province=province.name_th):
        return AreaDoubt.SUBDISTRICT
    return None


def bare(name: str) -> str:
    """A name without the word for its level and without blanks, in lower case."""
    text = "".join(name.split()).casefold()
    for word in ("อำเภอ", "เขต", "ตำบล", "แขวง", "อ.", "ต."):
        text = text.removeprefix(word)
    return text
