"""The pinned formatter: sorts and prunes imports and lays out Python, as a recorded step of generation."""

import os
import subprocess
import tempfile
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from skafu.kernel.errors import Unavailable

SETTINGS = "pyproject.toml"
LIMIT_SECONDS = 60
MEMORY = Path("/dev/shm")  # noqa: S108
"""Where Linux keeps files in memory; writing and removing a project costs nothing there."""
EVERYTHING = ("--no-respect-gitignore", "--config", "exclude = []", "--config", "extend-exclude = []")
"""All files are formatted, whatever they are called and wherever the temporary folder stands."""


class RuffFormatter:
    """Formats Python with the ruff that Skafu is locked to."""

    name = f"ruff {version('ruff')}"

    def format(self, files: Mapping[str, bytes]) -> Mapping[str, bytes]:
        """Format the Python files of a project.

        Args:
            files: path to content; `pyproject.toml`, when it is among them, holds the settings.

        Returns:
            The Python files, formatted.

        Raises:
            Unavailable: the formatter does not run, or a file is no valid Python.
        """
        python = [path for path in files if path.endswith(".py")]
        with tempfile.TemporaryDirectory(prefix="skafu-format-", dir=_fast_place()) as name:
            root = Path(name)
            _write(root, {path: files[path] for path in python} | {SETTINGS: files.get(SETTINGS, b"[tool.ruff]\n")})
            _ruff(root, "check", "--fix", "--select", "I,F401,UP037", "--exit-zero")
            _ruff(root, "format")
            return {path: (root / path).read_bytes() for path in python}


@cache
def ruff_binary() -> str:
    """Where the ruff of this environment stands; to run it directly saves the start of a Python."""
    found: str = import_module("ruff").find_ruff_bin()
    return found


def _fast_place() -> Path | None:
    return MEMORY if os.access(MEMORY, os.W_OK | os.X_OK) else None


def _write(root: Path, files: Mapping[str, bytes]) -> None:
    for folder in {(root / path).parent for path in files}:
        folder.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        (root / path).write_bytes(content)


def _ruff(root: Path, *arguments: str) -> None:
    """Run ruff below a folder, deaf to settings of whoever runs this.

    Raises:
        Unavailable: it does not start, takes too long, or finds a file that is no Python.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RUFF_")}
    try:
        done = subprocess.run(
            [ruff_binary(), *arguments, *EVERYTHING, "--no-cache", "."],
            cwd=root,
            env=environment,
            capture_output=True,
            timeout=LIMIT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f"the formatter ruff does not run: {error}", fix="install Skafu again") from error
    if done.returncode:
        said = (done.stderr or done.stdout).decode(errors="replace").strip()
        raise Unavailable(f"the formatter ruff failed: {said[:2000]}")
