"""The numbers of exhibits in the texts of works: whoever changes the order of exhibits lets the texts follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import select

from portfolio.accounts.models import User
from portfolio.core.db import session
from portfolio.evidence.citations import exhibits_of_works
from portfolio.evidence.models import EvidenceUse
from portfolio.works.models import Work
from portfolio.works.references_in_text import moves
from portfolio.works.sections.renumbering import renumber


@contextmanager
def texts_following(*, actor: User, work_ids: Iterable[int]) -> Iterator[None]:
    """Change the exhibits of these works inside: what their texts cite stays what they cite.

    The works are held from here on, in the order of their ids, so that nobody writes a text by the old numbers
    meanwhile. A citation of an exhibit that leaves names number 0 afterwards, which no exhibit has.
    """
    works = sorted(set(work_ids))
    if works:
        session.execute(select(Work.id).where(Work.id.in_(works)).order_by(Work.id).with_for_update(key_share=True))
    before = _orders(works)
    yield
    session.flush()
    after = _orders(works)
    renumber(
        actor=actor, numbers={work_id: moves(before.get(work_id, []), after.get(work_id, [])) for work_id in works}
    )


def works_of(evidence_id: int) -> list[int]:
    """The works of which an item is an exhibit, read anew."""
    return list(session.scalars(select(EvidenceUse.work_id).where(EvidenceUse.evidence_id == evidence_id)))


def _orders(works: list[int]) -> Mapping[int, list[int]]:
    return {work_id: [one.item_id for one in exhibits] for work_id, exhibits in exhibits_of_works(works).items()}
