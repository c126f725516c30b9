"""Shutting and opening accounts. What the person wrote stays theirs and is opened by nobody for it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.accounts import operations as accounts
from portfolio.accounts.models import User
from portfolio.admin.permissions import AdminPermission
from portfolio.core.permissions import demand
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role, other_administrators


class AdminRefused(Exception):
    """What was asked for cannot be; carries the sentence that says why."""

    def __init__(self, reason: Any) -> None:
        super().__init__(str(reason))
        self.reason = reason


def disable(*, actor: Any, user: User, reason: str) -> None:
    """Shut an account with a reason, which the person is told. Raises AdminRefused."""
    demand(AdminPermission.DISABLE_PERSON, actor, user)
    if user.id == actor.id:
        raise AdminRefused(_l("Nobody disables the own account."))
    if has_role(user, Role.ADMINISTRATOR) and not other_administrators(user):
        raise AdminRefused(_l("Nobody else could administer this service. Appoint somebody first."))
    accounts.disable(actor=actor, user=user, reason=reason)


def enable(*, actor: Any, user: User) -> None:
    """Open a shut account again."""
    demand(AdminPermission.DISABLE_PERSON, actor, user)
    accounts.enable(actor=actor, user=user)
