"""Fills `Prover` with a guarded process for each proof: whatever it has started ends with it, and with this process."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import msgspec

from skafu.contexts.project.adapters.proving import Line
from skafu.contexts.project.adapters.workshop.orders import error_of
from skafu.contexts.project.adapters.workshop.workshop import bare_environment
from skafu.contexts.project.ports import Hear, MadeProof, Taken
from skafu.kernel.errors import Unavailable
from skafu.proof.checks import LEVELS, Level
from skafu.proof.project_files import RECORD, RECORD_FOR_PEOPLE
from skafu.proof.sandbox import Limits, Sandboxed

PROVING: Final = "skafu.contexts.project.adapters.proving"
UNLIMITED: Final = Limits(None, None, None, None, None)
"""The proof limits the tools that it runs; this process is our own."""

_read_line = msgspec.json.Decoder(Line).decode
_LONGEST_LINE: Final = 1024 * 1024


class ProcessProver:
    """Proves projects, one process for each."""

    def __init__(self, *, level: Level = LEVELS[-1]) -> None:
        """Prove as far as this level."""
        self._level = level

    async def prove(self, archive: bytes, hear: Hear) -> MadeProof:
        """Prove the files of an archive."""
        room = Path(tempfile.mkdtemp(prefix="skafu-proving-"))
        project = room / "project"
        try:
            async with self._proving(archive, room, project) as lines:
                async for content in lines:
                    line = _read_line(content)
                    if line.failed is not None:
                        raise error_of(line.failed)
                    if line.step is not None:
                        hear(line.step)
            return await asyncio.to_thread(_made, project)
        finally:
            await asyncio.shield(asyncio.ensure_future(asyncio.to_thread(shutil.rmtree, room, ignore_errors=True)))

    async def taken_over(self, record: bytes, taken: Taken) -> tuple[bytes, bytes]:
        """The record, for programs and for people, that says who took the files over."""
        return await asyncio.to_thread(_taken_over, record, taken)

    @asynccontextmanager
    async def _proving(self, archive: bytes, room: Path, project: Path) -> AsyncIterator[asyncio.StreamReader]:
        """A proof that is under way, as the lines that it says; it is ended on the way out."""
        ours, theirs = os.pipe()
        starting = asyncio.ensure_future(asyncio.to_thread(self._start, archive, room, project, theirs))
        try:
            process = await asyncio.shield(starting)
        except asyncio.CancelledError:
            await asyncio.to_thread((await starting).stop)
            os.close(ours)
            raise
        except BaseException:
            os.close(ours)
            raise
        reader = asyncio.StreamReader(limit=_LONGEST_LINE)
        transport = None
        try:
            loop = asyncio.get_running_loop()
            protocol = asyncio.StreamReaderProtocol(reader)
            transport, _ = await loop.connect_read_pipe(lambda: protocol, os.fdopen(ours, "rb"))
            yield reader
        finally:
            if transport is not None:
                transport.close()
            await asyncio.shield(asyncio.ensure_future(asyncio.to_thread(process.stop)))

    def _start(self, archive: bytes, room: Path, project: Path, output: int) -> Sandboxed:
        """Lay the files out and start; when this process is killed, the guard ends the proof and removes the room."""
        from skafu.scaffold.merging.archive import unpacked
        from skafu.workspace.project_folder import write_new

        with os.fdopen(output, "wb") as said:
            write_new(unpacked(archive, name="the archive of the project"), project)
            return Sandboxed(
                [sys.executable, "-m", PROVING, str(project), self._level],
                cwd=room,
                env={**bare_environment(), "TMPDIR": str(room)},
                room=room,
                output=said,
                errors=subprocess.DEVNULL,
                limits=UNLIMITED,
                close_network=False,
            )


def _made(project: Path) -> MadeProof:
    """What the process has left behind."""
    from skafu.proof.statement import Statement  # brings most of the proof along, which no start should wait for

    try:
        record, report = (project / RECORD).read_bytes(), (project / RECORD_FOR_PEOPLE).read_bytes()
    except OSError:
        raise Unavailable(
            "the proof ended without a record", fix="try again; look at the memory of the machine"
        ) from None
    details = msgspec.json.decode(record, type=Statement).predicate.skafu
    verdicts = [each.verdict for each in details.checks]
    return MadeProof(
        proven=details.proven,
        record=record,
        report=report,
        failed=tuple(each.name for each in details.checks if each.verdict == "failed"),
        passed=verdicts.count("passed"),
        open_questions=verdicts.count("not_proven"),
        seconds=details.seconds,
    )


def _taken_over(record: bytes, taken: Taken) -> tuple[bytes, bytes]:
    from skafu.proof.record import decoded, encoded, taken_over
    from skafu.proof.record_text import text_of
    from skafu.proof.statement import Override

    override = Override(taken.person, taken.reason, taken.at)
    statement = taken_over(decoded(record, "the record of the proof"), override)
    return encoded(statement), text_of(statement).encode()
