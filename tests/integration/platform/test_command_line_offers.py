"""Each operation of the API is offered on the command line, or it is written down here why not.

Every command runs against answers that are the examples of the real document; what it asks is held against it.
"""

import asyncio
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click
import msgspec
import pytest
from api_document import operations
from command_line import CommandLine, skafu
from documented_answers import DocumentedAnswers
from platform_under_test import platform_of
from scripted_api import scripted_api

from skafu.entrypoints.cli.main import COMMANDS
from skafu.entrypoints.cli.main import skafu as all_commands
from skafu.entrypoints.cli.remote.credentials import Credential, CredentialFile
from skafu.entrypoints.cli.remote.remote import Remote

__all__ = ["skafu"]

NOT_OFFERED: Final = {
    "start_at_provider": "leads a browser to the provider",
    "come_back_from_provider": "brings a browser back from the provider",
    "list_providers": "tells a page of sign-in which buttons to show",
    "get_keys": "programs verify access tokens with them",
    "hear_github": "GitHub alone calls it, and signs what it says",
    "plan_system": "`skafu plan` does it without a server",
    "check_blueprint": "`skafu check` does it without a server",
    "generate_files": "`skafu generate` does it without a server",
    "get_rendering": "`skafu templates preview` is answered with the same",
    "get_rendered_file": "`skafu templates preview --output` takes all files",
}
"""Operations that no command calls, and why."""

ID: Final = "70662fd4-be36-54ca-bc92-591680a030e8"
SECRETS: Final = "present secret\nnew secret words\n"
USES: Final = f"""
account erase --yes
account export
account forgot ann@example.org
account join
account name Ann
account password
account reset
admin metrics --start 2026-01-31T12:00:00Z
admin monitoring
admin sign-out ann@example.org
admin users --installation
alarms acknowledge busy --note mine
alarms alerts --status open
alarms alerts --installation --status open
alarms define busy --title Busy --metric events --threshold 5
alarms define busy --title Busy --metric events --threshold 5 --change
alarms list --state ALARM
alarms mute busy
alarms remove busy --if-match 3
alarms resolve busy
alarms show busy
alarms unmute busy
analyses begin 'Customers place orders.' --project shop --watch
analyses list --project shop
analyses show {ID}
analyses steps {ID}
audit --type project.ProjectCreated
audit --export csv
channels add mail ops@example.org
channels list
channels remove ops
dashboards list
dashboards save main --title Main --metric events --metric seconds:average --if-match 3
dashboards show main
deployments follow {ID} 42
deployments list --project shop
deployments show {ID}
deployments start {ID} deliver.yaml
drafts accept {ID} --if-match 3
drafts discard {ID} --reason late
drafts list --status open
drafts propose {ID} {ID}
drafts show {ID}
errors --severity ERROR
errors --codes
errors --installation
errors --installation --codes
installations connect 42 --state STATE
installations disconnect 42 --yes
installations link
installations list
login --mail ann@example.org
login
logout
members invitations
members invite bob@example.org
members leave --yes
members list
members remove ann@example.org --yes
members role ann@example.org viewer
members uninvite {ID}
observe costs --first 2026-01-31
observe costs --forecast
observe health
observe logs --level WARN --text words
observe metrics
observe metrics events --statistic average
observe traces
observe traces {ID}
observe users
organisations create Acme
organisations list
organisations quotas
organisations rename Acme 'Acme Books'
organisations show
organisations switch Acme
organisations tier Acme team
projects archive shop
projects blueprint get shop --revision 2
projects blueprint get shop
projects blueprint list shop
projects blueprint put shop skafu.yaml
projects blueprint restore shop 1
projects cancel shop --reason late
projects create shop 'Customers place orders.'
projects delete shop --yes
projects describe shop --title Books --description 'Customers place orders.'
projects diff shop 1
projects diff shop 1 2 --files
projects download shop --output shop.zip --force
projects files shop
projects files shop README.md
projects generate shop
projects history shop
projects list --status active
projects list --sort -updated_at --fields id,name
errors --fields source,data
projects override shop --person Ann --reason 'it is a demonstration'
projects processes --kind update
projects proof shop
projects proof shop --record
projects proof shop --report
projects prove shop --watch
projects restore shop
projects retry shop --kind update
projects show shop
projects template shop shop --version 2
projects watch shop
recommendations apply {ID}
recommendations dismiss {ID}
recommendations list --project shop
recommendations show {ID}
repositories configure {ID} --check prove --variable STAGE=test
repositories create shop --description books
repositories list --project shop
repositories propose {ID} --title 'Orders can be cancelled'
repositories pull-request {ID}
repositories pull-requests --project shop
repositories push {ID} --message 'Generate the bookstore'
repositories remove {ID} --yes
repositories secret {ID} DEPLOY_KEY
repositories show {ID}
runs cancel {ID}
runs list --kind prove
runs log {ID}
runs show {ID}
runs watch {ID}
sessions end {ID}
sessions list
templates delete shop --yes
templates deprecate shop --reason old --successor shop
templates download shop --force
templates list
templates preview shop --answer who=Bob
templates preview shop --output filled
templates select shop shop
templates selections
templates selections --project shop
templates show shop
templates show shop --version 1
templates upload template.zip --name greeting
templates upload template.zip --to shop
templates upload https://example.org/a.git --name greeting
templates upload https://example.org/a.git --to shop
templates validate shop
tokens create build --scope projects:read
tokens list
tokens revoke {ID}
usage budget
usage budget --set 5000
usage generations
usage list
whoami
"""
"""Each command once or more, as people would call it."""
RAW: Final = ("--export", "--record", "--report", "README.md", "login", "logout", "filled")
"""What prints a file as it is, has nothing to tell to programs, or can be done once."""
ENDED: Final = {
    "get_run": {"state": "finished", "verdict": "proven"},
    "get_process": {"state": "finished", "steps": []},
    "get_analysis": {"status": "completed"},
    "get_template": {"status": "valid", "fetches": []},
    "get_template_version": {"status": "valid"},
    "revise_blueprint": {"check": {"errors": 0, "warnings": 0, "findings": []}},
}
"""What has come to its end, so that nobody waits for it."""
LINKS: Final = {("account", "join"): "invitation", ("account", "reset"): "password", ("login",): "owner"}
"""Commands that read a link first, and its kind."""
Leaf = tuple[str, ...]


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return asyncio.run(_document(tmp_path_factory.mktemp("document")))


async def _document(folder: Path) -> dict[str, Any]:
    async with platform_of(folder) as running:
        document: dict[str, Any] = (await running.client.get("/api/v1/openapi.json")).json()
        return document


def _remote_commands(group: click.Group = all_commands, before: Leaf = ()) -> Iterator[Leaf]:
    """The words of all commands that work against a server."""
    for name in group.list_commands(click.Context(group)):
        if not before and ".remote." not in COMMANDS[name][0]:
            continue
        command = group.get_command(click.Context(group), name)
        if isinstance(command, click.Group):
            yield from _remote_commands(command, (*before, name))
        else:
            yield (*before, name)


def _uses() -> Iterator[Leaf]:
    for line in USES.strip().splitlines():
        yield tuple(shlex.split(line))


def test_each_command_is_used_here() -> None:
    used = set(_uses())
    unused = [each for each in _remote_commands() if not any(words[: len(each)] == each for words in used)]
    assert not unused


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with what commands read, and nothing of the person who runs the tests."""
    for name in ("SKAFU_URL", "SKAFU_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "skafu.yaml").write_text("skafu: 1\n")
    (tmp_path / "template.zip").write_bytes(b"PK")


def test_each_operation_is_offered_or_it_is_said_why_not(
    document: dict[str, Any], skafu: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = DocumentedAnswers(document, ENDED)
    silent = _watched_columns(monkeypatch)
    with scripted_api(answers.answer) as api:
        failed = [wrong for each in _uses() for words in _forms(each) for wrong in _done(skafu, api.address, words)]
    wrong = [*failed, *answers.wrong, *silent]
    assert not wrong, "\n".join(wrong)
    everything = {each.described["operationId"] for each in operations(document)}
    assert set(NOT_OFFERED) <= everything - answers.asked
    assert everything - answers.asked - set(NOT_OFFERED) == set()


def _forms(words: Leaf) -> Iterator[Leaf]:
    """As it is, and for programs."""
    yield words
    if not set(RAW) & set(words):
        yield (*words, "--json")


def _done(skafu: CommandLine, server: str, words: Leaf) -> Iterator[str]:
    """What a command does not do as it should: come to its end, and say JSON when it was asked for it."""
    over = words == ("whoami",)  # the next access token is needed first
    CredentialFile().keep(server, Credential(access="acc", until=0 if over else 9e9, refresh="ref"))
    kind = LINKS.get(words, LINKS.get(words[:-1], ""))
    link = f"{server}/sign-in#{kind}=l1nk\n" if kind else ""
    ended = skafu(*words, stdin=f"{link}{SECRETS}".encode())
    if ended.code != 0 or ("--json" in words and not _is_json(ended.output)):
        yield f"{shlex.join(words)}: {ended}"


def _is_json(text: str) -> bool:
    """Whether it is JSON, or JSON on each line as those print it that follow something."""
    try:
        msgspec.json.decode(text)
    except msgspec.DecodeError:
        try:
            return bool([msgspec.json.decode(each) for each in text.splitlines()])
        except msgspec.DecodeError:
            return False
    return True


def _watched_columns(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Columns of tables that answers do not have: these would stay empty for ever."""
    silent: list[str] = []
    plain = Remote.show_rows

    def show_rows(remote: Remote, rows: Any, columns: Any, *, none: str) -> None:  # noqa: ANN401 as shown
        missing = [name for name, _ in columns if rows and name not in rows[0] and not remote.as_json]
        silent.extend(f"{name} of {sorted(rows[0])}" for name in missing)
        plain(remote, rows, columns, none=none)

    monkeypatch.setattr(Remote, "show_rows", show_rows)
    return silent
