"""Universities and faculties for administrators, and everybody's own place of work."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from portfolio.accounts import queries as accounts
from portfolio.accounts.models import User
from portfolio.accounts.permissions import AccountPermission
from portfolio.core.db import transaction
from portfolio.core.i18n.language import current_language
from portfolio.core.permissions import requires
from portfolio.core.web.addresses import next_or
from portfolio.core.web.pagination import page_number
from portfolio.organizations import operations, queries
from portfolio.organizations.forms import KindForm, MembershipForm, OrganizationForm
from portfolio.organizations.models import Organization, OrganizationKind
from portfolio.organizations.operations import OrganizationRefused
from portfolio.organizations.permissions import OrganizationPermission

bp = Blueprint("organizations", __name__, url_prefix="/organizations")


@bp.get("/")
@requires(OrganizationPermission.EDIT)
def index() -> ResponseReturnValue:
    """Universities and the association."""
    term = request.args.get("q", "")[:200]
    return render_template("organizations/index.html", page=queries.index_page(page_number(), term), term=term)


@bp.get("/new")
@requires(OrganizationPermission.EDIT)
def new() -> ResponseReturnValue:
    """The form of a new university."""
    return render_template("organizations/new.html", form=KindForm(), parent=None)


@bp.post("/")
@requires(OrganizationPermission.EDIT)
def create() -> ResponseReturnValue:
    """Add a university."""
    form = KindForm()
    if form.validate():
        created = _create(form, OrganizationKind(form.kind.data), None)
        if created is not None:
            return redirect(url_for("organizations.show", organization_id=created), 303)
    return render_template("organizations/new.html", form=form, parent=None), 422


@bp.get("/<int:organization_id>")
@requires(OrganizationPermission.EDIT, load=queries.find)
def show(organization: Organization) -> ResponseReturnValue:
    """One organisation and its faculties."""
    faculties = queries.faculties_of(organization.id)
    return render_template("organizations/show.html", organization=organization, faculties=faculties)


@bp.get("/<int:organization_id>/edit")
@requires(OrganizationPermission.EDIT, load=queries.find)
def edit(organization: Organization) -> ResponseReturnValue:
    """The form of an organisation."""
    form = OrganizationForm(obj=organization)
    return render_template("organizations/edit.html", form=form, organization=organization)


@bp.post("/<int:organization_id>")
@requires(OrganizationPermission.EDIT, load=queries.find)
def update(organization: Organization) -> ResponseReturnValue:
    """Rename an organisation."""
    form = OrganizationForm()
    if form.validate():
        try:
            with transaction():
                operations.update(
                    actor=current_user,
                    organization=organization,
                    code=str(form.code.data),
                    name_th=str(form.name_th.data),
                    name_en=str(form.name_en.data),
                )
        except OrganizationRefused as refusal:
            form.code.errors = [refusal.reason]
        else:
            flash(_("The names are saved."), "ok")
            return redirect(url_for("organizations.show", organization_id=organization.id), 303)
    return render_template("organizations/edit.html", form=form, organization=organization), 422


@bp.get("/<int:organization_id>/faculties/new")
@requires(OrganizationPermission.EDIT, load=queries.find)
def new_faculty(organization: Organization) -> ResponseReturnValue:
    """The form of a new faculty."""
    _only_universities(organization)
    return render_template("organizations/new.html", form=OrganizationForm(), parent=organization)


@bp.post("/<int:organization_id>/faculties")
@requires(OrganizationPermission.EDIT, load=queries.find)
def create_faculty(organization: Organization) -> ResponseReturnValue:
    """Add a faculty to a university."""
    _only_universities(organization)
    form = OrganizationForm()
    if form.validate() and _create(form, OrganizationKind.FACULTY, organization) is not None:
        return redirect(url_for("organizations.show", organization_id=organization.id), 303)
    return render_template("organizations/new.html", form=form, parent=organization), 422


def _create(form: Any, kind: OrganizationKind, parent: Organization | None) -> int | None:
    try:
        with transaction():
            created = operations.create(
                actor=current_user,
                kind=kind,
                code=str(form.code.data),
                name_th=str(form.name_th.data),
                name_en=str(form.name_en.data),
                parent=parent,
            )
            created_id = created.id
    except OrganizationRefused as refusal:
        form.code.errors = [refusal.reason]
        return None
    flash(_("The organisation is added."), "ok")
    return created_id


def _only_universities(organization: Organization) -> None:
    if organization.kind is not OrganizationKind.UNIVERSITY:
        abort(404)


@bp.get("/membership")
@requires(AccountPermission.MANAGE_OWN, load=accounts.find_own)
def membership(user: User) -> ResponseReturnValue:
    """The own place of work: first the university, then the faculty."""
    current = queries.membership_of(user)
    chosen = _chosen_university(current)
    form = MembershipForm(obj=current)
    return _membership_page(form, current, chosen, 200)


@bp.post("/membership")
@requires(AccountPermission.MANAGE_OWN, load=accounts.find_own)
def set_membership(user: User) -> ResponseReturnValue:
    """Keep the own place of work."""
    current = queries.membership_of(user)
    chosen = _chosen_university(current)
    if chosen is None:
        abort(404)
    form = MembershipForm()
    form.offer(chosen, queries.faculties_of(chosen.id), current_language())
    if not form.validate():
        return _membership_page(form, current, chosen, 422)
    organization = queries.find(user, form.organization_id.data)
    if organization is None:
        abort(404)
    with transaction():
        operations.join(
            actor=user,
            user=user,
            organization=organization,
            department_th=form.department_th.data or "",
            department_en=form.department_en.data or "",
        )
        operations.become_academic(user=user)
    flash(_("Your place of work is saved."), "ok")
    return redirect(next_or(url_for("organizations.membership")), 303)


def _membership_page(form: MembershipForm, current: Any, chosen: Organization | None, status: int) -> Any:
    if chosen is not None:
        form.offer(chosen, queries.faculties_of(chosen.id), current_language())
    page = render_template(
        "organizations/membership.html",
        form=form,
        current=current,
        chosen=chosen,
        universities=queries.universities(),
    )
    return page, status


def _chosen_university(current: Any) -> Organization | None:
    """The university of the address (`?university=`), else the one of now."""
    text = request.args.get("university", "")
    if text.isascii() and text.isdigit() and len(text) < 10:
        found = queries.find(None, int(text))
        return found if found is not None and found.kind is OrganizationKind.UNIVERSITY else None
    return None if current is None else current.university
