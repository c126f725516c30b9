"""How often somebody may try: counted by keyed digests, so that the rows name nobody."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from sqlalchemy import delete, func, select

from portfolio.accounts.models import SignInAttempt
from portfolio.core.clock import now
from portfolio.core.db import session


@dataclass(frozen=True)
class Limit:
    """At most so many attempts in a span of time, counted under a name of its own."""

    name: str
    most: int
    span: timedelta


SIGN_IN_ACCOUNT = Limit("sign-in account", 10, timedelta(minutes=15))
SIGN_IN_NETWORK = Limit("sign-in network", 100, timedelta(minutes=15))
LETTERS_ADDRESS = Limit("letters address", 5, timedelta(hours=1))
LETTERS_NETWORK = Limit("letters network", 40, timedelta(hours=1))
KEPT = timedelta(hours=1)


def take(limit: Limit, subject: str) -> bool:
    """Count one attempt, unless there were too many already. Whether it may go on.

    Counted before the attempt is made and in the caller's transaction, so that many at once cannot slip through.
    """
    key = key_of(limit, subject)
    counted = select(func.count()).where(SignInAttempt.key == key, SignInAttempt.at > now() - limit.span)
    if (session.scalar(counted) or 0) >= limit.most:
        return False
    session.add(SignInAttempt(key=key))
    session.flush()
    return True


def forgive(limit: Limit, subject: str) -> None:
    """Forget the attempts: the person has shown who they are."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.key == key_of(limit, subject)))


def give_back(limit: Limit, subject: str) -> None:
    """Uncount the newest attempt, because it went well. The others stay: one right password pardons no guesses."""
    newest = select(func.max(SignInAttempt.id)).where(SignInAttempt.key == key_of(limit, subject)).scalar_subquery()
    session.execute(
        delete(SignInAttempt).where(SignInAttempt.id == newest).execution_options(synchronize_session=False)
    )


def forget_old() -> None:
    """Delete what counts no more; an attempt is kept no longer than it is needed."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < now() - KEPT))


def key_of(limit: Limit, subject: str) -> str:
    """The keyed digest under which a subject is counted."""
    secret = str(current_app.secret_key).encode()
    return hmac.new(secret, f"{limit.name}\n{subject}".encode(), hashlib.sha256).hexdigest()


def network_of(address: str | None) -> str:
    """What counts as one place: an IPv4 address, or the /64 that one IPv6 customer has."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((int(parsed), 64), strict=False).network_address)
