"""What erasure leaves of an account: a row that others may go on naming, without a name, an address or a way in."""

from __future__ import annotations

from portfolio.accounts.models import SignInSession, Token, User
from portfolio.accounts.permissions import AccountAction
from portfolio.core.audit.operations import record
from portfolio.core.clock import now
from portfolio.core.db import session
from portfolio.core.hooks import Hooks
from portfolio.core.mail.addresses import ERASED_DOMAIN
from portfolio.core.personal import forget_where, table

ERASED = "erased"


def erase(user: User) -> None:
    """Take names, address, password, sessions and links; shut the account for good."""
    forget_where(table("sign_in_sessions"), SignInSession.__table__.c.user_id == user.id)
    forget_where(table("tokens"), Token.__table__.c.user_id == user.id)
    if user.is_erased:
        return
    user.email = f"erased-{user.id}@{ERASED_DOMAIN}"
    user.password_hash = user.email_confirmed_at = None
    user.given_name_th = user.family_name_th = user.academic_title_th = ""
    user.given_name_en = user.family_name_en = user.academic_title_en = ""
    user.disabled_at, user.disabled_reason = now(), ERASED
    session.flush()
    record(action=AccountAction.ERASE, actor_id=user.id, subject_type="user", subject_id=user.id)


def register(hooks: Hooks) -> None:
    """Come last."""
    hooks.erase.append((100, "accounts", erase))
