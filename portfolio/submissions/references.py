"""Numbers that people read aloud and that count nothing: random letters and figures that cannot be mistaken."""

from __future__ import annotations

import secrets

# No 0 and O, 1, I and L, U and V; and no vowels, so that nothing is spelt by chance.
ALPHABET = "23456789BCDFGHJKMNPQRSTWXYZ"


def new_reference() -> str:
    """A reference such as EnT-7K3M-Q2, drawn from some 387 million."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(6))
    return f"EnT-{letters[:4]}-{letters[4:]}"


def tidy_reference(typed: str) -> str:
    """What somebody typed or copied, as a reference is written; other words come back as they are."""
    bare = "".join(typed.split()).replace("-", "").upper()
    if bare.startswith("ENT") and len(bare) == 9:
        return f"EnT-{bare[3:7]}-{bare[7:]}"
    return typed.strip()
