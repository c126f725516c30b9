"""What was found in a file, in sentences: what must be mended before it can be used, what should, and how.

Facts come from the check at upload (core/storage); a report is kept with the file and shown wherever the file is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.core.storage import media_types
from portfolio.evidence.models import FileReport

MANY_PAGES = 300
REWRITE, STRIP = "rewrite", "strip"
"""The two ways in which a copy is made: written anew, and besides without what it tells of people and places."""

_MUST = {"restricted", "repaired"}
_MENDED_BY = {"restricted": REWRITE, "repaired": REWRITE, "gps": STRIP, "author": STRIP}
_WORDS: dict[str, tuple[Any, Any]] = {
    "restricted": (
        _l("The PDF forbids copying or changing"),
        _l("It could not be bound into the dossier. A copy without the restriction can be made here."),
    ),
    "repaired": (
        _l("The PDF is slightly damaged"),
        _l("It opens, but could not be bound into the dossier. A repaired copy can be made here; look it through."),
    ),
    "gps": (
        _l("The photograph says where it was taken"),
        _l("Whoever gets the file can read the place to within a few metres. A copy without it can be made here."),
    ),
    "author": (
        _l("The file names its author"),
        _l("The name stands in the file's properties. In a blind review it could tell who applies."),
    ),
    "no_text_layer": (
        _l("A scan without a text layer"),
        _l("Readers cannot search its words. If you can, scan it anew with text recognition."),
    ),
    "huge_page": (
        _l("A page is larger than A0"),
        _l("It is shrunk in the dossier; small print may become unreadable."),
    ),
    "many_pages": (
        _l("%(count)s pages"),
        _l("Committees rarely read so much. Consider handing in the pages that matter."),
    ),
    "comments": (
        _l("The file holds remarks or comments"),
        _l("They are handed on with it. Remove them where they are not meant for the committee."),
    ),
    "tracked_changes": (
        _l("The document holds tracked changes"),
        _l("Deleted words can be read by whoever gets it. Accept the changes, save, and replace the file."),
    ),
    "hidden_sheets": (_l("The workbook has hidden sheets"), _l("Whoever gets the file can show them.")),
    "attachments": (
        _l("The PDF carries other files inside"),
        _l("They are not printed. Hand them in one by one if they prove something."),
    ),
    "claimed": (
        _l("The name ended in %(ending)s, the content is of another kind"),
        _l("It was kept under a name that tells the truth. Check that it is the file you meant."),
    ),
    "no_pages": (
        _l("This kind of file is not printed"),
        _l("It goes along in the ZIP of the dossier. To have it printed, save it as PDF and replace it."),
    ),
    "recording": (
        _l("Sound or film goes along in the ZIP of the dossier only"),
        _l("Say in the caption what can be seen or heard, and from which minute."),
    ),
}
ORDER = tuple(_WORDS)


@dataclass(frozen=True)
class Finding:
    """One thing that was found: its code, and numbers or words for its sentence."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def must(self) -> bool:
        """Whether the file cannot be used before this is mended."""
        return self.code in _MUST

    @property
    def title(self) -> Any:
        """What it is."""
        return _WORDS[self.code][0] % self.values if self.values else _WORDS[self.code][0]

    @property
    def reason(self) -> Any:
        """Why it matters, and what to do."""
        return _WORDS[self.code][1]

    @property
    def mended_by(self) -> str | None:
        """How the service can make a copy without it, if it can."""
        return _MENDED_BY.get(self.code)


def findings_of(media_type: str, facts: Mapping[str, Any]) -> list[Finding]:
    """What to tell of a file, what must be mended first."""
    codes = {code for code in _WORDS if facts.get(code)} - {"no_pages"}
    values: dict[str, dict[str, Any]] = {}
    if media_type == media_types.PDF and facts.get("text_layer") is False:
        codes.add("no_text_layer")
    if int(facts.get("pages") or 0) > MANY_PAGES:
        codes.add("many_pages")
        values["many_pages"] = {"count": int(facts["pages"])}
    if media_type in media_types.OFFICE | media_types.TEXTS:
        codes.add("no_pages")
    if media_type in media_types.RECORDINGS:
        codes.add("recording")
    if "claimed" in codes:
        values["claimed"] = {"ending": str(facts["claimed"])}
    if facts.get("signed"):
        # A signature holds for these very bytes, and the signer's name is meant to be read: no copy without it.
        codes -= {"author"}
    found = [Finding(code, values.get(code, {})) for code in ORDER if code in codes]
    return [one for one in found if one.must] + [one for one in found if not one.must]


def write(findings: Sequence[Finding]) -> str:
    """A report as it is kept."""
    return json.dumps([{"code": one.code, **({"values": one.values} if one.values else {})} for one in findings])


def read(report: FileReport | None) -> list[Finding]:
    """A report as it was kept; codes of other releases are left out."""
    return parse(report.findings) if report is not None else []


def parse(findings: str) -> list[Finding]:
    """The text of a report, where its row is not loaded."""
    return [Finding(row["code"], row.get("values", {})) for row in json.loads(findings) if row["code"] in _WORDS]
