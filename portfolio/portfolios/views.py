"""Pages of portfolios: the list, one with its readiness, its works, and the matrix of evidence."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from portfolio.accounts.models import User
from portfolio.core.db import Stale, transaction
from portfolio.core.hooks import current_hooks
from portfolio.core.permissions import requires
from portfolio.core.web.addresses import row_id
from portfolio.core.web.cards import written
from portfolio.core.web.pagination import page_number, paginate_items
from portfolio.criteria.models import CriteriaSet
from portfolio.criteria.queries import current_criteria_sets
from portfolio.criteria.vocabulary import CERTAINTY_LABELS
from portfolio.evidence.operations import set_criterion
from portfolio.evidence.queries import current_criteria, uses_of_works
from portfolio.evidence.queries import find as find_evidence
from portfolio.evidence.vocabulary import TYPE_LABELS
from portfolio.portfolios import matrix, operations, queries
from portfolio.portfolios.forms import METHODS, MODES, NewPortfolioForm, PortfolioForm
from portfolio.portfolios.models import Portfolio
from portfolio.portfolios.operations import PortfolioFields
from portfolio.portfolios.permissions import PortfolioPermission
from portfolio.portfolios.queries import Choice
from portfolio.portfolios.readiness import RECORD_PARTS
from portfolio.portfolios.rule_checks import OUTCOME_LABELS
from portfolio.portfolios.rule_facts import findings_of
from portfolio.portfolios.stands import stands_of, with_next
from portfolio.record.vocabulary import PARTS
from portfolio.works.bibliography.citations.styles import cite
from portfolio.works.bibliography.kinds import asks_headings
from portfolio.works.bibliography.queries import references_of, used_of
from portfolio.works.queries import find as find_work
from portfolio.works.queries import own_parts_of, own_works, usable_rule_sets
from portfolio.works.vocabulary import ROLE_LABELS

MOST_AT_ONCE = 500

bp = Blueprint("portfolios", __name__, url_prefix="/portfolios")

WORKS_SHOWN = 20
MOST_POINTS = 40
"""So many works stand on a page of a portfolio, and so many points of the readiness list on its own page."""


@bp.get("")
@requires(PortfolioPermission.LIST)
def index() -> ResponseReturnValue:
    """A person's portfolios and where each stands."""
    user = _user()
    archived = request.args.get("archived") == "1"
    page = queries.index_page(user, page=page_number(), archived=archived)
    return render_template(
        "portfolios/index.html",
        page=page,
        archived=archived,
        has_archived=queries.has_archived(user),
        stands=stands_of([line.portfolio for line in page]),
    )


@bp.get("/new")
@requires(PortfolioPermission.CREATE)
def new() -> ResponseReturnValue:
    """The form of a new portfolio."""
    return render_template("portfolios/new.html", form=NewPortfolioForm(usable_rule_sets()))


@bp.post("")
@requires(PortfolioPermission.CREATE)
def create() -> ResponseReturnValue:
    """Begin a portfolio, and go on to choosing its works."""
    form = NewPortfolioForm(usable_rule_sets())
    if not form.validate_on_submit():
        return make_response(render_template("portfolios/new.html", form=form), 422)
    fields = PortfolioFields(title_th=form.title_th.data or "", title_en=form.title_en.data or "")
    with transaction():
        rules = next(rules for rules in usable_rule_sets() if str(rules.id) == form.rule_set.data)
        portfolio_id = operations.create_portfolio(actor=_user(), rule_set=rules, fields=fields).id
    flash(_("The portfolio has been started. Nobody else sees it until you submit."), "ok")
    return redirect(url_for("portfolios.show_works", portfolio_id=portfolio_id), 303)


@bp.get("/<int:portfolio_id>")
@requires(PortfolioPermission.READ, load=queries.find)
def show(portfolio: Portfolio) -> ResponseReturnValue:
    """Where a portfolio stands, what is missing, and what is in it."""
    user = _user()
    works = portfolio.works
    panels = (card for panel in current_hooks().portfolio_panels for card in panel(user, portfolio))
    counted, readiness = queries.numbers_of(portfolio), queries.readiness_of(portfolio)
    return render_template(
        "portfolios/show.html",
        portfolio=portfolio,
        stand=with_next(stands_of([portfolio]), {portfolio.id: readiness})[portfolio.id],
        readiness=readiness,
        most_points=MOST_POINTS,
        works=works,
        page=paginate_items(works, page_number(), WORKS_SHOWN),
        counted={work.id: work for work in counted.works},
        own_parts=own_parts_of(work.id for work in works),
        asks_headings=asks_headings,
        roles=ROLE_LABELS,
        position=_position(portfolio),
        cv=counted.cv,
        kinds={kind: PARTS[kind].label for kind in RECORD_PARTS},
        exhibits=counted.exhibits,
        numbers=queries.form_numbers(portfolio),
        findings=findings_of(portfolio),
        modes=MODES,
        methods=METHODS,
        panels=written(panels),
    )


@bp.get("/<int:portfolio_id>/facts")
@requires(PortfolioPermission.EDIT, load=queries.find)
def edit(portfolio: Portfolio) -> ResponseReturnValue:
    """The form of what is said of a portfolio."""
    return _edit_page(portfolio, _form_of(portfolio), portfolio.version)


@bp.post("/<int:portfolio_id>/facts")
@requires(PortfolioPermission.EDIT, load=queries.find)
def update(portfolio: Portfolio) -> ResponseReturnValue:
    """Save what is said of a portfolio."""
    form = PortfolioForm(portfolio.rule_set.positions)
    portfolio_id = portfolio.id
    if not form.validate_on_submit():
        return make_response(_edit_page(portfolio, form, form.version.data), 422)
    try:
        with transaction():
            operations.update_portfolio(
                actor=_user(), portfolio=portfolio, fields=form.fields(), version=form.version.data or 0
            )
    except Stale:
        page = _edit_page(portfolio, form, portfolio.version, stale=_form_of(portfolio))
        return make_response(page, 409)
    flash(_("The portfolio has been saved."), "ok")
    return redirect(url_for("portfolios.show", portfolio_id=portfolio_id), 303)


@bp.get("/<int:portfolio_id>/works")
@requires(PortfolioPermission.EDIT, load=queries.find)
def show_works(portfolio: Portfolio) -> ResponseReturnValue:
    """Choosing works and their order, a page of the chosen ones at a time."""
    works = portfolio.works
    chosen = {work.id for work in works}
    others = [work for work in own_works(_user()) if work.id not in chosen]
    page = paginate_items(works, page_number(), WORKS_SHOWN)
    return render_template(
        "portfolios/works.html",
        portfolio=portfolio,
        works=works,
        page=page,
        others=others,
        numbers=queries.form_numbers(portfolio),
        is_in_order=queries.is_in_form_order(portfolio),
        citations={id: cite(reference) for id, reference in references_of([*page, *others]).items()},
        used=used_of(page),
    )


@bp.post("/<int:portfolio_id>/works/order")
@requires(PortfolioPermission.EDIT, load=queries.find)
def order_works(portfolio: Portfolio) -> ResponseReturnValue:
    """Put the works into the order of the form."""
    portfolio_id = portfolio.id
    with transaction():
        operations.order_works(actor=_user(), portfolio=portfolio, order=queries.form_order(portfolio))
    flash(_("The works stand in the order of the form."), "ok")
    return redirect(url_for("portfolios.show_works", portfolio_id=portfolio_id), 303)


@bp.post("/<int:portfolio_id>/works")
@requires(PortfolioPermission.EDIT, load=queries.find)
def choose_work(portfolio: Portfolio) -> ResponseReturnValue:
    """Add the works that are ticked; one that is not the academic's stops them all."""
    portfolio_id = portfolio.id
    ids = request.form.getlist("work", type=row_id)
    if len(ids) > MOST_AT_ONCE or len(ids) < len(request.form.getlist("work")):
        abort(404)
    works = [find_work(_user(), work_id) if 0 < work_id < 2**31 else None for work_id in ids]
    if not works:
        flash(_("Tick the works first."), "warn")
    with transaction():
        for work in works:
            if work is None:
                abort(404)
            operations.choose_work(actor=_user(), portfolio=portfolio, work=work)
    if works:
        flash(ngettext("The work is in the portfolio.", "%(num)d works are in the portfolio.", len(works)), "ok")
    return redirect(url_for("portfolios.show_works", portfolio_id=portfolio_id), 303)


@bp.post("/<int:portfolio_id>/works/<int:work_id>/removal")
@requires(PortfolioPermission.EDIT, load=queries.find_choice)
def drop_work(choice: Choice) -> ResponseReturnValue:
    """Take a work out; the work itself stays."""
    place, last = _place(choice), len(choice.portfolio.works) - 1
    back = _works_page(choice.portfolio.id, min(place, last - 1))
    with transaction():
        operations.drop_work(actor=_user(), portfolio=choice.portfolio, work=choice.work)
    flash(_("The work is no longer in this portfolio. The work itself is kept."), "ok")
    return redirect(back, 303)


@bp.post("/<int:portfolio_id>/works/<int:work_id>/position")
@requires(PortfolioPermission.EDIT, load=queries.find_choice)
def move_work(choice: Choice) -> ResponseReturnValue:
    """Move a work one place, also from one page of the list to another."""
    place, last = _place(choice), len(choice.portfolio.works) - 1
    there = _works_page(choice.portfolio.id, max(place - 1, 0) if _up() else min(place + 1, last))
    with transaction():
        operations.move_work(actor=_user(), portfolio=choice.portfolio, work=choice.work, up=_up())
    return redirect(there, 303)


@bp.get("/<int:portfolio_id>/evidence-matrix")
@requires(PortfolioPermission.READ, load=queries.find)
def show_matrix(portfolio: Portfolio) -> ResponseReturnValue:
    """Which exhibit speaks to which criterion, and where nothing does, a work at a time."""
    criteria, sets = _criteria()
    page = paginate_items(portfolio.works, page_number(), matrix.WORKS_A_PAGE)
    uses = uses_of_works([work.id for work in page])
    numbers = queries.numbers_of_exhibits(portfolio)
    return render_template(
        "portfolios/matrix.html",
        portfolio=portfolio,
        criteria=criteria,
        sets=sets,
        page=page,
        demands=criteria is not None and matrix.demands(criteria),
        tables=matrix.build(page.items, uses, criteria, numbers) if criteria is not None else [],
        exhibits=len(numbers),
        types={kind.value: label for kind, label in TYPE_LABELS.items()},
    )


@bp.post("/<int:portfolio_id>/evidence-matrix/works/<int:work_id>")
@requires(PortfolioPermission.EDIT, load=queries.find_choice)
def update_matrix(choice: Choice) -> ResponseReturnValue:
    """Tie an exhibit to a criterion, or untie it: `tie` or `untie` holds the item and the code, parted by a colon."""
    criteria, _sets = _criteria()
    speaks = "tie" in request.form
    number, _colon, code = (request.form.get("tie") or request.form.get("untie") or "").partition(":")
    code = code or request.form.get("code", "")
    portfolio_id, work_id = choice.portfolio.id, choice.work.id
    page = _place(choice) // matrix.WORKS_A_PAGE + 1
    try:
        item = find_evidence(_user(), row_id(number))
    except ValueError:
        item = None
    if item is None or criteria is None or code not in {criterion.code for criterion in criteria.scored}:
        abort(422)
    criteria_id = criteria.id
    with transaction():
        set_criterion(actor=_user(), item=item, work_id=work_id, code=code, speaks=speaks)
    here = url_for(
        "portfolios.show_matrix", portfolio_id=portfolio_id, criteria=criteria_id, page=page if page > 1 else None
    )
    return redirect(f"{here}#c{work_id}-{code}", 303)


@bp.get("/<int:portfolio_id>/rules")
@requires(PortfolioPermission.READ, load=queries.find)
def show_rules(portfolio: Portfolio) -> ResponseReturnValue:
    """What the rule set asks, and whether it is met by what is here, each with its source and how sure it is."""
    return render_template(
        "portfolios/rules.html",
        portfolio=portfolio,
        position=_position(portfolio),
        modes=MODES,
        methods=METHODS,
        findings=findings_of(portfolio),
        outcomes=OUTCOME_LABELS,
        certainties=CERTAINTY_LABELS,
    )


@bp.post("/<int:portfolio_id>/archive")
@requires(PortfolioPermission.EDIT, load=queries.find)
def archive(portfolio: Portfolio) -> ResponseReturnValue:
    """Set a portfolio aside."""
    with transaction():
        operations.archive_portfolio(actor=_user(), portfolio=portfolio)
    flash(_("The portfolio has been set aside. You can take it back at any time."), "ok")
    return redirect(url_for("portfolios.index"), 303)


@bp.post("/<int:portfolio_id>/restoration")
@requires(PortfolioPermission.EDIT, load=queries.find)
def restore(portfolio: Portfolio) -> ResponseReturnValue:
    """Take a portfolio back."""
    portfolio_id = portfolio.id
    with transaction():
        operations.restore_portfolio(actor=_user(), portfolio=portfolio)
    flash(_("The portfolio is back in your list."), "ok")
    return redirect(url_for("portfolios.show", portfolio_id=portfolio_id), 303)


def _criteria() -> tuple[CriteriaSet | None, list[CriteriaSet]]:
    """The criteria set that was asked for, else the association's; and all that can be chosen."""
    sets = current_criteria_sets()
    asked = request.args.get("criteria", type=row_id)
    chosen = next((one for one in sets if one.id == asked), None)
    return chosen or current_criteria(), sets


def _user() -> User:
    return cast(User, current_user._get_current_object())


def _place(choice: Choice) -> int:
    """The place of a work in its portfolio, from 0."""
    return choice.portfolio.works.index(choice.work)


def _works_page(portfolio_id: int, place: int) -> str:
    """The page of the list of chosen works on which this place (from 0) stands."""
    page = max(place, 0) // WORKS_SHOWN + 1
    return url_for("portfolios.show_works", portfolio_id=portfolio_id, page=page if page > 1 else None)


def _up() -> bool:
    return request.form.get("direction") == "up"


def _position(portfolio: Portfolio) -> Any:
    rows = portfolio.rule_set.positions
    return next((row for row in rows if row.code == portfolio.position_sought), None)


def _form_of(portfolio: Portfolio) -> PortfolioForm:
    names = ("title_th", "title_en", "field_th", "field_en", "statement_th", "statement_en")
    data = {name: getattr(portfolio, name) for name in names}
    data |= {name: getattr(portfolio, name) or "" for name in ("position_sought", "mode", "method")}
    return PortfolioForm(portfolio.rule_set.positions, formdata=None, data=data)


def _edit_page(
    portfolio: Portfolio, form: PortfolioForm, version: int | None, *, stale: PortfolioForm | None = None
) -> str:
    return render_template(
        "portfolios/edit.html",
        portfolio=portfolio,
        form=form,
        version=portfolio.version if version is None else version,
        stale=stale,
    )
