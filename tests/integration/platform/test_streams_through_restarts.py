"""The live events of a server that is killed and started again: nothing is missed, nothing comes twice."""

from collections.abc import Iterator
from pathlib import Path

import httpx
from platform_process import PlatformProcess, platform_process

NAMES = ("one", "two", "three", "four")


def test_a_stream_goes_on_exactly_where_it_was_cut(tmp_path: Path) -> None:
    arguments = ("up", "--data", str(tmp_path), "--port", "0")
    with platform_process(*arguments) as running:
        token = _token(running)
        with _client(running, token) as client, client.stream("GET", "/stream") as live:
            coming = _projects(live)
            for name in NAMES[:3]:
                assert client.post("/projects", json={"name": name}).status_code == 201
            seen = [next(coming) for _ in NAMES[:3]]
            running.kill()
    assert [name for _, name in seen] == list(NAMES[:3])
    with platform_process(*arguments) as again, _client(again, token) as client:
        assert client.post("/projects", json={"name": NAMES[3]}).status_code == 201
        head = {"Last-Event-ID": seen[0][0]}
        with client.stream("GET", "/stream", headers=head) as live:
            coming = _projects(live)
            assert [next(coming)[1] for _ in NAMES[1:]] == list(NAMES[1:])


def _token(running: PlatformProcess) -> str:
    link = running.line("Sign in within an hour").partition("owner=")[2]
    with _client(running, "") as client:
        entered = client.post("/auth/link", json={"link": link}).json()["data"]["access_token"]
        head = {"Authorization": f"Bearer {entered}"}
        made = client.post("/tokens", json={"name": "test"}, headers=head).json()["data"]
    return str(made["token"])


def _client(running: PlatformProcess, token: str) -> httpx.Client:
    head = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.Client(base_url=f"{running.address()}/api/v1", headers=head, timeout=60)


def _projects(live: httpx.Response) -> Iterator[tuple[str, str]]:
    """The place of each event of a new project, and the project's name."""
    fields: dict[str, str] = {}
    for line in live.iter_lines():
        name, _, value = line.partition(": ")
        fields[name] = value
        if not line:
            if fields.get("event") == "project.ProjectCreated":
                yield fields["id"], fields["data"].partition('"name":"')[2].partition('"')[0]
            fields = {}
