"""Forms of works as they read now, where each person stands with them, and what a link opens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Subquery, exists, func, or_, select
from sqlalchemy.orm import joinedload

from portfolio.accounts.models import User
from portfolio.accounts.queries import digest_of
from portfolio.core.clock import now
from portfolio.core.db import session
from portfolio.core.hooks import Hooks
from portfolio.core.sealed import readable
from portfolio.criteria.models import RuleSet
from portfolio.works.models import Contribution, Work
from portfolio.works.participation.form import Absent, Form, Person, Signed, Variant, Words, choices_for
from portfolio.works.participation.models import (
    Absence,
    Contact,
    Duty,
    EthicsDeclaration,
    ParticipationForm,
    Reply,
    Signature,
    SigningLink,
    SigningRequest,
    Transfer,
)
from portfolio.works.participation.vocabulary import (
    Closing,
    FormVariant,
    ReplyKind,
    Standing,
)
from portfolio.works.vocabulary import WorkKind

SETTLED = (Standing.SIGNED, Standing.EXCUSED)
"""Nothing more is waited for."""

_OF_REPLY = {
    ReplyKind.CHANGE: Standing.CHANGE_WANTED,
    ReplyKind.REFUSAL: Standing.REFUSED,
    ReplyKind.NOT_ME: Standing.NOT_ME,
}


@dataclass(frozen=True)
class Asked:
    """The newest request to a person, and the answer if it was no signature."""

    id: int
    digest: str
    asked_at: datetime
    last_sent_at: datetime
    expires_at: datetime
    reminders: int
    closing: Closing | None
    reply: ReplyKind | None
    reply_text: str
    replied_at: datetime | None


@dataclass(frozen=True)
class Line:
    """A person of a form and where they stand with it."""

    person: Person
    standing: Standing
    asked: Asked | None

    @property
    def is_settled(self) -> bool:
        """Signed as it reads now, or excused."""
        return self.standing in SETTLED


@dataclass(frozen=True)
class Sheet:
    """The form of a work with everybody's standing."""

    form: Form
    lines: tuple[Line, ...]

    @property
    def missing(self) -> tuple[Line, ...]:
        """Who has yet to sign; nobody where no form is needed."""
        return tuple(line for line in self.lines if not line.is_settled) if self.form.is_needed else ()

    def line(self, contribution_id: int) -> Line | None:
        """The line of a person who signs this form."""
        return next((line for line in self.lines if line.person.id == contribution_id), None)


@dataclass(frozen=True)
class Missing:
    """Somebody whose signature is missing."""

    contribution_id: int
    name: Words
    is_owner: bool
    standing: Standing


@dataclass(frozen=True)
class Signing:
    """What the holder of a link, or a person with an account, was asked to sign.

    `standing` is ASKED while it can be signed; `work` is what it is about; `user_id` the account it concerns.
    """

    request: SigningRequest
    contribution: Contribution
    work: Work
    owner: User
    sheet: Sheet
    standing: Standing
    user_id: int | None
    signature: Signature | None

    @property
    def person(self) -> Person:
        """The person who was asked, as the form has them now."""
        found = self.sheet.form.person(self.contribution.id)
        assert found is not None
        return found


def forms_of(work_ids: Iterable[int]) -> dict[int, Sheet]:
    """The forms of many works, in a fixed number of statements."""
    ids = sorted(set(work_ids))
    if not ids:
        return {}
    works = session.execute(
        select(Work.id, Work.title_th, Work.title_en, Work.kind, RuleSet.code, ParticipationForm.variant)
        .join(RuleSet, RuleSet.id == Work.rule_set_id)
        .outerjoin(ParticipationForm, ParticipationForm.work_id == Work.id)
        .where(Work.id.in_(ids))
    ).all()
    people: dict[int, list[tuple[Contribution, Absence | None]]] = defaultdict(list)
    for row, absence in session.execute(
        select(Contribution, Absence)
        .outerjoin(Absence, Absence.contribution_id == Contribution.id)
        .where(Contribution.work_id.in_(ids))
        .order_by(Contribution.position, Contribution.id)
    ):
        people[row.work_id].append((row, absence))
    of_works = select(Contribution.id).where(Contribution.work_id.in_(ids))
    duties: dict[tuple[int, FormVariant], dict[str, str]] = defaultdict(dict)
    for duty in session.execute(
        select(Duty.contribution_id, Duty.variant, Duty.row, Duty.text)
        .where(Duty.contribution_id.in_(of_works))
        .order_by(Duty.row)
    ):
        duties[duty.contribution_id, duty.variant][str(duty.row)] = duty.text
    transfers: dict[int, dict[str, str]] = defaultdict(dict)
    for transfer in session.execute(
        select(Transfer.work_id, Transfer.row, Transfer.text).where(Transfer.work_id.in_(ids)).order_by(Transfer.row)
    ):
        transfers[transfer.work_id][str(transfer.row)] = transfer.text
    signatures: dict[int, list[Signed]] = defaultdict(list)
    for signature in session.execute(
        select(
            Signature.contribution_id,
            Signature.signed_name,
            Signature.signed_at,
            Signature.method,
            Signature.text_digest,
        )
        .where(Signature.contribution_id.in_(of_works))
        .order_by(Signature.id)
    ):
        signed = Signed(signature.signed_name, signature.signed_at, signature.method, signature.text_digest)
        signatures[signature.contribution_id].append(signed)
    asked = _newest_requests(of_works)
    found = {}
    for work in works:
        form = _form(work, people[work.id], duties, transfers[work.id], signatures)
        lines = tuple(
            Line(person, _standing(form, person, asked.get(person.id)), asked.get(person.id)) for person in form.people
        )
        found[work.id] = Sheet(form, lines)
    return found


def sheet_of(work: Work) -> Sheet:
    """The form of one work."""
    return forms_of([work.id])[work.id]


def missing_signatures(work_ids: Iterable[int]) -> dict[int, list[Missing]]:
    """Per work, who has yet to sign its form; an empty list where nothing is missing or no form is needed."""
    return {
        work_id: [
            Missing(line.person.id, line.person.name, line.person.is_owner, line.standing) for line in sheet.missing
        ]
        for work_id, sheet in forms_of(work_ids).items()
    }


@dataclass(frozen=True)
class Tally:
    """How many people sign the form of a work, and how many of them have yet to; none where no form is needed."""

    signers: int
    missing: int


def counted(works: Select[Any]) -> Subquery:
    """The people of each of these works: columns `work_id`; `people` and `authors`, the applicant among both; `excused`
    and `authors_excused`, who cannot sign; `signed`, who ever did. To be joined to a select of works, for `tally`."""
    authors = or_(Contribution.is_author, Contribution.is_owner)
    signed = exists().where(Signature.contribution_id == Contribution.id)
    return (
        select(
            Contribution.work_id,
            func.count().label("people"),
            func.count().filter(authors).label("authors"),
            func.count(Absence.contribution_id).label("excused"),
            func.count(Absence.contribution_id).filter(authors).label("authors_excused"),
            func.count().filter(signed).label("signed"),
            func.count().filter(Contribution.is_owner).label("owners"),
        )
        .outerjoin(Absence, Absence.contribution_id == Contribution.id)
        .where(Contribution.work_id.in_(works))
        .group_by(Contribution.work_id)
        .subquery("people_counted")
    )


def tally(variant: Variant, people: Any) -> Tally:
    """What a row of `counted` says of a form that nobody has signed yet. Whether a signature still holds is told by the
    whole form alone: see `tallies_of`."""
    count, excused = (
        (people.authors, people.authors_excused) if variant.authors_only else (people.people, people.excused)
    )
    return Tally(count, count - excused) if count > 1 else Tally(0, 0)


def tallies_of(work_ids: Iterable[int]) -> dict[int, Tally]:
    """The same told by the whole forms, each with its text and the signatures under it."""
    return {
        work_id: Tally(len(sheet.lines) if sheet.form.is_needed else 0, len(sheet.missing))
        for work_id, sheet in forms_of(work_ids).items()
    }


def variants_for(work: Work) -> Sequence[Variant]:
    """The forms this work may use."""
    return choices_for(work.rule_set.code, work.kind)


def variant_of(rule_set_code: str, kind: WorkKind, chosen: FormVariant | None) -> Variant:
    """The form that a work uses: the chosen one as long as it may, else that of its rule set."""
    usable = choices_for(rule_set_code, kind)
    return next((variant for variant in usable if variant.code == chosen), usable[0])


def duties_of(contribution: Contribution, variant: FormVariant) -> dict[str, str]:
    """What is written of a person under the rows of a form."""
    rows = session.execute(
        select(Duty.row, Duty.text).where(Duty.contribution_id == contribution.id, Duty.variant == variant)
    )
    return {str(row): text for row, text in rows}


def transfers_of(work: Work) -> dict[str, str]:
    """What is written under the rows of part 2."""
    rows = session.execute(select(Transfer.row, Transfer.text).where(Transfer.work_id == work.id))
    return {str(row): text for row, text in rows}


def contacts_of(work: Work) -> dict[int, Contact]:
    """Where the people of a work are written to. For the academic who assembles it only."""
    rows = session.scalars(
        select(Contact)
        .join(Contribution, Contribution.id == Contact.contribution_id)
        .where(Contribution.work_id == work.id)
    )
    return {row.contribution_id: row for row in rows}


def contacts_at(user: User) -> list[Contact]:
    """Where the person is written to as a co-author. Who wrote an address down before there was an account for it
    named no account; sealed as it is, it can only be found by opening it."""
    statement = select(Contact).where(or_(Contact.user_id == user.id, Contact.user_id.is_(None)))
    return [
        contact
        for contact in session.scalars(statement)
        if contact.user_id == user.id or readable(contact.address) == user.email
    ]


def contact_of(contribution: Contribution) -> Contact | None:
    """Where one person is written to."""
    return session.get(Contact, contribution.id)


def masked(contact: Contact | None) -> str:
    """An address that its owner knows again and nobody else can use: s•••@nu.example."""
    address = readable(contact.address) if contact is not None else None
    if not address:
        return ""
    local, _at, domain = address.partition("@")
    return f"{local[:1]}•••@{domain}"


def absence_of(contribution: Contribution) -> Absence | None:
    """Why a person cannot sign, if it was stated."""
    return session.get(Absence, contribution.id)


def ethics_of(work: Work) -> EthicsDeclaration | None:
    """The certification of a work."""
    return session.get(EthicsDeclaration, work.id)


def open_request_of(contribution: Contribution) -> SigningRequest | None:
    """The request that is not closed, also when its time is over."""
    return session.scalar(
        select(SigningRequest).where(
            SigningRequest.contribution_id == contribution.id, SigningRequest.closed_at.is_(None)
        )
    )


def signing_of(secret: str) -> Signing | None:
    """What a link opens, whatever became of it; None for a link that never was."""
    request = session.scalar(
        select(SigningRequest)
        .join(SigningLink, SigningLink.request_id == SigningRequest.id)
        .where(SigningLink.token_hash == digest_of(secret))
    )
    return None if request is None else signing_for(request)


def find_asked(user: Any, request_id: int) -> Signing | None:
    """What a person with an account was asked to sign. The person alone, never somebody on their behalf."""
    request = session.scalar(
        select(SigningRequest)
        .join(Contact, Contact.contribution_id == SigningRequest.contribution_id)
        .where(SigningRequest.id == request_id, Contact.user_id == user.id)
    )
    return None if request is None else signing_for(request)


def asked_of(user: Any, limit: int = 5) -> list[Signing]:
    """What waits for a person's signature now, the oldest first."""
    requests = session.scalars(
        select(SigningRequest)
        .join(Contact, Contact.contribution_id == SigningRequest.contribution_id)
        .where(Contact.user_id == user.id, SigningRequest.closed_at.is_(None), SigningRequest.expires_at > now())
        .order_by(SigningRequest.id)
        .limit(limit)
    )
    found = _signings(list(requests))
    return [signing for signing in found if signing.standing is Standing.ASKED]


def signing_for(request: SigningRequest) -> Signing | None:
    """What stands behind a request."""
    return next(iter(_signings([request])), None)


def _signings(requests: Sequence[SigningRequest]) -> list[Signing]:
    if not requests:
        return []
    rows = {
        row.id: row
        for row in session.scalars(
            select(Contribution).where(Contribution.id.in_([request.contribution_id for request in requests]))
        )
    }
    works = {
        work.id: work
        for work in session.scalars(
            select(Work).where(Work.id.in_({row.work_id for row in rows.values()})).options(joinedload(Work.owner))
        )
    }
    users: dict[int, int | None] = {
        contribution_id: user_id
        for contribution_id, user_id in session.execute(
            select(Contact.contribution_id, Contact.user_id).where(Contact.contribution_id.in_(list(rows)))
        )
    }
    signed = {
        row.request_id: row
        for row in session.scalars(
            select(Signature).where(Signature.request_id.in_([request.id for request in requests]))
        )
    }
    sheets = forms_of(works)
    found = []
    for request in requests:
        row = rows[request.contribution_id]
        work, sheet = works[row.work_id], sheets[row.work_id]
        if sheet.form.person(row.id) is None:
            continue  # the form changed, and its new one is signed by authors only
        standing = _standing_of(request, sheet.form)
        if work.archived_at is not None and standing is Standing.ASKED:
            standing = Standing.NOT_ASKED  # set aside with its work; taken back, the link works again
        found.append(
            Signing(request, row, work, work.owner, sheet, standing, users.get(row.id), signed.get(request.id))
        )
    return found


def _standing_of(request: SigningRequest, form: Form) -> Standing:
    """What can be done with one request."""
    if request.closing is Closing.SIGNED:
        return Standing.SIGNED
    if request.closing is Closing.ANSWERED:
        return Standing.REFUSED
    if request.closing is not None:
        return Standing.NOT_ASKED
    if request.text_digest != form.digest:
        return Standing.CHANGED
    return Standing.LAPSED if request.expires_at <= now() else Standing.ASKED


def _newest_requests(of_works: Any) -> dict[int, Asked]:
    newest = (
        select(func.max(SigningRequest.id))
        .where(SigningRequest.contribution_id.in_(of_works))
        .group_by(SigningRequest.contribution_id)
    )
    rows = session.execute(
        select(SigningRequest, Reply)
        .outerjoin(Reply, Reply.request_id == SigningRequest.id)
        .where(SigningRequest.id.in_(newest))
    )
    return {
        request.contribution_id: Asked(
            id=request.id,
            digest=request.text_digest,
            asked_at=request.asked_at,
            last_sent_at=request.last_sent_at,
            expires_at=request.expires_at,
            reminders=request.reminders,
            closing=request.closing,
            reply=reply.kind if reply else None,
            reply_text=reply.text if reply else "",
            replied_at=reply.replied_at if reply else None,
        )
        for request, reply in rows
    }


def _form(
    work: Any,
    people: Sequence[tuple[Contribution, Absence | None]],
    duties: dict[tuple[int, FormVariant], dict[str, str]],
    transfers: dict[str, str],
    signatures: dict[int, list[Signed]],
) -> Form:
    variant = variant_of(work.code, WorkKind(work.kind), work.variant)
    unsigned = Form(
        variant=variant,
        title=Words(work.title_th, work.title_en),
        kind=work.kind,
        people=tuple(
            Person(
                id=row.id,
                name=Words(row.name_th, row.name_en),
                roles=row.roles,
                is_owner=row.is_owner,
                part=Words(row.part_th, row.part_en),
                duties=duties.get((row.id, variant.code), {}),
                absent=Absent(absence.reason, absence.note) if absence else None,
            )
            for row, absence in people
            if row.is_author or row.is_owner or not variant.authors_only
        ),
        transfers=transfers if variant.transfers else {},
    )
    if not any(person.id in signatures for person in unsigned.people):
        return unsigned
    digest = unsigned.digest
    people_signed = tuple(_with_signature(person, signatures[person.id], digest) for person in unsigned.people)
    return replace(unsigned, people=people_signed)


def _with_signature(person: Person, signatures: Sequence[Signed], digest: str) -> Person:
    """The signature under the present text if there is one, else the latest under an earlier text."""
    held = next((one for one in signatures if one.digest == digest), None) or (signatures[-1] if signatures else None)
    return replace(person, signed=held)


def _standing(form: Form, person: Person, asked: Asked | None) -> Standing:
    if form.holds(person):
        return Standing.SIGNED
    if person.absent is not None:
        return Standing.EXCUSED
    if asked is not None and asked.closing is None:
        if asked.digest != form.digest:
            return Standing.CHANGED
        return Standing.LAPSED if asked.expires_at <= now() else Standing.ASKED
    if asked is not None and asked.closing is Closing.ANSWERED and asked.reply is not None:
        return _OF_REPLY[asked.reply]
    return Standing.OUTDATED if person.signed is not None else Standing.NOT_ASKED


def _personal_data(user: User) -> list[dict[str, Any]]:
    """What a person was asked to sign in works of others, and answered instead of signing."""
    statement = (
        select(SigningRequest, Reply, Work)
        .join(Contact, Contact.contribution_id == SigningRequest.contribution_id)
        .join(Contribution, Contribution.id == SigningRequest.contribution_id)
        .join(Work, Work.id == Contribution.work_id)
        .outerjoin(Reply, Reply.request_id == SigningRequest.id)
        .where(Contact.user_id == user.id)
        .order_by(SigningRequest.id)
    )
    return [
        {
            "work": work.title_th,
            "asked_at": request.asked_at.isoformat(),
            "ended_as": str(request.closing) if request.closing is not None else None,
            "answer": str(reply.kind) if reply is not None else None,
            "answer_text": reply.text if reply is not None else "",
        }
        for request, reply, work in session.execute(statement)
    ]


def register(hooks: Hooks) -> None:
    """Bring the requests to the copy of a person's data."""
    hooks.personal_data["signing_requests"] = _personal_data
