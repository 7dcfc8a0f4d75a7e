"""The log of erasures as a file of lines that only ever grows, so that no restore of a database takes one back."""

import asyncio
import os
from pathlib import Path

import msgspec

from skafu.kernel.errors import Unavailable
from skafu.storage.erasure import Erasure

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Erasure).decode


class FileErasureLog:
    """Fills `ErasureLog` with one line of JSON for each entry."""

    def __init__(self, path: Path) -> None:
        """Keep the log in a file, made when the first entry comes."""
        self._path = path

    async def record(self, erasure: Erasure, /) -> None:
        """Keep an entry."""
        await asyncio.to_thread(_append, self._path, b"\n" + _encode(erasure) + b"\n")

    async def entries(self) -> list[Erasure]:
        """All entries; a line that was cut off by a crash was never acknowledged, and is passed over."""
        return await asyncio.to_thread(_entries, self._path)


def _append(path: Path, line: bytes) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            if os.write(descriptor, line) != len(line):
                raise Unavailable(
                    f"the log of erasures at {path} cannot be written whole",
                    fix="free some space",
                    told="the erasure cannot be noted",
                )
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise Unavailable(
            f"the log of erasures cannot be written: {error}",
            fix="look at the disk",
            told="the log of erasures does not answer",
        ) from error


def _entries(path: Path) -> list[Erasure]:
    try:
        lines = path.read_bytes().splitlines() if path.exists() else []
    except OSError as error:
        raise Unavailable(
            f"the log of erasures cannot be read: {error}",
            fix="look at the disk",
            told="the log of erasures does not answer",
        ) from error
    return [entry for line in lines if (entry := _entry(line)) is not None]


def _entry(line: bytes) -> Erasure | None:
    try:
        return _decode(line) if line else None
    except msgspec.MsgspecError:
        return None
