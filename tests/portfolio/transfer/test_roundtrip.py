"""What is written in a format is read back as it was: every field that the format can carry, and the extras."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio.transfer.formats.reading import FileFormat, packed, unpacked
from portfolio.transfer.formats.recognising import WRITERS, read
from portfolio.works.bibliography.reference import AuthorName, PublicationForm, Reference

LETTERS = "abcxyzABCéüßøñกขคงนมรสาิีุูเแโใไ่้๊ำ日本"
SIGNS = " {}\\&%$#_~^-'\"`.,:/()?!+=@<>|;*[]–—"


def _line(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))


words = st.text(LETTERS + "0123456789", min_size=1, max_size=12).map(_line)
lines = st.text(LETTERS + SIGNS, min_size=1, max_size=40).map(_line).filter(lambda text: any(c.isalpha() for c in text))
plain = st.lists(words, min_size=1, max_size=4).map(" ".join).map(_line)
latin = (
    st.text("ABCDEFGHabcdefghéüß", min_size=2, max_size=10)
    .map(_line)
    .filter(lambda name: name.lower() not in ("and", "others", "jr", "sr", "ii", "iii", "iv"))
)
thai = st.text("กขคงจชดตนบปมรลวสอ", min_size=2, max_size=8)
names = st.one_of(
    st.builds(AuthorName, family=latin, given=latin),
    st.builds(AuthorName, family=thai, given=thai),
    st.builds(lambda family, given: AuthorName(family=f"van {family}", given=f"{given}, Jr."), latin, latin),
    st.builds(AuthorName, literal=st.lists(words, min_size=2, max_size=4).map(" ".join).map(_line)),
)
dates = st.one_of(
    st.just((None, None, None)),
    st.tuples(st.integers(1900, 2100), st.none(), st.none()),
    st.tuples(st.integers(1900, 2100), st.integers(1, 12), st.none()),
    st.tuples(st.integers(1900, 2100), st.integers(1, 12), st.integers(1, 28)),
)
extras = st.dictionaries(
    st.from_regex(r"my[a-z]{1,8}(-[a-z]{1,5})?", fullmatch=True), lines.map(lambda text: "x" + text), max_size=3
)


@st.composite
def references(draw: st.DrawFn) -> Reference:
    year, month, day = draw(dates)
    maybe = st.one_of(st.just(""), plain)
    return Reference(
        form=draw(st.sampled_from(PublicationForm)),
        title="x" + draw(lines),
        title_other=draw(maybe),
        authors=tuple(draw(st.lists(names, max_size=4))),
        editors=tuple(draw(st.lists(names, max_size=2))),
        year=year,
        month=month,
        day=day,
        container_title=draw(st.one_of(st.just(""), lines.map(lambda text: "x" + text))),
        volume=draw(st.sampled_from(["", "3", "12A"])),
        issue=draw(st.sampled_from(["", "4", "2-3"])),
        pages=draw(st.sampled_from(["", "12-34", "e1024", "7"])),
        edition=draw(st.sampled_from(["", "2", "3rd"])),
        publisher=draw(maybe),
        publisher_place=draw(maybe),
        event=draw(maybe),
        event_place=draw(maybe),
        number=draw(st.sampled_from(["", "TH-1234"])),
        genre=draw(st.sampled_from(["", "Working paper"])),
        doi=draw(st.sampled_from(["", "10.1234/abc.5", "10.5555/(sici)1096-8644(199601)99:1<1::aid-ajpa1>3.0.co;2-1"])),
        isbn=draw(st.sampled_from(["", "9780306406157"])),
        issn=draw(st.sampled_from(["", "1234-5679"])),
        url=draw(st.sampled_from(["", "https://example.org/~a_b?c=1&d=50%25#x"])),
        language=draw(st.sampled_from(["", "th", "en-GB"])),
        abstract=draw(st.one_of(st.just(""), lines.map(lambda text: "x" + text))),
        keywords=tuple(dict.fromkeys(draw(st.lists(words, max_size=3)))),
        note=draw(maybe),
        key=draw(st.sampled_from(["", "somchai2017"])),
        extra=draw(extras),
    )


def _as_comparable(reference: Reference, written: Reference) -> Reference:
    """A key is made where there was none."""
    return replace(reference, key="") if not written.key else reference


@pytest.mark.parametrize("kind", list(WRITERS))
@settings(max_examples=40, deadline=None)
@given(written=references())
def test_reference_comes_back_as_it_was_written(kind: FileFormat, written: Reference) -> None:
    found = read(WRITERS[kind]([written]).encode())
    assert found.format is kind
    assert found.refused == []
    (entry,) = found.understood
    assert _as_comparable(entry.reference, written) == written


@pytest.mark.parametrize("kind", list(WRITERS))
@settings(max_examples=8, deadline=None)
@given(written=st.lists(references(), min_size=2, max_size=6))
def test_writing_what_was_read_gives_the_same_file(kind: FileFormat, written: list[Reference]) -> None:
    once = WRITERS[kind](written)
    again = WRITERS[kind]([entry.reference for entry in read(once.encode()).understood])
    assert again == once


@given(reference=references())
@settings(max_examples=20, deadline=None)
def test_rows_keep_references_whole(reference: Reference) -> None:
    assert unpacked(packed(reference)) == reference
