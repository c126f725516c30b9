"""`run.py export-portfolio` and `run.py import-portfolio`: the same package as from the page."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from flask import Flask

from portfolio.accounts.queries import by_email
from portfolio.core.db import read_at_one_moment, session, transaction
from portfolio.core.hooks import Command, Hooks
from portfolio.core.storage.bag import BagError, open_bag
from portfolio.evidence.operations import queue_missing_previews
from portfolio.portfolios.models import Portfolio
from portfolio.transfer.packages.reading import put_back, take_in_files, understand
from portfolio.transfer.packages.tasks import NOTE, most_bytes
from portfolio.transfer.packages.vocabulary import PLAIN_REASONS, PackageError
from portfolio.transfer.packages.writing import gather, write_package


def _export_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "portfolio", type=int, metavar="PORTFOLIO", help="id of a portfolio, as `list portfolios` gives it"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.zip")


def export_portfolio(_app: Flask, words: argparse.Namespace) -> int:
    """Write the whole portfolio, files included, into one file: whole or not at all."""
    read_at_one_moment()
    portfolio = session.get(Portfolio, words.portfolio)
    if portfolio is None:
        return _refuse(f"there is no portfolio {words.portfolio}")
    try:
        content = gather(portfolio)
        session.rollback()
        digest = write_package(content, words.out.absolute(), name=f"portfolio-{words.portfolio}", note=NOTE)
    except OSError as error:
        return _refuse(f"{words.out} cannot be written: {error.strerror}")
    except PackageError as error:
        return _refuse(f"{error.path}: {PLAIN_REASONS[error.code]}")
    sys.stdout.write(f"{digest} {words.out}\n")
    return 0


def _import_words(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE.zip")
    parser.add_argument("--owner", required=True, metavar="EMAIL", help="address of the account that gets it")


def import_portfolio(_app: Flask, words: argparse.Namespace) -> int:
    """Take a package in for an account: all of it, or nothing and the place that is wrong."""
    owner = by_email(words.owner.strip().lower())
    if owner is None:
        return _refuse(f"there is no account {words.owner}")
    session.rollback()
    try:
        with open_bag(words.file, most_bytes=most_bytes()) as bag:
            package = understand(bag)
            session.rollback()
            intakes = take_in_files(package, bag)
        with transaction():
            owner = by_email(words.owner.strip().lower())
            assert owner is not None
            portfolio_id = put_back(package, intakes, owner=owner)
            queue_missing_previews(actor=owner)
    except FileNotFoundError:
        return _refuse(f"there is no file {words.file}")
    except OSError as error:
        return _refuse(f"{words.file} cannot be read: {error.strerror}")
    except (BagError, PackageError) as error:
        detail = error.detail if isinstance(error, PackageError) else ""
        said = f"{PLAIN_REASONS.get(error.code, error.code)}{f' ({detail})' if detail else ''}"
        return _refuse(f"{error.path}: {said}" if error.path else f"{words.file}: {said}")
    sys.stdout.write(f"{portfolio_id}\n")
    return 0


def register(hooks: Hooks) -> None:
    """Add the verbs."""
    hooks.command(
        "export-portfolio", Command("write a whole portfolio into one file (BagIt)", export_portfolio, _export_words)
    )
    hooks.command("import-portfolio", Command("take such a file in", import_portfolio, _import_words))


def _refuse(reason: str) -> int:
    sys.stderr.write(f"run.py: {reason}\n")
    return 1
