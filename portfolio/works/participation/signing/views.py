"""Where a co-author signs: by the link of a letter, without an account, or signed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import Forbidden

from portfolio.accounts.models import User
from portfolio.core.db import transaction
from portfolio.core.i18n.language import current_language
from portfolio.core.permissions import public, requires
from portfolio.core.web.addresses import come_back_to
from portfolio.core.web.navigation import viewer
from portfolio.core.web.security import keep_address_secret
from portfolio.core.web.throttle import limiter
from portfolio.works.participation import operations, queries
from portfolio.works.participation.form import Words, groups, kinds
from portfolio.works.participation.forms import ReplyForm, SignForm
from portfolio.works.participation.names import initials
from portfolio.works.participation.operations import NotOpen
from portfolio.works.participation.permissions import ParticipationPermission, stands_in_for_another
from portfolio.works.participation.queries import Signing
from portfolio.works.participation.vocabulary import ABSENCE_LABELS, ReplyKind, Standing
from portfolio.works.vocabulary import ROLE_LABELS

bp = Blueprint("signing", __name__, url_prefix="/works")

LINK_LIMIT = "60 per minute; 600 per hour"
"""Looks and presses at links by one network address: a village shares one, a guesser needs 2^255."""

CLOSED_STATUS = {Standing.SIGNED: 200, Standing.REFUSED: 200}
"""What has been done can be looked at again; every other closed link is gone (410)."""


@bp.url_value_preprocessor
def keep_quiet(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Before anything else, errors included: the browser tells a link to nobody, and no log repeats it."""
    if values and "secret" in values:
        keep_address_secret()
        come_back_to(url_for("signing.show_link", secret=values["secret"]))


@bp.get("/signatures/<secret>")
@public("a co-author holds the letter's link and has no account")
@limiter.limit(LINK_LIMIT)
def show_link(secret: str) -> ResponseReturnValue:
    """What a co-author is asked to sign. Looking at it does nothing."""
    return _asked_page(_by_link(secret), None, None)


@bp.post("/signatures/<secret>")
@public("a co-author holds the letter's link and has no account")
@limiter.limit(LINK_LIMIT)
def sign_by_link(secret: str) -> ResponseReturnValue:
    """A co-author signs."""
    return _sign(lambda: _by_link(secret), None)


@bp.post("/signatures/<secret>/reply")
@public("a co-author holds the letter's link and has no account")
@limiter.limit(LINK_LIMIT)
def reply_by_link(secret: str) -> ResponseReturnValue:
    """A co-author answers otherwise."""
    return _reply(lambda: _by_link(secret), None)


@bp.get("/signing-requests/<int:request_id>")
@requires(ParticipationPermission.SIGN, load=queries.find_asked)
def show_request(signing: Signing) -> ResponseReturnValue:
    """What a person with an account is asked to sign."""
    return _asked_page(signing, None, None, _user())


@bp.post("/signing-requests/<int:request_id>")
@requires(ParticipationPermission.SIGN, load=queries.find_asked)
def sign_request(signing: Signing) -> ResponseReturnValue:
    """A person with an account signs."""
    user, request_id = _user(), signing.request.id
    return _sign(lambda: queries.find_asked(user, request_id), user)


@bp.post("/signing-requests/<int:request_id>/reply")
@requires(ParticipationPermission.SIGN, load=queries.find_asked)
def reply_request(signing: Signing) -> ResponseReturnValue:
    """A person with an account answers otherwise."""
    user, request_id = _user(), signing.request.id
    return _reply(lambda: queries.find_asked(user, request_id), user)


def _by_link(secret: str) -> Signing | None:
    """What the link opens, unless a browser is signed in as somebody who must not answer in the co-author's place."""
    signing, person = queries.signing_of(secret), viewer()
    reason = stands_in_for_another(person, signing) if person is not None and signing is not None else None
    if reason is not None:
        raise Forbidden(description=str(reason))
    return signing


def _sign(find_signing: Callable[[], Signing | None], user: User | None) -> ResponseReturnValue:
    signing = find_signing()
    if signing is None or signing.standing is not Standing.ASKED:
        return _back_or_closed(signing, user)
    form = _sign_form(signing, formdata=request.form)
    if not form.validate_on_submit():
        return _asked_page(signing, form, None, user, status=422)
    try:
        with transaction():
            signing = find_signing()
            if signing is None:
                raise NotOpen
            operations.sign(signing=signing, name=form.signed_name.data or "", digest=form.digest.data or "", user=user)
    except NotOpen:
        return _back_or_closed(find_signing(), user)
    return redirect(request.path, 303)


def _reply(find_signing: Callable[[], Signing | None], user: User | None) -> ResponseReturnValue:
    signing = find_signing()
    page = request.path.removesuffix("/reply")
    if signing is None or signing.standing is not Standing.ASKED:
        return _back_or_closed(signing, user)
    form = ReplyForm()
    if not form.validate_on_submit():
        return _asked_page(signing, None, form, user, status=422)
    try:
        with transaction():
            signing = find_signing()
            if signing is None:
                raise NotOpen
            operations.reply(
                signing=signing,
                kind=form.answer(),
                text=(form.text.data or "").strip(),
                digest=form.digest.data or "",
                user=user,
            )
    except NotOpen:
        return _back_or_closed(find_signing(), user)
    return redirect(page, 303)


def _back_or_closed(signing: Signing | None, user: User | None) -> ResponseReturnValue:
    """A second press finds what the first one did; a text that changed or a link that ended is said so."""
    if signing is not None and signing.standing in CLOSED_STATUS:
        return redirect(request.path.removesuffix("/reply"), 303)
    return _asked_page(signing, None, None, user)


def _asked_page(
    signing: Signing | None,
    sign_form: SignForm | None,
    reply_form: ReplyForm | None,
    user: User | None = None,
    *,
    status: int = 200,
) -> ResponseReturnValue:
    """The page of who was asked. By link the person is named by initials only: the letter may have gone astray."""
    if signing is None or signing.standing is not Standing.ASKED:
        standing = signing.standing if signing is not None else Standing.NOT_ASKED
        page = render_template("works/participation/closed.html", signing=signing, standing=standing, user=user)
        return make_response(page, CLOSED_STATUS.get(standing, 410))
    person = signing.person
    form = signing.sheet.form
    if user is None:
        short = Words(initials(person.name.th or person.name.en), initials(person.name.en or person.name.th))
        shown = replace(person, name=short)
        form = replace(form, people=tuple(shown if one.id == person.id else one for one in form.people))
        person = shown
    blank = ReplyForm(formdata=None, digest=signing.request.text_digest)
    refusing = reply_form is not None and reply_form.kind.data == ReplyKind.REFUSAL
    refusal_form = reply_form if reply_form is not None and refusing else ReplyForm(formdata=None)
    refusal_form.text.id, refusal_form.text.label.text = "why", _("Reason")
    page = render_template(
        "works/participation/sign.html",
        signing=signing,
        person=person,
        sign_form=sign_form or _sign_form(signing, formdata=None),
        reply_form=reply_form if reply_form is not None and not refusing else blank,
        refusal_form=refusal_form,
        answers=ReplyKind,
        user=user,
        here=request.path.removesuffix("/reply"),
        form=form,
        sheet=signing.sheet,
        roles=ROLE_LABELS,
        groups=groups(),
        kinds=kinds(),
        absences=ABSENCE_LABELS,
    )
    return make_response(page, status)


def _sign_form(signing: Signing, *, formdata: Any) -> SignForm:
    names = (signing.contribution.name_th, signing.contribution.name_en)
    sentence = signing.sheet.form.variant.certify.said(current_language())
    return SignForm(names, sentence, formdata=formdata, digest=signing.request.text_digest)


def _user() -> User:
    return cast(User, current_user._get_current_object())
