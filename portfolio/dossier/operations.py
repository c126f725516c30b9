"""Verbs on editions: make, build, replace, revoke, release, take back, fetch. None commits."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app

from portfolio.accounts.models import User
from portfolio.config import Config
from portfolio.core.audit.operations import record
from portfolio.core.clock import now, today
from portfolio.core.db import session
from portfolio.core.hooks import Hooks, current_hooks
from portfolio.core.jobs.operations import enqueue
from portfolio.core.mail.links import absolute_url
from portfolio.core.mail.operations import enqueue_mail
from portfolio.core.permissions import demand
from portfolio.core.storage.operations import Intake, record_file
from portfolio.dossier import queries
from portfolio.dossier.models import (
    Download,
    Edition,
    EditionFile,
    EditionKind,
    EditionState,
    FileFormat,
    Release,
    Revocation,
)
from portfolio.dossier.permissions import DossierAction, DossierPermission
from portfolio.dossier.sections import LAYOUT
from portfolio.dossier.writers.engines import engine_for, engine_version
from portfolio.organizations.models import Organization, Role
from portfolio.organizations.queries import people_with_role
from portfolio.portfolios.models import Portfolio
from portfolio.submissions.canonical import canonical, sha256
from portfolio.submissions.models import Snapshot
from portfolio.submissions.operations import snapshot_to_print

BUILD_TASK = "dossier.build"

CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LETTERS = 16  # of 5 bits each: 80 random bits
NUMBER_LETTERS = 6


def random_code(letters: int) -> str:
    """Random letters of Crockford's base 32, which has no I, L, O and U to misread."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(letters))


def shown_code(code: str) -> str:
    """A verification code in groups of four, as printed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def make_edition(*, portfolio: Portfolio, kind: EditionKind, language: str, thai_digits: bool, actor: User) -> Edition:
    """Freeze the inputs of a dossier and ask for its files.

    Asked twice for the same, it answers with the edition that is there: same frozen content, same kind, language
    and engine, neither replaced nor revoked.
    """
    demand(DossierPermission.MAKE, actor, portfolio)
    current = queries.current_edition(portfolio, kind, language)
    if current is not None and current.state is EditionState.WAITING:
        return current
    snapshot = snapshot_to_print(portfolio=portfolio, actor=actor)
    engine = engine_for("pdf", _config().pdf_engine)
    basis: dict[str, Any] = {
        "snapshot": snapshot.digest,
        "sections": _review_sections(snapshot, kind, language),
        "kind": kind.value,
        "language": language,
        "thai_digits": thai_digits,
        "engine": engine.name,
        "engine_version": engine_version(engine),
        "layout": LAYOUT,
        "fictional": _config().sample_data,
    }
    withdrawn = sorted(value.digest for value in snapshot.sealed_values if value.erased_at is not None)
    if withdrawn:
        basis["withdrawn"] = withdrawn  # what may no longer be printed of the same frozen text
    if current is not None and current.revocation is None and _basis(current) == basis:
        return current

    number = f"EnT-{today().year + 543}-{random_code(NUMBER_LETTERS)}"
    code = random_code(CODE_LETTERS)
    dated = today()
    inputs = canonical({**basis, "number": number, "code": code, "dated": dated.isoformat()})
    edition = Edition(
        portfolio=portfolio,
        snapshot=snapshot,
        kind=kind,
        language=language,
        thai_digits=thai_digits,
        engine=engine.name,
        engine_version=basis["engine_version"],
        number=number,
        code=code,
        dated=dated,
        inputs=inputs,
        inputs_digest=sha256(inputs),
        created_by_id=actor.id,
    )
    session.add(edition)
    session.flush()
    edition.job = enqueue(
        task=BUILD_TASK, payload={"edition_id": edition.id}, key=f"{BUILD_TASK}:{edition.id}", owner_id=actor.id
    )
    _audit(DossierAction.MADE, actor, edition, inputs=edition.inputs_digest, snapshot=snapshot.digest)
    return edition


def _basis(edition: Edition) -> dict[str, Any]:
    inputs: dict[str, Any] = json.loads(edition.inputs)
    return {key: value for key, value in inputs.items() if key not in ("number", "code", "dated")}


def _review_sections(snapshot: Snapshot, kind: EditionKind, language: str) -> list[dict[str, Any]]:
    """What upper rooms bring, as plain data frozen into the inputs."""
    brought: list[dict[str, Any]] = []
    for _order, sections in sorted(current_hooks().dossier_sections, key=lambda one: one[0]):
        brought += sections(snapshot=snapshot, kind=kind.value, language=language)
    plain: list[dict[str, Any]] = json.loads(canonical(brought))
    return plain


@dataclass(frozen=True)
class BuiltFile:
    """A file of an edition, kept in storage and waiting for its row."""

    intake: Intake
    pages: int | None = None
    report: Mapping[str, Any] | None = None


def complete(*, edition: Edition, files: Mapping[FileFormat, BuiltFile]) -> None:
    """Give a built edition its files, let it replace the earlier ones of its line, and tell its owner.

    Does nothing for an edition that is ready already: the job may have been killed just after its commit.
    """
    if edition.state is EditionState.READY:
        return
    for file_format, built in sorted(files.items()):
        stored = record_file(built.intake, None)
        edition.files.append(
            EditionFile(
                format=file_format,
                stored_file=stored,
                pages=built.pages,
                report=dict(built.report) if built.report is not None else None,
            )
        )
    edition.state = EditionState.READY
    _audit(
        DossierAction.BUILT, None, edition, **{str(fmt): built.intake.sha256 for fmt, built in sorted(files.items())}
    )
    for earlier in queries.superseded_by(edition):
        earlier.superseded_by_id = edition.id
        earlier.superseded_at = now()
        _audit(DossierAction.SUPERSEDED, None, earlier, successor=edition.inputs_digest)
    owner = edition.portfolio.owner
    enqueue_mail(
        to=owner.email,
        language=str(owner.language),
        template="dossier_ready",
        context={
            "name": owner.name_in(str(owner.language)),
            "number": edition.number,
            "url": absolute_url("dossier.show", edition_id=edition.id),
        },
        key=f"edition-ready:{edition.id}",
    )


def replace_after_withdrawal(*, in_work_id: int) -> None:
    """When a partner has withdrawn consent: every edition that may print the partner is out of date at once, and a new
    one, which says that consent was withdrawn, is asked for in its place."""
    for edition in queries.printing_partner(in_work_id):
        owner = edition.portfolio.owner
        successor = make_edition(
            portfolio=edition.portfolio,
            kind=edition.kind,
            language=edition.language,
            thai_digits=edition.thai_digits,
            actor=owner,
        )
        if successor.id != edition.id and edition.superseded_at is None:
            edition.superseded_by_id, edition.superseded_at = successor.id, now()
            _audit(DossierAction.SUPERSEDED, None, edition, successor=successor.inputs_digest)


def register(hooks: Hooks) -> None:
    """Listen for withdrawals."""
    hooks.consent_withdrawn.append(lambda in_work_id: replace_after_withdrawal(in_work_id=in_work_id))
    hooks.picture_taken_back.append(lambda in_work_id: replace_after_withdrawal(in_work_id=in_work_id))


def give_up(*, edition: Edition) -> None:
    """Say that the files of an edition could not be made. What it froze stays; it can be asked for again."""
    if edition.state is EditionState.WAITING:
        edition.state = EditionState.FAILED
        _audit(DossierAction.FAILED, None, edition)


def release(*, edition: Edition, university: Organization, actor: User) -> Release:
    """Release an edition to a university's human resources division. A second time changes nothing."""
    demand(DossierPermission.RELEASE, actor, edition)
    existing = queries.live_release(edition, university.id)
    if existing is not None:
        return existing
    released = Release(edition=edition, university=university, released_by_id=actor.id)
    session.add(released)
    session.flush()
    _audit(DossierAction.RELEASED, actor, edition, inputs=edition.inputs_digest)
    for receiver in people_with_role(Role.HR, organization_id=university.id):
        enqueue_mail(
            to=receiver.email,
            language=str(receiver.language),
            template="dossier_released",
            context={
                "name": receiver.name_in(str(receiver.language)),
                "number": edition.number,
                "url": absolute_url("dossier.inbox_show", release_id=released.id),
            },
            key=f"release:{released.id}:{receiver.id}",
        )
    return released


def withdraw_release(*, release: Release, actor: User) -> None:
    """Take a release back: the university no longer sees the dossier; what it fetched stays on record."""
    demand(DossierPermission.WITHDRAW_RELEASE, actor, release)
    if release.withdrawn_at is None:
        release.withdrawn_at = now()
        _audit(DossierAction.RELEASE_WITHDRAWN, actor, release.edition)


def record_download(*, edition: Edition, file: EditionFile, release: Release | None, actor: User) -> Download:
    """Write down who fetched which file, before a byte of it is sent."""
    if release is None:
        demand(DossierPermission.READ, actor, edition)
    else:
        demand(DossierPermission.RECEIVE, actor, release)
    download = Download(
        edition=edition,
        release_id=release.id if release else None,
        format=file.format,
        user_id=actor.id,
        sha256=file.stored_file.sha256,
    )
    session.add(download)
    _audit(DossierAction.DOWNLOADED, actor, edition, file=file.stored_file.sha256)
    return download


def revoke(*, edition: Edition, reason: str, actor: User) -> Revocation:
    """Declare an edition invalid, with a reason for its owner. The public page says so from then on."""
    demand(DossierPermission.REVOKE, actor, edition)
    revocation = Revocation(edition_id=edition.id, revoked_by_id=actor.id, reason=reason)
    session.add(revocation)
    _audit(DossierAction.REVOKED, actor, edition, inputs=edition.inputs_digest)
    owner = edition.portfolio.owner
    enqueue_mail(
        to=owner.email,
        language=str(owner.language),
        template="dossier_revoked",
        context={
            "name": owner.name_in(str(owner.language)),
            "number": edition.number,
            "reason": reason,
            "url": absolute_url("dossier.show", edition_id=edition.id),
        },
        key=f"revocation:{edition.id}",
    )
    return revocation


def _audit(action: DossierAction, actor: User | None, edition: Edition, **digests: str) -> None:
    record(
        action=action,
        actor_id=actor.id if actor else None,
        subject_type="edition",
        subject_id=edition.id,
        digests=digests,
    )


def _config() -> Config:
    config = current_app.extensions["config"]
    assert isinstance(config, Config)
    return config
