"""Forms of the participation pages: who did what, addresses, signing, answering, excusing, certifying."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from portfolio.accounts.models import Language
from portfolio.core.i18n.language import current_language
from portfolio.core.mail.addresses import BadAddressError, checked_address
from portfolio.core.web.fields import ProseField, RadioField, SelectField, TextField
from portfolio.works.participation.form import Row, Variant, rows_digest
from portfolio.works.participation.names import is_name_of
from portfolio.works.participation.vocabulary import (
    ABSENCE_LABELS,
    APPROVAL_LABELS,
    AbsenceReason,
    DutyRow,
    EthicsApproval,
    FormVariant,
    ReplyKind,
    TransferRow,
)

ROW_LIMIT = 2_000
REPLY_LIMIT = 3_000

LANGUAGES = {Language.THAI: _l("Thai"), Language.ENGLISH: _l("English")}


class VariantForm(FlaskForm):
    """Which form the work uses."""

    variant = RadioField(_l("Form"), [InputRequired()])

    def __init__(self, choices: Sequence[Variant], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = current_language()
        self.variant.choices = [(one.code.value, one.short.said(language)) for one in choices]

    def chosen(self) -> FormVariant:
        """The choice."""
        return FormVariant(self.variant.data)


class RowsForm(FlaskForm):
    """A text for each row of a part of the form; the headings come from the form's data.

    `seen` names the texts that the page was made from, so that a stale page overwrites nothing.
    """

    seen = HiddenField(validators=[InputRequired()])

    def show(self, rows: Iterable[Row]) -> list[Any]:
        """The fields of these rows, each under its own heading."""
        language = current_language()
        shown = []
        for row in rows:
            field = self[f"row_{row.code}"]
            field.label.text = f"{row.letter(language)}. {row.label.said(language)}"
            shown.append(field)
        return shown

    def fill(self, texts: Mapping[str, str]) -> None:
        """Show what is written."""
        self.seen.data = rows_digest(texts)
        for code, text in texts.items():
            self[f"row_{code}"].data = text

    def texts(self) -> dict[str, str]:
        """What was typed, by row."""
        return {
            field.name.removeprefix("row_"): (field.data or "").strip()
            for field in self
            if field.name.startswith("row_")
        }


class DutiesForm(RowsForm):
    """What one person did, and where they are written to."""

    row_a = ProseField(DutyRow.A, max_chars=ROW_LIMIT, rows=2)
    row_b = ProseField(DutyRow.B, max_chars=ROW_LIMIT, rows=2)
    row_c = ProseField(DutyRow.C, max_chars=ROW_LIMIT, rows=2)
    row_d = ProseField(DutyRow.D, max_chars=ROW_LIMIT, rows=2)
    row_e = ProseField(DutyRow.E, max_chars=ROW_LIMIT, rows=2)
    row_f = ProseField(DutyRow.F, max_chars=ROW_LIMIT, rows=2)
    row_g = ProseField(DutyRow.G, max_chars=ROW_LIMIT, rows=2)


class TransfersForm(RowsForm):
    """Where the work was shown or handed on."""

    row_a = ProseField(TransferRow.A, max_chars=ROW_LIMIT, rows=2)
    row_b = ProseField(TransferRow.B, max_chars=ROW_LIMIT, rows=2)
    row_c = ProseField(TransferRow.C, max_chars=ROW_LIMIT, rows=2)
    row_d = ProseField(TransferRow.D, max_chars=ROW_LIMIT, rows=2)
    row_e = ProseField(TransferRow.E, max_chars=ROW_LIMIT, rows=2)
    row_f = ProseField(TransferRow.F, max_chars=ROW_LIMIT, rows=2)


class ContactForm(FlaskForm):
    """Where a co-author is written to."""

    address = TextField(_l("E-mail address"), [Optional()], max_chars=254)
    language = SelectField(_l("Language of the letters"), [InputRequired()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = [(one.value, label) for one, label in LANGUAGES.items()]

    def validate_address(self, field: TextField) -> None:
        """One mailbox."""
        try:
            checked_address((field.data or "").strip())
        except BadAddressError as error:
            raise ValidationError(_l("Write one address, such as name@university.ac.th.")) from error


class SignForm(FlaskForm):
    """A typed name and a tick; `digest` names the text that the page showed."""

    digest = HiddenField(validators=[InputRequired()])
    signed_name = TextField(
        _l("Your full name, as your signature"), [DataRequired(_l("Type your full name."))], max_chars=200
    )
    certified = BooleanField("", [DataRequired(_l("Tick the sentence if it is true."))])

    def __init__(self, names: Sequence[str], sentence: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._names = names
        self.certified.label.text = sentence

    def validate_signed_name(self, field: TextField) -> None:
        """The name is the person's own, as the form has it."""
        if not is_name_of(field.data or "", self._names):
            raise ValidationError(
                _l(
                    "This is not the name in the form. Titles do not matter. If the form spells your name wrongly, "
                    "ask for a change below."
                )
            )


class ReplyForm(FlaskForm):
    """Another answer than a signature."""

    digest = HiddenField(validators=[InputRequired()])
    kind = SelectField(_l("Answer"), [InputRequired()])
    text = ProseField(_l("What is to be changed, or why"), max_chars=REPLY_LIMIT, rows=4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(kind.value, kind.value) for kind in ReplyKind]

    def validate_text(self, field: ProseField) -> None:
        """Who wants a change or declines says what or why."""
        if self.kind.data == ReplyKind.CHANGE and not (field.data or "").strip():
            raise ValidationError(_l("Write what should be changed."))
        if self.kind.data == ReplyKind.REFUSAL and not (field.data or "").strip():
            raise ValidationError(_l("Write why, in a few words. The applicant will read it."))

    def answer(self) -> ReplyKind:
        """The kind of the answer."""
        return ReplyKind(self.kind.data)


class AbsenceForm(FlaskForm):
    """Why somebody cannot sign."""

    reason = SelectField(_l("Reason"), [InputRequired()])
    note = ProseField(
        _l("What happened, and how you tried to reach the person"),
        [DataRequired(_l("Write what happened, in a few words."))],
        max_chars=ROW_LIMIT,
        rows=4,
    )
    exhibit = SelectField(_l("Evidence"), [Optional()])

    def __init__(self, exhibits: Sequence[tuple[int, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reason.choices = [(one.value, label) for one, label in ABSENCE_LABELS.items()]
        self.exhibit.choices = [("", _l("None"))] + [(str(item_id), title) for item_id, title in exhibits]

    def chosen(self) -> AbsenceReason:
        """The reason."""
        return AbsenceReason(self.reason.data)

    def exhibit_id(self) -> int | None:
        """The exhibit, if one was chosen."""
        return int(self.exhibit.data) if self.exhibit.data else None


class EthicsForm(FlaskForm):
    """The certification of ethics and code of conduct: each point is ticked by itself."""

    honesty = BooleanField(
        _l("I am honest in academic work and do not take the work of others for my own."),
        [DataRequired(_l("Tick this point if it is true."))],
    )
    sources = BooleanField(
        _l("I name the people and the sources that the work uses."),
        [DataRequired(_l("Tick this point if it is true."))],
    )
    rights = BooleanField(
        _l("I do not put academic gain before the rights and the privacy of others."),
        [DataRequired(_l("Tick this point if it is true."))],
    )
    method = BooleanField(
        _l("The work follows sound method without bias, and reports what was found."),
        [DataRequired(_l("Tick this point if it is true."))],
    )
    results = BooleanField(
        _l("The results are used lawfully and for the common good."),
        [DataRequired(_l("Tick this point if it is true."))],
    )
    approval = RadioField(_l("People or animals in the research"), [InputRequired(_l("Choose what applies."))])
    approval_note = TextField(_l("Committee, number and date of the document"), max_chars=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.approval.choices = [(one.value, label) for one, label in APPROVAL_LABELS.items()]

    def validate_approval_note(self, field: TextField) -> None:
        """An approval names its document."""
        if self.approval.data in (EthicsApproval.APPROVED, EthicsApproval.EXEMPTED) and not (field.data or "").strip():
            raise ValidationError(_l("Name the committee and its document."))

    def chosen(self) -> EthicsApproval:
        """What applies."""
        return EthicsApproval(self.approval.data)
