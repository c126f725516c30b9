"""Criteria sets and rule sets as everybody may read them."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from portfolio.core.permissions import public
from portfolio.core.web.navigation import viewer
from portfolio.criteria import queries

bp = Blueprint("criteria", __name__, url_prefix="/criteria")


@bp.get("/")
@public("criteria are published so that everybody can read them")
def index() -> ResponseReturnValue:
    """Every published criteria set and rule set."""
    return render_template(
        "criteria/index.html", criteria_sets=queries.all_criteria_sets(), rule_sets=queries.all_rule_sets()
    )


@bp.get("/sets/<int:criteria_set_id>")
@public("criteria are published so that everybody can read them")
def show(criteria_set_id: int) -> ResponseReturnValue:
    """One criteria set: principles, criteria, scale, source and standing."""
    criteria_set = queries.find_criteria_set(viewer(), criteria_set_id)
    if criteria_set is None:
        abort(404)
    rules = queries.latest_rule_set()
    return render_template("criteria/show.html", criteria_set=criteria_set, headings=rules.headings if rules else [])


@bp.get("/rules/<int:rule_set_id>")
@public("rule sets are published so that everybody can read them")
def rule_set(rule_set_id: int) -> ResponseReturnValue:
    """One rule set: headings, positions, source and standing."""
    rules = queries.find_rule_set(viewer(), rule_set_id)
    if rules is None:
        abort(404)
    return render_template("criteria/rule_set.html", rules=rules)
