"""The command line, with a folder of its own for what it keeps."""

from pathlib import Path

import pytest
from command_line import skafu

__all__ = ["skafu"]


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of what the command line keeps; nothing of the person who runs the tests."""
    for name in ("SKAFU_URL", "SKAFU_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config"
