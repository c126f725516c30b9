"""Who may see and change portfolios and the academic's record: their owner. Others read what was submitted."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from portfolio.core.hooks import Hooks
from portfolio.core.permissions import ALLOWED, HIDDEN, Access
from portfolio.organizations.delegations.queries import whose
from portfolio.portfolios.models import Portfolio
from portfolio.works.permissions import academic


class PortfolioPermission(StrEnum):
    """What can be done with portfolios and the record that goes with them."""

    LIST = "portfolio:list"
    CREATE = "portfolio:create"
    READ = "portfolio:read"
    EDIT = "portfolio:edit"


class PortfolioAction(StrEnum):
    """What the audit chain says of portfolios."""

    CREATE = "portfolio:create"
    UPDATE = "portfolio:update"
    CHOOSE = "portfolio:choose_works"
    ARCHIVE = "portfolio:archive"
    RESTORE = "portfolio:restore"


def _owner(user: Any, subject: Any) -> Access:
    found = subject if isinstance(subject, Portfolio) else getattr(subject, "portfolio", None)
    return ALLOWED if found is not None and found.owner_id == whose(user).id else HIDDEN


def register(hooks: Hooks) -> None:
    """State the rules."""
    hooks.permit(PortfolioPermission.LIST, academic)
    hooks.permit(PortfolioPermission.CREATE, academic)
    hooks.permit(PortfolioPermission.READ, _owner)
    hooks.permit(PortfolioPermission.EDIT, _owner)
    hooks.audits(PortfolioAction)
