"""Imports of works.

Revision: 202611222108
Follows: 202611222107
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

KINDS = (
    "kind IN ('research', 'industry', 'teaching_development', 'public_policy', 'case_study', 'translation',"
    " 'reference_work', 'creative_science', 'creative_arts', 'patent', 'software', 'social', 'innovation',"
    " 'textbook', 'book', 'article')"
)

revision = "202611222108"
down_revision = "202611222107"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("started_by_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("format", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("stored_file_id", sa.Integer(), nullable=True),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("rule_set_id", sa.Integer(), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("failure", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("entry_count", sa.Integer(), nullable=False),
        sa.Column("refused_count", sa.Integer(), nullable=False),
        sa.Column("duplicate_count", sa.Integer(), nullable=False),
        sa.Column("added_count", sa.Integer(), nullable=False),
        sa.Column("merged_count", sa.Integer(), nullable=False),
        sa.Column("skipped_count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("source IN ('file', 'text', 'doi', 'orcid')", name=op.f("ck_import_batches_source_known")),
        sa.CheckConstraint(
            "format IN ('bibtex', 'ris', 'csl_json', 'orcid', 'csv')", name=op.f("ck_import_batches_format_known")
        ),
        sa.CheckConstraint(
            "state IN ('reading', 'ready', 'writing', 'written', 'failed')",
            name=op.f("ck_import_batches_state_known"),
        ),
        sa.CheckConstraint(
            "(state = 'written') = (written_at IS NOT NULL)", name=op.f("ck_import_batches_written_has_instant")
        ),
        sa.CheckConstraint(
            "(state = 'failed') = (failure IS NOT NULL)", name=op.f("ck_import_batches_failed_has_reason")
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["jobs.id"], name=op.f("fk_import_batches_job_id_jobs"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_import_batches_owner_id_users")),
        sa.ForeignKeyConstraint(
            ["rule_set_id"], ["rule_sets.id"], name=op.f("fk_import_batches_rule_set_id_rule_sets")
        ),
        sa.ForeignKeyConstraint(["started_by_id"], ["users.id"], name=op.f("fk_import_batches_started_by_id_users")),
        sa.ForeignKeyConstraint(
            ["stored_file_id"], ["stored_files.id"], name=op.f("fk_import_batches_stored_file_id_stored_files")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batches")),
    )
    for column in ("job_id", "rule_set_id", "started_by_id", "stored_file_id"):
        op.create_index(op.f(f"ix_import_batches_{column}"), "import_batches", [column])
    op.create_index("ix_import_batches_owner_id_created_at", "import_batches", ["owner_id", "created_at"])
    op.create_table(
        "import_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("reference", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("refusal", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=True),
        sa.Column("likeness", sa.String(length=40), nullable=True),
        sa.Column("twin_work_id", sa.Integer(), nullable=True),
        sa.Column("twin_position", sa.Integer(), nullable=True),
        sa.Column("choice", sa.String(length=40), nullable=True),
        sa.Column("theirs", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("work_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_import_entries_kind_known")),
        sa.CheckConstraint("likeness IN ('doi', 'title')", name=op.f("ck_import_entries_likeness_known")),
        sa.CheckConstraint("choice IN ('add', 'merge', 'skip')", name=op.f("ck_import_entries_choice_known")),
        sa.CheckConstraint("outcome IN ('added', 'merged', 'skipped')", name=op.f("ck_import_entries_outcome_known")),
        sa.CheckConstraint(
            "(reference IS NULL) <> (refusal IS NULL)", name=op.f("ck_import_entries_understood_or_refused")
        ),
        sa.CheckConstraint(
            "(reference IS NULL) = (choice IS NULL)", name=op.f("ck_import_entries_understood_has_choice")
        ),
        sa.CheckConstraint("line >= 0 AND position >= 1", name=op.f("ck_import_entries_place_in_file")),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["import_batches.id"],
            name=op.f("fk_import_entries_batch_id_import_batches"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["twin_work_id"], ["works.id"], name=op.f("fk_import_entries_twin_work_id_works"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_import_entries_work_id_works"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_entries")),
        sa.UniqueConstraint("batch_id", "position", name=op.f("uq_import_entries_batch_id_position")),
    )
    op.create_index(op.f("ix_import_entries_twin_work_id"), "import_entries", ["twin_work_id"])
    op.create_index(op.f("ix_import_entries_work_id"), "import_entries", ["work_id"])


def downgrade() -> None:
    op.drop_table("import_entries")
    op.drop_table("import_batches")
