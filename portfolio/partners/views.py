"""Pages of the academic: partners, one partner, a partner in a work, and the link that asks."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask import session as browser
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from portfolio.accounts.models import User
from portfolio.core.db import Stale, transaction
from portfolio.core.mail.links import absolute_url
from portfolio.core.permissions import access, requires
from portfolio.core.sealed import readable
from portfolio.core.storage.filesystem import storage
from portfolio.core.storage.responses import send_picture
from portfolio.core.web.addresses import row_id
from portfolio.core.web.pagination import page_number
from portfolio.core.web.throttle import limiter
from portfolio.partners import operations, queries
from portfolio.partners.areas import AreaDoubt, districts_of, doubt_about
from portfolio.partners.forms import ContactForm, LetterForm, NewPartnerForm, PartnerForm, StatementForm, TieForm
from portfolio.partners.models import Partner, PartnerInWork
from portfolio.partners.operations import CannotAsk
from portfolio.partners.permissions import PartnerPermission
from portfolio.partners.qr import qr_code
from portfolio.partners.vocabulary import STATE_TAGS, TYPE_LABELS
from portfolio.works.models import Work
from portfolio.works.permissions import WorkPermission
from portfolio.works.vocabulary import provinces

bp = Blueprint("partners", __name__, url_prefix="/partners")

LETTERS = "30 per hour"
HANDED = "partner_link"
"""The word of the browser's session under which the last link that was made to be handed over is kept."""

REASONS: dict[str, Any] = {
    "answered": _l("The partner has answered already."),
    "withdrawn": _l("The partner has withdrawn consent and is not asked again."),
    "no_statement": _l("Write first what was done together: that is what the partner confirms."),
    "own_address": _l("This is your own e-mail address. Hand the link over instead, or write the partner's address."),
    "no_address": _l("There is no e-mail address of this partner. Hand the link over instead, or add the address."),
    "not_asked": _l("There is no open request to remind of."),
    "too_soon": _l("The last letter went out less than three days ago."),
    "too_often": _l("Three reminders have been sent. Better telephone or hand the link over."),
}
DOUBTS: dict[AreaDoubt, Any] = {
    AreaDoubt.DISTRICT: _l("No district of this province has that name. Check the spelling; it is saved as written."),
    AreaDoubt.SUBDISTRICT: _l("No sub-district there has that name. Check the spelling; it is saved as written."),
}


@bp.get("")
@requires(PartnerPermission.LIST)
def index() -> ResponseReturnValue:
    """A person's partners."""
    user, term = _user(), request.args.get("q", "").strip()[:200]
    archived = request.args.get("archived") == "1"
    page = queries.index_page(user, page=page_number(), term=term, archived=archived)
    return render_template(
        "partners/index.html",
        page=page,
        term=term,
        archived=archived,
        has_any=bool(page.items) or queries.has_partners(user),
        has_archived=queries.has_archived(user),
        types=TYPE_LABELS,
        tags=STATE_TAGS,
        provinces=provinces(),
    )


@bp.get("/new")
@requires(PartnerPermission.CREATE)
def new() -> ResponseReturnValue:
    """The form of a new partner, perhaps for a work."""
    return _new_page(NewPartnerForm(formdata=None, data=_area_of_work()))


@bp.post("")
@requires(PartnerPermission.CREATE)
def create() -> ResponseReturnValue:
    """Write a partner down; where it was begun from a work, it is added there."""
    form = NewPartnerForm()
    if not form.validate_on_submit():
        return make_response(_new_page(form), 422)
    user, work_id = _user(), _work_id()
    fields, contact = form.fields(), form.contact()
    with transaction():
        partner = operations.create_partner(actor=user, fields=fields, contact=contact)
        work = queries.find_own_work(user, work_id) if work_id else None
        if work is not None:
            operations.tie_to_work(actor=user, partner=partner, work=work)
        partner_id = partner.id
    flash(_("The partner has been saved."), "ok")
    _advise(fields)
    if work is not None:
        return redirect(url_for("partners.show_in_work", partner_id=partner_id, work_id=work_id), 303)
    return redirect(url_for("partners.show", partner_id=partner_id), 303)


@bp.get("/<int:partner_id>")
@requires(PartnerPermission.READ, load=queries.find)
def show(partner: Partner) -> ResponseReturnValue:
    """One partner: who it is, in which works, where each stands."""
    return render_template(
        "partners/show.html",
        partner=partner,
        types=TYPE_LABELS,
        tags=STATE_TAGS,
        province=provinces().get(partner.province_code or ""),
        sees_contact=bool(access(PartnerPermission.SEE_CONTACT, _user(), partner)),
    )


@bp.get("/<int:partner_id>/facts")
@requires(PartnerPermission.EDIT, load=queries.find)
def edit(partner: Partner) -> ResponseReturnValue:
    """The form of who a partner is."""
    return _facts_page(partner, _facts_form(partner))


@bp.post("/<int:partner_id>/facts")
@requires(PartnerPermission.EDIT, load=queries.find)
def update(partner: Partner) -> ResponseReturnValue:
    """Save who a partner is."""
    form, partner_id = PartnerForm(), partner.id
    if not form.validate_on_submit():
        return make_response(_facts_page(partner, form), 422)
    fields = form.fields()
    try:
        with transaction():
            operations.update_partner(actor=_user(), partner=partner, fields=fields, version=form.version.data or 0)
    except Stale:
        return make_response(_facts_page(partner, form, stale=_facts_form(partner)), 409)
    flash(_("The partner has been saved."), "ok")
    _advise(fields)
    return redirect(url_for("partners.show", partner_id=partner_id), 303)


@bp.get("/<int:partner_id>/contact")
@requires(PartnerPermission.SEE_CONTACT, load=queries.find)
def edit_contact(partner: Partner) -> ResponseReturnValue:
    """How a partner is reached."""
    return _contact_page(partner, _contact_form(partner))


@bp.post("/<int:partner_id>/contact")
@requires(PartnerPermission.SEE_CONTACT, load=queries.find)
def update_contact(partner: Partner) -> ResponseReturnValue:
    """Save how a partner is reached."""
    form, partner_id = ContactForm(), partner.id
    if not form.validate_on_submit():
        return make_response(_contact_page(partner, form), 422)
    contact, version = form.contact(), form.version.data or 0
    try:
        with transaction():
            operations.update_contact(actor=_user(), partner=partner, contact=contact, version=version)
    except Stale:
        return make_response(_contact_page(partner, form, stale=_contact_form(partner)), 409)
    flash(_("The contact has been saved."), "ok")
    return redirect(url_for("partners.show", partner_id=partner_id), 303)


@bp.post("/<int:partner_id>/archive")
@requires(PartnerPermission.EDIT, load=queries.find)
def archive(partner: Partner) -> ResponseReturnValue:
    """Set a partner aside."""
    with transaction():
        operations.archive_partner(actor=_user(), partner=partner)
    flash(_("The partner has been set aside. You can take it back at any time."), "ok")
    return redirect(url_for("partners.index"), 303)


@bp.post("/<int:partner_id>/restoration")
@requires(PartnerPermission.EDIT, load=queries.find)
def restore(partner: Partner) -> ResponseReturnValue:
    """Take a partner back."""
    partner_id = partner.id
    with transaction():
        operations.restore_partner(actor=_user(), partner=partner)
    flash(_("The partner is back in your list."), "ok")
    return redirect(url_for("partners.show", partner_id=partner_id), 303)


@bp.get("/of-works/<int:work_id>")
@requires(WorkPermission.EDIT, load=queries.find_own_work)
def of_work(work: Work) -> ResponseReturnValue:
    """The partners of a work, and adding another."""
    return _work_page(work, TieForm(queries.not_in_work(_user(), work), formdata=None))


@bp.post("/of-works/<int:work_id>")
@requires(WorkPermission.EDIT, load=queries.find_own_work)
def tie(work: Work) -> ResponseReturnValue:
    """Add a partner to a work, and go on to what was done together."""
    user, work_id = _user(), work.id
    form = TieForm(queries.not_in_work(user, work))
    if not form.validate_on_submit():
        return make_response(_work_page(work, form), 422)
    partner_id = int(form.partner.data)
    with transaction():
        partner = queries.find(user, partner_id)
        if partner is None:
            raise Stale
        operations.tie_to_work(actor=user, partner=partner, work=work)
    return redirect(url_for("partners.show_in_work", partner_id=partner_id, work_id=work_id), 303)


@bp.get("/<int:partner_id>/works/<int:work_id>")
@requires(PartnerPermission.READ, load=queries.find_in_work)
def show_in_work(in_work: PartnerInWork) -> ResponseReturnValue:
    """A partner in a work: what is said, where the confirmation stands, what the partner said."""
    return _in_work_page(in_work, _statement_form(in_work))


@bp.post("/<int:partner_id>/works/<int:work_id>")
@requires(PartnerPermission.EDIT, load=queries.find_in_work)
def update_in_work(in_work: PartnerInWork) -> ResponseReturnValue:
    """Save what is said to have been done together."""
    form = StatementForm()
    address = _address(in_work)
    if not form.validate_on_submit():
        return make_response(_in_work_page(in_work, form), 422)
    statement, version = form.statement(), form.version.data or 0
    try:
        with transaction():
            operations.state_together(actor=_user(), in_work=in_work, statement=statement, version=version)
    except Stale:
        return make_response(_in_work_page(in_work, form, stale=_statement_form(in_work)), 409)
    flash(_("What was done together has been saved."), "ok")
    return redirect(address, 303)


@bp.post("/<int:partner_id>/works/<int:work_id>/removal")
@requires(PartnerPermission.EDIT, load=queries.find_in_work)
def take_off(in_work: PartnerInWork) -> ResponseReturnValue:
    """Take a partner off a work."""
    work_id = in_work.work_id
    with transaction():
        operations.take_off_work(actor=_user(), in_work=in_work)
    flash(_("The partner has been taken off the work."), "ok")
    return redirect(url_for("partners.of_work", work_id=work_id), 303)


@bp.post("/<int:partner_id>/works/<int:work_id>/letter")
@requires(PartnerPermission.ASK, load=queries.find_in_work)
@limiter.limit(LETTERS)
def send_letter(in_work: PartnerInWork) -> ResponseReturnValue:
    """Send the partner a letter with a link."""
    address, language = _address(in_work), _letter_language()
    try:
        with transaction():
            operations.ask_by_letter(actor=_user(), in_work=in_work, language=language)
    except CannotAsk as refusal:
        flash(str(REASONS[refusal.code]), "warn")
        return redirect(address, 303)
    _forget_link()
    flash(_("The letter is on its way. Earlier links no longer work."), "ok")
    return redirect(address, 303)


@bp.post("/<int:partner_id>/works/<int:work_id>/reminder")
@requires(PartnerPermission.ASK, load=queries.find_in_work)
@limiter.limit(LETTERS)
def remind(in_work: PartnerInWork) -> ResponseReturnValue:
    """Remind the partner by a letter."""
    address, language = _address(in_work), _letter_language()
    try:
        with transaction():
            operations.remind(actor=_user(), in_work=in_work, language=language)
    except CannotAsk as refusal:
        flash(str(REASONS[refusal.code]), "warn")
        return redirect(address, 303)
    flash(_("The reminder is on its way."), "ok")
    return redirect(address, 303)


@bp.post("/<int:partner_id>/works/<int:work_id>/link")
@requires(PartnerPermission.ASK, load=queries.find_in_work)
def make_link(in_work: PartnerInWork) -> ResponseReturnValue:
    """A link to hand over; this browser remembers it until it is closed, the service never."""
    partner_id, work_id = in_work.partner_id, in_work.work_id
    try:
        with transaction():
            secret = operations.ask_by_hand(actor=_user(), in_work=in_work)
            kept = [in_work.id, secret]
    except CannotAsk as refusal:
        flash(str(REASONS[refusal.code]), "warn")
        return redirect(url_for("partners.show_in_work", partner_id=partner_id, work_id=work_id), 303)
    browser[HANDED] = kept
    return redirect(url_for("partners.show_link", partner_id=partner_id, work_id=work_id), 303)


@bp.get("/<int:partner_id>/works/<int:work_id>/link")
@requires(PartnerPermission.ASK, load=queries.find_in_work)
def show_link(in_work: PartnerInWork) -> ResponseReturnValue:
    """The link that was just made: to copy, as a QR code, and as a slip to print."""
    kept = browser.get(HANDED)
    address = None
    if isinstance(kept, list) and len(kept) == 2 and kept[0] == in_work.id:
        address = absolute_url("confirmations.show", secret=str(kept[1]))
    live = [link for link in in_work.links if link.purpose == "ask" and link.is_live]
    return render_template(
        "partners/link.html",
        in_work=in_work,
        address=address if live else None,
        qr=qr_code(address) if address else "",
        expires_at=live[-1].expires_at if live else None,
    )


@bp.post("/<int:partner_id>/works/<int:work_id>/revocation")
@requires(PartnerPermission.ASK, load=queries.find_in_work)
def revoke(in_work: PartnerInWork) -> ResponseReturnValue:
    """Make the links die that ask this partner."""
    address = _address(in_work)
    with transaction():
        operations.end_links(actor=_user(), in_work=in_work)
    _forget_link()
    flash(_("The link no longer works."), "ok")
    return redirect(address, 303)


@bp.get("/<int:partner_id>/works/<int:work_id>/photo")
@requires(PartnerPermission.READ, load=queries.find_photo_place)
def photo(in_work: PartnerInWork) -> ResponseReturnValue:
    """The picture that the partner gave."""
    assert in_work.testimony is not None
    assert in_work.testimony.photo is not None
    return send_picture(storage().path(in_work.testimony.photo.sha256).read_bytes())


def _user() -> User:
    return cast(User, current_user._get_current_object())


def _work_id() -> int | None:
    word = request.form.get("work") or request.args.get("work") or ""
    try:
        return row_id(word) or None
    except ValueError:
        return None


def _address(in_work: PartnerInWork) -> str:
    return url_for("partners.show_in_work", partner_id=in_work.partner_id, work_id=in_work.work_id)


def _letter_language() -> str:
    return "en" if LetterForm().language.data == "en" else "th"


def _forget_link() -> None:
    browser.pop(HANDED, None)


def _advise(fields: operations.PartnerFields) -> None:
    doubt = doubt_about(fields.province_code, fields.district, fields.subdistrict)
    if doubt is not None:
        flash(str(DOUBTS[doubt]), "warn")


def _new_page(form: NewPartnerForm) -> str:
    work_id = _work_id()
    work = queries.find_own_work(_user(), work_id) if work_id else None
    return render_template(
        "partners/new.html", form=form, work=work, districts=districts_of(form.province.data or None)
    )


def _area_of_work() -> dict[str, str]:
    """Where the work lies from which a partner is begun: most partners are from there."""
    work_id = _work_id()
    work = queries.find_own_work(_user(), work_id) if work_id else None
    if work is None:
        return {}
    return {"province": work.province_code or "", "district": work.district, "subdistrict": work.subdistrict}


def _facts_form(partner: Partner) -> PartnerForm:
    data = {name: getattr(partner, name) for name in ("name_th", "name_en", "district", "subdistrict", "version")}
    return PartnerForm(formdata=None, data=data | {"type": str(partner.type), "province": partner.province_code or ""})


def _facts_page(partner: Partner, form: PartnerForm, *, stale: PartnerForm | None = None) -> str:
    return render_template(
        "partners/edit.html",
        partner=partner,
        form=form,
        stale=_differences(form, stale),
        version=partner.version if stale is not None else form.version.data,
        districts=districts_of(form.province.data or None),
    )


def _contact_form(partner: Partner) -> ContactForm:
    names = ("contact_person", "telephone", "email", "address")
    data: dict[str, Any] = {name: readable(getattr(partner, name)) or "" for name in names}
    return ContactForm(formdata=None, data=data | {"version": partner.version})


def _contact_page(partner: Partner, form: ContactForm, *, stale: ContactForm | None = None) -> str:
    return render_template(
        "partners/contact.html",
        partner=partner,
        form=form,
        stale=_differences(form, stale),
        version=partner.version if stale is not None else form.version.data,
    )


def _statement_form(in_work: PartnerInWork) -> StatementForm:
    names = [name for name in StatementForm(formdata=None).data if name != "csrf_token"]
    return StatementForm(formdata=None, data={name: getattr(in_work, name) for name in names})


def _differences(form: Any, theirs: Any) -> list[tuple[Any, Any]]:
    """What somebody saved meanwhile, where it is not what stands in the form: label and text."""
    if theirs is None:
        return []
    return [
        (field.label.text, field.data)
        for field in theirs
        if field.name not in ("version", "csrf_token") and (field.data or "") != (form[field.name].data or "")
    ]


def _work_page(work: Work, form: TieForm) -> str:
    return render_template(
        "partners/of_work.html", work=work, rows=queries.of_work(work), form=form, tags=STATE_TAGS, types=TYPE_LABELS
    )


def _in_work_page(in_work: PartnerInWork, form: StatementForm, *, stale: StatementForm | None = None) -> str:
    why_not = operations.cannot_ask(in_work)
    why_no_letter = why_not or operations.cannot_write(in_work)
    why_no_reminder = operations.cannot_remind(in_work)
    return render_template(
        "partners/in_work.html",
        in_work=in_work,
        form=form,
        letter=LetterForm(formdata=None),
        stale=_differences(form, stale),
        version=in_work.version if stale is not None else form.version.data,
        tag=STATE_TAGS[in_work.state],
        happenings=queries.history(in_work),
        why_not=REASONS[why_not] if why_not else None,
        why_no_letter=REASONS[why_no_letter] if why_no_letter else None,
        why_no_reminder=REASONS[why_no_reminder] if why_no_reminder else None,
        may_ask=bool(access(PartnerPermission.ASK, _user(), in_work)),
        is_asked=in_work.state == "asked",
    )
