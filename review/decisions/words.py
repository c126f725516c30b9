"""Numbers and codes of letters and certificates: random, so that they count nothing out loud."""

from __future__ import annotations

import secrets

from portfolio.core.clock import today
from portfolio.submissions.references import ALPHABET

CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: five bits a letter."""

CODE_LETTERS = 16
BUDDHIST_ERA = 543


def new_code() -> str:
    """80 random bits for the public verification of a certificate."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LETTERS))


def new_number(series: str) -> str:
    """A number such as EnT-C-2569-7K3MQ2; the year is of the Buddhist era, as on every printed paper."""
    return f"EnT-{series}-{today().year + BUDDHIST_ERA}-" + "".join(secrets.choice(ALPHABET) for _ in range(6))
