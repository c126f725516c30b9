"""Forms that partners fill in: few fields, plain words, nothing asked twice."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FileField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Optional

from portfolio.core.web.fields import ProseField, RadioField, TextField, WholeNumberField
from portfolio.partners.confirmations.operations import Words

WORDS_LIMIT = 3_000
YES_NO = [("yes", _l("Yes, it is right")), ("no", _l("No, it is not right"))]
ASKED = ("done", "benefit_partner", "benefit_university")
_CHOOSE = _l("Choose one answer.")


class PressForm(FlaskForm):
    """A button alone; it carries the key of the page."""


class WordsForm(FlaskForm):
    """What was done together, who gained what, who says so, and what may be shown of it.

    `asked` are the matters of which the academic wrote something: these need an answer.
    """

    done_agrees = RadioField(choices=YES_NO, validators=[Optional()], validate_choice=False)
    done_words = ProseField(_l("In your own words"), max_chars=WORDS_LIMIT, rows=4)
    benefit_partner_agrees = RadioField(choices=YES_NO, validators=[Optional()], validate_choice=False)
    benefit_partner_words = ProseField(_l("In your own words"), max_chars=WORDS_LIMIT, rows=3)
    benefit_university_agrees = RadioField(choices=YES_NO, validators=[Optional()], validate_choice=False)
    benefit_university_words = ProseField(_l("In your own words"), max_chars=WORDS_LIMIT, rows=3)
    person = TextField(
        _l("First name and family name"), [DataRequired(_l("Write your name, so that the confirmation counts."))],
        max_chars=200,
    )  # fmt: skip
    person_role = TextField(_l("Your duty in the group"), max_chars=200)
    consent_name = BooleanField(_l("Show the name of our group or agency"))
    consent_person = BooleanField(_l("Show my own name and duty"))
    consent_words = BooleanField(_l("Show the words that I wrote"))
    consent_contact = BooleanField(_l("The academic may contact me again about this"))
    version = WholeNumberField(validators=[Optional()])

    def __init__(self, asked: tuple[str, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked

    def validate(self, extra_validators: Any = None) -> bool:
        """Beside the fields: whoever says that something is not right says what is."""
        fine = super().validate(extra_validators)
        for name in self.asked:
            agrees, words = self[f"{name}_agrees"], self[f"{name}_words"]
            if agrees.data == "no" and not (words.data or "").strip():
                words.errors = [*words.errors, _l("Write what would be right.")]
                fine = False
        for name in ASKED:
            agrees = self[f"{name}_agrees"]
            if name in self.asked and agrees.data not in ("yes", "no"):
                agrees.errors = [_CHOOSE]
                fine = False
        return fine

    def words(self) -> Words:
        """What was written and ticked."""
        said: dict[str, Any] = {}
        for name in ASKED:
            said[f"{name}_words"] = self[f"{name}_words"].data or ""
            agrees = self[f"{name}_agrees"].data
            said[f"{name}_agrees"] = agrees == "yes" if name in self.asked and agrees in ("yes", "no") else None
        return Words(
            person=self.person.data or None,
            person_role=self.person_role.data or None,
            consent_name=bool(self.consent_name.data),
            consent_person=bool(self.consent_person.data),
            consent_words=bool(self.consent_words.data),
            consent_contact=bool(self.consent_contact.data),
            **said,
        )


class RefusalForm(FlaskForm):
    """A partner who will not confirm, or who is not the partner."""

    answer = RadioField(
        _l("Your answer"),
        [InputRequired(_CHOOSE), AnyOf(("not_us", "refused"), _CHOOSE)],
        validate_choice=False,
        choices=[("not_us", _l("This is not us; we took no part in it")), ("refused", _l("We do not wish to confirm"))],
    )
    reason = ProseField(_l("If you like, tell why"), max_chars=WORDS_LIMIT, rows=3)


class PhotoForm(FlaskForm):
    """A picture with the consent to show it."""

    photo = FileField(_l("Picture"))
    consent_photo = BooleanField(
        _l("Show this picture. Everybody who can be recognised in it knows and agrees."),
        [DataRequired(_l("Tick this to let the picture be shown."))],
    )
