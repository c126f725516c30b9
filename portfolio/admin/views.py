"""People and machinery, for administrators."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from portfolio.accounts.models import User
from portfolio.admin import operations, queries
from portfolio.admin.forms import ROLE_LABELS, DisableForm, GrantForm
from portfolio.admin.operations import AdminRefused
from portfolio.admin.permissions import AdminPermission
from portfolio.core.db import transaction
from portfolio.core.i18n.language import current_language
from portfolio.core.permissions import requires
from portfolio.core.web.pagination import page_number
from portfolio.organizations import operations as organizations
from portfolio.organizations import queries as places
from portfolio.organizations.models import Role, RoleGrant
from portfolio.organizations.operations import OrganizationRefused
from portfolio.organizations.permissions import OrganizationPermission

bp = Blueprint("admin", __name__, url_prefix="/admin")


@bp.get("/people")
@requires(AdminPermission.LIST_PEOPLE)
def people() -> ResponseReturnValue:
    """Everybody with an account, found by part of a name or address."""
    term = request.args.get("q", "")[:200]
    wanted = request.args.get("role", "")
    role = Role(wanted) if wanted in list(Role) else None
    page = queries.people_page(page_number(), term, role)
    return render_template("admin/people.html", page=page, term=term, role=role, role_labels=ROLE_LABELS)


@bp.get("/people/<int:user_id>")
@requires(AdminPermission.LIST_PEOPLE, load=queries.find_person)
def person(person: User) -> ResponseReturnValue:
    """One person: place of work, roles and their history."""
    return _person_page(person, 200)


def _person_page(
    person: User, status: int, *, grant_form: GrantForm | None = None, disable_form: DisableForm | None = None
) -> ResponseReturnValue:
    grant_form = grant_form or GrantForm(formdata=None)
    grant_form.offer(places.universities(), current_language())
    page = render_template(
        "admin/person.html",
        person=person,
        membership=places.membership_of(person),
        grants=places.live_grants(person),
        history=[row for row in places.grant_history(person) if row.revoked_at is not None],
        grant_form=grant_form,
        disable_form=disable_form or DisableForm(formdata=None),
        role_labels=ROLE_LABELS,
        is_self=person.id == current_user.id,
    )
    return page, status


@bp.post("/people/<int:user_id>/roles")
@requires(OrganizationPermission.GRANT_ROLE, load=queries.find_person)
def grant_role(person: User) -> ResponseReturnValue:
    """Give a role."""
    form = GrantForm()
    form.offer(places.universities(), current_language())
    if not form.validate():
        return _person_page(person, 422, grant_form=form)
    university = places.find(current_user, form.organization_id.data) if form.organization_id.data else None
    try:
        with transaction():
            organizations.grant(actor=current_user, user=person, role=Role(form.role.data), organization=university)
    except OrganizationRefused as refusal:
        field = form.role if refusal.field == "role" else form.organization_id
        field.errors = [refusal.reason]
        return _person_page(person, 422, grant_form=form)
    flash(_("The role is given."), "ok")
    return _back_to(person)


@bp.post("/people/<int:user_id>/roles/<int:grant_id>/revocation")
@requires(OrganizationPermission.GRANT_ROLE, load=queries.find_grant)
def revoke_role(grant: RoleGrant) -> ResponseReturnValue:
    """Take a role back; the person is signed out everywhere."""
    person = grant.user
    try:
        with transaction():
            organizations.revoke(actor=current_user, grant=grant)
    except OrganizationRefused as refusal:
        flash(str(refusal.reason), "bad")
        return _back_to(person)
    flash(_("The role is taken back, and the person is signed out."), "ok")
    return _back_to(person)


@bp.post("/people/<int:user_id>/disabling")
@requires(AdminPermission.DISABLE_PERSON, load=queries.find_person)
def disable(person: User) -> ResponseReturnValue:
    """Shut the account with a reason."""
    form = DisableForm()
    if not form.validate():
        return _person_page(person, 422, disable_form=form)
    try:
        with transaction():
            operations.disable(actor=current_user, user=person, reason=str(form.reason.data))
    except AdminRefused as refusal:
        form.reason.errors = [refusal.reason]
        return _person_page(person, 422, disable_form=form)
    flash(_("The account is disabled, and the person is told why."), "ok")
    return _back_to(person)


@bp.post("/people/<int:user_id>/enabling")
@requires(AdminPermission.DISABLE_PERSON, load=queries.find_person)
def enable(person: User) -> ResponseReturnValue:
    """Open the account again."""
    with transaction():
        operations.enable(actor=current_user, user=person)
    flash(_("The account is open again."), "ok")
    return _back_to(person)


@bp.get("/system")
@requires(AdminPermission.WATCH_SYSTEM)
def system() -> ResponseReturnValue:
    """Outbox, jobs, worker and audit chain: counts, and what failed, without contents."""
    return render_template("admin/system.html", state=queries.system_state())


def _back_to(person: User) -> ResponseReturnValue:
    return redirect(url_for("admin.person", user_id=person.id), 303)
