"""Asking somebody to edit on one's behalf, answering, ending; and noting what was done so."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.accounts.models import User
from portfolio.core.audit.models import AuditEntry
from portfolio.core.audit.operations import record
from portfolio.core.clock import now
from portfolio.core.db import lock, session
from portfolio.core.hooks import Hooks
from portfolio.core.mail.operations import enqueue_mail
from portfolio.core.permissions import demand
from portfolio.organizations.delegations import queries
from portfolio.organizations.delegations.models import DelegatedDeed, Delegation
from portfolio.organizations.delegations.permissions import DelegationAction, DelegationPermission

MOST_AT_ONCE = 10


class DelegationRefused(Exception):
    """What was asked for cannot be; carries the sentence that says why."""

    def __init__(self, reason: Any) -> None:
        super().__init__(str(reason))
        self.reason = reason


def ask(*, actor: User, address: str) -> Delegation:
    """Ask the person behind an address to edit for the actor. Asking again changes nothing.

    The letter goes out whether or not anybody has an account there: the page must not tell. Raises DelegationRefused.
    """
    demand(DelegationPermission.GIVE, actor)
    address = address.strip().lower()
    if address == actor.email:
        raise DelegationRefused(_l("This is your own address."))
    known = queries.standing(actor, address)
    if known is not None:
        return known
    if queries.count_given(actor) >= MOST_AT_ONCE:
        raise DelegationRefused(_l("Ten people are asked or allowed already. End one of them first."))
    delegation = Delegation(owner_id=actor.id, address=address)
    session.add(delegation)
    session.flush()
    _record(DelegationAction.ASK, actor, delegation)
    language = actor.language.value
    context = {"owner": actor.name_in(language)}
    enqueue_mail(
        to=address,
        language=language,
        template="organizations_delegation",
        context=context,
        key=f"delegation:{delegation.id}:asked",
    )
    return delegation


def accept(*, actor: User, delegation: Delegation) -> None:
    """Say yes. Saying it twice changes nothing."""
    lock(delegation)
    if delegation.delegate_id == actor.id and delegation.is_live:
        return
    demand(DelegationPermission.ACCEPT, actor, delegation)
    if delegation.ended_at is not None:
        raise DelegationRefused(_l("This delegation has ended."))
    delegation.delegate_id, delegation.accepted_at = actor.id, now()
    session.flush()
    _record(DelegationAction.ACCEPT, actor, delegation)


def end(*, actor: User, delegation: Delegation) -> None:
    """End it: the owner at any time, the other side by declining or leaving. Ended twice is ended once."""
    lock(delegation)
    demand(DelegationPermission.END, actor, delegation)
    if delegation.ended_at is not None:
        return
    declined = delegation.accepted_at is None and actor.id != delegation.owner_id
    delegation.ended_at, delegation.ended_by_id = now(), actor.id
    session.flush()
    _record(DelegationAction.DECLINE if declined else DelegationAction.END, actor, delegation)


def note(entry: AuditEntry) -> None:
    """Beside an entry of the chain that the person at work made for somebody else, say under which delegation."""
    if entry.actor_id is None:
        return
    actor = session.get(User, entry.actor_id)
    under = None if actor is None else queries.chosen(actor)
    if under is not None and entry.subject_type != "delegation":
        session.add(DelegatedDeed(audit_entry_id=entry.id, delegation_id=under.id))
        session.flush()


def _record(action: DelegationAction, actor: User, delegation: Delegation) -> None:
    record(action=action, actor_id=actor.id, subject_type="delegation", subject_id=delegation.id)


def register(hooks: Hooks) -> None:
    """Listen to what is recorded."""
    hooks.recorded.append(note)
