"""A PostgreSQL server of a test's own, that may be stopped, left and harmed."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from postgres_databases import new_server


class OwnServer:
    """A running server and its tools."""

    def __init__(self, folder: Path) -> None:
        """Start it; its files stand in a folder that does not exist yet."""
        self._server = new_server(folder)
        self.address = str(self._server.get_uri())

    def crash(self) -> None:
        """Stop without finishing anything, as in a power cut."""
        self.tool(
            "pg_ctl", "-D", str(self._server.pgdata), "-m", "immediate", "-w", "stop", user=self._server.system_user
        )

    def start(self) -> None:
        """Start again; what follows a crash is put right first."""
        self._server.ensure_postgres_running()

    def tool(self, name: str, *arguments: str, user: str | None = None) -> None:
        """Run one of the server's tools."""
        done = self._run(name, *arguments, user=user)
        assert done.returncode == 0, done.stderr

    def _run(self, name: str, *arguments: str, user: str | None = None) -> "subprocess.CompletedProcess[str]":
        words = [str(self._server.bin_path / name), *arguments]
        return subprocess.run(words, check=False, capture_output=True, text=True, user=user, cwd="/")

    def restore(self, dump: Path, database: str) -> None:
        """Fill an empty database from a dump; what a server cannot do is to give rights to roles it does not know."""
        done = self._run("pg_restore", f"--dbname={database}", str(dump))
        errors = [line for line in done.stderr.splitlines() if "error:" in line]
        assert all('role "skafu_' in line and line.endswith("does not exist") for line in errors), done.stderr

    def close(self) -> None:
        """Stop it for good."""
        self._server.cleanup()


@contextmanager
def own_server() -> Iterator[OwnServer]:
    """A server that is gone in the end."""
    with tempfile.TemporaryDirectory(prefix="skafu-own-") as folder:
        Path(folder).chmod(0o755)
        server = OwnServer(Path(folder) / "postgres")
        try:
            yield server
        finally:
            server.close()
