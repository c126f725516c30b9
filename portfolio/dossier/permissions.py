"""Who may make, read, release, fetch and revoke dossiers; and what of it the audit chain records."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.core.hooks import Hooks
from portfolio.core.permissions import ALLOWED, HIDDEN, Access, refused
from portfolio.dossier.models import Edition, EditionState, Release
from portfolio.dossier.queries import Copy, prints_withdrawn
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role, hr_universities
from portfolio.portfolios.models import Portfolio


class DossierPermission(StrEnum):
    """Questions asked in this room."""

    LIST_OWN = "dossiers:list_own"
    PREVIEW = "dossiers:preview"
    MAKE = "dossiers:make"
    READ = "dossiers:read"
    FETCH = "dossiers:fetch"
    RELEASE = "dossiers:release"
    WITHDRAW_RELEASE = "dossiers:withdraw_release"
    LIST_REGISTER = "dossiers:list_register"
    REVOKE = "dossiers:revoke"
    LIST_INBOX = "dossiers:list_inbox"
    RECEIVE = "dossiers:receive"
    FETCH_RECEIVED = "dossiers:fetch_received"


class DossierAction(StrEnum):
    """Deeds that the audit chain records."""

    MADE = "edition:made"
    BUILT = "edition:built"
    FAILED = "edition:failed"
    SUPERSEDED = "edition:superseded"
    REVOKED = "edition:revoked"
    RELEASED = "edition:released"
    RELEASE_WITHDRAWN = "edition:release_withdrawn"
    DOWNLOADED = "edition:downloaded"


def _anybody(_user: Any, _subject: Any) -> Access:
    return ALLOWED


def _own_portfolio(user: Any, portfolio: Portfolio) -> Access:
    return ALLOWED if portfolio.owner_id == user.id else HIDDEN


def _own_edition(user: Any, edition: Edition) -> Access:
    return ALLOWED if edition.portfolio.owner_id == user.id else HIDDEN


def _release(user: Any, edition: Edition) -> Access:
    if edition.portfolio.owner_id != user.id:
        return HIDDEN
    if edition.state is not EditionState.READY:
        return refused(_l("This edition is not ready yet."))
    if edition.revocation is not None:
        return refused(_l("This edition was revoked and can no longer be released."))
    if edition.superseded_at is not None:
        return refused(_l("A newer edition has taken the place of this one. Release the newer one."))
    return ALLOWED


def _withdraw_release(user: Any, release: Release) -> Access:
    return ALLOWED if release.edition.portfolio.owner_id == user.id else HIDDEN


def _officer(user: Any, _subject: Any) -> Access:
    return ALLOWED if has_role(user, Role.OFFICER) else refused(_l("This page is for the association's officers."))


def _revoke(user: Any, edition: Edition) -> Access:
    if not has_role(user, Role.OFFICER):
        return HIDDEN
    return refused(_l("This edition is revoked already.")) if edition.revocation else ALLOWED


def _inbox(user: Any, _subject: Any) -> Access:
    if hr_universities(user):
        return ALLOWED
    return refused(_l("This page is for the human resources division of a university."))


def _receive(user: Any, release: Release) -> Access:
    return ALLOWED if release.university_id in hr_universities(user) and release.withdrawn_at is None else HIDDEN


def _fetch(user: Any, copy: Copy) -> Access:
    access = _own_edition(user, copy.edition)
    if access and prints_withdrawn(copy.edition):
        return refused(_l("A partner has withdrawn consent to what these files print. Take the newer edition."))
    return access


def _fetch_received(user: Any, copy: Copy) -> Access:
    access = HIDDEN if copy.release is None else _receive(user, copy.release)
    if access and prints_withdrawn(copy.edition):
        return refused(
            _l("A partner has withdrawn consent to what these files print. Ask the applicant for the newer edition.")
        )
    return access


def register(hooks: Hooks) -> None:
    """Bring the rules and the audit's words."""
    hooks.audits(DossierAction)
    hooks.permit(DossierPermission.LIST_OWN, _anybody)
    hooks.permit(DossierPermission.PREVIEW, _own_portfolio)
    hooks.permit(DossierPermission.MAKE, _own_portfolio)
    hooks.permit(DossierPermission.READ, _own_edition)
    hooks.permit(DossierPermission.FETCH, _fetch)
    hooks.permit(DossierPermission.RELEASE, _release)
    hooks.permit(DossierPermission.WITHDRAW_RELEASE, _withdraw_release)
    hooks.permit(DossierPermission.LIST_REGISTER, _officer)
    hooks.permit(DossierPermission.REVOKE, _revoke)
    hooks.permit(DossierPermission.LIST_INBOX, _inbox)
    hooks.permit(DossierPermission.RECEIVE, _receive)
    hooks.permit(DossierPermission.FETCH_RECEIVED, _fetch_received)
