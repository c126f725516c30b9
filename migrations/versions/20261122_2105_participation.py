"""Forms of co-authors.

Revision: 202611222105
Follows: 202611222104
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611222105"
down_revision = "202611222104"
branch_labels = None
depends_on = None

VARIANTS = "variant IN ('general', 'social', 'roles')"
OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "participation_forms",
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("variant", sa.String(length=40), nullable=False),
        sa.CheckConstraint(VARIANTS, name=op.f("ck_participation_forms_variant_known")),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_participation_forms_work_id_works"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("work_id", name=op.f("pk_participation_forms")),
    )
    op.create_table(
        "participation_duties",
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("variant", sa.String(length=40), nullable=False),
        sa.Column("row", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint(VARIANTS, name=op.f("ck_participation_duties_variant_known")),
        sa.CheckConstraint(
            "row IN ('a', 'b', 'c', 'd', 'e', 'f', 'g')", name=op.f("ck_participation_duties_row_known")
        ),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_participation_duties_contribution_id_contributions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contribution_id", "variant", "row", name=op.f("pk_participation_duties")),
    )
    op.create_table(
        "participation_transfers",
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("row IN ('a', 'b', 'c', 'd', 'e', 'f')", name=op.f("ck_participation_transfers_row_known")),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_participation_transfers_work_id_works"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("work_id", "row", name=op.f("pk_participation_transfers")),
    )
    op.create_table(
        "participation_contacts",
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("language IN ('th', 'en')", name=op.f("ck_participation_contacts_language_known")),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_participation_contacts_contribution_id_contributions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_participation_contacts_user_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("contribution_id", name=op.f("pk_participation_contacts")),
    )
    op.create_index(op.f("ix_participation_contacts_user_id"), "participation_contacts", ["user_id"])
    op.create_table(
        "signing_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("text_digest", sa.String(length=64), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closing", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "closing IN ('signed', 'answered', 'replaced', 'revoked')", name=op.f("ck_signing_requests_closing_known")
        ),
        sa.CheckConstraint("length(text_digest) = 64", name=op.f("ck_signing_requests_digest_is_hex")),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closing IS NULL)", name=op.f("ck_signing_requests_closed_for_a_reason")
        ),
        sa.CheckConstraint("reminders BETWEEN 0 AND 3", name=op.f("ck_signing_requests_three_reminders")),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_signing_requests_contribution_id_contributions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_signing_requests_asked_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_requests")),
    )
    op.create_index(op.f("ix_signing_requests_contribution_id"), "signing_requests", ["contribution_id"])
    op.create_index(op.f("ix_signing_requests_expires_at"), "signing_requests", ["expires_at"])
    op.create_index(
        "uq_signing_requests_open",
        "signing_requests",
        ["contribution_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_table(
        "signing_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["signing_requests.id"],
            name=op.f("fk_signing_links_request_id_signing_requests"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_signing_links_token_hash")),
    )
    op.create_index(op.f("ix_signing_links_request_id"), "signing_links", ["request_id"])
    op.create_table(
        "participation_signatures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("text_digest", sa.String(length=64), nullable=False),
        sa.Column("signed_text", sa.Text(), nullable=False),
        sa.Column("signed_name", sa.String(length=200), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "method IN ('owner', 'link', 'account')", name=op.f("ck_participation_signatures_method_known")
        ),
        sa.CheckConstraint("length(text_digest) = 64", name=op.f("ck_participation_signatures_digest_is_hex")),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_participation_signatures_contribution_id_contributions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_participation_signatures_user_id_users"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["signing_requests.id"],
            name=op.f("fk_participation_signatures_request_id_signing_requests"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation_signatures")),
        sa.UniqueConstraint("request_id", name=op.f("uq_participation_signatures_request_id")),
    )
    op.create_index(
        "uq_participation_signatures_text", "participation_signatures", ["contribution_id", "text_digest"], unique=True
    )
    op.create_table(
        "signing_replies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('change', 'refusal', 'not_me')", name=op.f("ck_signing_replies_kind_known")),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["signing_requests.id"],
            name=op.f("fk_signing_replies_request_id_signing_requests"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_replies")),
        sa.UniqueConstraint("request_id", name=op.f("uq_signing_replies_request_id")),
    )
    op.create_table(
        "participation_absences",
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("evidence_item_id", sa.Integer(), nullable=True),
        sa.Column("stated_by_id", sa.Integer(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason IN ('died', 'unreachable', 'abroad', 'ill', 'unwilling', 'other')",
            name=op.f("ck_participation_absences_reason_known"),
        ),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_participation_absences_contribution_id_contributions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["evidence_item_id"],
            ["evidence_items.id"],
            name=op.f("fk_participation_absences_evidence_item_id_evidence_items"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["stated_by_id"], ["users.id"], name=op.f("fk_participation_absences_stated_by_id_users")
        ),
        sa.PrimaryKeyConstraint("contribution_id", name=op.f("pk_participation_absences")),
    )
    op.create_table(
        "ethics_declarations",
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("approval", sa.String(length=40), nullable=False),
        sa.Column("approval_note", sa.String(length=300), nullable=False),
        sa.Column("declared_by_id", sa.Integer(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "approval IN ('not_involved', 'approved', 'exempted')", name=op.f("ck_ethics_declarations_approval_known")
        ),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_ethics_declarations_work_id_works"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["declared_by_id"], ["users.id"], name=op.f("fk_ethics_declarations_declared_by_id_users")
        ),
        sa.PrimaryKeyConstraint("work_id", name=op.f("pk_ethics_declarations")),
    )


def downgrade() -> None:
    op.drop_table("ethics_declarations")
    op.drop_table("participation_absences")
    op.drop_table("signing_replies")
    op.drop_table("participation_signatures")
    op.drop_table("signing_links")
    op.drop_table("signing_requests")
    op.drop_table("participation_contacts")
    op.drop_table("participation_transfers")
    op.drop_table("participation_duties")
    op.drop_table("participation_forms")
