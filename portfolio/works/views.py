"""Pages of works: the list, the facts, the texts under their headings, the people, the indicators."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from flask import Blueprint, Response, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from portfolio.accounts.models import User
from portfolio.core.db import Stale, transaction
from portfolio.core.hooks import current_hooks
from portfolio.core.permissions import requires
from portfolio.core.web.addresses import row_id
from portfolio.core.web.cards import written
from portfolio.core.web.errors import wants_json
from portfolio.core.web.pagination import page_number
from portfolio.criteria.models import RuleHeading
from portfolio.works import operations, prose, queries
from portfolio.works.charts import change, draw, figure, reached
from portfolio.works.forms import ChangeRecordForm, ContributionForm, FactsForm, NewWorkForm, SectionForm
from portfolio.works.models import ChangeRecord, Contribution, Work, WorkSectionVersion
from portfolio.works.operations import WorkFacts
from portfolio.works.permissions import WorkPermission
from portfolio.works.queries import Part, Place
from portfolio.works.vocabulary import (
    CHANGE_DOMAIN_LABELS,
    MISSION_LABELS,
    ROLE_LABELS,
    THEME_LABELS,
    provinces,
    sdgs,
)

bp = Blueprint("works", __name__, url_prefix="/works")

WIDE, NARROW = 520, 340


@bp.app_template_filter("prose")
def render_prose(text: str | None) -> Markup:
    """The service's light prose as HTML."""
    return prose.render(text)


@bp.get("")
@requires(WorkPermission.LIST)
def index() -> ResponseReturnValue:
    """A person's works."""
    user = _user()
    term = request.args.get("q", "").strip()[:200]
    archived = request.args.get("archived") == "1"
    page = queries.index_page(user, page=page_number(), term=term, archived=archived)
    return render_template(
        "works/index.html", page=page, term=term, archived=archived, has_archived=queries.has_archived(user)
    )


@bp.get("/new")
@requires(WorkPermission.CREATE)
def new() -> ResponseReturnValue:
    """The form of a new work."""
    return render_template("works/new.html", form=NewWorkForm(queries.usable_rule_sets()))


@bp.post("")
@requires(WorkPermission.CREATE)
def create() -> ResponseReturnValue:
    """Begin a work, and go on to its facts."""
    form = NewWorkForm(queries.usable_rule_sets())
    if not form.validate_on_submit():
        return make_response(render_template("works/new.html", form=form), 422)
    title_th, title_en = form.title_th.data or "", form.title_en.data or ""
    with transaction():
        rules = next(rules for rules in queries.usable_rule_sets() if str(rules.id) == form.rule_set.data)
        facts = WorkFacts(title_th=title_th, title_en=title_en)
        work_id = operations.create_work(actor=_user(), rule_set=rules, facts=facts).id
    flash(_("The work has been started. Nobody else sees it until you submit."), "ok")
    return redirect(url_for("works.edit", work_id=work_id), 303)


@bp.get("/<int:work_id>")
@requires(WorkPermission.READ, load=queries.find)
def show(work: Work) -> ResponseReturnValue:
    """A work with its headings, people, indicators and what other rooms say of it."""
    return render_template(
        "works/show.html",
        work=work,
        words=queries.word_counts(work),
        panels=_panels(work),
        province=provinces().get(work.province_code or ""),
        goals=[sdgs()[row.goal] for row in work.sdgs],
        theme=THEME_LABELS[work.theme] if work.theme else "",
        domains=[CHANGE_DOMAIN_LABELS[row.domain] for row in work.change_domains],
        missions=[MISSION_LABELS[row.mission] for row in work.missions],
        roles=ROLE_LABELS,
    )


@bp.get("/<int:work_id>/reading")
@requires(WorkPermission.READ, load=queries.find)
def show_reading(work: Work) -> ResponseReturnValue:
    """All texts of a work one after the other, as a reader has them."""
    return render_template("works/reading.html", work=work)


@bp.get("/<int:work_id>/facts")
@requires(WorkPermission.EDIT, load=queries.find)
def edit(work: Work) -> ResponseReturnValue:
    """The form of the facts."""
    return _facts_page(work, _facts_form(work), work.version)


@bp.post("/<int:work_id>/facts")
@requires(WorkPermission.EDIT, load=queries.find)
def update(work: Work) -> ResponseReturnValue:
    """Save the facts. A stale form is shown again with what was saved meanwhile beside it."""
    form = FactsForm()
    work_id = work.id
    if not form.validate_on_submit():
        return make_response(_facts_page(work, form, form.version.data), 422)
    try:
        with transaction():
            operations.update_facts(actor=_user(), work=work, facts=form.facts(), version=form.version.data or 0)
    except Stale:
        return make_response(_facts_page(work, form, work.version, _differences(form, _facts_form(work))), 409)
    flash(_("The facts have been saved."), "ok")
    return redirect(url_for("works.show", work_id=work_id), 303)


@bp.post("/<int:work_id>/archive")
@requires(WorkPermission.EDIT, load=queries.find)
def archive(work: Work) -> ResponseReturnValue:
    """Set a work aside."""
    with transaction():
        operations.archive_work(actor=_user(), work=work)
    flash(_("The work has been set aside. You can take it back at any time."), "ok")
    return redirect(url_for("works.index"), 303)


@bp.post("/<int:work_id>/restoration")
@requires(WorkPermission.EDIT, load=queries.find)
def restore(work: Work) -> ResponseReturnValue:
    """Take a work back."""
    work_id = work.id
    with transaction():
        operations.restore_work(actor=_user(), work=work)
    flash(_("The work is back in your list."), "ok")
    return redirect(url_for("works.show", work_id=work_id), 303)


@bp.get("/<int:work_id>/sections/<heading_code>")
@requires(WorkPermission.EDIT, load=queries.find_place)
def show_section(place: Place) -> ResponseReturnValue:
    """The editor of the text under one heading."""
    form = SectionForm(formdata=None, body=place.body, version=place.version)
    return _editor(place, form)


@bp.post("/<int:work_id>/sections/<heading_code>")
@requires(WorkPermission.EDIT, load=queries.find_place)
def update_section(place: Place) -> ResponseReturnValue:
    """Save the text, for a form or for autosave. A stale one is answered 409 with both texts."""
    form = SectionForm()
    work_id, code = place.work.id, place.heading.code
    if not form.validate_on_submit():
        if wants_json():
            return make_response(jsonify(message=_first_error(form)), 422)
        return make_response(_editor(place, form), 422)
    mine = form.body.data or ""
    try:
        with transaction():
            section = operations.save_section(
                actor=_user(),
                work=place.work,
                heading_code=code,
                body=mine,
                version=cast(int, form.version.data),
                autosave=wants_json(),
            )
            version, saved_at = section.version, section.updated_at
    except Stale:
        return _both_texts(replace(place, section=queries.section_of(place.work, code)), mine)
    if wants_json():
        return jsonify(version=version, saved_at=saved_at.isoformat())
    flash(_("The text has been saved."), "ok")
    following = _following(place.heading, place.work.rule_set.headings) if request.form.get("go_on") else None
    return redirect(
        url_for("works.show_section", work_id=work_id, heading_code=following.code if following else code), 303
    )


@bp.get("/<int:work_id>/sections/<heading_code>/history")
@requires(WorkPermission.EDIT, load=queries.find_place)
def show_history(place: Place) -> ResponseReturnValue:
    """Earlier texts under a heading."""
    page = queries.history(place.section, page_number()) if place.section else None
    return render_template("works/history.html", place=place, work=place.work, page=page)


@bp.post("/<int:work_id>/sections/<heading_code>/history/<int:kept_id>/restoration")
@requires(WorkPermission.EDIT, load=queries.find_kept)
def restore_section(part: Part[WorkSectionVersion]) -> ResponseReturnValue:
    """Put an earlier text back. The present one is kept in its turn."""
    work_id, kept = part.work.id, part.row
    version = request.form.get("version", type=row_id)
    with transaction():
        section = operations.restore_section(actor=_user(), work=part.work, kept=kept, version=version or 0)
        code = section.heading_code
    flash(_("The earlier text is back. The text it replaced is kept in the history."), "ok")
    return redirect(url_for("works.show_section", work_id=work_id, heading_code=code), 303)


@bp.get("/<int:work_id>/contributors")
@requires(WorkPermission.EDIT, load=queries.find)
def index_contributors(work: Work) -> ResponseReturnValue:
    """The people of a work."""
    return render_template("works/contributors.html", work=work, roles=ROLE_LABELS)


@bp.get("/<int:work_id>/contributors/new")
@requires(WorkPermission.EDIT, load=queries.find)
def new_contributor(work: Work) -> ResponseReturnValue:
    """The form of another person."""
    return render_template("works/contributor.html", work=work, form=ContributionForm(), row=None)


@bp.post("/<int:work_id>/contributors")
@requires(WorkPermission.EDIT, load=queries.find)
def create_contributor(work: Work) -> ResponseReturnValue:
    """Name another person."""
    form = ContributionForm()
    work_id = work.id
    if not form.validate_on_submit():
        return make_response(render_template("works/contributor.html", work=work, form=form, row=None), 422)
    with transaction():
        operations.add_contribution(actor=_user(), work=work, fields=form.fields())
    flash(_("The person has been added."), "ok")
    return redirect(url_for("works.index_contributors", work_id=work_id), 303)


@bp.get("/<int:work_id>/contributors/<int:contribution_id>")
@requires(WorkPermission.EDIT, load=queries.find_contribution)
def edit_contributor(part: Part[Contribution]) -> ResponseReturnValue:
    """The form of a person."""
    form = ContributionForm(obj=part.row)
    return render_template("works/contributor.html", work=part.work, form=form, row=part.row)


@bp.post("/<int:work_id>/contributors/<int:contribution_id>")
@requires(WorkPermission.EDIT, load=queries.find_contribution)
def update_contributor(part: Part[Contribution]) -> ResponseReturnValue:
    """Save what is said of a person."""
    form = ContributionForm()
    work_id = part.work.id
    if not form.validate_on_submit():
        return make_response(render_template("works/contributor.html", work=part.work, form=form, row=part.row), 422)
    with transaction():
        operations.update_contribution(actor=_user(), work=part.work, contribution=part.row, fields=form.fields())
    flash(_("The person's part has been saved."), "ok")
    return redirect(url_for("works.index_contributors", work_id=work_id), 303)


@bp.post("/<int:work_id>/contributors/<int:contribution_id>/removal")
@requires(WorkPermission.EDIT, load=queries.find_contribution)
def remove_contributor(part: Part[Contribution]) -> ResponseReturnValue:
    """Take a person off the work."""
    work_id = part.work.id
    with transaction():
        operations.remove_contribution(actor=_user(), work=part.work, contribution=part.row)
    flash(_("The person has been taken off the work."), "ok")
    return redirect(url_for("works.index_contributors", work_id=work_id), 303)


@bp.post("/<int:work_id>/contributors/<int:contribution_id>/position")
@requires(WorkPermission.EDIT, load=queries.find_contribution)
def move_contributor(part: Part[Contribution]) -> ResponseReturnValue:
    """Move a person one place."""
    work_id = part.work.id
    with transaction():
        operations.move_contribution(actor=_user(), work=part.work, contribution=part.row, up=_up())
    return redirect(url_for("works.index_contributors", work_id=work_id), 303)


@bp.get("/<int:work_id>/indicators")
@requires(WorkPermission.EDIT, load=queries.find)
def index_indicators(work: Work) -> ResponseReturnValue:
    """Indicators before and after, drawn and in a table."""
    rows = [
        {
            "record": row,
            "change": change(row.baseline_value, row.outcome_value),
            "reached": reached(row.baseline_value, row.outcome_value, row.target_value),
            "wide": draw(row.baseline_value, row.outcome_value, row.target_value, WIDE),
            "narrow": draw(row.baseline_value, row.outcome_value, row.target_value, NARROW),
        }
        for row in work.change_records
    ]
    return render_template("works/indicators.html", work=work, rows=rows, figure=figure)


@bp.get("/<int:work_id>/indicators/new")
@requires(WorkPermission.EDIT, load=queries.find)
def new_indicator(work: Work) -> ResponseReturnValue:
    """The form of another indicator."""
    return render_template("works/indicator.html", work=work, form=ChangeRecordForm(), row=None)


@bp.post("/<int:work_id>/indicators")
@requires(WorkPermission.EDIT, load=queries.find)
def create_indicator(work: Work) -> ResponseReturnValue:
    """Add an indicator."""
    form = ChangeRecordForm()
    work_id = work.id
    if not form.validate_on_submit():
        return make_response(render_template("works/indicator.html", work=work, form=form, row=None), 422)
    with transaction():
        operations.add_change_record(actor=_user(), work=work, fields=form.fields())
    flash(_("The indicator has been added."), "ok")
    return redirect(url_for("works.index_indicators", work_id=work_id), 303)


@bp.get("/<int:work_id>/indicators/<int:record_id>")
@requires(WorkPermission.EDIT, load=queries.find_change_record)
def edit_indicator(part: Part[ChangeRecord]) -> ResponseReturnValue:
    """The form of an indicator."""
    form = ChangeRecordForm(obj=part.row)
    return render_template("works/indicator.html", work=part.work, form=form, row=part.row)


@bp.post("/<int:work_id>/indicators/<int:record_id>")
@requires(WorkPermission.EDIT, load=queries.find_change_record)
def update_indicator(part: Part[ChangeRecord]) -> ResponseReturnValue:
    """Save an indicator."""
    form = ChangeRecordForm()
    work_id = part.work.id
    if not form.validate_on_submit():
        return make_response(render_template("works/indicator.html", work=part.work, form=form, row=part.row), 422)
    with transaction():
        operations.update_change_record(actor=_user(), work=part.work, change=part.row, fields=form.fields())
    flash(_("The indicator has been saved."), "ok")
    return redirect(url_for("works.index_indicators", work_id=work_id), 303)


@bp.post("/<int:work_id>/indicators/<int:record_id>/removal")
@requires(WorkPermission.EDIT, load=queries.find_change_record)
def remove_indicator(part: Part[ChangeRecord]) -> ResponseReturnValue:
    """Take an indicator off the work."""
    work_id = part.work.id
    with transaction():
        operations.remove_change_record(actor=_user(), work=part.work, change=part.row)
    flash(_("The indicator has been removed."), "ok")
    return redirect(url_for("works.index_indicators", work_id=work_id), 303)


@bp.post("/<int:work_id>/indicators/<int:record_id>/position")
@requires(WorkPermission.EDIT, load=queries.find_change_record)
def move_indicator(part: Part[ChangeRecord]) -> ResponseReturnValue:
    """Move an indicator one place."""
    work_id = part.work.id
    with transaction():
        operations.move_change_record(actor=_user(), work=part.work, change=part.row, up=_up())
    return redirect(url_for("works.index_indicators", work_id=work_id), 303)


def _user() -> User:
    return cast(User, current_user._get_current_object())


def _up() -> bool:
    return request.form.get("direction") == "up"


def _facts_form(work: Work) -> FactsForm:
    data = {name: getattr(work, name) for name in FactsForm.PLAIN}
    data |= {
        "province_code": work.province_code or "",
        "theme": work.theme.value if work.theme else "",
        "sdgs": [str(row.goal) for row in work.sdgs],
        "change_domains": [row.domain.value for row in work.change_domains],
        "missions": [row.mission.value for row in work.missions],
    }
    return FactsForm(formdata=None, data=data)


def _facts_page(work: Work, form: FactsForm, version: int | None, stale: list[tuple[Any, str]] | None = None) -> str:
    return render_template("works/edit.html", work=work, form=form, version=version, stale=stale)


def _differences(form: FactsForm, saved: FactsForm) -> list[tuple[Any, str]]:
    """What was saved meanwhile, field by field where it is not what this form says."""
    found = []
    for field in saved:
        if field.name in ("version", "csrf_token") or field.data == form[field.name].data:
            continue
        choices = (
            {value: label for value, label, *_rest in field.iter_choices()} if field.type.startswith("Sel") else {}
        )
        value = field.data if isinstance(field.data, list) else [field.data]
        words = [str(choices.get(each, each)) for each in value if each not in (None, "", False)]
        found.append((field.label.text, _("Yes") if field.data is True else ", ".join(words)))
    return found


def _panels(work: Work, heading_code: str | None = None) -> dict[str, list[Markup]]:
    return written(card for panel in current_hooks().work_panels for card in panel(_user(), work, heading_code))


def _editor(place: Place, form: SectionForm) -> str:
    target = place.heading.target_words
    form.body.target_words = (target // 2, target * 3 // 2)
    return render_template(
        "works/section.html",
        place=place,
        work=place.work,
        form=form,
        words=queries.word_counts(place.work),
        following=_following(place.heading, place.work.rule_set.headings),
        panels=_panels(place.work, place.heading.code),
    )


def _following(heading: RuleHeading, headings: list[RuleHeading]) -> RuleHeading | None:
    return next((other for other in headings if other.number > heading.number), None)


def _both_texts(place: Place, mine: str) -> Response:
    if wants_json():
        message = _("Somebody else saved this text in the meantime. Nothing was overwritten.")
        return make_response(jsonify(mine=mine, theirs=place.body, version=place.version, message=message), 409)
    page = render_template("works/conflict.html", place=place, work=place.work, mine=mine)
    return make_response(page, 409)


def _first_error(form: SectionForm) -> str:
    return next((str(error) for errors in form.errors.values() for error in errors), _("The text was not saved."))
