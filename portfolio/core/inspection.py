"""The verbs of whoever develops or operates the service: which routes there are, and how fast it is."""

from __future__ import annotations

import argparse
import subprocess
import sys

from flask import Flask

from portfolio.config import ROOT
from portfolio.core.hooks import Command, Hooks
from portfolio.core.permissions import Guard

BENCHMARKS = ROOT / "benchmarks"


def routes(app: Flask, _words: argparse.Namespace) -> int:
    """Print every route with its methods and the permission it asks for."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        guard = getattr(app.view_functions[rule.endpoint], "guard", Guard("framework", loads=False))
        methods = ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        sys.stdout.write(f"{methods:9} {rule.rule:75} {guard.permission}\n")
    return 0


def bench(_app: Flask, words: argparse.Namespace) -> int:
    """Run one benchmark, or all of them, each in a process of its own."""
    known = sorted(path.stem for path in BENCHMARKS.glob("[!_]*.py"))
    if words.name is not None and words.name not in known:
        sys.stderr.write(f"run.py: there is no benchmark {words.name!r}; known: {', '.join(known)}\n")
        return 1
    for name in known if words.name is None else [words.name]:
        sys.stdout.write(f"== {name}\n")
        sys.stdout.flush()
        done = subprocess.run([sys.executable, str(BENCHMARKS / f"{name}.py")], check=False)  # noqa: S603 - our own file
        if done.returncode:
            return done.returncode
    return 0


def _bench_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="one file of benchmarks/, without its ending")


def register(hooks: Hooks) -> None:
    """Add the verbs. Neither needs a database of its own."""
    hooks.command("routes", Command("list every route and its permission", routes, schema=False))
    hooks.command("bench", Command("measure, beside a floor or a peer", bench, _bench_arguments, schema=False))
