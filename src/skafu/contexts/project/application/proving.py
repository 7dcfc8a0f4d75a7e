"""The work that proves files: its steps are told while it goes on, and its record is kept."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from skafu.contexts.project.application.running import begun, fail, finish
from skafu.contexts.project.domain.commands import ProgressRun
from skafu.contexts.project.domain.events import ProofRequested
from skafu.contexts.project.domain.run import merged
from skafu.contexts.project.domain.run_events import RunFinished, RunStep
from skafu.contexts.project.ports import Hear, MadeProof, Prover
from skafu.kernel.errors import Unavailable
from skafu.storage.blobs import BlobId
from skafu.storage.ledger import Ledger
from skafu.storage.work import GivenUp, Work

Pause = Callable[[float], Awaitable[None]]
"""Waits for some seconds."""

BETWEEN: Final = 0.5
"""Seconds between two events that tell steps, so that a proof with many checks does not flood the store."""

RECORD: Final = "proof.json"
REPORT: Final = "PROOF.md"


class Proving:
    """Proves the files that were generated last."""

    def __init__(self, ledger: Ledger, prover: Prover, pause: Pause) -> None:
        """Take what it works with."""
        self._ledger = ledger
        self._prover = prover
        self._pause = pause

    async def perform(self, work: Work) -> None:
        """Prove the files, unless nobody waits for that any more.

        Raises:
            SkafuError: the proof cannot come to an end here.
        """
        asked = work.event.event
        if not isinstance(asked, ProofRequested) or await begun(self._ledger, work, asked) is None:
            return
        archive = await self._ledger.blobs.get(work.tenant, BlobId(asked.tree))
        async with self._told(work, asked.run_id) as hear:
            made = await self._prover.prove(archive, hear)
        await finish(self._ledger, work, await self._result(work, asked, archive, made))

    async def gave_up(self, work: Work, why: GivenUp) -> None:
        """Put on record that the proof did not come to an end, and why."""
        await fail(self._ledger, work, work.event.event, why)

    async def _result(self, work: Work, asked: ProofRequested, archive: bytes, made: MadeProof) -> RunFinished:
        delivered, files = await asyncio.to_thread(delivery_of, archive, made.record, made.report)
        blobs = self._ledger.blobs
        return RunFinished(
            asked.run_id,
            asked.project_id,
            "prove",
            asked.revision,
            verdict="proven" if made.proven else "not_proven",
            tree=asked.tree,
            files=files,
            record=await blobs.put(work.tenant, made.record),
            report=await blobs.put(work.tenant, made.report),
            failed=made.failed,
            passed=made.passed,
            open_questions=made.open_questions,
            seconds=round(made.seconds, 3),
            delivery=await blobs.put(work.tenant, delivered),
            size=len(made.record) + len(made.report) + len(delivered),
        )

    @asynccontextmanager
    async def _told(self, work: Work, run_id: str) -> AsyncIterator[Hear]:
        """Gives what hears steps, and tells them every now and then, those that are left over at the end."""
        heard: list[RunStep] = []

        async def tell() -> None:
            steps = merged((), heard)
            heard.clear()
            if steps:
                command = ProgressRun(run_id, work.attempt, steps)
                await self._ledger.commands.send(work.tenant, command, origin=work.origin)

        async def keep_telling() -> None:
            while True:
                await self._pause(BETWEEN)
                try:
                    await tell()
                except Unavailable:
                    continue  # steps are for those who watch; the proof itself goes on

        telling = asyncio.ensure_future(keep_telling())
        try:
            yield heard.append
        finally:
            telling.cancel()
            await asyncio.wait([telling])
        await tell()


def delivery_of(archive: bytes, record: bytes, report: bytes) -> tuple[bytes, int]:
    """The files together with the record of their proof, and how many the files of the archive are."""
    from skafu.scaffold import File
    from skafu.scaffold.merging.archive import packed, unpacked

    tree = unpacked(archive, name="the archive of the project")
    whole = tree | {RECORD: File(record), REPORT: File(report)}
    return packed(whole, compressed=True), len(tree)
