"""Who may see and change partners: the academic they belong to, with those who may assemble on their behalf.

Contact values, and whatever asks the partner for something, are the academic's alone. Partners themselves come by
links that need no account (the room's `confirmations`).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.core.hooks import Hooks
from portfolio.core.permissions import ALLOWED, HIDDEN, Access, refused
from portfolio.organizations.delegations.queries import whose
from portfolio.partners.models import Partner, PartnerInWork
from portfolio.works.permissions import academic


class PartnerPermission(StrEnum):
    """What can be done with partners."""

    LIST = "partner:list"
    CREATE = "partner:create"
    READ = "partner:read"
    EDIT = "partner:edit"
    SEE_CONTACT = "partner:see_contact"
    ASK = "partner:ask"


class PartnerAction(StrEnum):
    """What the audit chain says of partners. Entries of a partner's own deeds name no actor."""

    CREATE = "partner:create"
    UPDATE = "partner:update"
    UPDATE_CONTACT = "partner:update_contact"
    ARCHIVE = "partner:archive"
    RESTORE = "partner:restore"
    TIE = "partner:tie"
    STATE = "partner:state"
    UNTIE = "partner:untie"
    ASK = "partner:ask"
    REMIND = "partner:remind"
    END_LINKS = "partner:end_links"
    ANSWER = "partner:answer"
    CORRECT = "partner:correct"
    ADD_PHOTO = "partner:add_photo"
    REMOVE_PHOTO = "partner:remove_photo"
    FREEZE = "partner:freeze"
    WITHDRAW_CONSENT = "partner:withdraw_consent"
    ERASE = "partner:erase"


def _owner_id(subject: Any) -> int | None:
    if isinstance(subject, PartnerInWork):
        return subject.partner.owner_id
    if isinstance(subject, Partner):
        return subject.owner_id
    work = getattr(subject, "work", subject)
    owner_id: int | None = getattr(work, "owner_id", None)
    return owner_id


def _assembles(user: Any, subject: Any) -> Access:
    return ALLOWED if _owner_id(subject) == whose(user).id else HIDDEN


def _in_person(user: Any, subject: Any) -> Access:
    if _owner_id(subject) == user.id:
        return ALLOWED
    if _owner_id(subject) == whose(user).id:
        return refused(_l("Contacts and letters to a partner are left to the academic in person."))
    return HIDDEN


def register(hooks: Hooks) -> None:
    """State the rules."""
    hooks.permit(PartnerPermission.LIST, academic)
    hooks.permit(PartnerPermission.CREATE, academic)
    hooks.permit(PartnerPermission.READ, _assembles)
    hooks.permit(PartnerPermission.EDIT, _assembles)
    hooks.permit(PartnerPermission.SEE_CONTACT, _in_person)
    hooks.permit(PartnerPermission.ASK, _in_person)
    hooks.audits(PartnerAction)
