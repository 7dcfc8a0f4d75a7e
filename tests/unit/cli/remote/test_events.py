"""The live events: each once, and exactly from where a cut was."""

from itertools import islice
from typing import TYPE_CHECKING

import pytest
from scripted_api import Asked, Scripted
from scripted_server import event, server_and_client, wrong

from skafu.entrypoints.cli.remote.answers import NotSignedIn, ServerUnreachable
from skafu.entrypoints.cli.remote.client import Client
from skafu.entrypoints.cli.remote.events import Frame, follow, frames
from skafu.kernel.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterator

HELLO = b"retry: 2000\n\n"


def numbers(client: Client, count: int) -> list[object]:
    return [None if each is None else each["data"] for each in islice(follow(client), count)]


def test_lines_become_frames() -> None:
    lines = ["retry: 2000", "", ": still here", "", "id: 7", "event: x", "data: {", "data:}", "", "id: 8", "data: {}"]
    assert list(frames(lines)) == [Frame(), Frame(), Frame("7", "{\n}")]


def test_a_cut_connection_goes_on_behind_the_last_event() -> None:
    cut = b"id: 3\nevent: x\nda"
    answers: Iterator[Scripted] = iter(
        [(200, HELLO + event("1", "x", 1) + event("2", "x", 2) + cut), (200, HELLO + event("3", "x", 3))]
    )
    with server_and_client(lambda _: next(answers)) as (api, client, waited):
        assert numbers(client, 5) == [None, 1, 2, None, 3]
    assert [each.headers.get("last-event-id") for each in api.asked] == [None, "2"]
    assert waited == [0.2]


def test_a_server_that_is_restarted_is_waited_for() -> None:
    answers: Iterator[Scripted] = iter(
        [
            (200, HELLO),
            (0, ""),
            wrong(503, "UNAVAILABLE", "starting"),
            wrong(429, "TOO_MANY_REQUESTS", "too many of you"),
            (200, event("1", "x", 1)),
        ]
    )
    with server_and_client(lambda _: next(answers)) as (_, client, waited):
        assert numbers(client, 2) == [None, 1]
    assert waited == [0.2, 0.5, 1.0, 2.0]


def test_it_is_given_up_in_the_end() -> None:
    with server_and_client(lambda _: (0, "")) as (_, client, waited), pytest.raises(ServerUnreachable):
        numbers(client, 1)
    assert (len(waited), waited[-1]) == (60, 5.0)


def test_a_place_that_the_server_does_not_know_any_more_is_given_up() -> None:
    def answer(asked: Asked) -> Scripted:
        if asked.headers.get("last-event-id") == "1":
            return wrong(422, "VALIDATION_ERROR", "no such place")
        return 200, event("1", "x", 1)

    with server_and_client(answer) as (_, client, _):
        assert numbers(client, 2) == [1, 1]


def test_who_is_not_let_in_is_told_at_once() -> None:
    with server_and_client(lambda _: wrong(401, "NOT_SIGNED_IN", "no")) as (_, client, waited):
        with pytest.raises(NotSignedIn):
            numbers(client, 1)
        assert waited == []
    with server_and_client(lambda _: wrong(422, "VALIDATION_ERROR", "no")) as (_, client, _), pytest.raises(Invalid):
        numbers(client, 1)
