"""How grounds and sources of conflicts are called."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from review.conflicts.detection import SOURCE_APPLICANT, SOURCE_ASSISTANT, SOURCE_CONTRIBUTORS, SOURCE_UNIVERSITY
from review.conflicts.models import ConflictGround

GROUND_LABELS: dict[ConflictGround, Any] = {
    ConflictGround.SAME_INSTITUTION: _l("Same institution as the applicant or a co-worker"),
    ConflictGround.CO_AUTHOR: _l("Worked or wrote together on this matter"),
    ConflictGround.ADVISER: _l("Adviser or former student"),
    ConflictGround.FAMILY: _l("Family"),
    ConflictGround.FINANCIAL: _l("Shared financial interest"),
    ConflictGround.OTHER: _l("Another reason"),
}

SOURCE_LABELS: dict[str, Any] = {
    SOURCE_APPLICANT: _l("is the applicant"),
    SOURCE_UNIVERSITY: _l("register of affiliations"),
    SOURCE_CONTRIBUTORS: _l("named as contributor in the portfolio"),
    SOURCE_ASSISTANT: _l("edited for the applicant"),
}
