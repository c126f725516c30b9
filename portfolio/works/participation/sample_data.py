"""Sample forms of participation: written, asked for and partly signed through the same operations as a person's."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from sqlalchemy import select

from portfolio.accounts.models import Language, User
from portfolio.accounts.queries import by_email
from portfolio.core.db import session, transaction
from portfolio.core.hooks import Hooks
from portfolio.works.models import Contribution, Work
from portfolio.works.participation import operations, queries
from portfolio.works.participation.models import ParticipationForm
from portfolio.works.participation.names import is_name_of
from portfolio.works.participation.vocabulary import AbsenceReason, DutyRow, EthicsApproval, FormVariant, ReplyKind

FILE = Path(__file__).parent / "sample_data" / "forms.toml"
ORDER = 55


def load() -> None:
    """Add the forms that are not there yet, each in a transaction of its own."""
    for entry in tomllib.loads(FILE.read_text("utf-8"))["form"]:
        with transaction():
            owner = by_email(entry["owner"])
            work = _work(owner, entry["title_th"]) if owner is not None else None
            if owner is not None and work is not None and session.get(ParticipationForm, work.id) is None:
                _add(owner, work, entry)


def _work(owner: User, title: str) -> Work | None:
    statement = select(Work).where(Work.owner_id == owner.id, Work.title_th.startswith(title)).order_by(Work.id)
    return session.scalars(statement.limit(1)).first()


def _add(owner: User, work: Work, entry: dict[str, Any]) -> None:
    variant = FormVariant(entry["variant"])
    operations.choose_variant(actor=owner, work=work, variant=variant)
    operations.write_transfers(actor=owner, work=work, texts=entry["transfers"])
    known = [
        (row, person)
        for person in entry["person"]
        for row in work.contributions
        if is_name_of(person["name"], [row.name_th])
    ]
    for row, person in known:  # every text first: a signature stands under all of them
        texts = {row.value: person[row.value] for row in DutyRow if row.value in person}
        operations.write_duties(actor=owner, work=work, contribution=row, variant=variant, texts=texts)
        if "address" in person:
            operations.write_contact(
                actor=owner, work=work, contribution=row, address=person["address"], language=Language.THAI
            )
    for row, person in known:
        _answer(owner, work, row, person)
    operations.declare_ethics(actor=owner, work=work, approval=EthicsApproval.APPROVED, note=_NOTE)


_NOTE = "คณะกรรมการจริยธรรมการวิจัยของมหาวิทยาลัย (ข้อมูลสมมติ)"


def _answer(owner: User, work: Work, row: Contribution, person: dict[str, Any]) -> None:
    stand = person.get("stand", "")
    if row.is_owner and stand == "signed":
        digest = queries.sheet_of(work).form.digest
        operations.sign_own(actor=owner, work=work, name=person["name"], digest=digest)
    elif stand == "excused":
        reason = AbsenceReason(person["reason"])
        operations.excuse(actor=owner, work=work, contribution=row, reason=reason, note=person["note"], exhibit_id=None)
    elif stand:
        request = operations.ask(actor=owner, work=work, contribution=row)
        signing = queries.signing_for(request)
        assert signing is not None
        if stand == "signed":
            operations.sign(signing=signing, name=person["name"], digest=request.text_digest, user=None)
        elif stand == "change":
            text, digest = person["reply"], request.text_digest
            operations.reply(signing=signing, kind=ReplyKind.CHANGE, text=text, digest=digest, user=None)


def register(hooks: Hooks) -> None:
    """Add the loader."""
    hooks.sample_data.append((ORDER, "participation", load))
