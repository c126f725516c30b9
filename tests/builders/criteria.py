"""The criteria and rule sets that every installation has."""

from __future__ import annotations

from portfolio.criteria import operations, queries
from portfolio.criteria.models import CriteriaSet, RuleSet


def make_criteria_set() -> CriteriaSet:
    """The provisional set of the association's four principles; call it inside a transaction."""
    operations.load_published_data()
    found = queries.latest_criteria_set("ENT-PROVISIONAL")
    assert found is not None
    return found


def make_rule_set() -> RuleSet:
    """The national rules of 2564 with their seven headings; call it inside a transaction."""
    operations.load_published_data()
    found = queries.latest_rule_set()
    assert found is not None
    return found
