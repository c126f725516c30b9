"""What erasure takes of a person's place and roles. That roles were held stays, since deeds were done by them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import or_

from portfolio.accounts.models import User
from portfolio.core.clock import now
from portfolio.core.db import session
from portfolio.core.hooks import Hooks
from portfolio.core.mail.addresses import ERASED_DOMAIN
from portfolio.core.personal import forget_where, table
from portfolio.organizations import queries
from portfolio.organizations.models import Role
from portfolio.organizations.queries import live_grants, other_administrators


def erase(user: User) -> None:
    """Take the place of work and every role; end delegations, and take the addresses out of them."""
    forget_where(table("memberships"), table("memberships").c.user_id == user.id)
    for grant in live_grants(user):
        grant.revoked_at, grant.revoked_by_id = now(), user.id
    session.flush()
    queries.forget_grants()
    delegations = table("delegations")
    mine = or_(
        delegations.c.owner_id == user.id,
        delegations.c.delegate_id == user.id,
        delegations.c.address == user.email,
    )
    forget_where(delegations, mine & delegations.c.accepted_at.is_(None))
    session.execute(
        delegations.update()
        .where(mine, delegations.c.ended_at.is_(None))
        .values(ended_at=now(), ended_by_id=user.id)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        delegations.update()
        .where(mine)
        .values(address=f"erased@{ERASED_DOMAIN}")
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def refuse(user: Any) -> Iterable[Any]:
    """The last administrator stays."""
    if any(grant.role is Role.ADMINISTRATOR for grant in live_grants(user)) and not other_administrators(user):
        yield _("Nobody else could administer this service. Appoint another administrator first.")


def register(hooks: Hooks) -> None:
    """Come after all rooms that ask for roles."""
    hooks.erase.append((90, "organizations", erase))
    hooks.erasure_refusals.append(refuse)
