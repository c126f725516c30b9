"""The academic's record in full.

Revision: 202611222101
Follows: 12dbb8aab2f1
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611222101"
down_revision = "12dbb8aab2f1"
branch_labels = None
depends_on = None

OLD_KINDS = "kind IN ('education', 'appointment', 'teaching', 'service')"
NEW_KINDS = (
    "kind IN ('education', 'appointment', 'position', 'invitation', 'honour', 'teaching', 'research', 'service',"
    " 'administration', 'other')"
)
CHECKS = {
    "level_known": "level IN ('doctoral', 'master', 'graduate_diploma', 'bachelor', 'other')",
    "rank_known": "rank IN ('lecturer', 'assistant_professor', 'associate_professor', 'professor')",
    "mode_known": "mode IN ('normal', 'special')",
    "semester_known": "semester IN ('1', '2', '3', '1,2')",
    "appointment_has_rank": "(kind = 'appointment') = (rank IS NOT NULL)",
    "only_appointments_dated": "kind = 'appointment' OR (mode IS NULL AND dated IS NULL)",
    "level_of_degree_or_course": "kind IN ('education', 'teaching') OR level IS NULL",
    "only_courses_have_semesters": "kind = 'teaching' OR semester IS NULL",
    "only_degrees_have_theses": "kind = 'education' OR (thesis_th = '' AND thesis_en = '' AND publications = '')",
    "only_workload_has_hours": ("kind IN ('teaching', 'service', 'administration', 'other') OR hours_per_week IS NULL"),
}
TEXTS = {
    "field_th": sa.String(length=200),
    "field_en": sa.String(length=200),
    "country_th": sa.String(length=100),
    "country_en": sa.String(length=100),
    "thesis_th": sa.Text(),
    "thesis_en": sa.Text(),
    "publications": sa.Text(),
}
WORDS = ("level", "rank", "mode", "semester")

# What the free text of older lines says, longest word first. What names no rank is another position.
RANKS = (
    ("ผู้ช่วยศาสตราจารย์%", "assistant_professor"),
    ("รองศาสตราจารย์%", "associate_professor"),
    ("ศาสตราจารย์%", "professor"),
    ("อาจารย์%", "lecturer"),
)
LEVELS = (
    ("%ดุษฎี%", "Ph.D.%", "doctoral"),
    ("%มหาบัณฑิต%", "M.%", "master"),
    ("%บัณฑิต%", "B.%", "bachelor"),
)


def upgrade() -> None:
    with op.batch_alter_table("cv_entries") as entries:
        entries.drop_constraint(op.f("ck_cv_entries_kind_known"), type_="check")
        for name in WORDS:
            entries.add_column(sa.Column(name, sa.String(length=40), nullable=True))
        entries.add_column(sa.Column("dated", sa.Date(), nullable=True))
        for name, kind in TEXTS.items():
            entries.add_column(sa.Column(name, kind, nullable=False, server_default=""))
    _read_older_lines()
    with op.batch_alter_table("cv_entries") as entries:
        for name in TEXTS:
            entries.alter_column(name, server_default=None)
        entries.create_check_constraint(op.f("ck_cv_entries_kind_known"), NEW_KINDS)
        for name, condition in CHECKS.items():
            entries.create_check_constraint(op.f(f"ck_cv_entries_{name}"), condition)
    op.create_table(
        "record_profiles",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("prefix", sa.String(length=40), nullable=True),
        sa.Column("service_rank_th", sa.String(length=80), nullable=False),
        sa.Column("service_rank_en", sa.String(length=80), nullable=False),
        sa.Column("position_th", sa.String(length=300), nullable=False),
        sa.Column("position_en", sa.String(length=300), nullable=False),
        sa.Column("employed_on", sa.Date(), nullable=True),
        sa.Column("field_th", sa.String(length=200), nullable=False),
        sa.Column("field_en", sa.String(length=200), nullable=False),
        sa.Column("field_code", sa.String(length=4), nullable=False),
        sa.Column("subfield_th", sa.String(length=200), nullable=False),
        sa.Column("subfield_en", sa.String(length=200), nullable=False),
        sa.Column("subfield_code", sa.String(length=6), nullable=False),
        sa.Column("orcid", sa.String(length=19), nullable=False),
        sa.Column("scopus_id", sa.String(length=20), nullable=False),
        sa.Column("researcher_id", sa.String(length=40), nullable=False),
        sa.Column("h_index", sa.Integer(), nullable=True),
        sa.Column("works_cited", sa.Integer(), nullable=True),
        sa.Column("citations", sa.Integer(), nullable=True),
        sa.Column("counted_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("prefix IN ('mr', 'mrs', 'miss', 'rank')", name=op.f("ck_record_profiles_prefix_known")),
        sa.CheckConstraint(
            "(COALESCE(prefix, '') = 'rank') = (service_rank_th <> '')", name=op.f("ck_record_profiles_rank_is_named")
        ),
        sa.CheckConstraint(
            "field_code = '' OR length(field_code) = 4", name=op.f("ck_record_profiles_field_code_of_four")
        ),
        sa.CheckConstraint(
            "subfield_code = '' OR length(subfield_code) = 6", name=op.f("ck_record_profiles_subfield_code_of_six")
        ),
        sa.CheckConstraint("h_index IS NULL OR h_index >= 0", name=op.f("ck_record_profiles_h_index_counts")),
        sa.CheckConstraint(
            "works_cited IS NULL OR works_cited >= 0", name=op.f("ck_record_profiles_works_cited_count")
        ),
        sa.CheckConstraint("citations IS NULL OR citations >= 0", name=op.f("ck_record_profiles_citations_count")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_record_profiles_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_record_profiles")),
    )
    op.create_table(
        "personal_details",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("birth_date", sa.Text(), nullable=True),
        sa.Column("salary", sa.Text(), nullable=True),
        sa.Column("telephone", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_personal_details_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_personal_details")),
    )


def downgrade() -> None:
    op.drop_table("personal_details")
    op.drop_table("record_profiles")
    with op.batch_alter_table("cv_entries") as entries:
        for name in CHECKS:
            entries.drop_constraint(op.f(f"ck_cv_entries_{name}"), type_="check")
        entries.drop_constraint(op.f("ck_cv_entries_kind_known"), type_="check")
    op.execute("UPDATE cv_entries SET kind = 'appointment' WHERE kind IN ('position', 'invitation', 'honour')")
    op.execute("UPDATE cv_entries SET kind = 'service' WHERE kind IN ('research', 'administration', 'other')")
    with op.batch_alter_table("cv_entries") as entries:
        for name in (*WORDS, "dated", *TEXTS):
            entries.drop_column(name)
        entries.create_check_constraint(op.f("ck_cv_entries_kind_known"), OLD_KINDS)


def _read_older_lines() -> None:
    """Ranks and levels from what older lines say in words; the academic sees and corrects them on the page."""
    entries = sa.table(
        "cv_entries",
        sa.column("kind", sa.String),
        sa.column("rank", sa.String),
        sa.column("level", sa.String),
        sa.column("title_th", sa.String),
        sa.column("title_en", sa.String),
    )
    for words, rank in RANKS:
        op.execute(
            entries.update()
            .where(entries.c.kind == "appointment", entries.c.rank.is_(None), entries.c.title_th.like(words))
            .values(rank=rank)
        )
    op.execute(
        entries.update().where(entries.c.kind == "appointment", entries.c.rank.is_(None)).values(kind="position")
    )
    for thai, english, level in LEVELS:
        op.execute(
            entries.update()
            .where(
                entries.c.kind == "education",
                entries.c.level.is_(None),
                sa.or_(entries.c.title_th.like(thai), entries.c.title_en.like(english)),
            )
            .values(level=level)
        )
