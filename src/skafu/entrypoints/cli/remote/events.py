"""The events of a server as they happen: goes on exactly where it was when the connection is cut."""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from skafu.entrypoints.cli.remote.answers import Json
from skafu.entrypoints.cli.remote.client import Client
from skafu.kernel.errors import Invalid, Refused, Unavailable

SILENCE: Final = 40.0
"""Seconds without a sign of life after which a connection counts as lost; the server gives one every 15."""
PAUSES: Final = (0.2, 0.5, 1.0, 2.0, 5.0)
ATTEMPTS: Final = 60
"""How often a connection is tried again in a row: for about five minutes."""


class Frame(msgspec.Struct, frozen=True):
    """A server-sent event; without data it is a sign of life."""

    id: str = ""
    data: str = ""


def frames(lines: Iterable[str]) -> Iterator[Frame]:
    """The events that lines are made of; a cut one is dropped, since it comes again."""
    identifier, data = "", list[str]()
    for line in lines:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if line == "":
            yield Frame(identifier, "\n".join(data))
            identifier, data = "", []
        elif name == "id":
            identifier = value
        elif name == "data":
            data.append(value)


def follow(client: Client, *, about: str = "") -> Iterator[Json | None]:
    """The events from now on, each once and in order, without end; and none whenever one should look for oneself.

    That is when the connection stands, again after each cut, and from time to time while nothing happens.

    Raises:
        SkafuError: the server says no, or does not answer for minutes.
    """
    last, failed = "", 0
    while True:
        try:
            for frame in _connection(client, about, last):
                failed = 0
                last = frame.id or last
                yield msgspec.json.decode(frame.data) if frame.data else None
        except Invalid:
            if not last:
                raise
            last = ""  # the server does not know the place any more: whoever follows looks for themselves
            continue
        except (Unavailable, Refused):  # it is being restarted, or too much is asked of it
            if failed >= ATTEMPTS:
                raise
        client.wait(PAUSES[min(failed, len(PAUSES) - 1)])
        failed += 1


def _connection(client: Client, about: str, last: str) -> Iterator[Frame]:
    headers = {"Last-Event-ID": last} if last else {}
    with client.stream("/stream", {"about": about or None}, headers, SILENCE) as response:
        yield from frames(response.iter_lines())
