"""Labels of what is chosen of indicators and follow-ups."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.works.indicators.measures import PointKind
from portfolio.works.indicators.models import Measurer
from portfolio.works.vocabulary import Direction

DIRECTION_LABELS: dict[Direction, Any] = {
    Direction.MORE: _l("More is better"),
    Direction.LESS: _l("Less is better"),
}

MEASURER_LABELS: dict[Measurer, Any] = {
    Measurer.UNIVERSITY: _l("The university"),
    Measurer.PARTNER: _l("A partner or the community"),
    Measurer.THIRD_PARTY: _l("A third party"),
}

POINT_LABELS: dict[PointKind, Any] = {
    PointKind.BEFORE: _l("before"),
    PointKind.AFTER: _l("after"),
    PointKind.UNIVERSITY: _l("follow-up by the university"),
    PointKind.PARTNER: _l("follow-up by a partner"),
    PointKind.THIRD_PARTY: _l("follow-up by a third party"),
}
