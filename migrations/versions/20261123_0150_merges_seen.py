"""What a work said when somebody chose how an entry of an import completes it.

Revision: 202611230150
Follows: 202611230140
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611230150"
down_revision = "202611230140"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("import_entries") as entries:
        entries.add_column(sa.Column("seen", sa.String(length=64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("import_entries") as entries:
        entries.drop_column("seen")
