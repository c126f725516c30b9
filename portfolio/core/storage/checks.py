"""Looks into files that strangers made. Runs in the limited child only; see limited.py."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from portfolio.core.storage import metadata
from portfolio.core.storage.limited import Refusal

LARGEST_PIXELS = 120_000_000
LARGEST_PAGES = 3_000
LARGEST_PAGE_POINTS = 14_400  # the most that PDF 1.6 readers promise: 200 inches
HUGE_PAGE_POINTS = 3_400  # beyond A0: shown, but shrunk in a dossier
TEXT_SAMPLE_PAGES = 20
LARGEST_PICTURE_SIDE = 4_000


def inspect_pdf(path: str) -> dict[str, Any]:
    """Facts about a PDF: pages, text_layer, huge_page, restricted, repaired, width and height of the largest page,
    and what `metadata.py` finds.

    Refuses with encrypted, damaged, no_pages, too_many_pages, page_too_large, pdf_portfolio.
    """
    import pikepdf  # only the child pays for loading it

    repaired = False
    try:
        pdf = pikepdf.open(path, attempt_recovery=False)
    except pikepdf.PasswordError as error:
        raise Refusal("encrypted") from error
    except pikepdf.PdfError:
        repaired = True
        pdf = _recovered(path)
    with pdf:
        if "/Collection" in pdf.Root:
            raise Refusal("pdf_portfolio")
        try:
            count = len(pdf.pages)
        except (pikepdf.PdfError, ValueError, TypeError, RuntimeError) as error:
            raise Refusal("damaged") from error
        if count == 0:
            raise Refusal("no_pages")
        if count > LARGEST_PAGES:
            raise Refusal("too_many_pages")
        restricted = pdf.is_encrypted
        told = metadata.of_pdf(pdf)
    return {"pages": count, "restricted": restricted, "repaired": repaired} | told | _seen_by_pdfium(path, count)


def _recovered(path: str) -> Any:
    import pikepdf

    try:
        return pikepdf.open(path)
    except pikepdf.PasswordError as error:
        raise Refusal("encrypted") from error
    except pikepdf.PdfError as error:
        raise Refusal("damaged") from error


def _seen_by_pdfium(path: str, count: int) -> dict[str, Any]:
    """What the renderer makes of it; both libraries must agree on the pages, else somebody would see less."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise Refusal("damaged") from error
    if len(document) != count:
        raise Refusal("damaged")
    width = height = 0.0
    text_layer = False
    for number in range(count):
        try:
            size = document.get_page_size(number)
        except pypdfium2.PdfiumError as error:
            raise Refusal("damaged") from error
        if max(size) > LARGEST_PAGE_POINTS:
            raise Refusal("page_too_large")
        width, height = max((width, height), size, key=max)
        if not text_layer and number < TEXT_SAMPLE_PAGES:
            page = document[number]
            text = page.get_textpage()
            text_layer = text.count_chars() > 0
            text.close()
            page.close()
    document.close()
    return {
        "text_layer": text_layer,
        "huge_page": max(width, height) > HUGE_PAGE_POINTS,
        "width": round(width, 2),
        "height": round(height, 2),
    }


def inspect_image(path: str) -> dict[str, Any]:
    """Facts about a picture: width, height, and what `metadata.py` finds. Refuses with image_too_large or damaged."""
    with _picture(path) as picture:
        width, height = picture.size
        return {"width": width, "height": height, "pages": 1} | metadata.of_image(picture)


def _picture(path: str) -> Any:
    """A picture whose every byte was decoded once; a bomb is refused by its declared size, before decoding."""
    import pi_heif
    from PIL import Image

    pi_heif.register_heif_opener()
    Image.MAX_IMAGE_PIXELS = LARGEST_PIXELS // 2  # Pillow warns at this and raises at twice as much
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(path, formats=("JPEG", "PNG", "WEBP", "HEIF"))
            if picture.width * picture.height > LARGEST_PIXELS:
                raise Refusal("image_too_large")
            picture.load()
    except Image.DecompressionBombError as error:
        raise Refusal("image_too_large") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise Refusal("damaged") from error
    return picture


def inspect_office(path: str) -> dict[str, Any]:
    """Reads the main parts of an Office file within the child's limits. Refuses with damaged."""
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            broken = archive.testzip()
            told = metadata.of_office(archive) if broken is None else {}
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, OSError) as error:
        raise Refusal("damaged") from error
    except Exception as error:  # zlib.error and its kin have no common base
        raise Refusal("damaged") from error
    if broken is not None:
        raise Refusal("damaged")
    return told


def render_pdf(path: str, pages: list[int], width: int, folder: str) -> dict[str, Any]:
    """Write the pages (from 0) as PNG files of this width in pixels into a folder; names are the page numbers."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise Refusal("damaged") from error
    document.init_forms()  # filled-in fields are drawn as well
    names = []
    for number in pages:
        if not 0 <= number < len(document):
            raise Refusal("no_such_page")
        page = document[number]
        page_width, page_height = page.get_size()
        scale = min(width / page_width, LARGEST_PICTURE_SIDE / page_height)
        picture = page.render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")
        names.append(_save(picture, folder, number))
        page.close()
    return {"files": names, "pages": len(document)}


def render_image(path: str, pages: list[int], width: int, folder: str) -> dict[str, Any]:
    """Write the picture, upright and without its metadata, as a PNG of at most this width in pixels."""
    from PIL import ImageOps

    with _picture(path) as picture:
        upright = ImageOps.exif_transpose(picture)
        shown = upright.convert("RGBA" if "A" in upright.getbands() else "RGB")
        shown.thumbnail((width, LARGEST_PICTURE_SIDE))
        return {"files": [_save(shown, folder, number) for number in pages[:1]], "pages": 1}


def _save(picture: Any, folder: str, number: int) -> str:
    name = f"{number}.png"
    picture.info = {}
    picture.save(Path(folder) / name, format="PNG", optimize=False)
    return name
