"""The emulators of these tests: one with all patches, and one at a time that lacks the patch which a test asks for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from emulator_process import Account, Emulator, start


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    patched = start(tmp_path_factory.mktemp("emulator"))
    yield patched
    patched.stop()


class Unpatched:
    """The emulator without a certain patch; tests of the same patch, which follow each other, share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: dict[str, Emulator] = {}

    def without(self, patch: str) -> Emulator:
        if patch not in self._running:
            self.stop()
            folder = self._folder / patch
            folder.mkdir(exist_ok=True)
            self._running[patch] = start(folder, (patch,))
        return self._running[patch]

    def stop(self) -> None:
        while self._running:
            self._running.popitem()[1].stop()


@pytest.fixture(scope="session")
def unpatched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Unpatched]:
    emulators = Unpatched(tmp_path_factory.mktemp("unpatched"))
    yield emulators
    emulators.stop()


@pytest.fixture
def account(request: pytest.FixtureRequest) -> Account:
    """A new account; with a parameter, on an emulator that has the patch of this name switched off."""
    if patch := getattr(request, "param", ""):
        unpatched: Unpatched = request.getfixturevalue("unpatched")
        return unpatched.without(patch).account()
    patched: Emulator = request.getfixturevalue("emulator")
    return patched.account()
