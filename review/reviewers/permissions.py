"""Who keeps a reviewer's profile and who looks through the register."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from portfolio.core.hooks import Hooks
from portfolio.core.permissions import ALLOWED, HIDDEN, Access
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role


class ReviewerPermission(StrEnum):
    """Rights of this room."""

    EDIT_OWN = "reviewer_profile:edit"
    LIST = "reviewer:list"


class ReviewerAction(StrEnum):
    """Deeds of this room on the audit record."""

    EDIT = "reviewer_profile:edited"


def register(hooks: Hooks) -> None:
    """Fill the extension points."""
    hooks.audits(ReviewerAction)
    hooks.permit(ReviewerPermission.EDIT_OWN, _reviewer)
    hooks.permit(ReviewerPermission.LIST, _officer)


def _reviewer(user: Any, _subject: Any) -> Access:
    return ALLOWED if has_role(user, Role.REVIEWER) else HIDDEN


def _officer(user: Any, _subject: Any) -> Access:
    return ALLOWED if has_role(user, Role.OFFICER) else HIDDEN
