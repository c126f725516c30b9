"""Evidence behind the body: stamped upright on every page, linked both ways, safe, and the same bytes."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image

from portfolio.dossier.binding import (
    Bound,
    BoundExhibit,
    Exhibit,
    ExhibitDamaged,
    ExhibitEncrypted,
    ExhibitError,
    ExhibitUnsupported,
    bind,
    bind_in_child,
)
from portfolio.dossier.packaging import PackageError, zip_package
from portfolio.dossier.pictures import PictureError, picture_to_pdf, strip_jpeg
from portfolio.dossier.writers.engines import TypesettingTimeout
from portfolio.dossier.writers.process import Limits, render
from tests.portfolio.dossier.pdftext import squeezed
from tests.portfolio.dossier.specimen import specimen

A4 = (0, 0, 595, 842)


@pytest.fixture(scope="module")
def body(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A typeset body that refers to exhibit 1 page 2 and exhibit 2 page 1."""
    out = tmp_path_factory.mktemp("body") / "body.pdf"
    render(specimen(thai_digits=True), format="pdf", engine="typst", out=out)
    return out


def pages(path: Path, *shapes: tuple[tuple[int, int, int, int], int]) -> Path:
    """A PDF whose pages have these media boxes and rotations, with text on each."""
    with Pdf.new() as pdf:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        for number, (box, turn) in enumerate(shapes, 1):
            pdf.add_blank_page(page_size=(10, 10))
            page = pdf.pages[-1]
            page.MediaBox, page.Rotate = Array(box), turn
            page.Resources = Dictionary(Font=Dictionary(F=font))
            # Left unbalanced on purpose: the stamp must not inherit it.
            page.Contents = pdf.make_stream(
                f"q 3 0 0 3 {box[0]} {box[1]} cm BT /F 12 Tf 20 20 Td (page {number}) Tj ET".encode("ascii")
            )
        pdf.save(path)
    return path


def exhibit(number: int, path: Path, media_type: str = "application/pdf") -> Exhibit:
    """An exhibit with a title of its own."""
    return Exhibit(number, f"หลักฐาน {number}", path, media_type)


def photograph(path: Path, orientation: int = 1, mode: str = "RGB") -> Path:
    """A picture whose top left corner is red, with EXIF that tells a secret."""
    image = Image.new("RGB", (600, 400), "white")
    image.paste((200, 0, 0), (0, 0, 150, 100))
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = orientation, "SECRETPLACE"
    image.convert(mode).save(path, exif=exif)
    return path


def text_of(path: Path, page: int) -> str:
    """What stands on one page, squeezed."""
    command = ["pdftotext", "-f", str(page), "-l", str(page), str(path), "-"]
    return squeezed(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def test_pages_follow_in_order_and_carry_their_stamp(body: Path, tmp_path: Path) -> None:
    one = pages(tmp_path / "1.pdf", (A4, 0), (A4, 0), (A4, 0))
    two = photograph(tmp_path / "2.jpg")
    out = tmp_path / "out.pdf"
    bound = bind(body, [exhibit(1, one), exhibit(2, two, "image/jpeg")], out, thai_digits=True)
    first = bound.body_pages + 1
    assert bound.exhibits == (BoundExhibit(1, first, 3), BoundExhibit(2, first + 3, 1))
    assert bound.pages == bound.body_pages + 4 == len(pypdfium2.PdfDocument(out))
    assert bound.size == out.stat().st_size
    assert "หลักฐานลำดับที่๑·หน้า๑จาก๓" in text_of(out, first)
    assert "page1" in text_of(out, first)
    assert "หลักฐานลำดับที่๑·หน้า๓จาก๓" in text_of(out, first + 2)
    assert "หลักฐานลำดับที่๒·หน้า๑จาก๑" in text_of(out, first + 3)
    assert list(tmp_path.glob("bind-*")) == []


def test_same_files_give_the_same_bytes_in_and_out_of_the_child(body: Path, tmp_path: Path) -> None:
    given = [
        exhibit(1, pages(tmp_path / "1.pdf", (A4, 0), (A4, 90))),
        exhibit(2, photograph(tmp_path / "2.jpg", 6), "image/jpeg"),
    ]
    results: list[Bound] = [
        bind(body, given, tmp_path / "a.pdf"),
        bind(body, given, tmp_path / "b.pdf"),
        bind_in_child(body, given, tmp_path / "c.pdf"),
    ]
    assert results[0] == results[1] == results[2]
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "c.pdf").read_bytes()


@pytest.mark.parametrize("turn", [0, 90, 180, 270, -90, 450])
@pytest.mark.parametrize("box", [A4, (0, 0, 842, 595), (100, 50, 400, 500), (0, 0, 180, 300), (0, 0, 2400, 3400)])
def test_stamp_is_seen_upright_at_the_top_right(
    body: Path, tmp_path: Path, box: tuple[int, int, int, int], turn: int
) -> None:
    out = tmp_path / "out.pdf"
    bound = bind(body, [exhibit(1, pages(tmp_path / "1.pdf", (box, turn)))], out)
    page = pypdfium2.PdfDocument(out)[bound.body_pages]
    width, height = page.get_size()
    seen = page.render(scale=1200 / max(width, height)).to_pil().convert("RGB")
    # The stamp's frame is the only dark blue on the page.
    dark = [
        (x, y)
        for y in range(seen.height)
        for x in range(seen.width)
        if _is_blue(seen.getpixel((x, y)))  # type: ignore[arg-type]
    ]
    assert dark
    left, right = min(x for x, _y in dark), max(x for x, _y in dark)
    top, bottom = min(y for _x, y in dark), max(y for _x, y in dark)
    assert right - left > 3 * (bottom - top), "it lies along the reading direction"
    assert top < 0.08 * seen.height + 10
    assert right > 0.85 * seen.width
    assert left >= 0
    assert right < seen.width


def _is_blue(pixel: tuple[int, int, int]) -> bool:
    return pixel[2] > 90 and pixel[2] - pixel[0] > 60


def test_body_refers_to_exhibits_and_stamps_lead_back(body: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    given = [
        exhibit(1, pages(tmp_path / "1.pdf", (A4, 0), (A4, 0))),
        exhibit(2, pages(tmp_path / "2.pdf", (A4, 0))),
        exhibit(9, pages(tmp_path / "9.pdf", (A4, 0))),
    ]
    bound = bind(body, given, out)
    with Pdf.open(out) as pdf:
        names = pikepdf.NameTree(pdf.Root.Names.Dests)
        order = {page.obj.objgen: index for index, page in enumerate(pdf.pages)}
        targets = [
            order[names[str(one.A.D)][0].objgen]
            for page in list(pdf.pages)[: bound.body_pages]
            for one in page.get("/Annots", [])
            if "/A" in one and isinstance(one.A.get("/D"), String)
        ]
        first = bound.body_pages
        assert set(targets) == {first + 1, first + 2}
        for index in (first, first + 1, first + 2):
            (link,) = pdf.pages[index].Annots
            back = pdf.pages[order[link.Dest[0].objgen]]
            assert order[back.obj.objgen] < bound.body_pages
            assert back.get("/Annots") is not None
        assert "/Annots" not in pdf.pages[first + 3], "nothing refers to exhibit 9"


def test_a_reference_past_the_end_leads_to_the_last_page(body: Path, tmp_path: Path) -> None:
    bind(body, [exhibit(1, pages(tmp_path / "1.pdf", (A4, 0)))], tmp_path / "out.pdf")
    with Pdf.open(tmp_path / "out.pdf") as pdf:
        names = pikepdf.NameTree(pdf.Root.Names.Dests)
        used = {str(one.A.D) for page in pdf.pages for one in page.get("/Annots", []) if "/A" in one and "/D" in one.A}
        assert "exhibit-1-1" in used
        assert "exhibit-1-2" not in used
        assert "exhibit-1-1" in names


def test_outline_and_page_labels_name_the_exhibits(body: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    bound = bind(body, [exhibit(4, pages(tmp_path / "4.pdf", (A4, 0), (A4, 0)))], out, language="th")
    pdf = pypdfium2.PdfDocument(out)
    listed = [(one.level, one.get_title(), one.get_dest().get_index()) for one in pdf.get_toc()]
    assert listed[-2:] == [
        (0, "หลักฐาน", bound.body_pages),
        (1, "หลักฐานลำดับที่ 4 หลักฐาน 4", bound.body_pages),
    ]
    assert len(listed) > 4
    labels = [pdf.get_page_label(index) for index in range(len(pdf))]
    assert labels[-2:] == ["4-1", "4-2"]


def test_bound_file_claims_no_standard_but_keeps_the_body_as_it_was(body: Path, tmp_path: Path) -> None:
    bind(body, [exhibit(1, pages(tmp_path / "1.pdf", (A4, 0)))], tmp_path / "out.pdf")
    with Pdf.open(tmp_path / "out.pdf") as pdf, Pdf.open(body) as before:
        assert str(pdf.docinfo["/CreationDate"]) == str(before.docinfo["/CreationDate"])
        metadata = pdf.open_metadata()
        assert "pdfaid:part" not in metadata
        assert "pdfuaid:part" not in metadata
        assert metadata["dc:title"] == specimen().meta.title
        for mine, theirs in zip(pdf.pages, before.pages, strict=False):
            assert mine.Contents.read_bytes() == theirs.Contents.read_bytes()


def test_named_destinations_of_an_exhibit_still_work(body: Path, tmp_path: Path) -> None:
    path = pages(tmp_path / "1.pdf", (A4, 0), (A4, 0))
    with Pdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.Root.Names = Dictionary(
            Dests=Dictionary(Names=Array([String("chapter"), Array([pdf.pages[1].obj, Name.Fit])]))
        )
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), Dest=String("chapter"))
        pdf.pages[0].Annots = Array([pdf.make_indirect(link)])
        pdf.save(path)
    bound = bind(body, [exhibit(1, path)], tmp_path / "out.pdf")
    with Pdf.open(tmp_path / "out.pdf") as pdf:
        names = pikepdf.NameTree(pdf.Root.Names.Dests)
        link = pdf.pages[bound.body_pages].Annots[0]
        place = names[str(link.Dest)]
        place = place.D if isinstance(place, Dictionary) else place
        assert place[0].objgen == pdf.pages[bound.body_pages + 1].obj.objgen


def test_what_could_act_on_its_own_is_taken_out(body: Path, tmp_path: Path) -> None:
    path = pages(tmp_path / "1.pdf", (A4, 0))
    with Pdf.open(path, allow_overwriting_input=True) as pdf:
        script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
        pdf.Root.OpenAction = script
        page = pdf.pages[0]
        page.AA = Dictionary(O=script)
        page.StructParents = 0
        launch = Dictionary(S=Name.Launch, F=String("calc.exe"))
        web = Dictionary(S=Name.URI, URI=String("https://example.org/"), Next=script)
        box = Array([0, 0, 9, 9])
        page.Annots = Array(
            [
                Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=box, A=script),
                Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=box, A=launch),
                Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=box),
                Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=box, A=web, AA=Dictionary(E=script)),
            ]
        )
        pdf.save(path)
    bound = bind(body, [exhibit(7, path)], tmp_path / "out.pdf")
    with Pdf.open(tmp_path / "out.pdf") as pdf:
        page = pdf.pages[bound.body_pages]
        assert "/AA" not in page
        assert "/StructParents" not in page
        (kept,) = page.Annots
        assert str(kept.A.URI) == "https://example.org/"
        assert "/Next" not in kept.A
        assert "/AA" not in kept
        whole = [one.unparse(resolved=True) for one in pdf.objects if not isinstance(one, pikepdf.Stream)]
        assert not [one for one in whole if b"JavaScript" in one or b"Launch" in one]


def test_filled_forms_are_printed_into_the_page(body: Path, tmp_path: Path) -> None:
    path = pages(tmp_path / "1.pdf", (A4, 0))
    with Pdf.open(path, allow_overwriting_input=True) as pdf:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        field = pdf.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                FT=Name.Tx,
                T=String("name"),
                V=String("FILLEDIN"),
                DA=String("/Helv 12 Tf 0 g"),
                Rect=Array([50, 400, 300, 430]),
                F=4,
            )
        )
        pdf.pages[0].Annots = Array([field])
        pdf.Root.AcroForm = Dictionary(
            Fields=Array([field]),
            NeedAppearances=True,
            DR=Dictionary(Font=Dictionary(Helv=font)),
            DA=String("/Helv 12 Tf 0 g"),
        )
        pdf.save(path)
    bound = bind(body, [exhibit(1, path)], tmp_path / "out.pdf")
    assert "FILLEDIN" in text_of(tmp_path / "out.pdf", bound.body_pages + 1)
    with Pdf.open(tmp_path / "out.pdf") as pdf:
        assert "/AcroForm" not in pdf.Root


@pytest.mark.parametrize("where", ["here", "child"])
def test_unusable_files_are_named(body: Path, tmp_path: Path, where: str) -> None:
    run = bind if where == "here" else bind_in_child
    locked, guarded = tmp_path / "locked.pdf", tmp_path / "guarded.pdf"
    with Pdf.open(pages(tmp_path / "1.pdf", (A4, 0))) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="o", user="u"))
        pdf.save(guarded, encryption=pikepdf.Encryption(owner="o", user=""))
    broken, text, empty = tmp_path / "broken.pdf", tmp_path / "text.jpg", tmp_path / "empty.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing of the kind")
    text.write_bytes(b"no picture")
    with Pdf.new() as pdf:
        pdf.save(empty)
    good = exhibit(1, pages(tmp_path / "good.pdf", (A4, 0)))
    cases = [
        (exhibit(2, locked), ExhibitEncrypted),
        (exhibit(3, guarded), ExhibitEncrypted),
        (exhibit(4, broken), ExhibitDamaged),
        (exhibit(5, text, "image/jpeg"), ExhibitDamaged),
        (exhibit(6, empty), ExhibitDamaged),
        (exhibit(7, text, "video/mp4"), ExhibitUnsupported),
        (exhibit(8, text, "image/svg+xml"), ExhibitUnsupported),
        (exhibit(9, tmp_path / "absent.pdf"), ExhibitDamaged),
    ]
    for bad, kind in cases if where == "here" else cases[:3]:
        with pytest.raises(ExhibitError) as refused:
            run(body, [good, bad], tmp_path / "out.pdf")
        assert type(refused.value) is kind
        assert (refused.value.number, refused.value.title) == (bad.number, bad.title)
        assert str(tmp_path) not in refused.value.reason
    assert not (tmp_path / "out.pdf").exists()
    assert list(tmp_path.glob("bind-*")) == []


def test_a_cut_file_is_refused_even_where_some_pages_could_be_saved(body: Path, tmp_path: Path) -> None:
    path = pages(tmp_path / "1.pdf", (A4, 0), (A4, 0))
    data = path.read_bytes()
    (tmp_path / "cut.pdf").write_bytes(data[: len(data) // 2])
    with pytest.raises(ExhibitDamaged) as refused:
        bind(body, [exhibit(1, path), exhibit(2, tmp_path / "cut.pdf")], tmp_path / "out.pdf")
    assert refused.value.number == 2


def test_two_exhibits_of_one_number_are_refused(body: Path, tmp_path: Path) -> None:
    path = pages(tmp_path / "1.pdf", (A4, 0))
    with pytest.raises(ValueError, match="two exhibits of one number"):
        bind(body, [exhibit(1, path), exhibit(1, path)], tmp_path / "out.pdf")


def test_one_file_may_be_bound_twice_and_a_bound_file_again(body: Path, tmp_path: Path) -> None:
    path = pages(tmp_path / "1.pdf", (A4, 0))
    first = bind(body, [exhibit(1, path), exhibit(2, path)], tmp_path / "once.pdf")
    again = bind(body, [exhibit(5, tmp_path / "once.pdf")], tmp_path / "twice.pdf")
    assert again.pages == again.body_pages + first.pages
    assert f"หลักฐานลำดับที่5·หน้า1จาก{first.pages}" in text_of(tmp_path / "twice.pdf", again.body_pages + 1)
    with Pdf.open(tmp_path / "twice.pdf") as pdf:
        assert len(pdf.pages[-1].Resources.XObject) == 2, "both stamps are there"


def test_no_exhibits_leave_the_body(body: Path, tmp_path: Path) -> None:
    bound = bind(body, [], tmp_path / "out.pdf")
    assert bound.pages == bound.body_pages
    assert bound.exhibits == ()


def test_time_limit_ends_binding(body: Path, tmp_path: Path) -> None:
    path = pages(tmp_path / "1.pdf", (A4, 0))
    with pytest.raises(TypesettingTimeout):
        bind_in_child(body, [exhibit(1, path)], tmp_path / "out.pdf", limits=Limits(seconds=0.05))


# Pictures --------------------------------------------------------------------------------------


@pytest.mark.parametrize("orientation", [1, 2, 3, 4, 5, 6, 7, 8])
def test_pictures_stand_upright_and_tell_nothing(tmp_path: Path, orientation: int) -> None:
    path = photograph(tmp_path / "p.jpg", orientation)
    picture_to_pdf(path, tmp_path / "p.pdf")
    assert b"SECRETPLACE" not in (tmp_path / "p.pdf").read_bytes()
    page = pypdfium2.PdfDocument(tmp_path / "p.pdf")[0]
    width, height = page.get_size()
    assert (width > height) == (orientation < 5)
    seen = page.render(scale=0.5).to_pil().convert("RGB")
    red = [(x, y) for y in range(seen.height) for x in range(seen.width) if _is_red(seen.getpixel((x, y)))]  # type: ignore[arg-type]
    x, y = sum(one for one, _y in red) / len(red) / seen.width, sum(one for _x, one in red) / len(red) / seen.height
    corner = {1: "lt", 2: "rt", 3: "rb", 4: "lb", 5: "lt", 6: "rt", 7: "rb", 8: "lb"}[orientation]
    assert ("l" if x < 0.5 else "r") + ("t" if y < 0.5 else "b") == corner


def _is_red(pixel: tuple[int, int, int]) -> bool:
    return pixel[0] > 120 and pixel[1] < 90


@pytest.mark.parametrize(
    ("suffix", "mode"),
    [("png", "RGB"), ("png", "RGBA"), ("png", "P"), ("tiff", "RGB"), ("webp", "RGB"), ("gif", "P"), ("png", "1")],
)
def test_other_kinds_of_picture_become_pages(tmp_path: Path, suffix: str, mode: str) -> None:
    path = tmp_path / f"p.{suffix}"
    Image.new("RGB", (60, 40), "#336699").convert(mode).save(path)
    picture_to_pdf(path, tmp_path / "p.pdf")
    assert len(pypdfium2.PdfDocument(tmp_path / "p.pdf")) == 1


def test_a_photograph_is_not_recompressed(tmp_path: Path) -> None:
    path = photograph(tmp_path / "p.jpg")
    picture_to_pdf(path, tmp_path / "p.pdf")
    with Pdf.open(tmp_path / "p.pdf") as pdf:
        (stored,) = [
            one for one in pdf.objects if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == Name.Image
        ]
        assert stored.read_raw_bytes() == strip_jpeg(path.read_bytes())


def test_pictures_too_large_or_unreadable_are_refused(tmp_path: Path) -> None:
    big = tmp_path / "big.png"
    Image.new("1", (20000, 10000)).save(big)
    with pytest.raises(PictureError, match="too many pixels"):
        picture_to_pdf(big, tmp_path / "out.pdf")
    cut = tmp_path / "cut.jpg"
    buffer = io.BytesIO()
    Image.effect_noise((300, 300), 50).save(buffer, "JPEG")
    cut.write_bytes(buffer.getvalue()[:2000])
    with pytest.raises(PictureError, match="not a readable picture"):
        picture_to_pdf(cut, tmp_path / "out.pdf")
    with pytest.raises(ValueError, match="not a JPEG"):
        strip_jpeg(b"GIF89a")


# The package -----------------------------------------------------------------------------------


def test_package_is_the_same_each_time_and_lists_its_files(tmp_path: Path) -> None:
    import hashlib
    import json
    import zipfile

    (tmp_path / "a.pdf").write_bytes(b"%PDF " + b"x" * 3_000_000)
    (tmp_path / "b.txt").write_text("ข้อมูลสมมติ", encoding="utf-8")
    files = [("หลักฐาน/ข้อมูล.txt", tmp_path / "b.txt"), ("body.pdf", tmp_path / "a.pdf")]
    first = zip_package(files, {"number": "EnT-1"}, tmp_path / "1.zip")
    second = zip_package(list(reversed(files)), {"number": "EnT-1"}, tmp_path / "2.zip")
    assert first == second == hashlib.sha256((tmp_path / "1.zip").read_bytes()).hexdigest()
    with zipfile.ZipFile(tmp_path / "1.zip") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["body.pdf", "หลักฐาน/ข้อมูล.txt", "manifest.json"]
        manifest = json.loads(archive.read("manifest.json"))
        assert manifest["number"] == "EnT-1"
        for entry in manifest["files"]:
            content = archive.read(entry["name"])
            assert (hashlib.sha256(content).hexdigest(), len(content)) == (entry["sha256"], entry["size"])


@pytest.mark.parametrize("name", ["../a", "/a", "a/../b", "a//b", "manifest.json", "a\\b", "a:b", "", "a\nb", "a/./b"])
def test_names_that_lead_out_of_a_package_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "a").write_text("x", encoding="utf-8")
    with pytest.raises(PackageError):
        zip_package([(name, tmp_path / "a")], {}, tmp_path / "out.zip")
    with pytest.raises(PackageError, match="two files of one name"):
        zip_package([("a", tmp_path / "a"), ("A", tmp_path / "a")], {}, tmp_path / "out.zip")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a"]
