"""Words of rule sets: how sure we are of a rule."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.criteria.models import Certainty

CERTAINTY_LABELS: dict[Certainty, Any] = {
    Certainty.CONFIRMED: _l("Confirmed"),
    Certainty.SECONDARY: _l("From a secondary source; check it against the announcement"),
    Certainty.REMEMBERED: _l("From memory, not yet compared with the announcement"),
}
