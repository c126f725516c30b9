"""The sample partners: fictional, with voices of their own, written through the same operations as real ones."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from portfolio.core.clock import frozen_at, now
from portfolio.core.db import session, transaction
from portfolio.core.hooks import Hooks
from portfolio.partners import operations
from portfolio.partners.confirmations.operations import Words, confirm, withdraw_consent
from portfolio.partners.models import Partner, PartnerInWork
from portfolio.partners.operations import Contact, PartnerFields, Statement
from portfolio.partners.vocabulary import PartnerType
from portfolio.works.models import Work
from portfolio.works.sample_data import described, find_sample

FILE = Path(__file__).parent / "sample_data" / "partners.toml"
ORDER = 55
WRITTEN = timedelta(days=70)


def load() -> None:
    """Add the partners that are not there yet, each with what happened to it since."""
    works = {entry["slug"]: entry for entry in described()}
    for entry in tomllib.loads(FILE.read_text("utf-8"))["partners"]:
        with transaction():
            work = find_sample(works[entry["work"]])
            if work is not None and not _is_there(work, entry):
                _add(work, entry)


def _is_there(work: Work, entry: dict[str, Any]) -> bool:
    known = select(PartnerInWork.id).join(Partner).where(PartnerInWork.work_id == work.id)
    statement = known.where(Partner.name_th == entry["name_th"])
    return session.scalar(statement.limit(1)) is not None


def _add(work: Work, entry: dict[str, Any]) -> None:
    owner, today = work.owner, now()
    fields = PartnerFields(
        name_th=entry["name_th"],
        name_en=entry["name_en"],
        type=PartnerType(entry["type"]),
        province_code=work.province_code,
        district=work.district,
        subdistrict=work.subdistrict,
    )
    contact = Contact(
        contact_person=entry.get("contact_person"), telephone=entry.get("telephone"), email=entry.get("email")
    )
    said = {name: entry[name] for name in Statement.__dataclass_fields__ if name in entry}
    with frozen_at(today - WRITTEN):
        partner = operations.create_partner(actor=owner, fields=fields, contact=contact)
        in_work = operations.tie_to_work(actor=owner, partner=partner, work=work, statement=Statement(**said))
    if "asked_days_ago" not in entry:
        return
    with frozen_at(today - timedelta(days=entry["asked_days_ago"])):
        secret = operations.ask_by_hand(actor=owner, in_work=in_work)
    if "answer" not in entry:
        return
    given: dict[str, Any] = {name: entry[name] for name in Words.__dataclass_fields__ if name in entry}
    given |= {f"consent_{name}": True for name in entry["consent"]}
    with frozen_at(today - timedelta(days=entry["answered_days_ago"])):
        confirm(secret=secret, words=Words(**given), language="th")
    if "withdrawn_days_ago" in entry:
        with frozen_at(today - timedelta(days=entry["withdrawn_days_ago"])):
            session.expire(in_work, ["testimony"])
            assert in_work.testimony is not None
            withdraw_consent(testimony=in_work.testimony)


def register(hooks: Hooks) -> None:
    """Add the loader."""
    hooks.sample_data.append((ORDER, "partners", load))
