"""The register of reviewers, searched and paged in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, or_, select

from portfolio.accounts.models import User
from portfolio.core.db import escape_like, session
from portfolio.organizations.models import Membership, Organization, Role
from portfolio.organizations.queries import select_with_role
from review.reviewers.models import ReviewerProfile


def profile_of(user_id: int) -> ReviewerProfile:
    """A reviewer's profile, or an empty one as a row not yet kept."""
    known = session.scalars(select(ReviewerProfile).where(ReviewerProfile.user_id == user_id)).one_or_none()
    return known or ReviewerProfile(
        user_id=user_id, expertise_th="", expertise_en="", engaged_scholarship=False, capacity=4
    )


def profiles_of(user_ids: Sequence[int]) -> dict[int, ReviewerProfile]:
    """The profiles of several reviewers, in one query."""
    rows = session.scalars(select(ReviewerProfile).where(ReviewerProfile.user_id.in_(user_ids)))
    return {row.user_id: row for row in rows}


def memberships_of(user_ids: Sequence[int]) -> dict[int, Membership]:
    """The places of work of several people, in one query."""
    rows = session.execute(
        select(Membership, Organization)
        .join(Organization, Organization.id == Membership.university_id)
        .where(Membership.user_id.in_(user_ids))
    ).all()
    return {membership.user_id: membership for membership, _university in rows}


def reviewers(words: str = "") -> Select[Any]:
    """Everybody who may be asked to review, by name. `words` looks in names, expertise and university."""
    statement = select_with_role(Role.REVIEWER).order_by(None)
    for word in words.split()[:5]:
        like = f"%{escape_like(word)}%"
        expertise = select(ReviewerProfile.user_id).where(
            or_(
                ReviewerProfile.expertise_th.ilike(like, escape="\\"),
                ReviewerProfile.expertise_en.ilike(like, escape="\\"),
            )
        )
        places = (
            select(Membership.user_id)
            .join(Organization, Organization.id == Membership.university_id)
            .where(or_(Organization.name_th.ilike(like, escape="\\"), Organization.name_en.ilike(like, escape="\\")))
        )
        names = (User.given_name_th, User.family_name_th, User.given_name_en, User.family_name_en)
        statement = statement.where(
            or_(
                *(name.ilike(like, escape="\\") for name in names),
                User.id.in_(expertise),
                User.id.in_(places),
            )
        )
    return statement.order_by(User.family_name_th, User.given_name_th, User.id)
