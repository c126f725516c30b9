"""Accounts: made, confirmed, signed in, changed, disabled."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from portfolio.accounts import passwords, queries, throttle
from portfolio.accounts.models import Language, SignInSession, Token, TokenPurpose, User
from portfolio.accounts.permissions import AccountAction
from portfolio.core.audit.operations import record
from portfolio.core.clock import now
from portfolio.core.db import check_version, session
from portfolio.core.hooks import current_hooks
from portfolio.core.mail.operations import enqueue_mail

SESSION_LENGTH = timedelta(hours=12)
CONFIRM_LENGTH = timedelta(days=3)
RESET_LENGTH = timedelta(hours=1)
DOUBLE_CLICK = timedelta(minutes=1)


@dataclass(frozen=True)
class Names:
    """What a person is called, in both languages."""

    given_name_th: str = ""
    family_name_th: str = ""
    given_name_en: str = ""
    family_name_en: str = ""
    academic_title_th: str = ""
    academic_title_en: str = ""


@dataclass(frozen=True)
class Verified:
    """A password that was right: whose, against which hash, and the new hash where parameters have changed."""

    user_id: int
    kept_hash: str
    new_hash: str | None


class LinkDead(Exception):
    """A letter's link was used, has expired, or was never made."""


def create_user(
    *, email: str, names: Names, language: Language, password_hash: str | None = None, confirmed: bool = False
) -> User:
    """An account as sign-up, sample data and the command line make it. The address must be free."""
    user = User(email=email.strip().lower(), language=language, password_hash=password_hash)
    _write_names(user, names)
    if confirmed:
        user.email_confirmed_at = now()
    session.add(user)
    session.flush()
    if confirmed:
        _say_opened(user)
    _record(AccountAction.CREATE, None, user)
    return user


def sign_up(*, email: str, names: Names, language: Language, network: str) -> None:
    """Write a letter to this address: a link where the account is new, else that there is one already.

    Whoever asks learns nothing; the password is chosen behind the link, so that only the mailbox's owner has it.
    """
    if not _may_write_to(email, network):
        return
    user = queries.by_email(email)
    if user is None:
        try:
            with session.begin_nested():
                user = create_user(email=email, names=names, language=language)
        except IntegrityError:  # the same form came twice at once, and the other was first (PostgreSQL only)
            user = queries.by_email(email)
        if user is None:
            return
    elif not user.is_active and user.disabled_at is None:
        _write_names(user, names)  # nobody has opened the letter yet, so nobody owns what stands there
    if user.is_active or user.disabled_at is not None:
        _write_once(user.email, user.language, "accounts_known", {"name": user.name_in(user.language)})
        return
    _write_link(user, TokenPurpose.CONFIRM_EMAIL, CONFIRM_LENGTH, "accounts_confirmation")


def confirm(*, secret: str, password_hash: str) -> User:
    """The mailbox's owner has opened the link and chosen a password. Raises LinkDead."""
    token = _take(TokenPurpose.CONFIRM_EMAIL, secret)
    user = token.user
    user.email_confirmed_at = now()
    user.password_hash = password_hash
    _end_links(user)
    session.flush()
    _say_opened(user)
    _record(AccountAction.CONFIRM, user, user)
    return user


def ask_for_reset(*, email: str, language: Language, network: str) -> None:
    """Write a letter to this address: a link, or that there is no account with it. Whoever asks learns nothing."""
    if not _may_write_to(email, network):
        return
    user = queries.by_email(email)
    if user is None or not user.is_active:
        _write_once(email, language, "accounts_unknown", {})
        return
    _write_link(user, TokenPurpose.RESET_PASSWORD, RESET_LENGTH, "accounts_reset")


def reset_password(*, secret: str, password_hash: str) -> User:
    """Set a new password by a letter's link. Every session ends. Raises LinkDead."""
    token = _take(TokenPurpose.RESET_PASSWORD, secret)
    user = token.user
    _set_password(user, password_hash)
    throttle.forgive(throttle.SIGN_IN_ACCOUNT, user.email)
    _record(AccountAction.RESET_PASSWORD, user, user)
    return user


def change_password(*, actor: User, password_hash: str) -> None:
    """Set a new password. Every session ends, also the one this was asked from."""
    _set_password(actor, password_hash)
    throttle.forgive(throttle.SIGN_IN_ACCOUNT, actor.email)
    _record(AccountAction.CHANGE_PASSWORD, actor, actor)
    _write_once(actor.email, actor.language, "accounts_password_changed", {"name": actor.name_in(actor.language)})


def may_try(*, email: str, network: str) -> bool:
    """Count an attempt to sign in before the password is looked at. False: too many already."""
    throttle.forget_old()
    of_account = throttle.take(throttle.SIGN_IN_ACCOUNT, email)
    return throttle.take(throttle.SIGN_IN_NETWORK, network) and of_account


def verify(*, email: str, password: str) -> Verified | None:
    """Check address and password. Slow on purpose, and equally slow for an unknown address: outside a transaction."""
    user = queries.by_email(email)
    kept = None if user is None else user.password_hash
    if not passwords.is_right(password, kept) or user is None or kept is None or not user.is_active:
        return None
    return Verified(user.id, kept, passwords.hash_password(password) if passwords.needs_rehash(kept) else None)


def sign_in(*, verified: Verified, network: str) -> str | None:
    """Make a session for a verified person; the secret for the cookie, or None if the account changed meanwhile."""
    user = session.get(User, verified.user_id)
    if user is None or not user.is_active or user.password_hash != verified.kept_hash:
        return None
    if verified.new_hash is not None:
        user.password_hash = verified.new_hash
    throttle.forgive(throttle.SIGN_IN_ACCOUNT, user.email)
    throttle.give_back(throttle.SIGN_IN_NETWORK, network)
    return start_session(user)


def start_session(user: User) -> str:
    """A session row; the secret is for the cookie and is kept nowhere."""
    secret = secrets.token_urlsafe(32)
    session.execute(delete(SignInSession).where(SignInSession.user_id == user.id, SignInSession.expires_at <= now()))
    session.add(SignInSession(user_id=user.id, token_hash=queries.digest_of(secret), expires_at=now() + SESSION_LENGTH))
    session.flush()
    return secret


def end_session(secret: str) -> None:
    """Sign one browser out."""
    session.execute(delete(SignInSession).where(SignInSession.token_hash == queries.digest_of(secret)))


def end_sessions(user: User, *, except_id: int | None = None) -> None:
    """Sign a person out everywhere, or everywhere else."""
    statement = delete(SignInSession).where(SignInSession.user_id == user.id)
    if except_id is not None:
        statement = statement.where(SignInSession.id != except_id)
    session.execute(statement)


def update_profile(*, actor: User, names: Names, language: Language, version: int) -> None:
    """Change the own names and language. Raises Stale."""
    check_version(actor, version)
    _write_names(actor, names)
    actor.language = language
    session.flush()
    _record(AccountAction.UPDATE, actor, actor)


def disable(*, actor: Any, user: User, reason: str) -> None:
    """Shut an account: sessions and open links end, what the person wrote stays. The person is told the reason."""
    if user.disabled_at is not None:
        return
    user.disabled_at = now()
    user.disabled_by_id = actor.id
    user.disabled_reason = reason
    end_sessions(user)
    _end_links(user)
    session.flush()
    digests = {"reason": hashlib.sha256(reason.encode()).hexdigest()}
    entry = _record(AccountAction.DISABLE, actor, user, digests)
    _write(user, "accounts_disabled", {"reason": reason}, key=f"accounts-disabled-{entry}")


def enable(*, actor: Any, user: User) -> None:
    """Open a shut account again."""
    if user.disabled_at is None or user.is_erased:
        return
    user.disabled_at = user.disabled_by_id = None
    user.disabled_reason = ""
    session.flush()
    entry = _record(AccountAction.ENABLE, actor, user)
    _write(user, "accounts_enabled", {}, key=f"accounts-enabled-{entry}")


def _set_password(user: User, password_hash: str) -> None:
    user.password_hash = password_hash
    end_sessions(user)
    _end_links(user)
    session.flush()


def _write_names(user: User, names: Names) -> None:
    user.given_name_th = names.given_name_th
    user.family_name_th = names.family_name_th
    user.given_name_en = names.given_name_en
    user.family_name_en = names.family_name_en
    user.academic_title_th = names.academic_title_th
    user.academic_title_en = names.academic_title_en


def _may_write_to(email: str, network: str) -> bool:
    throttle.forget_old()
    return throttle.take(throttle.LETTERS_NETWORK, network) and throttle.take(throttle.LETTERS_ADDRESS, email)


def _write_link(user: User, purpose: TokenPurpose, length: timedelta, template: str) -> None:
    newest = queries.newest_live_token(user, purpose)
    if newest is not None and newest.created_at > now() - DOUBLE_CLICK:
        return  # the form was sent twice; the first letter is on its way
    secret = secrets.token_urlsafe(32)
    token = Token(
        user_id=user.id,
        purpose=purpose,
        address=user.email,
        token_hash=queries.digest_of(secret),
        expires_at=now() + length,
    )
    session.add(token)
    session.flush()
    context = {"secret": secret, "name": user.name_in(user.language), "expires_at": token.expires_at}
    _write(user, template, context, key=f"accounts-link-{token.id}")


def _write(user: User, template: str, context: Mapping[str, Any], *, key: str) -> None:
    enqueue_mail(
        to=user.email,
        language=user.language,
        template=template,
        context={"name": user.name_in(user.language), **context},
        key=key,
    )


def _write_once(email: str, language: Language, template: str, context: Mapping[str, Any]) -> None:
    """A letter without a row of its own, at most one a minute to an address."""
    minute = int(now().timestamp() // DOUBLE_CLICK.total_seconds())
    digest = throttle.key_of(throttle.LETTERS_ADDRESS, email)[:32]
    enqueue_mail(to=email, language=language, template=template, context=context, key=f"{template}-{digest}-{minute}")


def _take(purpose: TokenPurpose, secret: str) -> Token:
    """Use a token, once: of two who come at the same time one finds it used."""
    token = queries.live_token(purpose, secret)
    if token is None:
        raise LinkDead
    taken = session.execute(
        update(Token)
        .where(Token.id == token.id, Token.used_at.is_(None))
        .values(used_at=now())
        .returning(Token.id)
        .execution_options(synchronize_session=False)
    ).first()
    if taken is None:
        raise LinkDead
    session.refresh(token.user)
    return token


def _end_links(user: User) -> None:
    """Every open link dies with what it could change."""
    open_ids = select(Token.id).where(Token.user_id == user.id, Token.used_at.is_(None))
    session.execute(
        update(Token).where(Token.id.in_(open_ids)).values(used_at=now()).execution_options(synchronize_session=False)
    )


def _say_opened(user: User) -> None:
    for receiver in current_hooks().account_opened:
        receiver(user)


def _record(action: AccountAction, actor: Any, user: User, digests: Mapping[str, str] | None = None) -> int:
    entry = record(
        action=action,
        actor_id=None if actor is None else actor.id,
        subject_type="user",
        subject_id=user.id,
        digests=digests,
    )
    return entry.position
