"""Which passwords are taken, and how they are checked."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from portfolio.accounts import passwords


@pytest.mark.parametrize(
    "password",
    ["a long sentence", "ประโยคยาวพอสมควร", "correct horse battery", "12 ช้าง 34 ม้า 56", "🐘🐘🦜🦜🐅🐅🦎🦎🐢🐢🐟🐸"],
)
def test_long_passwords_of_any_script_are_taken(password: str) -> None:
    assert passwords.problem_with(password, "somsri@people.example") is None


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "12"),
        ("elevenchars", "12"),
        ("x" * 201, "200"),
        ("password1234", "guessed"),
        ("PassWord1234", "guessed"),
        ("aaaaaaaaaaaa", "guessed"),
        ("abababababab", "guessed"),
        ("abcabcabcabcabc", "guessed"),
        ("cdefghijklmnop", "guessed"),
        ("onmlkjihgfedc", "guessed"),
        ("somsri@people.example", "address"),
        ("somsri12345678", "address"),
        ("a long\x00sentence", "typed again"),
    ],
)
def test_bad_passwords_are_refused_with_the_reason(password: str, words: str) -> None:
    assert words in str(passwords.problem_with(password, "somsri@people.example"))


def test_the_same_password_from_another_keyboard_is_right() -> None:
    kept = passwords.hash_password("ＦＵＬＬ width cafe\u0301")
    assert passwords.is_right("FULL width caf\u00e9", kept)


def test_hash_is_argon2id_and_salted() -> None:
    first, second = passwords.hash_password("a long sentence"), passwords.hash_password("a long sentence")
    assert first.startswith("$argon2id$")
    assert first != second


def test_wrong_password_unknown_person_and_broken_hash_are_no() -> None:
    kept = passwords.hash_password("a long sentence")
    assert not passwords.is_right("a long sentencf", kept)
    assert not passwords.is_right("a long sentence", None)
    assert not passwords.is_right("a long sentence", "not a hash")
    assert not passwords.is_right("the password of nobody", None)


def test_a_longer_password_that_begins_the_same_is_wrong() -> None:
    longest = "x1" * (passwords.LONGEST // 2)
    kept = passwords.hash_password(longest)
    assert passwords.is_right(longest, kept)
    assert not passwords.is_right(longest + "y", kept)
    assert not passwords.is_right(longest + "y" * 100_000, kept)


def test_only_hashes_of_other_parameters_are_made_anew() -> None:
    assert not passwords.needs_rehash(passwords.hash_password("a long sentence"))
    assert passwords.needs_rehash(PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("a long sentence"))
