"""Calls for tests."""

from __future__ import annotations

import itertools
from datetime import timedelta

from portfolio.calls.models import Anonymity, Call
from portfolio.core.clock import now
from portfolio.core.db import session
from tests.builders.criteria import make_criteria_set, make_rule_set

_numbers = itertools.count(1)


def make_call(
    code: str | None = None,
    *,
    published: bool = True,
    opens_in: timedelta = timedelta(days=-10),
    closes_in: timedelta = timedelta(days=30),
    grace_minutes: int = 0,
    anonymity: Anonymity = Anonymity.DOUBLE,
) -> Call:
    """A published call that is open now; call it inside a transaction."""
    number = next(_numbers)
    call = Call(
        code=code or f"T{number}/2569",
        title_th=f"รอบทดสอบที่ {number}",
        title_en=f"Test call {number}",
        criteria_set_id=make_criteria_set().id,
        rule_sets=[make_rule_set()],
        anonymity=anonymity,
        opens_at=now() + opens_in,
        closes_at=now() + closes_in,
        grace_minutes=grace_minutes,
        published_at=now() if published else None,
    )
    session.add(call)
    session.flush()
    return call
