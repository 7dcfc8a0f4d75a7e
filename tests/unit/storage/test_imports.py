"""The ports are quick to import: nothing of an engine comes with them."""

import subprocess
import sys

SLOW = ["sqlalchemy", "alembic", "psycopg", "sqlite3", "asyncio", "logging", "pydantic", "hashlib"]


def _loaded_by(statement: str) -> set[str]:
    shown = f"{statement}\nimport sys\nprint(*sys.modules, sep='\\n')"
    return set(subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=True).stdout.split())


def test_the_ports_bring_no_engine() -> None:
    loaded = _loaded_by("import skafu.kernel.deciders, skafu.kernel.event_types, skafu.storage")
    assert loaded.isdisjoint(SLOW)
    assert "skafu.storage.event_store" in loaded


def test_sqlite_brings_no_migrations() -> None:
    loaded = _loaded_by("import skafu.storage.adapters.sqlite")
    assert loaded.isdisjoint({"sqlalchemy", "alembic", "psycopg"})
