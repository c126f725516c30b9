"""The child process that typesets or binds: limits itself first, then reads one request and writes one file.

Called by process.run_child() as: python -m portfolio.dossier.writers.child TASK FOLDER OUT LIMITS
"""

from __future__ import annotations

import json
import resource
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from portfolio.dossier.document import DocumentError, from_json
from portfolio.dossier.exhibits import Exhibit, ExhibitError
from portfolio.dossier.writers.engines import OutOfMemory, TypesettingError


def main(arguments: list[str]) -> int:
    """Do one task and leave report.json in the folder: what came out, or the error."""
    task, folder, out, limits = arguments
    _limit(*json.loads(limits))
    work = Path(folder)
    try:
        report = _bind(work, Path(out)) if task == "bind" else _typeset(task, work, Path(out))
    except MemoryError:
        return _failed(work, OutOfMemory("Typesetting needed more memory than it may take."))
    except ExhibitError as error:
        return _failed(work, error, exhibit=[error.number, error.title, error.reason])
    except TypesettingError as error:
        return _failed(work, error)
    except DocumentError as error:
        return _failed(work, TypesettingError(str(error)))
    (work / "report.json").write_text(json.dumps(report), encoding="utf-8")
    return 0


def _limit(seconds: float, memory_mb: int, file_mb: int) -> None:
    memory, size = memory_mb << 20, file_mb << 20
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Processor time counts all threads, so twice the wall clock's limit is the backstop.
    spent = int(2 * seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (spent, spent + 2))


def _typeset(engine: str, work: Path, out: Path) -> dict[str, Any]:
    document = from_json((work / "document.json").read_text(encoding="utf-8"))
    # Each engine is imported only where it is wanted: one that is missing must not stop the others.
    if engine == "typst":
        from portfolio.dossier.writers.typst import write_pdf

        made = write_pdf(document, out, work)
        return {"pages": made.pages, "notes": made.notes}
    if engine == "pdfkit":
        from portfolio.dossier.writers.wkhtmltopdf import write_pdf as write_with_webkit

        return {"pages": write_with_webkit(document, out, work), "notes": []}
    if engine == "docx":
        from portfolio.dossier.writers.docx import write_docx

        write_docx(document, out)
        return {"pages": None, "notes": []}
    if engine == "html":
        from portfolio.dossier.writers.html import to_html

        out.write_text(to_html(document, standalone=True), encoding="utf-8")
        return {"pages": None, "notes": []}
    raise TypesettingError(f"unknown engine {engine!r}")


def _bind(work: Path, out: Path) -> dict[str, Any]:
    from portfolio.dossier.binding import bind

    request = json.loads((work / "request.json").read_text(encoding="utf-8"))
    exhibits = [Exhibit(**one | {"path": Path(one["path"])}) for one in request["exhibits"]]
    bound = bind(Path(request["body"]), exhibits, out, language=request["language"], thai_digits=request["thai_digits"])
    return asdict(bound)


def _failed(work: Path, error: Exception, **more: Any) -> int:
    report = {"error": type(error).__name__, "message": str(error), **more}
    (work / "report.json").write_text(json.dumps(report), encoding="utf-8")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
