"""Alembic's entry: the tables of both packages, in the transaction and with the settings of portfolio.core.migrate."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

import portfolio.app
import review.app
from portfolio.core.db import Base, UtcDateTime, Word

portfolio.app.load_models()
review.app.load_models()


def render_item(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Write our own types as what the database stores, so that an old migration needs none of today's code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Word):
        return "sa.String(length=40)"
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
    compare_type=True,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
