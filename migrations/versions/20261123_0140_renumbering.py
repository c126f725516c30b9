"""References that follow exhibits to other numbers.

Revision: 202611230140
Follows: 202611230130
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611230140"
down_revision = "202611230130"
branch_labels = None
depends_on = None

TEXTS = ("work_sections", "work_section_versions")
KNOWN = "origin IN ('written', 'renumbered')"


def upgrade() -> None:
    for name in TEXTS:
        with op.batch_alter_table(name) as texts:
            texts.add_column(sa.Column("origin", sa.String(length=40), nullable=False, server_default="written"))
        with op.batch_alter_table(name) as texts:
            texts.alter_column("origin", server_default=None)
            texts.create_check_constraint(op.f(f"ck_{name}_origin_known"), KNOWN)
    op.create_table(
        "section_renumberings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.Column("section_version", sa.Integer(), nullable=False),
        sa.Column("numbers", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["section_id"],
            ["work_sections.id"],
            name=op.f("fk_section_renumberings_section_id_work_sections"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section_renumberings")),
    )
    op.create_index(op.f("ix_section_renumberings_section_id"), "section_renumberings", ["section_id"])


def downgrade() -> None:
    op.drop_table("section_renumberings")
    for name in TEXTS:
        with op.batch_alter_table(name) as texts:
            texts.drop_constraint(op.f(f"ck_{name}_origin_known"), type_="check")
            texts.drop_column("origin")
