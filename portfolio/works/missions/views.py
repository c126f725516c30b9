"""Pages of the missions that a work joins."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from portfolio.accounts.models import User
from portfolio.core.db import Stale, transaction
from portfolio.core.hooks import current_hooks
from portfolio.core.permissions import requires
from portfolio.works.missions import operations, queries
from portfolio.works.missions.forms import EntryForm
from portfolio.works.missions.models import MissionEntry
from portfolio.works.missions.vocabulary import TERM_LABELS, WORDS
from portfolio.works.models import Work
from portfolio.works.permissions import WorkPermission
from portfolio.works.queries import Part, find
from portfolio.works.vocabulary import MISSION_LABELS, Mission

bp = Blueprint("missions", __name__, url_prefix="/works/<int:work_id>/missions")


@bp.get("")
@requires(WorkPermission.EDIT, load=find)
def index(work: Work) -> ResponseReturnValue:
    """The four missions joined in a work, each with its entries, their evidence and what is missing."""
    entries = queries.entries_of(work)
    proofs: dict[int, list[Any]] = {}
    for bring in current_hooks().mission_proofs:
        for entry_id, shown in bring(_user(), work).items():
            proofs.setdefault(entry_id, []).extend(shown)
    missions = [
        {
            "mission": mission,
            "label": MISSION_LABELS[mission],
            "words": WORDS[mission],
            "entries": [entry for entry in entries if entry.mission is mission],
        }
        for mission in Mission
    ]
    ticked = {row.mission for row in work.missions}
    return render_template(
        "works/missions/index.html", work=work, missions=missions, proofs=proofs, ticked=ticked, terms=TERM_LABELS
    )


@bp.get("/<mission>/new")
@requires(WorkPermission.EDIT, load=queries.find_mission)
def new(part: Part[Mission]) -> ResponseReturnValue:
    """The form of another entry."""
    return _page(part.work, part.row, EntryForm(part.row), None)


@bp.post("/<mission>")
@requires(WorkPermission.EDIT, load=queries.find_mission)
def create(part: Part[Mission]) -> ResponseReturnValue:
    """Add an entry."""
    form = EntryForm(part.row)
    work_id = part.work.id
    if not form.validate_on_submit():
        return make_response(_page(part.work, part.row, form, None), 422)
    with transaction():
        operations.add_entry(actor=_user(), work=part.work, mission=part.row, fields=form.fields())
    flash(_("The entry has been added."), "ok")
    return redirect(url_for("missions.index", work_id=work_id), 303)


@bp.get("/entries/<int:mission_entry_id>")
@requires(WorkPermission.EDIT, load=queries.find_entry)
def edit(part: Part[MissionEntry]) -> ResponseReturnValue:
    """The form of an entry."""
    return _page(part.work, part.row.mission, _form(part.row), part.row)


@bp.post("/entries/<int:mission_entry_id>")
@requires(WorkPermission.EDIT, load=queries.find_entry)
def update(part: Part[MissionEntry]) -> ResponseReturnValue:
    """Save an entry. A stale form is shown again with what was saved meanwhile beside it."""
    form = EntryForm(part.row.mission)
    work_id = part.work.id
    if not form.validate_on_submit():
        return make_response(_page(part.work, part.row.mission, form, part.row, version=form.version.data), 422)
    try:
        with transaction():
            operations.update_entry(
                actor=_user(), work=part.work, entry=part.row, fields=form.fields(), version=form.version.data or 0
            )
    except Stale:
        stale = _differences(form, _form(part.row))
        return make_response(_page(part.work, part.row.mission, form, part.row, stale=stale), 409)
    flash(_("The entry has been saved."), "ok")
    return redirect(url_for("missions.index", work_id=work_id), 303)


@bp.post("/entries/<int:mission_entry_id>/removal")
@requires(WorkPermission.EDIT, load=queries.find_entry)
def remove(part: Part[MissionEntry]) -> ResponseReturnValue:
    """Take an entry off the work."""
    work_id = part.work.id
    with transaction():
        operations.remove_entry(actor=_user(), work=part.work, entry=part.row)
    flash(_("The entry has been removed."), "ok")
    return redirect(url_for("missions.index", work_id=work_id), 303)


def _user() -> User:
    return cast(User, current_user._get_current_object())


def _form(entry: MissionEntry) -> EntryForm:
    names = ("version", "code", "title_th", "title_en", "year", "people", "partner_th", "partner_en", "outcome_th")
    data = {name: getattr(entry, name) for name in (*names, "outcome_en")}
    return EntryForm(entry.mission, formdata=None, data=data | {"term": entry.term.value if entry.term else ""})


def _page(
    work: Work,
    mission: Mission,
    form: EntryForm,
    row: MissionEntry | None,
    *,
    version: int | None = None,
    stale: list[tuple[Any, str]] | None = None,
) -> str:
    return render_template(
        "works/missions/edit.html",
        work=work,
        mission=mission,
        label=MISSION_LABELS[mission],
        words=WORDS[mission],
        form=form,
        row=row,
        version=version or (row.version if row else 0),
        stale=stale,
    )


def _differences(form: EntryForm, saved: EntryForm) -> list[tuple[Any, str]]:
    """What was saved meanwhile, field by field where it is not what this form says."""
    found = []
    for field in saved:
        mine, theirs = form[field.name].data, field.data
        if field.name in ("version", "csrf_token") or ("" if mine is None else mine) == (
            "" if theirs is None else theirs
        ):
            continue
        said = TERM_LABELS.get(theirs, "") if field.name == "term" else field._value()
        found.append((field.label.text, str(said)))
    return found
