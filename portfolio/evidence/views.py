"""Pages of evidence: the list, handing in, one item with its pictures and ties."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, abort, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.datastructures import FileStorage

from portfolio.accounts.models import User
from portfolio.core.db import Stale, transaction
from portfolio.core.permissions import requires
from portfolio.core.storage import media_types
from portfolio.core.storage.filesystem import storage
from portfolio.core.storage.operations import Intake, UploadRefused, clean, take_in
from portfolio.core.storage.responses import send_picture, send_stored
from portfolio.core.web.addresses import row_id
from portfolio.core.web.formatting import filesize
from portfolio.core.web.limits import MIB, Limits
from portfolio.core.web.pagination import page_number
from portfolio.evidence import citations, operations, queries, reports
from portfolio.evidence.forms import (
    CopyForm,
    FilesForm,
    ItemForm,
    LinkForm,
    LinkItemForm,
    ReplacementForm,
    read_ties,
)
from portfolio.evidence.models import EvidenceItem, EvidenceKind, EvidenceType, VersionOrigin
from portfolio.evidence.operations import EvidenceFields
from portfolio.evidence.permissions import EvidencePermission
from portfolio.evidence.queries import ItemPage, ItemPlace, ItemUse, ItemVersion
from portfolio.evidence.uploads import queries as uploads
from portfolio.evidence.vocabulary import ORIGIN_LABELS, TYPE_LABELS
from portfolio.works.missions.queries import entries_of_works
from portfolio.works.models import Work
from portfolio.works.queries import find as find_work
from portfolio.works.queries import own_works
from portfolio.works.vocabulary import MISSION_LABELS

bp = Blueprint("evidence", __name__, url_prefix="/evidence")

REQUEST_FILES = 4
"""A request may bring this many files of the largest size, or more smaller ones."""
PLAIN_MIB = 50
"""A form without JavaScript sends files whole: they are no larger than this, whatever may come in pieces."""
TAKEN = media_types.ALL | media_types.RECORDINGS


@bp.record
def state_limits(state: BlueprintSetupState) -> None:
    """Let the routes that take files take as much as this installation is configured for."""
    largest = min(state.app.extensions["config"].max_upload_bytes, PLAIN_MIB * MIB)
    create.limits = Limits(max_bytes=REQUEST_FILES * largest + MIB, max_text=MIB)  # type: ignore[attr-defined]
    replace_file.limits = Limits(max_bytes=largest + MIB, max_text=MIB)  # type: ignore[attr-defined]


@bp.get("")
@requires(EvidencePermission.LIST)
def index() -> ResponseReturnValue:
    """A person's evidence."""
    user = _user()
    term = request.args.get("q", "").strip()[:200]
    archived = request.args.get("archived") == "1"
    untied = request.args.get("untied") == "1"
    work_id = request.args.get("work", type=row_id)
    work = find_work(user, work_id) if work_id is not None and 0 < work_id < 2**31 else None
    page = queries.index_page(
        user,
        page=page_number(),
        term=term,
        work_id=work.id if work else None,
        untied=untied,
        archived=archived,
    )
    return render_template(
        "evidence/index.html",
        page=page,
        term=term,
        archived=archived,
        untied=untied,
        work=work,
        types=TYPE_LABELS,
        thumbnails=queries.with_thumbnail(page.items),
        findings={item.id: reports.read(item.report) for item in page.items},
        has_any=bool(page.items) or queries.has_evidence(user),
        has_archived=queries.has_archived(user),
    )


@bp.get("/new")
@requires(EvidencePermission.CREATE)
def new() -> ResponseReturnValue:
    """The form of new files, and of a link."""
    works = own_works(_user())
    chosen = request.args.get("work", type=row_id) or request.args.get("work_id", type=row_id)
    data = {"work": str(chosen)} if chosen in {work.id for work in works} else {}
    return _new_page(
        FilesForm(works, formdata=None, data=data), LinkForm(works, formdata=None, data=data, prefix="link-")
    )


@bp.post("")
@requires(EvidencePermission.CREATE)
def create() -> ResponseReturnValue:
    """Take files in. Those that cannot be taken are named with the reason; the others are kept."""
    works = own_works(_user())
    form = FilesForm(works)
    if not form.validate_on_submit():
        return make_response(_new_page(form, LinkForm(works, formdata=None, prefix="link-")), 422)
    taken, refusals = _take_all(form.files.data)
    items = []
    if taken:
        with transaction():
            for intake in taken:
                fields = EvidenceFields(
                    title_th=operations.title_of(intake.filename), type=EvidenceType(form.type.data)
                )
                item = operations.add_file(actor=_user(), intake=intake, fields=fields)
                if form.work_id is not None:
                    operations.tie_to(actor=_user(), item=item, work_id=form.work_id)
                items.append(item.id)
    if not items:
        form.files.errors = [*form.files.errors, *refusals]
        return make_response(_new_page(form, LinkForm(works, formdata=None, prefix="link-")), 422)
    for refusal in refusals:
        flash(refusal, "bad")
    flash(ngettext("%(num)d file has been added.", "%(num)d files have been added.", len(items)), "ok")
    if len(items) == 1:
        return redirect(url_for("evidence.show", item_id=items[0]), 303)
    return redirect(url_for("evidence.index"), 303)


@bp.post("/links")
@requires(EvidencePermission.CREATE)
def create_link() -> ResponseReturnValue:
    """Add an address."""
    works = own_works(_user())
    form = LinkForm(works, prefix="link-")
    if not form.validate_on_submit():
        return make_response(_new_page(FilesForm(works, formdata=None), form), 422)
    with transaction():
        item = operations.add_link(actor=_user(), url=form.url.data or "", fields=form.fields())
        if form.work_id is not None:
            operations.tie_to(actor=_user(), item=item, work_id=form.work_id)
        item_id = item.id
    flash(_("The link has been added."), "ok")
    return redirect(url_for("evidence.show", item_id=item_id), 303)


@bp.get("/<int:item_id>")
@requires(EvidencePermission.READ, load=queries.find)
def show(item: EvidenceItem) -> ResponseReturnValue:
    """One item: its pictures, what is said of it, what it proves."""
    return _item_page(item, _item_form(item), item.version)


@bp.post("/<int:item_id>")
@requires(EvidencePermission.EDIT, load=queries.find)
def update(item: EvidenceItem) -> ResponseReturnValue:
    """Save what is said of an item."""
    form = LinkItemForm() if item.kind is EvidenceKind.LINK else ItemForm()
    item_id = item.id
    if not form.validate_on_submit():
        return make_response(_item_page(item, form, form.version.data), 422)
    try:
        with transaction():
            operations.update_item(
                actor=_user(),
                item=item,
                fields=form.fields(),
                version=form.version.data or 0,
                url=form.url.data if isinstance(form, LinkItemForm) else None,
            )
    except Stale:
        return make_response(_item_page(item, form, item.version, stale=_item_form(item)), 409)
    flash(_("The description has been saved."), "ok")
    return redirect(url_for("evidence.show", item_id=item_id), 303)


@bp.post("/<int:item_id>/ties")
@requires(EvidencePermission.EDIT, load=queries.find)
def update_ties(item: EvidenceItem) -> ResponseReturnValue:
    """Save what an item proves."""
    user, item_id = _user(), item.id
    shown = [work for work_id in request.form.getlist("work", type=row_id) if (work := find_work(user, work_id))]
    version = request.form.get("version", type=row_id) or 0
    with transaction():
        criteria = queries.current_criteria()
        codes = [criterion.code for criterion in criteria.scored] if criteria else []
        ties = read_ties(request.form, shown, codes, entries_of_works(work.id for work in shown))
        operations.tie(
            actor=user,
            item=item,
            ties=operations.with_other_criteria(item=item, ties=ties, shown=codes),
            version=version,
        )
    flash(_("What the item proves has been saved."), "ok")
    return redirect(url_for("evidence.show", item_id=item_id), 303)


@bp.post("/<int:item_id>/works/<int:work_id>/position")
@requires(EvidencePermission.EDIT, load=queries.find_use)
def move_use(use: ItemUse) -> ResponseReturnValue:
    """Move an item one place among the exhibits of a work."""
    work_id = use.use.work_id
    with transaction():
        operations.move_use(actor=_user(), use=use.use, up=request.form.get("direction") == "up")
    return redirect(url_for("works.show", work_id=work_id), 303)


@bp.post("/<int:item_id>/file")
@requires(EvidencePermission.EDIT, load=queries.find_with_file)
def replace_file(item: EvidenceItem) -> ResponseReturnValue:
    """Another file for the same item; its ties stay."""
    form = ReplacementForm()
    item_id = item.id
    taken: list[Intake] = []
    refusals = [str(error) for error in form.file.errors]
    if form.validate_on_submit():
        taken, refusals = _take_all([form.file.data])
    if not taken:
        form.file.errors = refusals or form.file.errors
        return make_response(_item_page(item, _item_form(item), item.version, replacement=form), 422)
    with transaction():
        operations.replace_file(actor=_user(), item=item, intake=taken[0])
    flash(_("The file has been replaced. What the item is tied to has stayed."), "ok")
    return redirect(url_for("evidence.show", item_id=item_id), 303)


@bp.post("/<int:item_id>/preview")
@requires(EvidencePermission.EDIT, load=queries.find_with_file)
def restart_preview(item: EvidenceItem) -> ResponseReturnValue:
    """Try once more to draw the pages."""
    item_id = item.id
    with transaction():
        operations.queue_preview_again(actor=_user(), item=item)
    return redirect(url_for("evidence.show", item_id=item_id), 303)


@bp.post("/<int:item_id>/archive")
@requires(EvidencePermission.EDIT, load=queries.find)
def archive(item: EvidenceItem) -> ResponseReturnValue:
    """Set an item aside."""
    with transaction():
        operations.archive_item(actor=_user(), item=item)
    flash(_("The item has been set aside. You can take it back at any time."), "ok")
    return redirect(url_for("evidence.index"), 303)


@bp.post("/<int:item_id>/restoration")
@requires(EvidencePermission.EDIT, load=queries.find)
def restore(item: EvidenceItem) -> ResponseReturnValue:
    """Take an item back."""
    item_id = item.id
    with transaction():
        operations.restore_item(actor=_user(), item=item)
    flash(_("The item is back in your list."), "ok")
    return redirect(url_for("evidence.show", item_id=item_id), 303)


@bp.get("/<int:item_id>/file")
@requires(EvidencePermission.READ, load=queries.find_with_file)
def download(item: EvidenceItem) -> ResponseReturnValue:
    """The original, always as an attachment."""
    assert item.stored_file is not None
    return send_stored(item.stored_file)


@bp.get("/<int:item_id>/pages/<int:page>.png")
@requires(EvidencePermission.READ, load=queries.find_page)
def picture(page: ItemPage) -> ResponseReturnValue:
    """The picture of a page that we drew ourselves."""
    return send_picture(storage().path(page.picture.sha256).read_bytes())


@bp.get("/<int:item_id>/thumbnail")
@requires(EvidencePermission.READ, load=queries.find_thumbnail)
def thumbnail(page: ItemPage) -> ResponseReturnValue:
    """The small picture for lists."""
    return send_picture(storage().path(page.picture.sha256).read_bytes())


@bp.get("/<int:item_id>/pages/<int:page>")
@requires(EvidencePermission.READ, load=queries.find_place)
def show_page(place: ItemPlace) -> ResponseReturnValue:
    """One page, large, with the sentences that cite it."""
    cited = [one for one in citations.of_item(place.item) if one.page == place.page]
    return render_template(
        "evidence/page.html",
        item=place.item,
        page=place.page,
        picture=queries.picture_of(place.item, place.page),
        citations=cited,
        works={use.work_id: use.work for use in place.item.uses},
    )


@bp.get("/<int:item_id>/pages")
@requires(EvidencePermission.READ, load=queries.find_with_file)
def go_to_page(item: EvidenceItem) -> ResponseReturnValue:
    """The page whose number was typed, or the nearest there is."""
    wanted = request.args.get("page", default=1, type=row_id) or 1
    page = max(1, min(wanted, item.page_count or 1))
    return redirect(url_for("evidence.show_page", item_id=item.id, page=page), 303)


@bp.post("/<int:item_id>/pages/<int:page>")
@requires(EvidencePermission.READ, load=queries.find_place)
def draw_page(place: ItemPlace) -> ResponseReturnValue:
    """Have a page of a long file drawn that was not drawn at once."""
    item_id, page = place.item.id, place.page
    with transaction():
        operations.queue_pages(actor=_user(), item=place.item, page=page)
    return redirect(url_for("evidence.show_page", item_id=item_id, page=page), 303)


@bp.post("/<int:item_id>/copies")
@requires(EvidencePermission.EDIT, load=queries.find_with_file)
def create_copy(item: EvidenceItem) -> ResponseReturnValue:
    """Make a copy of the file without what the report found, as its next version."""
    form = CopyForm()
    item_id = item.id
    if not form.validate_on_submit():
        abort(422)
    before = item.stored_file
    assert before is not None
    before_id, before_sha256 = before.id, before.sha256
    try:
        intake = clean(before, metadata=form.way.data == reports.STRIP)
    except UploadRefused as refusal:
        flash(_("No copy could be made: %(reason)s", reason=refusal.message), "bad")
        return redirect(url_for("evidence.show", item_id=item_id), 303)
    with transaction():
        if item.stored_file_id != before_id:
            raise Stale  # it was replaced while the copy was made
        operations.replace_file(actor=_user(), item=item, intake=intake, origin=VersionOrigin.MENDED)
        old = next(one for one in queries.versions_of(item) if one.stored_file.sha256 == before_sha256)
        if form.forget.data and intake.sha256 != before_sha256:
            operations.remove_version(actor=_user(), item=item, version=old)
    flash(_("A clean copy has taken the place of the file."), "ok")
    return redirect(url_for("evidence.show", item_id=item_id), 303)


@bp.get("/<int:item_id>/versions/<int:number>/file")
@requires(EvidencePermission.READ, load=queries.find_version)
def download_version(found: ItemVersion) -> ResponseReturnValue:
    """An earlier file, as it was handed in."""
    return send_stored(found.version.stored_file)


@bp.post("/<int:item_id>/versions/<int:number>/restoration")
@requires(EvidencePermission.EDIT, load=queries.find_version)
def restore_version(found: ItemVersion) -> ResponseReturnValue:
    """Let an earlier file hold again."""
    item_id = found.item.id
    with transaction():
        operations.restore_version(actor=_user(), item=found.item, version=found.version)
    flash(_("The earlier file holds again, as the newest version."), "ok")
    return redirect(url_for("evidence.show", item_id=item_id), 303)


@bp.post("/<int:item_id>/versions/<int:number>/removal")
@requires(EvidencePermission.EDIT, load=queries.find_version)
def remove_version(found: ItemVersion) -> ResponseReturnValue:
    """Give an earlier file up for good."""
    item_id = found.item.id
    with transaction():
        holds = found.version.stored_file_id == found.item.stored_file_id
        if not holds:
            operations.remove_version(actor=_user(), item=found.item, version=found.version)
    if holds:
        flash(_("This is the file that holds. Replace it first."), "bad")
    else:
        flash(_("The earlier file has been removed here. What was submitted with it keeps it."), "ok")
    return redirect(url_for("evidence.show", item_id=item_id), 303)


def _user() -> User:
    return cast(User, current_user._get_current_object())


def _largest() -> int:
    return int(current_app.extensions["config"].max_upload_bytes)


def _plain_largest() -> int:
    return min(_largest(), PLAIN_MIB * MIB)


def _new_page(files: FilesForm, link: LinkForm) -> str:
    return render_template(
        "evidence/new.html",
        form=files,
        link=link,
        largest=_largest(),
        plain_limit=_plain_largest(),
        request_limit=REQUEST_FILES * _plain_largest(),
        unfinished=uploads.unfinished(_user()),
        accept=",".join(media_types.extensions_of(TAKEN)),
    )


def _take_all(files: list[FileStorage]) -> tuple[list[Intake], list[str]]:
    """Keep and check every file. Returns what was taken, and a sentence for each that was not."""
    taken, refusals = [], []
    for file in files:
        name = file.filename or ""
        try:
            taken.append(take_in(file.stream, name, TAKEN, _plain_largest()))
        except UploadRefused as refusal:
            reason = str(refusal.message)
            if refusal.code == "too_large":
                reason = _(
                    "The file is larger than %(limit)s, which is the most for one file.",
                    limit=filesize(_plain_largest()),
                )
            refusals.append(_("“%(name)s” was not taken: %(reason)s", name=name[:120], reason=reason))
    return taken, refusals


def _item_form(item: EvidenceItem) -> ItemForm:
    data = {name: getattr(item, name) for name in ("title_th", "title_en", "caption_th", "caption_en", "dated")}
    data |= {"type": item.type.value, "version": item.version}
    if item.kind is EvidenceKind.LINK:
        return LinkItemForm(formdata=None, data=data | {"url": item.url})
    return ItemForm(formdata=None, data=data)


def _item_page(
    item: EvidenceItem,
    form: ItemForm,
    version: int | None,
    *,
    stale: ItemForm | None = None,
    replacement: ReplacementForm | None = None,
) -> str:
    tied = {use.work_id: use for use in item.uses}
    asked = request.args.get("work", type=row_id)
    others = [work for work in own_works(_user()) if work.id not in tied]
    added = next((work for work in others if work.id == asked), None)
    shown: list[Work] = [use.work for use in tied.values()] + ([added] if added else [])
    pages = queries.pages_of(item.stored_file.sha256) if item.stored_file else []
    cited = citations.of_item(item)
    context: dict[str, Any] = {
        "item": item,
        "form": form,
        "version": item.version if version is None else version,
        "stale": stale,
        "replacement": replacement or ReplacementForm(formdata=None),
        "types": TYPE_LABELS,
        "shown": shown,
        "others": [work for work in others if work is not added],
        "added": added,
        "tied_headings": {id: {row.heading_code for row in use.headings} for id, use in tied.items()},
        "tied_criteria": {id: {row.criterion_code for row in use.criteria} for id, use in tied.items()},
        "tied_missions": {id: {row.mission_entry_id for row in use.missions} for id, use in tied.items()},
        "mission_entries": entries_of_works(work.id for work in shown),
        "mission_labels": MISSION_LABELS,
        "criteria": queries.current_criteria(),
        "pages": pages,
        "findings": reports.read(item.report),
        "versions": queries.versions_of(item),
        "origins": ORIGIN_LABELS,
        "citations": cited,
        "named": len(cited) + citations.count_beside(item),
        "works_by_id": {use.work_id: use.work for use in item.uses},
        "largest": _largest(),
        "plain_limit": _plain_largest(),
        "accept": ",".join(media_types.extensions_of(TAKEN)),
    }
    return render_template("evidence/show.html", **context)
