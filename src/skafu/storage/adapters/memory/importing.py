"""Events from another store, into memory."""

from collections.abc import Sequence

import msgspec

from skafu.kernel.events import Cursor, Event, RecordedEvent
from skafu.storage.adapters.importing import fresh, imported
from skafu.storage.adapters.memory.events import MemoryLog


class MemoryImport:
    """Fills `Import`."""

    def __init__(self, log: MemoryLog) -> None:
        """Write to a log."""
        self._log = log

    async def take(self, events: Sequence[RecordedEvent[Event]], /) -> int:
        """Write events behind all that are there."""
        log = self._log
        rows = await imported(log.codec, events)
        streams = {(row.tenant, row.stream): log.streams.get((row.tenant, row.stream), []) for row in rows}
        ids = {(*stream, known.version): known.event_id for stream, there in streams.items() for known in there}
        new = fresh(rows, {stream: len(there) for stream, there in streams.items()}, ids)
        for row in new:
            placed = msgspec.structs.replace(row, position=Cursor(str(len(log.rows) + 1)))
            log.rows.append(placed)
            log.streams[row.tenant, row.stream].append(placed)
        log.bell.ring()
        return len(new)
