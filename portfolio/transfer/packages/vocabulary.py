"""What can be wrong with a package, in sentences for people and for the command line."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.core.storage.operations import MESSAGES


class PackageError(Exception):
    """Cannot be packed or taken in. `path` is the place in the file, `code` what is wrong, `detail` which value."""

    def __init__(self, code: str, path: str = "", detail: str = "") -> None:
        super().__init__(f"{path}: {code} {detail}".strip())
        self.code = code
        self.path = path
        self.detail = detail


REASONS: dict[str, Any] = {
    "not_a_zip": _l("This is not a ZIP file, or it is cut off."),
    "no_folder": _l("The package must hold exactly one folder."),
    "dangerous_name": _l("A name in the package could lead outside of it."),
    "not_a_file": _l("The package holds a link or a device instead of a file."),
    "encrypted": _l("The package is protected by a password."),
    "twice": _l("A name stands in the package twice."),
    "bomb": _l("The package unpacks to far more than its size, or to more than may be taken in."),
    "too_many_files": _l("The package holds too many files."),
    "too_large": _l("This part of the package is too large."),
    "missing": _l("A file that the package lists is not in it."),
    "unlisted": _l("The package holds a file that its list does not name."),
    "wrong_digest": _l("The file is not the one that was packed: its digest differs."),
    "wrong_count": _l("The package does not hold as many bytes or files as it says."),
    "no_manifest": _l("The list of digests (SHA-256 or SHA-512) is missing."),
    "manifest_line": _l("A line in the list of digests cannot be read."),
    "fetches": _l("The package wants files fetched from elsewhere; only whole packages are taken in."),
    "version": _l("This version of BagIt is not known."),
    "not_utf8": _l("The text is not in UTF-8."),
    "no_json": _l("The package holds no portfolio."),
    "not_json": _l("This is not valid JSON."),
    "other_schema": _l("The package is of another service or another kind."),
    "other_version": _l("The package was written in a version of the format that is not known here."),
    "tables": _l("The parts of the portfolio are not those of the format."),
    "not_a_list": _l("A list of rows is expected here."),
    "too_many_rows": _l("The portfolio has too many rows."),
    "one_portfolio": _l("The package must hold exactly one portfolio."),
    "keys": _l("The row has not the keys of the format."),
    "type": _l("The value is of the wrong type."),
    "length": _l("The text is empty or too long."),
    "empty": _l("A value is missing here."),
    "value": _l("The value does not fit here."),
    "reference": _l("The row refers to one that is not in the package."),
    "size": _l("The file has another size than the portfolio says."),
    "unnamed_file": _l("The package holds a file that the portfolio does not use."),
    "another_file": _l("The content of the file is not what the portfolio says it is."),
    "no_rule_set": _l("This service does not have the rule set of the portfolio."),
    "other_rule_set": _l("This service has the rule set of the portfolio with another text."),
    "refused": _l("The row breaks a rule that keeps the data sound."),
    "sealed": _l("No key of this service opens this value. Nothing was packed, so that nothing is left out unseen."),
    "lost_file": _l("The service's own copy of this file is missing or damaged. Nothing was packed."),
    "storage": _l("There is no room to keep the files just now. Nothing was changed; please try again later."),
}

PLAIN_REASONS: dict[str, Any] = {**MESSAGES, **REASONS}
"""Every reason, those of the files included."""
