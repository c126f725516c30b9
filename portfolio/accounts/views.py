"""Signing in and out, signing up, passwords, and the own profile."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portfolio.accounts import operations, passwords, queries, sessions, throttle
from portfolio.accounts.forms import (
    AddressForm,
    ChangePasswordForm,
    NewPasswordForm,
    ProfileForm,
    SignInForm,
    SignUpForm,
)
from portfolio.accounts.models import Language, TokenPurpose, User
from portfolio.accounts.operations import LinkDead
from portfolio.accounts.permissions import AccountPermission
from portfolio.core.db import transaction
from portfolio.core.i18n.language import current_language
from portfolio.core.permissions import public, requires
from portfolio.core.web.addresses import next_or, safe_next, url_or_none
from portfolio.core.web.navigation import viewer
from portfolio.core.web.security import keep_address_secret

bp = Blueprint("accounts", __name__, url_prefix="/accounts")


@bp.route("/sign-in", methods=["GET", "POST"])
@public("whoever is to be signed in is nobody yet")
def sign_in() -> ResponseReturnValue:
    """Check address and password; every failure gives the same answer after the same work."""
    if viewer() is not None and request.method != "POST":
        return redirect(next_or(_home()), 303)
    form = SignInForm()
    if not form.validate_on_submit():
        return _sign_in_page(form, 422 if form.is_submitted() else 200)
    email = str(form.email.data).strip().lower()
    network = throttle.network_of(request.remote_addr)
    with transaction():
        may_try = operations.may_try(email=email, network=network)
    if not may_try:
        return _sign_in_page(form, 429, too_many=True)
    verified = operations.verify(email=email, password=str(form.password.data))
    secret = None
    if verified is not None:
        with transaction():
            old = sessions.this_secret()
            if old is not None:
                operations.end_session(old)
            secret = operations.sign_in(verified=verified, network=network)
    if secret is None:
        return _sign_in_page(form, 422, refused=True)
    return sessions.remember(redirect(next_or(_home()), 303), secret)


def _sign_in_page(
    form: SignInForm, status: int, *, refused: bool = False, too_many: bool = False
) -> ResponseReturnValue:
    page = render_template(
        "accounts/sign_in.html",
        form=form,
        refused=refused,
        too_many=too_many,
        lapsed=sessions.has_lapsed() and not form.is_submitted(),
        next_page=safe_next(request.form.get("next") or request.args.get("next")) or "",
    )
    response = make_response(page, status)
    if too_many:
        response.headers["Retry-After"] = str(int(throttle.SIGN_IN_ACCOUNT.span.total_seconds()))
    return response


@bp.post("/sign-out")
@public("ends the browser's own session only; without one there is nothing to end")
def sign_out() -> ResponseReturnValue:
    """Delete the session row and the cookie."""
    secret = sessions.this_secret()
    if secret is not None:
        with transaction():
            operations.end_session(secret)
    response = sessions.forget(make_response(redirect(url_for("accounts.sign_in"), 303)))
    flash(_("You are signed out."), "ok")
    return response


@bp.route("/sign-up", methods=["GET", "POST"])
@public("whoever wants an account has none yet")
def sign_up() -> ResponseReturnValue:
    """Send a letter to the address. The answer does not depend on whether there is an account."""
    form = SignUpForm()
    if not form.validate_on_submit():
        return render_template("accounts/sign_up.html", form=form), 422 if form.is_submitted() else 200
    with transaction():
        operations.sign_up(
            email=str(form.email.data),
            names=form.names(),
            language=Language(current_language()),
            network=throttle.network_of(request.remote_addr),
        )
    return redirect(url_for("accounts.letter"), 303)


@bp.get("/letter")
@public("tells everybody the same")
def letter() -> ResponseReturnValue:
    """What happens after a letter was asked for."""
    return render_template("accounts/letter.html")


@bp.route("/confirmations/<secret>", methods=["GET", "POST"])
@public("whoever opens the mailbox holds the link")
def confirmation(secret: str) -> ResponseReturnValue:
    """Show what the letter's link is for; its POST chooses the password and opens the account."""
    return _set_password_by_link(TokenPurpose.CONFIRM_EMAIL, secret, operations.confirm, "accounts/confirmation.html")


@bp.route("/password-resets", methods=["GET", "POST"])
@public("whoever has forgotten the password cannot sign in")
def password_reset() -> ResponseReturnValue:
    """Send a letter to the address. The answer does not depend on whether there is an account."""
    form = AddressForm()
    if not form.validate_on_submit():
        return render_template("accounts/password_reset.html", form=form), 422 if form.is_submitted() else 200
    with transaction():
        operations.ask_for_reset(
            email=str(form.email.data),
            language=Language(current_language()),
            network=throttle.network_of(request.remote_addr),
        )
    return redirect(url_for("accounts.letter"), 303)


@bp.route("/password-resets/<secret>", methods=["GET", "POST"])
@public("whoever opens the mailbox holds the link")
def new_password(secret: str) -> ResponseReturnValue:
    """Show the form behind the letter's link; its POST sets the password and ends every session."""
    return _set_password_by_link(
        TokenPurpose.RESET_PASSWORD, secret, operations.reset_password, "accounts/new_password.html"
    )


def _set_password_by_link(purpose: TokenPurpose, secret: str, apply: Any, template: str) -> ResponseReturnValue:
    keep_address_secret()
    token = queries.live_token(purpose, secret)
    if token is None:
        return _dead_link()
    form = NewPasswordForm()
    form.email = token.address
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template(template, form=form, person=token.user), status
    password_hash = passwords.hash_password(str(form.password.data))
    try:
        with transaction():
            user = apply(secret=secret, password_hash=password_hash)
            cookie = operations.start_session(user)
    except LinkDead:
        return _dead_link()
    response = sessions.remember(redirect(_home(), 303), cookie)
    flash(_("The password is set, and you are signed in."), "ok")
    return response


def _dead_link() -> ResponseReturnValue:
    return render_template("accounts/dead_link.html"), 410


@bp.get("/profile")
@requires(AccountPermission.MANAGE_OWN, load=queries.find_own)
def profile(user: User) -> ResponseReturnValue:
    """The own names and language."""
    form = ProfileForm(obj=user)
    form.version.data = str(user.version)
    return render_template("accounts/profile.html", form=form, person=user)


@bp.post("/profile")
@requires(AccountPermission.MANAGE_OWN, load=queries.find_own)
def update_profile(user: User) -> ResponseReturnValue:
    """Keep the own names and language."""
    form = ProfileForm()
    if not form.validate():
        return render_template("accounts/profile.html", form=form, person=user), 422
    with transaction():
        operations.update_profile(
            actor=user,
            names=form.names(),
            language=Language(form.language.data),
            version=form.version_number,
        )
    flash(_("Your profile is saved."), "ok")
    return redirect(url_for("accounts.profile"), 303)


@bp.get("/security")
@requires(AccountPermission.MANAGE_OWN, load=queries.find_own)
def security(user: User) -> ResponseReturnValue:
    """The own password, and where the person is signed in."""
    return _security_page(user, ChangePasswordForm(), 200)


def _security_page(user: User, form: ChangePasswordForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "accounts/security.html",
        form=form,
        person=user,
        sessions=queries.sessions_of(user),
        here=sessions.this_session_id(),
    )
    return page, status


@bp.post("/password")
@requires(AccountPermission.MANAGE_OWN, load=queries.find_own)
def change_password(user: User) -> ResponseReturnValue:
    """Set a new password; every other browser is signed out."""
    form = ChangePasswordForm()
    form.email = user.email
    if not form.validate():
        return _security_page(user, form, 422)
    with transaction():
        may_try = operations.may_try(email=user.email, network=throttle.network_of(request.remote_addr))
    if not may_try:
        form.current.errors = [_("Too many attempts. Wait a quarter of an hour.")]
        return _security_page(user, form, 429)
    if operations.verify(email=user.email, password=str(form.current.data)) is None:
        form.current.errors = [_("This is not your password.")]
        return _security_page(user, form, 422)
    password_hash = passwords.hash_password(str(form.password.data))
    with transaction():
        operations.change_password(actor=user, password_hash=password_hash)
        cookie = operations.start_session(user)
    response = sessions.remember(redirect(url_for("accounts.security"), 303), cookie)
    flash(_("The password is changed. Every other browser is signed out."), "ok")
    return response


@bp.post("/remote-sign-out")
@requires(AccountPermission.MANAGE_OWN, load=queries.find_own)
def remote_sign_out(user: User) -> ResponseReturnValue:
    """Sign out everywhere but here."""
    with transaction():
        operations.end_sessions(user, except_id=sessions.this_session_id())
    flash(_("Every other browser is signed out."), "ok")
    return redirect(url_for("accounts.security"), 303)


def _home() -> str:
    return url_or_none("home.index") or url_for("accounts.profile")
