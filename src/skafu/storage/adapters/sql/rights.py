"""Who may do what in PostgreSQL: three roles, and row-level security between tenants.

`skafu_writer` appends for all tenants, because one statement writes the events of several, and cannot read what events
hold. `skafu_reader` sees and writes the rows of the tenant that the session names. `skafu_feed` reads all events and
keeps the read models. None may change or remove an event.
"""

from collections.abc import Sequence
from typing import Final

WRITER: Final = "skafu_writer"
READER: Final = "skafu_reader"
FEED: Final = "skafu_feed"

_ROLE = """
DO $$ BEGIN
    CREATE ROLE {role} NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""
_MEMBER = """
DO $$ BEGIN
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('GRANT {role} TO %I', current_user);
    END IF;
EXCEPTION WHEN unique_violation OR internal_error OR insufficient_privilege THEN NULL;
END $$
"""
_TENANT = "tenant = current_setting('skafu.tenant', true)"
_TENANT_TABLES = ("events", "command_results", "documents", "document_entries")
_PLACE = "tenant, stream, version, epoch, xid, position"


def _policy(name: str, tables: Sequence[str], rule: str) -> list[str]:
    return [
        statement
        for table in tables
        for statement in (f"DROP POLICY IF EXISTS {name} ON {table}", f"CREATE POLICY {name} ON {table} {rule}")
    ]


GRANTS: Final = (
    *(statement.format(role=role) for role in (WRITER, READER, FEED) for statement in (_ROLE, _MEMBER)),
    f"GRANT INSERT, SELECT ({_PLACE}) ON events TO {WRITER}",
    f"GRANT INSERT, SELECT ON command_results TO {WRITER}",
    f"GRANT SELECT ON epochs TO {WRITER}, {READER}, {FEED}",
    f"GRANT SELECT ON events, command_results, collections TO {READER}",
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON documents, document_entries TO {READER}",
    f"GRANT SELECT ON events TO {FEED}",
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON documents, document_entries, collections, checkpoints TO {FEED}",
    *(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY" for table in _TENANT_TABLES),
    *_policy("tenant", _TENANT_TABLES, f"TO {READER} USING ({_TENANT}) WITH CHECK ({_TENANT})"),
    *_policy("writing", _TENANT_TABLES[:2], f"TO {WRITER} USING (true) WITH CHECK (true)"),
    *_policy("feeding", _TENANT_TABLES[:1], f"FOR SELECT TO {FEED} USING (true)"),
    *_policy("feeding", _TENANT_TABLES[2:], f"TO {FEED} USING (true) WITH CHECK (true)"),
)
"""Statements that create the roles and say what they may do. They run in a migration, and again when a database has
moved to another server: a dump has no roles. To run them twice is the same as once."""
