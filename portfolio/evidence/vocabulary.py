"""Labels of the types of evidence; their Thai stands in this room's catalogue."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.evidence.models import EvidenceType, VersionOrigin

TYPE_LABELS: dict[EvidenceType, Any] = {
    EvidenceType.DESCRIPTION: _l("Descriptive document"),
    EvidenceType.APPOINTMENT: _l("Order of appointment"),
    EvidenceType.USE_CERTIFICATE: _l("Certificate of use"),
    EvidenceType.MEDIA: _l("Media: pictures, video"),
    EvidenceType.RETURNS: _l("Confirmation of returns"),
    EvidenceType.SUPPORT: _l("Supporting agency"),
    EvidenceType.OTHER: _l("Other evidence"),
}

ORIGIN_LABELS: dict[VersionOrigin, Any] = {
    VersionOrigin.ADDED: _l("handed in"),
    VersionOrigin.REPLACED: _l("replaced"),
    VersionOrigin.RESTORED: _l("earlier file taken back"),
    VersionOrigin.MENDED: _l("clean copy"),
}
