"""Projections: events folded into documents, page by page."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from skafu.kernel.events import Event, RecordedEvent
from skafu.storage.checkpoints import Change, DocumentKey, ReadModels
from skafu.storage.documents import Body, Collection

Recorded = RecordedEvent[Event]

Fold = Callable[[Body | None, Recorded], Body | None]
"""A document after an event; none when there is none (yet, or any more). Pure: the same events, the same document."""

KeysOf = Callable[[Recorded], Iterable[str]]
"""The documents of its tenant that an event changes; none when it is of no concern."""


class Projection(msgspec.Struct, frozen=True):
    """A read model and how it comes from events.

    Attributes:
        name: unique in the store, and the name of its checkpoint.
        collection: what people ask.
        keys_of: the documents that an event changes.
        fold: a document after an event.
    """

    name: str
    collection: Collection
    keys_of: KeysOf
    fold: Fold

    async def changes(
        self, events: Sequence[Recorded], read_models: ReadModels, collection: Collection
    ) -> Sequence[Change]:
        """What a page of events does to the documents of a collection of this shape: one change per document.

        Raises:
            Exception: whatever `keys_of` or `fold` raises; nothing has been written then.
        """
        touched = [
            (event, DocumentKey(event.tenant, collection.name, key)) for event in events for key in self.keys_of(event)
        ]
        if not touched:
            return ()
        stored = await read_models.load({key for _, key in touched})
        return _folded(self.fold, touched, {key: found.body for key, found in stored.items()}, collection)


def _folded(
    fold: Fold,
    touched: Sequence[tuple[Recorded, DocumentKey]],
    stored: Mapping[DocumentKey, Body],
    collection: Collection,
) -> list[Change]:
    now: dict[DocumentKey, Body | None] = {}
    for event, key in touched:
        now[key] = fold(now[key] if key in now else stored.get(key), event)
    return [
        Change(key.tenant, collection, key.key, body) for key, body in now.items() if body is not None or key in stored
    ]
