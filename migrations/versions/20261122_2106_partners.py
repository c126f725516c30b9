"""Community partners.

Revision: 202611222106
Follows: 202611222105
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611222106"
down_revision = "202611222105"
branch_labels = None
depends_on = None

TYPES = (
    "type IN ('community', 'occupational_group', 'local_government', 'regional_agency', 'central_agency', 'school',"
    " 'health_service', 'business', 'professional_association', 'ngo', 'alumni', 'indigenous',"
    " 'community_of_practice', 'international')"
)
CHANNELS = "channel IN ('mail', 'handed')"


def upgrade() -> None:
    op.create_table(
        "partners",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("name_th", sa.String(length=300), nullable=False),
        sa.Column("name_en", sa.String(length=300), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("province_code", sa.String(length=5), nullable=True),
        sa.Column("district", sa.String(length=120), nullable=False),
        sa.Column("subdistrict", sa.String(length=120), nullable=False),
        sa.Column("contact_person", sa.Text(), nullable=True),
        sa.Column("telephone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(TYPES, name=op.f("ck_partners_type_known")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_partners_owner_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partners")),
    )
    op.create_index(op.f("ix_partners_owner_id"), "partners", ["owner_id"])
    op.create_index("ix_partners_owner_id_name_th", "partners", ["owner_id", "name_th"])
    op.create_table(
        "partners_in_works",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role_th", sa.String(length=300), nullable=False),
        sa.Column("role_en", sa.String(length=300), nullable=False),
        sa.Column("since_year", sa.Integer(), nullable=True),
        sa.Column("until_year", sa.Integer(), nullable=True),
        sa.Column("done_th", sa.Text(), nullable=False),
        sa.Column("done_en", sa.Text(), nullable=False),
        sa.Column("benefit_partner_th", sa.Text(), nullable=False),
        sa.Column("benefit_partner_en", sa.Text(), nullable=False),
        sa.Column("benefit_university_th", sa.Text(), nullable=False),
        sa.Column("benefit_university_en", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "until_year IS NULL OR since_year IS NULL OR until_year >= since_year",
            name=op.f("ck_partners_in_works_years"),
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_partners_in_works_partner_id_partners"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_partners_in_works_work_id_works"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partners_in_works")),
        sa.UniqueConstraint("partner_id", "work_id", name=op.f("uq_partners_in_works_partner_id_work_id")),
    )
    op.create_index(op.f("ix_partners_in_works_work_id"), "partners_in_works", ["work_id"])
    op.create_table(
        "partner_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("in_work_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("is_reminder", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("purpose IN ('ask', 'receipt')", name=op.f("ck_partner_links_purpose_known")),
        sa.CheckConstraint(CHANNELS, name=op.f("ck_partner_links_channel_known")),
        sa.CheckConstraint("purpose <> 'ask' OR expires_at IS NOT NULL", name=op.f("ck_partner_links_asking_expires")),
        sa.ForeignKeyConstraint(
            ["in_work_id"],
            ["partners_in_works.id"],
            name=op.f("fk_partner_links_in_work_id_partners_in_works"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_partner_links_created_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_partner_links_token_hash")),
    )
    op.create_index(op.f("ix_partner_links_in_work_id"), "partner_links", ["in_work_id"])
    op.create_table(
        "testimonies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("in_work_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("statement_digest", sa.String(length=64), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("person_role", sa.Text(), nullable=True),
        sa.Column("done_agrees", sa.Boolean(), nullable=True),
        sa.Column("done_words", sa.Text(), nullable=False),
        sa.Column("benefit_partner_agrees", sa.Boolean(), nullable=True),
        sa.Column("benefit_partner_words", sa.Text(), nullable=False),
        sa.Column("benefit_university_agrees", sa.Boolean(), nullable=True),
        sa.Column("benefit_university_words", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("consent_name", sa.Boolean(), nullable=False),
        sa.Column("consent_person", sa.Boolean(), nullable=False),
        sa.Column("consent_words", sa.Boolean(), nullable=False),
        sa.Column("consent_photo", sa.Boolean(), nullable=False),
        sa.Column("consent_contact", sa.Boolean(), nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("answer IN ('confirmed', 'refused', 'not_us')", name=op.f("ck_testimonies_answer_known")),
        sa.CheckConstraint(CHANNELS, name=op.f("ck_testimonies_channel_known")),
        sa.CheckConstraint("language IN ('th', 'en')", name=op.f("ck_testimonies_language_known")),
        sa.CheckConstraint("photo_id IS NULL OR consent_photo", name=op.f("ck_testimonies_photo_by_consent")),
        sa.CheckConstraint(
            "(answer = 'confirmed' AND withdrawn_at IS NULL) OR NOT"
            " (consent_name OR consent_person OR consent_words OR consent_photo OR consent_contact)",
            name=op.f("ck_testimonies_consent_of_the_confirmed"),
        ),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR (person IS NULL AND person_role IS NULL AND photo_id IS NULL"
            " AND done_words = '' AND benefit_partner_words = '' AND benefit_university_words = '' AND reason = '')",
            name=op.f("ck_testimonies_nothing_kept_after_withdrawal"),
        ),
        sa.ForeignKeyConstraint(
            ["in_work_id"], ["partners_in_works.id"], name=op.f("fk_testimonies_in_work_id_partners_in_works")
        ),
        sa.ForeignKeyConstraint(["photo_id"], ["stored_files.id"], name=op.f("fk_testimonies_photo_id_stored_files")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_testimonies")),
        sa.UniqueConstraint("in_work_id", name=op.f("uq_testimonies_in_work_id")),
    )
    op.create_index(op.f("ix_testimonies_photo_id"), "testimonies", ["photo_id"])


def downgrade() -> None:
    op.drop_table("testimonies")
    op.drop_table("partner_links")
    op.drop_table("partners_in_works")
    op.drop_table("partners")
