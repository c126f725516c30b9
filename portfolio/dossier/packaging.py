"""Packs a dossier's files into one ZIP: the same files give the same bytes."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

# ZIP knows no time zone and nothing before 1980; a fixed time says "not recorded".
_TIME = (1980, 1, 1, 0, 0, 0)
_STORED = {".pdf", ".docx", ".jpg", ".jpeg", ".png", ".zip", ".xlsx", ".pptx", ".mp4"}


class PackageError(ValueError):
    """A file cannot go into the package under that name."""


def zip_package(files: Iterable[tuple[str, Path]], manifest: Mapping[str, Any], out: Path) -> str:
    """Write the files in name order and a manifest.json of their digests; returns the ZIP's SHA-256.

    `manifest` is what the caller states of the package; "files" is added here. Files are streamed.
    """
    entries = sorted(files)
    names = [name for name, _ in entries]
    for name in names:
        if name == "manifest.json" or re.search(r"(^|/)\.{0,2}(/|$)|[\\\x00-\x1f:]", name):
            raise PackageError(f"not a name for a file in a package: {name!r}")
    if len({name.casefold() for name in names}) != len(names):
        raise PackageError("two files of one name in a package")
    handle, temporary = tempfile.mkstemp(dir=out.parent, prefix=".package-")
    os.close(handle)
    try:
        listed = []
        with zipfile.ZipFile(temporary, "w", allowZip64=True) as archive:
            for name, path in entries:
                digest, size = _add(archive, name, path)
                listed.append({"name": name, "sha256": digest, "size": size})
            content = json.dumps({**manifest, "files": listed}, ensure_ascii=False, sort_keys=True, indent=1)
            archive.writestr(_info("manifest.json"), content.encode("utf-8") + b"\n")
        os.replace(temporary, out)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    with out.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, date_time=_TIME)
    stored = Path(name).suffix.lower() in _STORED
    info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = 0o644 << 16
    return info


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    info = _info(name)
    info.file_size = path.stat().st_size
    with path.open("rb") as source, archive.open(info, "w") as target:
        while chunk := source.read(1 << 20):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    return digest.hexdigest(), size
