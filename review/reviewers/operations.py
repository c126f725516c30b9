"""Keeping a reviewer's profile."""

from __future__ import annotations

from datetime import date
from typing import Any

from portfolio.core.audit.operations import record
from portfolio.core.db import check_version, session
from portfolio.core.permissions import demand
from review.reviewers import queries
from review.reviewers.models import ReviewerProfile
from review.reviewers.permissions import ReviewerAction, ReviewerPermission


def save_profile(
    *,
    actor: Any,
    expertise_th: str,
    expertise_en: str,
    engaged_scholarship: bool,
    capacity: int,
    away_until: date | None,
    version: int | None = None,
) -> ReviewerProfile:
    """Keep the actor's own profile. Raises Stale when it was changed since the form was made."""
    demand(ReviewerPermission.EDIT_OWN, actor)
    profile = queries.profile_of(actor.id)
    if version is not None and profile.id is not None:
        check_version(profile, version)
    profile.expertise_th, profile.expertise_en = expertise_th, expertise_en
    profile.engaged_scholarship = engaged_scholarship
    profile.capacity, profile.away_until = capacity, away_until
    session.add(profile)
    session.flush()
    record(action=ReviewerAction.EDIT, actor_id=actor.id, subject_type="reviewer_profile", subject_id=profile.id)
    return profile
