"""The database's own refusal to change the record, for the migration that makes the tables."""

from __future__ import annotations

from sqlalchemy import Connection

_SQLITE = (
    """
    CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries
    BEGIN SELECT RAISE(ABORT, 'audit_entries is append-only'); END
    """,
    """
    CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries
    BEGIN SELECT RAISE(ABORT, 'audit_entries is append-only'); END
    """,
    """
    CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
    BEGIN SELECT RAISE(ABORT, 'audit_head stays'); END
    """,
    """
    CREATE TRIGGER audit_head_forward BEFORE UPDATE ON audit_head WHEN NEW.position <> OLD.position + 1
    BEGIN SELECT RAISE(ABORT, 'audit_head only moves forward'); END
    """,
)
_SQLITE_NAMES = ("audit_entries_no_update", "audit_entries_no_delete", "audit_head_no_delete", "audit_head_forward")

_POSTGRESQL = (
    """
    CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
    """,
    """
    CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()
    """,
    """
    CREATE TRIGGER audit_head_stays BEFORE DELETE OR TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()
    """,
    """
    CREATE TRIGGER audit_head_forward BEFORE UPDATE ON audit_head
    FOR EACH ROW WHEN (NEW.position <> OLD.position + 1) EXECUTE FUNCTION refuse_audit_change()
    """,
)
_POSTGRESQL_DROPS = (
    "DROP TRIGGER audit_entries_append_only ON audit_entries",
    "DROP TRIGGER audit_head_stays ON audit_head",
    "DROP TRIGGER audit_head_forward ON audit_head",
    "DROP FUNCTION refuse_audit_change()",
)


def create_triggers(connection: Connection) -> None:
    """Make the record append-only. Called by the migration after it has made both tables (`op.get_bind()`)."""
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.exec_driver_sql(statement.replace("%", "%%") if _percent_is_special(connection) else statement)


def drop_triggers(connection: Connection) -> None:
    """Undo create_triggers, before a migration drops the tables."""
    if connection.dialect.name == "sqlite":
        for name in _SQLITE_NAMES:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        return
    for statement in _POSTGRESQL_DROPS:
        connection.exec_driver_sql(statement)


def _percent_is_special(connection: Connection) -> bool:
    """psycopg takes a percent sign for a parameter."""
    return connection.dialect.name != "sqlite"
