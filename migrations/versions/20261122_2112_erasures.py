"""Copies of a person's data.

Revision: 202611222112
Follows: 202611222111
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611222112"
down_revision = "202611222111"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "personal_copies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("stored_file_id", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_personal_copies_owner_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name=op.f("fk_personal_copies_job_id_jobs"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["stored_file_id"], ["stored_files.id"], name=op.f("fk_personal_copies_stored_file_id_stored_files")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_copies")),
    )
    op.create_index(op.f("ix_personal_copies_owner_id"), "personal_copies", ["owner_id"])
    op.create_index(op.f("ix_personal_copies_asked_at"), "personal_copies", ["asked_at"])


def downgrade() -> None:
    op.drop_table("personal_copies")
