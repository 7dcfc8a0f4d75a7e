"""The window of time that a question is about."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import Depends, Query

from skafu.contexts.observability.ports import Window
from skafu.kernel.errors import Invalid
from skafu.web_api.calls import ViewerCall

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


async def window(
    call: ViewerCall,
    start: Annotated[datetime | None, Query(description="Where it begins; with yesterday without it.")] = None,
    end: Annotated[datetime | None, Query(description="Where it ends, itself left out; with today without it.")] = None,
) -> Window:
    """The window that a request asks for. Whole days without one, so that pages of one listing fit each other.

    Raises:
        Invalid: it ends before it begins, or lies in another age.
    """
    today = call.now.replace(hour=0, minute=0, second=0, microsecond=0)
    until = _in_utc(end) if end else today + timedelta(days=1)
    since = _in_utc(start) if start else min(until, today) - timedelta(days=1)
    if since >= until:
        raise Invalid("the window ends before it begins", fix="give a `start` before the `end`")
    return Window(since, until)


def _in_utc(moment: datetime) -> datetime:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if not EARLIEST + timedelta(days=2) < aware < LATEST:
        raise Invalid("the window lies too far away", fix="give moments of this century")
    return aware.astimezone(UTC)


Windowed = Annotated[Window, Depends(window)]
