"""Reading bibliographies: entries per second beside the bare library's own parse of the same text, in one run.

BibTeX's floor is bibtexparser finding the entries and nothing else; RIS's is rispy's own reader; CSL-JSON's is the
standard library's parser; a table's is its csv module. What we add to that is names, LaTeX, dates, identifiers,
inheritance and a reason for what is refused. A second size shows that the cost grows with the entries and no faster.
"""

from __future__ import annotations

import csv
import io
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import rispy  # noqa: E402 - the checkout comes first
from bibtexparser.entrypoint import parse_string  # noqa: E402

from portfolio.transfer.formats import recognising  # noqa: E402
from portfolio.transfer.formats.reading import FileFormat  # noqa: E402
from portfolio.transfer.formats.recognising import WRITERS  # noqa: E402
from portfolio.transfer.matching import Index, known  # noqa: E402
from portfolio.works.bibliography.reference import AuthorName, PublicationForm, Reference  # noqa: E402

SMALL, LARGE = 1_000, 8_000
FLOORS: dict[FileFormat, tuple[str, Callable[[str], object]]] = {
    FileFormat.BIBTEX: ("bibtexparser, blocks only", lambda text: parse_string(text, parse_stack=[])),
    FileFormat.RIS: ("rispy", rispy.loads),
    FileFormat.CSL_JSON: ("json", json.loads),
    FileFormat.CSV: ("csv", lambda text: list(csv.reader(io.StringIO(text)))),
}


def references(count: int) -> list[Reference]:
    """Articles such as a faculty member has, every one different."""
    return [
        Reference(
            form=PublicationForm.JOURNAL_ARTICLE,
            title=f"การจัดการน้ำชุมชนอย่างมีส่วนร่วม กรณีที่ {number}: a study of {number} & others",
            authors=(AuthorName("ใจดี", "สมชาย"), AuthorName("Müller", "Jörg"), AuthorName("van der Berg", "Jan")),
            year=1990 + number % 35,
            month=1 + number % 12,
            container_title="วารสารสมมติเพื่อการทดสอบ",
            volume=str(number % 40 + 1),
            issue=str(number % 4 + 1),
            pages=f"{number}-{number + 12}",
            doi=f"10.5555/test.{number}",
            abstract="บทคัดย่อของบทความที่สมมติขึ้นสำหรับการวัด " * 6,
            key=f"key{number}",
        )
        for number in range(count)
    ]


def seconds(act: Callable[[], object]) -> float:
    """Processor seconds, the best of three."""
    best = float("inf")
    for _attempt in range(3):
        start = time.process_time()
        act()
        best = min(best, time.process_time() - start)
    return best


def recognise(found: list[Reference]) -> int:
    """Look every entry up among those before it."""
    index: Index[int] = Index()
    twins = 0
    for number, reference in enumerate(found):
        facts = known(reference)
        twins += index.find(facts) is not None
        index.add(number, facts)
    return twins


def main() -> None:
    """Print the table."""
    print(f"{'format':<10}{'entries':>9}{'per second':>12}{'ratio to floor':>16}   floor")
    for kind, (name, floor) in FLOORS.items():
        cost = {}
        for count in (SMALL, LARGE):
            text = WRITERS[kind](references(count))
            content = text.encode()
            cost[count] = seconds(lambda content=content: recognising.read(content))
            bare = seconds(lambda text=text, floor=floor: floor(text))
            print(f"{kind:<10}{count:>9,}{count / cost[count]:>12,.0f}{cost[count] / bare:>15.1f}x   {name}")
        growth = cost[LARGE] / cost[SMALL] / (LARGE / SMALL)
        print(f"{'':<10}cost per entry at {LARGE:,} to that at {SMALL:,}: {growth:.2f}")
    small, large = (references(count) for count in (SMALL, LARGE))
    growth = seconds(lambda: recognise(large)) / seconds(lambda: recognise(small)) / (LARGE / SMALL)
    print(f"recognising duplicates, cost per entry at {LARGE:,} to that at {SMALL:,}: {growth:.2f}")


if __name__ == "__main__":
    main()
