"""Pages of the people of a work: who did what, the participation form, and signing it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from portfolio.accounts.models import Language, User
from portfolio.core.db import Stale, transaction
from portfolio.core.hooks import current_hooks
from portfolio.core.i18n.language import current_language
from portfolio.core.permissions import access, requires
from portfolio.works import operations as works
from portfolio.works.forms import ContributionForm
from portfolio.works.models import Contribution, Work
from portfolio.works.participation import operations, queries
from portfolio.works.participation.form import groups, kinds, rows_digest
from portfolio.works.participation.forms import (
    AbsenceForm,
    ContactForm,
    DutiesForm,
    EthicsForm,
    RowsForm,
    SignForm,
    TransfersForm,
    VariantForm,
)
from portfolio.works.participation.operations import Refused
from portfolio.works.participation.permissions import ParticipationPermission
from portfolio.works.participation.vocabulary import ABSENCE_LABELS, APPROVAL_LABELS, STANDING_TAGS
from portfolio.works.permissions import WorkPermission
from portfolio.works.queries import Part, find, find_contribution
from portfolio.works.vocabulary import ROLE_LABELS

bp = Blueprint("participation", __name__, url_prefix="/works")


@bp.get("/<int:work_id>/contributors")
@requires(WorkPermission.EDIT, load=find)
def index_contributors(work: Work) -> ResponseReturnValue:
    """The people of a work."""
    return render_template("works/participation/contributors.html", work=work, roles=ROLE_LABELS)


@bp.get("/<int:work_id>/contributors/new")
@requires(WorkPermission.EDIT, load=find)
def new_contributor(work: Work) -> ResponseReturnValue:
    """The form of another person."""
    return render_template("works/participation/contributor.html", work=work, form=ContributionForm(), row=None)


@bp.post("/<int:work_id>/contributors")
@requires(WorkPermission.EDIT, load=find)
def create_contributor(work: Work) -> ResponseReturnValue:
    """Name another person."""
    form = ContributionForm()
    work_id = work.id
    if not form.validate_on_submit():
        return make_response(
            render_template("works/participation/contributor.html", work=work, form=form, row=None), 422
        )
    with transaction():
        works.add_contribution(actor=_user(), work=work, fields=form.fields())
    flash(_("The person has been added."), "ok")
    return redirect(url_for("participation.index_contributors", work_id=work_id), 303)


@bp.get("/<int:work_id>/contributors/<int:contribution_id>")
@requires(WorkPermission.EDIT, load=find_contribution)
def edit_contributor(part: Part[Contribution]) -> ResponseReturnValue:
    """The form of a person."""
    form = ContributionForm(obj=part.row)
    return render_template("works/participation/contributor.html", work=part.work, form=form, row=part.row)


@bp.post("/<int:work_id>/contributors/<int:contribution_id>")
@requires(WorkPermission.EDIT, load=find_contribution)
def update_contributor(part: Part[Contribution]) -> ResponseReturnValue:
    """Save what is said of a person."""
    form = ContributionForm()
    work_id = part.work.id
    if not form.validate_on_submit():
        return make_response(
            render_template("works/participation/contributor.html", work=part.work, form=form, row=part.row), 422
        )
    with transaction():
        works.update_contribution(actor=_user(), work=part.work, contribution=part.row, fields=form.fields())
    flash(_("The person's part has been saved."), "ok")
    return redirect(url_for("participation.index_contributors", work_id=work_id), 303)


@bp.post("/<int:work_id>/contributors/<int:contribution_id>/removal")
@requires(WorkPermission.EDIT, load=find_contribution)
def remove_contributor(part: Part[Contribution]) -> ResponseReturnValue:
    """Take a person off the work."""
    work_id = part.work.id
    with transaction():
        works.remove_contribution(actor=_user(), work=part.work, contribution=part.row)
    flash(_("The person has been taken off the work."), "ok")
    return redirect(url_for("participation.index_contributors", work_id=work_id), 303)


@bp.post("/<int:work_id>/contributors/<int:contribution_id>/position")
@requires(WorkPermission.EDIT, load=find_contribution)
def move_contributor(part: Part[Contribution]) -> ResponseReturnValue:
    """Move a person one place."""
    work_id = part.work.id
    with transaction():
        works.move_contribution(actor=_user(), work=part.work, contribution=part.row, up=_up())
    return redirect(url_for("participation.index_contributors", work_id=work_id), 303)


@bp.get("/<int:work_id>/participation")
@requires(WorkPermission.READ, load=find)
def show(work: Work) -> ResponseReturnValue:
    """The form of a work, who has signed it, and who is missing."""
    return _show_page(work, None)


@bp.get("/<int:work_id>/participation/paper")
@requires(WorkPermission.READ, load=find)
def show_paper(work: Work) -> ResponseReturnValue:
    """The form as it is printed, with blank lines for who signs in ink."""
    return render_template("works/participation/paper.html", work=work, **_words(queries.sheet_of(work)))


@bp.post("/<int:work_id>/participation/variant")
@requires(WorkPermission.EDIT, load=find)
def choose_variant(work: Work) -> ResponseReturnValue:
    """Use another form."""
    form = VariantForm(queries.variants_for(work))
    work_id = work.id
    if form.validate_on_submit():
        with transaction():
            operations.choose_variant(actor=_user(), work=work, variant=form.chosen())
        flash(_("The work uses this form now. What you wrote in the other one is kept."), "ok")
    else:
        flash(_("Choose one of the forms."), "bad")
    return redirect(url_for("participation.show", work_id=work_id), 303)


@bp.get("/<int:work_id>/participation/transfers")
@requires(WorkPermission.EDIT, load=find)
def edit_transfers(work: Work) -> ResponseReturnValue:
    """The rows of part 2."""
    form = TransfersForm(formdata=None)
    form.fill(queries.transfers_of(work))
    return _transfers_page(work, form)


@bp.post("/<int:work_id>/participation/transfers")
@requires(WorkPermission.EDIT, load=find)
def update_transfers(work: Work) -> ResponseReturnValue:
    """Save the rows of part 2. A stale page is answered 409 with what was saved meanwhile."""
    form = TransfersForm()
    work_id = work.id
    if not form.validate_on_submit():
        return make_response(_transfers_page(work, form), 422)
    try:
        with transaction():
            operations.write_transfers(actor=_user(), work=work, texts=form.texts(), seen=form.seen.data)
    except Stale:
        return make_response(_transfers_page(work, form, queries.transfers_of(work)), 409)
    flash(_("Part 2 has been saved."), "ok")
    return redirect(url_for("participation.show", work_id=work_id), 303)


@bp.get("/<int:work_id>/contributors/<int:contribution_id>/duties")
@requires(WorkPermission.EDIT, load=find_contribution)
def edit_duties(part: Part[Contribution]) -> ResponseReturnValue:
    """What a person did by the rows of the form, and where they are written to."""
    variant = queries.sheet_of(part.work).form.variant
    form = DutiesForm(formdata=None)
    form.fill(queries.duties_of(part.row, variant.code))
    return _duties_page(part, form, _contact_form(part.row))


@bp.post("/<int:work_id>/contributors/<int:contribution_id>/duties")
@requires(WorkPermission.EDIT, load=find_contribution)
def update_duties(part: Part[Contribution]) -> ResponseReturnValue:
    """Save what a person did. A stale page is answered 409 with what was saved meanwhile."""
    form = DutiesForm()
    work_id, variant = part.work.id, queries.sheet_of(part.work).form.variant.code
    if not form.validate_on_submit():
        return make_response(_duties_page(part, form, _contact_form(part.row)), 422)
    try:
        with transaction():
            operations.write_duties(
                actor=_user(),
                work=part.work,
                contribution=part.row,
                variant=variant,
                texts=form.texts(),
                seen=form.seen.data,
            )
    except Stale:
        theirs = queries.duties_of(part.row, variant)
        return make_response(_duties_page(part, form, _contact_form(part.row), theirs), 409)
    flash(_("The person's rows have been saved."), "ok")
    return redirect(url_for("participation.show", work_id=work_id), 303)


@bp.post("/<int:work_id>/contributors/<int:contribution_id>/contact")
@requires(WorkPermission.EDIT, load=find_contribution)
def update_contact(part: Part[Contribution]) -> ResponseReturnValue:
    """Save where a person is written to; the address is stored encrypted and never shown in full again."""
    form = ContactForm()
    work_id = part.work.id
    if not form.validate_on_submit():
        return make_response(_contact_page(part, form), 422)
    try:
        with transaction():
            operations.write_contact(
                actor=_user(),
                work=part.work,
                contribution=part.row,
                address=form.address.data or "",
                language=Language(form.language.data),
            )
    except Refused as error:
        form.address.errors = [str(error.reason)]
        return make_response(_contact_page(part, form), 422)
    flash(_("The address has been saved."), "ok")
    return redirect(url_for("participation.show", work_id=work_id), 303)


@bp.post("/<int:work_id>/contributors/<int:contribution_id>/signing-request")
@requires(ParticipationPermission.CERTIFY, load=find_contribution)
def ask(part: Part[Contribution]) -> ResponseReturnValue:
    """Send a person the link, or send it again."""
    work_id = part.work.id
    try:
        with transaction():
            operations.ask(actor=_user(), work=part.work, contribution=part.row)
        flash(_("The letter with the link is on its way."), "ok")
    except Refused as error:
        flash(str(error.reason), "warn")
    return redirect(url_for("participation.show", work_id=work_id), 303)


@bp.post("/<int:work_id>/participation/signing-requests")
@requires(ParticipationPermission.CERTIFY, load=find)
def ask_everybody(work: Work) -> ResponseReturnValue:
    """Send the link to everybody who waits for one."""
    work_id = work.id
    with transaction():
        asked = operations.ask_everybody(actor=_user(), work=work)
    if asked:
        flash(ngettext("%(num)d letter is on its way.", "%(num)d letters are on their way.", asked), "ok")
    else:
        flash(_("There was nobody to write to: look at the notes beside each name."), "warn")
    return redirect(url_for("participation.show", work_id=work_id), 303)


@bp.post("/<int:work_id>/contributors/<int:contribution_id>/signing-request/revocation")
@requires(ParticipationPermission.CERTIFY, load=find_contribution)
def revoke(part: Part[Contribution]) -> ResponseReturnValue:
    """End the link that a person was sent."""
    work_id = part.work.id
    with transaction():
        operations.revoke(actor=_user(), work=part.work, contribution=part.row)
    flash(_("The link works no more."), "ok")
    return redirect(url_for("participation.show", work_id=work_id), 303)


@bp.post("/<int:work_id>/participation/signature")
@requires(ParticipationPermission.CERTIFY, load=find)
def sign_own(work: Work) -> ResponseReturnValue:
    """The academic signs the form."""
    work_id = work.id
    form = _own_form(work)
    if not form.validate_on_submit():
        return make_response(_show_page(work, form), 422)
    try:
        with transaction():
            operations.sign_own(
                actor=_user(), work=work, name=form.signed_name.data or "", digest=form.digest.data or ""
            )
        flash(_("You have signed the form as it reads now."), "ok")
    except Refused as error:
        flash(str(error.reason), "warn")
    return redirect(url_for("participation.show", work_id=work_id), 303)


@bp.get("/<int:work_id>/contributors/<int:contribution_id>/absence")
@requires(ParticipationPermission.CERTIFY, load=find_contribution)
def edit_absence(part: Part[Contribution]) -> ResponseReturnValue:
    """The form that says why a person cannot sign."""
    kept = queries.absence_of(part.row)
    form = AbsenceForm(_exhibits())
    if kept is not None:
        form.reason.data, form.note.data = kept.reason.value, kept.note
        form.exhibit.data = str(kept.evidence_item_id or "")
    return render_template("works/participation/absence.html", work=part.work, row=part.row, form=form, kept=kept)


@bp.post("/<int:work_id>/contributors/<int:contribution_id>/absence")
@requires(ParticipationPermission.CERTIFY, load=find_contribution)
def excuse(part: Part[Contribution]) -> ResponseReturnValue:
    """State why a person cannot sign."""
    form = AbsenceForm(_exhibits())
    work_id = part.work.id
    if not form.validate_on_submit():
        kept = queries.absence_of(part.row)
        page = render_template("works/participation/absence.html", work=part.work, row=part.row, form=form, kept=kept)
        return make_response(page, 422)
    try:
        with transaction():
            operations.excuse(
                actor=_user(),
                work=part.work,
                contribution=part.row,
                reason=form.chosen(),
                note=form.note.data or "",
                exhibit_id=form.exhibit_id(),
            )
        flash(_("The reason has been added to the form."), "ok")
    except Refused as error:
        flash(str(error.reason), "warn")
    return redirect(url_for("participation.show", work_id=work_id), 303)


@bp.post("/<int:work_id>/contributors/<int:contribution_id>/absence/removal")
@requires(ParticipationPermission.CERTIFY, load=find_contribution)
def take_excuse_back(part: Part[Contribution]) -> ResponseReturnValue:
    """The person can sign after all."""
    work_id = part.work.id
    with transaction():
        operations.take_excuse_back(actor=_user(), work=part.work, contribution=part.row)
    flash(_("The reason has been taken off the form. The person can be asked to sign."), "ok")
    return redirect(url_for("participation.show", work_id=work_id), 303)


@bp.get("/<int:work_id>/ethics")
@requires(WorkPermission.READ, load=find)
def edit_ethics(work: Work) -> ResponseReturnValue:
    """The certification of ethics and code of conduct."""
    return _ethics_page(work, EthicsForm(obj=queries.ethics_of(work)))


@bp.post("/<int:work_id>/ethics")
@requires(ParticipationPermission.CERTIFY, load=find)
def declare_ethics(work: Work) -> ResponseReturnValue:
    """Certify, today."""
    form = EthicsForm()
    work_id = work.id
    if not form.validate_on_submit():
        return make_response(_ethics_page(work, form), 422)
    with transaction():
        operations.declare_ethics(actor=_user(), work=work, approval=form.chosen(), note=form.approval_note.data or "")
    flash(_("Your certification is recorded with today's date."), "ok")
    return redirect(url_for("participation.edit_ethics", work_id=work_id), 303)


@bp.post("/<int:work_id>/ethics/withdrawal")
@requires(ParticipationPermission.CERTIFY, load=find)
def take_ethics_back(work: Work) -> ResponseReturnValue:
    """The certification holds no more."""
    work_id = work.id
    with transaction():
        operations.take_ethics_back(actor=_user(), work=work)
    flash(_("The certification has been taken back."), "ok")
    return redirect(url_for("participation.edit_ethics", work_id=work_id), 303)


def _own_form(work: Work, *, blank: bool = False) -> SignForm:
    form = queries.sheet_of(work).form
    person = form.applicant
    names = (person.name.th, person.name.en) if person is not None else ()
    sentence = form.variant.certify.said(current_language())
    if blank:
        return SignForm(names, sentence, formdata=None, digest=form.digest)
    return SignForm(names, sentence)


def _show_page(work: Work, own: SignForm | None) -> str:
    sheet = queries.sheet_of(work)
    choices = queries.variants_for(work)
    return render_template(
        "works/participation/show.html",
        work=work,
        contacts={key: queries.masked(contact) for key, contact in queries.contacts_of(work).items()},
        variant_form=VariantForm(choices, formdata=None, variant=sheet.form.variant.code.value)
        if len(choices) > 1
        else None,
        own=own or _own_form(work, blank=True),
        may_certify=access(ParticipationPermission.CERTIFY, _user(), work),
        ethics=queries.ethics_of(work),
        **_words(sheet),
    )


def _words(sheet: queries.Sheet) -> dict[str, Any]:
    return {
        "form": sheet.form,
        "sheet": sheet,
        "roles": ROLE_LABELS,
        "groups": groups(),
        "kinds": kinds(),
        "standings": STANDING_TAGS,
        "absences": ABSENCE_LABELS,
    }


def _duties_page(
    part: Part[Contribution], form: DutiesForm, contact: ContactForm, theirs: dict[str, str] | None = None
) -> str:
    sheet = queries.sheet_of(part.work)
    return render_template(
        "works/participation/duties.html",
        work=part.work,
        row=part.row,
        sheet=sheet,
        form=form,
        fields=form.show(sheet.form.variant.duties),
        contact=contact,
        masked=queries.masked(queries.contact_of(part.row)),
        theirs=_theirs(form, theirs),
        roles=ROLE_LABELS,
    )


def _contact_page(part: Part[Contribution], form: ContactForm) -> str:
    """The same page with the address as it was typed and what is wrong with it."""
    rows = DutiesForm(formdata=None)
    rows.fill(queries.duties_of(part.row, queries.sheet_of(part.work).form.variant.code))
    return _duties_page(part, rows, form)


def _transfers_page(work: Work, form: TransfersForm, theirs: dict[str, str] | None = None) -> str:
    sheet = queries.sheet_of(work)
    return render_template(
        "works/participation/transfers.html",
        work=work,
        sheet=sheet,
        form=form,
        fields=form.show(sheet.form.variant.transfers),
        theirs=_theirs(form, theirs),
    )


def _theirs(form: RowsForm, theirs: dict[str, str] | None) -> Sequence[tuple[Any, str]]:
    """What was saved meanwhile and differs from what this page says."""
    if theirs is None:
        return ()
    mine = form.texts()
    form.seen.data = rows_digest(theirs)
    return [
        (form[f"row_{code}"].label.text, theirs.get(code, "")) for code in mine if mine[code] != theirs.get(code, "")
    ]


def _contact_form(row: Contribution) -> ContactForm:
    contact = queries.contact_of(row)
    language = contact.language.value if contact is not None else Language.THAI.value
    return ContactForm(formdata=None, language=language)


def _ethics_page(work: Work, form: EthicsForm) -> str:
    return render_template(
        "works/participation/ethics.html",
        work=work,
        form=form,
        declared=queries.ethics_of(work),
        approvals=APPROVAL_LABELS,
        may_certify=access(ParticipationPermission.CERTIFY, _user(), work),
    )


def _exhibits() -> list[tuple[int, str]]:
    return [choice for choices in current_hooks().exhibit_choices for choice in choices(_user())]


def _user() -> User:
    return cast(User, current_user._get_current_object())


def _up() -> bool:
    return request.form.get("direction") == "up"
