"""Permission: one question, one answer with its reason, and the guard that every route wears."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import abort, current_app
from flask_login import current_user

from portfolio.core.hooks import current_hooks


@dataclass(frozen=True)
class Access:
    """The answer to a permission question. A refusal tells why, unless even the reason would leak (`hidden`)."""

    allowed: bool
    reason: Any = ""
    hidden: bool = False

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Access(True)
HIDDEN = Access(False, hidden=True)


def refused(reason: Any) -> Access:
    """A refusal that may be explained to the person, in a translated sentence."""
    return Access(False, reason)


class Forbidden(Exception):
    """An operation was asked for by somebody who may not; carries the Access that refused it."""

    def __init__(self, access: Access) -> None:
        super().__init__(str(access.reason))
        self.access = access


def access(permission: StrEnum, user: Any, subject: Any = None) -> Access:
    """Ask whether this user may do this to this subject. A permission nobody has a rule for is refused."""
    refusal = HIDDEN
    for rule in current_hooks().permission_rules.get(str(permission), []):
        answer: Access = rule(user, subject)
        if answer:
            return answer
        if not answer.hidden:
            refusal = answer
    return refusal


def demand(permission: StrEnum, user: Any, subject: Any = None) -> None:
    """Ask, and raise Forbidden on a refusal."""
    answer = access(permission, user, subject)
    if not answer:
        raise Forbidden(answer)


@dataclass(frozen=True)
class Guard:
    """What a route demands: read by the guard itself and by the test that looks at every route."""

    permission: str
    loads: bool
    reason: str = ""


def requires(
    permission: StrEnum, *, load: Callable[..., Any] | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Guard a view.

    `load(user, **url_arguments)` fetches the subject through what this user may see; None answers 404. The view
    then gets the subject in place of the URL arguments. Without `load` the view keeps its URL arguments and the
    rule is asked about no subject. A visitor is sent to sign in; a refusal answers 403 with its reason, or 404
    where the reason would leak.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(view)
        def guarded(**arguments: Any) -> Any:
            if not current_user.is_authenticated:
                return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
            user = current_user._get_current_object()
            if load is None:
                answer = access(permission, user)
            else:
                subject = load(user, **arguments)
                if subject is None:
                    abort(404)
                answer = access(permission, user, subject)
            if not answer:
                raise Forbidden(answer)
            return view(**arguments) if load is None else view(subject)

        guarded.guard = Guard(str(permission), load is not None)  # type: ignore[attr-defined]
        return guarded

    return decorate


def public(reason: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """State that a view is for everybody, and why."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        view.guard = Guard("public", False, reason)  # type: ignore[attr-defined]
        return view

    return decorate
