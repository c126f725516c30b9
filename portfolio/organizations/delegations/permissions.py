"""Who may delegate, accept, work under a delegation, and end one."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.core.hooks import Hooks
from portfolio.core.permissions import ALLOWED, HIDDEN, Access, refused
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role


class DelegationPermission(StrEnum):
    """What can be done with delegations."""

    LIST = "delegation:list"
    GIVE = "delegation:give"
    ACCEPT = "delegation:accept"
    WORK = "delegation:work"
    STOP_WORK = "delegation:stop_work"
    END = "delegation:end"
    READ_DEEDS = "delegation:read_deeds"


class DelegationAction(StrEnum):
    """What the audit chain says of delegations."""

    ASK = "delegation:ask"
    ACCEPT = "delegation:accept"
    DECLINE = "delegation:decline"
    END = "delegation:end"


def _anybody(_user: Any, _subject: Any) -> Access:
    return ALLOWED


def _academic(user: Any, _subject: Any) -> Access:
    if has_role(user, Role.ACADEMIC):
        return ALLOWED
    return refused(_l("Only an academic has works that an assistant could edit."))


def _asked(user: Any, delegation: Any) -> Access:
    if delegation is None or delegation.address != user.email or delegation.owner_id == user.id:
        return HIDDEN
    if has_role(user, Role.OFFICER):
        return refused(_l("Officers of the association handle submissions and may not edit for an academic."))
    return ALLOWED


def _delegate(user: Any, delegation: Any) -> Access:
    if delegation is None or delegation.delegate_id != user.id:
        return HIDDEN
    if not delegation.is_live:
        return refused(_l("This delegation has ended."))
    if has_role(user, Role.OFFICER):
        return refused(_l("Officers of the association handle submissions and may not edit for an academic."))
    return ALLOWED


def _party(user: Any, delegation: Any) -> Access:
    mine = delegation is not None and user.id in (delegation.owner_id, delegation.delegate_id)
    return ALLOWED if mine or _asked(user, delegation).allowed else HIDDEN


def _owner(user: Any, delegation: Any) -> Access:
    return ALLOWED if delegation is not None and delegation.owner_id == user.id else HIDDEN


def register(hooks: Hooks) -> None:
    """State the rules."""
    hooks.permit(DelegationPermission.LIST, _anybody)
    hooks.permit(DelegationPermission.GIVE, _academic)
    hooks.permit(DelegationPermission.ACCEPT, _asked)
    hooks.permit(DelegationPermission.WORK, _delegate)
    hooks.permit(DelegationPermission.STOP_WORK, _anybody)
    hooks.permit(DelegationPermission.END, _party)
    hooks.permit(DelegationPermission.READ_DEEDS, _owner)
    hooks.audits(DelegationAction)
