"""What may stand in the header of a letter."""

from __future__ import annotations

import re

LONGEST_ADDRESS = 254
LONGEST_SUBJECT = 300
ERASED_DOMAIN = "erased.invalid"
"""Where the placeholder addresses of erased accounts lie; nothing is sent there."""
# One mailbox, no display name, no blanks, quotes, brackets, commas or controls; Thai domains and local parts pass.
_ADDRESS = re.compile(r"[^\s\x00-\x20\x7f\"(),:;<>@\[\\\]]+@[^\s\x00-\x20\x7f\"(),:;<>@\[\\\]]+")


class BadAddressError(ValueError):
    """An address or a header line that is refused; the value itself is not repeated."""


def checked_address(address: str) -> str:
    """The address of exactly one mailbox. Raises BadAddressError."""
    if len(address) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(address):
        raise BadAddressError("not the address of one mailbox")
    return address


def checked_line(line: str) -> str:
    """One header line without controls, cut to its length. Raises BadAddressError when it is empty or breaks."""
    if not line or any(ord(character) < 32 or character in "\x7f\x85\u2028\u2029" for character in line):
        raise BadAddressError("a header line is empty or breaks")
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1] + "…"
