"""Bags after RFC 8493 (BagIt 1.0) in one ZIP: a payload, and a list of digests that proves it whole.

Written by us on top of `zipfile`: the libraries at hand want a folder on disk for each step, and a gigabyte of evidence
would be written twice.
"""

from __future__ import annotations

import errno
import hashlib
import lzma
import os
import re
import stat
import struct
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

PIECE = 1024 * 1024
DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MOST_FILES = 20_000
MOST_TAG_BYTES = 8 * 1024 * 1024
WORST_RATIO = 200  # of unpacked to packed bytes; text in JSON reaches some 20

# ZIP knows no time zone and nothing before 1980; a fixed time says "not recorded".
_TIME = (1980, 1, 1, 0, 0, 0)
_ALGORITHMS = ("sha512", "sha256")  # of those RFC 8493 names, the ones still fit to prove anything
_OTHERS = ("sha1", "md5")  # those that other tools add; they prove nothing, but a wrong one says that a file is another
_LINE = re.compile(r"(?P<digest>[0-9A-Fa-f]+)[ \t]+\*?(?P<name>\S.*)")
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError)


class BagError(Exception):
    """Not a bag, or not a whole one. `path` is where in the file; `code` says what, for a translated sentence."""

    def __init__(self, code: str, path: str = "") -> None:
        super().__init__(f"{path}: {code}" if path else code)
        self.code = code
        self.path = path


def write_bag(
    out: Path,
    name: str,
    payload: Iterable[tuple[str, Path | bytes]],
    info: Mapping[str, str] | None = None,
    *,
    expected: Mapping[str, str] | None = None,
) -> str:
    """Write a bag named `name`, its payload below `data/` in name order; returns the SHA-256 of the payload manifest.

    The same payload and info give the same bytes. Written aside and renamed; files are streamed. Raises BagError for a
    file that is `missing`, or that has not the SHA-256 that `expected` has under its name (`wrong_digest`).
    """
    handle, temporary = tempfile.mkstemp(dir=out.parent, prefix=".bag-")
    os.close(handle)
    try:
        lines, octets, count = [], 0, 0
        with zipfile.ZipFile(temporary, "w", allowZip64=True) as archive:
            for inner, content in sorted(payload, key=lambda pair: pair[0]):
                _check_name(f"data/{inner}")
                try:
                    digest, size = _add(archive, f"{name}/data/{inner}", content)
                except FileNotFoundError as error:
                    raise BagError("missing", f"data/{inner}") from error
                if digest != (expected or {}).get(inner, digest):
                    raise BagError("wrong_digest", f"data/{inner}")
                lines.append(f"{digest}  data/{_escaped(inner)}\n")
                octets, count = octets + size, count + 1
            manifest = "".join(lines).encode()
            said = {**(info or {}), "Payload-Oxum": f"{octets}.{count}"}
            tags = {
                "bag-info.txt": "".join(f"{key}: {value}\n" for key, value in sorted(said.items())).encode(),
                "bagit.txt": DECLARATION,
                "manifest-sha256.txt": manifest,
            }
            tags["tagmanifest-sha256.txt"] = "".join(
                f"{hashlib.sha256(content).hexdigest()}  {tag}\n" for tag, content in tags.items()
            ).encode()
            for tag, content in tags.items():
                _add(archive, f"{name}/{tag}", content)
        with open(temporary, "rb") as written:
            os.fsync(written.fileno())
        os.replace(temporary, out)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return hashlib.sha256(manifest).hexdigest()


@dataclass
class Bag:
    """A bag that was found whole: its payload by inner name, to be read piece by piece."""

    archive: zipfile.ZipFile
    folder: str
    payload: dict[str, str] = field(default_factory=dict)  # inner name -> digest of its bytes, as the manifest says
    info: dict[str, str] = field(default_factory=dict)
    digest: str = ""  # SHA-256 of the payload manifest: names the whole payload

    def size(self, inner: str) -> int:
        """Bytes of a payload file."""
        return self.archive.getinfo(f"{self.folder}/data/{inner}").file_size

    @contextmanager
    def open(self, inner: str) -> Iterator[IO[bytes]]:
        """A payload file for reading."""
        with self.archive.open(f"{self.folder}/data/{inner}") as stream:
            yield stream

    def read(self, inner: str, most: int) -> bytes:
        """A payload file as bytes. Raises BagError where it has more than `most`."""
        if self.size(inner) > most:
            raise BagError("too_large", f"data/{inner}")
        with self.open(inner) as stream:
            return stream.read()


@contextmanager
def open_bag(path: Path, *, most_bytes: int) -> Iterator[Bag]:
    """A bag, checked from end to end before anybody reads it. `most_bytes` is what its payload may unpack to.

    Raises BagError: not a ZIP, a dangerous or doubled name, a bomb, a missing or unlisted file, a wrong digest.
    """
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            bag = _checked(archive, most_bytes)
            yield bag
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError) as error:
        raise BagError("not_a_zip") from error
    except OSError as error:
        if error.errno not in (None, errno.EINVAL):  # a seek to nowhere is the file's fault, all else the disk's
            raise
        raise BagError("not_a_zip") from error


def _checked(archive: zipfile.ZipFile, most_bytes: int) -> Bag:
    folder, files = _members(archive, most_bytes)
    bag = Bag(archive, folder)
    _check_declaration(_tag(archive, folder, files, "bagit.txt"))
    if "fetch.txt" in files:
        raise BagError("fetches", "fetch.txt")
    algorithm = next((name for name in _ALGORITHMS if f"manifest-{name}.txt" in files), None)
    if algorithm is None:
        raise BagError("no_manifest", "manifest-sha256.txt")
    listed: dict[str, str] = {}
    promised: dict[str, dict[str, str]] = {}  # name -> algorithm -> digest, of every list that is there
    present = {name for name in files if name.startswith("data/")}
    for kind in (algorithm, *(other for other in (*_ALGORITHMS, *_OTHERS) if other != algorithm)):
        for tags, manifest_name in ((False, f"manifest-{kind}.txt"), (True, f"tagmanifest-{kind}.txt")):
            if manifest_name not in files:
                continue
            said = _manifest(_tag(archive, folder, files, manifest_name), manifest_name)
            for name in sorted(set(said) - (set(files) if tags else present)):
                raise BagError("missing", name)
            for name in () if tags else sorted(present - set(said)):
                raise BagError("unlisted", name)
            for name, digest in said.items():
                promised.setdefault(name, {})[kind] = digest
            if kind == algorithm and not tags:
                listed = said
    bag.info = _info(_tag(archive, folder, files, "bag-info.txt")) if "bag-info.txt" in files else {}
    for name in sorted(promised, key=lambda name: name.startswith("data/")):
        _check_digests(archive, folder, name, promised[name])
    for name, digest in listed.items():
        bag.payload[name.removeprefix("data/")] = digest
    _check_oxum(bag)
    bag.digest = hashlib.sha256(
        "".join(f"{digest}  {name}\n" for name, digest in sorted(listed.items())).encode()
    ).hexdigest()
    return bag


def _members(archive: zipfile.ZipFile, most_bytes: int) -> tuple[str, dict[str, zipfile.ZipInfo]]:
    """The bag's folder and its files by the name below it, after a look at every entry."""
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise BagError("too_many_files")
    folders: set[str] = set()
    files: dict[str, zipfile.ZipInfo] = {}
    seen: set[str] = set()
    total = 0
    for entry in entries:
        whole = entry.filename
        if "\\" in entry.orig_filename or "\x00" in entry.orig_filename:
            raise BagError("dangerous_name", whole)
        _check_name(whole.rstrip("/"))
        mode = entry.external_attr >> 16
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise BagError("not_a_file", whole)
        folder, _, name = whole.partition("/")
        folders.add(folder)
        if entry.is_dir():
            continue
        if entry.flag_bits & 0x1:
            raise BagError("encrypted", whole)
        if not name:
            raise BagError("no_folder", whole)
        folded = unicodedata.normalize("NFC", whole).casefold()
        if folded in seen:
            raise BagError("twice", name)
        seen.add(folded)
        total += entry.file_size
        if total > most_bytes or entry.file_size > WORST_RATIO * max(entry.compress_size, 1024):
            raise BagError("bomb", name)
        files[name] = entry
    if len(folders) != 1:
        raise BagError("no_folder")
    return folders.pop(), files


def _check_name(name: str) -> None:
    parts = name.split("/")
    for part in parts:
        bare = part.split(".")[0].casefold()
        if part in ("", ".", "..") or bare in _DEVICES or re.search(r"[\x00-\x1f\x7f\\:*?\"<>|]", part):
            raise BagError("dangerous_name", name)
    if name.startswith("~"):
        raise BagError("dangerous_name", name)


def _tag(archive: zipfile.ZipFile, folder: str, files: Mapping[str, zipfile.ZipInfo], name: str) -> str:
    if name not in files:
        raise BagError("missing", name)
    if files[name].file_size > MOST_TAG_BYTES:
        raise BagError("too_large", name)
    try:
        return archive.read(f"{folder}/{name}").decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BagError("not_utf8", name) from error
    except (lzma.LZMAError, struct.error) as error:
        raise BagError("not_a_zip", name) from error


def _check_declaration(text: str) -> None:
    lines = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    if not re.fullmatch(r"(0\.9[3-7]|1\.0)", lines.get("BagIt-Version", "").strip()):
        raise BagError("version", "bagit.txt")
    if lines.get("Tag-File-Character-Encoding", "").strip().upper() != "UTF-8":
        raise BagError("not_utf8", "bagit.txt")


def _manifest(text: str, manifest: str) -> dict[str, str]:
    listed: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        found = _LINE.fullmatch(line.rstrip())
        if found is None:
            raise BagError("manifest_line", f"{manifest}: {number}")
        name = found["name"].removeprefix("./")
        name = name.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")
        if name in listed:
            raise BagError("twice", name)
        listed[name] = found["digest"].lower()
    return listed


def _escaped(inner: str) -> str:
    """RFC 8493 2.1.3: a percent sign, and line ends, are written as percent codes."""
    return inner.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")


def _info(text: str) -> dict[str, str]:
    pairs = (line.split(":", 1) for line in text.splitlines() if ":" in line and not line[:1].isspace())
    return {key.strip(): value.strip() for key, value in pairs}


def _check_digests(archive: zipfile.ZipFile, folder: str, name: str, digests: Mapping[str, str]) -> None:
    found = {algorithm: hashlib.new(algorithm, usedforsecurity=False) for algorithm in digests}
    try:
        with archive.open(f"{folder}/{name}") as stream:
            while piece := stream.read(PIECE):
                for sums in found.values():
                    sums.update(piece)
    except _BROKEN as error:  # its own checksum says so first
        raise BagError("wrong_digest", name) from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise BagError("wrong_digest", name) from error  # bzip2's word for a broken stream
    if any(sums.hexdigest() != digests[algorithm] for algorithm, sums in found.items()):
        raise BagError("wrong_digest", name)


def _check_oxum(bag: Bag) -> None:
    said = bag.info.get("Payload-Oxum")
    if said is not None and said != f"{sum(map(bag.size, bag.payload))}.{len(bag.payload)}":
        raise BagError("wrong_count", "bag-info.txt")


def _add(archive: zipfile.ZipFile, name: str, content: Path | bytes) -> tuple[str, int]:
    info = zipfile.ZipInfo(name, date_time=_TIME)
    info.compress_type = zipfile.ZIP_DEFLATED if isinstance(content, bytes) else zipfile.ZIP_STORED
    info.create_system = 3
    info.external_attr = (stat.S_IFREG | 0o644) << 16
    if isinstance(content, bytes):
        archive.writestr(info, content)
        return hashlib.sha256(content).hexdigest(), len(content)
    digest, size = hashlib.sha256(), 0
    info.file_size = content.stat().st_size
    with content.open("rb") as source, archive.open(info, "w") as target:
        while piece := source.read(PIECE):
            digest.update(piece)
            size += len(piece)
            target.write(piece)
    return digest.hexdigest(), size
