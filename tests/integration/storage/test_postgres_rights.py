"""What the three roles may do, asked of the server itself."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege
from psycopg.sql import SQL, Identifier
from storage_samples import ACME, ORIGIN, OTHER, counted

from skafu.storage import ANY, Change, Collection, Storage

Somebody = psycopg.Connection[Any]
LIST = Collection("list", (("n",),))


@pytest.fixture
async def filled(postgres: Storage) -> Storage:
    for tenant in (ACME, OTHER):
        await postgres.events.append(tenant, "s", counted(1), expected=ANY, origin=ORIGIN, key="k")
        await postgres.documents.put(tenant, LIST, "d", {"n": 1})
    return postgres


@pytest.fixture
def reader(somebody: Somebody, filled: Storage) -> Iterator[Somebody]:
    del filled
    somebody.autocommit = True
    somebody.execute("SET ROLE skafu_reader")
    yield somebody
    somebody.autocommit = False


TABLES = ("events", "command_results", "documents", "document_entries")


def _seen(somebody: Somebody, table: str) -> set[str]:
    return {row[0] for row in somebody.execute(SQL("SELECT tenant FROM {}").format(Identifier(table)))}


@pytest.mark.parametrize("table", TABLES)
def test_a_reader_sees_the_tenant_of_the_session_alone(reader: Somebody, table: str) -> None:
    assert _seen(reader, table) == set()
    reader.execute("SET skafu.tenant = 'acme'")
    assert _seen(reader, table) == {"acme"}
    reader.execute("SET skafu.tenant = ''")
    assert _seen(reader, table) == set()


def test_a_reader_writes_for_its_tenant_alone(reader: Somebody) -> None:
    reader.execute("SET skafu.tenant = 'acme'")
    with pytest.raises(InsufficientPrivilege):
        reader.execute("INSERT INTO documents VALUES ('other', 'list', 'x', 1, '', '')")
    assert reader.execute("UPDATE documents SET revision = 9 WHERE tenant = 'other'").rowcount == 0
    assert reader.execute("DELETE FROM documents WHERE tenant = 'other'").rowcount == 0
    with pytest.raises(InsufficientPrivilege):
        reader.execute("UPDATE documents SET tenant = 'other'")


DENIED: list[tuple[str, LiteralString]] = [
    *(
        (role, statement)
        for role in ("skafu_writer", "skafu_reader", "skafu_feed")
        for statement in (
            "UPDATE events SET data = ''",
            "DELETE FROM events",
            "TRUNCATE events",
            "DROP TABLE events",
            "ALTER TABLE events DISABLE ROW LEVEL SECURITY",
            "UPDATE epochs SET server = 0",
            "UPDATE command_results SET version = 0",
        )
    ),
    ("skafu_writer", "SELECT data FROM events"),
    ("skafu_writer", "SELECT meta FROM events"),
    ("skafu_writer", "SELECT body FROM documents"),
    ("skafu_reader", "INSERT INTO events SELECT * FROM events"),
    ("skafu_reader", "SELECT * FROM checkpoints"),
    ("skafu_reader", "UPDATE collections SET physical = 'x'"),
    ("skafu_feed", "INSERT INTO events SELECT * FROM events"),
    ("skafu_feed", "SELECT * FROM command_results"),
]


@pytest.mark.parametrize(("role", "statement"), DENIED)
def test_what_a_role_may_not_do(filled: Storage, somebody: Somebody, role: str, statement: LiteralString) -> None:
    del filled
    somebody.execute(f"SET ROLE {role}".encode())
    with pytest.raises(InsufficientPrivilege):
        somebody.execute(statement)


async def test_the_runner_of_projections_works_for_all(filled: Storage, somebody: Somebody) -> None:
    claim = await filled.checkpoints.claim("p", 0, "me", timedelta(hours=1))
    assert claim is not None
    changes = [Change(tenant, LIST, "e", {"n": 2}) for tenant in (ACME, OTHER)]
    await filled.read_models.save(claim, await filled.feed.tip(), changes)
    assert somebody.execute("SELECT count(*) FROM documents").fetchone() == (4,)
