"""Self-assessment, and the mode and method of an application.

Revision: 202611222110
Follows: 202611222109
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611222110"
down_revision = "202611222109"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("portfolios") as portfolios:
        portfolios.add_column(sa.Column("mode", sa.String(length=40), nullable=True))
        portfolios.add_column(sa.Column("method", sa.String(length=40), nullable=True))
        portfolios.create_check_constraint(op.f("ck_portfolios_mode_known"), "mode IN ('normal', 'special')")
        portfolios.create_check_constraint(op.f("ck_portfolios_method_known"), "method IN ('1', '2', '3')")
    op.create_table(
        "self_assessments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("criteria_set_code", sa.String(length=60), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_self_assessments_work_id_works"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_self_assessments")),
        sa.UniqueConstraint("work_id", "criteria_set_code", name=op.f("uq_self_assessments_work_id_criteria_set_code")),
    )
    op.create_table(
        "self_scores",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("self_assessment_id", sa.Integer(), nullable=False),
        sa.Column("criterion_code", sa.String(length=20), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("level IS NULL OR level BETWEEN 0 AND 5", name=op.f("ck_self_scores_level_0_to_5")),
        sa.ForeignKeyConstraint(
            ["self_assessment_id"],
            ["self_assessments.id"],
            name=op.f("fk_self_scores_self_assessment_id_self_assessments"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_self_scores")),
        sa.UniqueConstraint(
            "self_assessment_id",
            "criterion_code",
            name=op.f("uq_self_scores_self_assessment_id_criterion_code"),
        ),
    )


def downgrade() -> None:
    op.drop_table("self_scores")
    op.drop_table("self_assessments")
    with op.batch_alter_table("portfolios") as portfolios:
        portfolios.drop_constraint(op.f("ck_portfolios_method_known"), type_="check")
        portfolios.drop_constraint(op.f("ck_portfolios_mode_known"), type_="check")
        portfolios.drop_column("method")
        portfolios.drop_column("mode")
