"""Listings on the command line: how many, in which order, and which fields."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from command_line import CommandLine
from scripted_api import Asked, Scripted, ScriptedApi, scripted_api
from scripted_server import fine

from skafu.entrypoints.cli.remote.credentials import Credential, CredentialFile

ROWS = [{"id": "p-1", "name": "shop"}, {"id": "p-2", "name": "notes"}]


def answer(asked: Asked) -> Scripted:
    query = parse_qs(urlsplit(asked.target).query)
    return fine(ROWS[: int(query["limit"][0])], following="next")


@pytest.fixture
def api() -> Iterator[ScriptedApi]:
    with scripted_api(answer) as api:
        CredentialFile().keep(api.address, Credential("skafu_t0ken"))
        yield api


def test_an_order_and_fields_are_asked_for(skafu: CommandLine, api: ScriptedApi) -> None:
    ended = skafu("projects", "list", "--sort", "-name", "--fields", "name, id", "--limit", "2")
    assert parse_qs(urlsplit(api.asked[0].target).query) == {"sort": ["-name"], "fields": ["name,id"], "limit": ["2"]}
    assert [line.split() for line in ended.output.splitlines()] == [["NAME", "ID"], ["shop", "p-1"], ["notes", "p-2"]]
    assert ended.errors == "there are more than 2: --limit 0 shows all\n"
    ended = skafu("errors", "--fields", "id", "--limit", "1", "--json")
    assert msgspec.json.decode(ended.output) == ROWS[:1]


def test_without_them_the_listing_has_its_own(skafu: CommandLine, api: ScriptedApi) -> None:
    skafu("projects", "list", "--limit", "1")
    assert parse_qs(urlsplit(api.asked[0].target).query) == {"limit": ["1"]}
