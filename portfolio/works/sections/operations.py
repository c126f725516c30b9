"""What can be done with the texts under the headings of works. Nothing here commits."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from portfolio.accounts.models import User
from portfolio.core.clock import now
from portfolio.core.db import Stale, lock, session
from portfolio.core.permissions import demand
from portfolio.works.models import Work
from portfolio.works.operations import touch
from portfolio.works.permissions import WorkPermission
from portfolio.works.sections.models import TextOrigin, WorkSection, WorkSectionVersion
from portfolio.works.sections.queries import section_of
from portfolio.works.sections.renumbering import brought_up
from portfolio.works.words import count_words

SECTION_LIMIT = 60_000
"""Characters of one section: some hundred and twenty printed pages' worth for all seven."""

KEPT_EVERY = timedelta(minutes=5)
"""Autosaves in quick succession keep one earlier text in this time."""

MUCH_DELETED = 0.2
"""A save that drops more than this share of the text keeps what it replaced, whatever the time."""


def save_section(
    *, actor: User, work: Work, heading_code: str, body: str, version: int, autosave: bool = False
) -> WorkSection:
    """Write the text under a heading. `version` is the one the writer started from, 0 before the first save.

    The same text again changes nothing, whatever its version. Raises Stale where another text was saved meanwhile,
    ValueError for a heading that the rule set does not have or a text over SECTION_LIMIT.
    """
    demand(WorkPermission.EDIT, actor, work)
    if len(body) > SECTION_LIMIT:
        raise ValueError("the text is longer than a section may be")
    if all(heading.code != heading_code for heading in work.rule_set.headings):
        raise ValueError(f"the rule set has no heading {heading_code!r}")
    lock(work)
    section = section_of(work, heading_code)
    if section is not None and section.body == body:
        return section
    if version != (section.version if section else 0):
        raise Stale
    if section is None:
        section = WorkSection(
            work_id=work.id, heading_code=heading_code, body=body, word_count=count_words(body), saved_by_id=actor.id
        )
        session.add(section)
    else:
        if not autosave or _worth_keeping(section, body):
            session.add(
                WorkSectionVersion(
                    section_id=section.id,
                    section_version=section.version,
                    body=section.body,
                    saved_by_id=section.saved_by_id or actor.id,
                    origin=section.origin,
                    saved_at=section.updated_at,
                )
            )
        section.body = body
        section.word_count = count_words(body)
        section.saved_by_id = actor.id
        section.origin = TextOrigin.WRITTEN
        section.updated_at = now()
    session.flush()
    touch(work)
    return section


def _worth_keeping(section: WorkSection, body: str) -> bool:
    if section.origin is TextOrigin.RENUMBERED or len(body) < (1 - MUCH_DELETED) * len(section.body):
        return True
    last_kept: datetime | None = session.scalar(
        select(WorkSectionVersion.saved_at)
        .where(WorkSectionVersion.section_id == section.id)
        .order_by(WorkSectionVersion.section_version.desc())
        .limit(1)
    )
    return last_kept is None or section.updated_at - last_kept >= KEPT_EVERY


def restore_section(*, actor: User, work: Work, kept: WorkSectionVersion, version: int) -> WorkSection:
    """Put an earlier text back; the present one becomes an earlier text in its turn. Raises Stale.

    It names exhibits by the numbers that they have now, whatever they had then.
    """
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    section = session.get_one(WorkSection, kept.section_id)
    body = brought_up(kept.body, section, kept.section_version)
    return save_section(actor=actor, work=work, heading_code=section.heading_code, body=body, version=version)
