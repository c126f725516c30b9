"""The form of a text under a heading."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import InputRequired

from portfolio.core.web.fields import ProseField, WholeNumberField
from portfolio.works.sections.operations import SECTION_LIMIT


class SectionForm(FlaskForm):
    """The text under one heading. `base` is the text that the writer began from, for bringing two together."""

    version = WholeNumberField(validators=[InputRequired()])
    body = ProseField(_l("Text"), max_chars=SECTION_LIMIT, rows=20)
    base = ProseField(_l("Text before your changes"), max_chars=SECTION_LIMIT)
