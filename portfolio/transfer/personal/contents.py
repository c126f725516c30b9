"""Every place where an account is named, and whether it is in the person's copy.

A test goes through all foreign keys to accounts, so that a new one is either copied or left out on purpose.
docs/personal-data.md tells the same to people.
"""

from __future__ import annotations

# Rows that are the person's own, each with everything that belongs to it (works with their texts and so on).
COPIED: tuple[str, ...] = (
    "assignments.reviewer_id",
    "conflicts.reviewer_id",
    "cv_entries.owner_id",
    "delegations.delegate_id",
    "delegations.owner_id",
    "downloads.user_id",
    "evidence_items.owner_id",
    "import_batches.owner_id",
    "jobs.owner_id",
    "memberships.user_id",
    "package_transfers.owner_id",
    "participation_contacts.user_id",
    "participation_signatures.user_id",
    "partners.owner_id",
    "personal_copies.owner_id",
    "personal_details.user_id",
    "portfolios.owner_id",
    "record_profiles.user_id",
    "releases.released_by_id",
    "reviewer_profiles.user_id",
    "role_grants.user_id",
    "sign_in_sessions.user_id",
    "stored_files.created_by_id",
    "submission_moves.actor_id",
    "submissions.applicant_id",
    "tokens.user_id",
    "uploads.owner_id",
    "works.owner_id",
)

_OFFICE = "a deed in office about somebody else; that it was done stands in the list of deeds"
_OTHERS = "done for another academic, whose data it is; that it was done stands in the list of deeds"
_WITH_ROW = "belongs to a row that is in the copy"

LEFT_OUT: dict[str, str] = {
    "assignments.invited_by_id": _OFFICE,
    "conflicts.declared_by_id": _OFFICE,
    "decision_letters.sent_by_id": _OFFICE,
    "decisions.decided_by_id": _OFFICE,
    "delegations.ended_by_id": _WITH_ROW,
    "editions.created_by_id": "told as editions of the person's portfolios",
    "ethics_declarations.declared_by_id": _OTHERS,
    "evidence_versions.made_by_id": _OTHERS,
    "import_batches.started_by_id": _OTHERS,
    "participation_absences.stated_by_id": _OTHERS,
    "partner_links.created_by_id": _OTHERS,
    "review_rounds.opened_by_id": _OFFICE,
    "revocations.revoked_by_id": _OFFICE,
    "role_grants.granted_by_id": _OFFICE,
    "role_grants.revoked_by_id": _OFFICE,
    "signing_requests.asked_by_id": _OTHERS,
    "snapshots.taken_by_id": "told as snapshots of the person's portfolios",
    "uploads.sent_by_id": _OTHERS,
    "users.disabled_by_id": _OFFICE,
    "work_section_versions.saved_by_id": _OTHERS,
    "work_sections.saved_by_id": _OTHERS,
}

# What still tells of the person after erasure: where, and why. Everything else is searched in a test.
STAYS: dict[str, str] = {
    "assignments": "why a review was declined belongs to the round it was declined in",
    "certificates": "issued; whoever holds one can have it verified",
    "conflicts": "why somebody did not review belongs to the decision that was made without them",
    "decision_letters": "the decision as it was told",
    "decisions": "judged",
    "edition_files": "issued; the digests printed in the copies that went out must find them",
    "editions": "issued",
    "evidence_items": "title and address of what a snapshot names",
    "overall_levels": "a review that was handed in",
    "participation_signatures": "signed in the form of another academic's work",
    "partners": "who answered for a work that was submitted; the answer is the partner's",
    "partners_in_works": "what a partner confirmed of a work that was submitted",
    "portfolios": "title of what was submitted or issued",
    "reviews": "a review that was handed in",
    "revocations": "why an edition is no longer valid",
    "scores": "a review that was handed in",
    "snapshot_works": "submitted",
    "snapshots": "submitted or issued, under its digest",
    "sealed_values": "what partners gave for a work that was submitted; the applicant's address is erased",
    "stored_files": "names of files that a snapshot or an edition names",
    "submission_moves": "the course of a submission",
    "testimonies": "a partner's own answer",
    "works": "title of what a snapshot names",
}
