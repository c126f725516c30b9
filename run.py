#!/usr/bin/env python3
"""The one command of EnT Portfolio: prepares .venv, then runs a verb (`python run.py --help` lists them)."""

# Only old syntax and old imports stand outside the functions, so that an old Python gets as far as being told.
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

ROOT = os.path.dirname(os.path.abspath(__file__))
OLDEST = (3, 11)


def refusal_of(version: "tuple[int, ...]", system: str) -> str:
    """Return why the program cannot run on this Python or system; empty when it can."""
    if version < OLDEST:
        wanted, found = (".".join(str(part) for part in parts[:2]) for parts in (OLDEST, version))
        return "Python {} or newer is needed; this is Python {}".format(wanted, found)
    if system != "posix":
        return "Linux or macOS is needed; on Windows, start it inside WSL"
    return ""


def create() -> "Flask":
    """Make the whole application, for a WSGI server: `gunicorn "run:create()"`."""
    import portfolio.app
    import review.app

    app = portfolio.app.create_app()
    review.app.init_app(app)
    return app


def requirement_sets(verb: str, environ: "Mapping[str, str]") -> "list[str]":
    """Return the locked requirement files that this start needs."""
    if verb == "test":
        return ["requirements.txt", "requirements-test.txt"]
    if environ.get("PORTFOLIO_DATABASE_URL", "").startswith("postgres"):
        return ["requirements.txt", "requirements-scale.txt"]
    return ["requirements.txt"]


def words_for_pytest(words: "list[str]") -> "list[str]":
    """Return what pytest is told: the whole suite runs on all cores, a chosen part in one process."""
    if words in ([], ["--all"]):
        return ["-n", str(min(os.cpu_count() or 1, 8)), *words]
    return words


def main(words: "list[str]") -> int:
    """Prepare, enter .venv, and run the verb. Returns the exit code."""
    reason = refusal_of(sys.version_info[:2], os.name)
    if reason:
        return refuse(reason)
    from pathlib import Path

    from portfolio.core.bootstrap import environment, parent
    from portfolio.core.bootstrap.errors import PreparationError

    if words[:1] == ["--bound-to"]:  # how `serve` starts its worker
        parent.end_with(int(words[1]))
        words = words[2:]
    root = Path(ROOT)
    verb = words[0] if words else ""
    try:
        python = str(environment.prepare(root, requirement_sets(verb, os.environ)))
    except PreparationError as error:
        return refuse(str(error))
    except KeyboardInterrupt:
        return refuse("stopped; start again to go on")
    if verb == "test":
        os.chdir(ROOT)
        os.execv(python, [python, "-m", "pytest", *words_for_pytest(words[1:])])  # noqa: S606 - in its own .venv
    if not environment.is_inside(root):
        os.execv(python, [python, os.path.join(ROOT, "run.py"), *words])  # noqa: S606 - likewise

    from portfolio.config import ConfigurationError
    from portfolio.core import verbs

    try:
        return verbs.run(create(), words)
    except ConfigurationError as error:
        return refuse(str(error))
    except KeyboardInterrupt:
        return refuse("stopped")


def refuse(reason: str) -> int:
    """Say it in one line and return the exit code for it."""
    sys.stderr.write("run.py: {}\n".format(reason))
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
