"""Typesetting 30 and 300 pages, and binding 465: beside a floor, and each engine beside the default, in one run.

The floor is what no typesetter can do without: ICU's line breaks, HarfBuzz's shaping of every piece between them
(through Pillow's raqm), and compressing what was shaped. Times are processor seconds of the process and its
children; the seconds belong to this machine, the ratios are what to compare.
"""

from __future__ import annotations

import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from datetime import date
from functools import partial
from itertools import cycle, islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import pikepdf  # noqa: E402 - the checkout comes first
from icu4py.breakers import LineBreaker  # noqa: E402
from PIL import ImageFont, features  # noqa: E402

from portfolio.dossier.binding import Exhibit, bind  # noqa: E402
from portfolio.dossier.document import (  # noqa: E402
    Block,
    BulletList,
    Column,
    Cover,
    Document,
    EvidenceRef,
    Meta,
    Paragraph,
    Section,
    blocks_of,
    paragraph,
    parse_prose,
    plain_text,
    table,
)
from portfolio.dossier.linebreaks import mark_breaks  # noqa: E402
from portfolio.dossier.writers.engines import Format  # noqa: E402
from portfolio.dossier.writers.process import Limits, Rendered, render  # noqa: E402

SENTENCES = (
    "กลุ่มวิสาหกิจชุมชนกล้วยอบแห้งประสบปัญหาผลผลิตล้นตลาดในฤดูเก็บเกี่ยวทำให้ราคากล้วยน้ำว้าดิบตกต่ำ",
    "เกษตรกรส่วนใหญ่ขายผลผลิตให้พ่อค้าคนกลางโดยไม่ผ่านการแปรรูป",
    "คณะผู้ดำเนินงานจัดเวทีแลกเปลี่ยนเรียนรู้กับสมาชิกกลุ่ม ผู้ใหญ่บ้าน และองค์การบริหารส่วนตำบล",
    "ทุกฝ่ายเห็นพ้องกันว่าความสำเร็จของงานมิได้วัดที่จำนวนเครื่องอบ หากวัดที่รายได้สุทธิของครัวเรือน",
    "ผลการติดตามหลังสิ้นสุดโครงการ 12 เดือนพบว่ากลุ่มยังคงใช้ระบบอย่างต่อเนื่อง",
    "The knowledge gained went into a manual, an article and a unit of the course Engineering for Communities.",
    "ความรู้ที่เกิดขึ้นได้เรียบเรียงเป็นคู่มือชุมชน บทความวิจัย และหน่วยการเรียนรู้ในรายวิชาวิศวกรรมเพื่อชุมชน",
    "นักศึกษาชั้นปีที่ 3 ได้ลงพื้นที่ปฏิบัติจริงและร่วมเก็บข้อมูลก่อนและหลังการดำเนินงานด้วยแบบบันทึกเดียวกัน",
    "น้ำตาลในกล้วยอบสม่ำเสมอขึ้น ต้นทุนพลังงานลดลง และสัดส่วนกล้วยที่เสียหายเหลือเพียงเล็กน้อย",
)


def dossier(pages: int) -> Document:
    """A fictional dossier that comes out at about that many pages: prose, lists, tables, references."""
    sentences = cycle(SENTENCES)
    sections = []
    for number in range(1, pages * 2 // 3 + 1):
        blocks: list[Block] = [paragraph(" ".join(islice(sentences, 9 + turn))) for turn in range(3)]
        blocks.append(paragraph("ดู ", EvidenceRef(1 + number % 50, 1)))
        blocks += parse_prose("\n".join(f"- {next(sentences)}" for _ in range(4)))
        if number % 4 == 0:
            rows = [[next(sentences), str(row), str(row * 2)] for row in range(8)]
            blocks.append(table([4, Column(1, "right"), Column(1, "right")], ["ตัวชี้วัด", "ก่อน", "หลัง"], rows, "ตัวชี้วัด"))
        sections.append(Section(1 if number % 5 == 1 else 2, str(number), next(sentences)[:60], tuple(blocks)))
    meta = Meta("แฟ้มผลงานสมมติ", "EnT-BENCH", "th", date(2026, 3, 10), running_head="ข้อมูลสมมติ", fictional=True)
    return Document(meta, Cover("องค์กรสมมติ", "ชุดเอกสาร", meta.title), tuple(sections))


def texts_of(document: Document) -> list[str]:
    """Every text of the tree that is set as running text."""
    found: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, dict):
            if value.get("kind") == "run":
                found.append(str(value["text"]))
            for one in value.values():
                walk(one)
        elif isinstance(value, list):
            for one in value:
                walk(one)

    walk(document.to_plain())
    return found


def floor(document: Document) -> int:
    """Breaks, shaping, compression; returns the characters gone through."""
    engine = ImageFont.Layout.RAQM if features.check("raqm") else ImageFont.Layout.BASIC
    font = ImageFont.truetype(ROOT / "portfolio/dossier/fonts/EnTSarabun-Regular.ttf", 12, layout_engine=engine)
    characters, widths = 0, bytearray()
    known: dict[str, float] = {}
    for text in texts_of(document):
        characters += len(text)
        for start, end in LineBreaker(text, "th").segments():
            piece = text[start:end]
            # Shaped once each: a typesetter may remember a word too.
            if piece not in known:
                known[piece] = font.getlength(piece)
            widths += piece.encode("utf-16-be") + int(known[piece] * 64).to_bytes(4, "big")
    zlib.compress(bytes(widths), 6)
    return characters


def processor_seconds(work: Callable[[], object]) -> float:
    """What the work took of the processor, in this process and in children that ended."""

    def spent() -> float:
        own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
        return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime

    before = spent()
    work()
    return spent() - before


def typesetting(folder: Path, pages: int) -> Path:
    """Print the table for one size; returns the default engine's PDF."""
    document = dossier(pages)
    characters = sum(len(text) for text in texts_of(document))
    base = processor_seconds(lambda: floor(document))
    engines: list[tuple[Format, str]] = [("pdf", "typst")]
    if shutil.which("wkhtmltopdf"):
        engines.append(("pdf", "pdfkit"))
    engines += [("docx", "docx"), ("html", "html")]
    print(f"\n{pages} pages asked for, {characters:,} characters; floor {base:.2f} s of processor time")
    print(f"{'engine':<22}{'pages':>6}{'cpu s':>9}{'wall s':>9}{'x floor':>9}{'x typst':>9}{'MB':>8}")
    first = 0.0
    for format_, engine in engines:
        out = folder / f"{pages}-{engine}.{format_}"
        made: list[Rendered] = []
        began = time.perf_counter()
        taken = processor_seconds(partial(one_run, document, format_, engine, out, made))
        wall = time.perf_counter() - began
        first = first or taken
        shown = str(made[0].pages or "-")
        print(
            f"{engine:<22}{shown:>6}{taken:>9.2f}{wall:>9.2f}{taken / base:>9.1f}{taken / first:>9.2f}"
            f"{made[0].size / 1e6:>8.2f}"
        )
    plain = processor_seconds(lambda: plain_typst(document, folder))
    print(f"{'typst, its segmenter':<22}{'':>6}{plain:>9.2f}{'':>9}{plain / base:>9.1f}{plain / first:>9.2f}")
    if shutil.which("soffice"):
        office = processor_seconds(lambda: by_office(folder / f"{pages}-docx.docx", folder))
        print(f"{'soffice from the DOCX':<22}{'':>6}{office:>9.2f}{'':>9}{office / base:>9.1f}{office / first:>9.2f}")
    return folder / f"{pages}-typst.pdf"


def one_run(document: Document, format_: Format, engine: str, out: Path, made: list[Rendered]) -> None:
    """Typeset once, and keep what came out."""
    limits = Limits(seconds=600, memory_mb=6144)
    made.append(render(document, format=format_, engine=engine, out=out, limits=limits))


def plain_typst(document: Document, folder: Path) -> None:
    """The same pages with Typst's own Thai segmenter and nothing done afterwards: what the marked breaks spare."""
    script = (
        "import sys, json, pathlib\n"
        "from portfolio.dossier import linebreaks\n"
        "from portfolio.dossier.document import from_json\n"
        "import portfolio.dossier.writers.typst as writer\n"
        "writer.mark_breaks = lambda text: text\n"
        "writer._SEGMENTER_LANGUAGE = 'th'\n"
        "writer.finish = lambda raw, out, language: 0\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "writer.write_pdf(from_json((folder / 'plain.json').read_text()), folder / 'plain.pdf', folder)\n"
    )
    work = folder / "plain"
    work.mkdir(exist_ok=True)
    (work / "plain.json").write_text(document.to_json(), encoding="utf-8")
    subprocess.run([sys.executable, "-c", script, str(work)], check=True, env={"PYTHONPATH": str(ROOT)})


def by_office(source: Path, folder: Path) -> None:
    """The DOCX made into a PDF by LibreOffice."""
    profile = f"-env:UserInstallation=file://{folder}/office"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder / "office-out")]
    subprocess.run([*command, str(source)], check=True, capture_output=True, timeout=600)


def binding(body: Path, folder: Path) -> None:
    """50 exhibits of 465 pages behind the body, beside bare concatenation."""
    exhibits = []
    for number in range(1, 51):
        path = folder / f"exhibit-{number}.pdf"
        count = 9 if number <= 35 else 10
        with pikepdf.open(body) as source, pikepdf.new() as pdf:
            # Without tags and links, which would drag the rest of the body along.
            for page in source.pages[number : number + count]:
                for key in ("/Annots", "/StructParents"):
                    if key in page:
                        del page[key]
            pdf.add_pages_from(source, range(number, number + count))
            pdf.save(path)
        exhibits.append(Exhibit(number, f"หลักฐานสมมติ {number}", path, "application/pdf"))

    def bare() -> None:
        with pikepdf.open(body) as pdf:
            sources = [pikepdf.open(exhibit.path) for exhibit in exhibits]
            for source in sources:
                pdf.add_pages_from(source)
            pdf.save(folder / "bare.pdf")

    base = processor_seconds(bare)
    bound = []
    taken = processor_seconds(lambda: bound.append(bind(body, exhibits, folder / "bound.pdf")))
    pages = bound[0].pages - bound[0].body_pages
    print(f"\nbinding {len(exhibits)} exhibits, {pages} pages: {taken:.2f} s; bare concatenation {base:.2f} s")
    print(f"x bare {taken / base:.2f}")


def copied_out(body: Path, document: Document) -> None:
    """How many paragraphs poppler gives back exactly."""
    if not shutil.which("pdftotext"):
        return
    clip = ["-x", "0", "-y", "70", "-W", "596", "-H", "708"]
    text = subprocess.run(["pdftotext", *clip, str(body), "-"], capture_output=True, text=True, check=True).stdout
    whole = re.sub(r"\s+", "", text)
    paragraphs = [one for block in blocks_of(document) for one in texts_in(block)]
    exact = sum(re.sub(r"\s+", "", one) in whole for one in paragraphs)
    print(f"\ncopied out exactly: {exact:,} of {len(paragraphs):,} paragraphs ({exact / len(paragraphs):.2%})")


def texts_in(block: Block) -> list[str]:
    """The paragraphs and list entries of a block."""
    if isinstance(block, Paragraph):
        return [plain_text(block.runs, "th")]
    return [plain_text(entry, "th") for entry in block.entries] if isinstance(block, BulletList) else []


def main() -> int:
    """Run all and print the tables."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        mark_breaks("อุ่นเครื่อง")
        typesetting(folder, 30)
        body = typesetting(folder, 300)
        copied_out(body, dossier(300))
        binding(body, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
