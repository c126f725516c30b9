"""Binds evidence behind a dossier's body: stamped pages, an outline, and links both ways."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

import pikepdf
import typst
from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf, String

from portfolio.dossier.document import Language, digits
from portfolio.dossier.exhibits import Bound as Bound  # part of this interface, like the next two
from portfolio.dossier.exhibits import BoundExhibit as BoundExhibit
from portfolio.dossier.exhibits import Exhibit as Exhibit
from portfolio.dossier.exhibits import ExhibitDamaged as ExhibitDamaged
from portfolio.dossier.exhibits import ExhibitEncrypted as ExhibitEncrypted
from portfolio.dossier.exhibits import ExhibitError as ExhibitError
from portfolio.dossier.exhibits import ExhibitUnsupported as ExhibitUnsupported
from portfolio.dossier.pictures import PictureError, picture_to_pdf
from portfolio.dossier.writers.finishing import exhibit_destination
from portfolio.dossier.writers.process import DEFAULT_LIMITS, Limits, run_child
from portfolio.dossier.writers.words import Words, words

_HERE = Path(__file__).parent
_DESTINATION = re.compile(r"exhibit-(\d+)-(\d+)\Z")
_STAMP_TOP = 10.0
_STAMP_SIDE = 20.0
# What may happen when a page is opened or a link is followed in a bound file: going to a place, nothing else.
_SAFE_ACTIONS = {"/GoTo", "/URI"}
_ACTIVE = {"/FileAttachment", "/RichMedia", "/Movie", "/Screen", "/3D", "/Sound"}


def bind(
    body: Path,
    exhibits: Sequence[Exhibit],
    out: Path,
    *,
    language: Language = "th",
    thai_digits: bool = False,
) -> Bound:
    """Append the exhibits to the body, in order, and write `out` whole or not at all.

    Files are streamed by qpdf, not held in memory; the same input gives the same bytes. The result makes no PDF/A
    claim, since it holds other people's pages. Raises ExhibitError and its kinds.
    """
    if len({exhibit.number for exhibit in exhibits}) != len(exhibits):
        raise ValueError("two exhibits of one number")
    with contextlib.ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bind-", dir=out.parent)))
        pdf = stack.enter_context(Pdf.open(body))
        sources = [stack.enter_context(_opened(exhibit, work)) for exhibit in exhibits]
        body_pages = len(pdf.pages)
        placed = _append(pdf, exhibits, sources)
        word = words(language)
        stamps = stack.enter_context(_stamps(placed, work, language, thai_digits))
        referring = _referring_pages(pdf, body_pages)
        _stamp(pdf, placed, stamps, referring, word)
        _resolve(pdf, placed, body_pages)
        _outline(pdf, exhibits, placed, language, thai_digits)
        _label(pdf, placed, body_pages)
        _disclaim(pdf)
        made = work / "bound.pdf"
        try:
            pdf.save(made, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        except pikepdf.PdfError as error:
            raise _culprit(exhibits, sources, error) from None
        with made.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        size = made.stat().st_size
        pages = len(pdf.pages)
        os.replace(made, out)
    return Bound(pages, body_pages, digest, size, tuple(placed))


def bind_in_child(
    body: Path,
    exhibits: Sequence[Exhibit],
    out: Path,
    *,
    language: Language = "th",
    thai_digits: bool = False,
    limits: Limits = DEFAULT_LIMITS,
) -> Bound:
    """bind() in a child process with limits: other people's files are opened there, never in the worker itself."""
    with tempfile.TemporaryDirectory(prefix="bind-", dir=out.parent) as folder:
        work = Path(folder)
        request = {
            "body": str(body.resolve()),
            "exhibits": [asdict(one) | {"path": str(one.path.resolve())} for one in exhibits],
            "language": language,
            "thai_digits": thai_digits,
        }
        (work / "request.json").write_text(json.dumps(request), encoding="utf-8")
        made = work / "bound.pdf"
        report = run_child("bind", work, made, limits)
        os.replace(made, out)
    placed = tuple(BoundExhibit(**one) for one in report.pop("exhibits"))
    return Bound(**report, exhibits=placed)


# Reading exhibits ------------------------------------------------------------------------------


def _opened(exhibit: Exhibit, work: Path) -> Pdf:
    path = exhibit.path
    if exhibit.media_type.startswith("image/") and exhibit.media_type != "image/svg+xml":
        path = work / f"picture-{exhibit.number}.pdf"
        try:
            picture_to_pdf(exhibit.path, path)
        except PictureError as error:
            raise ExhibitDamaged(exhibit.number, exhibit.title, str(error)) from None
    elif exhibit.media_type != "application/pdf":
        raise ExhibitUnsupported(exhibit.number, exhibit.title, f"a file of type {exhibit.media_type} has no pages")
    try:
        source = Pdf.open(path)
    except pikepdf.PasswordError:
        raise ExhibitEncrypted(exhibit.number, exhibit.title, "the file asks for a password") from None
    except (pikepdf.PdfError, OSError) as error:
        raise ExhibitDamaged(exhibit.number, exhibit.title, _unreadable(error)) from None
    try:
        _check(exhibit, source)
        _make_safe(source)
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError) as error:
        source.close()
        raise ExhibitDamaged(exhibit.number, exhibit.title, _unreadable(error)) from None
    except ExhibitError:
        source.close()
        raise
    return source


def _unreadable(error: object) -> str:
    """One line without the file's place on this machine, which qpdf puts before its reason."""
    if isinstance(error, OSError):
        return f"the file cannot be read: {error.strerror}"
    reason = re.sub(r"^/?\S*/\S*?\s*(\(.*?\))?: ", "", (str(error).splitlines() or [""])[0])
    return f"the file cannot be read: {reason or 'no reason given'}"


def _check(exhibit: Exhibit, source: Pdf) -> None:
    # qpdf repairs what it can, and says so; pages may be gone that nobody would miss until the committee does.
    if any("reconstruct" in str(one) or "file is damaged" in str(one) for one in source.get_warnings()):
        raise ExhibitDamaged(exhibit.number, exhibit.title, "the file is damaged; it must be saved anew")
    if source.is_encrypted:
        raise ExhibitEncrypted(exhibit.number, exhibit.title, "the file is protected")
    if len(source.pages) == 0:
        raise ExhibitDamaged(exhibit.number, exhibit.title, "the file has no pages")


def _make_safe(source: Pdf) -> None:
    """Print filled forms into the page, and take out what could act on its own or clash with the body's tags."""
    if "/AcroForm" in source.Root:
        source.generate_appearance_streams()
        source.flatten_annotations("screen")
        if "/AcroForm" in source.Root:
            del source.Root.AcroForm
    for page in source.pages:
        for key in ("/AA", "/StructParents", "/Thumb", "/PieceInfo", "/Metadata"):
            if key in page:
                del page[key]
        annotations = page.get("/Annots")
        if annotations is not None:
            page.Annots = source.make_indirect(Array([one for one in annotations if _is_harmless(one)]))


def _is_harmless(annotation: pikepdf.Object) -> bool:
    if not isinstance(annotation, Dictionary):
        return False
    for key in ("/AA", "/StructParent"):
        if key in annotation:
            del annotation[key]
    action = annotation.get("/A")
    if isinstance(action, Dictionary):
        if "/Next" in action:
            del action["/Next"]
        if str(action.get("/S")) not in _SAFE_ACTIONS:
            return False
    return str(annotation.get("/Subtype")) not in (
        "/FileAttachment",
        "/RichMedia",
        "/Movie",
        "/Screen",
        "/3D",
        "/Sound",
    )


def _culprit(exhibits: Sequence[Exhibit], sources: Sequence[Pdf], error: Exception) -> ExhibitError:
    for exhibit, source in zip(exhibits, sources, strict=True):
        try:
            problems = source.check_pdf_syntax()
        except (pikepdf.PdfError, RuntimeError) as found:
            problems = [str(found)]
        if problems:
            return ExhibitDamaged(exhibit.number, exhibit.title, _unreadable(problems[0]))
    return ExhibitDamaged(0, "", f"the bound file cannot be written: {error}")


# Appending and stamping ------------------------------------------------------------------------


def _append(pdf: Pdf, exhibits: Sequence[Exhibit], sources: Sequence[Pdf]) -> list[BoundExhibit]:
    placed = []
    for exhibit, source in zip(exhibits, sources, strict=True):
        first = len(pdf.pages) + 1
        try:
            # Unlike pages.extend(), this carries the named destinations that the pages' links use.
            pdf.add_pages_from(source, forms="strip")
        except (pikepdf.PdfError, RuntimeError, ValueError) as error:
            raise ExhibitDamaged(exhibit.number, exhibit.title, _unreadable(error)) from None
        placed.append(BoundExhibit(exhibit.number, first, len(source.pages)))
    return placed


def _stamps(placed: Iterable[BoundExhibit], work: Path, language: Language, thai: bool) -> Pdf:
    form = words(language).exhibit_page
    texts = [
        digits(form.format(number=one.number, page=page, total=one.pages), thai)
        for one in placed
        for page in range(1, one.pages + 1)
    ]
    (work / "stamps.json").write_text(json.dumps({"lang": language, "stamps": texts}), encoding="utf-8")
    (work / "stamps.typ").write_bytes((_HERE / "writers" / "templates" / "stamps.typ").read_bytes())
    target = work / "stamps.pdf"
    if not texts:
        texts_pdf = Pdf.new()
        texts_pdf.save(target)
        texts_pdf.close()
        return Pdf.open(target)
    typst.compile(
        work / "stamps.typ",
        target,
        root=work,
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=[_HERE / "fonts"]),
        format="pdf",
        timestamp=0,
        pdf_tags=False,
    )
    return Pdf.open(target)


def _stamp(
    pdf: Pdf,
    placed: Iterable[BoundExhibit],
    stamps: Pdf,
    referring: dict[int, int],
    word: Words,
) -> None:
    index = 0
    for one in placed:
        back = referring.get(one.number)
        for number in range(one.first_page - 1, one.first_page - 1 + one.pages):
            page = pdf.pages[number]
            form = pdf.copy_foreign(stamps.pages[index].as_form_xobject())
            corners = _lay_over(pdf, page, form)
            if back is not None:
                _add_back_link(pdf, page, corners, pdf.pages[back], word)
            index += 1


def _lay_over(pdf: Pdf, page: pikepdf.Page, stamp: pikepdf.Object) -> tuple[float, float, float, float]:
    """Draw the stamp upright at the top right of what is seen of the page; returns its box on the page."""
    width, height = float(stamp.BBox[2]), float(stamp.BBox[3])
    left, bottom, right, top = (float(one) for one in page.cropbox)
    left, right, bottom, top = min(left, right), max(left, right), min(bottom, top), max(bottom, top)
    turn = int(page.get("/Rotate", 0)) % 360
    seen_width, seen_height = (right - left, top - bottom) if turn % 180 == 0 else (top - bottom, right - left)
    # On a narrow page the stamp shrinks; on a very large one (a poster, a scan at 72 dpi) it grows to stay legible.
    scale = max(1.0, min(seen_width / 595.0, seen_height / 595.0))
    scale = min(scale, 0.9 * seen_width / width)
    w, h = width * scale, height * scale
    x = max(seen_width - _STAMP_SIDE * scale - w, 0.05 * seen_width if seen_width < w * 1.2 else 0.0)
    y = seen_height - _STAMP_TOP * scale - h
    # From what is seen (x to the right, y up, as the page is shown) to the page's own coordinates.
    a, b, c, d, e, f = {
        0: (1.0, 0.0, 0.0, 1.0, left + x, bottom + y),
        90: (0.0, 1.0, -1.0, 0.0, right - y, bottom + x),
        180: (-1.0, 0.0, 0.0, -1.0, right - x, top - y),
        270: (0.0, -1.0, 1.0, 0.0, left + y, top - x),
    }[turn]
    # Named by ourselves, since qpdf would pick a name at random; two pages may share one dictionary of names.
    taken = page.resources.get("/XObject", Dictionary())
    name = next(one for one in (Name(f"/ExhibitStamp{index}") for index in range(len(taken) + 1)) if one not in taken)
    page.add_resource(stamp, Name.XObject, name=name)
    matrix = " ".join(f"{one:.4f}" for one in (a * scale, b * scale, c * scale, d * scale, e, f))
    page.contents_add(pdf.make_stream(b"q\n"), prepend=True)
    page.contents_add(pdf.make_stream(f"\nQ q {matrix} cm {name} Do Q\n".encode("ascii")))
    xs = sorted((e, e + a * w + c * h))
    ys = sorted((f, f + b * w + d * h))
    return xs[0], ys[0], xs[1], ys[1]


def _add_back_link(
    pdf: Pdf,
    page: pikepdf.Page,
    corners: tuple[float, float, float, float],
    target: pikepdf.Page,
    word: Words,
) -> None:
    link = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Link,
        Rect=Array([round(one, 3) for one in corners]),
        Border=Array([0, 0, 0]),
        F=4,
        Contents=String(word.back),
        Dest=Array([target.obj, Name.Fit]),
    )
    annotations = page.get("/Annots")
    if annotations is None:
        page.Annots = Array()
    page.Annots.append(pdf.make_indirect(link))


# Links, outline, labels ------------------------------------------------------------------------


def _destination(annotation: pikepdf.Object) -> re.Match[str] | None:
    action = annotation.get("/A")
    if not isinstance(action, Dictionary) or action.get("/S") != Name.GoTo:
        return None
    target = action.get("/D")
    return _DESTINATION.fullmatch(str(target)) if isinstance(target, String) else None


def _referring_pages(pdf: Pdf, body_pages: int) -> dict[int, int]:
    """For each exhibit the first page of the body that refers to it."""
    found: dict[int, int] = {}
    for index in range(body_pages):
        for annotation in pdf.pages[index].get("/Annots", Array()):
            match = _destination(annotation)
            if match:
                found.setdefault(int(match[1]), index)
    return found


def _resolve(pdf: Pdf, placed: Iterable[BoundExhibit], body_pages: int) -> None:
    """Register every bound page under its name; a reference past an exhibit's end leads to its last page.

    An exhibit without pages (a link, a file of another kind) is described in the list of evidence, the last place
    in the body that refers to it: there its references lead.
    """
    if "/Names" not in pdf.Root:
        pdf.Root.Names = pdf.make_indirect(Dictionary())
    if "/Dests" not in pdf.Root.Names:
        pdf.Root.Names.Dests = pikepdf.NameTree.new(pdf).obj
    tree = pikepdf.NameTree(pdf.Root.Names.Dests)
    by_number = {one.number: one for one in placed}
    for one in by_number.values():
        for page in range(1, one.pages + 1):
            target = pdf.pages[one.first_page + page - 2]
            tree[exhibit_destination(one.number, page)] = Array([target.obj, Name.Fit])
    listed: dict[int, int] = {}
    pending: list[tuple[pikepdf.Object, int]] = []
    for index in range(body_pages):
        for annotation in pdf.pages[index].get("/Annots", Array()):
            match = _destination(annotation)
            if match is None:
                continue
            number, page = int(match[1]), int(match[2])
            if number in by_number:
                annotation.A.D = String(exhibit_destination(number, min(page, by_number[number].pages)))
            else:
                listed[number] = index
                pending.append((annotation, number))
    for annotation, number in pending:
        annotation.A.D = Array([pdf.pages[listed[number]].obj, Name.Fit])


def _outline(
    pdf: Pdf, exhibits: Sequence[Exhibit], placed: Sequence[BoundExhibit], language: Language, thai: bool
) -> None:
    if not placed:
        return
    word = words(language)
    with pdf.open_outline() as outline:
        group = OutlineItem(word.exhibits, placed[0].first_page - 1, "Fit")
        for exhibit, one in zip(exhibits, placed, strict=True):
            label = digits(word.exhibit.format(number=one.number), thai)
            group.children.append(OutlineItem(f"{label} {exhibit.title}", one.first_page - 1, "Fit"))
        outline.root.append(group)


def _label(pdf: Pdf, placed: Iterable[BoundExhibit], body_pages: int) -> None:
    """Page labels: the body's own, then 4-1, 4-2 … for exhibit 4."""
    labels: dict[int, pikepdf.Object] = {}
    if "/PageLabels" in pdf.Root:
        labels = {key: value for key, value in pikepdf.NumberTree(pdf.Root.PageLabels).items() if key < body_pages}
    if 0 not in labels:
        labels[0] = Dictionary(S=Name.D)
    for one in placed:
        labels[one.first_page - 1] = Dictionary(S=Name.D, P=String(f"{one.number}-"), St=1)
    nums = Array()
    for index in sorted(labels):
        nums.append(index)
        nums.append(labels[index])
    pdf.Root.PageLabels = pdf.make_indirect(Dictionary(Nums=nums))


def _disclaim(pdf: Pdf) -> None:
    """A merged file cannot answer for other people's pages: no PDF/A and no PDF/UA claim."""
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        for key in ("pdfaid:part", "pdfaid:conformance", "pdfaid:rev", "pdfuaid:part", "pdfuaid:rev"):
            if key in metadata:
                del metadata[key]
