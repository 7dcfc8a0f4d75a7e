"""The routes of observability, answered from what the installation itself did."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import notes_part
import pytest
from platform_under_test import ACME, Running, platform_of

from skafu.contexts.observability.application.own_metrics import OwnMetrics
from skafu.contexts.observability.application.watching import Watch
from skafu.contexts.observability.ports import Person
from skafu.kernel.identity import TenantId
from skafu.server_bootstrap import observability_part

PLACES = (
    "/metrics",
    "/metrics/names",
    "/traces",
    "/traces/x",
    "/logs",
    "/users",
    "/finance/cost",
    "/finance/forecast",
    "/alarms",
    "/alarms/x",
    "/alerts",
    "/channels",
    "/dashboards",
    "/dashboards/x",
    "/errors",
    "/errors/codes",
    "/health",
)
RULE = {"title": "Notes", "metric": "events.notes.NoteWritten", "threshold": 2, "periods": 1}


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    async with platform_of(tmp_path, makers=[observability_part, notes_part]) as running:
        yield running


async def _noted(running: Running, *texts: str) -> str:
    for text in texts:
        answer = await running.visitor().post("/notes", {"text": text})
    await running.settle()
    return str(answer.json()["meta"]["request_id"])


@pytest.mark.parametrize("place", PLACES)
async def test_anonymous_visitors_get_401(running: Running, place: str) -> None:
    assert (await running.anonymous.get(f"/observability{place}")).status_code == 401


async def test_another_organisation_sees_nothing(running: Running) -> None:
    trace = await _noted(running, "ours")
    await running.visitor("admin").ask("POST", "/observability/alarms/notes", json=RULE)
    await running.visitor().ask("PUT", "/observability/dashboards/main", json={"title": "Main", "widgets": []})
    await running.settle()
    other = running.visitor("other")
    for place in (f"/traces/{trace}", "/alarms/notes", "/dashboards/main"):
        assert (await running.visitor().get(f"/observability{place}")).status_code == 200, place
        assert (await other.get(f"/observability{place}")).status_code == 404, place
    for place in ("/traces", "/logs", "/alarms", "/dashboards", "/errors", "/metrics/names"):
        assert (await other.get(f"/observability{place}")).json()["data"] == [], place


async def test_metrics_are_counted_from_events(running: Running) -> None:
    await _noted(running, "one", "two")
    names = [each["metric"] for each in (await running.visitor().get("/observability/metrics/names")).json()["data"]]
    assert {"events", "events.notes.NoteWritten", "events.notes.WordsCounted"} <= set(names)
    for period in (60, 3600, 7200):
        query = f"/observability/metrics?metric=events.notes.NoteWritten&period_seconds={period}"
        series = (await running.visitor().get(query)).json()["data"]
        assert sum(each["value"] for each in series["points"]) == 2, period
        assert series["unit"] == "count"


async def test_counters_of_events_are_exactly_those_of_the_feed(running: Running) -> None:
    """Whatever was measured in memory and lost when a process was killed."""
    await _noted(running, "one", "two")
    await running.visitor().post("/notes/broken")
    await running.settle()
    names = {each.event: each.name for each in running.platform.types}
    page = await running.platform.storage.feed.read(limit=1_000)
    happened = Counter(names[type(each.event)] for each in page.events if each.tenant == ACME)
    totals = (await running.visitor("admin").get("/admin/metrics")).json()["data"]
    counted = {each["metric"]: each["sum"] for each in totals}
    assert {f"events.{name}": times for name, times in happened.items()}.items() <= counted.items()
    assert happened["observability.ErrorOccurred"] == counted["errors"] == 1
    assert counted["events"] == happened.total()


@pytest.mark.parametrize(
    "query",
    [
        "period_seconds=61",
        "period_seconds=60&start=2020-01-01T00:00:00Z",
        "start=2026-01-02T00:00:00Z&end=2026-01-01T00:00:00Z",
        "start=junk",
        "start=0001-01-01T00:00:00Z",
        "end=9999-12-31T23:59:59Z",
        "metric=",
        "metric=%00",
        "statistic=median",
        "more=1",
    ],
)
async def test_wrong_questions_are_refused(running: Running, query: str) -> None:
    assert (await running.visitor().get(f"/observability/metrics?{query}")).status_code == 422


async def test_a_trace_has_all_that_followed_from_a_request(running: Running) -> None:
    trace = await _noted(running, "three words here")
    listed = (await running.visitor().get("/observability/traces")).json()["data"]
    assert [(each["id"], each["root"], each["steps"]) for each in listed] == [(trace, "notes.NoteWritten", 2)]
    spans = (await running.visitor().get(f"/observability/traces/{trace}")).json()["data"]["spans"]
    assert [each["name"] for each in spans] == ["notes.NoteWritten", "notes.WordsCounted"]
    assert spans[0]["parent"] == trace
    assert spans[1]["parent"] == spans[0]["id"]


async def test_log_lines_are_found_by_what_they_say(running: Running) -> None:
    trace = await _noted(running, "one")
    for query, count in (("", 2), ("?text=words", 1), (f"?correlation_id={trace}", 2), ("?source=nobody", 0)):
        lines = (await running.visitor().get(f"/observability/logs{query}")).json()["data"]
        assert len(lines) == count, query
    assert lines == []
    first = (await running.visitor().get("/observability/logs?limit=1")).json()
    assert first["data"][0]["message"] == "WordsCounted"
    more = f"/observability/logs?limit=1&cursor={first['meta']['page']['next']}"
    assert (await running.visitor().get(more)).json()["data"][0]["message"] == "NoteWritten"


async def test_members_are_shown_with_what_they_did(running: Running) -> None:
    class Members:
        async def members(self, _tenant: TenantId) -> list[Person]:
            return [
                Person("developer-of-0ace", "Dev", "dev@example.com", "developer"),
                Person("quiet", "Quiet", "quiet@example.com", "viewer"),
            ]

    running.platform.site.people = Members()
    await _noted(running, "one", "two")
    rows = (await running.visitor("admin").get("/observability/users")).json()["data"]
    assert [(each["name"], each["changes"]) for each in rows] == [("Dev", 2), ("Quiet", 0)]
    assert (await running.visitor("viewer").get("/observability/users")).status_code == 403


async def test_errors_are_shown_in_the_schema_of_the_error_bus(running: Running) -> None:
    broken = await running.visitor().post("/notes/broken")
    await running.settle()
    (error,) = (await running.visitor().get("/observability/errors")).json()["data"]
    assert str(UUID(error["eventId"])) == error["eventId"]
    assert error["correlationId"] == broken.json()["meta"]["request_id"]
    assert (error["eventType"], error["severity"], error["source"]) == ("ErrorOccurred", "ERROR", "http")
    assert error["data"]["errorCode"] == "UNEXPECTED_ERROR"
    assert error["data"]["context"]["function"] == "POST /api/v1/notes/broken"
    assert error["data"]["canRetry"] is True
    assert (await running.visitor().get("/observability/errors?severity=WARNING")).json()["data"] == []
    (code,) = (await running.visitor().get("/observability/errors/codes")).json()["data"]
    assert (code["code"], code["count"]) == ("UNEXPECTED_ERROR", 1)


async def test_a_flood_of_errors_is_counted_and_not_kept(running: Running) -> None:
    for _ in range(40):
        await running.visitor().post("/notes/broken")
    await running.settle()
    errors = (await running.visitor().get("/observability/errors?limit=200")).json()["data"]
    assert 30 <= len(errors) <= 40  # a minute may end meanwhile


async def test_rules_are_defined_changed_and_removed(running: Running) -> None:
    place, admin = "/observability/alarms/notes", running.visitor("admin")
    made = await admin.post(place, RULE)
    assert (made.status_code, made.json()["data"]["state"], made.headers["etag"]) == (201, "OK", '"1"')
    assert (await admin.post(place, {**RULE, "threshold": 9})).status_code == 409
    changed = await admin.ask("PUT", place, json={**RULE, "threshold": 9}, headers={"If-Match": '"1"'})
    assert changed.json()["data"]["threshold"] == 9
    assert (await admin.ask("PUT", place, json=RULE, headers={"If-Match": '"1"'})).status_code == 412
    assert (await running.visitor("viewer").post(place, RULE)).status_code == 403
    for wrong in ({"threshold": "x"}, {"threshold": float("inf")}, {"period_seconds": 61}, {"title": ""}, {"more": 1}):
        content = str({**RULE, **wrong}).replace("'", '"').replace("inf", "1e999")
        refused = await admin.ask("PUT", place, content=content, headers={"Content-Type": "application/json"})
        assert refused.status_code == 422, wrong
    assert (await admin.ask("DELETE", place)).status_code == 204
    assert (await admin.get(place)).status_code == 404
    assert (await admin.ask("DELETE", place)).status_code == 404


async def test_costs_and_forecast_are_those_of_this_installation(running: Running) -> None:
    await _noted(running, "one")
    costs = (await running.visitor("admin").get("/observability/finance/cost")).json()["data"]
    used = {each["service"]: each["quantity"] for each in costs["lines"]}
    assert used["EventBridge"] == 2
    assert used["DynamoDB on-demand"] == 16
    coming = (await running.visitor("admin").get("/observability/finance/forecast?days=2")).json()["data"]
    assert len(coming["days"]) == 2
    assert (await running.visitor("developer").get("/observability/finance/cost")).status_code == 403


async def test_dashboards_are_kept(running: Running) -> None:
    body = {"title": "Main", "widgets": [{"title": "All", "metric": "events"}]}
    made = await running.visitor().ask("PUT", "/observability/dashboards/main", json=body)
    assert made.status_code == 200
    there = (await running.visitor("viewer").get("/observability/dashboards/main")).json()["data"]
    assert there == {
        "id": "main",
        "title": "Main",
        "widgets": [{"title": "All", "metric": "events", "statistic": "sum"}],
    }


@pytest.mark.parametrize("place", ["/admin/monitoring", "/admin/metrics"])
async def test_only_admins_see_everything_at_once(running: Running, place: str) -> None:
    assert (await running.anonymous.get(place)).status_code == 401
    assert (await running.visitor().get(place)).status_code == 403
    assert (await running.visitor("admin").get(place)).status_code == 200


async def test_monitoring_shows_health_lags_alerts_and_errors(running: Running) -> None:
    await running.visitor("admin").ask("POST", "/observability/alarms/notes", json=RULE)
    await running.visitor().post("/notes/broken")
    await _noted(running, "one", "two", "three")
    ledger = running.platform.ledger
    later = msgspec.structs.replace(ledger, clock=lambda: ledger.clock() + timedelta(minutes=1))
    await Watch(later, OwnMetrics(ledger.documents, later.clock)).look()
    await running.settle()
    seen = (await running.visitor("admin").get("/admin/monitoring")).json()["data"]
    assert (seen["status"], seen["errors_last_hour"]) == ("healthy", 1)
    assert {"metrics by hour", "alerts", "notes"} <= {each["name"] for each in seen["read_models"]}
    assert {each["behind"] for each in seen["read_models"]} == {0}
    assert [each["rule_id"] for each in seen["alerts"]] == ["notes"]
    other = (await running.visitor("other").get("/admin/monitoring")).json()["data"]
    assert (other["errors_last_hour"], other["alerts"]) == (0, [])


async def test_all_metrics_are_added_up(running: Running) -> None:
    await _noted(running, "one", "two")
    totals = (await running.visitor("admin").get("/admin/metrics")).json()["data"]
    written = next(each for each in totals if each["metric"] == "events.notes.NoteWritten")
    assert (written["unit"], written["count"], written["sum"], written["average"]) == ("count", 2, 2.0, 1.0)
    assert [each["metric"] for each in totals] == sorted(each["metric"] for each in totals)
    assert (await running.visitor("other").get("/admin/metrics")).json()["data"] == []
    far = await running.visitor("admin").get("/admin/metrics?start=2020-01-01T00:00:00Z")
    assert far.status_code == 422


async def test_health_looks_at_every_part(running: Running) -> None:
    await running.settle()
    health = (await running.visitor().get("/observability/health")).json()["data"]
    assert health["status"] == "healthy"
    assert [each["name"] for each in health["parts"]] == ["database", "read models", "parked events", "work"]
