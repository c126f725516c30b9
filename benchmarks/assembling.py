"""The pages an academic assembles on, with 1 work and with 200, in multiples of the page on privacy.

The 200 works are of all kinds, with texts, people, publications, indicators, missions and partners, 600 exhibits, and
one portfolio that holds them all. Times are medians of wall-clock milliseconds in one process, in turn with the bare
page, which stands in the same frame and asks who is there; the milliseconds belong to this machine, the multiples and
the queries are what to compare. `python benchmarks/assembling.py NAME` shows where one page spends its time.
"""

from __future__ import annotations

import cProfile
import gc
import os
import pstats
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.pages import client_of, counted, milliseconds  # noqa: E402 - the checkout comes first
from tests.builders.assembly import make_assembly  # noqa: E402

SIZES = (1, 200)
ROUNDS = 7
BARE = "/privacy"


def main() -> None:
    """Measure both sizes and print the table."""
    results = [measure(size) for size in SIZES]
    print(f"{'page':26} {'queries':>13} {'milliseconds':>17} {'× bare page':>16}")
    for name, small in results[0].items():
        large = results[1][name]
        (queries, more), (ms, longer), (times, larger) = zip(small, large, strict=True)
        print(
            f"{name:26} {queries:>5} → {more:<5} {ms:>7.1f} → {longer:<7.1f} {times:>7.1f} → {larger:<6.1f}",
            flush=True,
        )
    print(f"({SIZES[0]} → {SIZES[1]} works; {ROUNDS} rounds; SQLite; the bare page is {BARE})")


def measure(size: int) -> dict[str, tuple[int, float, float]]:
    """Queries, milliseconds and multiples of the bare page for every page, with so many works."""
    with prepared(size) as (app, client, pages):
        found = {}
        for name, address in pages.items():
            answer = client.get(address)
            if answer.status_code != 200:
                raise SystemExit(f"{name} ({address}) answers {answer.status_code}")
            with counted(app) as queries:
                client.get(address)
            ours, floor = [], []
            for _ in range(ROUNDS):
                ours.append(milliseconds(lambda address=address: client.get(address)))
                floor.append(milliseconds(lambda: client.get(BARE)))
            took = statistics.median(ours)
            found[name] = (len(queries), took, took / statistics.median(floor))
        return found


def profile(name: str) -> None:
    """Print where one page spends its time with many works, and its queries."""
    with prepared(SIZES[1]) as (app, client, pages):
        client.get(pages[name])
        with counted(app) as queries:
            client.get(pages[name])
        print(*queries, sep="\n")
        profiler = cProfile.Profile()
        profiler.runcall(client.get, pages[name])
        for order in ("cumulative", "tottime"):
            pstats.Stats(profiler).sort_stats(order).print_stats(50)


@contextmanager
def prepared(size: int) -> Iterator[tuple[Any, Any, dict[str, str]]]:
    """The application on a database of its own, a browser signed in, and the pages."""
    with tempfile.TemporaryDirectory(prefix="assembling-") as folder:
        os.environ.update(PORTFOLIO_VAR=folder, PORTFOLIO_SAMPLE_DATA="no")
        import run
        from portfolio.core import migrate
        from portfolio.core.db import engine_of

        app = run.create()
        with app.app_context():
            migrate.upgrade(engine_of(app))
        made = make_assembly(app, size)
        gc.collect()
        gc.freeze()  # as `serve` does
        yield app, client_of(app, made.owner), made.pages


if __name__ == "__main__":
    profile(sys.argv[1]) if sys.argv[1:] else main()
