"""Words of the participation form: which form, its rows, how a person signed, answered or could not be reached."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l


class FormVariant(StrEnum):
    """Which form a work uses. What each looks like stands in variants.toml."""

    GENERAL = "general"
    SOCIAL = "social"
    ROLES = "roles"


class DutyRow(StrEnum):
    """Rows ก–ช of part 1: what the applicant did, and what each co-author did."""

    A = "a"
    B = "b"
    C = "c"
    D = "d"
    E = "e"
    F = "f"
    G = "g"


class TransferRow(StrEnum):
    """Rows ก–ฉ of part 2: where the work was shown or handed on."""

    A = "a"
    B = "b"
    C = "c"
    D = "d"
    E = "e"
    F = "f"


class SignatureMethod(StrEnum):
    """How a person came to the place of signing."""

    OWNER = "owner"
    LINK = "link"
    ACCOUNT = "account"


class ReplyKind(StrEnum):
    """What a person may answer instead of signing."""

    CHANGE = "change"
    REFUSAL = "refusal"
    NOT_ME = "not_me"


class Closing(StrEnum):
    """Why a request to sign is over."""

    SIGNED = "signed"
    ANSWERED = "answered"
    REPLACED = "replaced"
    REVOKED = "revoked"


class AbsenceReason(StrEnum):
    """Why somebody cannot sign."""

    DIED = "died"
    UNREACHABLE = "unreachable"
    ABROAD = "abroad"
    ILL = "ill"
    UNWILLING = "unwilling"
    OTHER = "other"


class EthicsApproval(StrEnum):
    """Whether people or animals were involved, and what a research ethics committee said."""

    NOT_INVOLVED = "not_involved"
    APPROVED = "approved"
    EXEMPTED = "exempted"


class Standing(StrEnum):
    """Where a person stands with the form as it reads now."""

    SIGNED = "signed"
    OUTDATED = "outdated"
    EXCUSED = "excused"
    ASKED = "asked"
    CHANGED = "changed"
    LAPSED = "lapsed"
    CHANGE_WANTED = "change_wanted"
    REFUSED = "refused"
    NOT_ME = "not_me"
    NOT_ASKED = "not_asked"


STANDING_TAGS: dict[Standing, tuple[Any, str, str]] = {
    Standing.SIGNED: (_l("Signed"), "ok", "check-circle"),
    Standing.OUTDATED: (_l("Signed an earlier text"), "warn", "exclamation-triangle"),
    Standing.EXCUSED: (_l("Cannot sign, reason given"), "", "file-earmark-text"),
    Standing.ASKED: (_l("Asked to sign"), "wait", "clock"),
    Standing.CHANGED: (_l("Text changed since the link was sent"), "warn", "exclamation-triangle"),
    Standing.LAPSED: (_l("Link has expired"), "warn", "clock"),
    Standing.CHANGE_WANTED: (_l("Asks for a change"), "warn", "pencil"),
    Standing.REFUSED: (_l("Declined to sign"), "bad", "x-octagon"),
    Standing.NOT_ME: (_l("Link reached the wrong person"), "bad", "x-octagon"),
    Standing.NOT_ASKED: (_l("Not asked yet"), "", "circle"),
}

ABSENCE_LABELS: dict[AbsenceReason, Any] = {
    AbsenceReason.DIED: _l("Has died"),
    AbsenceReason.UNREACHABLE: _l("Cannot be reached"),
    AbsenceReason.ABROAD: _l("Is abroad and cannot be reached in time"),
    AbsenceReason.ILL: _l("Is ill and cannot act"),
    AbsenceReason.UNWILLING: _l("Does not wish to sign"),
    AbsenceReason.OTHER: _l("Another reason"),
}

APPROVAL_LABELS: dict[EthicsApproval, Any] = {
    EthicsApproval.NOT_INVOLVED: _l("No people or animals were subjects of the research"),
    EthicsApproval.APPROVED: _l("Approved by a research ethics committee"),
    EthicsApproval.EXEMPTED: _l("Exempted by a research ethics committee"),
}
