"""Pages of dossiers: making and following editions, releasing, HR's inbox, the register, public verification."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portfolio.core.db import transaction
from portfolio.core.i18n.language import current_language
from portfolio.core.permissions import access, public, requires
from portfolio.core.storage.responses import send_stored
from portfolio.core.web.pagination import page_number
from portfolio.core.web.throttle import limiter
from portfolio.dossier import operations, queries
from portfolio.dossier.document import Document
from portfolio.dossier.forms import EditionForm, ReleaseForm, RevocationForm
from portfolio.dossier.models import Edition, EditionKind, EditionState, Release
from portfolio.dossier.operations import shown_code
from portfolio.dossier.permissions import DossierPermission as P
from portfolio.dossier.photos import printed
from portfolio.dossier.queries import Copy
from portfolio.dossier.sections import build_document, build_draft
from portfolio.dossier.verification import Verdict, verdict_on
from portfolio.dossier.writers.html import ImageUrl, to_html
from portfolio.organizations.queries import universities
from portfolio.partners.queries import photos_of_works
from portfolio.portfolios.models import Portfolio

LONGEST_SEARCH = 100
VERIFICATION_LIMIT = "60 per minute"

bp = Blueprint("dossier", __name__)


# The owner's pages ------------------------------------------------------------------------------


@bp.get("/dossier")
@requires(P.LIST_OWN)
def index() -> str:
    """The person's portfolios with their latest dossier."""
    return render_template("dossier/index.html", page=queries.own_portfolios(_user(), page_number()))


@bp.get("/dossier/portfolios/<int:portfolio_id>")
@requires(P.MAKE, load=queries.find_portfolio)
def portfolio(portfolio: Portfolio) -> str:
    """A portfolio's editions, and the form that asks for one."""
    return _portfolio_page(portfolio, EditionForm(data={"kind": EditionKind.FULL, "language": current_language()}))


@bp.post("/dossier/portfolios/<int:portfolio_id>/editions")
@requires(P.MAKE, load=queries.find_portfolio)
def create(portfolio: Portfolio) -> Any:
    """Ask for an edition; asked twice for the same, the same one is shown."""
    form = EditionForm()
    if not form.validate_on_submit():
        return _portfolio_page(portfolio, form), 422
    with transaction():
        edition = operations.make_edition(
            portfolio=portfolio,
            kind=EditionKind(form.kind.data),
            language=form.language.data,
            thai_digits=bool(form.thai_digits.data),
            actor=_user(),
        )
        edition_id = edition.id
    return redirect(url_for("dossier.show", edition_id=edition_id), 303)


@bp.get("/dossier/portfolios/<int:portfolio_id>/preview")
@requires(P.PREVIEW, load=queries.find_portfolio)
def preview_draft(portfolio: Portfolio) -> str:
    """How the portfolio would be printed as it is now."""
    return _preview(
        build_draft(portfolio, language=_asked_language(), fictional=current_app.config["SAMPLE_DATA"]), portfolio, None
    )


@bp.get("/dossier/editions/<int:edition_id>")
@requires(P.READ, load=queries.find)
def show(edition: Edition) -> str:
    """An edition: its progress or its files, to whom it was released, and who fetched it."""
    return _edition_page(edition, _release_form())


@bp.get("/dossier/editions/<int:edition_id>/preview")
@requires(P.READ, load=queries.find)
def preview(edition: Edition) -> str:
    """The edition on screen: the same tree that is printed."""
    return _preview(build_document(edition, public_url=request.url_root.rstrip("/")), edition.portfolio, edition)


@bp.get("/dossier/editions/<int:edition_id>/files/<file_format>")
@requires(P.FETCH, load=queries.find_copy)
def download(copy: Copy) -> Response:
    """One of the edition's files, for its owner."""
    return _fetched(copy)


@bp.post("/dossier/editions/<int:edition_id>/releases")
@requires(P.RELEASE, load=queries.find)
def release(edition: Edition) -> Any:
    """Release the edition to a university."""
    form = _release_form()
    if not form.validate_on_submit():
        return _edition_page(edition, form), 422
    university = queries.university(form.university_id.data)
    if university is None:
        abort(404)
    with transaction():
        operations.release(edition=edition, university=university, actor=_user())
    flash(_("The dossier was released."), "ok")
    return redirect(url_for("dossier.show", edition_id=edition.id), 303)


@bp.post("/dossier/releases/<int:release_id>/withdrawal")
@requires(P.WITHDRAW_RELEASE, load=queries.find_own_release)
def withdraw_release(release: Release) -> Any:
    """Take a release back."""
    with transaction():
        operations.withdraw_release(release=release, actor=_user())
    flash(_("The release was withdrawn. The university no longer sees this dossier."), "ok")
    return redirect(url_for("dossier.show", edition_id=release.edition_id), 303)


# HR's inbox -------------------------------------------------------------------------------------


@bp.get("/dossier/inbox")
@requires(P.LIST_INBOX)
def inbox() -> str:
    """What applicants released to this person's university."""
    search, only_new = _search(), request.args.get("new") == "yes"
    return render_template(
        "dossier/inbox.html",
        page=queries.inbox_page(_user(), page_number(), search=search, only_new=only_new),
        search=search,
        only_new=only_new,
    )


@bp.get("/dossier/inbox/<int:release_id>")
@requires(P.RECEIVE, load=queries.find_received)
def inbox_show(release: Release) -> str:
    """One dossier in the inbox: its files and how to verify it."""
    edition = release.edition
    newest = queries.newest_in_line(edition)
    return render_template(
        "dossier/inbox_show.html",
        release=release,
        edition=edition,
        newest=newest if newest is not edition else None,
        withdrawn=queries.prints_withdrawn(edition),
        code=shown_code(edition.code),
    )


@bp.get("/dossier/inbox/<int:release_id>/files/<file_format>")
@requires(P.FETCH_RECEIVED, load=queries.find_received_copy)
def inbox_download(copy: Copy) -> Response:
    """One of the files; the fetch is on record and its owner sees it."""
    return _fetched(copy)


# The officers' register -------------------------------------------------------------------------


@bp.get("/dossier/register")
@requires(P.LIST_REGISTER)
def register_index() -> str:
    """Every edition that was issued."""
    search = _search()
    return render_template(
        "dossier/register.html", page=queries.register_page(_user(), page_number(), search=search), search=search
    )


@bp.get("/dossier/register/<int:edition_id>")
@requires(P.REVOKE, load=queries.find_registered)
def register_show(edition: Edition) -> str:
    """One edition of the register, and the form that revokes it."""
    return render_template("dossier/revocation.html", edition=edition, form=RevocationForm())


@bp.post("/dossier/register/<int:edition_id>/revocation")
@requires(P.REVOKE, load=queries.find_registered)
def revoke(edition: Edition) -> Any:
    """Declare an edition invalid."""
    form = RevocationForm()
    if not form.validate_on_submit():
        return render_template("dossier/revocation.html", edition=edition, form=form), 422
    with transaction():
        operations.revoke(edition=edition, reason=form.reason.data, actor=_user())
    flash(_("The edition was revoked. The verification page says so from now on."), "ok")
    return redirect(url_for("dossier.register_index"), 303)


# Public verification ----------------------------------------------------------------------------


@bp.get("/verify")
@public("Anybody holding a dossier may verify it; the page shows no personal data.")
@limiter.limit(VERIFICATION_LIMIT)
def verify() -> Any:
    """The form for a verification code."""
    code = queries.plain_code(request.args.get("code", "")[:LONGEST_SEARCH])
    if code:
        return redirect(url_for("dossier.verdict", code=shown_code(code)), 303)
    return render_template("dossier/verify.html", verdict=None, edition=None, newest=None, code="")


@bp.get("/verify/<code>")
@public("Anybody holding a dossier may verify it; the page shows no personal data.")
@limiter.limit(VERIFICATION_LIMIT)
def verdict(code: str) -> Any:
    """What stands behind a code: genuine, replaced, revoked, or unknown."""
    edition = queries.by_code(code[:LONGEST_SEARCH])
    found = verdict_on(edition)
    newest = queries.newest_in_line(edition) if edition is not None and found is Verdict.SUPERSEDED else None
    page = render_template(
        "dossier/verify.html",
        verdict=found,
        edition=edition,
        newest=newest,
        code=shown_code(queries.plain_code(code[:LONGEST_SEARCH])),
    )
    return page, (404 if found is Verdict.UNKNOWN else 200)


# ------------------------------------------------------------------------------------------------


def _user() -> Any:
    return current_user._get_current_object()


def _search() -> str:
    return request.args.get("q", "").strip()[:LONGEST_SEARCH]


def _asked_language() -> str:
    language = request.args.get("language", current_language())
    return language if language in ("th", "en") else "th"


def _portfolio_page(portfolio: Portfolio, form: EditionForm) -> str:
    return render_template(
        "dossier/portfolio.html",
        portfolio=portfolio,
        page=queries.editions_of(portfolio, page_number()),
        form=form,
    )


def _release_form() -> ReleaseForm:
    form = ReleaseForm()
    form.university_id.choices = [(one.id, one.name_in(current_language())) for one in universities()]
    return form


def _edition_page(edition: Edition, form: ReleaseForm) -> str:
    newest = queries.newest_in_line(edition)
    return render_template(
        "dossier/show.html",
        edition=edition,
        newest=newest if newest is not edition else None,
        withdrawn=queries.prints_withdrawn(edition),
        files=[file for format in queries.DOWNLOADABLE if (file := queries.file_of(edition, format)) is not None],
        releases=queries.releases_of(edition),
        downloads=queries.downloads_of(edition, page_number()),
        form=form,
        may_release=access(P.RELEASE, _user(), edition),
        waiting=edition.state is EditionState.WAITING,
        code=shown_code(edition.code),
    )


def _preview(document: Document, portfolio: Portfolio, edition: Edition | None) -> str:
    return render_template(
        "dossier/preview.html",
        portfolio=portfolio,
        edition=edition,
        document_language=document.meta.language,
        body=to_html(document, image_url=_picture_urls(portfolio, edition)),
    )


def _picture_urls(portfolio: Portfolio, edition: Edition | None) -> ImageUrl:
    """Where the pictures of a preview lie: with the partners who gave them, who may take them back."""
    work_ids = [one.work_id for one in edition.snapshot.works] if edition else [one.id for one in portfolio.works]
    places = {
        picture.image: url_for("partners.photo", partner_id=partner_id, work_id=work_id)
        for sha256, (partner_id, work_id) in photos_of_works(work_ids).items()
        if (picture := printed(sha256)) is not None
    }
    return lambda figure: places.get(figure.image, "")


def _fetched(copy: Copy) -> Response:
    with transaction():
        operations.record_download(edition=copy.edition, file=copy.file, release=copy.release, actor=_user())
    return send_stored(copy.file.stored_file)
