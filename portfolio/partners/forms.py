"""Forms of the academic: who a partner is, how it is reached, what was done together, how it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from portfolio.core.i18n.language import current_language
from portfolio.core.mail.addresses import BadAddressError, checked_address
from portfolio.core.web.fields import ProseField, SelectField, TextField, ThaiYearField, WholeNumberField
from portfolio.partners.models import Partner
from portfolio.partners.operations import Contact, PartnerFields, Statement
from portfolio.partners.vocabulary import TYPE_LABELS, PartnerType
from portfolio.works.vocabulary import provinces

WORDS_LIMIT = 3_000


class _WhoMixin:
    """Fields that say who a partner is."""

    name_th: TextField
    name_en: TextField
    type: SelectField
    province: SelectField
    district: TextField
    subdistrict: TextField

    def offer(self) -> None:
        """Fill the lists one chooses from."""
        self.type.choices = [("", _l("Choose the kind of partner"))] + [
            (str(kind), label) for kind, label in TYPE_LABELS.items()
        ]
        language = current_language()
        self.province.choices = [("", _l("Not in one province"))] + [
            (code, province.name_in(language)) for code, province in provinces().items()
        ]

    def fields(self) -> PartnerFields:
        """What was typed."""
        return PartnerFields(
            name_th=self.name_th.data or "",
            name_en=self.name_en.data or "",
            type=PartnerType(self.type.data),
            province_code=self.province.data or None,
            district=self.district.data or "",
            subdistrict=self.subdistrict.data or "",
        )


class _ReachMixin:
    """Fields that say how a partner is reached."""

    contact_person: TextField
    telephone: TextField
    email: TextField
    address: ProseField

    def contact(self) -> Contact:
        """What was typed; an empty field is no value."""
        return Contact(
            contact_person=self.contact_person.data or None,
            telephone=self.telephone.data or None,
            email=self.email.data or None,
            address=self.address.data or None,
        )


def _check_email(_form: Any, field: TextField) -> None:
    if field.data:
        try:
            checked_address(field.data)
        except BadAddressError as error:
            raise ValidationError(_l("Write one e-mail address, such as name@example.org.")) from error


_NAME_TH = _l("Name in Thai")
_NAME_EN = _l("Name in English")
_NAME_MISSING = _l("Write the name in Thai.")
_KIND = _l("Kind of partner")
_KIND_MISSING = _l("Choose what kind of partner it is.")


class NewPartnerForm(_WhoMixin, _ReachMixin, FlaskForm):
    """A partner from nothing."""

    name_th = TextField(_NAME_TH, [DataRequired(_NAME_MISSING)], max_chars=300)
    name_en = TextField(_NAME_EN, max_chars=300)
    type = SelectField(_KIND, [InputRequired(_KIND_MISSING)])
    province = SelectField(_l("Province"), validators=[Optional()])
    district = TextField(_l("District"), max_chars=120)
    subdistrict = TextField(_l("Sub-district"), max_chars=120)
    contact_person = TextField(_l("Contact person"), max_chars=200)
    telephone = TextField(_l("Telephone"), max_chars=60)
    email = TextField(_l("E-mail"), [_check_email], max_chars=254)
    address = ProseField(_l("Postal address"), max_chars=1_000, rows=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer()


class PartnerForm(_WhoMixin, FlaskForm):
    """Who a partner is, changed."""

    version = WholeNumberField(validators=[InputRequired()])
    name_th = TextField(_NAME_TH, [DataRequired(_NAME_MISSING)], max_chars=300)
    name_en = TextField(_NAME_EN, max_chars=300)
    type = SelectField(_KIND, [InputRequired(_KIND_MISSING)])
    province = SelectField(_l("Province"), validators=[Optional()])
    district = TextField(_l("District"), max_chars=120)
    subdistrict = TextField(_l("Sub-district"), max_chars=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer()


class ContactForm(_ReachMixin, FlaskForm):
    """How a partner is reached, changed."""

    version = WholeNumberField(validators=[InputRequired()])
    contact_person = TextField(_l("Contact person"), max_chars=200)
    telephone = TextField(_l("Telephone"), max_chars=60)
    email = TextField(_l("E-mail"), [_check_email], max_chars=254)
    address = ProseField(_l("Postal address"), max_chars=1_000, rows=3)


class TieForm(FlaskForm):
    """One of the academic's partners, to be added to a work."""

    partner = SelectField(_l("Partner"), [InputRequired(_l("Choose a partner."))])

    def __init__(self, partners: Sequence[Partner], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = current_language()
        self.partner.choices = [(str(one.id), one.name_in(language)) for one in partners]


class StatementForm(FlaskForm):
    """What the academic says of a partner in one work."""

    version = WholeNumberField(validators=[InputRequired()])
    done_th = ProseField(_l("What was done together, in Thai"), max_chars=WORDS_LIMIT, rows=4)
    benefit_partner_th = ProseField(_l("What the partner gained, in Thai"), max_chars=WORDS_LIMIT, rows=3)
    benefit_university_th = ProseField(_l("What the university gained, in Thai"), max_chars=WORDS_LIMIT, rows=3)
    role_th = TextField(_l("The partner's role, in Thai"), max_chars=300)
    since_year = ThaiYearField(_l("Since the year"), [Optional()])
    until_year = ThaiYearField(_l("Until the year"), [Optional()])
    done_en = ProseField(_l("What was done together, in English"), max_chars=WORDS_LIMIT, rows=4)
    benefit_partner_en = ProseField(_l("What the partner gained, in English"), max_chars=WORDS_LIMIT, rows=3)
    benefit_university_en = ProseField(_l("What the university gained, in English"), max_chars=WORDS_LIMIT, rows=3)
    role_en = TextField(_l("The partner's role, in English"), max_chars=300)

    def validate_until_year(self, field: ThaiYearField) -> None:
        """Not before it began."""
        if field.data is not None and self.since_year.data is not None and field.data < self.since_year.data:
            raise ValidationError(_l("The last year comes before the first."))

    def statement(self) -> Statement:
        """What was typed."""
        return Statement(
            done_th=self.done_th.data or "",
            done_en=self.done_en.data or "",
            role_th=self.role_th.data or "",
            role_en=self.role_en.data or "",
            since_year=self.since_year.data,
            until_year=self.until_year.data,
            benefit_partner_th=self.benefit_partner_th.data or "",
            benefit_partner_en=self.benefit_partner_en.data or "",
            benefit_university_th=self.benefit_university_th.data or "",
            benefit_university_en=self.benefit_university_en.data or "",
        )


class LetterForm(FlaskForm):
    """The language of a letter to a partner."""

    language = SelectField(
        _l("Language of the letter"), [InputRequired()], choices=[("th", _l("Thai")), ("en", _l("English"))]
    )
