"""Packages of whole portfolios.

Revision: 202611222111
Follows: 202611222110
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611222111"
down_revision = "202611222110"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "package_transfers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("portfolio_id", sa.Integer(), nullable=True),
        sa.Column("stored_file_id", sa.Integer(), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("detail", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("direction IN ('export', 'import')", name=op.f("ck_package_transfers_direction_known")),
        sa.CheckConstraint("state IN ('waiting', 'done', 'refused')", name=op.f("ck_package_transfers_state_known")),
        sa.CheckConstraint("(state = 'refused') = (code <> '')", name=op.f("ck_package_transfers_refused_says_why")),
        sa.CheckConstraint(
            "direction = 'import' OR portfolio_id IS NOT NULL", name=op.f("ck_package_transfers_export_of_something")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_package_transfers_owner_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolios.id"], name=op.f("fk_package_transfers_portfolio_id_portfolios")
        ),
        sa.ForeignKeyConstraint(
            ["stored_file_id"], ["stored_files.id"], name=op.f("fk_package_transfers_stored_file_id_stored_files")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_package_transfers_job_id_jobs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package_transfers")),
    )
    op.create_index(op.f("ix_package_transfers_owner_id"), "package_transfers", ["owner_id"])
    op.create_index(op.f("ix_package_transfers_created_at"), "package_transfers", ["created_at"])


def downgrade() -> None:
    op.drop_table("package_transfers")
