"""Delegations.

Revision: 202611222109
Follows: 202611222108
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "202611222109"
down_revision = "202611222108"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delegations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("address = lower(address)", name=op.f("ck_delegations_address_lower")),
        sa.CheckConstraint("delegate_id IS NULL OR delegate_id <> owner_id", name=op.f("ck_delegations_somebody_else")),
        sa.CheckConstraint(
            "(accepted_at IS NULL) = (delegate_id IS NULL)", name=op.f("ck_delegations_accepted_by_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_delegations_owner_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["delegate_id"], ["users.id"], name=op.f("fk_delegations_delegate_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["ended_by_id"], ["users.id"], name=op.f("fk_delegations_ended_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
    )
    op.create_index(op.f("ix_delegations_address"), "delegations", ["address"])
    op.create_index(op.f("ix_delegations_delegate_id"), "delegations", ["delegate_id"])
    op.create_index(
        "uq_delegations_standing",
        "delegations",
        ["owner_id", "address"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "delegated_deeds",
        sa.Column("audit_entry_id", sa.Integer(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["audit_entry_id"], ["audit_entries.id"], name=op.f("fk_delegated_deeds_audit_entry_id_audit_entries")
        ),
        sa.ForeignKeyConstraint(
            ["delegation_id"],
            ["delegations.id"],
            name=op.f("fk_delegated_deeds_delegation_id_delegations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("audit_entry_id", name=op.f("pk_delegated_deeds")),
    )
    op.create_index(op.f("ix_delegated_deeds_delegation_id"), "delegated_deeds", ["delegation_id"])


def downgrade() -> None:
    op.drop_table("delegated_deeds")
    op.drop_table("delegations")
