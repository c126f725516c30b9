"""Pages of works: the list, and the facts."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from portfolio.accounts.models import User
from portfolio.core.db import Stale, transaction
from portfolio.core.hooks import current_hooks
from portfolio.core.permissions import requires
from portfolio.core.web.cards import written
from portfolio.core.web.pagination import page_number
from portfolio.works import operations, prose, queries
from portfolio.works.bibliography.citations.styles import cite
from portfolio.works.bibliography.kinds import asks_headings
from portfolio.works.bibliography.queries import references_of, used_of
from portfolio.works.forms import FactsForm, NewWorkForm
from portfolio.works.models import Work
from portfolio.works.operations import WorkFacts
from portfolio.works.permissions import WorkPermission
from portfolio.works.sections.queries import word_counts
from portfolio.works.vocabulary import (
    CHANGE_DOMAIN_LABELS,
    GROUP_LABELS,
    KIND_GROUPS,
    KIND_HINTS,
    KIND_LABELS,
    MISSION_LABELS,
    ROLE_LABELS,
    THEME_LABELS,
    WorkGroup,
    WorkKind,
    provinces,
    sdgs,
)

bp = Blueprint("works", __name__, url_prefix="/works")


@bp.app_template_filter("prose")
def render_prose(text: str | None) -> Markup:
    """The service's light prose as HTML."""
    return prose.render(text)


@bp.app_context_processor
def words() -> dict[str, Any]:
    """Words of kinds and groups for every template that names one."""
    return {"kind_labels": KIND_LABELS, "group_labels": GROUP_LABELS, "kind_groups": KIND_GROUPS}


@bp.get("")
@requires(WorkPermission.LIST)
def index() -> ResponseReturnValue:
    """A person's works."""
    user = _user()
    term = request.args.get("q", "").strip()[:200]
    archived = request.args.get("archived") == "1"
    kind, group = chosen_kind()
    page = queries.index_page(user, page=page_number(), term=term, archived=archived, kind=kind, group=group)
    works = [line.work for line in page]
    return render_template(
        "works/index.html",
        page=page,
        term=term,
        archived=archived,
        has_archived=queries.has_archived(user),
        citations={id: cite(reference) for id, reference in references_of(works).items()},
        used=used_of(works),
        asks_headings=asks_headings,
        kind=kind,
        group=group,
    )


@bp.get("/new")
@requires(WorkPermission.CREATE)
def new() -> ResponseReturnValue:
    """The form of a new work."""
    return render_template("works/new.html", form=NewWorkForm(queries.usable_rule_sets()), kind_hints=KIND_HINTS)


@bp.post("")
@requires(WorkPermission.CREATE)
def create() -> ResponseReturnValue:
    """Begin a work, and go on to its facts."""
    form = NewWorkForm(queries.usable_rule_sets())
    if not form.validate_on_submit():
        return make_response(render_template("works/new.html", form=form, kind_hints=KIND_HINTS), 422)
    title_th, title_en = form.title_th.data or "", form.title_en.data or ""
    with transaction():
        rules = next(rules for rules in queries.usable_rule_sets() if str(rules.id) == form.rule_set.data)
        kind = WorkKind(form.kind.data)
        facts = WorkFacts(kind=kind, title_th=title_th, title_en=title_en)
        work_id = operations.create_work(actor=_user(), rule_set=rules, facts=facts).id
    flash(_("The work has been started. Nobody else sees it until you submit."), "ok")
    return redirect(url_for("works.edit" if asks_headings(kind) else "bibliography.edit", work_id=work_id), 303)


@bp.get("/<int:work_id>")
@requires(WorkPermission.READ, load=queries.find)
def show(work: Work) -> ResponseReturnValue:
    """A work with its headings, people, indicators and what other rooms say of it."""
    return render_template(
        "works/show.html",
        work=work,
        words=word_counts(work),
        panels=_panels(work),
        asks_headings=asks_headings(work.kind),
        province=provinces().get(work.province_code or ""),
        goals=[sdgs()[row.goal] for row in work.sdgs],
        theme=THEME_LABELS[work.theme] if work.theme else "",
        domains=[CHANGE_DOMAIN_LABELS[row.domain] for row in work.change_domains],
        missions=[MISSION_LABELS[row.mission] for row in work.missions],
        roles=ROLE_LABELS,
    )


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


def chosen_kind() -> tuple[WorkKind | None, WorkGroup | None]:
    """The kind or group that the address asks for; what it does not know is not asked for."""
    text = request.args.get("kind", "")
    kind = next((word for word in WorkKind if word.value == text), None)
    group = next((word for word in WorkGroup if f"group-{word.value}" == text), None)
    return kind, group


def _user() -> User:
    return cast(User, current_user._get_current_object())


def _facts_form(work: Work) -> FactsForm:
    data = {name: getattr(work, name) for name in FactsForm.PLAIN}
    data |= {
        "kind": work.kind.value,
        "province_code": work.province_code or "",
        "theme": work.theme.value if work.theme else "",
        "sdgs": [str(row.goal) for row in work.sdgs],
        "change_domains": [row.domain.value for row in work.change_domains],
        "missions": [row.mission.value for row in work.missions],
    }
    return FactsForm(formdata=None, data=data)


def _facts_page(work: Work, form: FactsForm, version: int | None, stale: list[tuple[Any, str]] | None = None) -> str:
    return render_template(
        "works/edit.html",
        work=work,
        form=form,
        version=version,
        stale=stale,
        asks_headings=asks_headings(work.kind),
    )


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
