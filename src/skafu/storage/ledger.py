"""What those who carry out commands and answer questions work with."""

import msgspec

from skafu.kernel.identity import Clock, NewId
from skafu.storage.blobs import Blobs
from skafu.storage.dispatching import CommandBus
from skafu.storage.documents import Documents
from skafu.storage.event_store import EventStore


class Ledger(msgspec.Struct, frozen=True):
    """The store as a context sees it: always one tenant at a time."""

    events: EventStore
    documents: Documents
    blobs: Blobs
    commands: CommandBus
    clock: Clock
    new_id: NewId
