"""Counting words in Thai and English, by dictionary, since Thai writes none apart."""

from __future__ import annotations

from collections.abc import Iterator

from icu4py.breakers import WordBreaker

from portfolio.works.prose import plain


def count_words(text: str) -> int:
    """Words that hold at least one letter or digit; the same rule the browser counts by. Addresses do not count."""
    return sum(1 for word in parted(plain(text)) if any(character.isalnum() for character in word))


def parted(text: str) -> Iterator[str]:
    """The text cut at ICU's word breaks: words, blanks and marks in order; joined they are the text again."""
    return iter(WordBreaker(text, "th")) if text.strip() else iter([text] if text else [])
