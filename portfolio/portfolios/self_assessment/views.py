"""Self-assessment: all works of a portfolio at a glance, and the form for one work."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from portfolio.accounts.models import User
from portfolio.core.db import Stale, transaction
from portfolio.core.i18n.language import current_language
from portfolio.core.permissions import requires
from portfolio.core.web.limits import MIB, accepts
from portfolio.core.web.pagination import page_number, paginate_items
from portfolio.criteria.models import CriteriaSet
from portfolio.evidence.queries import current_criteria, uses_of_works
from portfolio.portfolios import matrix
from portfolio.portfolios.models import Portfolio
from portfolio.portfolios.permissions import PortfolioPermission
from portfolio.portfolios.queries import Choice, find, find_choice, numbers_of_exhibits
from portfolio.portfolios.self_assessment import operations, queries
from portfolio.portfolios.self_assessment.forms import SelfAssessmentForm, form_of, judgements_in, saved_values_of
from portfolio.portfolios.self_assessment.overview import rows_of
from portfolio.works.models import Work

bp = Blueprint("self_assessment", __name__, url_prefix="/portfolios")

WORKS_SHOWN = 20
"""So many works stand on a page of the overview, as on the portfolio's own."""


@bp.get("/<int:portfolio_id>/self-assessment")
@requires(PortfolioPermission.READ, load=find)
def index(portfolio: Portfolio) -> ResponseReturnValue:
    """The academic's own levels, criterion by work, a page of works at a time."""
    criteria = current_criteria()
    page = paginate_items(portfolio.works, page_number(), WORKS_SHOWN)
    ids = [work.id for work in page]
    tables = matrix.build(page.items, uses_of_works(ids), criteria) if criteria else []
    levels = queries.levels_of(ids, criteria.code) if criteria else {}
    return render_template(
        "portfolios/self_assessment/index.html",
        portfolio=portfolio,
        criteria=criteria,
        page=page,
        rows=rows_of(tables, levels),
        given={work_id: len(own) for work_id, own in levels.items()},
    )


@bp.get("/<int:portfolio_id>/works/<int:work_id>/self-assessment")
@requires(PortfolioPermission.READ, load=find_choice)
def show(choice: Choice) -> ResponseReturnValue:
    """The form for one work."""
    return _page(choice, current_criteria())


@bp.post("/<int:portfolio_id>/works/<int:work_id>/self-assessment")
@accepts(max_text=MIB)
@requires(PortfolioPermission.EDIT, load=find_choice)
def update(choice: Choice) -> ResponseReturnValue:
    """Save all levels and reasons of one work."""
    criteria = current_criteria()
    overview, work = _overview(choice), choice.work
    if criteria is None:
        return redirect(overview, 303)
    form = form_of(criteria.scored, current_language(), queries.assessment_of(work, criteria.code))
    if not form.validate_on_submit():
        return make_response(_page(choice, criteria, form), 422)
    judgements = judgements_in(form, criteria.scored)
    try:
        with transaction():
            operations.save(
                actor=_user(),
                work=work,
                criteria_set_code=criteria.code,
                judgements=judgements,
                version=form.version.data or 0,
            )
    except Stale:
        return make_response(_page(choice, criteria, form, stale=True), 409)
    flash(_("The self-assessment has been saved. Only you and those who work for you see it."), "ok")
    return redirect(overview, 303)


def _page(
    choice: Choice, criteria: CriteriaSet | None, form: SelfAssessmentForm | None = None, *, stale: bool = False
) -> str:
    portfolio, work = choice.portfolio, choice.work
    saved = queries.assessment_of(work, criteria.code) if criteria else None
    scored = criteria.scored if criteria else []
    shown = form if form is not None else form_of(scored, current_language(), saved)
    version = (saved.version if saved is not None else 0) if stale or form is None else form.version.data or 0
    return render_template(
        "portfolios/self_assessment/show.html",
        portfolio=portfolio,
        work=work,
        number=_place(choice),
        overview=_overview(choice),
        criteria=criteria,
        table=_table(portfolio, criteria, work),
        form=shown,
        version=version,
        levels={score.criterion_code: score.level for score in saved.scores} if saved is not None else {},
        meanwhile=saved_values_of(scored, saved) if stale else {},
    )


def _place(choice: Choice) -> int:
    """The place of a work in its portfolio, from 1."""
    return choice.portfolio.works.index(choice.work) + 1


def _overview(choice: Choice) -> str:
    """The page of the overview on which the work stands."""
    page = (_place(choice) - 1) // WORKS_SHOWN + 1
    return url_for(".index", portfolio_id=choice.portfolio.id, page=page if page > 1 else None)


def _table(portfolio: Portfolio, criteria: CriteriaSet | None, work: Work) -> matrix.Table | None:
    """What speaks to the criteria in one work, its exhibits numbered through the whole portfolio."""
    if criteria is None:
        return None
    return matrix.build([work], uses_of_works([work.id]), criteria, numbers_of_exhibits(portfolio))[0]


def _user() -> User:
    return cast(User, current_user._get_current_object())
