"""Passwords: which are taken, how they are kept, how they are checked without telling who exists."""

from __future__ import annotations

import functools
import itertools
import unicodedata
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import lazy_gettext as _l

SHORTEST = 12
LONGEST = 200

# Argon2id with 19 MiB and two passes: some 20 ms, and eight people signing in at once need no more than 160 MiB.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

# Of the passwords seen most often in leaks, and their like in Thai keyboards, those long enough to be tried here.
COMMON = frozenset(
    {
        "123456789012",
        "1234567890123",
        "12345678901234",
        "123456789123456789",
        "abcdefghijkl",
        "adminadmin123",
        "administrator",
        "administrator1",
        "changemenow1",
        "changeme1234",
        "iloveyou1234",
        "iloveyouforever",
        "letmein12345",
        "passw0rd1234",
        "password1234",
        "password12345",
        "password123456",
        "passwordpassword",
        "qwertyqwerty",
        "qwerty123456",
        "qwerty1234567",
        "qwertyuiop12",
        "qwertyuiop123",
        "qwertyuiop[]",
        "qwertyuiopasdfghjkl",
        "thailand1234",
        "thailand12345",
        "university123",
        "welcome12345",
        "1q2w3e4r5t6y",
        "1qaz2wsx3edc",
        "zaq12wsxcde3",
        "ๆไำพะัีรนยบล",
    }
)


def prepared(password: str) -> str:
    """The password in one Unicode spelling, so that another keyboard types the same one."""
    return unicodedata.normalize("NFKC", password)


def problem_with(password: str, email: str = "") -> Any:
    """The sentence that says why a new password is not taken, or None.

    By length and by what is guessed first, as NIST SP 800-63B advises; no rules about kinds of characters.
    """
    text = prepared(password)
    if "\x00" in text:
        return _l("The password holds a character that cannot be typed again.")
    if len(text) < SHORTEST:
        return _l("At least %(count)s characters. A short sentence is easy to remember.", count=SHORTEST)
    if len(text) > LONGEST:
        return _l("At most %(count)s characters.", count=LONGEST)
    lowered = text.lower()
    if lowered in COMMON or _is_monotonous(lowered):
        return _l("This password is among the first that are guessed. Please choose another.")
    name = email.partition("@")[0].lower()
    if email and (lowered == email.lower() or (len(name) >= 4 and lowered.strip("0123456789!-_. ") == name)):
        return _l("Please choose a password that is not your address.")
    return None


def _is_monotonous(text: str) -> bool:
    """One to three characters over and over, or a run such as abcdef… and 987654…"""
    if any(text == (text[:size] * len(text))[: len(text)] for size in (1, 2, 3)):
        return True
    steps = {ord(after) - ord(before) for before, after in itertools.pairwise(text)}
    return steps in ({1}, {-1})


def hash_password(password: str) -> str:
    """The Argon2id hash of a password, with its parameters and salt."""
    return _hasher.hash(prepared(password))


def is_right(password: str, kept: str | None) -> bool:
    """Whether the password belongs to the kept hash. Without one the same work is done, and the answer is no."""
    text = prepared(password[: 4 * LONGEST])[: LONGEST + 1]  # longer than any that was taken, and no more work
    try:
        return _hasher.verify(kept or _nobody(), text) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(kept: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(kept)


@functools.cache
def _nobody() -> str:
    """A hash that nobody's password has."""
    return _hasher.hash("the password of nobody")


def warm_up() -> None:
    """Make the hash of nobody at the start, so that the first unknown address takes no longer than the second."""
    _nobody()
