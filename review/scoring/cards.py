"""What a reviewer's home shows: invitations, and reviews due with how far they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from portfolio.core.hooks import HomeCard, Hooks
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role
from review.assignments.models import AssignmentState
from review.assignments.queries import every_own, own_in
from review.scoring.queries import progress_of, reviews_of


def register(hooks: Hooks) -> None:
    """Fill the extension points."""
    hooks.home_cards.append(_cards)
    hooks.personal_data["reviews"] = _personal_data


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


def _personal_data(user: Any) -> list[dict[str, Any]]:
    """What a reviewer wrote, for the export of their own data; nothing of applicants or other reviewers."""
    assignments = every_own(user)
    reviews = reviews_of([one.id for one in assignments])
    return [
        {
            "reference": one.round.submission.reference,
            "state": str(one.state),
            "invited_at": one.invited_at.isoformat(),
            "handed_in_at": one.handed_in_at.isoformat() if one.handed_in_at else None,
            "remark": reviews[one.id].remark if one.id in reviews else "",
            "confidential_note": reviews[one.id].confidential_note if one.id in reviews else "",
            "scores": [
                {"criterion": score.criterion_code, "level": score.level, "reason": score.reason}
                for score in (reviews[one.id].scores if one.id in reviews else [])
            ],
        }
        for one in assignments
    ]
