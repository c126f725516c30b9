"""What a reviewer's home shows: invitations, and reviews due with how far they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from portfolio.core.hooks import HomeCard, Hooks
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role
from review.assignments.models import AssignmentState
from review.assignments.queries import own_in
from review.scoring.queries import progress_of


def register(hooks: Hooks) -> None:
    """Fill the extension points."""
    hooks.home_cards.append(_cards)


def _cards(user: Any) -> Iterator[HomeCard]:
    if not has_role(user, Role.REVIEWER):
        return
    invitations = own_in(user, (AssignmentState.INVITED,))
    due = own_in(user, (AssignmentState.ACCEPTED,))
    yield HomeCard(
        "assignments/_reviewer_card.html",
        {"invitations": invitations, "due": due, "done": progress_of(due) if due else {}},
        order=5,
        place="tasks",
        waiting=len(invitations) + len(due),
    )
