"""People look after themselves from the command line: in this process, against one server that runs."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from command_line import CommandLine, Ended, skafu
from platform_process import PlatformProcess, platform_process
from remote_command_line import link_of

__all__ = ["skafu"]

KETTLES, TEAPOTS, LANTERNS = "three green kettles", "four blue teapots now", "seven orange lanterns"


@dataclass
class People:
    """Who calls the server; what each keeps is in a folder of its own."""

    skafu: CommandLine
    monkeypatch: pytest.MonkeyPatch
    folder: Path

    def __call__(self, person: str, *words: str, given: str = "", code: int = 0) -> Ended:
        """What a command of a person says; it must end with this code."""
        self.monkeypatch.setenv("XDG_CONFIG_HOME", str(self.folder / person))
        ended = self.skafu(*words, stdin=given.encode())
        assert ended.code == code, (words, ended)
        secrets = [each for each in given.splitlines() if each in {KETTLES, TEAPOTS, LANTERNS}]
        assert not any(each in ended.output + ended.errors for each in secrets)
        return ended

    def json(self, person: str, *words: str) -> Any:  # noqa: ANN401 what the API gives
        return msgspec.json.decode(self(person, *words, "--json").output)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlatformProcess]:
    data = tmp_path_factory.mktemp("server")
    with platform_process("up", "--data", str(data / "data"), "--port", "0") as running:
        running.address()
        yield running


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("people")


@pytest.fixture
def people(skafu: CommandLine, monkeypatch: pytest.MonkeyPatch, kept: Path, server: PlatformProcess) -> People:
    """Ann, who owns the installation, and Bob, whom she invited."""
    for name in ("SKAFU_URL", "SKAFU_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    people = People(skafu, monkeypatch, kept)
    if not (kept / "bob").exists():
        given = f"{link_of(server)}\n{KETTLES}\n"
        people("ann", "login", "--mail", "ann@example.org", "--name", "Ann", given=given)
        people("ann", "members", "invite", "bob@example.org", "--role", "viewer")
        link = _mailed(server, "bob@example.org", "invitation")
        people("bob", "login", "--name", "Bob", given=f"{link}\n{TEAPOTS}\n")
    return people


def _mailed(server: PlatformProcess, mail: str, kind: str) -> str:
    """The link of a mail, which is copied out of the file as it stands there; the port was not known yet."""
    outbox = Path(server.line("Skafu is ready at ").partition("(data: ")[2].rstrip(")\n")) / "outbox"
    for _ in range(200):
        for each in outbox.glob("*.eml"):
            text = each.read_text()
            if f"To: {mail}" in text and (found := re.search(rf"http\S+#{kind}=\S+", text)):
                return found.group().replace("http://127.0.0.1:0", server.address())
        threading.Event().wait(0.05)
    raise AssertionError(f"{mail} got no mail")


def test_the_owner_comes_back_with_a_mail_address(people: People, server: PlatformProcess) -> None:
    me = people.json("ann", "whoami")
    assert (me["name"], me["mail"], me["role"], me["password"]) == ("Ann", "ann@example.org", "admin", True)
    people("elsewhere", "login", server.address(), "--mail", "ann@example.org", given=f"{KETTLES}\n")
    (here, there) = people.json("elsewhere", "sessions", "list")
    assert (here["this"], there["this"]) == (True, False)
    people("elsewhere", "sessions", "end", there["session_id"])
    people("ann", "whoami", code=2)
    people("ann", "login", server.address(), "--mail", "ann@example.org", given=f"{KETTLES}\n")
    people("elsewhere", "logout")


def test_names_and_passwords_are_changed(people: People, server: PlatformProcess) -> None:
    people("bob", "account", "name", "Robert")
    assert "Robert" in people("bob", "whoami").output
    people("bob", "account", "password", given=f"{LANTERNS}\n{KETTLES}\n", code=1)
    people("bob", "account", "password", given=f"{TEAPOTS}\nshort\n", code=1)
    people("bob", "account", "password", given=f"{TEAPOTS}\n{LANTERNS}\n")
    people("elsewhere", "login", server.address(), "--mail", "bob@example.org", given=f"{LANTERNS}\n")
    people("elsewhere", "account", "forgot", "bob@example.org")
    link = _mailed(server, "bob@example.org", "password")
    people("elsewhere", "login", given=f"{link}\n", code=2)
    people("elsewhere", "account", "reset", given=f"{link}\n{TEAPOTS}\n")
    people("bob", "whoami", code=2)
    people("bob", "login", server.address(), "--mail", "bob@example.org", given=f"{TEAPOTS}\n")


def _in_bobs_own(people: People, server: PlatformProcess) -> None:
    """An organisation of Bob's, where Ann is too; whichever test comes first makes it."""
    if "Bobs" in {each["name"] for each in people.json("bob", "organisations", "list")}:
        people("bob", "organisations", "switch", "Bobs")
        return
    people("bob", "organisations", "create", "Bobs")
    people("bob", "organisations", "switch", "Bobs")
    people("bob", "members", "invite", "ann@example.org", "--role", "developer")
    people("ann", "account", "join", given=f"{_mailed(server, 'ann@example.org', 'invitation')}\n")


def test_one_works_in_several_organisations(people: People, server: PlatformProcess) -> None:
    people("bob", "organisations", "create", "Bobs")
    people("bob", "organisations", "switch", "Bobs")
    assert "organisation  Bobs" in people("bob", "whoami").output
    assert people.json("bob", "members", "list")[0]["role"] == "admin"
    people("bob", "members", "invite", "ann@example.org", "--role", "developer")
    link = _mailed(server, "ann@example.org", "invitation")
    people("ann", "login", "--name", "Ann", given=f"{link}\n{LANTERNS}\n", code=1)
    assert "you are developer of Bobs" in people("ann", "account", "join", given=f"{link}\n").output
    people("ann", "account", "join", given=f"{link}\n", code=1)
    people("ann", "organisations", "switch", "Bobs")
    people("ann", "admin", "users", code=1)
    people("ann", "organisations", "switch", "My organisation")
    people("ann", "organisations", "switch", "Nowhere", code=2)
    people("bob", "organisations", "switch", "My organisation")


def test_admins_look_after_the_installation(people: People, server: PlatformProcess) -> None:
    assert people("ann", "admin", "monitoring").output.startswith("healthy; ")
    assert isinstance(people.json("ann", "admin", "metrics"), list)
    assert {"ann@example.org", "bob@example.org"} <= {
        each["mail"] for each in people.json("ann", "admin", "users", "--installation")
    }
    people("bob", "admin", "users", code=1)
    people("ann", "admin", "sign-out", "bob@example.org")
    people("bob", "whoami", code=2)
    people("ann", "admin", "sign-out", "nobody@example.org", code=2)
    people("bob", "login", server.address(), "--mail", "bob@example.org", given=f"{TEAPOTS}\n")


def test_dashboards_are_saved_and_nobody_overwrites_another(people: People) -> None:
    people("ann", "dashboards", "save", "main", "--title", "Main", "--metric", "events", "--metric", "errors:count")
    saved = people("ann", "dashboards", "show", "main")
    assert [line.split() for line in saved.output.splitlines()[3:]] == [
        ["events", "events", "sum"],
        ["errors", "errors", "count"],
    ]
    version = saved.errors.split()[-1]
    people("ann", "dashboards", "save", "main", "--metric", "events", "--if-match", version)
    people("ann", "dashboards", "save", "main", "--metric", "errors", "--if-match", version, code=1)
    people("ann", "dashboards", "save", "main", "--metric", "errors:most", code=2)


def test_who_is_erased_is_gone(people: People, server: PlatformProcess, tmp_path: Path) -> None:
    exported = tmp_path / "me.json"
    people("bob", "account", "export", "--output", str(exported))
    assert msgspec.json.decode(exported.read_bytes())["person"]["mail"] == "bob@example.org"
    told = people("bob", "account", "export").output
    assert msgspec.json.decode(told)["sessions"] == msgspec.json.decode(exported.read_bytes())["sessions"] != []
    people("bob", "account", "erase", code=2)
    people("bob", "account", "erase", given="n\n", code=1)
    _in_bobs_own(people, server)
    for _ in range(6):  # who knows the password is not held up
        assert "admin" in people("bob", "account", "erase", "--yes", given=f"{TEAPOTS}\n", code=1).errors
    people("bob", "members", "role", "ann@example.org", "admin")
    people("bob", "account", "erase", given=f"y\n{TEAPOTS}\n")
    assert people.json("bob", "whoami", "--all") == []
    assert "bob@example.org" not in people("ann", "members", "list").output
