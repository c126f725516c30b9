"""How a work was made known.

Revision: 202611230130
Follows: 202611222112
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611230130"
down_revision = "202611222112"
branch_labels = None
depends_on = None

TEXTS = ("title_th", "title_en", "place_th", "place_en", "audience_th", "audience_en")


def upgrade() -> None:
    op.create_table(
        "disseminations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(length=300), nullable=False) for name in TEXTS),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("begun_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("note_th", sa.Text(), nullable=False),
        sa.Column("note_en", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("way IN ('forum', 'visit', 'public', 'record')", name=op.f("ck_disseminations_way_known")),
        sa.CheckConstraint("people IS NULL OR people >= 0", name=op.f("ck_disseminations_people_from_0")),
        sa.CheckConstraint("begun_on IS NULL OR year IS NOT NULL", name=op.f("ck_disseminations_year_of_the_day")),
        sa.CheckConstraint(
            "ended_on IS NULL OR (begun_on IS NOT NULL AND ended_on >= begun_on)",
            name=op.f("ck_disseminations_ends_after_it_begins"),
        ),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_disseminations_work_id_works"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disseminations")),
    )
    op.create_index(op.f("ix_disseminations_work_id"), "disseminations", ["work_id"])
    op.create_table(
        "evidence_use_disseminations",
        sa.Column("use_id", sa.Integer(), nullable=False),
        sa.Column("dissemination_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["use_id"],
            ["evidence_uses.id"],
            name=op.f("fk_evidence_use_disseminations_use_id_evidence_uses"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["dissemination_id"],
            ["disseminations.id"],
            name=op.f("fk_evidence_use_disseminations_dissemination_id_disseminations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("use_id", "dissemination_id", name=op.f("pk_evidence_use_disseminations")),
    )
    op.create_index(
        op.f("ix_evidence_use_disseminations_dissemination_id"), "evidence_use_disseminations", ["dissemination_id"]
    )


def downgrade() -> None:
    op.drop_table("evidence_use_disseminations")
    op.drop_table("disseminations")
