"""Imports for tests."""

from __future__ import annotations

from portfolio.accounts.models import User
from portfolio.criteria.models import RuleSet
from portfolio.transfer.formats.recognising import read
from portfolio.transfer.models import ImportBatch, ImportSource
from portfolio.transfer.operations import open_batch, take_reading


def make_import(
    owner: User, rules: RuleSet, text: str = "@book{a, title={A book}}\n@book{b, title={Open\n"
) -> ImportBatch:
    """An import that was read and waits for its owner's word."""
    batch = open_batch(actor=owner, source=ImportSource.TEXT, rule_set=rules)
    take_reading(batch=batch, found=read(text.encode()))
    return batch
