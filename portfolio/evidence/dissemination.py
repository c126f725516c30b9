"""The exhibits that bear out how a work was made known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select

from portfolio.core.db import session
from portfolio.evidence.models import EvidenceItem, EvidenceUse, EvidenceUseDissemination
from portfolio.works.models import Work


def proofs_of_works(work_ids: Iterable[int]) -> dict[int, list[int]]:
    """The ids of the items that bear entries of these works out, by the entry; items set aside are left out."""
    statement = (
        select(EvidenceUseDissemination.dissemination_id, EvidenceUse.evidence_id)
        .join(EvidenceUse, EvidenceUse.id == EvidenceUseDissemination.use_id)
        .join(EvidenceItem, EvidenceItem.id == EvidenceUse.evidence_id)
        .where(EvidenceUse.work_id.in_(list(work_ids)), EvidenceItem.archived_at.is_(None))
        .order_by(EvidenceUse.work_id, EvidenceUse.position, EvidenceUse.id)
    )
    found: dict[int, list[int]] = {}
    for entry_id, item_id in session.execute(statement):
        found.setdefault(entry_id, []).append(item_id)
    return found


def prove(work: Work, dissemination_id: int, item_ids: Sequence[int]) -> None:
    """Say which exhibits of a work bear an entry of it out; those set aside stay said. The caller holds the work.

    Raises ValueError for an item that is no exhibit of the work.
    """
    statement = select(EvidenceItem.id, EvidenceUse.id).join(EvidenceUse, EvidenceUse.evidence_id == EvidenceItem.id)
    shown = statement.where(EvidenceUse.work_id == work.id, EvidenceItem.archived_at.is_(None))
    uses = {item_id: use_id for item_id, use_id in session.execute(shown)}
    if not set(item_ids) <= set(uses):
        raise ValueError("the work has no such exhibit")
    session.execute(
        delete(EvidenceUseDissemination).where(
            EvidenceUseDissemination.dissemination_id == dissemination_id,
            EvidenceUseDissemination.use_id.in_(list(uses.values())),
        )
    )
    for item_id in dict.fromkeys(item_ids):
        session.add(EvidenceUseDissemination(use_id=uses[item_id], dissemination_id=dissemination_id))
    session.flush()
