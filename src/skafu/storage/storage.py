"""What one engine offers, together."""

import msgspec

from skafu.storage.checkpoints import Checkpoints, ReadModels
from skafu.storage.documents import Documents
from skafu.storage.event_store import EventStore
from skafu.storage.feed import Feed
from skafu.storage.importing import Import


class Storage(msgspec.Struct, frozen=True):
    """The ports of one engine. Only bootstrap and the runner of projections see the last four."""

    events: EventStore
    documents: Documents
    feed: Feed
    checkpoints: Checkpoints
    read_models: ReadModels
    imports: Import
