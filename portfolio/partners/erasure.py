"""Erasure takes contacts of partners, and partners who never answered for a work that was frozen."""

from __future__ import annotations

from sqlalchemy import select

from portfolio.accounts.models import User
from portfolio.core.db import session
from portfolio.core.hooks import Hooks
from portfolio.core.personal import forget, forget_files, held, table, values_of
from portfolio.partners.operations import erase_partners_of


def erase(user: User) -> None:
    """Take them. An answer given for a work that goes goes with it; one for a frozen work is the partner's own."""
    works, in_works, answers = table("works"), table("partners_in_works"), table("testimonies")
    mine = values_of(works.c.id, works.c.owner_id == user.id)
    # Held against a partner who answers just now: the answer is there before we look, or the link is dead after us.
    held_rows = select(in_works.c.id).where(in_works.c.work_id.in_(mine)).order_by(in_works.c.id).with_for_update()
    session.execute(held_rows).all()
    going = values_of(in_works.c.id, in_works.c.work_id.in_(mine - held(works, mine)))
    lost = values_of(answers.c.id, answers.c.in_work_id.in_(going))
    pictures = values_of(answers.c.photo_id, answers.c.id.in_(lost))
    forget(answers, lost)
    forget(in_works, going)
    forget_files(pictures)
    erase_partners_of(owner=user)


def register(hooks: Hooks) -> None:
    """Come before works."""
    hooks.erase.append((60, "partners", erase))
