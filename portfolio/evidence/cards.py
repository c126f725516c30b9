"""What evidence brings to other pages: a word of the menu, the exhibits of a work, files to look after."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from portfolio.core.hooks import Exhibit, HomeCard, Hooks, NavItem
from portfolio.core.i18n.language import current_language
from portfolio.evidence import citations, dissemination, queries
from portfolio.organizations.delegations.queries import whose
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role


def _navigation(user: Any) -> Iterable[NavItem]:
    if has_role(whose(user), Role.ACADEMIC):
        yield NavItem(_l("Evidence"), "evidence.index", 40)


def _work_panel(_user: Any, work: Any, heading_code: str | None) -> Iterable[HomeCard]:
    if heading_code is None:
        context = {"work": work, "uses": queries.uses_of_work(work)}
        yield HomeCard("evidence/_of_work.html", context, 10, "main")
        return
    uses = queries.uses_of_work(work)
    numbered = [(number, use) for number, use in enumerate(uses, start=1)]
    tied = [pair for pair in numbered if any(row.heading_code == heading_code for row in pair[1].headings)]
    section = work.section(heading_code)
    exhibits = [
        citations.Exhibit(use.evidence_id, use.evidence.title_th, use.evidence.title_en, use.evidence.page_count)
        for use in uses
    ]
    cited = citations.cited_in(work.id, heading_code, section.body if section else "", exhibits)
    context = {"work": work, "tied": tied, "numbered": numbered, "cited": cited}
    yield HomeCard("evidence/_of_heading.html", context, 10, "aside")


def _exhibits(_user: Any, work: Any) -> Iterable[Exhibit]:
    language = current_language()
    for number, use in enumerate(queries.uses_of_work(work), start=1):
        item = use.evidence
        url = url_for("evidence.show", item_id=item.id)
        yield Exhibit(number, item.title_in(language), item.page_count, url, item.id)


def _home(user: Any) -> Iterable[HomeCard]:
    if has_role(whose(user), Role.ACADEMIC):
        failed = queries.failed_previews(user)
        if failed:
            yield HomeCard("evidence/_failed.html", {"failed": failed}, 40, "tasks", waiting=len(failed))


def _mission_proofs(_user: Any, work: Any) -> dict[int, list[Exhibit]]:
    language = current_language()
    found: dict[int, list[Exhibit]] = {}
    for number, use in enumerate(queries.uses_of_work(work), start=1):
        item = use.evidence
        proof = Exhibit(number, item.title_in(language), item.page_count, url_for("evidence.show", item_id=item.id))
        for row in use.missions:
            found.setdefault(row.mission_entry_id, []).append(proof)
    return found


def _dissemination_proofs(user: Any, work: Any) -> dict[int, list[Exhibit]]:
    exhibits = {exhibit.item_id: exhibit for exhibit in _exhibits(user, work)}
    proofs = dissemination.proofs_of_works([work.id])
    return {entry_id: [exhibits[item_id] for item_id in item_ids] for entry_id, item_ids in proofs.items()}


def register(hooks: Hooks) -> None:
    """Bring them."""
    hooks.navigation.append(_navigation)
    hooks.work_panels.append(_work_panel)
    hooks.work_exhibits.append(_exhibits)
    hooks.mission_proofs.append(_mission_proofs)
    hooks.dissemination_proofs.append(_dissemination_proofs)
    hooks.prove_dissemination.append(dissemination.prove)
    hooks.home_cards.append(_home)
