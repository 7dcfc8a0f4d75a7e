"""The emulators of these tests: one with all patches per run, one without a certain patch per test that asks for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from emulator_process import Account, Emulator, start


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    patched = start(tmp_path_factory.mktemp("emulator"))
    yield patched
    patched.stop()


@pytest.fixture
def account(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Account]:
    """A new account; with a parameter, on a server of its own that has the patch of this name switched off."""
    off = getattr(request, "param", "")
    if not off:
        patched: Emulator = request.getfixturevalue("emulator")
        yield patched.account()
        return
    raw = start(tmp_path, (off,))
    yield raw.account()
    raw.stop()
