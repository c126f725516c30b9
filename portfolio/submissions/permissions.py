"""Who may do what to a submission, what may be learnt of it, and the deeds that go on the record."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.core.hooks import Hooks, current_hooks
from portfolio.core.permissions import ALLOWED, HIDDEN, Access, refused
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role


class SubmissionPermission(StrEnum):
    """Rights of this room. Rules for `start_review` and `decide` are brought by whoever reviews."""

    CREATE = "submission:create"
    READ = "submission:read"
    READ_OWN = "submission:read_own"
    SUBMIT = "submission:submit"
    WITHDRAW = "submission:withdraw"
    LIST = "submission:list"
    HANDLE = "submission:handle"
    RETURN = "submission:return"
    START_REVIEW = "submission:start_review"
    DECIDE = "submission:decide"


class SubmissionAction(StrEnum):
    """Deeds of this room on the audit record."""

    SUBMIT = "submission:submitted"
    RETURN = "submission:returned"
    START_REVIEW = "submission:review_started"
    DECIDE = "submission:decided"
    WITHDRAW = "submission:withdrawn"
    SNAPSHOT = "snapshot:taken"
    ERASE = "snapshot:value_erased"


APPLICANT = "applicant"
"""The fact that one learns who applied, asked through `hooks.discloses(viewer, APPLICANT, submission)`."""


def register(hooks: Hooks) -> None:
    """Fill the extension points."""
    hooks.audits(SubmissionAction)
    hooks.permit(SubmissionPermission.CREATE, _owner_of_portfolio)
    for permission in (SubmissionPermission.READ, SubmissionPermission.SUBMIT, SubmissionPermission.WITHDRAW):
        hooks.permit(permission, _applicant)
    hooks.permit(SubmissionPermission.READ_OWN, _anybody)
    hooks.permit(SubmissionPermission.LIST, _officer)
    for permission in (SubmissionPermission.HANDLE, SubmissionPermission.RETURN):
        hooks.permit(permission, officer_of)
    hooks.disclosure.append(_discloses)


def _owner_of_portfolio(user: Any, portfolio: Any) -> Access:
    return ALLOWED if portfolio is not None and portfolio.owner_id == user.id else HIDDEN


def _applicant(user: Any, submission: Any) -> Access:
    return ALLOWED if submission is not None and submission.applicant_id == user.id else HIDDEN


def _anybody(_user: Any, _subject: Any) -> Access:
    return ALLOWED


def _officer(user: Any, _subject: Any) -> Access:
    return ALLOWED if has_role(user, Role.OFFICER) else HIDDEN


def officer_of(user: Any, submission: Any) -> Access:
    """An officer who has no part in the matter: neither applicant nor somebody who may not learn who applied."""
    if not has_role(user, Role.OFFICER):
        return HIDDEN
    if submission is None:
        return ALLOWED
    if submission.applicant_id == user.id:
        return refused(_l("This submission is your own; a colleague handles it."))
    if not current_hooks().discloses(user, APPLICANT, submission):
        return HIDDEN
    return ALLOWED


def _discloses(viewer: Any, fact: str, subject: Any) -> bool | None:
    if fact != APPLICANT or not viewer.is_authenticated:
        return None
    if subject.applicant_id == viewer.id:
        return True
    return True if has_role(viewer, Role.OFFICER) else None
