"""Partners a person may see, where their confirmations stand, and the links by which partners come in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, Subquery, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portfolio.accounts.queries import digest_of
from portfolio.core.clock import now
from portfolio.core.db import escape_like, session
from portfolio.core.hooks import Hooks, Violation
from portfolio.core.sealed import readable
from portfolio.core.storage.models import StoredFile
from portfolio.core.web.pagination import Page, paginate
from portfolio.organizations.delegations.queries import whose
from portfolio.partners.models import ANSWER_STATES, Partner, PartnerInWork, PartnerLink, Testimony
from portfolio.partners.vocabulary import Channel, LinkPurpose, PartnerState
from portfolio.works.models import Work
from portfolio.works.queries import find as find_work

WAITED_LONG = timedelta(days=14)


@dataclass(frozen=True)
class Happening:
    """A line of the history of a partner in a work."""

    at: datetime
    what: str
    channel: Channel | None = None


def visible_to(user: Any) -> Select[Partner]:
    """A person's own partners, or those of the academic this person works for."""
    return select(Partner).where(Partner.owner_id == whose(user).id)


def _with_states() -> tuple[Any, ...]:
    in_works = selectinload(Partner.in_works)
    return (
        in_works.joinedload(PartnerInWork.work),
        in_works.selectinload(PartnerInWork.links),
        in_works.joinedload(PartnerInWork.testimony),
    )


def find(user: Any, partner_id: int) -> Partner | None:
    """One partner with its works and where each stands."""
    return session.scalar(visible_to(user).where(Partner.id == partner_id).options(*_with_states()))


def find_in_work(user: Any, partner_id: int, work_id: int) -> PartnerInWork | None:
    """One partner in one work."""
    statement = (
        _in_works()
        .join(PartnerInWork.partner)
        .where(Partner.owner_id == whose(user).id)
        .where(PartnerInWork.partner_id == partner_id, PartnerInWork.work_id == work_id)
    )
    return session.scalar(statement)


def find_photo_place(user: Any, partner_id: int, work_id: int) -> PartnerInWork | None:
    """A partner in a work, where there is a picture to show."""
    found = find_in_work(user, partner_id, work_id)
    return found if found is not None and found.testimony is not None and found.testimony.photo_id else None


def _in_works() -> Select[PartnerInWork]:
    return select(PartnerInWork).options(
        joinedload(PartnerInWork.partner),
        joinedload(PartnerInWork.work),
        selectinload(PartnerInWork.links),
        joinedload(PartnerInWork.testimony).joinedload(Testimony.photo),
    )


def of_works(work_ids: Iterable[int]) -> list[PartnerInWork]:
    """The partners of these works that are not set aside, a work at a time in its order."""
    statement = (
        _in_works()
        .join(PartnerInWork.partner)
        .where(PartnerInWork.work_id.in_(list(work_ids)))
        .where(PartnerInWork.archived_at.is_(None), Partner.archived_at.is_(None))
        .order_by(PartnerInWork.work_id, PartnerInWork.position, PartnerInWork.id)
    )
    return list(session.scalars(statement))


def of_work(work: Work) -> list[PartnerInWork]:
    """The partners of a work, in its order."""
    return of_works([work.id])


def counted(works: Select[Any]) -> Subquery:
    """How many partners each of these works has that are not set aside, and how many of them have confirmed: columns
    `work_id`, `partners`, `confirmed`, to be joined to a select of works. Works without partners have no row."""
    confirming = [answer for answer, state in ANSWER_STATES.items() if state is PartnerState.CONFIRMED]
    confirmed = and_(Testimony.withdrawn_at.is_(None), Testimony.answer.in_(confirming))
    return (
        select(
            PartnerInWork.work_id,
            func.count().label("partners"),
            func.count().filter(confirmed).label("confirmed"),
        )
        .join(PartnerInWork.partner)
        .outerjoin(PartnerInWork.testimony)
        .where(PartnerInWork.work_id.in_(works))
        .where(PartnerInWork.archived_at.is_(None), Partner.archived_at.is_(None))
        .group_by(PartnerInWork.work_id)
        .subquery("partners_counted")
    )


def index_page(user: Any, *, page: int = 1, term: str = "", archived: bool = False) -> Page[Partner]:
    """A person's partners by name, each with its works and where they stand."""
    statement = (
        visible_to(user)
        .where(Partner.archived_at.is_not(None) if archived else Partner.archived_at.is_(None))
        .options(*_with_states())
        .order_by(Partner.name_th, Partner.id)
    )
    if term:
        like = f"%{escape_like(term)}%"
        columns = (Partner.name_th, Partner.name_en, Partner.district, Partner.subdistrict)
        statement = statement.where(or_(*(column.ilike(like, escape="\\") for column in columns)))
    return paginate(session, statement, page)


def has_archived(user: Any) -> bool:
    """Whether this person has set a partner aside."""
    return session.scalar(visible_to(user).where(Partner.archived_at.is_not(None)).limit(1)) is not None


def has_partners(user: Any) -> bool:
    """Whether this person has written down any partner yet."""
    return session.scalar(visible_to(user).where(Partner.archived_at.is_(None)).limit(1)) is not None


def not_in_work(user: Any, work: Work) -> list[Partner]:
    """The partners that could be added to a work, by name."""
    there = select(PartnerInWork.partner_id).where(
        PartnerInWork.work_id == work.id, PartnerInWork.archived_at.is_(None)
    )
    statement = (
        visible_to(user)
        .where(Partner.archived_at.is_(None), Partner.id.not_in(there))
        .order_by(Partner.name_th, Partner.id)
        .limit(500)
    )
    return list(session.scalars(statement))


def find_own_work(user: Any, work_id: int) -> Work | None:
    """A work whose partners are to be looked at."""
    return find_work(user, work_id)


def waiting_long(user: Any, limit: int = 3) -> list[PartnerInWork]:
    """Partners who were asked two weeks ago or longer and have not answered, the oldest first."""
    asked = (
        select(PartnerLink.in_work_id, func.min(PartnerLink.created_at).label("since"))
        .where(PartnerLink.purpose == LinkPurpose.ASK, PartnerLink.ended_at.is_(None))
        .group_by(PartnerLink.in_work_id)
        .subquery()
    )
    statement = (
        _in_works()
        .join(PartnerInWork.partner)
        .join(asked, asked.c.in_work_id == PartnerInWork.id)
        .where(Partner.owner_id == whose(user).id, PartnerInWork.archived_at.is_(None))
        .where(Partner.archived_at.is_(None), asked.c.since < now() - WAITED_LONG)
        .where(~select(Testimony.id).where(Testimony.in_work_id == PartnerInWork.id).exists())
        .order_by(asked.c.since, PartnerInWork.id)
        .limit(limit)
    )
    return list(session.scalars(statement))


def link_of(secret: str, purpose: LinkPurpose) -> PartnerLink | None:
    """The link with this secret, alive or not, and everything it is about."""
    statement = (
        select(PartnerLink)
        .where(PartnerLink.token_hash == digest_of(secret), PartnerLink.purpose == purpose)
        .options(
            joinedload(PartnerLink.in_work).joinedload(PartnerInWork.partner).joinedload(Partner.owner),
            joinedload(PartnerLink.in_work).joinedload(PartnerInWork.work),
            joinedload(PartnerLink.in_work).joinedload(PartnerInWork.testimony).joinedload(Testimony.photo),
        )
    )
    return session.scalar(statement)


def photos_of_works(work_ids: Iterable[int]) -> dict[str, tuple[int, int]]:
    """Where the pictures lie that partners of these works let be shown: ids of partner and work, by digest."""
    statement = (
        select(StoredFile.sha256, PartnerInWork.partner_id, PartnerInWork.work_id)
        .join(Testimony, Testimony.photo_id == StoredFile.id)
        .join(PartnerInWork, PartnerInWork.id == Testimony.in_work_id)
        .where(PartnerInWork.work_id.in_(list(work_ids)))
        .order_by(PartnerInWork.id.desc())
    )
    return {sha256: (partner_id, work_id) for sha256, partner_id, work_id in session.execute(statement)}


def history(in_work: PartnerInWork) -> list[Happening]:
    """What happened between the academic and the partner about one work, newest first."""
    found = []
    for link in in_work.links:
        if link.purpose is LinkPurpose.ASK:
            found.append(Happening(link.created_at, "reminded" if link.is_reminder else "asked", link.channel))
    said = in_work.testimony
    if said is not None:
        found.append(Happening(said.answered_at, str(said.answer), said.channel))
        if said.updated_at > said.answered_at and said.withdrawn_at is None:
            found.append(Happening(said.updated_at, "corrected"))
        if said.frozen_at is not None:
            found.append(Happening(said.frozen_at, "frozen"))
        if said.withdrawn_at is not None:
            found.append(Happening(said.withdrawn_at, "withdrawn"))
    return sorted(found, key=lambda one: one.at, reverse=True)


def names_in_works(work_ids: Iterable[int]) -> list[str]:
    """Every name by which the partners of these works are known here, whatever they consented to: for hiding them."""
    statement = _in_works().where(PartnerInWork.work_id.in_(list(work_ids))).order_by(PartnerInWork.id)
    found: list[str] = []
    for row in session.scalars(statement):
        names = [row.partner.name_th, row.partner.name_en, readable(row.partner.contact_person)]
        names.append(readable(row.testimony.person) if row.testimony is not None else None)
        found += [str(name) for name in names if name]
    return list(dict.fromkeys(found))


def every_of(owner_id: int) -> list[Partner]:
    """All partners of a person, for the copy of their data and for erasing it."""
    statement = select(Partner).where(Partner.owner_id == owner_id).options(*_with_states()).order_by(Partner.id)
    return list(session.scalars(statement))


def _personal_data(user: Any) -> list[dict[str, Any]]:
    """What a person wrote of their partners. What the partners said is the partners' own, and not in this copy."""
    return [
        {
            "name_th": partner.name_th,
            "name_en": partner.name_en,
            "type": str(partner.type),
            "province": partner.province_code,
            "district": partner.district,
            "subdistrict": partner.subdistrict,
            "contact_person": readable(partner.contact_person),
            "telephone": readable(partner.telephone),
            "email": readable(partner.email),
            "address": readable(partner.address),
            "in_works": [
                {
                    "work": row.work.title_th,
                    "role": row.role_th,
                    "since": row.since_year,
                    "until": row.until_year,
                    "done_together": row.done_th,
                    "benefit_partner": row.benefit_partner_th,
                    "benefit_university": row.benefit_university_th,
                    "state": str(row.state),
                }
                for row in partner.in_works
            ],
        }
        for partner in every_of(user.id)
    ]


def _foreign_works() -> Iterable[Violation]:
    """A partner stands in its owner's works only."""
    statement = (
        select(PartnerInWork.id)
        .join(Partner, Partner.id == PartnerInWork.partner_id)
        .join(Work, Work.id == PartnerInWork.work_id)
        .where(Partner.owner_id != Work.owner_id)
    )
    for row_id in session.scalars(statement):
        yield Violation("partners", f"partner_in_work {row_id}", "the partner and the work have different owners")


def register(hooks: Hooks) -> None:
    """Bring partners to the copy of a person's data and to the check."""
    hooks.personal_data["partners"] = _personal_data
    hooks.invariants["partners"] = _foreign_works
