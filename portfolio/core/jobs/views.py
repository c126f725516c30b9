"""How far a job is, for the page that waits for it; and whether the service is ready."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portfolio.core.jobs.health import ailments
from portfolio.core.jobs.models import Job, JobState
from portfolio.core.jobs.permissions import JobPermission
from portfolio.core.jobs.queries import job_for
from portfolio.core.permissions import public, requires

bp = Blueprint("jobs", __name__)


@bp.get("/jobs/<int:job_id>")
@requires(JobPermission.VIEW, load=job_for)
def show(job: Job) -> ResponseReturnValue:
    """What static/js/job-progress.js asks: state, percent, words in the reader's language. The page itself knows where
    to go next, so there is no address."""
    response = jsonify(
        id=job.id,
        state=job.state.value,
        words=_words(job),
        percent=job.percent,
        url=None,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/healthz")
@public("tells a load balancer that the service is ready; says nothing of what it holds")
def healthz() -> ResponseReturnValue:
    """200 when database, storage and worker are ready, else 503 with a word for each that is not."""
    found = ailments()
    response = jsonify(ready=not found, ailments=found)
    response.headers["Cache-Control"] = "no-store"
    response.status_code = 503 if found else 200
    return response


def _words(job: Job) -> str:
    if job.state == JobState.QUEUED:
        return str(_("Waiting for its turn"))
    if job.state == JobState.DONE:
        return str(_("Done"))
    if job.state == JobState.FAILED:
        return str(_("This did not succeed"))
    return str(_(job.stage) if job.stage else _("Starting"))
