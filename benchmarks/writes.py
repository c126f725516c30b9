"""Threads that read a number and write it back plus one: through `transaction()`, and through SQLite's defaults.

Counts lost updates and errors, and gives the time per update of ours as a multiple of the same updates by one thread.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

THREADS = 8
UPDATES = 50


def main() -> None:
    """Run the three ways and print what became of each update."""
    with tempfile.TemporaryDirectory(prefix="writes-") as folder:
        alone = ours(Path(folder) / "alone", threads=1, updates=THREADS * UPDATES)
        together = ours(Path(folder) / "together", threads=THREADS, updates=UPDATES)
        default = plain(Path(folder) / "default.db")
    wanted = THREADS * UPDATES
    print(f"{'way':34} {'kept':>5} {'lost':>5} {'errors':>7} {'ms each':>8}")
    for name, (kept, errors, seconds) in (
        ("transaction(), 1 thread", alone),
        (f"transaction(), {THREADS} threads", together),
        (f"driver's defaults, {THREADS} threads", default),
    ):
        print(f"{name:34} {kept:>5} {wanted - kept - errors:>5} {errors:>7} {seconds / wanted * 1000:>8.2f}")
    print(f"{THREADS} threads take {together[2] / alone[2]:.2f} times as long as one for the same {wanted} updates")
    if together[0] != wanted:
        raise SystemExit("an update was lost")


def ours(folder: Path, *, threads: int, updates: int) -> tuple[int, int, float]:
    """The version of one call's row, raised in transactions of the application."""
    os.environ.update(PORTFOLIO_VAR=str(folder), PORTFOLIO_SAMPLE_DATA="no")
    import run
    from portfolio.core import migrate
    from portfolio.core.db import engine_of, session, transaction
    from portfolio.organizations.models import Organization, OrganizationKind

    app = run.create()
    with app.app_context():
        migrate.upgrade(engine_of(app))
        with transaction():
            session.add(Organization(id=1, kind=OrganizationKind.UNIVERSITY, code="U1", name_th="0", name_en="Counter"))

    def work() -> None:
        with app.app_context():
            for _ in range(updates):
                with transaction():
                    row = session.get_one(Organization, 1)
                    row.name_th = str(int(row.name_th) + 1)

    seconds, errors = _together(work, threads)
    with app.app_context():
        kept = int(session.get_one(Organization, 1).name_th)
    return kept, errors, seconds


def plain(path: Path) -> tuple[int, int, float]:
    """The same with the driver as it comes: read, then write, then commit."""
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE counter (value INTEGER)")
        connection.execute("INSERT INTO counter VALUES (0)")
    errors = [0]
    lock = threading.Lock()

    def work() -> None:
        connection = sqlite3.connect(path, timeout=15)
        for _ in range(UPDATES):
            try:
                (value,) = connection.execute("SELECT value FROM counter").fetchone()
                connection.execute("UPDATE counter SET value = ?", (value + 1,))
                connection.commit()
            except sqlite3.OperationalError:
                connection.rollback()
                with lock:
                    errors[0] += 1
        connection.close()

    seconds, _ = _together(work, THREADS)
    with sqlite3.connect(path) as connection:
        (kept,) = connection.execute("SELECT value FROM counter").fetchone()
    return kept, errors[0], seconds


def _together(work: Callable[[], None], threads: int) -> tuple[float, int]:
    failures: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except Exception as error:
            failures.append(error)

    crew = [threading.Thread(target=guarded) for _ in range(threads)]
    began = time.perf_counter()
    for one in crew:
        one.start()
    for one in crew:
        one.join()
    return time.perf_counter() - began, len(failures)


if __name__ == "__main__":
    main()
