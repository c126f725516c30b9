"""Packages are an academic's own: they hold contacts of partners and co-authors, so no assistant takes them away."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.core.hooks import Hooks
from portfolio.core.permissions import ALLOWED, HIDDEN, Access, refused
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role


class PackagePermission(StrEnum):
    """What can be done with packages."""

    LIST = "package:list"
    EXPORT = "package:export"
    IMPORT = "package:import"
    READ = "package:read"


class PackageAction(StrEnum):
    """What the audit chain says of packages."""

    EXPORT = "package:export"
    IMPORT = "package:import"
    REFUSE = "package:refuse"
    DOWNLOAD = "package:download"


def _academic(user: Any, _subject: Any) -> Access:
    if has_role(user, Role.ACADEMIC):
        return ALLOWED
    return refused(_l("This part is for academics. An administrator can give you that role."))


def _owner(user: Any, subject: Any) -> Access:
    return ALLOWED if subject is not None and subject.owner_id == user.id else HIDDEN


def register(hooks: Hooks) -> None:
    """State the rules."""
    hooks.permit(PackagePermission.LIST, _academic)
    hooks.permit(PackagePermission.IMPORT, _academic)
    hooks.permit(PackagePermission.EXPORT, _owner)
    hooks.permit(PackagePermission.READ, _owner)
    hooks.audits(PackageAction)
