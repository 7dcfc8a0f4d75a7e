"""The command line against a real server, as people use it."""

import socket
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from platform_process import PlatformProcess, platform_process
from remote_command_line import RemoteCommandLine, interrupted, link_of

BLUEPRINT = Path(__file__).parents[3] / "examples" / "todo" / "skafu.yaml"
NONSENSE = "hello hello hello"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlatformProcess]:
    data = tmp_path_factory.mktemp("server")
    with platform_process("up", "--data", str(data), "--port", "0") as running:
        running.address()
        yield running


@pytest.fixture(scope="module")
def owner(server: PlatformProcess, tmp_path_factory: pytest.TempPathFactory) -> RemoteCommandLine:
    person = RemoteCommandLine(tmp_path_factory.mktemp("owner"))
    person.run("login", given=link_of(server))
    return person


def at(server: PlatformProcess, folder: Path, token: str) -> RemoteCommandLine:
    """Somebody who has nothing but a token."""
    return RemoteCommandLine(folder, {"SKAFU_URL": server.address(), "SKAFU_TOKEN": token})


def in_time(seen: Callable[[], bool]) -> None:
    """Lists come a moment later; each look is a process of its own."""
    assert any(seen() for _ in range(60))


def test_the_printed_link_lets_its_owner_in_once(
    server: PlatformProcess, owner: RemoteCommandLine, tmp_path: Path
) -> None:
    me = owner.json("whoami")
    assert (me["name"], me["role"], me["tier"]) == ("Owner", "admin", "enterprise")
    other = RemoteCommandLine(tmp_path)
    other.run("login", given=link_of(server), code=1)
    assert "this link cannot be used" in other.errors()
    other.run("projects", "list", "--server", server.address(), code=2)
    assert "fix: sign in: skafu login" in other.errors()


def test_a_project_from_its_blueprint_to_its_files(owner: RemoteCommandLine) -> None:
    made = owner.json("projects", "create", "todo", "--blueprint", str(BLUEPRINT), "--no-provision")
    assert (made["name"], made["revision"], made["errors"]) == ("todo", 1, 0)
    watched = owner.run("projects", "generate", "todo", "--watch")
    assert watched.startswith("✓ generate: generated (")
    assert "openapi.yaml" in owner.run("projects", "files", "todo")
    assert owner.run("projects", "files", "todo", "skafu.yaml") == BLUEPRINT.read_text()
    assert owner.run("projects", "download", "todo").startswith("todo: ")
    assert (owner.folder / "todo" / "skafu.yaml").read_text() == BLUEPRINT.read_text()
    edited = owner.folder / "todo" / "openapi.yaml"
    edited.write_text("# mine\n")
    owner.run("projects", "download", "todo", code=1)
    assert "edited by hand: openapi.yaml" in owner.errors()
    owner.run("projects", "download", "todo", "--output", "todo.zip")
    with zipfile.ZipFile(owner.folder / "todo.zip") as archive:
        assert "openapi.yaml" in archive.namelist()
    assert edited.read_text() == "# mine\n"
    (run,) = owner.json("runs", "list", "--project", "todo")
    assert owner.json("runs", "show", run["id"])["verdict"] == "generated"
    assert "finished" in owner.run("runs", "log", run["id"])


def test_a_blueprint_is_changed_and_nobody_overwrites_another(owner: RemoteCommandLine) -> None:
    owner.run("projects", "create", "shop", "--blueprint", str(BLUEPRINT), "--no-provision")
    assert owner.run("projects", "blueprint", "get", "shop") == BLUEPRINT.read_text()
    version = owner.errors().split()[-1]
    changed = f"{BLUEPRINT.read_text()}# changed\n"
    put = ("projects", "blueprint", "put", "shop", "-", "--if-match", version)
    assert owner.run(*put, given=changed) == "saved as revision 2: 0 errors\n"
    owner.run(*put, given=f"{changed}# again\n", code=1)
    assert "somebody has changed it since that version" in owner.errors()
    assert "+# changed" in owner.run("projects", "diff", "shop", "1").splitlines()
    said = owner.run("projects", "blueprint", "put", "shop", "-", given="skafu: 1\nname: shop\n", code=1)
    assert "services is missing" in said
    owner.run("projects", "blueprint", "restore", "shop", "1")
    assert [each["number"] for each in owner.json("projects", "blueprint", "list", "shop")] == [4, 3, 2, 1]
    history = owner.run("projects", "history", "shop").splitlines()
    assert [line.split()[3] for line in history[1:3]] == ["ProjectCreated", "BlueprintRevised"]


def test_a_project_is_put_away_and_ended(owner: RemoteCommandLine) -> None:
    owner.run("projects", "create", "old", "--title", "An old one")
    owner.run("projects", "create", "old", code=1)
    assert owner.json("projects", "archive", "old")["status"] == "archived"
    assert owner.json("projects", "restore", "old")["status"] == "active"
    owner.run("projects", "delete", "old", given="n\n", code=1)
    identifier = owner.json("projects", "show", "old")["id"]
    owner.run("projects", "delete", "old", "--yes")
    owner.run("projects", "show", identifier, code=2)


def test_what_comes_to_nothing_is_told_with_its_exit_code(owner: RemoteCommandLine) -> None:
    said = owner.run("projects", "create", "nothing", NONSENSE, "--watch", code=1)
    assert "✗ analysis" in said.splitlines()
    assert "  next: " in said
    assert owner.run("projects", "watch", "nothing", code=1) in said


def test_following_survives_the_death_of_the_server(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    up, person = ("up", "--data", str(tmp_path / "data"), "--port", port), RemoteCommandLine(tmp_path / "person")
    with ExitStack() as opened:
        first = opened.enter_context(platform_process(*up, "--no-workers"))
        first.address()
        person.run("login", given=link_of(first))
        made = person.json("projects", "create", "nothing", "--blueprint", str(BLUEPRINT), "--no-provision")
        run = person.json("projects", "generate", made["id"])
        watching = opened.enter_context(person.started("runs", "watch", run["id"]))
        other = opened.enter_context(person.started("runs", "watch", run["id"]))
        first.logs('/runs/{run_id}"', 2)
        code, _, errors = interrupted(other)
        assert (code, f"to follow it again: skafu runs watch {run['id']}" in errors) == (130, True)
        first.kill()
        second = opened.enter_context(platform_process(*up))
        second.address()
        output, errors = watching.communicate(timeout=120)
        assert (watching.returncode, output.startswith("✓ generate: generated")) == (0, True), (output, errors)


def test_a_token_is_somebody_with_less(server: PlatformProcess, owner: RemoteCommandLine, tmp_path: Path) -> None:
    owner.run("projects", "create", "to-be-read", "--blueprint", str(BLUEPRINT), "--no-provision")
    token = owner.run("tokens", "create", "reading", "--role", "viewer").strip()
    identifier = owner.errors().split()[1].rstrip(",")
    assert token.startswith("skafu_")
    reader = at(server, tmp_path, token)
    in_time(lambda: "to-be-read" in {each["name"] for each in reader.json("projects", "list", "--limit", "0")})
    reader.run("projects", "create", "mine", code=1)
    assert "this takes the role developer" in reader.errors()
    owner.run("tokens", "revoke", identifier)
    reader.run("whoami", code=2)
    assert not any(token in said for said in [*reader.said, *server.logged])
    assert not (tmp_path / "config").exists()


def test_a_proxy_that_is_believed_says_who_calls(server: PlatformProcess, owner: RemoteCommandLine) -> None:
    token = owner.run("tokens", "create", "behind a proxy").strip()
    head = {"Authorization": f"Bearer {token}", "X-Forwarded-For": "203.0.113.9"}
    assert httpx.get(f"{server.address()}/api/v1/auth/me", headers=head).status_code == 200
    used = owner.json("audit", "--type", "identity.TokenUsedFrom", "--limit", "1")
    assert [each["address"] for each in used] == ["203.0.113.9"]


def test_listings_are_paged_and_bounded(owner: RemoteCommandLine) -> None:
    owner.run("projects", "create", "to-be-listed", "--blueprint", str(BLUEPRINT), "--no-provision")
    owner.run("tokens", "create", "to be listed")
    wanted = {"project.ProjectCreated", "identity.TokenIssued"}
    in_time(lambda: {each["type"] for each in owner.json("audit", "--limit", "0")} >= wanted)
    assert len(owner.json("audit", "--limit", "2")) == 2
    assert "--limit 0 shows all" in owner.errors()
    created = owner.json("audit", "--type", "project.ProjectCreated")
    assert {each["type"] for each in created} == {"project.ProjectCreated"}
    rows = owner.run("audit", "--export", "csv", "--type", "project.ProjectCreated").splitlines()
    assert len(rows) == len(created) + 1


def test_templates_are_uploaded_looked_into_and_filled_in(owner: RemoteCommandLine) -> None:
    folder = owner.folder / "hello"
    folder.mkdir()
    (folder / "copier.yml").write_text("who: {type: str, default: Ann}\n")
    (folder / "hello.txt.jinja").write_text("Hello {{ who }}\n")
    assert owner.run("templates", "upload", "hello", "--name", "hello") == "hello, version 1: valid\n"
    owner.run("templates", "preview", "hello", "--answer", "who=Bob", "--output", "filled")
    assert (owner.folder / "filled" / "hello.txt").read_text() == "Hello Bob\n"
    (folder / "copier.yml").write_text("who: [\n")
    assert "hello, version 2: invalid\ncopier.yml:" in owner.run(
        "templates", "upload", "hello", "--to", "hello", code=1
    )
    owner.run("projects", "create", "greeting", "--template", "hello", "--no-provision")
    assert owner.json("projects", "show", "greeting")["template"] == owner.json("templates", "show", "hello")["id"]
    assert owner.run("templates", "validate", "hello", "--version", "1") == "hello, version 1: valid\n"
    owner.run("templates", "deprecate", "hello", "--reason", "there is a better one", "--successor", "system")
    assert owner.json("templates", "show", "hello")["deprecated"]["reason"] == "there is a better one"
    owner.run("templates", "delete", "hello", "--yes")
    owner.run("templates", "delete", "system", "--yes", code=1)


def test_people_and_alarms(owner: RemoteCommandLine) -> None:
    owner.run("members", "invite", "bob@example.org", "--role", "viewer")
    (invitation,) = owner.json("members", "invitations")
    owner.run("members", "uninvite", invitation["invitation_id"])
    (member,) = owner.json("members", "list")
    owner.run("members", "role", member["user_id"], "viewer", code=1)
    assert "last admin" in owner.errors()
    owner.run("alarms", "define", "busy", "--title", "Busy", "--metric", "events", "--threshold", "1000")
    owner.run("alarms", "mute", "busy", "--minutes", "5")
    assert owner.json("alarms", "show", "busy")["muted_until"]
    owner.run("alarms", "unmute", "busy")
    owner.run("alarms", "remove", "busy")
    assert (owner.json("alarms", "alerts"), owner.json("deployments", "list")) == ([], [])
    assert (owner.json("repositories", "list"), owner.json("repositories", "pull-requests")) == ([], [])
    codes = {each["data"]["errorCode"] for each in owner.json("errors", "--limit", "0")}
    assert codes == {each["code"] for each in owner.json("errors", "--codes", "--limit", "0")}


def test_a_password_is_asked_for_and_not_shown(tmp_path: Path) -> None:
    person, secret = RemoteCommandLine(tmp_path / "person"), "three green kettles"
    person.folder.mkdir()
    with platform_process("up", "--data", str(tmp_path / "data"), "--port", "0") as running:
        address, link = running.address(), link_of(running).rpartition("=")[2]
        owner = {"link": link, "mail": "ann@example.org", "name": "Ann", "password": secret}
        assert httpx.post(f"{address}/api/v1/auth/link", json=owner).status_code == 200
        replies = [("Mail address", "ann@example.org\n"), ("Password", f"{secret}\n")]
        code, seen = person.at_a_terminal(["login", address], replies)
        assert (code, f"Signed in at {address} as Ann" in seen) == (0, True), seen
        assert secret not in seen
        assert not any(secret in line for line in running.logged)
        code, seen = person.at_a_terminal(["login", address], [])
        assert (code, f"Signed in at {address} as Ann" in seen) == (0, True), seen
        token = person.run("tokens", "create", "mine").strip()
        replies = [("Mail address", "\n"), ("Link or API token", f"{token}\n")]
        code, seen = person.at_a_terminal(["login", address, "--again"], replies)
        assert (code, token in seen) == (0, False), seen
        assert person.json("whoami", "--all")[0]["kind"] == "token"
        (issued,) = person.json("tokens", "list")
        code, seen = person.at_a_terminal(["tokens", "list"], [])
        assert (code, issued["token_id"] in seen, issued["expires_at"][:10] in seen) == (0, True, False), seen


def test_signing_out(server: PlatformProcess, owner: RemoteCommandLine) -> None:
    assert owner.run("logout") == f"Signed out at {server.address()}\n"
    owner.run("whoami", "--server", server.address(), code=2)
