"""Pages of how a work was made known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from portfolio.accounts.models import User
from portfolio.core.db import Stale, transaction
from portfolio.core.hooks import Exhibit, current_hooks
from portfolio.core.permissions import requires
from portfolio.criteria.vocabulary import CERTAINTY_LABELS
from portfolio.works.dissemination import operations, queries
from portfolio.works.dissemination.forms import DisseminationForm
from portfolio.works.dissemination.models import Dissemination, Way
from portfolio.works.dissemination.vocabulary import WAY_LABELS, WORDS
from portfolio.works.models import Work
from portfolio.works.permissions import WorkPermission
from portfolio.works.queries import Part, find

bp = Blueprint("dissemination", __name__, url_prefix="/works/<int:work_id>/dissemination")


@bp.get("")
@requires(WorkPermission.EDIT, load=find)
def index(work: Work) -> ResponseReturnValue:
    """The four ways with what is there, its evidence, and the minimum that the rule set asks."""
    entries = queries.of_work(work)
    ways = [
        {
            "way": way,
            "label": WAY_LABELS[way],
            "words": WORDS[way],
            "entries": [one for one in entries if one.way is way],
        }
        for way in Way
    ]
    return render_template(
        "works/dissemination/index.html",
        work=work,
        ways=ways,
        labels=WAY_LABELS,
        proofs=_proofs(work),
        asked=queries.asked_of(work, {one.way for one in entries}),
        certainties=CERTAINTY_LABELS,
    )


@bp.get("/<way>/new")
@requires(WorkPermission.EDIT, load=queries.find_way)
def new(part: Part[Way]) -> ResponseReturnValue:
    """The form of another entry."""
    return _page(part.work, part.row, DisseminationForm(part.row, _exhibits(part.work)), None)


@bp.post("/<way>")
@requires(WorkPermission.EDIT, load=queries.find_way)
def create(part: Part[Way]) -> ResponseReturnValue:
    """Add an entry."""
    form = DisseminationForm(part.row, _exhibits(part.work))
    work_id = part.work.id
    if not form.validate_on_submit():
        return make_response(_page(part.work, part.row, form, None), 422)
    with transaction():
        operations.add_dissemination(
            actor=_user(), work=part.work, way=part.row, fields=form.fields(), exhibits=form.exhibits.data or []
        )
    flash(_("The entry has been added."), "ok")
    return redirect(url_for("dissemination.index", work_id=work_id), 303)


@bp.get("/entries/<int:dissemination_id>")
@requires(WorkPermission.EDIT, load=queries.find_dissemination)
def edit(part: Part[Dissemination]) -> ResponseReturnValue:
    """The form of an entry."""
    return _page(part.work, part.row.way, _form(part.work, part.row), part.row)


@bp.post("/entries/<int:dissemination_id>")
@requires(WorkPermission.EDIT, load=queries.find_dissemination)
def update(part: Part[Dissemination]) -> ResponseReturnValue:
    """Save an entry. A stale form is shown again with what was saved meanwhile beside it."""
    form = DisseminationForm(part.row.way, _exhibits(part.work))
    work_id = part.work.id
    if not form.validate_on_submit():
        return make_response(_page(part.work, part.row.way, form, part.row, version=form.version.data), 422)
    try:
        with transaction():
            operations.update_dissemination(
                actor=_user(),
                work=part.work,
                row=part.row,
                fields=form.fields(),
                exhibits=form.exhibits.data or [],
                version=form.version.data or 0,
            )
    except Stale:
        stale = _differences(form, _form(part.work, part.row))
        return make_response(_page(part.work, part.row.way, form, part.row, stale=stale), 409)
    flash(_("The entry has been saved."), "ok")
    return redirect(url_for("dissemination.index", work_id=work_id), 303)


@bp.post("/entries/<int:dissemination_id>/removal")
@requires(WorkPermission.EDIT, load=queries.find_dissemination)
def remove(part: Part[Dissemination]) -> ResponseReturnValue:
    """Take an entry off the work."""
    work_id = part.work.id
    with transaction():
        operations.remove_dissemination(actor=_user(), work=part.work, row=part.row)
    flash(_("The entry has been removed."), "ok")
    return redirect(url_for("dissemination.index", work_id=work_id), 303)


def _user() -> User:
    return cast(User, current_user._get_current_object())


def _exhibits(work: Work) -> list[Exhibit]:
    return [exhibit for bring in current_hooks().work_exhibits for exhibit in bring(_user(), work)]


def _proofs(work: Work) -> Mapping[int, Sequence[Exhibit]]:
    found: dict[int, list[Exhibit]] = {}
    for bring in current_hooks().dissemination_proofs:
        for entry_id, shown in bring(_user(), work).items():
            found.setdefault(entry_id, []).extend(shown)
    return found


def _form(work: Work, row: Dissemination) -> DisseminationForm:
    columns = ("version", "title_th", "title_en", "place_th", "place_en", "audience_th", "audience_en", "people")
    data = {name: getattr(row, name) for name in (*columns, "begun_on", "ended_on", "url", "note_th", "note_en")}
    data["year"] = None if row.begun_on else row.year
    data["exhibits"] = [proof.item_id for proof in _proofs(work).get(row.id, ())]
    return DisseminationForm(row.way, _exhibits(work), formdata=None, data=data)


def _page(
    work: Work,
    way: Way,
    form: DisseminationForm,
    row: Dissemination | None,
    *,
    version: int | None = None,
    stale: list[tuple[Any, str]] | None = None,
) -> str:
    return render_template(
        "works/dissemination/edit.html",
        work=work,
        way=way,
        label=WAY_LABELS[way],
        words=WORDS[way],
        form=form,
        row=row,
        version=version or (row.version if row else 0),
        stale=stale,
    )


def _differences(form: DisseminationForm, saved: DisseminationForm) -> list[tuple[Any, str]]:
    """What was saved meanwhile, field by field where it is not what this form says."""
    found = []
    for field in saved:
        mine, theirs = form[field.name].data, field.data
        if field.name in ("version", "csrf_token") or _plain(mine) == _plain(theirs):
            continue
        if field.name == "exhibits":
            said = ", ".join(label for value, label, *_more in field.iter_choices() if value in (theirs or []))
        else:
            said = str(field._value())
        found.append((field.label.text, said))
    return found


def _plain(value: Any) -> Any:
    """What was typed, so that nothing and an empty text are one; no people at all are something else."""
    return sorted(value) if isinstance(value, list) else "" if value is None else value
