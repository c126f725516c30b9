"""The form that brings a package in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired


class PackageForm(FlaskForm):
    """One file."""

    package = FileField(_l("Package (ZIP)"), [FileRequired(_l("Choose the file of the package."))])
