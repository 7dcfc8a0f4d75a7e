"""The live stream of an organisation's events, as server-sent events that resume exactly."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse

from skafu.kernel.errors import Unavailable
from skafu.kernel.event_types import EventTypes
from skafu.kernel.events import Cursor, Event, RecordedEvent
from skafu.storage.feed import Feed
from skafu.web_api.calls import Call, ViewerCall, may_go_on
from skafu.web_api.envelope import errors_documented
from skafu.web_api.routing import router
from skafu.web_api.streaming import LiveEvents


class Pace(msgspec.Struct, frozen=True):
    """How a stream goes on.

    Attributes:
        beat: seconds of silence after which a comment is sent, so that nobody in between closes the connection, and
            the caller is looked at again.
        trust: seconds after which the caller is looked at again before an event is told: who may not enter any more
            hears no more.
        lasts: seconds after which it ends, and the caller comes again.
    """

    beat: float = 15.0
    trust: float = 1.0
    lasts: float = 300.0


PACE: Final = Pace()


def stream_routes(live: LiveEvents, feed: Feed, types: EventTypes, pace: Pace = PACE) -> APIRouter:
    """The route of the stream."""
    routes = router("stream")
    names = {each.event: each.name for each in types}

    @routes.get(
        "/stream",
        summary="Events as they happen",
        response_class=StreamingResponse,
        responses={
            200: {"description": "Server-sent events without end.", "content": {"text/event-stream": {}}},
            **errors_documented(),
        },
    )
    async def stream_events(
        call: ViewerCall,
        last_event_id: Annotated[
            str | None,
            Header(description="The id of the last event that was seen: goes on right after it.", max_length=200),
        ] = None,
        after: Annotated[
            str | None, Query(description="The same, for those who cannot send headers.", max_length=200)
        ] = None,
        about: Annotated[
            str | None,
            Query(description="Only events whose aggregate begins with this: `project-...`.", max_length=200),
        ] = None,
    ) -> StreamingResponse:
        """Send each event of the organisation once and in order: from now on, or from right after a given one.

        The stream begins with an id, and ends after some minutes: come again with the last id that you have seen.
        """
        given = last_event_id if last_event_id is not None else after
        place = Cursor(given) if given else await feed.tip()
        await feed.read(place, limit=1)
        lines = _lines(live, call, place, about or "", names, pace)  # refused above when the place is unknown
        return StreamingResponse(lines, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

    return routes


async def _lines(
    live: LiveEvents,
    call: Call,
    place: Cursor,
    about: str,
    names: dict[type[Event], str],
    pace: Pace,
) -> AsyncGenerator[bytes, None]:
    yield b"retry: 2000\nid: %b\n\n" % place.encode()
    seconds = asyncio.get_running_loop().time
    end, looked = seconds() + pace.lasts, seconds()
    with suppress(Unavailable):  # a store that is away ends it as any cut does: who listens comes again
        async with aclosing(live.follow(call.tenant, place, beat=pace.beat)) as events:
            async for event in events:
                if seconds() >= looked + (pace.beat if event is None else pace.trust):
                    looked = seconds()
                    if looked > end or not await may_go_on(call):
                        return
                if event is None:
                    yield b": still here\n\n"
                elif event.stream.startswith(about):
                    yield _frame(event, names[type(event.event)])


def _frame(event: RecordedEvent[Event], name: str) -> bytes:
    data = {
        "type": name,
        "stream": event.stream,
        "version": event.version,
        "at": event.recorded_at,
        "actor": {"kind": event.actor.kind, "id": event.actor.id},
        "event_id": event.event_id,
        "correlation_id": event.correlation_id,
        "causation_id": event.causation_id,
        "data": event.event,
    }
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (event.position.encode(), name.encode(), msgspec.json.encode(data))
