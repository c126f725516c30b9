"""Sample dossiers: what has been decided is printed, and its edition for human resources released."""

from __future__ import annotations

from flask import current_app

from portfolio.core.db import transaction
from portfolio.core.hooks import Hooks
from portfolio.core.jobs.worker import run_waiting
from portfolio.dossier import operations, queries
from portfolio.dossier.models import EditionKind
from portfolio.organizations.queries import university_of

ORDER = 95
JOBS_AT_MOST = 500


def load() -> None:
    """Make both editions of each decided portfolio, wait for their files, and release the one for HR."""
    with transaction():
        for portfolio in queries.decided_portfolios():
            for kind in EditionKind:
                operations.make_edition(
                    portfolio=portfolio, kind=kind, language="th", thai_digits=False, actor=portfolio.owner
                )
    run_waiting(current_app._get_current_object(), most=JOBS_AT_MOST)  # type: ignore[attr-defined]
    with transaction():
        for portfolio in queries.decided_portfolios():
            edition = queries.current_edition(portfolio, EditionKind.HR, "th")
            university = university_of(portfolio.owner)
            if edition is not None and edition.files and university is not None:
                operations.release(edition=edition, university=university, actor=portfolio.owner)


def register(hooks: Hooks) -> None:
    """After everything that decides."""
    hooks.sample_data.append((ORDER, "dossier", load))
