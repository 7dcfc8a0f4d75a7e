"""What is asked for, and in which words errors of requests are told."""

from collections.abc import Iterator

import msgspec
import pytest
from command_line import CommandLine
from scripted_api import Asked, Scripted, ScriptedApi, scripted_api
from scripted_server import fine, wrong

from skafu.entrypoints.cli.remote.credentials import Credential, CredentialFile

ID = "70662fd4-be36-54ca-bc92-591680a030e8"
FIELDS = {
    "uuid_parsing": ("path.run_id", "Input should be a valid UUID, invalid character: found `n` at 0"),
    "string_pattern_mismatch": ("body.name", "String should match pattern '^[a-z][a-z0-9-]{0,62}$'"),
    "date_from_datetime_parsing": ("query.first", "Input should be a valid date or datetime, input is too short"),
    "too_short": ("body", "it is too short"),
}


def answer(asked: Asked) -> Scripted:
    if asked.headers.get("authorization") != "Bearer skafu_t0ken":
        return wrong(401, "NOT_SIGNED_IN", "nobody is signed in")
    kind = asked.target.rpartition("/")[2]
    if kind in FIELDS:
        place, message = FIELDS[kind]
        field = {"field": place, "message": message, "kind": kind}
        return wrong(422, "VALIDATION_ERROR", f"the request is not right: {message}", {"fields": [field]})
    return fine([] if "/runs?" in asked.target else {"id": ID, "name": "shop", "state": "removed"})


@pytest.fixture
def api() -> Iterator[ScriptedApi]:
    with scripted_api(answer) as api:
        CredentialFile().keep(api.address, Credential("skafu_t0ken"))
        yield api


def test_what_cannot_be_undone_is_asked_for(skafu: CommandLine, api: ScriptedApi) -> None:
    remove = ("repositories", "remove", ID)
    nobody, no = skafu(*remove), skafu(*remove, stdin=b"n\n")
    assert (nobody.code, nobody.errors.splitlines()[1:]) == (
        2,
        ["error: nobody is there to ask", "  fix: add --yes if you mean it"],
    )
    assert (no.code, "error: nothing was done" in no.errors) == (1, True)
    assert api.asked == []
    for words, given in ((remove, b"y\n"), ((*remove, "--yes"), b"")):
        assert skafu(*words, stdin=given).output == "shop is removed\n"


def test_a_secret_of_several_lines_is_piped_in(skafu: CommandLine, api: ScriptedApi) -> None:
    ended = skafu("repositories", "secret", ID, "DEPLOY_KEY", stdin=b"begin\nkey\nend\n")
    assert (ended.code, msgspec.json.decode(api.asked[0].body)) == (0, {"value": "begin\nkey\nend"})
    assert "begin" not in ended.output + ended.errors


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("uuid_parsing", ["error: run_id: that is no id", f"  fix: a `list` command shows the ids, such as {ID}"]),
        (
            "string_pattern_mismatch",
            [
                "error: name: String should match pattern '^[a-z][a-z0-9-]{0,62}$'",
                "  fix: begin with a small letter, and go on with small letters, digits and hyphens",
            ],
        ),
        ("date_from_datetime_parsing", ["error: first: that is no day", "  fix: write it as 2026-01-31"]),
        ("too_short", ["error: body: it is too short"]),
    ],
)
def test_wrong_fields_are_told_in_words_of_the_command_line(
    skafu: CommandLine, api: ScriptedApi, kind: str, said: list[str]
) -> None:
    ended = skafu("runs", "show", kind, "--server", api.address)
    assert (ended.code, ended.errors.splitlines()) == (2, said)


def test_a_token_that_does_not_work_is_named(
    skafu: CommandLine, api: ScriptedApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    CredentialFile().keep(api.address, Credential("skafu_0ld"))
    ended = skafu("runs", "show", ID)
    assert (ended.code, ended.errors.splitlines()) == (
        2,
        [f"error: {api.address} does not know this token, or not any more", "  fix: sign in: skafu login"],
    )
    monkeypatch.setenv("SKAFU_TOKEN", "skafu_0lder")
    assert skafu("runs", "show", ID).errors.splitlines()[1] == "  fix: look at SKAFU_TOKEN"


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("2026-01-31", "2026-01-31T00%3A00%3A00%2B00%3A00"),
        ("2026-01-31T12:00:00Z", "2026-01-31T12%3A00%3A00%2B00%3A00"),
        ("2026-01-31T12:00:00+02:00", "2026-01-31T12%3A00%3A00%2B02%3A00"),
    ],
)
def test_moments_are_of_utc_unless_they_say_otherwise(
    skafu: CommandLine, api: ScriptedApi, given: str, sent: str
) -> None:
    skafu("runs", "list", "--created-after", given, "--server", api.address)
    assert f"created_after={sent}" in api.asked[0].target


def test_what_is_no_moment_is_refused_at_once(skafu: CommandLine, api: ScriptedApi) -> None:
    ended = skafu("audit", "--since", "yesterday")
    assert (ended.code, api.asked) == (2, [])
    assert "'yesterday' is no moment: write 2026-01-31, or 2026-01-31T12:00:00Z" in ended.errors
