"""What is taken back of a cancelled process, also when it was never made."""

from pathlib import Path
from uuid import UUID

from platform_ground import ACME, HandClock, origin
from process_desk import ID, TYPES, ProcessDesk
from stand_in_outside import World

from skafu.contexts.github.domain.commands import RemoveRepository
from skafu.processes.course.commands import CancelProcess, HearUndone
from skafu.processes.course.events import ProcessCancelled
from skafu.processes.managing import Dispatching
from skafu.processes.translating.github import GITHUB
from skafu.processes.translating.translation import Quietly
from skafu.storage import PlainCodec
from skafu.storage.adapters.memory import memory_storage
from skafu.storage.adapters.memory.blobs import MemoryBlobs
from skafu.storage.projections import Wanted

CANCELLED = ProcessCancelled(ID, "provisioning", "repository", 1, "enough", "", "r-1")


def test_a_repository_that_was_never_made_counts_as_taken_back() -> None:
    never_made = HearUndone(ID, "provisioning", "r-1", kept=False)
    assert list(GITHUB.undo(CANCELLED)) == [Quietly(RemoveRepository("r-1", "enough"), never_made)]


async def test_who_waits_is_told_that_there_is_nothing_to_be_taken_back(tmp_path: Path) -> None:
    clock = HandClock()
    desk = ProcessDesk(memory_storage(PlainCodec(TYPES), clock=clock), MemoryBlobs(), World(tmp_path / "world"), clock)
    await desk.create()
    await desk.ground.follow()
    nowhere, told = CancelProcess("nowhere", "update", "x"), CancelProcess(ID, "provisioning", "told")
    send = Dispatching(desk.ground.ledger).send
    await send(Wanted(ACME, Quietly(nowhere), str(UUID(int=1)), origin()))
    assert (await desk.process()).process.state == "running"
    await send(Wanted(ACME, Quietly(nowhere, told), str(UUID(int=2)), origin()))
    assert (await desk.process()).process.reason == "told"
