"""Pages of the record: the overview in the form's order, lines, profile, what only the academic sees, tables."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from portfolio.accounts.models import User
from portfolio.core.clock import today
from portfolio.core.db import Stale, transaction
from portfolio.core.permissions import requires
from portfolio.core.sealed import Unreadable, readable
from portfolio.core.storage.responses import send_table
from portfolio.core.web.limits import MIB, accepts
from portfolio.organizations.delegations.queries import whose
from portfolio.record import operations, queries, tables
from portfolio.record.form import is_printed, part_one
from portfolio.record.forms import CvForm, PersonalForm, ProfileForm, TableForm, form_for
from portfolio.record.gaps import gaps_of
from portfolio.record.models import CvEntry, CvKind
from portfolio.record.permissions import RecordPermission
from portfolio.record.tables import Reading, UnreadableTableError
from portfolio.record.vocabulary import (
    CHAPTERS,
    LEVEL_LABELS,
    MODE_LABELS,
    PARTS,
    RANK_LABELS,
    SEMESTER_LABELS,
    WORDS_OF,
)

bp = Blueprint("record", __name__, url_prefix="/record")

# What a preview carries to the press that writes it, percent-encoded: nine bytes for a Thai letter.
LARGEST_PREVIEW = 3 * MIB


@bp.context_processor
def _words() -> dict[str, Any]:
    return {
        "levels": LEVEL_LABELS,
        "ranks": RANK_LABELS,
        "modes": MODE_LABELS,
        "semesters": SEMESTER_LABELS,
        "words_of": WORDS_OF,
    }


@bp.get("")
@requires(RecordPermission.EDIT)
def show() -> ResponseReturnValue:
    """The whole record in the form's order, with what the form still lacks."""
    owner = whose(_user())
    facts = queries.facts_of(owner, include_sensitive=False)
    form = part_one(facts, on=today())
    has_details = queries.has_details(owner)
    return render_template(
        "record/show.html",
        chapters=CHAPTERS,
        parts_of=PARTS,
        lines={kind: facts.of(kind) for kind in CvKind},
        groups={entry.id: queries.group_of(entry) for entry in facts.entries},
        numbers=form.numbers,
        form=form,
        printed={entry.id for entry in facts.entries if is_printed(entry, today())},
        profile=facts.profile,
        has_details=has_details,
        own=owner.id == _user().id,
        gaps=gaps_of(facts, has_details=has_details),
    )


@bp.get("/form")
@requires(RecordPermission.EDIT)
def show_form() -> ResponseReturnValue:
    """Part 1 as the form prints it. Sensitive values stand in it for the academic alone, who asks for them."""
    user = _user()
    owner = whose(user)
    sensitive = request.args.get("personal") == "yes" and owner.id == user.id
    form = queries.form_of(owner, include_sensitive=sensitive)
    return render_template("record/form.html", form=form, sensitive=sensitive, own=owner.id == user.id)


@bp.get("/profile")
@requires(RecordPermission.EDIT)
def edit_profile() -> ResponseReturnValue:
    """The form of what is asked once."""
    profile = queries.profile_of(whose(_user()))
    return _profile_page(_saved_profile(profile), profile.version if profile else 0)


@bp.post("/profile")
@requires(RecordPermission.EDIT)
def update_profile() -> ResponseReturnValue:
    """Save what is asked once."""
    form = ProfileForm()
    if not form.validate_on_submit():
        return make_response(_profile_page(form, form.version.data or 0), 422)
    try:
        with transaction():
            operations.update_profile(actor=_user(), fields=form.profile(), version=form.version.data or 0)
    except Stale:
        profile = queries.profile_of(whose(_user()))
        page = _profile_page(form, profile.version if profile else 0, stale=_saved_profile(profile))
        return make_response(page, 409)
    flash(_("The particulars have been saved."), "ok")
    return redirect(url_for("record.show"), 303)


@bp.get("/personal")
@requires(RecordPermission.PERSONAL)
def show_personal() -> ResponseReturnValue:
    """Birth date, salary and telephone, why they are asked, and who sees them."""
    details = queries.details_of(_user())
    return _personal_page(_saved_details(details), details.version if details else 0)


@bp.post("/personal")
@requires(RecordPermission.PERSONAL)
def update_personal() -> ResponseReturnValue:
    """Save them; an empty field erases its value."""
    form = PersonalForm()
    if not form.validate_on_submit():
        return make_response(_personal_page(form, form.version.data or 0), 422)
    try:
        with transaction():
            operations.update_personal(actor=_user(), fields=form.personal(), version=form.version.data or 0)
    except Stale:
        details = queries.details_of(_user())
        page = _personal_page(form, details.version if details else 0, stale=_saved_details(details))
        return make_response(page, 409)
    flash(_("The details have been saved. Only you see them."), "ok")
    return redirect(url_for("record.show"), 303)


@bp.post("/personal/erasure")
@requires(RecordPermission.PERSONAL)
def erase_personal() -> ResponseReturnValue:
    """Delete them for good."""
    with transaction():
        operations.erase_personal(actor=_user())
    flash(_("Birth date, salary and telephone have been deleted."), "ok")
    return redirect(url_for("record.show"), 303)


@bp.get("/<kind>/new")
@requires(RecordPermission.EDIT)
def new(kind: str) -> ResponseReturnValue:
    """The form of another line."""
    return _line_page(_kind(kind), form_for(_kind(kind))())


@bp.post("/<kind>")
@requires(RecordPermission.EDIT)
def create(kind: str) -> ResponseReturnValue:
    """Add a line."""
    form = form_for(_kind(kind))()
    if not form.validate_on_submit():
        return make_response(_line_page(_kind(kind), form), 422)
    try:
        with transaction():
            operations.add_entry(actor=_user(), kind=_kind(kind), fields=form.line())
    except operations.FullError:
        flash(_full(), "warn")
        return make_response(_line_page(_kind(kind), form), 422)
    flash(_("The line has been added to your record."), "ok")
    return redirect(url_for("record.show", _anchor=kind), 303)


@bp.get("/<int:entry_id>")
@requires(RecordPermission.EDIT, load=queries.find_entry)
def edit(entry: CvEntry) -> ResponseReturnValue:
    """The form of a line."""
    return _line_page(entry.kind, form_for(entry.kind)(formdata=None, obj=entry), entry, entry.version)


@bp.post("/<int:entry_id>")
@requires(RecordPermission.EDIT, load=queries.find_entry)
def update(entry: CvEntry) -> ResponseReturnValue:
    """Save a line."""
    kind = entry.kind
    form = form_for(kind)()
    if not form.validate_on_submit():
        return make_response(_line_page(kind, form, entry, form.version.data), 422)
    try:
        with transaction():
            operations.update_entry(actor=_user(), entry=entry, fields=form.line(), version=form.version.data or 0)
    except Stale:
        saved = form_for(kind)(formdata=None, obj=entry)
        return make_response(_line_page(kind, form, entry, entry.version, stale=saved), 409)
    flash(_("The line has been saved."), "ok")
    return redirect(url_for("record.show", _anchor=kind.value), 303)


@bp.post("/<int:entry_id>/removal")
@requires(RecordPermission.EDIT, load=queries.find_entry)
def remove(entry: CvEntry) -> ResponseReturnValue:
    """Take a line off the record."""
    kind = entry.kind
    with transaction():
        operations.remove_entry(actor=_user(), entry=entry)
    flash(_("The line has been removed from your record."), "ok")
    return redirect(url_for("record.show", _anchor=kind.value), 303)


@bp.post("/<int:entry_id>/position")
@requires(RecordPermission.EDIT, load=queries.find_entry)
def move(entry: CvEntry) -> ResponseReturnValue:
    """Move a line one place."""
    kind = entry.kind
    with transaction():
        operations.move_entry(actor=_user(), entry=entry, up=request.form.get("direction") == "up")
    return redirect(url_for("record.show", _anchor=kind.value), 303)


@bp.get("/<kind>/table")
@requires(RecordPermission.EDIT)
def new_table(kind: str) -> ResponseReturnValue:
    """Where a table is handed in, and what it may hold."""
    return _table_page(_kind(kind), TableForm())


@bp.post("/<kind>/table")
@requires(RecordPermission.EDIT)
@accepts(max_bytes=tables.LARGEST_TABLE + MIB)
def preview_table(kind: str) -> ResponseReturnValue:
    """Show what a table says before anything is written."""
    form = TableForm()
    part = _kind(kind)
    if not form.validate_on_submit():
        return make_response(_table_page(part, form), 422)
    try:
        text, encoding = tables.decode(form.file.data.stream.read(tables.LARGEST_TABLE + 1))
        reading = tables.understand(part, text, queries.entries_of(whose(_user()), part), encoding=encoding)
    except UnreadableTableError as error:
        form.file.errors = [error.message]
        return make_response(_table_page(part, form), 422)
    return _preview_page(part, reading)


@bp.post("/<kind>/lines")
@requires(RecordPermission.EDIT)
@accepts(max_text=LARGEST_PREVIEW)
def create_lines(kind: str) -> ResponseReturnValue:
    """Write all lines of a preview, or none."""
    part = _kind(kind)
    try:
        with transaction():
            existing = queries.entries_of(whose(_user()), part)
            reading = tables.understand(part, request.form.get("lines", ""), existing)
            if reading.refused:
                return make_response(_preview_page(part, reading), 422)
            count = operations.add_entries(actor=_user(), kind=part, lines=reading.new)
    except UnreadableTableError as error:
        form = TableForm(formdata=None)
        form.file.errors = [error.message]
        return make_response(_table_page(part, form), 422)
    except operations.FullError:
        flash(_full(), "warn")
        return make_response(_table_page(part, TableForm(formdata=None)), 422)
    flash(ngettext("%(num)d line has been added.", "%(num)d lines have been added.", count), "ok")
    return redirect(url_for("record.show", _anchor=kind), 303)


@bp.get("/<kind>/template")
@requires(RecordPermission.EDIT)
def show_template(kind: str) -> ResponseReturnValue:
    """An empty table with its headers."""
    return _csv(tables.write(_kind(kind), ()), f"{kind}-template")


@bp.get("/<kind>/lines")
@requires(RecordPermission.EDIT)
def show_lines(kind: str) -> ResponseReturnValue:
    """The lines of a part as a table that can be read again."""
    part = _kind(kind)
    return _csv(tables.write(part, queries.entries_of(whose(_user()), part)), f"{kind}-{today().isoformat()}")


def _user() -> User:
    return cast(User, current_user._get_current_object())


def _kind(word: str) -> CvKind:
    try:
        return CvKind(word)
    except ValueError:
        abort(404)


def _full() -> str:
    return _("A part holds at most %(most)s lines. Nothing was added.", most=operations.MOST_LINES)


def _saved_profile(profile: Any) -> ProfileForm:
    form = ProfileForm(formdata=None, obj=profile)
    form.prefix.data = form.prefix.data or ""
    return form


def _saved_details(details: Any) -> PersonalForm:
    names = ("birth_date", "salary", "telephone")
    return PersonalForm(formdata=None, data={name: readable(getattr(details, name, None)) for name in names})


def _line_page(
    kind: CvKind,
    form: CvForm,
    entry: CvEntry | None = None,
    version: int | None = None,
    *,
    stale: CvForm | None = None,
) -> str:
    return render_template(
        "record/line.html", part=PARTS[kind], form=form, entry=entry, version=version or 0, stale=stale
    )


def _profile_page(form: ProfileForm, version: int, *, stale: ProfileForm | None = None) -> str:
    return render_template("record/profile.html", form=form, version=version, stale=stale)


def _personal_page(form: PersonalForm, version: int, *, stale: PersonalForm | None = None) -> str:
    details = queries.details_of(_user())
    names = ("birth_date", "salary", "telephone")
    lost = {name for name in names if isinstance(getattr(details, name, None), Unreadable)}
    return render_template(
        "record/personal.html", form=form, version=version, stale=stale, lost=lost, there=details is not None
    )


def _table_page(kind: CvKind, form: TableForm) -> str:
    return render_template("record/table.html", part=PARTS[kind], form=form, most=tables.LARGEST_TABLE)


def _preview_page(kind: CvKind, reading: Reading) -> str:
    return render_template(
        "record/preview.html",
        part=PARTS[kind],
        reading=reading,
        lines=tables.write(kind, reading.new) if reading.new else "",
    )


def _csv(text: str, name: str) -> Response:
    """A download that a spreadsheet opens in the right encoding."""
    return send_table(text.encode("utf-8-sig"), "text/csv", f"{name}.csv")
