"""Texts and their versions: who saved the present one, examples under headings, and headings brought together.

Revision: 202611222103
Follows: 202611222102
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611222103"
down_revision = "202611222102"
branch_labels = None
depends_on = None

EXAMPLES = ("example_th", "example_en")


def upgrade() -> None:
    with op.batch_alter_table("work_sections") as sections:
        sections.add_column(sa.Column("saved_by_id", sa.Integer(), nullable=True))
        sections.create_foreign_key(op.f("fk_work_sections_saved_by_id_users"), "users", ["saved_by_id"], ["id"])
    with op.batch_alter_table("rule_headings") as headings:
        for name in EXAMPLES:
            headings.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("rule_headings") as headings:
        for name in EXAMPLES:
            headings.alter_column(name, server_default=None)
    op.create_table(
        "rule_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_set_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label_th", sa.String(length=300), nullable=False),
        sa.Column("label_en", sa.String(length=300), nullable=False),
        sa.Column("heading_codes", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["rule_set_id"], ["rule_sets.id"], name=op.f("fk_rule_groups_rule_set_id_rule_sets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_groups")),
        sa.UniqueConstraint("rule_set_id", "number", name=op.f("uq_rule_groups_rule_set_id_number")),
    )


def downgrade() -> None:
    op.drop_table("rule_groups")
    with op.batch_alter_table("rule_headings") as headings:
        for name in EXAMPLES:
            headings.drop_column(name)
    with op.batch_alter_table("work_sections") as sections:
        sections.drop_constraint(op.f("fk_work_sections_saved_by_id_users"), type_="foreignkey")
        sections.drop_column("saved_by_id")
