"""Recording fakes in place of outside systems with an HTTP API, on the loopback that deployed code can reach."""

import json
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from skafu.blueprint.resolved import ResolvedIntegration, ResolvedOperation, ResolvedStep, System
from skafu.proof.local_aws.port import LocalAws

Manner = Literal["ok", "refused", "broken", "busy", "hang"]
"""How a fake answers: with a sample, with 402, with 500, with 429, or not for so long that nobody waits for it."""

HTTP_KINDS = {"http", "chat"}
_STATUS = {"refused": 402, "broken": 500, "busy": 429}
_SECONDS_TO_HANG = 30.0


@dataclass(frozen=True)
class Asked:
    """A request that a fake got."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    manner: Manner


@dataclass
class Fake:
    """One outside system: it answers as it is told, and remembers what it was asked.

    Attributes:
        integration: that it stands for.
        address: where deployed code reaches it.
        asked: what it was asked so far.
        script: how it answers the next requests; the last manner counts for all that follow.
        refused: the operation that it refuses whatever the script says; empty for none.
    """

    integration: ResolvedIntegration
    address: str = ""
    asked: list[Asked] = field(default_factory=list)
    script: list[Manner] = field(default_factory=lambda: ["ok"])
    refused: str = ""
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _ended: threading.Event = field(default_factory=threading.Event)

    def answer(self, *manners: Manner) -> None:
        """Say how the next requests are answered; the last manner counts for all that follow."""
        with self._guard:
            self.script = list(manners)

    def since(self, count: int) -> Sequence[Asked]:
        """Give what it was asked after the first `count` requests."""
        with self._guard:
            return tuple(self.asked[count:])

    def take(self, method: str, target: str, headers: dict[str, str], content: bytes) -> tuple[int, Any]:
        """Remember a request, and give status and body of the answer; a status of 0 says that there is none."""
        parts = urlsplit(target)
        with self._guard:
            operation = next(self._operations(method, parts.path), None)
            manner = self.script.pop(0) if len(self.script) > 1 else self.script[0]
            if operation and operation.names.pascal == self.refused:
                manner = "refused"
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            self.asked.append(Asked(method, parts.path, query, headers, _json(content), manner))
        if manner == "hang":
            self._ended.wait(_SECONDS_TO_HANG)
            return 0, None
        if manner != "ok":
            return _STATUS[manner], {"message": f"The fake was told to answer {manner}."}
        return 200, sample_answer(operation) if operation else {}

    def _operations(self, method: str, path: str) -> Iterator[ResolvedOperation]:
        for operation in self.integration.operations:
            pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(operation.path))
            if self.integration.kind == "chat" or (operation.method == method and re.fullmatch(pattern, unquote(path))):
                yield operation

    def end(self) -> None:
        """Let go of those that it keeps waiting."""
        self._ended.set()


def sample_answer(operation: ResolvedOperation) -> dict[str, Any]:
    """Give what an operation answers when all is well."""
    return {one.name: one.valid for one in operation.returns}


class OutsideSystems:
    """The fakes of all outside systems that a system asks over HTTP; use it in a `with` block."""

    def __init__(self, system: System, aws: LocalAws) -> None:
        """Start a fake per outside system with an HTTP API.

        Args:
            system: the resolved blueprint.
            aws: where the system is deployed.
        """
        self._servers: list[ThreadingHTTPServer] = []
        self._threads: list[threading.Thread] = []
        asked = set(_asked(system))
        wanted = [one for one in system.integrations if one.names.pascal in asked]
        self.fakes = {one.names.pascal: self._start(one, aws) for one in wanted if one.kind in HTTP_KINDS}
        self.senders = {one.names.pascal: f"{one.names.kebab}@example.com" for one in wanted if one.kind == "email"}

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters that the root stack must be deployed with, so that the system meets the fakes."""
        addresses = {f"{name}BaseUrl": fake.address for name, fake in self.fakes.items()}
        return addresses | {f"{name}Sender": sender for name, sender in self.senders.items()}

    def _start(self, integration: ResolvedIntegration, aws: LocalAws) -> Fake:
        fake = Fake(integration)
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(fake), bind_and_activate=False)
        server.daemon_threads = True
        server.socket.close()
        server.socket = aws.listener()
        host, port = server.socket.getsockname()[:2]
        fake.address = f"http://{host}:{port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        self._servers.append(server)
        self._threads.append(thread)
        return fake

    def close(self) -> None:
        """End all fakes."""
        for fake in self.fakes.values():
            fake.end()
        for server, thread in zip(self._servers, self._threads, strict=True):
            server.shutdown()
            server.server_close()
            thread.join()

    def __enter__(self) -> Self:
        """Give the running fakes."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End them."""
        self.close()


def _asked(system: System) -> Iterator[str]:
    """Give the names of the outside systems that something asks."""
    for service in system.services:
        yield from (call.operation.integration for call in service.calls)
        for workflow in service.workflows:
            yield from _asked_by(workflow.steps)


def _asked_by(steps: Sequence[ResolvedStep]) -> Iterator[str]:
    for step in steps:
        if step.operation:
            yield step.operation.integration
        for choice in step.choices:
            yield from _asked_by(choice.steps)


def _handler(fake: Fake) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, body = fake.take(self.command, self.path, headers, content)
            if not status:
                self.close_connection = True
                return
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Say nothing: what was asked is remembered."""

    return Handler


def _json(content: bytes) -> Any:  # noqa: ANN401
    try:
        return json.loads(content) if content else None
    except ValueError:
        return content.decode(errors="replace")


def wait_for(fake: Fake, seen: int, wanted: int, seconds: float) -> Sequence[Asked]:
    """Wait until a fake was asked so often after the first `seen` requests; give what it was asked."""
    deadline = time.monotonic() + seconds
    while len(found := fake.since(seen)) < wanted and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


def expected_path(operation: ResolvedOperation, fields: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Give the path of a request for an operation, and the fields that are not in it."""
    names = set(re.findall(r"\{(\w+)\}", operation.path))
    path = operation.path.format_map({name: fields.get(name, "") for name in names})
    return path, {name: value for name, value in fields.items() if name not in names}
