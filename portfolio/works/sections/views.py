"""Pages of the texts under the headings: the editor, reading, earlier texts."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from flask import Blueprint, Response, abort, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from portfolio.accounts.models import User
from portfolio.core.db import Stale, transaction
from portfolio.core.hooks import Exhibit, current_hooks
from portfolio.core.permissions import requires
from portfolio.core.web.addresses import row_id
from portfolio.core.web.cards import written
from portfolio.core.web.errors import wants_json
from portfolio.core.web.limits import MIB, accepts
from portfolio.core.web.pagination import page_number
from portfolio.criteria.models import RuleGroup, RuleHeading, RuleSet
from portfolio.works import prose
from portfolio.works.models import Work
from portfolio.works.permissions import WorkPermission
from portfolio.works.queries import Part, find
from portfolio.works.sections import operations, queries
from portfolio.works.sections.differences import differences, merged
from portfolio.works.sections.forms import SectionForm
from portfolio.works.sections.models import WorkSectionVersion
from portfolio.works.sections.queries import Place
from portfolio.works.sections.renumbering import brought_up
from portfolio.works.words import count_words

bp = Blueprint("sections", __name__, url_prefix="/works")


@bp.get("/<int:work_id>/reading")
@requires(WorkPermission.READ, load=find)
def show_reading(work: Work) -> ResponseReturnValue:
    """All texts of a work one after the other, as a reader has them: by heading, or brought together under fewer."""
    exhibits = {one.number: one for one in _exhibits(work)}

    def address(number: int, page: int | None) -> str | None:
        if number not in exhibits:
            return None
        there = page is not None and page <= (exhibits[number].pages or 0)
        return exhibits[number].url + (f"/pages/{page}" if there else "")

    return render_template(
        "works/reading.html",
        work=work,
        groups=_groups(work.rule_set),
        grouped=_grouped(),
        read=lambda text: prose.render(text, address),
    )


@bp.get("/<int:work_id>/sections")
@requires(WorkPermission.EDIT, load=find)
def index(work: Work) -> ResponseReturnValue:
    """How far the texts of a work are, heading by heading."""
    words = queries.word_counts(work)
    headings = work.rule_set.headings
    return render_template(
        "works/sections.html",
        work=work,
        words=words,
        written=sum(words.get(heading.code, 0) for heading in headings),
        # A long heading does not fill the bar for one that is still empty.
        reached=sum(min(words.get(heading.code, 0), heading.target_words) for heading in headings),
        target=sum(heading.target_words for heading in headings),
        filled=sum(words.get(heading.code, 0) > 0 for heading in headings),
        groups=_groups(work.rule_set),
        grouped=_grouped(),
    )


@bp.get("/<int:work_id>/sections/<heading_code>")
@requires(WorkPermission.EDIT, load=queries.find_place)
def show(place: Place) -> ResponseReturnValue:
    """The editor of the text under one heading."""
    form = SectionForm(formdata=None, body=place.body, base=place.body, version=place.version)
    return _editor(place, form)


@bp.post("/<int:work_id>/sections/<heading_code>")
@requires(WorkPermission.EDIT, load=queries.find_place)
@accepts(max_text=2 * MIB)
def update(place: Place) -> ResponseReturnValue:
    """Save the text, for a form or for autosave. A stale one is answered 409 with both texts."""
    form = SectionForm()
    work_id, code = place.work.id, place.heading.code
    if not form.validate_on_submit():
        if wants_json():
            return make_response(jsonify(message=_first_error(form)), 422)
        return make_response(_editor(place, form), 422)
    mine = form.body.data or ""
    try:
        with transaction():
            section = operations.save_section(
                actor=_user(),
                work=place.work,
                heading_code=code,
                body=mine,
                version=cast(int, form.version.data),
                autosave=wants_json(),
            )
            version, saved_at, words = section.version, section.updated_at, section.word_count
    except Stale:
        found = replace(place, section=queries.section_of(place.work, code))
        return _both_texts(found, mine, _base(found, form), form.version.data or 0)
    if wants_json():
        return jsonify(version=version, saved_at=saved_at.isoformat(), words=words)
    flash(_("The text has been saved."), "ok")
    if not request.form.get("go_on"):
        return redirect(url_for("sections.show", work_id=work_id, heading_code=code), 303)
    following = _following(place.heading, place.work.rule_set.headings)
    if following is None:
        return redirect(url_for("works.show", work_id=work_id), 303)
    return redirect(url_for("sections.show", work_id=work_id, heading_code=following.code), 303)


@bp.get("/<int:work_id>/sections/<heading_code>/history")
@requires(WorkPermission.EDIT, load=queries.find_place)
def show_history(place: Place) -> ResponseReturnValue:
    """Earlier texts under a heading."""
    page = queries.history(place.section, page_number()) if place.section else None
    return render_template("works/history.html", place=place, work=place.work, page=page)


@bp.get("/<int:work_id>/sections/<heading_code>/history/differences")
@requires(WorkPermission.EDIT, load=queries.find_place)
def show_differences(place: Place) -> ResponseReturnValue:
    """Two versions of a text in one, with what was taken out and what was added."""
    section = place.section
    if section is None:
        abort(404)
    numbers = [request.args.get(name, type=row_id) for name in ("earlier", "later")]
    wanted = sorted((numbers[0] or queries.latest_kept(section) or section.version, numbers[1] or section.version))
    earlier, later = (queries.version_of(section, number) for number in wanted)
    if earlier is None or later is None:
        abort(404)
    stretches = differences(earlier.body, later.body)
    return render_template(
        "works/differences.html",
        place=place,
        work=place.work,
        earlier=earlier,
        later=later,
        stretches=stretches,
        added=sum(count_words(one.text) for one in stretches if one.kind == "new"),
        removed=sum(count_words(one.text) for one in stretches if one.kind == "gone"),
    )


@bp.post("/<int:work_id>/sections/<heading_code>/history/<int:kept_id>/restoration")
@requires(WorkPermission.EDIT, load=queries.find_kept)
def restore(part: Part[WorkSectionVersion]) -> ResponseReturnValue:
    """Put an earlier text back. The present one is kept in its turn."""
    work_id, kept = part.work.id, part.row
    version = request.form.get("version", type=row_id)
    with transaction():
        section = operations.restore_section(actor=_user(), work=part.work, kept=kept, version=version or 0)
        code = section.heading_code
    flash(_("The earlier text is back. The text it replaced is kept in the history."), "ok")
    return redirect(url_for("sections.show", work_id=work_id, heading_code=code), 303)


def _user() -> User:
    return cast(User, current_user._get_current_object())


def _panels(work: Work, heading_code: str) -> dict[str, list[Markup]]:
    return written(card for panel in current_hooks().work_panels for card in panel(_user(), work, heading_code))


def _editor(place: Place, form: SectionForm) -> str:
    target = place.heading.target_words
    form.body.target_words = (target // 2, target * 3 // 2)
    return render_template(
        "works/section.html",
        place=place,
        work=place.work,
        form=form,
        words=queries.word_counts(place.work),
        following=_following(place.heading, place.work.rule_set.headings),
        panels=_panels(place.work, place.heading.code),
        exhibits=_exhibits(place.work),
    )


def _following(heading: RuleHeading, headings: list[RuleHeading]) -> RuleHeading | None:
    return next((other for other in headings if other.number > heading.number), None)


def _base(place: Place, form: SectionForm) -> str | None:
    """The text that a stale writer began from: what the form says, else what was kept of that version."""
    if form.base.raw_data:
        return form.base.data or ""
    if place.section is None or not form.version.data:
        return ""
    kept = queries.version_of(place.section, form.version.data)
    return kept.body if kept else None


def _both_texts(place: Place, written: str, base: str | None, version: int) -> Response:
    """The answer to a stale save: both texts and, where it is known what both began from, a third made of them.

    What was written on from an older version names exhibits by the numbers they had then: it is shown, and joined, with
    those that they have now.
    """
    mine = written
    if place.section is not None:
        mine = brought_up(mine, place.section, version)
        base = None if base is None else brought_up(base, place.section, version)
    proposal = None if base is None else merged(base, mine, place.body)
    by = place.section.saved_by if place.section else None
    if wants_json():
        message = _("This text was saved elsewhere in the meantime. Nothing was overwritten.")
        if mine != written:
            message += " " + _("Exhibits have changed places: the numbers in your text have followed them.")
        answer = {"mine": mine, "theirs": place.body, "version": place.version, "message": message}
        if proposal:
            answer |= {"merged": proposal.text, "clean": proposal.clean}
        return make_response(jsonify(answer), 409)
    page = render_template(
        "works/conflict.html",
        place=place,
        work=place.work,
        mine=mine,
        proposal=proposal,
        stretches=differences(place.body, mine),
        by=by if by is not None and by.id != _user().id else None,
        followed=mine != written,
    )
    return make_response(page, 409)


def _grouped() -> bool:
    return request.args.get("view") == "groups"


def _groups(rules: RuleSet) -> list[tuple[RuleGroup, list[RuleHeading]]]:
    """The headings brought together as the rule set says; nothing where it does not say so."""
    by_code = {heading.code: heading for heading in rules.headings}
    return [(group, [by_code[code] for code in group.heading_codes if code in by_code]) for group in rules.groups]


def _exhibits(work: Work) -> list[Exhibit]:
    return [one for source in current_hooks().work_exhibits for one in source(_user(), work)]


def _first_error(form: SectionForm) -> str:
    return next((str(error) for errors in form.errors.values() for error in errors), _("The text was not saved."))
