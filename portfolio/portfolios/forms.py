"""Forms of portfolios."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired, InputRequired, Optional

from portfolio.core.i18n.language import current_language
from portfolio.core.web.fields import ProseField, SelectField, TextField, WholeNumberField
from portfolio.criteria.models import RulePosition, RuleSet
from portfolio.portfolios.models import Method
from portfolio.portfolios.operations import PortfolioFields
from portfolio.record.models import AppointmentMode

STATEMENT_LIMIT = 12_000
MODES = {AppointmentMode.NORMAL: _l("Normal"), AppointmentMode.SPECIAL: _l("Special")}
METHODS = {Method.FIRST: _l("Method 1"), Method.SECOND: _l("Method 2"), Method.THIRD: _l("Method 3")}
MODE_CHOICES = [("", _l("Not chosen yet")), *((mode.value, label) for mode, label in MODES.items())]
METHOD_CHOICES = [("", _l("Not chosen yet")), *((method.value, label) for method, label in METHODS.items())]


class PortfolioForm(FlaskForm):
    """What is said of a portfolio as a whole."""

    version = WholeNumberField(validators=[Optional()])
    title_th = TextField(_l("Title in Thai"), [DataRequired(_l("Write the title in Thai."))], max_chars=300)
    title_en = TextField(_l("Title in English"), max_chars=300)
    position_sought = SelectField(_l("Position sought"), validators=[Optional()])
    mode = SelectField(_l("Mode of the application"), validators=[Optional()], choices=MODE_CHOICES)
    method = SelectField(_l("Method of filling the criteria"), validators=[Optional()], choices=METHOD_CHOICES)
    field_th = TextField(_l("Field in Thai"), max_chars=200)
    field_en = TextField(_l("Field in English"), max_chars=200)
    statement_th = ProseField(_l("Statement in Thai"), max_chars=STATEMENT_LIMIT, rows=8)
    statement_en = ProseField(_l("Statement in English"), max_chars=STATEMENT_LIMIT, rows=8)

    def __init__(self, positions: Sequence[RulePosition], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        thai = current_language() == "th"
        self.position_sought.choices = [("", _l("Not chosen yet"))] + [
            (position.code, position.label_th if thai else position.label_en) for position in positions
        ]

    def fields(self) -> PortfolioFields:
        """What was typed."""
        return PortfolioFields(
            title_th=self.title_th.data or "",
            title_en=self.title_en.data or "",
            position_sought=self.position_sought.data or None,
            mode=AppointmentMode(self.mode.data) if self.mode.data else None,
            method=Method(self.method.data) if self.method.data else None,
            field_th=self.field_th.data or "",
            field_en=self.field_en.data or "",
            statement_th=self.statement_th.data or "",
            statement_en=self.statement_en.data or "",
        )


class NewPortfolioForm(FlaskForm):
    """The little that a portfolio begins with."""

    title_th = TextField(_l("Title in Thai"), [DataRequired(_l("Write the title in Thai."))], max_chars=300)
    title_en = TextField(_l("Title in English"), max_chars=300)
    rule_set = SelectField(_l("Rules of the application"), [InputRequired()])

    def __init__(self, rule_sets: Sequence[RuleSet], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        thai = current_language() == "th"
        self.rule_set.choices = [(str(rules.id), rules.title_th if thai else rules.title_en) for rules in rule_sets]
