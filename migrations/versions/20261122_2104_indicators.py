"""Follow-ups, and missions joined.

Revision: 202611222104
Follows: 202611222103
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611222104"
down_revision = "202611222103"
branch_labels = None
depends_on = None

SAID = ("method_th", "method_en", "attribution_th", "attribution_en", "other_causes_th", "other_causes_en")
MISSIONS = "mission IN ('teaching', 'research', 'academic_service', 'arts_culture')"


def upgrade() -> None:
    with op.batch_alter_table("criteria") as criteria:
        for name in ("required_types", "heading_codes"):
            criteria.add_column(sa.Column(name, sa.String(length=300), nullable=False, server_default=""))
    with op.batch_alter_table("criteria") as criteria:
        for name in ("required_types", "heading_codes"):
            criteria.alter_column(name, server_default=None)
    with op.batch_alter_table("change_records") as records:
        records.add_column(sa.Column("direction", sa.String(length=40), nullable=True))
        for name in SAID:
            records.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
        records.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        records.create_check_constraint(op.f("ck_change_records_direction_known"), "direction IN ('more', 'less')")
    with op.batch_alter_table("change_records") as records:
        for name in (*SAID, "version"):
            records.alter_column(name, server_default=None)
    op.create_table(
        "follow_ups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("measured_on", sa.Date(), nullable=True),
        sa.Column("value", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("measured_by", sa.String(length=40), nullable=True),
        sa.Column("measurer_name", sa.String(length=200), nullable=False),
        sa.Column("note_th", sa.Text(), nullable=False),
        sa.Column("note_en", sa.Text(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_for", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "measured_by IN ('university', 'partner', 'third_party')", name=op.f("ck_follow_ups_measured_by_known")
        ),
        sa.CheckConstraint(
            "measured_on IS NOT NULL OR due_on IS NOT NULL", name=op.f("ck_follow_ups_planned_or_measured")
        ),
        sa.CheckConstraint(
            "(measured_on IS NULL AND value IS NULL AND measured_by IS NULL)"
            " OR (measured_on IS NOT NULL AND value IS NOT NULL AND measured_by IS NOT NULL)",
            name=op.f("ck_follow_ups_measured_whole"),
        ),
        sa.CheckConstraint(
            "cancelled_at IS NULL OR measured_on IS NULL", name=op.f("ck_follow_ups_cancelled_or_measured")
        ),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["change_records.id"],
            name=op.f("fk_follow_ups_record_id_change_records"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
    )
    op.create_index(op.f("ix_follow_ups_record_id"), "follow_ups", ["record_id"])
    op.create_index(op.f("ix_follow_ups_due_on"), "follow_ups", ["due_on"])
    op.create_table(
        "mission_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("mission", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("title_th", sa.String(length=300), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=False),
        sa.Column("term", sa.String(length=40), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("partner_th", sa.String(length=300), nullable=False),
        sa.Column("partner_en", sa.String(length=300), nullable=False),
        sa.Column("outcome_th", sa.Text(), nullable=False),
        sa.Column("outcome_en", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(MISSIONS, name=op.f("ck_mission_entries_mission_known")),
        sa.CheckConstraint(
            "term IN ('first', 'second', 'summer', 'whole_year')", name=op.f("ck_mission_entries_term_known")
        ),
        sa.CheckConstraint("people IS NULL OR people >= 0", name=op.f("ck_mission_entries_people_from_0")),
        sa.CheckConstraint("term IS NULL OR mission = 'teaching'", name=op.f("ck_mission_entries_term_of_teaching")),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_mission_entries_work_id_works"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mission_entries")),
    )
    op.create_index(op.f("ix_mission_entries_work_id"), "mission_entries", ["work_id"])
    op.create_table(
        "evidence_use_missions",
        sa.Column("use_id", sa.Integer(), nullable=False),
        sa.Column("mission_entry_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["use_id"],
            ["evidence_uses.id"],
            name=op.f("fk_evidence_use_missions_use_id_evidence_uses"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["mission_entry_id"],
            ["mission_entries.id"],
            name=op.f("fk_evidence_use_missions_mission_entry_id_mission_entries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("use_id", "mission_entry_id", name=op.f("pk_evidence_use_missions")),
    )
    op.create_index(op.f("ix_evidence_use_missions_mission_entry_id"), "evidence_use_missions", ["mission_entry_id"])


def downgrade() -> None:
    op.drop_table("evidence_use_missions")
    op.drop_table("mission_entries")
    op.drop_table("follow_ups")
    with op.batch_alter_table("change_records") as records:
        records.drop_constraint(op.f("ck_change_records_direction_known"), type_="check")
        for name in ("direction", *SAID, "version"):
            records.drop_column(name)
    with op.batch_alter_table("criteria") as criteria:
        for name in ("required_types", "heading_codes"):
            criteria.drop_column(name)
