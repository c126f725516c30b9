"""What submissions bring to the menu, the home pages and the pages of portfolios."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.core.hooks import HomeCard, Hooks, NavItem
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role
from portfolio.submissions import queries, stands
from portfolio.submissions.models import SubmissionState

SHOWN = 5


def register(hooks: Hooks) -> None:
    """Fill the extension points."""
    hooks.navigation.append(_navigation)
    hooks.home_cards.append(_home_cards)
    hooks.portfolio_panels.append(_portfolio_panel)
    hooks.work_panels.append(_work_panel)
    hooks.lists("submissions", queries.listing)
    stands.register(hooks)


def _navigation(user: Any) -> Iterator[NavItem]:
    if has_role(user, Role.OFFICER):
        yield NavItem(_l("Submissions"), "submissions.index", 30)


def _home_cards(user: Any) -> Iterator[HomeCard]:
    if has_role(user, Role.OFFICER):
        counts = {
            state: queries.count_in(state)
            for state in (SubmissionState.SUBMITTED, SubmissionState.RETURNED, SubmissionState.UNDER_REVIEW)
        }
        waiting = queries.waiting_longest(user, SubmissionState.SUBMITTED, SHOWN)
        yield HomeCard(
            "submissions/_officer_card.html",
            {"counts": counts, "waiting": waiting, "most": queries.COUNT_AT_MOST},
            order=10,
            place="tasks",
            waiting=counts[SubmissionState.SUBMITTED],
        )
    own = queries.latest_own(user, SHOWN)
    if own:
        returned = sum(submission.state is SubmissionState.RETURNED for submission in own)
        yield HomeCard("submissions/_own_card.html", {"submissions": own}, order=20, place="main", waiting=returned)


def _portfolio_panel(user: Any, portfolio: Any) -> Iterator[HomeCard]:
    if portfolio.owner_id == user.id:
        yield HomeCard(
            "submissions/_portfolio_panel.html",
            {
                "portfolio": portfolio,
                "submission": queries.latest_of(portfolio.id),
                "ready": not queries.open_musts(portfolio),
            },
            order=10,
            place="aside",
        )


def _work_panel(user: Any, work: Any, heading_code: str | None) -> Iterator[HomeCard]:
    if heading_code is None and work.owner_id == user.id:
        stood = queries.submissions_of_work(user, work.id)
        if stood:
            yield HomeCard("submissions/_work_panel.html", {"work": work, "stood": stood}, order=40, place="aside")
