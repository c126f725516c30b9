"""Thai comes from every room's th.po, merged in memory."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_babel import force_locale, gettext, ngettext

from portfolio.core.i18n.catalogs import init_catalogs, merge_catalogs, read_messages, register_catalogs

HEADER = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
)


def write(path: Path, *entries: tuple[str, str], more: str = "") -> Path:
    """A catalogue with these entries."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER + "".join(f'msgid "{a}"\nmsgstr "{b}"\n\n' for a, b in entries) + more, encoding="utf-8")
    return path


def test_rooms_of_several_packages_are_merged(tmp_path: Path) -> None:
    write(tmp_path / "one" / "works" / "th.po", ("Work", "ผลงาน"), ("Both", "ทั้งสอง"))
    write(tmp_path / "one" / "calls" / "th.po", ("Call", "รอบ"), ("Both", "ทั้งสอง"))
    plural = '#, python-format\nmsgid "%(num)d score"\nmsgid_plural "%(num)d scores"\nmsgstr[0] "%(num)d คะแนน"\n'
    write(tmp_path / "two" / "scoring" / "th.po", more=plural)
    app = Flask("merge")
    init_catalogs(app)
    register_catalogs(app, tmp_path / "one")
    register_catalogs(app, tmp_path / "two")
    with app.app_context():
        assert [gettext(word) for word in ("Work", "Call", "Both", "Unknown")] == ["ผลงาน", "รอบ", "ทั้งสอง", "Unknown"]
        assert [ngettext("%(num)d score", "%(num)d scores", n) for n in (1, 5)] == ["1 คะแนน", "5 คะแนน"]
        with force_locale("en"):
            assert [ngettext("%(num)d score", "%(num)d scores", n) for n in (1, 5)] == ["1 score", "5 scores"]
            assert gettext("Work") == "Work"


def test_two_applications_do_not_share_catalogues(tmp_path: Path) -> None:
    write(tmp_path / "th.po", ("Work", "ผลงาน"))
    with_words, without = Flask("a"), Flask("b")
    for app in (with_words, without):
        init_catalogs(app)
    register_catalogs(with_words, tmp_path)
    with with_words.app_context():
        assert gettext("Work") == "ผลงาน"
    with without.app_context():
        assert gettext("Work") == "Work"


def test_disagreement_is_told_and_the_first_file_wins(tmp_path: Path) -> None:
    first = write(tmp_path / "a" / "th.po", ("State", "สถานะ"))
    second = write(tmp_path / "b" / "th.po", ("State", "รัฐ"))
    merged, disagreements = merge_catalogs([first, second])
    assert merged["State"].string == "สถานะ"
    assert [(found.words, found.first, found.second) for found in disagreements] == [("State", "สถานะ", "รัฐ")]
    assert (disagreements[0].kept_from, disagreements[0].dropped_from) == (first, second)


def test_untranslated_and_fuzzy_entries_do_not_count(tmp_path: Path) -> None:
    path = write(tmp_path / "th.po", ("Empty", ""), more='#, fuzzy\nmsgid "Guess"\nmsgstr "เดา"\n')
    assert list(read_messages(path)) == []
