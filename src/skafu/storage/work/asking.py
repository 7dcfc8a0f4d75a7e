"""The handler of the feed that puts work into the queue, and takes it out again."""

from collections.abc import Sequence

from skafu.storage.checkpoints import Change
from skafu.storage.projections.projection import Recorded
from skafu.storage.work.queue import WorkQueue
from skafu.storage.work.work import WorkKind


class AskForWork:
    """Follows the feed like any reaction; give it to a worker."""

    def __init__(self, queue: WorkQueue, kinds: Sequence[WorkKind]) -> None:
        """Know all kinds of work."""
        self._queue = queue
        self._kinds = kinds

    @property
    def name(self) -> str:
        """The name of its checkpoint."""
        return "work"

    @property
    def one_by_one(self) -> bool:
        """To ask again does nothing, so that a page can be repeated."""
        return False

    async def handle(self, events: Sequence[Recorded], /) -> Sequence[Change]:
        """Ask for the work that events want, and cancel what others do not want any more."""
        for event in events:
            for kind in self._kinds:
                if isinstance(event.event, kind.wants):
                    await self._queue.ask(kind, event)
                if isinstance(event.event, kind.cancelled_by):
                    await self._queue.cancel(kind, event.tenant, kind.subject(event))
        return ()
