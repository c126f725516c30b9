"""Pages for partners, who come by a link and have no account. GET shows, POST acts; the address is the key.

They work on an old telephone without scripts, and never lose what was typed.
"""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.exceptions import Forbidden

from portfolio.core.db import Stale, transaction
from portfolio.core.i18n.language import current_language
from portfolio.core.mail.links import absolute_url
from portfolio.core.permissions import public
from portfolio.core.storage.filesystem import storage
from portfolio.core.storage.operations import UploadRefused
from portfolio.core.storage.responses import send_picture
from portfolio.core.web.addresses import come_back_to
from portfolio.core.web.limits import MIB, accepts
from portfolio.core.web.navigation import viewer
from portfolio.core.web.security import keep_address_secret
from portfolio.core.web.setup import csrf
from portfolio.core.web.throttle import limiter
from portfolio.organizations.queries import university_of
from portfolio.partners.confirmations import operations, photos, queries
from portfolio.partners.confirmations.forms import ASKED, PhotoForm, PressForm, RefusalForm, WordsForm
from portfolio.partners.confirmations.operations import Fixed, LinkDead
from portfolio.partners.models import PartnerInWork, PartnerLink, Testimony
from portfolio.partners.operations import SECRET_BYTES
from portfolio.partners.qr import qr_code
from portfolio.partners.vocabulary import Answer, Channel

bp = Blueprint("confirmations", __name__, url_prefix="/confirmations")

# These forms check their key themselves: a page that was open too long comes back with its text and a new key.
csrf.exempt(bp)

BROWSER = "partner_browser"
"""Where the session cookie keeps what tells this browser from others that hold the same link."""

LOOKS = "60 per minute"
DEEDS = "20 per minute"
_HOLDER = "whoever holds the partner's link; it is bound to one partner, one work and one purpose"


@bp.url_value_preprocessor
def keep_quiet(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Before anything else, errors included: the browser tells these addresses to nobody, and no log repeats them."""
    keep_address_secret()
    if values and "secret" in values:
        of_receipt = request.path.startswith(f"{bp.url_prefix}/receipts/")
        come_back_to(url_for("confirmations.receipt" if of_receipt else "confirmations.show", secret=values["secret"]))


@bp.get("/<secret>")
@public(_HOLDER)
@limiter.limit(LOOKS)
def show(secret: str) -> ResponseReturnValue:
    """Who asks, about which work, what was written; the form of the answer."""
    link = queries.asking(secret)
    if link is None or not link.takes_answers:
        return _dead(secret, link)
    browser.setdefault(BROWSER, secrets.token_urlsafe(SECRET_BYTES))
    return _ask_page(secret, link, WordsForm(_asked(link.in_work), formdata=None), RefusalForm(formdata=None))


@bp.post("/<secret>")
@public(_HOLDER)
@limiter.limit(DEEDS)
def confirm(secret: str) -> ResponseReturnValue:
    """Take the confirmation, and go on to its receipt."""
    link = queries.asking(secret)
    if link is None:
        return _dead(secret, None)
    _refuse_the_academic(link)
    form = WordsForm(_asked(link.in_work))
    if not form.validate_on_submit():
        if not link.takes_answers:
            return _dead(secret, link)
        return make_response(_ask_page(secret, link, form, RefusalForm(formdata=None)), _code_of(form))
    words, own = form.words(), _own_receipt(secret)
    try:
        with transaction():
            receipt = operations.confirm(secret=secret, words=words, language=current_language(), receipt=own)
    except LinkDead:
        given = queries.receipt(own) if own else None
        if own is None or given is None or given.answer is not Answer.CONFIRMED or _not_taken(form, given):
            return _dead(secret, queries.asking(secret), form)
        receipt = own
    return redirect(url_for("confirmations.receipt", secret=receipt, new="1"), 303)


@bp.post("/<secret>/refusal")
@public(_HOLDER)
@limiter.limit(DEEDS)
def decline(secret: str) -> ResponseReturnValue:
    """Take it that the partner will not confirm, or is somebody else."""
    link = queries.asking(secret)
    if link is None:
        return _dead(secret, None)
    _refuse_the_academic(link)
    form = RefusalForm()
    if not form.validate_on_submit():
        if not link.takes_answers:
            return _dead(secret, link)
        return make_response(
            _ask_page(secret, link, WordsForm(_asked(link.in_work), formdata=None), form), _code_of(form)
        )
    own = _own_receipt(secret)
    try:
        with transaction():
            receipt = operations.decline(
                secret=secret,
                not_us=form.answer.data == "not_us",
                reason=form.reason.data or "",
                language=current_language(),
                receipt=own,
            )
    except LinkDead:
        given = queries.receipt(own) if own else None
        if own is None or given is None or given.answer is Answer.CONFIRMED:
            return _dead(secret, queries.asking(secret))
        receipt = own
    return redirect(url_for("confirmations.receipt", secret=receipt, new="1"), 303)


@bp.post("/<secret>/receipt-letter")
@public(_HOLDER)
@limiter.limit(DEEDS)
def send_receipt(secret: str) -> ResponseReturnValue:
    """Write the link of the receipt to the partner's own address once more."""
    link = queries.asking(secret)
    if link is None or not PressForm().validate_on_submit():
        return make_response(_dead(secret, link)[0], 410 if link is None else 400)
    with transaction():
        operations.send_receipt_again(secret=secret)
    return render_template("partners/confirmations/letter.html")


@bp.get("/receipts/<secret>")
@public(_HOLDER)
@limiter.limit(LOOKS)
def receipt(secret: str) -> ResponseReturnValue:
    """What was given, and what can still be done with it."""
    testimony = queries.receipt(secret)
    return _no_receipt() if testimony is None else _receipt_page(secret, testimony, PhotoForm(formdata=None))


@bp.route("/receipts/<secret>/words", methods=["GET", "POST"])
@public(_HOLDER)
@limiter.limit(DEEDS, methods=["POST"])
def correct(secret: str) -> ResponseReturnValue:
    """Change words and consents, as long as no submission stands on them."""
    testimony = queries.receipt(secret)
    if testimony is None:
        return _no_receipt()
    if testimony.frozen_at is not None or not testimony.confirms:
        return make_response(_receipt_page(secret, testimony, PhotoForm(formdata=None), fixed=True), 409)
    asked = _asked(testimony.in_work)
    form = WordsForm(asked)
    if not form.validate_on_submit():
        if request.method != "POST":
            form = WordsForm(asked, formdata=None, data=_given(testimony))
        return make_response(_correction_page(secret, testimony, form), _code_of(form))
    words, version = form.words(), form.version.data or 0
    try:
        with transaction():
            operations.correct(testimony=testimony, words=words, version=version)
    except Stale:
        form.version.data = testimony.version
        form.version.raw_data = None
        return make_response(_correction_page(secret, testimony, form, stale=True), 409)
    except Fixed:
        return make_response(_receipt_page(secret, testimony, PhotoForm(formdata=None), fixed=True), 409)
    return redirect(url_for("confirmations.receipt", secret=secret), 303)


@bp.post("/receipts/<secret>/photo")
@public(_HOLDER)
@limiter.limit(DEEDS)
@accepts(max_bytes=64 * MIB)
def add_photo(secret: str) -> ResponseReturnValue:
    """Take a picture, with the consent to show it."""
    testimony = queries.receipt(secret)
    if testimony is None:
        return _no_receipt()
    form = PhotoForm()
    if not form.validate_on_submit():
        return make_response(_receipt_page(secret, testimony, form), _code_of(form))
    if not form.photo.data:
        form.photo.errors = [_("Choose a picture.")]
        return make_response(_receipt_page(secret, testimony, form), 422)
    try:
        intake = photos.take_photo(form.photo.data.stream, form.photo.data.filename or "")
    except UploadRefused as refusal:
        too_large = refusal.code == "too_large"
        form.photo.errors = [_("The picture is larger than 10 MB.") if too_large else str(refusal.message)]
        return make_response(_receipt_page(secret, testimony, form), 422)
    try:
        with transaction():
            operations.add_photo(testimony=testimony, intake=intake)
    except Fixed:
        return make_response(_receipt_page(secret, testimony, PhotoForm(formdata=None), fixed=True), 409)
    return redirect(url_for("confirmations.receipt", secret=secret), 303)


@bp.post("/receipts/<secret>/photo-removal")
@public(_HOLDER)
@limiter.limit(DEEDS)
def remove_photo(secret: str) -> ResponseReturnValue:
    """Take the picture back."""
    testimony = queries.receipt(secret)
    if testimony is None:
        return _no_receipt()
    if not PressForm().validate_on_submit():
        return make_response(_receipt_page(secret, testimony, PhotoForm(formdata=None)), 400)
    try:
        with transaction():
            operations.remove_photo(testimony=testimony)
    except Fixed:
        return make_response(_receipt_page(secret, testimony, PhotoForm(formdata=None), fixed=True), 409)
    return redirect(url_for("confirmations.receipt", secret=secret), 303)


@bp.get("/receipts/<secret>/photo")
@public(_HOLDER)
@limiter.limit(LOOKS)
def photo(secret: str) -> ResponseReturnValue:
    """The picture that was given."""
    testimony = queries.receipt(secret)
    if testimony is None:
        return _no_receipt()
    if testimony.photo is None:
        abort(404)
    return send_picture(storage().path(testimony.photo.sha256).read_bytes())


@bp.route("/receipts/<secret>/withdrawal", methods=["GET", "POST"])
@public(_HOLDER)
@limiter.limit(DEEDS, methods=["POST"])
def withdraw(secret: str) -> ResponseReturnValue:
    """Say what withdrawing means; the POST ends every use of what was given."""
    testimony = queries.receipt(secret)
    if testimony is None:
        return _no_receipt()
    form = PressForm()
    if not form.validate_on_submit():
        about = _about(testimony.in_work)
        page = render_template(
            "partners/confirmations/withdrawal.html", secret=secret, testimony=testimony, form=form, **about
        )
        return make_response(page, _code_of(form))
    with transaction():
        operations.withdraw_consent(testimony=testimony)
    return redirect(url_for("confirmations.receipt", secret=secret), 303)


def _asked(in_work: PartnerInWork) -> tuple[str, ...]:
    """The matters of which the academic wrote something."""
    return tuple(name for name in ASKED if in_work.said(name, current_language()).strip())


def _about(in_work: PartnerInWork) -> dict[str, Any]:
    owner = in_work.partner.owner
    university = university_of(owner)
    return {
        "in_work": in_work,
        "partner": in_work.partner.name_in(current_language()),
        "academic": owner.name_in(current_language()),
        "university": university.name_in(current_language()) if university is not None else "",
        "title": in_work.work.title_in(current_language()),
    }


def _ask_page(secret: str, link: PartnerLink, form: WordsForm, refusal: RefusalForm) -> str:
    return render_template(
        "partners/confirmations/ask.html",
        secret=secret,
        link=link,
        form=form,
        refusal=refusal,
        asked=_asked(link.in_work),
        preview=queries.asks_for_it(viewer(), link.in_work),
        **_about(link.in_work),
    )


def _receipt_page(secret: str, testimony: Testimony, form: PhotoForm, *, fixed: bool = False) -> str:
    address = absolute_url("confirmations.receipt", secret=secret)
    return render_template(
        "partners/confirmations/receipt.html",
        secret=secret,
        testimony=testimony,
        form=form,
        fixed=fixed,
        is_new=request.args.get("new") == "1",
        asked=_asked(testimony.in_work),
        address=address,
        qr=qr_code(address),
        mailed=testimony.channel is Channel.MAIL,
        **_about(testimony.in_work),
    )


def _correction_page(secret: str, testimony: Testimony, form: WordsForm, *, stale: bool = False) -> str:
    return render_template(
        "partners/confirmations/words.html",
        secret=secret,
        testimony=testimony,
        form=form,
        stale=stale,
        asked=_asked(testimony.in_work),
        **_about(testimony.in_work),
    )


def _given(testimony: Testimony) -> dict[str, Any]:
    names = ("person", "person_role", "consent_name", "consent_person", "consent_words", "consent_contact", "version")
    data = {name: getattr(testimony, name) or "" for name in names}
    for name in ASKED:
        agrees = getattr(testimony, f"{name}_agrees")
        data[f"{name}_agrees"] = None if agrees is None else ("yes" if agrees else "no")
        data[f"{name}_words"] = getattr(testimony, f"{name}_words")
    return data


def _dead(secret: str, link: PartnerLink | None, form: WordsForm | None = None) -> tuple[str, int]:
    """Why the link opens nothing: answered, taken back or replaced, expired, or never given out."""
    in_work = link.in_work if link is not None else None
    why = "unknown"
    if link is not None and in_work is not None:
        late = link.ended_at is None and not link.is_live
        why = "answered" if in_work.testimony is not None else ("expired" if late else "ended")
    page = render_template(
        "partners/confirmations/dead.html",
        secret=secret,
        why=why,
        link=link,
        testimony=in_work.testimony if in_work is not None else None,
        typed=_not_taken(form, in_work.testimony if in_work is not None else None),
        form=PressForm(formdata=None),
        **(_about(in_work) if in_work is not None else {}),
    )
    return page, 410


def _not_taken(form: WordsForm | None, testimony: Testimony | None) -> list[str]:
    """What was typed and is kept nowhere; a second press of the button sends what the first one brought already."""
    typed = {name: form[f"{name}_words"].data or "" for name in ASKED} if form is not None else {}
    return [said for name, said in typed.items() if said and said != getattr(testimony, f"{name}_words", None)]


def _no_receipt() -> tuple[str, int]:
    return render_template("partners/confirmations/no_receipt.html"), 410


def _own_receipt(secret: str) -> str | None:
    """The receipt that this browser gets for this link, also when a slow line makes somebody press twice."""
    known = browser.get(BROWSER)
    return operations.receipt_secret(secret=secret, browser=known) if known else None


def _refuse_the_academic(link: PartnerLink) -> None:
    if queries.asks_for_it(viewer(), link.in_work):
        raise Forbidden(description=_("The partner answers in person. Send or hand over the link."))


def _code_of(form: FlaskForm) -> int:
    """200 for a form just opened, 400 for one whose key has lapsed, 422 for one with a mistake."""
    if request.method != "POST":
        return 200
    return 400 if "csrf_token" in form.errors else 422
