"""Who may do what with participation forms: the assembling is shared, asking and certifying is the academic's own."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.core.hooks import Hooks
from portfolio.core.permissions import ALLOWED, HIDDEN, Access, refused
from portfolio.organizations.delegations.queries import has_assisted, whose
from portfolio.works.models import Work


class ParticipationPermission(StrEnum):
    """What only certain people do with a form; writing it is `work:edit`."""

    CERTIFY = "participation:certify"
    SIGN = "participation:sign"


class ParticipationAction(StrEnum):
    """What the audit chain says: who did it to which work or contribution, and the digest of the text."""

    WRITE = "participation:write"
    ASK = "participation:ask"
    REMIND = "participation:remind"
    REVOKE = "participation:revoke"
    SIGN = "participation:sign"
    REPLY = "participation:reply"
    EXCUSE = "participation:excuse"
    TAKE_EXCUSE_BACK = "participation:take_excuse_back"
    DECLARE_ETHICS = "participation:declare_ethics"
    TAKE_ETHICS_BACK = "participation:take_ethics_back"


def _owner_alone(user: Any, subject: Any) -> Access:
    work = subject if isinstance(subject, Work) else getattr(subject, "work", None)
    if work is None or work.owner_id not in (user.id, whose(user).id):
        return HIDDEN
    if work.owner_id == user.id == whose(user).id:
        return ALLOWED
    return refused(_l("Asking for signatures and certifying is done by the academic in person."))


def _asked(user: Any, signing: Any) -> Access:
    return ALLOWED if signing is not None and signing.user_id == user.id else HIDDEN


def stands_in_for_another(user: Any, signing: Any) -> Any:
    """Why somebody who is signed in must not answer by this link: a sentence, or None.

    Whoever asks, or edits for whoever asks, holds the words of the form and perhaps the letter; the answer has to be
    the co-author's own. Somebody else's account says by itself that the letter was passed on.
    """
    if signing.user_id == user.id:
        return None
    if signing.owner.id in (user.id, whose(user).id) or has_assisted(signing.owner.id, [user.id]):
        return _l("The co-author signs in person. Send the link, or hand it over.")
    if signing.user_id is not None:
        return _l("You are signed in as somebody else than the person who was asked. Sign out, then open the link.")
    return None


def register(hooks: Hooks) -> None:
    """State the rules."""
    hooks.permit(ParticipationPermission.CERTIFY, _owner_alone)
    hooks.permit(ParticipationPermission.SIGN, _asked)
    hooks.audits(ParticipationAction)
