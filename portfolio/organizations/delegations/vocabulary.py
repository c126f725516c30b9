"""Words for what was done on somebody's behalf."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

RECORD, CHANGED = _l("Record"), _l("changed")
SUBJECTS: dict[str, Any] = {
    "work": _l("Work"),
    "evidence": _l("Evidence"),
    "dissemination": _l("Dissemination"),
    "portfolio": _l("Portfolio"),
}
VERBS: dict[str, Any] = {
    "create": _l("begun"),
    "add": _l("added"),
    "update": CHANGED,
    "replace_file": _l("file replaced"),
    "tie": _l("tied to a work"),
    "move": _l("moved to another place"),
    "choose_works": _l("works chosen"),
    "archive": _l("set aside"),
    "restore": _l("taken back"),
}


def deed_label(action: str) -> str:
    """An audit action in words; an action without words of its own is a change."""
    subject, _, verb = action.partition(":")
    return f"{SUBJECTS.get(subject, RECORD)}: {VERBS.get(verb, CHANGED)}"
