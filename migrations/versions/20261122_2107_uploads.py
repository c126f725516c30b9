"""Resumable uploads, versions, pages.

Revision: 202611222107
Follows: 202611222106
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

TYPES = "type IN ('DESC', 'OTHER', 'APPOINT', 'USECERT', 'MEDIA', 'RETURNS', 'SUPPORT')"
# Every file that an item has today is its first version.
FIRST_VERSIONS = """
    INSERT INTO evidence_versions
        (evidence_id, number, stored_file_id, origin, page_count, has_text_layer, made_by_id, made_at)
    SELECT item.id, 1, item.stored_file_id, 'added', item.page_count, item.has_text_layer, item.owner_id,
        file.created_at
    FROM evidence_items AS item JOIN stored_files AS file ON file.id = item.stored_file_id
"""

revision = "202611222107"
down_revision = "202611222106"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length > 0", name=op.f("ck_uploads_length_positive")),
        sa.CheckConstraint("received >= 0 AND received <= length", name=op.f("ck_uploads_received_within_length")),
        sa.CheckConstraint(
            "sha256 IS NULL OR (length(sha256) = 64 AND received = length)", name=op.f("ck_uploads_digest_of_all")
        ),
        sa.CheckConstraint("finished_at IS NULL OR received = length", name=op.f("ck_uploads_finished_whole")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_uploads_owner_id_users"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["sent_by_id"], ["users.id"], name=op.f("fk_uploads_sent_by_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
        sa.UniqueConstraint("key", name=op.f("uq_uploads_key")),
    )
    for column in ("owner_id", "sent_by_id", "expires_at"):
        op.create_index(op.f(f"ix_uploads_{column}"), "uploads", [column])
    op.create_table(
        "evidence_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("stored_file_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("page_count", sa.Integer(), nullable=True),
        sa.Column("has_text_layer", sa.Boolean(), nullable=True),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "origin IN ('added', 'replaced', 'restored', 'mended')", name=op.f("ck_evidence_versions_origin_known")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_evidence_versions_number_from_1")),
        sa.ForeignKeyConstraint(
            ["evidence_id"],
            ["evidence_items.id"],
            name=op.f("fk_evidence_versions_evidence_id_evidence_items"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["stored_file_id"], ["stored_files.id"], name=op.f("fk_evidence_versions_stored_file_id_stored_files")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["users.id"], name=op.f("fk_evidence_versions_made_by_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_versions")),
        sa.UniqueConstraint("evidence_id", "number", name=op.f("uq_evidence_versions_evidence_id_number")),
    )
    for column in ("stored_file_id", "made_by_id"):
        op.create_index(op.f(f"ix_evidence_versions_{column}"), "evidence_versions", [column])
    op.create_table(
        "file_reports",
        sa.Column("stored_file_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["stored_file_id"],
            ["stored_files.id"],
            name=op.f("fk_file_reports_stored_file_id_stored_files"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("stored_file_id", name=op.f("pk_file_reports")),
    )
    op.create_table(
        "evidence_uploads",
        sa.Column("upload_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("refusal", sa.String(length=40), nullable=True),
        sa.CheckConstraint(TYPES, name=op.f("ck_evidence_uploads_type_known")),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["uploads.id"], name=op.f("fk_evidence_uploads_upload_id_uploads"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_evidence_uploads_work_id_works"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"],
            ["evidence_items.id"],
            name=op.f("fk_evidence_uploads_replaces_id_evidence_items"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["evidence_items.id"],
            name=op.f("fk_evidence_uploads_item_id_evidence_items"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("upload_id", name=op.f("pk_evidence_uploads")),
    )
    for column in ("work_id", "replaces_id", "item_id"):
        op.create_index(op.f(f"ix_evidence_uploads_{column}"), "evidence_uploads", [column])
    op.create_table(
        "thumbnails",
        sa.Column("source_sha256", sa.String(length=64), nullable=False),
        sa.Column("picture_id", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["stored_files.id"], name=op.f("fk_thumbnails_picture_id_stored_files")
        ),
        sa.PrimaryKeyConstraint("source_sha256", name=op.f("pk_thumbnails")),
    )
    op.create_index(op.f("ix_thumbnails_picture_id"), "thumbnails", ["picture_id"])
    op.execute(FIRST_VERSIONS)


def downgrade() -> None:
    for table in ("thumbnails", "evidence_uploads", "file_reports", "evidence_versions", "uploads"):
        op.drop_table(table)
