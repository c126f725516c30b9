"""Who may see and change a record: the academic it is of, and whom they let edit. Personal details: they alone."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.core.hooks import Hooks
from portfolio.core.permissions import ALLOWED, HIDDEN, Access, refused
from portfolio.organizations.delegations.queries import whose
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role
from portfolio.record.models import CvEntry


class RecordPermission(StrEnum):
    """What can be done with a record."""

    EDIT = "record:edit"
    PERSONAL = "record:personal"


class RecordAction(StrEnum):
    """What the audit chain says of records."""

    ADD_LINE = "record:add_line"
    UPDATE_LINE = "record:update_line"
    REMOVE_LINE = "record:remove_line"
    IMPORT_LINES = "record:import_lines"
    UPDATE_PROFILE = "record:update_profile"
    UPDATE_PERSONAL = "record:update_personal"
    ERASE_PERSONAL = "record:erase_personal"


def _academic(user: Any) -> Access:
    if has_role(user, Role.ACADEMIC):
        return ALLOWED
    return refused(_l("This part is for academics. An administrator can give you that role."))


def _own_record(user: Any, subject: Any) -> Access:
    if isinstance(subject, CvEntry) and subject.owner_id != whose(user).id:
        return HIDDEN
    return _academic(whose(user))


def _own_person(user: Any, _subject: Any) -> Access:
    if whose(user).id != user.id:
        return refused(_l("Birth date, salary and telephone are seen and changed by the academic alone."))
    return _academic(user)


def register(hooks: Hooks) -> None:
    """State the rules."""
    hooks.permit(RecordPermission.EDIT, _own_record)
    hooks.permit(RecordPermission.PERSONAL, _own_person)
    hooks.audits(RecordAction)
