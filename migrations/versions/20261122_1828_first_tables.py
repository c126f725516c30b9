"""first tables.

Revision: 12dbb8aab2f1
Follows:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portfolio.core.audit.triggers import create_triggers, drop_triggers

revision = "12dbb8aab2f1"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=100), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("subject_type", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("digests", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "length(digest) = 64 AND length(previous) = 64", name=op.f("ck_audit_entries_digests_are_hex")
        ),
        sa.CheckConstraint("position >= 1", name=op.f("ck_audit_entries_position_from_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
        sa.UniqueConstraint("digest", name=op.f("uq_audit_entries_digest")),
        sa.UniqueConstraint("position", name=op.f("uq_audit_entries_position")),
    )
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entries_action"), ["action"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entries_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entries_at"), ["at"], unique=False)
        batch_op.create_index("ix_audit_entries_subject", ["subject_type", "subject_id"], unique=False)

    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "criteria_sets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("set_version", sa.Integer(), nullable=False),
        sa.Column("title_th", sa.String(length=300), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=False),
        sa.Column("banner_th", sa.Text(), nullable=False),
        sa.Column("banner_en", sa.Text(), nullable=False),
        sa.Column("source_th", sa.Text(), nullable=False),
        sa.Column("source_en", sa.Text(), nullable=False),
        sa.Column("standing", sa.String(length=40), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "standing IN ('published_by_ent', 'provisional', 'national', 'university')",
            name=op.f("ck_criteria_sets_standing_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criteria_sets")),
        sa.UniqueConstraint("code", "set_version", name=op.f("uq_criteria_sets_code_set_version")),
    )
    op.create_table(
        "mail_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=100), nullable=False),
        sa.Column("to_address", sa.String(length=320), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_mail_messages_sent_has_instant")),
        sa.CheckConstraint("language IN ('th', 'en')", name=op.f("ck_mail_messages_language_known")),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'failed')", name=op.f("ck_mail_messages_state_known")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_mail_messages_attempts_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_messages")),
        sa.UniqueConstraint("key", name=op.f("uq_mail_messages_key")),
    )
    with op.batch_alter_table("mail_messages", schema=None) as batch_op:
        batch_op.create_index("ix_mail_messages_state_next_try", ["state", "next_try"], unique=False)

    op.create_table(
        "organizations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name_th", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(kind = 'faculty') = (parent_id IS NOT NULL)", name=op.f("ck_organizations_faculty_has_parent")
        ),
        sa.CheckConstraint(
            "kind IN ('university', 'faculty', 'association')", name=op.f("ck_organizations_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["organizations.id"], name=op.f("fk_organizations_parent_id_organizations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizations")),
        sa.UniqueConstraint("code", name=op.f("uq_organizations_code")),
    )
    with op.batch_alter_table("organizations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organizations_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "rule_sets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("set_version", sa.Integer(), nullable=False),
        sa.Column("be_year", sa.Integer(), nullable=False),
        sa.Column("title_th", sa.String(length=300), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=False),
        sa.Column("work_label_th", sa.String(length=200), nullable=False),
        sa.Column("work_label_en", sa.String(length=200), nullable=False),
        sa.Column("source_th", sa.Text(), nullable=False),
        sa.Column("source_en", sa.Text(), nullable=False),
        sa.Column("standing", sa.String(length=40), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "standing IN ('published_by_ent', 'provisional', 'national', 'university')",
            name=op.f("ck_rule_sets_standing_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_sets")),
        sa.UniqueConstraint("code", "set_version", name=op.f("uq_rule_sets_code_set_version")),
    )
    op.create_table(
        "sign_in_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempts")),
    )
    with op.batch_alter_table("sign_in_attempts", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_attempts_key_at", ["key", "at"], unique=False)

    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("email_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_by_id", sa.Integer(), nullable=True),
        sa.Column("disabled_reason", sa.String(length=500), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("academic_title_th", sa.String(length=80), nullable=False),
        sa.Column("academic_title_en", sa.String(length=80), nullable=False),
        sa.Column("given_name_th", sa.String(length=120), nullable=False),
        sa.Column("family_name_th", sa.String(length=120), nullable=False),
        sa.Column("given_name_en", sa.String(length=120), nullable=False),
        sa.Column("family_name_en", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(disabled_at IS NULL) = (disabled_reason = '')", name=op.f("ck_users_disabled_has_reason")),
        sa.CheckConstraint("language IN ('th', 'en')", name=op.f("ck_users_language_known")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_users_email_lower")),
        sa.ForeignKeyConstraint(["disabled_by_id"], ["users.id"], name=op.f("fk_users_disabled_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
    )
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.create_index("uq_users_email", ["email"], unique=True)

    op.create_table(
        "worker_beats",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=100), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_beats")),
        sa.UniqueConstraint("worker", name=op.f("uq_worker_beats_worker")),
    )
    with op.batch_alter_table("worker_beats", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_worker_beats_beat_at"), ["beat_at"], unique=False)

    op.create_table(
        "calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title_th", sa.String(length=300), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=False),
        sa.Column("description_th", sa.Text(), nullable=False),
        sa.Column("description_en", sa.Text(), nullable=False),
        sa.Column("criteria_set_id", sa.Integer(), nullable=False),
        sa.Column("anonymity", sa.String(length=40), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("grace_minutes", sa.Integer(), nullable=False),
        sa.Column("review_due_on", sa.Date(), nullable=True),
        sa.Column("meeting_on", sa.Date(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("anonymity IN ('single', 'double')", name=op.f("ck_calls_anonymity_known")),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_calls_closes_after_opening")),
        sa.CheckConstraint("grace_minutes >= 0", name=op.f("ck_calls_grace_not_negative")),
        sa.ForeignKeyConstraint(
            ["criteria_set_id"], ["criteria_sets.id"], name=op.f("fk_calls_criteria_set_id_criteria_sets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
        sa.UniqueConstraint("code", name=op.f("uq_calls_code")),
    )
    op.create_table(
        "criteria",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("criteria_set_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("parent_code", sa.String(length=20), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label_th", sa.String(length=300), nullable=False),
        sa.Column("label_en", sa.String(length=300), nullable=False),
        sa.Column("expected_evidence_th", sa.Text(), nullable=False),
        sa.Column("expected_evidence_en", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["criteria_set_id"],
            ["criteria_sets.id"],
            name=op.f("fk_criteria_criteria_set_id_criteria_sets"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criteria")),
        sa.UniqueConstraint("criteria_set_id", "code", name=op.f("uq_criteria_criteria_set_id_code")),
    )
    op.create_table(
        "cv_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title_th", sa.String(length=300), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=False),
        sa.Column("institution_th", sa.String(length=300), nullable=False),
        sa.Column("institution_en", sa.String(length=300), nullable=False),
        sa.Column("detail_th", sa.Text(), nullable=False),
        sa.Column("detail_en", sa.Text(), nullable=False),
        sa.Column("year_from", sa.Integer(), nullable=True),
        sa.Column("year_to", sa.Integer(), nullable=True),
        sa.Column("hours_per_week", sa.Numeric(precision=5, scale=1, asdecimal=False), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('education', 'appointment', 'teaching', 'service')", name=op.f("ck_cv_entries_kind_known")
        ),
        sa.CheckConstraint(
            "hours_per_week IS NULL OR hours_per_week BETWEEN 0 AND 168", name=op.f("ck_cv_entries_hours_of_a_week")
        ),
        sa.CheckConstraint(
            "year_from IS NULL OR year_from BETWEEN 1900 AND 2200", name=op.f("ck_cv_entries_year_from_ce")
        ),
        sa.CheckConstraint("year_to IS NULL OR year_to BETWEEN 1900 AND 2200", name=op.f("ck_cv_entries_year_to_ce")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_cv_entries_owner_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cv_entries")),
    )
    with op.batch_alter_table("cv_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cv_entries_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(length=100), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.String(length=100), nullable=True),
        sa.Column("stage", sa.String(length=200), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("error_code", sa.String(length=100), nullable=True),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'failed') = (error_code IS NOT NULL)", name=op.f("ck_jobs_failed_has_code")),
        sa.CheckConstraint(
            "(state = 'running') = (lease_until IS NOT NULL) AND (state = 'running') = (worker IS NOT NULL)",
            name=op.f("ck_jobs_lease_while_running"),
        ),
        sa.CheckConstraint(
            "(state IN ('done', 'failed')) = (finished_at IS NOT NULL)", name=op.f("ck_jobs_finished_has_instant")
        ),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name=op.f("ck_jobs_state_known")),
        sa.CheckConstraint("attempts >= 0 AND failures >= 0", name=op.f("ck_jobs_counts_not_negative")),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_jobs_percent_in_range")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_jobs_owner_id_users"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("key", name=op.f("uq_jobs_key")),
    )
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_jobs_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index("ix_jobs_state_run_at", ["state", "run_at"], unique=False)

    op.create_table(
        "levels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("criteria_set_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("label_th", sa.String(length=120), nullable=False),
        sa.Column("label_en", sa.String(length=120), nullable=False),
        sa.Column("descriptor_th", sa.Text(), nullable=False),
        sa.Column("descriptor_en", sa.Text(), nullable=False),
        sa.Column("grade", sa.String(length=40), nullable=True),
        sa.CheckConstraint("value BETWEEN 0 AND 5", name=op.f("ck_levels_value_0_to_5")),
        sa.ForeignKeyConstraint(
            ["criteria_set_id"],
            ["criteria_sets.id"],
            name=op.f("fk_levels_criteria_set_id_criteria_sets"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_levels")),
        sa.UniqueConstraint("criteria_set_id", "value", name=op.f("uq_levels_criteria_set_id_value")),
    )
    op.create_table(
        "memberships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("university_id", sa.Integer(), nullable=False),
        sa.Column("department_th", sa.String(length=200), nullable=False),
        sa.Column("department_en", sa.String(length=200), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_memberships_organization_id_organizations")
        ),
        sa.ForeignKeyConstraint(
            ["university_id"], ["organizations.id"], name=op.f("fk_memberships_university_id_organizations")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_memberships_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint("user_id", name=op.f("uq_memberships_user_id")),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memberships_organization_id"), ["organization_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_memberships_university_id"), ["university_id"], unique=False)

    op.create_table(
        "portfolios",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("rule_set_id", sa.Integer(), nullable=False),
        sa.Column("title_th", sa.String(length=300), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=False),
        sa.Column("position_sought", sa.String(length=20), nullable=True),
        sa.Column("field_th", sa.String(length=200), nullable=False),
        sa.Column("field_en", sa.String(length=200), nullable=False),
        sa.Column("statement_th", sa.Text(), nullable=False),
        sa.Column("statement_en", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_portfolios_owner_id_users")),
        sa.ForeignKeyConstraint(["rule_set_id"], ["rule_sets.id"], name=op.f("fk_portfolios_rule_set_id_rule_sets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portfolios")),
    )
    with op.batch_alter_table("portfolios", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portfolios_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "reviewer_profiles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("expertise_th", sa.Text(), nullable=False),
        sa.Column("expertise_en", sa.Text(), nullable=False),
        sa.Column("engaged_scholarship", sa.Boolean(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("away_until", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("capacity BETWEEN 0 AND 50", name=op.f("ck_reviewer_profiles_capacity_0_to_50")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_reviewer_profiles_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviewer_profiles")),
        sa.UniqueConstraint("user_id", name=op.f("uq_reviewer_profiles_user_id")),
    )
    op.create_table(
        "role_grants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("granted_by_id", sa.Integer(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(role = 'hr') = (organization_id IS NOT NULL)", name=op.f("ck_role_grants_hr_has_university")
        ),
        sa.CheckConstraint(
            "role IN ('academic', 'reviewer', 'officer', 'hr', 'administrator')", name=op.f("ck_role_grants_role_known")
        ),
        sa.ForeignKeyConstraint(["granted_by_id"], ["users.id"], name=op.f("fk_role_grants_granted_by_id_users")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_role_grants_organization_id_organizations")
        ),
        sa.ForeignKeyConstraint(["revoked_by_id"], ["users.id"], name=op.f("fk_role_grants_revoked_by_id_users")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_role_grants_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grants")),
    )
    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_grants_organization_id"), ["organization_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_role_grants_user_id"), ["user_id"], unique=False)

    op.create_table(
        "rule_headings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_set_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label_th", sa.String(length=300), nullable=False),
        sa.Column("label_en", sa.String(length=300), nullable=False),
        sa.Column("guidance_th", sa.Text(), nullable=False),
        sa.Column("guidance_en", sa.Text(), nullable=False),
        sa.Column("target_words", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rule_set_id"], ["rule_sets.id"], name=op.f("fk_rule_headings_rule_set_id_rule_sets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_headings")),
        sa.UniqueConstraint("rule_set_id", "code", name=op.f("uq_rule_headings_rule_set_id_code")),
    )
    op.create_table(
        "rule_positions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_set_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("label_th", sa.String(length=120), nullable=False),
        sa.Column("label_en", sa.String(length=120), nullable=False),
        sa.Column("short_th", sa.String(length=20), nullable=False),
        sa.Column("short_en", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["rule_set_id"], ["rule_sets.id"], name=op.f("fk_rule_positions_rule_set_id_rule_sets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_positions")),
        sa.UniqueConstraint("rule_set_id", "code", name=op.f("uq_rule_positions_rule_set_id_code")),
    )
    op.create_table(
        "sign_in_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_sign_in_sessions_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_sessions_token_hash")),
    )
    with op.batch_alter_table("sign_in_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_sessions_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_in_sessions_user_id"), ["user_id"], unique=False)

    op.create_table(
        "stored_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_stored_files_sha256_is_hex")),
        sa.CheckConstraint("size >= 0", name=op.f("ck_stored_files_size_not_negative")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name=op.f("fk_stored_files_created_by_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_files")),
    )
    with op.batch_alter_table("stored_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stored_files_created_by_id"), ["created_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stored_files_sha256"), ["sha256"], unique=False)

    op.create_table(
        "tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("purpose IN ('confirm_email', 'reset_password')", name=op.f("ck_tokens_purpose_known")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_tokens_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_tokens_token_hash")),
    )
    with op.batch_alter_table("tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tokens_user_id"), ["user_id"], unique=False)

    op.create_table(
        "works",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("rule_set_id", sa.Integer(), nullable=False),
        sa.Column("title_th", sa.String(length=500), nullable=False),
        sa.Column("title_en", sa.String(length=500), nullable=False),
        sa.Column("summary_th", sa.Text(), nullable=False),
        sa.Column("summary_en", sa.Text(), nullable=False),
        sa.Column("discipline_th", sa.String(length=200), nullable=False),
        sa.Column("discipline_en", sa.String(length=200), nullable=False),
        sa.Column("province_code", sa.String(length=6), nullable=True),
        sa.Column("district", sa.String(length=120), nullable=False),
        sa.Column("subdistrict", sa.String(length=120), nullable=False),
        sa.Column("theme", sa.String(length=40), nullable=True),
        sa.Column("period_start", sa.Date(), nullable=True),
        sa.Column("period_end", sa.Date(), nullable=True),
        sa.Column("not_for_profit", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "period_end IS NULL OR period_start IS NULL OR period_end >= period_start", name=op.f("ck_works_period")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_works_owner_id_users")),
        sa.ForeignKeyConstraint(["rule_set_id"], ["rule_sets.id"], name=op.f("fk_works_rule_set_id_rule_sets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_works")),
    )
    with op.batch_alter_table("works", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_works_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index("ix_works_owner_id_updated_at", ["owner_id", "updated_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_works_province_code"), ["province_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_works_theme"), ["theme"], unique=False)

    op.create_table(
        "call_rule_sets",
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("rule_set_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_call_rule_sets_call_id_calls"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["rule_set_id"], ["rule_sets.id"], name=op.f("fk_call_rule_sets_rule_set_id_rule_sets")
        ),
        sa.PrimaryKeyConstraint("call_id", "rule_set_id", name=op.f("pk_call_rule_sets")),
    )
    op.create_table(
        "change_records",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_th", sa.String(length=300), nullable=False),
        sa.Column("name_en", sa.String(length=300), nullable=False),
        sa.Column("unit_th", sa.String(length=80), nullable=False),
        sa.Column("unit_en", sa.String(length=80), nullable=False),
        sa.Column("baseline_value", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("baseline_date", sa.Date(), nullable=True),
        sa.Column("baseline_source", sa.Text(), nullable=False),
        sa.Column("outcome_value", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("outcome_date", sa.Date(), nullable=True),
        sa.Column("outcome_source", sa.Text(), nullable=False),
        sa.Column("target_value", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("note_th", sa.Text(), nullable=False),
        sa.Column("note_en", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_change_records_work_id_works"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_records")),
    )
    with op.batch_alter_table("change_records", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_change_records_work_id"), ["work_id"], unique=False)

    op.create_table(
        "contributions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_th", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("part_th", sa.Text(), nullable=False),
        sa.Column("part_en", sa.Text(), nullable=False),
        sa.Column("is_owner", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "role IN ('principal_operator', 'co_operator', 'first_author', 'corresponding_author', 'intellectual_contributor', 'collaborator')",
            name=op.f("ck_contributions_role_known"),
        ),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_contributions_work_id_works"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contributions")),
    )
    with op.batch_alter_table("contributions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contributions_work_id"), ["work_id"], unique=False)

    op.create_table(
        "evidence_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("title_th", sa.String(length=300), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=False),
        sa.Column("caption_th", sa.Text(), nullable=False),
        sa.Column("caption_en", sa.Text(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=True),
        sa.Column("stored_file_id", sa.Integer(), nullable=True),
        sa.Column("url", sa.String(length=2000), nullable=True),
        sa.Column("page_count", sa.Integer(), nullable=True),
        sa.Column("has_text_layer", sa.Boolean(), nullable=True),
        sa.Column("preview_state", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'file' AND stored_file_id IS NOT NULL AND url IS NULL) OR (kind = 'link' AND url IS NOT NULL AND stored_file_id IS NULL)",
            name=op.f("ck_evidence_items_file_or_link"),
        ),
        sa.CheckConstraint("kind IN ('file', 'link')", name=op.f("ck_evidence_items_kind_known")),
        sa.CheckConstraint(
            "preview_state IN ('none', 'waiting', 'ready', 'failed')",
            name=op.f("ck_evidence_items_preview_state_known"),
        ),
        sa.CheckConstraint(
            "type IN ('DESC', 'OTHER', 'APPOINT', 'USECERT', 'MEDIA', 'RETURNS', 'SUPPORT')",
            name=op.f("ck_evidence_items_type_known"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_evidence_items_owner_id_users")),
        sa.ForeignKeyConstraint(
            ["stored_file_id"], ["stored_files.id"], name=op.f("fk_evidence_items_stored_file_id_stored_files")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_items")),
    )
    with op.batch_alter_table("evidence_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_items_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_items_stored_file_id"), ["stored_file_id"], unique=False)

    op.create_table(
        "panel_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("reviewers", sa.Integer(), nullable=False),
        sa.Column("decision_rule", sa.String(length=40), nullable=False),
        sa.Column("review_days", sa.Integer(), nullable=False),
        sa.CheckConstraint("decision_rule IN ('majority')", name=op.f("ck_panel_rules_decision_rule_known")),
        sa.CheckConstraint("review_days BETWEEN 1 AND 365", name=op.f("ck_panel_rules_review_days_1_to_365")),
        sa.CheckConstraint("reviewers BETWEEN 1 AND 15", name=op.f("ck_panel_rules_reviewers_1_to_15")),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_panel_rules_call_id_calls"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_rules")),
        sa.UniqueConstraint("call_id", name=op.f("uq_panel_rules_call_id")),
    )
    op.create_table(
        "portfolio_works",
        sa.Column("portfolio_id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["portfolio_id"],
            ["portfolios.id"],
            name=op.f("fk_portfolio_works_portfolio_id_portfolios"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["work_id"], ["works.id"], name=op.f("fk_portfolio_works_work_id_works")),
        sa.PrimaryKeyConstraint("portfolio_id", "work_id", name=op.f("pk_portfolio_works")),
        sa.UniqueConstraint("portfolio_id", "position", name=op.f("uq_portfolio_works_portfolio_id_position")),
    )
    op.create_table(
        "preview_pages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_sha256", sa.String(length=64), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("picture_id", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.CheckConstraint("page >= 1", name=op.f("ck_preview_pages_page_from_1")),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["stored_files.id"], name=op.f("fk_preview_pages_picture_id_stored_files")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preview_pages")),
        sa.UniqueConstraint("source_sha256", "page", name=op.f("uq_preview_pages_source_sha256_page")),
    )
    op.create_table(
        "submissions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("portfolio_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("applicant_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'returned', 'under_review', 'decided', 'withdrawn')",
            name=op.f("ck_submissions_state_known"),
        ),
        sa.ForeignKeyConstraint(["applicant_id"], ["users.id"], name=op.f("fk_submissions_applicant_id_users")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_submissions_call_id_calls")),
        sa.ForeignKeyConstraint(
            ["portfolio_id"], ["portfolios.id"], name=op.f("fk_submissions_portfolio_id_portfolios")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        sa.UniqueConstraint("reference", name=op.f("uq_submissions_reference")),
    )
    with op.batch_alter_table("submissions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_submissions_applicant_id"), ["applicant_id"], unique=False)
        batch_op.create_index("ix_submissions_call_id_state_id", ["call_id", "state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_submissions_portfolio_id"), ["portfolio_id"], unique=False)
        batch_op.create_index("ix_submissions_state_since", ["state", "state_since"], unique=False)
        batch_op.create_index(
            "uq_submissions_live",
            ["portfolio_id"],
            unique=True,
            sqlite_where=sa.text("state NOT IN ('decided', 'withdrawn')"),
            postgresql_where=sa.text("state NOT IN ('decided', 'withdrawn')"),
        )

    op.create_table(
        "work_change_domains",
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("domain", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "domain IN ('community', 'way_of_life', 'arts_culture', 'environment', 'occupation', 'economy', 'politics_government', 'quality_of_life', 'health', 'intellectual_property', 'awareness')",
            name=op.f("ck_work_change_domains_domain_known"),
        ),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_work_change_domains_work_id_works"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("work_id", "domain", name=op.f("pk_work_change_domains")),
    )
    op.create_table(
        "work_missions",
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("mission", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "mission IN ('teaching', 'research', 'academic_service', 'arts_culture')",
            name=op.f("ck_work_missions_mission_known"),
        ),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_work_missions_work_id_works"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("work_id", "mission", name=op.f("pk_work_missions")),
    )
    op.create_table(
        "work_sdgs",
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("goal", sa.Integer(), nullable=False),
        sa.CheckConstraint("goal BETWEEN 1 AND 17", name=op.f("ck_work_sdgs_goal_1_to_17")),
        sa.ForeignKeyConstraint(["work_id"], ["works.id"], name=op.f("fk_work_sdgs_work_id_works"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("work_id", "goal", name=op.f("pk_work_sdgs")),
    )
    op.create_table(
        "work_sections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("heading_code", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("word_count", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_work_sections_work_id_works"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_sections")),
        sa.UniqueConstraint("work_id", "heading_code", name=op.f("uq_work_sections_work_id_heading_code")),
    )
    op.create_table(
        "conflicts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("declared_by_id", sa.Integer(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "ground IN ('same_institution', 'co_author', 'adviser', 'family', 'financial', 'other')",
            name=op.f("ck_conflicts_ground_known"),
        ),
        sa.ForeignKeyConstraint(["declared_by_id"], ["users.id"], name=op.f("fk_conflicts_declared_by_id_users")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["users.id"], name=op.f("fk_conflicts_reviewer_id_users")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_conflicts_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflicts")),
        sa.UniqueConstraint("submission_id", "reviewer_id", name=op.f("uq_conflicts_submission_id_reviewer_id")),
    )
    with op.batch_alter_table("conflicts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conflicts_reviewer_id"), ["reviewer_id"], unique=False)

    op.create_table(
        "evidence_uses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"],
            ["evidence_items.id"],
            name=op.f("fk_evidence_uses_evidence_id_evidence_items"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_evidence_uses_work_id_works"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_uses")),
        sa.UniqueConstraint("evidence_id", "work_id", name=op.f("uq_evidence_uses_evidence_id_work_id")),
    )
    with op.batch_alter_table("evidence_uses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_uses_work_id"), ["work_id"], unique=False)

    op.create_table(
        "snapshots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("portfolio_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("taken_by_id", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["portfolio_id"], ["portfolios.id"], name=op.f("fk_snapshots_portfolio_id_portfolios")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_snapshots_submission_id_submissions")
        ),
        sa.ForeignKeyConstraint(["taken_by_id"], ["users.id"], name=op.f("fk_snapshots_taken_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshots")),
    )
    with op.batch_alter_table("snapshots", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_snapshots_digest"), ["digest"], unique=False)
        batch_op.create_index(batch_op.f("ix_snapshots_portfolio_id"), ["portfolio_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_snapshots_submission_id"), ["submission_id"], unique=False)

    op.create_table(
        "submission_moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("target", sa.String(length=40), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_submission_moves_actor_id_users")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_submission_moves_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission_moves")),
    )
    with op.batch_alter_table("submission_moves", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_submission_moves_submission_id"), ["submission_id"], unique=False)

    op.create_table(
        "work_section_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.Column("section_version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["saved_by_id"], ["users.id"], name=op.f("fk_work_section_versions_saved_by_id_users")),
        sa.ForeignKeyConstraint(
            ["section_id"],
            ["work_sections.id"],
            name=op.f("fk_work_section_versions_section_id_work_sections"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_section_versions")),
        sa.UniqueConstraint(
            "section_id", "section_version", name=op.f("uq_work_section_versions_section_id_section_version")
        ),
    )
    op.create_table(
        "editions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("portfolio_id", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("thai_digits", sa.Boolean(), nullable=False),
        sa.Column("engine", sa.String(length=20), nullable=False),
        sa.Column("engine_version", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("inputs", sa.Text(), nullable=False),
        sa.Column("inputs_digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_by_id", sa.Integer(), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('full', 'hr')", name=op.f("ck_editions_kind_known")),
        sa.CheckConstraint("language IN ('th', 'en')", name=op.f("ck_editions_language_known")),
        sa.CheckConstraint("state IN ('waiting', 'ready', 'failed')", name=op.f("ck_editions_state_known")),
        sa.CheckConstraint(
            "(superseded_by_id IS NULL) = (superseded_at IS NULL)", name=op.f("ck_editions_superseded_when")
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_editions_created_by_id_users")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_editions_job_id_jobs")),
        sa.ForeignKeyConstraint(["portfolio_id"], ["portfolios.id"], name=op.f("fk_editions_portfolio_id_portfolios")),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshots.id"], name=op.f("fk_editions_snapshot_id_snapshots")),
        sa.ForeignKeyConstraint(
            ["superseded_by_id"], ["editions.id"], name=op.f("fk_editions_superseded_by_id_editions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editions")),
        sa.UniqueConstraint("code", name=op.f("uq_editions_code")),
        sa.UniqueConstraint("number", name=op.f("uq_editions_number")),
    )
    with op.batch_alter_table("editions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_editions_portfolio_id"), ["portfolio_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_editions_snapshot_id"), ["snapshot_id"], unique=False)

    op.create_table(
        "evidence_use_criteria",
        sa.Column("use_id", sa.Integer(), nullable=False),
        sa.Column("criterion_code", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["use_id"],
            ["evidence_uses.id"],
            name=op.f("fk_evidence_use_criteria_use_id_evidence_uses"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("use_id", "criterion_code", name=op.f("pk_evidence_use_criteria")),
    )
    op.create_table(
        "evidence_use_headings",
        sa.Column("use_id", sa.Integer(), nullable=False),
        sa.Column("heading_code", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["use_id"],
            ["evidence_uses.id"],
            name=op.f("fk_evidence_use_headings_use_id_evidence_uses"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("use_id", "heading_code", name=op.f("pk_evidence_use_headings")),
    )
    op.create_table(
        "review_rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("reviewers_wanted", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["opened_by_id"], ["users.id"], name=op.f("fk_review_rounds_opened_by_id_users")),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshots.id"], name=op.f("fk_review_rounds_snapshot_id_snapshots")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_review_rounds_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_rounds")),
        sa.UniqueConstraint("submission_id", "sequence", name=op.f("uq_review_rounds_submission_id_sequence")),
    )
    with op.batch_alter_table("review_rounds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_rounds_snapshot_id"), ["snapshot_id"], unique=False)
        batch_op.create_index(
            "uq_review_rounds_open",
            ["submission_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "sealed_values",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("value", sa.JSON(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshots.id"], name=op.f("fk_sealed_values_snapshot_id_snapshots")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_values")),
        sa.UniqueConstraint("snapshot_id", "name", name=op.f("uq_sealed_values_snapshot_id_name")),
    )
    with op.batch_alter_table("sealed_values", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sealed_values_snapshot_id"), ["snapshot_id"], unique=False)

    op.create_table(
        "snapshot_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("exhibit_number", sa.Integer(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.Column("stored_file_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("page_count", sa.Integer(), nullable=True),
        sa.CheckConstraint("exhibit_number >= 1", name=op.f("ck_snapshot_files_exhibit_from_1")),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence_items.id"], name=op.f("fk_snapshot_files_evidence_id_evidence_items")
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshots.id"], name=op.f("fk_snapshot_files_snapshot_id_snapshots")
        ),
        sa.ForeignKeyConstraint(
            ["stored_file_id"], ["stored_files.id"], name=op.f("fk_snapshot_files_stored_file_id_stored_files")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot_files")),
        sa.UniqueConstraint("snapshot_id", "exhibit_number", name=op.f("uq_snapshot_files_snapshot_id_exhibit_number")),
    )
    with op.batch_alter_table("snapshot_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_snapshot_files_evidence_id"), ["evidence_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_snapshot_files_stored_file_id"), ["stored_file_id"], unique=False)

    op.create_table(
        "snapshot_works",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title_th", sa.String(length=500), nullable=False),
        sa.Column("title_en", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshots.id"], name=op.f("fk_snapshot_works_snapshot_id_snapshots")
        ),
        sa.ForeignKeyConstraint(["work_id"], ["works.id"], name=op.f("fk_snapshot_works_work_id_works")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot_works")),
        sa.UniqueConstraint("snapshot_id", "position", name=op.f("uq_snapshot_works_snapshot_id_position")),
        sa.UniqueConstraint("snapshot_id", "work_id", name=op.f("uq_snapshot_works_snapshot_id_work_id")),
    )
    with op.batch_alter_table("snapshot_works", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_snapshot_works_work_id"), ["work_id"], unique=False)

    op.create_table(
        "assignments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decline_reason", sa.Text(), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'handed_in') = (handed_in_at IS NOT NULL)", name=op.f("ck_assignments_handed_in_when")
        ),
        sa.CheckConstraint(
            "state IN ('invited', 'accepted', 'declined', 'cancelled', 'handed_in')",
            name=op.f("ck_assignments_state_known"),
        ),
        sa.ForeignKeyConstraint(["invited_by_id"], ["users.id"], name=op.f("fk_assignments_invited_by_id_users")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["users.id"], name=op.f("fk_assignments_reviewer_id_users")),
        sa.ForeignKeyConstraint(["round_id"], ["review_rounds.id"], name=op.f("fk_assignments_round_id_review_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
        sa.UniqueConstraint("round_id", "reviewer_id", name=op.f("uq_assignments_round_id_reviewer_id")),
        sa.UniqueConstraint("round_id", "seat", name=op.f("uq_assignments_round_id_seat")),
    )
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.create_index("ix_assignments_reviewer_id_state", ["reviewer_id", "state"], unique=False)

    op.create_table(
        "decision_letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("body_th", sa.Text(), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("sent_by_id", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["review_rounds.id"], name=op.f("fk_decision_letters_round_id_review_rounds")
        ),
        sa.ForeignKeyConstraint(["sent_by_id"], ["users.id"], name=op.f("fk_decision_letters_sent_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_letters")),
        sa.UniqueConstraint("number", name=op.f("uq_decision_letters_number")),
        sa.UniqueConstraint("round_id", name=op.f("uq_decision_letters_round_id")),
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("snapshot_work_id", sa.Integer(), nullable=False),
        sa.Column("panel_grade", sa.String(length=40), nullable=True),
        sa.Column("grade", sa.String(length=40), nullable=False),
        sa.Column("by_chair", sa.Boolean(), nullable=False),
        sa.Column("reason_th", sa.Text(), nullable=False),
        sa.Column("reason_en", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint("grade IN ('below_b', 'b', 'a', 'a_plus')", name=op.f("ck_decisions_grade_known")),
        sa.CheckConstraint("by_chair OR panel_grade = grade", name=op.f("ck_decisions_panel_or_chair")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_decisions_decided_by_id_users")),
        sa.ForeignKeyConstraint(["round_id"], ["review_rounds.id"], name=op.f("fk_decisions_round_id_review_rounds")),
        sa.ForeignKeyConstraint(
            ["snapshot_work_id"], ["snapshot_works.id"], name=op.f("fk_decisions_snapshot_work_id_snapshot_works")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("snapshot_work_id", name=op.f("uq_decisions_snapshot_work_id")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decisions_round_id"), ["round_id"], unique=False)

    op.create_table(
        "edition_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(length=40), nullable=False),
        sa.Column("stored_file_id", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.CheckConstraint("format IN ('pdf', 'body', 'docx', 'zip')", name=op.f("ck_edition_files_format_known")),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_edition_files_edition_id_editions"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["stored_file_id"], ["stored_files.id"], name=op.f("fk_edition_files_stored_file_id_stored_files")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_files")),
        sa.UniqueConstraint("edition_id", "format", name=op.f("uq_edition_files_edition_id_format")),
    )
    with op.batch_alter_table("edition_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_edition_files_stored_file_id"), ["stored_file_id"], unique=False)

    op.create_table(
        "releases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("university_id", sa.Integer(), nullable=False),
        sa.Column("released_by_id", sa.Integer(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_releases_edition_id_editions")),
        sa.ForeignKeyConstraint(["released_by_id"], ["users.id"], name=op.f("fk_releases_released_by_id_users")),
        sa.ForeignKeyConstraint(
            ["university_id"], ["organizations.id"], name=op.f("fk_releases_university_id_organizations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_releases")),
    )
    with op.batch_alter_table("releases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_releases_edition_id"), ["edition_id"], unique=False)
        batch_op.create_index("ix_releases_university_id_released_at", ["university_id", "released_at"], unique=False)
        batch_op.create_index(
            "uq_releases_live",
            ["edition_id", "university_id"],
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )

    op.create_table(
        "revocations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("revoked_by_id", sa.Integer(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_revocations_edition_id_editions")),
        sa.ForeignKeyConstraint(["revoked_by_id"], ["users.id"], name=op.f("fk_revocations_revoked_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revocations")),
        sa.UniqueConstraint("edition_id", name=op.f("uq_revocations_edition_id")),
    )
    op.create_table(
        "certificates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "revoked_at IS NULL OR revoked_reason <> ''", name=op.f("ck_certificates_revoked_with_reason")
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_certificates_decision_id_decisions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
        sa.UniqueConstraint("code", name=op.f("uq_certificates_code")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_certificates_decision_id")),
        sa.UniqueConstraint("number", name=op.f("uq_certificates_number")),
    )
    op.create_table(
        "downloads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=True),
        sa.Column("format", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("format IN ('pdf', 'body', 'docx', 'zip')", name=op.f("ck_downloads_format_known")),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_downloads_edition_id_editions")),
        sa.ForeignKeyConstraint(["release_id"], ["releases.id"], name=op.f("fk_downloads_release_id_releases")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_downloads_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_downloads")),
    )
    with op.batch_alter_table("downloads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_downloads_edition_id"), ["edition_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_downloads_release_id"), ["release_id"], unique=False)

    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("remark_version", sa.Integer(), nullable=False),
        sa.Column("confidential_note", sa.Text(), nullable=False),
        sa.Column("confidential_note_version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_reviews_assignment_id_assignments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("assignment_id", name=op.f("uq_reviews_assignment_id")),
    )
    op.create_table(
        "overall_levels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("snapshot_work_id", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reason_version", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("grade IN ('below_b', 'b', 'a', 'a_plus')", name=op.f("ck_overall_levels_grade_known")),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reviews.id"], name=op.f("fk_overall_levels_review_id_reviews"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_work_id"], ["snapshot_works.id"], name=op.f("fk_overall_levels_snapshot_work_id_snapshot_works")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overall_levels")),
        sa.UniqueConstraint("review_id", "snapshot_work_id", name=op.f("uq_overall_levels_review_id_snapshot_work_id")),
    )
    with op.batch_alter_table("overall_levels", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_overall_levels_snapshot_work_id"), ["snapshot_work_id"], unique=False)

    op.create_table(
        "scores",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("snapshot_work_id", sa.Integer(), nullable=False),
        sa.Column("criterion_code", sa.String(length=20), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reason_version", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("level IS NULL OR level BETWEEN 0 AND 5", name=op.f("ck_scores_level_0_to_5")),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reviews.id"], name=op.f("fk_scores_review_id_reviews"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_work_id"], ["snapshot_works.id"], name=op.f("fk_scores_snapshot_work_id_snapshot_works")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scores")),
        sa.UniqueConstraint(
            "review_id",
            "snapshot_work_id",
            "criterion_code",
            name=op.f("uq_scores_review_id_snapshot_work_id_criterion_code"),
        ),
    )
    with op.batch_alter_table("scores", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scores_snapshot_work_id"), ["snapshot_work_id"], unique=False)

    op.create_index(
        "uq_role_grants_live",
        "role_grants",
        ["user_id", "role", sa.text("coalesce(organization_id, 0)")],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    create_triggers(op.get_bind())


def downgrade() -> None:
    drop_triggers(op.get_bind())
    with op.batch_alter_table("scores", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scores_snapshot_work_id"))

    op.drop_table("scores")
    with op.batch_alter_table("overall_levels", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_overall_levels_snapshot_work_id"))

    op.drop_table("overall_levels")
    op.drop_table("reviews")
    with op.batch_alter_table("downloads", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_downloads_release_id"))
        batch_op.drop_index(batch_op.f("ix_downloads_edition_id"))

    op.drop_table("downloads")
    op.drop_table("certificates")
    op.drop_table("revocations")
    with op.batch_alter_table("releases", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_releases_live",
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )
        batch_op.drop_index("ix_releases_university_id_released_at")
        batch_op.drop_index(batch_op.f("ix_releases_edition_id"))

    op.drop_table("releases")
    with op.batch_alter_table("edition_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_edition_files_stored_file_id"))

    op.drop_table("edition_files")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decisions_round_id"))

    op.drop_table("decisions")
    op.drop_table("decision_letters")
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.drop_index("ix_assignments_reviewer_id_state")

    op.drop_table("assignments")
    with op.batch_alter_table("snapshot_works", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_snapshot_works_work_id"))

    op.drop_table("snapshot_works")
    with op.batch_alter_table("snapshot_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_snapshot_files_stored_file_id"))
        batch_op.drop_index(batch_op.f("ix_snapshot_files_evidence_id"))

    op.drop_table("snapshot_files")
    with op.batch_alter_table("sealed_values", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sealed_values_snapshot_id"))

    op.drop_table("sealed_values")
    with op.batch_alter_table("review_rounds", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_review_rounds_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_review_rounds_snapshot_id"))

    op.drop_table("review_rounds")
    op.drop_table("evidence_use_headings")
    op.drop_table("evidence_use_criteria")
    with op.batch_alter_table("editions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_editions_snapshot_id"))
        batch_op.drop_index(batch_op.f("ix_editions_portfolio_id"))

    op.drop_table("editions")
    op.drop_table("work_section_versions")
    with op.batch_alter_table("submission_moves", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_submission_moves_submission_id"))

    op.drop_table("submission_moves")
    with op.batch_alter_table("snapshots", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_snapshots_submission_id"))
        batch_op.drop_index(batch_op.f("ix_snapshots_portfolio_id"))
        batch_op.drop_index(batch_op.f("ix_snapshots_digest"))

    op.drop_table("snapshots")
    with op.batch_alter_table("evidence_uses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_uses_work_id"))

    op.drop_table("evidence_uses")
    with op.batch_alter_table("conflicts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conflicts_reviewer_id"))

    op.drop_table("conflicts")
    op.drop_table("work_sections")
    op.drop_table("work_sdgs")
    op.drop_table("work_missions")
    op.drop_table("work_change_domains")
    with op.batch_alter_table("submissions", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_submissions_live",
            sqlite_where=sa.text("state NOT IN ('decided', 'withdrawn')"),
            postgresql_where=sa.text("state NOT IN ('decided', 'withdrawn')"),
        )
        batch_op.drop_index("ix_submissions_state_since")
        batch_op.drop_index(batch_op.f("ix_submissions_portfolio_id"))
        batch_op.drop_index("ix_submissions_call_id_state_id")
        batch_op.drop_index(batch_op.f("ix_submissions_applicant_id"))

    op.drop_table("submissions")
    op.drop_table("preview_pages")
    op.drop_table("portfolio_works")
    op.drop_table("panel_rules")
    with op.batch_alter_table("evidence_items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_items_stored_file_id"))
        batch_op.drop_index(batch_op.f("ix_evidence_items_owner_id"))

    op.drop_table("evidence_items")
    with op.batch_alter_table("contributions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contributions_work_id"))

    op.drop_table("contributions")
    with op.batch_alter_table("change_records", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_change_records_work_id"))

    op.drop_table("change_records")
    op.drop_table("call_rule_sets")
    with op.batch_alter_table("works", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_works_theme"))
        batch_op.drop_index(batch_op.f("ix_works_province_code"))
        batch_op.drop_index("ix_works_owner_id_updated_at")
        batch_op.drop_index(batch_op.f("ix_works_owner_id"))

    op.drop_table("works")
    with op.batch_alter_table("tokens", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tokens_user_id"))

    op.drop_table("tokens")
    with op.batch_alter_table("stored_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stored_files_sha256"))
        batch_op.drop_index(batch_op.f("ix_stored_files_created_by_id"))

    op.drop_table("stored_files")
    with op.batch_alter_table("sign_in_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_sessions_user_id"))
        batch_op.drop_index(batch_op.f("ix_sign_in_sessions_expires_at"))

    op.drop_table("sign_in_sessions")
    op.drop_table("rule_positions")
    op.drop_table("rule_headings")
    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_grants_user_id"))
        batch_op.drop_index(batch_op.f("ix_role_grants_organization_id"))

    op.drop_table("role_grants")
    op.drop_table("reviewer_profiles")
    with op.batch_alter_table("portfolios", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portfolios_owner_id"))

    op.drop_table("portfolios")
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_memberships_university_id"))
        batch_op.drop_index(batch_op.f("ix_memberships_organization_id"))

    op.drop_table("memberships")
    op.drop_table("levels")
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_index("ix_jobs_state_run_at")
        batch_op.drop_index(batch_op.f("ix_jobs_owner_id"))

    op.drop_table("jobs")
    with op.batch_alter_table("cv_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cv_entries_owner_id"))

    op.drop_table("cv_entries")
    op.drop_table("criteria")
    op.drop_table("calls")
    with op.batch_alter_table("worker_beats", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_worker_beats_beat_at"))

    op.drop_table("worker_beats")
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_index("uq_users_email")

    op.drop_table("users")
    with op.batch_alter_table("sign_in_attempts", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_attempts_key_at")

    op.drop_table("sign_in_attempts")
    op.drop_table("rule_sets")
    with op.batch_alter_table("organizations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organizations_parent_id"))

    op.drop_table("organizations")
    with op.batch_alter_table("mail_messages", schema=None) as batch_op:
        batch_op.drop_index("ix_mail_messages_state_next_try")

    op.drop_table("mail_messages")
    op.drop_table("criteria_sets")
    op.drop_table("audit_head")
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entries_subject")
        batch_op.drop_index(batch_op.f("ix_audit_entries_at"))
        batch_op.drop_index(batch_op.f("ix_audit_entries_actor_id"))
        batch_op.drop_index(batch_op.f("ix_audit_entries_action"))

    op.drop_table("audit_entries")
