"""From a metric that goes beyond its bound to the people who are told, over real SMTP and HTTP."""

import hashlib
import hmac
import json
import socket
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import notes_part
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from platform_under_test import ACME, Running, platform_of

from skafu.contexts.observability.adapters.mail import Mail, mail_server
from skafu.contexts.observability.adapters.webhook import Webhook
from skafu.contexts.observability.application.own_metrics import OwnMetrics
from skafu.contexts.observability.application.watching import Watch
from skafu.contexts.observability.domain.commands import ObserveMetric
from skafu.contexts.observability.domain.events import Statistic
from skafu.contexts.observability.ports import Message, Series, Window
from skafu.kernel.errors import Invalid, Refused, Unavailable
from skafu.kernel.events import Command
from skafu.kernel.identity import Actor, Origin, TenantId
from skafu.server_bootstrap import observability_part
from skafu.storage.dispatching import CommandBus
from skafu.storage.handling import Outcome

if TYPE_CHECKING:
    from email.message import Message as EmailMessage

RULE = {"title": "Notes", "metric": "events.notes.NoteWritten", "threshold": 0, "urgency": "critical"}


class Letters(MessageHandler):
    """Keeps the mails that come."""

    def __init__(self) -> None:
        super().__init__()
        self.came: list[EmailMessage] = []

    def handle_message(self, message: "EmailMessage") -> None:
        self.came.append(message)


class Receiver:
    """A webhook that answers as it is told and keeps what comes."""

    def __init__(self) -> None:
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(outer.answers.pop(0) if outer.answers else 204)
                self.end_headers()

            def log_message(self, *_words: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/hook"


@contextmanager
def _receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    thread = threading.Thread(target=receiver.server.serve_forever, daemon=True)
    thread.start()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()
    thread.join()


@pytest.fixture
def letters() -> Iterator[tuple[Letters, str]]:
    handler = Letters()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port, ready_timeout=10)
    controller.start()
    yield handler, f"smtp://127.0.0.1:{port}"
    controller.stop()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with _receiver() as receiver:
        yield receiver


@pytest.fixture
async def running(tmp_path: Path, letters: tuple[Letters, str]) -> AsyncIterator[Running]:
    makers = [observability_part, notes_part]
    async with platform_of(tmp_path, makers=makers, smtp_url=letters[1], webhooks_inside=True) as running:
        yield running


async def _observed(running: Running, *values: float) -> None:
    command = ObserveMetric("notes", values, "alert-1", running.platform.ledger.clock())
    origin = Origin(Actor("system", "test"), running.platform.ledger.new_id(), running.platform.ledger.new_id())
    await running.platform.ledger.commands.send(ACME, command, origin=origin)
    await running.settle()


async def _rule(running: Running, receiver: Receiver) -> str:
    admin = running.visitor("admin")
    mail = await admin.post("/observability/channels", {"kind": "mail", "title": "Us", "target": "us@example.com"})
    hook = {"kind": "webhook", "title": "Hook", "target": receiver.address}
    added = (await admin.post("/observability/channels", hook)).json()["data"]
    channels = [mail.json()["data"]["id"], added["id"]]
    await admin.post("/observability/alarms/notes", {**RULE, "channels": channels})
    return str(added["secret"])


async def test_an_alert_reaches_people_and_programs_once(
    running: Running, receiver: Receiver, letters: tuple[Letters, str]
) -> None:
    secret = await _rule(running, receiver)
    await _observed(running, 3.0)
    await running.settle()
    (mail,) = letters[0].came
    assert (mail["To"], mail["Subject"]) == ("us@example.com", "[critical] Notes")
    ((headers, body),) = receiver.came
    seconds, signature = (part.partition("=")[2] for part in headers["skafu-signature"].split(","))
    assert hmac.compare_digest(
        signature, hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    )
    assert json.loads(body)["data"]["value"] == 3.0
    (alert,) = (await running.visitor().get("/observability/alerts?status=open")).json()["data"]
    assert sorted(each["outcome"] for each in alert["told"]) == ["sent", "sent"]
    await _observed(running, 0.0)
    assert letters[0].came[1]["Subject"] == "[resolved] Notes"
    assert (await running.visitor().get("/observability/alarms/notes")).json()["data"]["state"] == "OK"


async def test_a_webhook_that_fails_is_tried_again_and_others_are_not_told_twice(
    running: Running, receiver: Receiver, letters: tuple[Letters, str]
) -> None:
    await _rule(running, receiver)
    receiver.answers = [503]
    await _observed(running, 3.0)
    assert len(receiver.came) == 1
    (waiting,) = await running.platform.queue.open()
    claimed = await running.platform.queue.look(waiting.id)
    assert claimed is not None
    await running.platform.queue.put_off(claimed, 0)
    await running.settle()
    assert (len(receiver.came), len(letters[0].came)) == (2, 1)
    assert len({headers["skafu-delivery"] for headers, _ in receiver.came}) == 1


async def test_a_webhook_that_says_no_is_on_record(running: Running, receiver: Receiver) -> None:
    await _rule(running, receiver)
    receiver.answers = [410]
    await _observed(running, 3.0)
    (alert,) = (await running.visitor().get("/observability/alerts")).json()["data"]
    assert sorted(each["outcome"] for each in alert["told"]) == ["sent", "the webhook says 410"]


async def test_nobody_is_told_while_a_rule_is_muted(running: Running, receiver: Receiver) -> None:
    await _rule(running, receiver)
    muted = await running.visitor().post("/observability/alarms/notes/mute", {"minutes": 5})
    assert muted.json()["data"]["muted_until"] is not None
    await _observed(running, 3.0)
    assert receiver.came == []
    acknowledged = await running.visitor().post("/observability/alarms/notes/acknowledge", {"note": "on it"})
    assert acknowledged.json()["data"]["acknowledged_by"] == "developer-of-0ace"
    resolved = await running.visitor().post("/observability/alarms/notes/resolve", {"note": "done"})
    assert resolved.json()["data"]["state"] == "OK"
    assert (await running.visitor().post("/observability/alarms/notes/resolve", {})).status_code == 409
    unmuted = await running.visitor().post("/observability/alarms/notes/unmute")
    assert unmuted.json()["data"]["muted_until"] is None


async def test_secrets_of_webhooks_are_shown_once_and_stand_in_no_event(running: Running, receiver: Receiver) -> None:
    secret = await _rule(running, receiver)
    await running.settle()
    assert secret not in (await running.visitor("admin").get("/observability/channels")).text
    page = await running.platform.storage.feed.read(limit=500)
    assert secret not in repr(page)


async def test_targets_must_fit_their_kind(running: Running) -> None:
    for kind, target in (("mail", "https://example.com"), ("webhook", "us@example.com"), ("mail", "nobody")):
        body = {"kind": kind, "title": "x", "target": target}
        assert (await running.visitor("admin").post("/observability/channels", body)).status_code == 422, target


async def test_the_watch_sees_what_events_measured(running: Running, receiver: Receiver) -> None:
    await _rule(running, receiver)
    await running.visitor().post("/notes", {"text": "a"})
    await running.settle()
    ledger = running.platform.ledger

    later = msgspec.structs.replace(ledger, clock=lambda: ledger.clock() + timedelta(minutes=1))
    await Watch(later, OwnMetrics(ledger.documents, later.clock)).look()
    await running.settle()
    assert (await running.visitor().get("/observability/alarms/notes")).json()["data"]["state"] == "ALARM"


async def test_a_look_reads_each_metric_once_and_troubles_no_rule_for_nothing(
    running: Running, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _rule(running, receiver)
    far = await running.visitor().post("/observability/alarms/far", {**RULE, "threshold": 1000})
    assert far.status_code == 201
    await running.visitor().post("/notes", {"text": "a"})
    await running.settle()
    ledger = running.platform.ledger
    later = msgspec.structs.replace(ledger, clock=lambda: ledger.clock() + timedelta(minutes=1))
    read, sent = Counter[str](), Counter[str]()

    async def series(
        self: OwnMetrics, tenant: TenantId, metric: str, statistic: Statistic, window: Window, seconds: int
    ) -> Series:
        read[metric] += 1
        return await kept_series(self, tenant, metric, statistic, window, seconds)

    async def send(self: CommandBus, tenant: TenantId, command: Command, *, origin: Origin) -> Outcome[object]:
        assert isinstance(command, ObserveMetric)
        sent[command.rule_id] += 1
        return await kept_send(self, tenant, command, origin=origin)

    kept_series, kept_send = OwnMetrics.series, CommandBus.send
    monkeypatch.setattr(OwnMetrics, "series", series)
    monkeypatch.setattr(CommandBus, "send", send)
    watch = Watch(later, OwnMetrics(ledger.documents, later.clock))
    await watch.look()
    assert (read, sent) == ({RULE["metric"]: 1}, {"notes": 1})
    await running.settle()
    await watch.look()
    assert (read, sent) == ({RULE["metric"]: 2}, {"notes": 1}), "the rule has said so already"


async def test_many_errors_lead_to_the_alert_that_everybody_has(running: Running) -> None:
    await running.visitor().post("/notes/broken")
    await running.settle()
    (rule,) = (await running.visitor().get("/observability/alarms")).json()["data"]
    assert (rule["id"], rule["metric"]) == ("error-spike", "errors.error")
    assert (await running.visitor().ask("DELETE", "/observability/alarms/error-spike")).status_code == 204
    await running.visitor().post("/notes/broken")
    await running.settle()
    assert (await running.visitor().get("/observability/alarms")).json()["data"] == []


@pytest.mark.parametrize(
    "target", ["https://127.0.0.1/x", "https://[::1]/x", "https://10.0.0.1/", "https://localhost/"]
)
async def test_webhooks_never_go_inside(target: str) -> None:
    hook = Webhook(lambda: datetime(2026, 1, 1, tzinfo=UTC), inside=False)
    with pytest.raises(Refused, match="not in the internet"):
        await hook.send(target, "s", Message("1", "a", "b", {}))
    with pytest.raises(Refused, match="https"):
        await hook.send("http://example.com", "s", Message("1", "a", "b", {}))


def test_the_address_of_a_mail_server_is_read_whole() -> None:
    server = mail_server("smtp+starttls://me:p%40ss@mail.example.com", "skafu@example.com")
    assert (server.host, server.port, server.user, server.password) == ("mail.example.com", 587, "me", "p@ss")
    assert "p@ss" not in repr(server)
    with pytest.raises(Invalid, match="smtp_url"):
        mail_server("https://mail.example.com", "x")


async def test_a_mail_server_that_is_away_is_tried_again() -> None:
    with pytest.raises(Unavailable, match="does not take"):
        await Mail(mail_server("smtp://127.0.0.1:1", "a@b")).send("c@d", "", Message("1", "a", "b", {}))
