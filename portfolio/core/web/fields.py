"""Form fields that keep what was typed, refuse what cannot be stored, and name the limit they enforce."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, StringField, TextAreaField
from wtforms import RadioField as WtRadioField
from wtforms import SelectField as WtSelectField
from wtforms import SelectMultipleField as WtSelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from portfolio.core.i18n.dates import DateError, format_date, format_year, parse_date, parse_year
from portfolio.core.i18n.digits import fold_thai_digits
from portfolio.core.i18n.text import ControlCharacterError, normalise

LINE_LIMIT = 500
PROSE_LIMIT = 20_000
CHOOSE = _l("Choose from the list.")


class _NormalisedMixin:
    """Normalises in `process_formdata` and refuses over-long text in `pre_validate`.

    `max_chars` counts characters as people do after NFC; `strip` drops blanks at both ends.
    """

    max_chars: int
    data: Any
    typed: str | None = None

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Take the text; what was typed is kept for showing it again even when it is refused."""
        if not valuelist:
            return
        self.typed = str(valuelist[0])
        self.data = self.typed
        try:
            self.data = self._tidy(normalise(self.typed))
        except ControlCharacterError as error:
            raise ValueError(error.message) from error

    def pre_validate(self, _form: Any) -> None:
        """Refuse over-long text with the limit and the length in the message."""
        if self.data is not None and len(self.data) > self.max_chars:
            raise ValidationError(
                _l(
                    "At most %(limit)s characters; this text has %(length)s.",
                    limit=f"{self.max_chars:,}",
                    length=f"{len(self.data):,}",
                )
            )

    def _tidy(self, text: str) -> str:
        return text.strip()


class TextField(_NormalisedMixin, StringField):
    """One line of text: blanks and line ends inside become single blanks."""

    def __init__(
        self, label: Any = None, validators: Any = None, *, max_chars: int = LINE_LIMIT, **kwargs: Any
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.max_chars = max_chars

    def _tidy(self, text: str) -> str:
        return " ".join(text.split())


class ProseField(_NormalisedMixin, TextAreaField):
    """Long text with paragraphs; shown by `prose` of components/forms.html with its count and, if wanted, autosave."""

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        max_chars: int = PROSE_LIMIT,
        target_words: tuple[int, int] | None = None,
        rows: int = 6,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.max_chars = max_chars
        self.target_words = target_words
        self.rows = rows


class ThaiDateField(DateField):
    """A day in either era, by `parse_date`; shown in the era of the reader's language."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(str(part) for part in self.raw_data)
        return format_date(self.data, "short") if isinstance(self.data, date) else ""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the day; an empty field is None."""
        self.data = None
        text = " ".join(str(part) for part in valuelist).strip()
        if not text:
            return
        try:
            self.data = parse_date(text)
        except DateError as error:
            raise ValueError(error.message) from error


class ThaiYearField(IntegerField):
    """A year in either era, kept as a CE year."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return format_year(self.data)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the year; an empty field is None."""
        self.data = None
        if not valuelist or not str(valuelist[0]).strip():
            return
        try:
            self.data = parse_year(str(valuelist[0]))
        except DateError as error:
            raise ValueError(error.message) from error


class WholeNumberField(IntegerField):
    """A whole number, also in Thai digits and with thousands separators."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the number; an empty field is None."""
        self.data = None
        if not valuelist or not str(valuelist[0]).strip():
            return
        folded = fold_thai_digits(str(valuelist[0])).strip().replace(",", "")
        digits = folded.removeprefix("-")
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 15:
            raise ValueError(_l("Write a whole number in digits, such as 25."))
        self.data = int(folded)


def _options(choices: Any) -> Any:
    """Pairs of value and label as WTForms' own options, which it wants from 3.4 on."""
    if choices is None or callable(choices):
        return choices
    return [choice if isinstance(choice, SelectChoice) else SelectChoice(*choice) for choice in choices]


class _PairsMixin:
    """Takes its choices as pairs of value and label, at its making and afterwards.

    Whatever is wrong with a choice, a person can do one thing about it, and WTForms says its own words in English.
    """

    def __init__(self, label: Any = None, validators: Any = None, *, choices: Any = None, **kwargs: Any) -> None:
        kwargs = {"invalid_choice_message": CHOOSE, "invalid_value_message": CHOOSE} | kwargs
        super().__init__(label, validators, choices=_options(choices), **kwargs)  # type: ignore[call-arg]

    def gettext(self, string: str) -> str:
        """What a validator says that was given no words."""
        return str(CHOOSE) if string == "This field is required." else string

    @property
    def choices(self) -> Any:
        """The options."""
        return super().choices  # type: ignore[misc]

    @choices.setter
    def choices(self, value: Any) -> None:
        WtSelectField.choices.fset(self, _options(value))


class SelectField(_PairsMixin, WtSelectField):
    """A list to choose one from."""


class RadioField(_PairsMixin, WtRadioField):
    """A choice of one, all in view."""


class SelectMultipleField(_PairsMixin, WtSelectMultipleField):
    """A choice of several."""
