"""Pages of portfolios: the list, one with its readiness, its works, the matrix of evidence, and the record."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from portfolio.accounts.models import User
from portfolio.core.db import Stale, transaction
from portfolio.core.hooks import current_hooks
from portfolio.core.permissions import requires
from portfolio.core.web.addresses import row_id
from portfolio.core.web.cards import written
from portfolio.core.web.pagination import page_number
from portfolio.evidence.queries import counts_by_work, current_criteria, uses_of_works
from portfolio.portfolios import operations, queries
from portfolio.portfolios.forms import KIND_LABELS, CvForm, NewPortfolioForm, PortfolioForm
from portfolio.portfolios.models import CvEntry, CvKind, Portfolio
from portfolio.portfolios.operations import PortfolioFields
from portfolio.portfolios.permissions import PortfolioPermission
from portfolio.portfolios.queries import Choice
from portfolio.portfolios.stands import stands_of
from portfolio.works.queries import find as find_work
from portfolio.works.queries import own_works, usable_rule_sets
from portfolio.works.vocabulary import ROLE_LABELS

bp = Blueprint("portfolios", __name__, url_prefix="/portfolios")


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
    readiness = queries.readiness_of(portfolio)
    return render_template(
        "portfolios/show.html",
        portfolio=portfolio,
        stand=stands_of([portfolio], {portfolio.id: readiness})[portfolio.id],
        readiness=readiness,
        works=works,
        evidence=counts_by_work(work.id for work in works),
        own_parts=queries.own_parts(portfolio),
        written_headings=queries.written_headings(portfolio),
        roles=ROLE_LABELS,
        position=_position(portfolio),
        cv=queries.cv_counts(user),
        kinds=KIND_LABELS,
        exhibits=len(queries.exhibits(portfolio)),
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
    """Choosing works and their order."""
    chosen = {work.id for work in portfolio.works}
    others = [work for work in own_works(_user()) if work.id not in chosen]
    return render_template("portfolios/works.html", portfolio=portfolio, others=others)


@bp.post("/<int:portfolio_id>/works")
@requires(PortfolioPermission.EDIT, load=queries.find)
def choose_work(portfolio: Portfolio) -> ResponseReturnValue:
    """Add a work."""
    portfolio_id = portfolio.id
    work_id = request.form.get("work", type=row_id)
    work = find_work(_user(), work_id) if work_id is not None and 0 < work_id < 2**31 else None
    if work is None:
        abort(404)
    with transaction():
        operations.choose_work(actor=_user(), portfolio=portfolio, work=work)
    flash(_("The work is in the portfolio."), "ok")
    return redirect(url_for("portfolios.show_works", portfolio_id=portfolio_id), 303)


@bp.post("/<int:portfolio_id>/works/<int:work_id>/removal")
@requires(PortfolioPermission.EDIT, load=queries.find_choice)
def drop_work(choice: Choice) -> ResponseReturnValue:
    """Take a work out; the work itself stays."""
    portfolio_id = choice.portfolio.id
    with transaction():
        operations.drop_work(actor=_user(), portfolio=choice.portfolio, work=choice.work)
    flash(_("The work is no longer in this portfolio. The work itself is kept."), "ok")
    return redirect(url_for("portfolios.show_works", portfolio_id=portfolio_id), 303)


@bp.post("/<int:portfolio_id>/works/<int:work_id>/position")
@requires(PortfolioPermission.EDIT, load=queries.find_choice)
def move_work(choice: Choice) -> ResponseReturnValue:
    """Move a work one place."""
    portfolio_id = choice.portfolio.id
    with transaction():
        operations.move_work(actor=_user(), portfolio=choice.portfolio, work=choice.work, up=_up())
    return redirect(url_for("portfolios.show_works", portfolio_id=portfolio_id), 303)


@bp.get("/<int:portfolio_id>/evidence-matrix")
@requires(PortfolioPermission.READ, load=queries.find)
def show_matrix(portfolio: Portfolio) -> ResponseReturnValue:
    """Which exhibit speaks to which criterion, and where nothing does, a work at a time."""
    exhibits = queries.exhibits(portfolio)
    number_of = {item.id: number for number, item in exhibits}
    uses = uses_of_works(work.id for work in portfolio.works)
    tables = []
    for work in portfolio.works:
        own = [use for use in uses if use.work_id == work.id]
        own.sort(key=lambda use: number_of[use.evidence_id])
        tables.append(
            {
                "work": work,
                "exhibits": [(number_of[use.evidence_id], use.evidence) for use in own],
                "speaks": {number_of[use.evidence_id]: {row.criterion_code for row in use.criteria} for use in own},
                "met": {row.criterion_code for use in own for row in use.criteria},
            }
        )
    return render_template(
        "portfolios/matrix.html", portfolio=portfolio, criteria=current_criteria(), tables=tables, exhibits=exhibits
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


@bp.get("/record")
@requires(PortfolioPermission.EDIT_RECORD)
def show_record() -> ResponseReturnValue:
    """The academic's record, kept once and printed with every portfolio."""
    entries = queries.cv_entries(_user())
    parts = [(kind, KIND_LABELS[kind], [entry for entry in entries if entry.kind is kind]) for kind in CvKind]
    return render_template("portfolios/record.html", parts_of_record=parts)


@bp.get("/record/<kind>/new")
@requires(PortfolioPermission.EDIT_RECORD)
def new_cv_entry(kind: str) -> ResponseReturnValue:
    """The form of another line."""
    return _cv_page(_kind(kind), CvForm(_kind(kind)))


@bp.post("/record/<kind>")
@requires(PortfolioPermission.EDIT_RECORD)
def create_cv_entry(kind: str) -> ResponseReturnValue:
    """Add a line."""
    form = CvForm(_kind(kind))
    if not form.validate_on_submit():
        return make_response(_cv_page(_kind(kind), form), 422)
    with transaction():
        operations.add_cv_entry(actor=_user(), kind=_kind(kind), fields=form.fields())
    flash(_("The line has been added to your record."), "ok")
    return redirect(url_for("portfolios.show_record"), 303)


@bp.get("/record/<int:entry_id>")
@requires(PortfolioPermission.EDIT_RECORD, load=queries.find_cv_entry)
def edit_cv_entry(entry: CvEntry) -> ResponseReturnValue:
    """The form of a line."""
    return _cv_page(entry.kind, CvForm(entry.kind, formdata=None, obj=entry), entry, entry.version)


@bp.post("/record/<int:entry_id>")
@requires(PortfolioPermission.EDIT_RECORD, load=queries.find_cv_entry)
def update_cv_entry(entry: CvEntry) -> ResponseReturnValue:
    """Save a line."""
    form = CvForm(entry.kind)
    if not form.validate_on_submit():
        return make_response(_cv_page(entry.kind, form, entry, form.version.data), 422)
    try:
        with transaction():
            operations.update_cv_entry(actor=_user(), entry=entry, fields=form.fields(), version=form.version.data or 0)
    except Stale:
        saved = CvForm(entry.kind, formdata=None, obj=entry)
        return make_response(_cv_page(entry.kind, form, entry, entry.version, stale=saved), 409)
    flash(_("The line has been saved."), "ok")
    return redirect(url_for("portfolios.show_record"), 303)


@bp.post("/record/<int:entry_id>/removal")
@requires(PortfolioPermission.EDIT_RECORD, load=queries.find_cv_entry)
def remove_cv_entry(entry: CvEntry) -> ResponseReturnValue:
    """Take a line off the record."""
    with transaction():
        operations.remove_cv_entry(actor=_user(), entry=entry)
    flash(_("The line has been removed from your record."), "ok")
    return redirect(url_for("portfolios.show_record"), 303)


@bp.post("/record/<int:entry_id>/position")
@requires(PortfolioPermission.EDIT_RECORD, load=queries.find_cv_entry)
def move_cv_entry(entry: CvEntry) -> ResponseReturnValue:
    """Move a line one place."""
    with transaction():
        operations.move_cv_entry(actor=_user(), entry=entry, up=_up())
    return redirect(url_for("portfolios.show_record"), 303)


def _user() -> User:
    return cast(User, current_user._get_current_object())


def _up() -> bool:
    return request.form.get("direction") == "up"


def _kind(word: str) -> CvKind:
    try:
        return CvKind(word)
    except ValueError:
        abort(404)


def _position(portfolio: Portfolio) -> Any:
    rows = portfolio.rule_set.positions
    return next((row for row in rows if row.code == portfolio.position_sought), None)


def _form_of(portfolio: Portfolio) -> PortfolioForm:
    names = ("title_th", "title_en", "field_th", "field_en", "statement_th", "statement_en")
    data = {name: getattr(portfolio, name) for name in names}
    data["position_sought"] = portfolio.position_sought or ""
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


def _cv_page(
    kind: CvKind,
    form: CvForm,
    entry: CvEntry | None = None,
    version: int | None = None,
    *,
    stale: CvForm | None = None,
) -> str:
    return render_template(
        "portfolios/cv_entry.html",
        kind=kind,
        label=KIND_LABELS[kind],
        form=form,
        entry=entry,
        version=version or 0,
        stale=stale,
    )
