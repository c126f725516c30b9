"""When a partner takes back the consent to be shown: what was frozen of the partner is erased, in every snapshot.

So every picture that a snapshot still names has its row among the stored files, and no sweep of the storage takes it.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from portfolio.core.audit.operations import record
from portfolio.core.clock import now
from portfolio.core.db import escape_like, session
from portfolio.core.hooks import Hooks, Violation
from portfolio.partners.frozen import PHOTO, name_prefix
from portfolio.partners.models import Testimony
from portfolio.submissions.models import SealedValue
from portfolio.submissions.permissions import SubmissionAction


def sealed_of_partner(in_work_id: int) -> list[SealedValue]:
    """Every sealed value, erased or not, of one partner in one work."""
    like = f"{escape_like(name_prefix(in_work_id))}%"
    statement = select(SealedValue).where(SealedValue.name.like(like, escape="\\")).order_by(SealedValue.id)
    return list(session.scalars(statement))


def erase_partner(in_work_id: int) -> None:
    """Erase what the partner gave, with its salt; the digests, and so those of the snapshots, stay valid."""
    _erase(sealed_of_partner(in_work_id))


def erase_picture(in_work_id: int) -> None:
    """Erase the partner's picture alone, likewise."""
    name = f"{name_prefix(in_work_id)}{PHOTO}"
    _erase(value for value in sealed_of_partner(in_work_id) if value.name == name)


def check_all() -> Iterable[Violation]:
    """The invariant behind `run.py check`: nothing is kept of what a partner has withdrawn."""
    withdrawn = select(Testimony.in_work_id).where(Testimony.withdrawn_at.is_not(None)).order_by(Testimony.id)
    for in_work_id in session.scalars(withdrawn).all():
        for value in sealed_of_partner(in_work_id):
            if value.erased_at is None:
                yield Violation("consents", f"sealed value {value.id}", f"is kept though {value.name} was withdrawn")


def _erase(values: Iterable[SealedValue]) -> None:
    for value in values:
        if value.erased_at is None:
            value.salt, value.value, value.erased_at = None, None, now()
            session.flush()
            record(
                action=SubmissionAction.ERASE,
                actor_id=None,
                subject_type="sealed_value",
                subject_id=value.id,
                digests={"value": value.digest},
            )


def register(hooks: Hooks) -> None:
    """Listen, before those who print it."""
    hooks.consent_withdrawn.append(erase_partner)
    hooks.picture_taken_back.append(erase_picture)
    hooks.invariants["consents"] = check_all
