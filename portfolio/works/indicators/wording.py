"""How drawings of indicators speak, in the language of the page."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _

from portfolio.core.i18n.dates import format_date, format_year
from portfolio.works.indicators.charts import Wording
from portfolio.works.indicators.measures import figure


def wording() -> Wording:
    """The words of a drawing for the present reader."""
    return Wording(target=_("target"), undated=_("no day"), year=format_year, month=month, figure=figure)


def month(day: date) -> str:
    """A month with its year, short: ก.พ. 2568, Feb 2025."""
    return format_date(day, "short").split(" ", 1)[1]
