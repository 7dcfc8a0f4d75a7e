"""What a bounded context gives to the platform."""

import msgspec
from fastapi import APIRouter

from skafu.kernel.events import Event
from skafu.storage.projections import Handler, Projection
from skafu.storage.work import Chore, HearPutOff, WorkKind


class Part(msgspec.Struct, frozen=True):
    """A context, ready to be run.

    Attributes:
        name: of the context.
        router: its routes, below /api/v1.
        root: routes whose place others have fixed, as /.well-known.
        projections: its read models.
        works: the work that its events ask for.
        reactions: what else follows from its events.
        chores: what it does again and again.
        hearers: are told of work that came to nothing and is done again by itself.
        streamed: its events that members of the organisation may see live: no secret stands in them.
    """

    name: str
    router: APIRouter
    projections: tuple[Projection, ...] = ()
    works: tuple[WorkKind, ...] = ()
    reactions: tuple[Handler, ...] = ()
    chores: tuple[Chore, ...] = ()
    streamed: tuple[type[Event], ...] = ()
    root: APIRouter | None = None
    hearers: tuple[HearPutOff, ...] = ()
