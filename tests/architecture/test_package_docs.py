"""docs/package.md tells the format as it is: every list, every key."""

from __future__ import annotations

import re

from portfolio.app import load_models
from portfolio.transfer.packages.contents import key_of, names, written_columns
from tests.architecture.house import ROOT


def test_every_list_and_key_is_told() -> None:
    load_models()
    text = (ROOT / "docs" / "package.md").read_text(encoding="utf-8")
    told = {
        found[1]: set(re.findall(r"`([a-z_0-9]+)`", found[2]))
        for found in re.finditer(r"^\| `([a-z_]+)` \|[^|]*\|([^|]*)\|$", text, re.MULTILINE)
    }
    told.pop("files")
    assert told == {name: {key_of(column) for column in written_columns(name)} for name in names()}
