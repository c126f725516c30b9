"""What templates say about dates, sizes, digits and pictures."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

from flask import Flask, current_app, g, url_for
from flask_babel import gettext as _
from jinja2 import StrictUndefined
from markupsafe import Markup, escape

from portfolio.core.clock import now, today
from portfolio.core.i18n.dates import format_date, format_datetime, format_time, format_year
from portfolio.core.i18n.digits import to_thai_digits
from portfolio.core.i18n.language import current_language

KIB = 1024


def filesize(size: int) -> str:
    """A size in bytes as people say it: "640 KB", "1.5 MB", "41 MB"."""
    if size < KIB:
        return _("%(size)s bytes", size=size)
    value = float(size)
    for unit in ("KB", "MB", "GB"):
        value /= KIB
        if round(value) < KIB or unit == "GB":
            break
    text = f"{value:.0f}" if value >= 10 else f"{value:.1f}".removesuffix(".0")
    return f"{text} {unit}"


def number(value: float | None, places: int | None = None) -> str:
    """A figure with thousands separators; `places` fixes the decimals."""
    if value is None:
        return ""
    if places is not None:
        return f"{value:,.{places}f}"
    return f"{value:,}"


def paragraphs(text: str | None) -> Markup:
    """Plain text as paragraphs: blank lines part them, single line ends stay. Everything is escaped."""
    blocks = [block.strip("\n") for block in (text or "").split("\n\n")]
    return Markup("").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(block.split("\n"))) for block in blocks if block.strip()
    )


def static_url(filename: str) -> str:
    """The address of a static file with its digest, so that browsers may keep it for good."""
    folder = current_app.static_folder
    assert folder is not None
    path = Path(folder, filename)
    return url_for("static", filename=filename, v=_digest(path, path.stat().st_mtime_ns))


@functools.lru_cache(maxsize=512)
def _digest(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def icon(name: str, classes: str = "", label: str | None = None) -> Markup:
    """A symbol of img/icons.svg. With a label it speaks for itself; without one it is decoration beside a word."""
    known, sheet = _icons()
    if name not in known:
        raise LookupError(f"static/img/icons.svg has no symbol i-{name}")
    says = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="{}" {}><use href="{}#i-{}"/></svg>').format(
        f"i {classes}".strip(), says, sheet, escape(name)
    )


def _icons() -> tuple[frozenset[str], str]:
    """The symbols there are, and the address of their file; looked up once for a page, which may have hundreds."""
    if "icons" not in g:
        folder = current_app.static_folder
        assert folder is not None
        path = Path(folder, "img", "icons.svg")
        g.icons = _symbols(path, path.stat().st_mtime_ns), static_url("img/icons.svg")
    found: tuple[frozenset[str], str] = g.icons
    return found


@functools.lru_cache(maxsize=4)
def _symbols(path: Path, _changed: int) -> frozenset[str]:
    parts = path.read_text(encoding="utf-8").split('id="i-')[1:]
    return frozenset(part.split('"', 1)[0] for part in parts)


def init_formatting(app: Flask) -> None:
    """Give templates their filters and globals. An unknown name in a template is an error, not a blank."""
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = True
    environment.lstrip_blocks = True
    environment.filters.update(
        date=format_date,
        datetime=format_datetime,
        time=format_time,
        year=format_year,
        thai_digits=to_thai_digits,
        filesize=filesize,
        number=number,
        paragraphs=paragraphs,
    )
    environment.globals.update(icon=icon, static=static_url, language=current_language, now=now, today=today)
