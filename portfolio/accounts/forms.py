"""The forms of accounts."""

from __future__ import annotations

from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField
from wtforms.validators import DataRequired, InputRequired, ValidationError

from portfolio.accounts import passwords
from portfolio.accounts.models import Language
from portfolio.accounts.operations import Names
from portfolio.core.web.fields import RadioField, TextField

LONGEST_EMAIL = 254
LONGEST_PASSWORD_TYPED = 4 * passwords.LONGEST
LANGUAGES = [(Language.THAI.value, "ภาษาไทย"), (Language.ENGLISH.value, "English")]


class EmailField(TextField):
    """An e-mail address, kept in lower case; the part before the @ in plain Latin letters."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, max_chars=LONGEST_EMAIL, **kwargs)

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Say what is wrong with an address, and tidy a good one."""
        super().post_validate(form, validation_stopped)
        if validation_stopped or not self.data:
            return
        try:
            self.data = validate_email(self.data, check_deliverability=False, allow_smtputf8=False).normalized.lower()
        except EmailNotValidError:
            raise ValidationError(_l("Write a whole address, such as name@university.ac.th.")) from None


class SignInForm(FlaskForm):
    """Address and password; whatever is wrong with them is told in one sentence."""

    email = TextField(_l("E-mail"), [DataRequired(_l("Write your e-mail address."))], max_chars=LONGEST_EMAIL)
    password = PasswordField(_l("Password"), [DataRequired(_l("Write your password."))])


class NamesForm(FlaskForm):
    """What a person is called in both languages; one of them is enough."""

    academic_title_th = TextField(
        _l("Academic title in Thai"), description=_l("Such as ผศ. ดร."), max_chars=80, default=""
    )
    given_name_th = TextField(_l("Given name in Thai"), max_chars=120, default="")
    family_name_th = TextField(_l("Family name in Thai"), max_chars=120, default="")
    academic_title_en = TextField(
        _l("Academic title in English"), description=_l("Such as Asst. Prof. Dr."), max_chars=80, default=""
    )
    given_name_en = TextField(_l("Given name in English"), max_chars=120, default="")
    family_name_en = TextField(_l("Family name in English"), max_chars=120, default="")

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for a name in one language at least."""
        good: bool = super().validate(extra_validators)
        if good and not (self.given_name_th.data or self.given_name_en.data):
            self.given_name_th.errors = [_l("Write the name in Thai or in English.")]
            return False
        return good

    def names(self) -> Names:
        """What was typed."""
        return Names(**{name: getattr(self, name).data or "" for name in Names.__dataclass_fields__})


class SignUpForm(NamesForm):
    """A new account: the address to which the letter goes, and a name."""

    email = EmailField(_l("E-mail of your institution"), [DataRequired(_l("Write your e-mail address."))])


class AddressForm(FlaskForm):
    """The address of an account whose password is forgotten."""

    email = EmailField(_l("E-mail"), [DataRequired(_l("Write your e-mail address."))])


class NewPasswordForm(FlaskForm):
    """A password, typed twice."""

    password = PasswordField(_l("New password"), [DataRequired(_l("Write a password."))])
    again = PasswordField(_l("The same password again"), [DataRequired(_l("Write the password once more."))])
    email = ""

    def validate_password(self, field: Any) -> None:
        """Ask the policy."""
        problem = passwords.problem_with(field.data or "", self.email)
        if problem is not None:
            raise ValidationError(problem)

    def validate_again(self, field: Any) -> None:
        """Both must be the same."""
        if passwords.prepared(field.data or "") != passwords.prepared(self.password.data or ""):
            raise ValidationError(_l("The two passwords differ."))


class ChangePasswordForm(NewPasswordForm):
    """A new password, with the one in force."""

    current = PasswordField(_l("Password now in force"), [DataRequired(_l("Write your password."))])


class ProfileForm(NamesForm):
    """Names and language of the signed-in person."""

    language = RadioField(
        _l("Language of pages and letters"), [InputRequired(_l("Choose from the list."))], choices=LANGUAGES
    )
    version = HiddenField()

    @property
    def version_number(self) -> int:
        """The version that the form was made from; 0, which is never right, for anything else."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
