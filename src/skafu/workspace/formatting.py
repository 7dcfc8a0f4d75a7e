"""The pinned formatter: sorts and prunes imports and lays out Python, as a recorded step of generation."""

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from skafu.kernel.errors import Unavailable

SETTINGS = "pyproject.toml"
LIMIT_SECONDS = 60


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
        with tempfile.TemporaryDirectory(prefix="skafu-format-") as name:
            root = Path(name)
            python = [path for path in files if path.endswith(".py")]
            for path in [*python, *({SETTINGS} & files.keys())]:
                target = root / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(files[path])
            _ruff(root, "check", "--fix", "--select", "I,F401,UP037", "--exit-zero")
            _ruff(root, "format")
            return {path: (root / path).read_bytes() for path in python}


def _ruff(root: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "ruff", *arguments, "--no-cache", "."]
    try:
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False)
    except OSError as error:
        raise Unavailable("the formatter ruff does not start", fix="install Skafu again") from error
    if done.returncode:
        raise Unavailable(f"the formatter ruff failed: {(done.stderr or done.stdout).strip()[:2000]}")
