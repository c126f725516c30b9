"""Works of every kind.

Revision: 202611222102
Follows: 202611222101
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

KINDS = (
    "kind IN ('research', 'industry', 'teaching_development', 'public_policy', 'case_study', 'translation',"
    " 'reference_work', 'creative_science', 'creative_arts', 'patent', 'software', 'social', 'innovation',"
    " 'textbook', 'book', 'article')"
)
revision = "202611222102"
down_revision = "202611222101"
branch_labels = None
depends_on = None


FORMS = (
    "form IN ('article-journal', 'paper-conference', 'book', 'chapter', 'report', 'thesis', 'patent', 'software',"
    " 'dataset', 'article-magazine', 'article-newspaper', 'webpage', 'motion_picture', 'graphic', 'performance',"
    " 'document')"
)
ROLES_BEFORE = (
    "role IN ('principal_operator', 'co_operator', 'first_author', 'corresponding_author',"
    " 'intellectual_contributor', 'collaborator')"
)
ROLES = (
    "role IN ('principal_operator', 'co_operator', 'first_author', 'corresponding_author',"
    " 'intellectual_contributor', 'co_author', 'collaborator')"
)
PEOPLE = ("family_en", "given_en", "is_literal", "is_author", "also_corresponding", "also_intellectual")
LIVE = """
INSERT INTO live_works (work_id, submission_id)
SELECT snapshot_works.work_id, MIN(submissions.id)
FROM submissions
JOIN snapshots ON snapshots.submission_id = submissions.id
JOIN snapshot_works ON snapshot_works.snapshot_id = snapshots.id
WHERE submissions.state NOT IN ('decided', 'withdrawn')
AND snapshots.id = (SELECT MAX(newest.id) FROM snapshots AS newest WHERE newest.submission_id = submissions.id)
GROUP BY snapshot_works.work_id
"""


def upgrade() -> None:
    with op.batch_alter_table("works") as works:
        works.add_column(sa.Column("kind", sa.String(length=40), nullable=False, server_default="social"))
        works.create_check_constraint(op.f("ck_works_kind_known"), KINDS)
    with op.batch_alter_table("works") as works:
        works.alter_column("kind", server_default=None)
    with op.batch_alter_table("contributions") as people:
        for name in PEOPLE:
            kind = sa.String(length=120) if name.endswith("_en") else sa.Boolean()
            default = "" if name.endswith("_en") else (sa.true() if name == "is_author" else sa.false())
            people.add_column(sa.Column(name, kind, nullable=False, server_default=default))
        people.drop_constraint(op.f("ck_contributions_role_known"), type_="check")
        people.create_check_constraint(op.f("ck_contributions_role_known"), ROLES)
    with op.batch_alter_table("contributions") as people:
        for name in PEOPLE:
            people.alter_column(name, server_default=None)
    op.execute(sa.text("UPDATE contributions SET is_author = :no WHERE role = 'collaborator'").bindparams(no=False))
    _bibliographies()
    _earlier_uses()
    _rule_checks()
    op.create_table(
        "live_works",
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["work_id"], ["works.id"], name=op.f("fk_live_works_work_id_works")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_live_works_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("work_id", name=op.f("pk_live_works")),
    )
    op.create_index(op.f("ix_live_works_submission_id"), "live_works", ["submission_id"])
    op.execute(LIVE)


def _bibliographies() -> None:
    op.create_table(
        "bibliographies",
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("container_title", sa.String(length=500), nullable=False),
        sa.Column("volume", sa.String(length=60), nullable=False),
        sa.Column("issue", sa.String(length=60), nullable=False),
        sa.Column("pages", sa.String(length=60), nullable=False),
        sa.Column("edition", sa.String(length=60), nullable=False),
        sa.Column("publisher", sa.String(length=300), nullable=False),
        sa.Column("publisher_place", sa.String(length=200), nullable=False),
        sa.Column("event", sa.String(length=500), nullable=False),
        sa.Column("event_place", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=120), nullable=False),
        sa.Column("genre", sa.String(length=200), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("month", sa.Integer(), nullable=True),
        sa.Column("day", sa.Integer(), nullable=True),
        sa.Column("doi", sa.String(length=300), nullable=False),
        sa.Column("isbn", sa.String(length=20), nullable=False),
        sa.Column("issn", sa.String(length=20), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=False),
        sa.Column("keywords", sa.JSON(), nullable=False),
        sa.Column("editors", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("tci_tier", sa.Integer(), nullable=True),
        sa.Column("scopus_quartile", sa.String(length=40), nullable=True),
        sa.Column("other_databases", sa.String(length=300), nullable=False),
        sa.Column("impact_factor", sa.Numeric(precision=9, scale=3), nullable=True),
        sa.Column("impact_factor_year", sa.Integer(), nullable=True),
        sa.Column("citations", sa.Integer(), nullable=True),
        sa.Column("citations_database", sa.String(length=120), nullable=False),
        sa.Column("citations_as_at", sa.Date(), nullable=True),
        sa.Column("never_used", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(FORMS, name=op.f("ck_bibliographies_form_known")),
        sa.CheckConstraint(
            "scopus_quartile IN ('q1', 'q2', 'q3', 'q4')", name=op.f("ck_bibliographies_scopus_quartile_known")
        ),
        sa.CheckConstraint("year IS NULL OR year BETWEEN 1400 AND 2200", name=op.f("ck_bibliographies_year_ce")),
        sa.CheckConstraint(
            "month IS NULL OR (month BETWEEN 1 AND 12 AND year IS NOT NULL)",
            name=op.f("ck_bibliographies_month_of_a_year"),
        ),
        sa.CheckConstraint(
            "day IS NULL OR (day BETWEEN 1 AND 31 AND month IS NOT NULL)", name=op.f("ck_bibliographies_day_of_a_month")
        ),
        sa.CheckConstraint(
            "tci_tier IS NULL OR tci_tier BETWEEN 1 AND 3", name=op.f("ck_bibliographies_tci_tier_1_to_3")
        ),
        sa.CheckConstraint("citations IS NULL OR citations >= 0", name=op.f("ck_bibliographies_citations_from_0")),
        sa.CheckConstraint(
            "impact_factor IS NULL OR impact_factor >= 0", name=op.f("ck_bibliographies_impact_factor_from_0")
        ),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_bibliographies_work_id_works"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("work_id", name=op.f("pk_bibliographies")),
    )
    op.create_index("ix_bibliographies_doi", "bibliographies", ["doi"])


def _earlier_uses() -> None:
    op.create_table(
        "earlier_uses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work_id", sa.Integer(), nullable=False),
        sa.Column("position_code", sa.String(length=20), nullable=False),
        sa.Column("rules", sa.String(length=200), nullable=False),
        sa.Column("field", sa.String(length=200), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=60), nullable=False),
        sa.Column("result", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("result IN ('passed', 'not_passed', 'pending')", name=op.f("ck_earlier_uses_result_known")),
        sa.CheckConstraint("year BETWEEN 1900 AND 2200", name=op.f("ck_earlier_uses_year_ce")),
        sa.ForeignKeyConstraint(
            ["work_id"], ["works.id"], name=op.f("fk_earlier_uses_work_id_works"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earlier_uses")),
    )
    op.create_index(op.f("ix_earlier_uses_work_id"), "earlier_uses", ["work_id"])


def _rule_checks() -> None:
    op.create_table(
        "rule_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_set_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("position_code", sa.String(length=20), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("certainty", sa.String(length=40), nullable=False),
        sa.Column("text_th", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("source_th", sa.Text(), nullable=False),
        sa.Column("source_en", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('works', 'service_years', 'roles', 'dissemination', 'reuse', 'method_suspended', 'appeals')",
            name=op.f("ck_rule_checks_kind_known"),
        ),
        sa.CheckConstraint(
            "certainty IN ('confirmed', 'secondary', 'remembered')", name=op.f("ck_rule_checks_certainty_known")
        ),
        sa.ForeignKeyConstraint(
            ["rule_set_id"], ["rule_sets.id"], name=op.f("fk_rule_checks_rule_set_id_rule_sets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_checks")),
        sa.UniqueConstraint("rule_set_id", "number", name=op.f("uq_rule_checks_rule_set_id_number")),
    )


def downgrade() -> None:
    for name in ("live_works", "rule_checks", "earlier_uses", "bibliographies"):
        op.drop_table(name)
    op.execute("UPDATE contributions SET role = 'collaborator' WHERE role = 'co_author'")
    with op.batch_alter_table("contributions") as people:
        people.drop_constraint(op.f("ck_contributions_role_known"), type_="check")
        people.create_check_constraint(op.f("ck_contributions_role_known"), ROLES_BEFORE)
        for name in PEOPLE:
            people.drop_column(name)
    with op.batch_alter_table("works") as works:
        works.drop_constraint(op.f("ck_works_kind_known"), type_="check")
        works.drop_column("kind")
