"""Bags: the way out and back, and every way in which a bag can lie."""

from __future__ import annotations

import hashlib
import io
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portfolio.core.storage.bag import BagError, open_bag, write_bag

MOST = 50 * 1024 * 1024
PAYLOAD: list[tuple[str, Path | bytes]] = [("portfolio.json", b'{"a": 1}\n'), ("files/one.pdf", b"%PDF-1.7 evidence")]


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    """A small whole bag."""
    path = tmp_path / "bag.zip"
    write_bag(path, "portfolio", PAYLOAD, {"Source-Organization": "ข้อมูลสมมติ"})
    return path


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The bag with its entries changed."""
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    change(entries)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def refused(path: Path, most: int = MOST) -> tuple[str, str]:
    """The code and place of the refusal."""
    with pytest.raises(BagError) as caught, open_bag(path, most_bytes=most):
        pass
    return caught.value.code, caught.value.path


def test_what_goes_in_comes_out(bag: Path) -> None:
    with open_bag(bag, most_bytes=MOST) as found:
        assert {name: found.read(name, 1000) for name in found.payload} == dict(PAYLOAD)
        assert found.info["Source-Organization"] == "ข้อมูลสมมติ"
        assert found.info["Payload-Oxum"] == "26.2"


def test_the_layout_is_that_of_the_standard(bag: Path) -> None:
    with zipfile.ZipFile(bag) as archive:
        assert sorted(archive.namelist()) == [
            "portfolio/bag-info.txt",
            "portfolio/bagit.txt",
            "portfolio/data/files/one.pdf",
            "portfolio/data/portfolio.json",
            "portfolio/manifest-sha256.txt",
            "portfolio/tagmanifest-sha256.txt",
        ]
        assert archive.read("portfolio/bagit.txt") == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
        digest = hashlib.sha256(b"%PDF-1.7 evidence").hexdigest()
        assert archive.read("portfolio/manifest-sha256.txt").decode().splitlines()[0] == f"{digest}  data/files/one.pdf"


def test_the_same_payload_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        write_bag(tmp_path / name, "bag", PAYLOAD if name == "a.zip" else PAYLOAD[::-1], {"B": "2", "A": "1"})
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    files=st.dictionaries(
        st.from_regex(r"f-[a-z0-9ก-ฮ %_.-]{0,20}[a-z0-9]", fullmatch=True).filter(lambda name: ".." not in name),
        st.binary(max_size=300),
        max_size=6,
    ).filter(lambda files: len({name.casefold() for name in files}) == len(files))
)
def test_any_payload_survives(tmp_path: Path, files: dict[str, bytes]) -> None:
    path = tmp_path / "any.zip"
    payload: list[tuple[str, Path | bytes]] = list(files.items())
    write_bag(path, "bag", payload)
    with open_bag(path, most_bytes=MOST) as found:
        assert {name: found.read(name, 1000) for name in found.payload} == files


@pytest.mark.parametrize(
    "name", ["../x", "a/../../x", "/etc/passwd", "a//b", "a\\b", "con.txt", "a\x00b", "a/./b", "x:y"]
)
def test_dangerous_names_are_never_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(BagError) as caught:
        write_bag(tmp_path / "bag.zip", "bag", [(name, b"x")])
    assert caught.value.code == "dangerous_name"
    assert list(tmp_path.iterdir()) == []


def _changed_byte(entries: dict[str, bytes]) -> None:
    entries["portfolio/data/files/one.pdf"] = b"%PDF-1.7 evidencE"


def _missing(entries: dict[str, bytes]) -> None:
    del entries["portfolio/data/files/one.pdf"]


def _unlisted(entries: dict[str, bytes]) -> None:
    entries["portfolio/data/files/two.pdf"] = b"planted"


def _tag_changed(entries: dict[str, bytes]) -> None:
    entries["portfolio/bag-info.txt"] += b"Contact: somebody else\n"


def _climbing(entries: dict[str, bytes]) -> None:
    entries["portfolio/data/../../../etc/cron.d/x"] = b"planted"


def _absolute(entries: dict[str, bytes]) -> None:
    entries["/etc/cron.d/x"] = b"planted"


def _two_folders(entries: dict[str, bytes]) -> None:
    entries["other/bagit.txt"] = b""


def _same_name_in_capitals(entries: dict[str, bytes]) -> None:
    entries["portfolio/data/files/ONE.pdf"] = b"planted"


def _fetch(entries: dict[str, bytes]) -> None:
    entries["portfolio/fetch.txt"] = b"http://127.0.0.1/ 1 data/x\n"


def _no_manifest(entries: dict[str, bytes]) -> None:
    del entries["portfolio/manifest-sha256.txt"]


def _weak_manifest(entries: dict[str, bytes]) -> None:
    entries["portfolio/manifest-md5.txt"] = entries.pop("portfolio/manifest-sha256.txt")


def _broken_line(entries: dict[str, bytes]) -> None:
    entries["portfolio/manifest-sha256.txt"] += b"no digest here\n"


def _old_version(entries: dict[str, bytes]) -> None:
    entries["portfolio/bagit.txt"] = b"BagIt-Version: 9.9\nTag-File-Character-Encoding: UTF-8\n"


def _other_encoding(entries: dict[str, bytes]) -> None:
    entries["portfolio/bagit.txt"] = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: TIS-620\n"


def _not_text(entries: dict[str, bytes]) -> None:
    entries["portfolio/manifest-sha256.txt"] = b"\xff\xfe\x00"


@pytest.mark.parametrize(
    ("change", "code", "place"),
    [
        (_changed_byte, "wrong_digest", "data/files/one.pdf"),
        (_missing, "missing", "data/files/one.pdf"),
        (_unlisted, "unlisted", "data/files/two.pdf"),
        (_tag_changed, "wrong_digest", "bag-info.txt"),
        (_climbing, "dangerous_name", "portfolio/data/../../../etc/cron.d/x"),
        (_absolute, "dangerous_name", "/etc/cron.d/x"),
        (_two_folders, "no_folder", ""),
        (_same_name_in_capitals, "twice", "data/files/ONE.pdf"),
        (_fetch, "fetches", "fetch.txt"),
        (_no_manifest, "no_manifest", "manifest-sha256.txt"),
        (_weak_manifest, "no_manifest", "manifest-sha256.txt"),
        (_broken_line, "manifest_line", "manifest-sha256.txt: 3"),
        (_old_version, "version", "bagit.txt"),
        (_other_encoding, "not_utf8", "bagit.txt"),
        (_not_text, "not_utf8", "manifest-sha256.txt"),
    ],
)
def test_a_bag_that_lies_is_refused_with_the_place(
    bag: Path, change: Callable[[dict[str, bytes]], None], code: str, place: str
) -> None:
    assert refused(rewritten(bag, change)) == (code, place)


def test_a_bomb_is_refused_before_it_unpacks(bag: Path) -> None:
    with zipfile.ZipFile(bag, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("portfolio/data/zeros", b"\x00" * 8_000_000)
    assert refused(bag) == ("bomb", "data/zeros")


def test_more_than_the_limit_is_refused_whatever_its_ratio(bag: Path) -> None:
    assert refused(bag, most=20)[0] == "bomb"


def test_links_are_not_files(bag: Path) -> None:
    link = zipfile.ZipInfo("portfolio/data/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(bag, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    assert refused(bag) == ("not_a_file", "portfolio/data/link")


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip at all", b"PK\x03\x04" + b"\x00" * 60])
def test_what_is_no_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    assert refused(tmp_path / "x.zip") == ("not_a_zip", "")


def test_a_cut_bag_is_refused(bag: Path) -> None:
    bag.write_bytes(bag.read_bytes()[:-40])
    assert refused(bag)[0] == "not_a_zip"


def test_a_bag_without_a_folder_is_refused(tmp_path: Path) -> None:
    flat = io.BytesIO()
    with zipfile.ZipFile(flat, "w") as archive:
        archive.writestr("bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    (tmp_path / "flat.zip").write_bytes(flat.getvalue())
    assert refused(tmp_path / "flat.zip") == ("no_folder", "bagit.txt")


def test_nothing_is_left_behind_when_writing_fails(tmp_path: Path) -> None:
    for payload, expected, code in (
        (tmp_path / "is-not-there", {}, "missing"),
        (b"bytes", {"x": "0" * 64}, "wrong_digest"),
    ):
        with pytest.raises(BagError) as caught:
            write_bag(tmp_path / "bag.zip", "bag", [("x", payload)], expected=expected)
        assert (caught.value.code, caught.value.path) == (code, "data/x")
        assert list(tmp_path.iterdir()) == []
    with pytest.raises(FileNotFoundError):
        write_bag(tmp_path / "no-folder" / "bag.zip", "bag", [])


def _with_second_list(algorithm: str, digest: Callable[[bytes], str]) -> Callable[[dict[str, bytes]], None]:
    def change(entries: dict[str, bytes]) -> None:
        payload = {name.partition("/")[2]: content for name, content in entries.items() if "/data/" in name}
        lines = "".join(f"{digest(content)}  {name}\n" for name, content in payload.items())
        entries[f"portfolio/manifest-{algorithm}.txt"] = lines.encode()

    return change


@pytest.mark.parametrize("algorithm", ["sha512", "sha1", "md5"])
def test_a_second_list_of_digests_must_be_right_as_well(bag: Path, algorithm: str) -> None:
    def right(content: bytes) -> str:
        return hashlib.new(algorithm, content, usedforsecurity=False).hexdigest()

    rewritten(bag, _with_second_list(algorithm, right))
    with open_bag(bag, most_bytes=MOST) as found:
        assert set(found.payload) == {name for name, _content in PAYLOAD}
    rewritten(bag, _with_second_list(algorithm, lambda content: right(content + b"!")))
    assert refused(bag) == ("wrong_digest", "data/files/one.pdf")


def test_a_strong_second_list_does_not_hide_a_wrong_one(bag: Path) -> None:
    def change(entries: dict[str, bytes]) -> None:
        del entries["portfolio/tagmanifest-sha256.txt"]
        _with_second_list("sha512", lambda content: hashlib.sha512(content).hexdigest())(entries)
        entries["portfolio/manifest-sha256.txt"] = b"".join(
            b"0" * 64 + line[64:] for line in entries["portfolio/manifest-sha256.txt"].splitlines(keepends=True)
        )

    assert refused(rewritten(bag, change)) == ("wrong_digest", "data/files/one.pdf")


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_whatever_byte_is_changed_nothing_but_a_refusal_comes(bag: Path, tmp_path: Path, compression: int) -> None:
    with zipfile.ZipFile(bag) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    target = tmp_path / "changed.zip"
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    whole = target.read_bytes()
    refusals = 0
    for place in range(0, len(whole), 5):
        target.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            with open_bag(target, most_bytes=MOST) as found:
                assert {name: found.read(name, MOST) for name in found.payload} == dict(PAYLOAD)
        except BagError:
            refusals += 1
    assert refusals > len(whole) // 20


def test_a_directory_that_lies_elsewhere_is_refused(bag: Path) -> None:
    content = bytearray(bag.read_bytes())
    end = content.rindex(b"PK\x05\x06")
    content[end + 16 : end + 20] = b"\xff\xff\xff\x7f"
    bag.write_bytes(content)
    assert refused(bag) == ("not_a_zip", "")
