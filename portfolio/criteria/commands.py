"""What every installation needs of criteria: the sets that this release brings."""

from __future__ import annotations

from portfolio.core.db import transaction
from portfolio.core.hooks import Hooks
from portfolio.criteria import operations, queries
from portfolio.criteria.schemas import read_files


def seed() -> None:
    """Publish what is new. Looks first, so that an ordinary start takes no write lock."""
    if not all(queries.is_known(content) for content in read_files()):
        with transaction():
            operations.load_published_data()


def register(hooks: Hooks) -> None:
    """Run after every migration."""
    hooks.seed.append(seed)
