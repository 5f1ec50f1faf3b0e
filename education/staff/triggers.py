"""The lock of the audit trail in the database itself: entries are neither changed nor removed."""

from typing import Any

MESSAGE = "The audit trail only grows: its entries are neither changed nor removed."

INSTALL = {
    "sqlite": (
        f"CREATE TRIGGER staff_entry_no_update BEFORE UPDATE ON staff_entry "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
        f"CREATE TRIGGER staff_entry_no_delete BEFORE DELETE ON staff_entry "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
    ),
    "postgresql": (
        f"CREATE FUNCTION staff_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$BEGIN RAISE EXCEPTION '{MESSAGE}'; END$$",
        "CREATE TRIGGER staff_entry_no_change BEFORE UPDATE OR DELETE ON staff_entry "
        "FOR EACH ROW EXECUTE FUNCTION staff_entry_refuse()",
        "CREATE TRIGGER staff_entry_no_truncate BEFORE TRUNCATE ON staff_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION staff_entry_refuse()",
    ),
}
REMOVE = {
    "sqlite": (
        "DROP TRIGGER IF EXISTS staff_entry_no_update",
        "DROP TRIGGER IF EXISTS staff_entry_no_delete",
    ),
    "postgresql": (
        "DROP TRIGGER IF EXISTS staff_entry_no_change ON staff_entry",
        "DROP TRIGGER IF EXISTS staff_entry_no_truncate ON staff_entry",
        "DROP FUNCTION IF EXISTS staff_entry_refuse()",
    ),
}


def install(connection: Any) -> None:
    """Lock the trail. On a database of another kind only the model refuses."""
    _run(connection, INSTALL)


def remove(connection: Any) -> None:
    """Unlock it, for the emptying of a test database."""
    _run(connection, REMOVE)


def _run(connection: Any, statements: dict[str, tuple[str, ...]]) -> None:
    with connection.cursor() as cursor:
        for statement in statements.get(connection.vendor, ()):
            cursor.execute(statement)
