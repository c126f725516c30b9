"""What stands at the head of a dossier and of each of its pages, for names and titles that are out of the common."""

from __future__ import annotations

from tests.portfolio.dossier.test_sections import _context as _context
from tests.portfolio.dossier.test_sections import built, catalogues, content

__all__ = ["catalogues"]


def test_running_head_is_one_line_of_a_long_title() -> None:
    plain = content()
    plain["portfolio"]["title_th"] = "ระบบเฝ้าระวังคุณภาพน้ำของชุมชน " * 9
    document = built(plain)
    assert len(document.meta.title) > 250
    assert len(document.meta.running_head) <= 54
    assert document.meta.running_head.endswith("…")


def test_a_name_that_is_the_same_in_both_languages_is_said_once() -> None:
    name = "Bartholomew Featherstonehaugh"
    plain = content()
    plain["applicant"] |= {"name_th": name, "name_en": name}
    for language in ("th", "en"):
        rows = [row.value for row in built(plain, language).sections[0].blocks[0].rows]  # type: ignore[union-attr]
        assert rows.count(name) == 1
