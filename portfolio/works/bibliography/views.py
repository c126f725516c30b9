"""Pages of a work as a publication: its facts, its citations, where it was used before."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from portfolio.accounts.models import User
from portfolio.core.db import Stale, transaction
from portfolio.core.i18n.language import current_language
from portfolio.core.permissions import requires
from portfolio.core.web.addresses import next_or
from portfolio.core.web.pagination import page_number
from portfolio.works.bibliography import operations, queries
from portfolio.works.bibliography.citations.apa import in_text
from portfolio.works.bibliography.citations.runs import plain
from portfolio.works.bibliography.citations.styles import STYLE_NAMES, CitationStyle, cite
from portfolio.works.bibliography.forms import BibliographyForm, UseForm, form_data
from portfolio.works.bibliography.kinds import FORM_FIELDS, forms_with
from portfolio.works.bibliography.labels import RESULT_LABELS
from portfolio.works.bibliography.models import Bibliography, EarlierUse
from portfolio.works.bibliography.reference import Reference
from portfolio.works.models import Work
from portfolio.works.permissions import WorkPermission
from portfolio.works.queries import Part, find
from portfolio.works.vocabulary import WorkGroup, WorkKind

bp = Blueprint("bibliography", __name__, url_prefix="/works")


@bp.app_template_global("positions_by_code")
def positions_by_code(work: Work) -> dict[str, Any]:
    """The positions of a work's rule set by their codes."""
    return {row.code: row for row in work.rule_set.positions}


@bp.get("/citations")
@requires(WorkPermission.LIST)
def index() -> ResponseReturnValue:
    """All works of a person as citations in one style, ready to copy."""
    text = request.args.get("form", "")
    style = next((word for word in CitationStyle if word.value == text), CitationStyle.APA)
    asked = request.args.get("kind", "")
    kind = next((word for word in WorkKind if word.value == asked), None)
    group = next((word for word in WorkGroup if f"group-{word.value}" == asked), None)
    page = queries.cite_page(_user(), page=page_number(), kind=kind, group=group)
    return render_template(
        "works/bibliography/index.html",
        page=page,
        lines=[(work, cite(reference, style)) for work, reference in page],
        style=style,
        styles=STYLE_NAMES,
        kind=kind,
        group=group,
        plain=plain,
    )


@bp.get("/<int:work_id>/citations")
@requires(WorkPermission.READ, load=find)
def show(work: Work) -> ResponseReturnValue:
    """A work cited in each style."""
    reference = queries.reference_of(work)
    return render_template(
        "works/bibliography/show.html",
        work=work,
        citations=[(STYLE_NAMES[style], cite(reference, style)) for style in CitationStyle],
        short=in_text(reference),
        missing=_missing(reference),
        plain=plain,
    )


@bp.get("/<int:work_id>/publication")
@requires(WorkPermission.EDIT, load=find)
def edit(work: Work) -> ResponseReturnValue:
    """The form of a work as a publication."""
    row = queries.bibliography_of(work)
    return _page(work, _form(work, row), row.version if row else 0)


@bp.post("/<int:work_id>/publication")
@requires(WorkPermission.EDIT, load=find)
def update(work: Work) -> ResponseReturnValue:
    """Save it. A stale form is shown again with the version that is there now, so that saving again is a choice."""
    row = queries.bibliography_of(work)
    form = BibliographyForm(work.kind, row)
    work_id = work.id
    if not form.validate_on_submit():
        return make_response(_page(work, form, form.version.data or 0), 422)
    try:
        with transaction():
            operations.update_publication(
                actor=_user(),
                work=work,
                fields=form.fields(),
                version=form.version.data or 0,
                authors_are_whole=form.authors_are_whole.data,
            )
    except Stale:
        now_there = queries.bibliography_of(work)
        saved = _form(work, now_there)
        version = now_there.version if now_there else 0
        return make_response(_page(work, form, version, _differences(form, saved)), 409)
    flash(_("The facts of the publication have been saved."), "ok")
    return redirect(url_for("works.show", work_id=work_id), 303)


@bp.get("/<int:work_id>/uses")
@requires(WorkPermission.EDIT, load=find)
def index_uses(work: Work) -> ResponseReturnValue:
    """Where a work was used before."""
    return _uses_page(work, UseForm(work.rule_set.positions, current_language() == "th"))


@bp.post("/<int:work_id>/uses")
@requires(WorkPermission.EDIT, load=find)
def create_use(work: Work) -> ResponseReturnValue:
    """Note an earlier use."""
    form = UseForm(work.rule_set.positions, current_language() == "th")
    work_id = work.id
    if not form.validate_on_submit():
        return make_response(_uses_page(work, form), 422)
    with transaction():
        operations.add_use(actor=_user(), work=work, fields=form.fields())
    flash(_("The earlier use has been noted."), "ok")
    return redirect(url_for("bibliography.index_uses", work_id=work_id), 303)


@bp.get("/<int:work_id>/uses/<int:use_id>")
@requires(WorkPermission.EDIT, load=queries.find_use)
def edit_use(part: Part[EarlierUse]) -> ResponseReturnValue:
    """The form of an earlier use."""
    form = UseForm(part.work.rule_set.positions, current_language() == "th", obj=part.row)
    return _use_page(part, form, part.row.version)


@bp.post("/<int:work_id>/uses/<int:use_id>")
@requires(WorkPermission.EDIT, load=queries.find_use)
def update_use(part: Part[EarlierUse]) -> ResponseReturnValue:
    """Save what is said of an earlier use."""
    form = UseForm(part.work.rule_set.positions, current_language() == "th")
    work_id, version = part.work.id, form.version.data or 0
    if not form.validate_on_submit():
        return make_response(_use_page(part, form, version), 422)
    with transaction():
        operations.update_use(actor=_user(), work=part.work, use=part.row, fields=form.fields(), version=version)
    flash(_("The earlier use has been saved."), "ok")
    return redirect(url_for("bibliography.index_uses", work_id=work_id), 303)


@bp.post("/<int:work_id>/uses/<int:use_id>/removal")
@requires(WorkPermission.EDIT, load=queries.find_use)
def remove_use(part: Part[EarlierUse]) -> ResponseReturnValue:
    """Take an earlier use off the record."""
    work_id = part.work.id
    with transaction():
        operations.remove_use(actor=_user(), work=part.work, use=part.row)
    flash(_("The earlier use has been removed."), "ok")
    return redirect(url_for("bibliography.index_uses", work_id=work_id), 303)


@bp.post("/<int:work_id>/uses/statement")
@requires(WorkPermission.EDIT, load=find)
def state_never_used(work: Work) -> ResponseReturnValue:
    """State that a work was never used, or take that back."""
    work_id = work.id
    never = request.form.get("never") == "yes"
    try:
        with transaction():
            operations.declare_never_used(actor=_user(), work=work, never_used=never)
    except operations.UsedBeforeError:
        flash(_("An earlier use is noted. Remove it first."), "warn")
    else:
        flash(_("Your statement has been saved."), "ok")
    return redirect(next_or(url_for("bibliography.index_uses", work_id=work_id)), 303)


def _user() -> User:
    return cast(User, current_user._get_current_object())


def _form(work: Work, row: Bibliography | None) -> BibliographyForm:
    return BibliographyForm(work.kind, row, formdata=None, data=form_data(row) if row else None)


def _page(work: Work, form: BibliographyForm, version: int, stale: list[tuple[Any, str]] | None = None) -> str:
    return render_template(
        "works/bibliography/edit.html",
        work=work,
        form=form,
        version=version,
        stale=stale,
        forms_with={name: " ".join(sorted(forms_with(name))) for name in form.shown},
    )


def _differences(form: BibliographyForm, saved: BibliographyForm) -> list[tuple[Any, str]]:
    """What was saved meanwhile, field by field where it is not what this form says."""
    found = []
    for field in saved:
        if field.name in ("version", "csrf_token") or field.name not in form.shown | {"form"}:
            continue
        if (field.data or "") != (form[field.name].data or ""):
            choices = {one.value: one.label for one in field.iter_choices()} if field.type.startswith("Sel") else {}
            found.append((field.label.text, str(choices.get(field.data, field.data or ""))))
    return found


def _uses_page(work: Work, form: UseForm) -> str:
    used = queries.used_of([work])[work.id]
    return render_template(
        "works/bibliography/uses.html",
        work=work,
        form=form,
        used=used,
        warning=queries.reuse_warning(work, used.uses),
        results=RESULT_LABELS,
    )


def _use_page(part: Part[EarlierUse], form: UseForm, version: int) -> str:
    return render_template("works/bibliography/use.html", work=part.work, row=part.row, form=form, version=version)


def _missing(reference: Reference) -> list[Any]:
    """What a reader would look for in the citation in vain."""
    found = []
    if not reference.authors:
        found.append(_("authors"))
    if reference.year is None:
        found.append(_("year"))
    if "container_title" in FORM_FIELDS[reference.form] and not reference.container_title:
        found.append(_("journal, proceedings or book"))
    return found
