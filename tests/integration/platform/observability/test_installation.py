"""What fails for no organisation is seen by the owner of the installation alone."""

import socket
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from email.message import Message
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from identity_under_test import Town, town_of

from skafu.contexts.observability.application.own_metrics import OwnMetrics
from skafu.contexts.observability.application.watching import SPIKE, Watch
from skafu.kernel.error_bus import ErrorReport
from skafu.kernel.identity import SYSTEM
from skafu.server_bootstrap import identity_part, observability_part

REQUEST = UUID(int=7)
PLACES = ("/admin/installation/errors", "/admin/installation/errors/codes", "/admin/installation/alerts")


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with town_of(tmp_path, makers=(identity_part, observability_part)) as town:
        yield town


async def _fail(town: Town, code: str, message: str, correlation_id: UUID = REQUEST) -> None:
    at = datetime.now(UTC)
    report = ErrorReport(SYSTEM, correlation_id, "work", "ERROR", code, message, {}, True, at)
    await town.platform.site.errors.report(report)
    await town.settle()


async def test_the_owner_searches_the_failures_of_the_installation(town: Town) -> None:
    ann = await town.owner()
    await _fail(town, "MAIL_REFUSED", "the mail server says no")
    await _fail(town, "UNAVAILABLE", "GitHub does not answer", UUID(int=8))

    async def found(query: str) -> list[str]:
        answer = await ann.get(f"/admin/installation/errors?{query}")
        assert answer.status_code == 200, answer.text
        return [each["data"]["errorCode"] for each in answer.json()["data"]]

    assert await found("") == ["UNAVAILABLE", "MAIL_REFUSED"]
    assert await found("code=MAIL_REFUSED&source=work") == ["MAIL_REFUSED"]
    assert await found("code=MAIL_REFUSED&source=http") == []
    assert await found("text=github") == ["UNAVAILABLE"]
    assert await found(f"correlation_id={REQUEST}") == ["MAIL_REFUSED"]
    assert await found("created_before=2026-01-01T00:00:00Z") == []
    assert await found("created_after=2026-01-01T00:00:00Z&severity=ERROR&limit=1") == ["UNAVAILABLE"]
    codes = (await ann.get("/admin/installation/errors/codes")).json()["data"]
    assert [(each["code"], each["count"]) for each in codes] == [("UNAVAILABLE", 1), ("MAIL_REFUSED", 1)]
    assert (await ann.get("/observability/errors")).json()["data"] == []


@pytest.mark.parametrize("place", PLACES)
async def test_for_others_there_is_nothing(town: Town, place: str) -> None:
    ann = await town.owner()
    await _fail(town, "UNAVAILABLE", "GitHub does not answer")
    assert (await town.nobody.get(place)).status_code == 401
    eve = await town.other_organisation(ann)
    assert (await eve.get(place)).status_code == 404
    bob = await town.joined(ann, "bob@example.org", "admin")
    assert (await bob.get(place)).status_code == 404
    cid = await town.joined(ann, "cid@example.org", "developer")
    assert (await cid.get(place)).status_code == 403
    assert (await ann.get(place)).status_code == 200


class Letters(MessageHandler):
    """Keeps the mails that come."""

    def __init__(self) -> None:
        super().__init__()
        self.came: list[Message] = []

    def handle_message(self, message: Message) -> None:
        self.came.append(message)


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


PARTS = (identity_part, observability_part)


async def _many_fail(town: Town) -> None:
    for number in range(int(SPIKE.threshold) + 1):
        await _fail(town, f"UNAVAILABLE_{number}", "GitHub does not answer")


async def _look(town: Town, minutes: int) -> None:
    """Look at all rules, some minutes later."""
    ledger = town.platform.ledger
    later = msgspec.structs.replace(ledger, clock=lambda: ledger.clock() + timedelta(minutes=minutes))
    await Watch(later, OwnMetrics(ledger.documents, later.clock)).look()
    await town.settle()


async def _alerts(town: Town, token: str) -> list[dict[str, object]]:
    answer = await town.nobody.with_token(token).get("/admin/installation/alerts")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, object]] = answer.json()["data"]
    return found


async def test_the_owner_is_told_of_many_failures_by_mail(tmp_path: Path, letters: tuple[Letters, str]) -> None:
    async with town_of(tmp_path, makers=PARTS, smtp_url=letters[1]) as town:
        ann = await town.owner()
        await _many_fail(town)
        await _look(town, 1)
        await _look(town, 1)
        (mail,) = letters[0].came
        words = "[critical] Many errors (the installation itself)"
        assert (mail["To"], mail["Subject"]) == ("ann@example.org", words)
        assert b"/api/v1/admin/installation/errors" in mail.get_payload(decode=True)
        (alert,) = await _alerts(town, ann.token)
        assert (alert["status"], alert["metric"]) == ("open", "errors.error")
        assert alert["told"] == [{"channel": "owner", "about": "triggered", "outcome": "sent"}]
        await _look(town, 5)
        assert [each["Subject"].split()[0] for each in letters[0].came] == ["[critical]", "[resolved]"]
        assert "ann@example.org" not in str((await _alerts(town, ann.token))[0])
        assert (await ann.get("/observability/alerts")).json()["data"] == []


async def test_without_a_mail_server_it_is_on_record_that_the_owner_was_not_told(tmp_path: Path) -> None:
    async with town_of(tmp_path, makers=PARTS) as town:
        ann = await town.owner()
        await _many_fail(town)
        await _look(town, 1)
        (alert,) = await _alerts(town, ann.token)
        assert alert["told"] == [{"channel": "owner", "about": "triggered", "outcome": "no mail server is set"}]


async def test_an_installation_of_nobody_tells_nobody(tmp_path: Path, letters: tuple[Letters, str]) -> None:
    async with town_of(tmp_path, makers=PARTS, smtp_url=letters[1]) as town:
        await _many_fail(town)
        await _look(town, 1)
        assert letters[0].came == []
        (alert,) = await _alerts(town, (await town.owner()).token)
        told = {"channel": "owner", "about": "triggered"}
        assert alert["told"] == [{**told, "outcome": "the owner of the installation has given no mail address"}]
