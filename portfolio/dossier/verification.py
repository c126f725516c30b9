"""What the public page says of a code."""

from __future__ import annotations

from enum import StrEnum

from portfolio.dossier.models import Edition


class Verdict(StrEnum):
    """The answer to whoever holds a dossier."""

    GENUINE = "genuine"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


def verdict_on(edition: Edition | None) -> Verdict:
    """Revoked weighs more than replaced; what is not in the register is unknown, never "false"."""
    if edition is None:
        return Verdict.UNKNOWN
    if edition.revocation is not None:
        return Verdict.REVOKED
    if edition.superseded_at is not None:
        return Verdict.SUPERSEDED
    return Verdict.GENUINE
