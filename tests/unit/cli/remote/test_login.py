"""Signing in, whichever way: what is sent, what is kept, and that no secret is said."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from command_line import CommandLine
from scripted_api import Asked, Scripted, ScriptedApi, scripted_api
from scripted_server import fine, wrong

from skafu.entrypoints.cli.remote.credentials import Credential, CredentialFile

ME = {
    "name": "Ann",
    "mail": "ann@example.org",
    "role": "admin",
    "tier": "free",
    "organisation_id": "o-1",
    "organisations": [{"id": "o-1", "name": "Acme"}],
}
SIGNED_IN = {"access_token": "acc", "refresh_token": "ref", "expires_in": 300}
LINK = b"Sign in within an hour, once: %b/sign-in#owner=l1nk\n"


def answer(asked: Asked) -> Scripted:
    if asked.target.endswith("/auth/me"):
        known = asked.headers.get("authorization") in {"Bearer acc", "Bearer skafu_t0ken"}
        return fine(ME) if known else wrong(401, "NOT_SIGNED_IN", "nobody is signed in")
    body = msgspec.json.decode(asked.body or b"{}")
    if body.get("link", body.get("password")) in {"l1nk", "hunter2 hunter2"}:
        return fine(SIGNED_IN)
    return (204, b"") if asked.target.endswith("sign-out") else wrong(403, "LINK_NOT_USABLE", "it was used before")


@pytest.fixture
def api() -> Iterator[ScriptedApi]:
    with scripted_api(answer) as api:
        yield api


def kept() -> dict[str, Credential]:
    return CredentialFile().read().servers


def test_the_link_that_was_printed_is_piped_in(skafu: CommandLine, api: ScriptedApi) -> None:
    ended = skafu("login", stdin=LINK % api.address.encode())
    assert (ended.code, ended.output) == (0, f"Signed in at {api.address} as Ann, admin of Acme\n")
    assert kept()[api.address].refresh == "ref"
    assert "l1nk" not in ended.errors


def test_a_token_is_piped_in(skafu: CommandLine, api: ScriptedApi) -> None:
    assert skafu("login", api.address, stdin=b"skafu_t0ken\n").code == 0
    assert kept() == {api.address: Credential("skafu_t0ken")}


def test_a_password_is_piped_in(skafu: CommandLine, api: ScriptedApi) -> None:
    assert skafu("login", api.address, "--mail", "ann@example.org", stdin=b"hunter2 hunter2\n").code == 0
    assert msgspec.json.decode(api.asked[0].body) == {"mail": "ann@example.org", "password": "hunter2 hunter2"}
    assert kept()[api.address].access == "acc"


def test_what_is_refused_is_not_kept(skafu: CommandLine, api: ScriptedApi) -> None:
    for words, given, code in (
        ([], b"skafu_wr0ng\n", 2),
        ([], f"{api.address}/sign-in#owner=wr0ng\n".encode(), 1),
        (["--mail", "ann@example.org"], b"wr0ng\n", 1),
        ([], b"wr0ng\n", 2),
        ([], b"", 2),
    ):
        ended = skafu("login", api.address, *words, stdin=given)
        assert ended.code == code, ended
        assert "error: " in ended.errors
        assert "wr0ng" not in ended.output + ended.errors
    assert kept() == {}


def test_a_link_on_the_command_line_is_refused(skafu: CommandLine, api: ScriptedApi) -> None:
    ended = skafu("login", f"{api.address}/sign-in#owner=l1nk")
    assert ended.code == 2
    assert "l1nk" not in ended.output + ended.errors
    assert api.asked == []


def test_who_is_invited_brings_a_name_and_a_password(skafu: CommandLine, api: ScriptedApi) -> None:
    link = f"{api.address}/sign-in#invitation=l1nk\na password of mine\n".encode()
    assert skafu("login", "--name", "Bob", stdin=link).code == 0
    body = {"link": "l1nk", "name": "Bob", "password": "a password of mine"}
    assert msgspec.json.decode(api.asked[0].body) == body


def test_signing_out_ends_the_session_and_forgets_it(skafu: CommandLine, api: ScriptedApi) -> None:
    skafu("login", stdin=LINK % api.address.encode())
    assert skafu("logout").output == f"Signed out at {api.address}\n"
    assert (api.asked[-1].target, api.asked[-1].headers["authorization"]) == ("/api/v1/auth/sign-out", "Bearer acc")
    assert kept() == {}
    assert skafu("logout").code == 2


def test_signing_out_of_a_server_that_is_gone_forgets_it_all_the_same(skafu: CommandLine, config: Path) -> None:
    assert config.name == "config"
    CredentialFile().keep("http://127.0.0.1:9", Credential(access="acc", until=9e9, refresh="ref"))
    ended = skafu("logout", "http://127.0.0.1:9")
    assert (ended.code, kept()) == (0, {})
    assert "does not answer" in ended.errors


def test_who_and_where(skafu: CommandLine, api: ScriptedApi) -> None:
    CredentialFile().keep("https://a.example.org", Credential("skafu_x"))
    skafu("login", stdin=LINK % api.address.encode())
    said = skafu("whoami").output
    assert [line.split("  ")[0] for line in said.splitlines()] == [
        "server",
        "name",
        "mail",
        "organisation",
        "role",
        "tier",
    ]
    assert msgspec.json.decode(skafu("whoami", "--json").output) == ME
    lines = skafu("whoami", "--all").output.splitlines()
    assert [line.split() for line in lines[1:]] == [
        [api.address, "yes", "session"],
        ["https://a.example.org", "no", "token"],
    ]


def test_the_environment_goes_first_and_is_said(
    skafu: CommandLine, api: ScriptedApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKAFU_URL", api.address)
    monkeypatch.setenv("SKAFU_TOKEN", "skafu_t0ken")
    assert skafu("whoami").code == 0
    ended = skafu("login", stdin=b"skafu_t0ken")
    assert "SKAFU_TOKEN is set" in ended.errors
    assert "t0ken" not in ended.errors + ended.output


def test_nobody_is_told_what_to_do(skafu: CommandLine) -> None:
    ended = skafu("projects", "list")
    assert ended.code == 2
    assert ended.errors.splitlines() == [
        "error: nobody is signed in at http://127.0.0.1:8400",
        "  fix: sign in: skafu login",
    ]
