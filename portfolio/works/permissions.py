"""Who may see and change works: the academic who writes them, and nobody else. Reviewers read snapshots."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.core.hooks import Hooks
from portfolio.core.permissions import ALLOWED, HIDDEN, Access, refused
from portfolio.organizations.delegations.queries import whose
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role
from portfolio.works.models import Work


class WorkPermission(StrEnum):
    """What can be done with works."""

    LIST = "work:list"
    CREATE = "work:create"
    READ = "work:read"
    EDIT = "work:edit"


class WorkAction(StrEnum):
    """What the audit chain says of works. Texts keep versions of their own and are not recorded one by one."""

    CREATE = "work:create"
    UPDATE = "work:update"
    ARCHIVE = "work:archive"
    RESTORE = "work:restore"


def academic(user: Any, _subject: Any) -> Access:
    """Works, evidence and portfolios are assembled by academics."""
    if has_role(whose(user), Role.ACADEMIC):
        return ALLOWED
    return refused(_l("This part is for academics. An administrator can give you that role."))


def _owner(user: Any, subject: Any) -> Access:
    work = subject if isinstance(subject, Work) else getattr(subject, "work", None)
    return ALLOWED if work is not None and work.owner_id == whose(user).id else HIDDEN


def register(hooks: Hooks) -> None:
    """State the rules."""
    hooks.permit(WorkPermission.LIST, academic)
    hooks.permit(WorkPermission.CREATE, academic)
    hooks.permit(WorkPermission.READ, _owner)
    hooks.permit(WorkPermission.EDIT, _owner)
    hooks.audits(WorkAction)
