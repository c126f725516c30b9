"""Erasure takes what others' forms hold of a person as co-author: the address, and answers that were no signature."""

from __future__ import annotations

from sqlalchemy import select, update

from portfolio.accounts.models import User
from portfolio.core.db import session
from portfolio.core.hooks import Hooks
from portfolio.core.personal import forget_where, table
from portfolio.works.participation.models import Contact, Reply, SigningRequest
from portfolio.works.participation.queries import contacts_at


def erase(user: User) -> None:
    """Take them in works of others. That the person declined, or wanted a change, stays without a word of why."""
    mine = [contact.contribution_id for contact in contacts_at(user)]
    asked = select(SigningRequest.id).where(SigningRequest.contribution_id.in_(mine))
    session.execute(
        update(Reply).where(Reply.request_id.in_(asked)).values(text="").execution_options(synchronize_session=False)
    )
    contacts = table(Contact.__tablename__)
    forget_where(contacts, contacts.c.contribution_id.in_(mine))


def register(hooks: Hooks) -> None:
    """Come before works."""
    hooks.erase.append((69, "participation", erase))
