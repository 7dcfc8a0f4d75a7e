"""All ports in memory: for tests, and as the plainest statement of what the others do."""

from skafu.kernel.identity import Clock, NewId
from skafu.kernel.telemetry import NOBODY, Tracer
from skafu.storage.adapters.memory.blobs import MemoryBlobs
from skafu.storage.adapters.memory.checkpoints import MemoryCheckpoints
from skafu.storage.adapters.memory.documents import MemoryDocuments, Shelves
from skafu.storage.adapters.memory.events import MemoryEventStore, MemoryFeed, MemoryLog
from skafu.storage.adapters.memory.importing import MemoryImport
from skafu.storage.adapters.memory.read_models import MemoryReadModels
from skafu.storage.adapters.system import new_id as system_id
from skafu.storage.adapters.system import now
from skafu.storage.codec import EventCodec
from skafu.storage.storage import Storage

__all__ = ["MemoryBlobs", "memory_storage"]


def memory_storage(
    codec: EventCodec, *, clock: Clock = now, new_id: NewId = system_id, tracer: Tracer = NOBODY
) -> Storage:
    """An empty store that is gone with the process."""
    log, shelves = MemoryLog(codec, clock, new_id), Shelves()
    checkpoints = MemoryCheckpoints(clock)
    return Storage(
        events=MemoryEventStore(log, tracer),
        documents=MemoryDocuments(shelves),
        feed=MemoryFeed(log, tracer),
        checkpoints=checkpoints,
        read_models=MemoryReadModels(shelves, checkpoints),
        imports=MemoryImport(log),
    )
