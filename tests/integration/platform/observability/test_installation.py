"""What fails for no organisation is seen by the owner of the installation alone."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from identity_under_test import Town, town_of

from skafu.kernel.error_bus import ErrorReport
from skafu.kernel.identity import SYSTEM
from skafu.server_bootstrap import identity_part, observability_part

REQUEST = UUID(int=7)
PLACES = ("/admin/installation/errors", "/admin/installation/errors/codes")


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
