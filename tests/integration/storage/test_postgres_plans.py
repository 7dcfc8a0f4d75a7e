"""How PostgreSQL goes about the statements of the store, as the store grows."""

import psycopg
import pytest
from postgres_databases import emptied
from projected_numbers import sums, worker_of
from storage_samples import ACME, ORIGIN, codec, counted

from skafu.storage.adapters.postgres import one_login, postgres_storage


def _read(address: str, table: str) -> int:
    """How many entries of the table's indexes were read by connections that have ended."""
    with psycopg.connect(address) as connection:
        statement = "SELECT sum(idx_tup_read)::bigint FROM pg_stat_user_indexes WHERE relname = %s"
        (entries,) = connection.execute(statement, (table,)).fetchone() or (0,)
        return int(entries)


@pytest.mark.parametrize("at_once", [1, 2])
async def test_an_append_reads_no_more_as_the_stream_grows(postgres_database: str, at_once: int) -> None:
    async with postgres_storage(one_login(postgres_database), codec()):
        emptied(postgres_database)
    before = _read(postgres_database, "events")
    async with postgres_storage(one_login(postgres_database), codec()) as storage:
        for number in range(100):
            events = counted(*range(at_once))
            await storage.events.append(ACME, "s", events, expected=number * at_once, origin=ORIGIN)
    assert _read(postgres_database, "events") - before < 500


async def test_a_page_of_documents_reads_those_documents_alone(postgres_database: str) -> None:
    emptied(postgres_database)
    async with postgres_storage(one_login(postgres_database), codec()) as storage:
        for number in range(140):
            await storage.events.append(ACME, f"s-{number}", counted(number), expected=0, origin=ORIGIN)
    before = _read(postgres_database, "documents")
    async with postgres_storage(one_login(postgres_database), codec()) as storage:
        await worker_of(storage, sums()).catch_up()
    assert _read(postgres_database, "documents") - before < 1000
