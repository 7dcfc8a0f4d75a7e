"""Alarms are per service, and hold to what CloudWatch takes."""

from msgspec.structs import replace
from watched_systems import watched_system

from skafu.generation.dashboard_view import WHOLE_WIDTH
from skafu.generation.operations_view import METRICS_PER_ALARM, chunks
from skafu.generation.view import view


def test_a_spike_follows_the_expected_load() -> None:
    quiet, busy = (replace(watched_system(), average_rps=rate) for rate in (1.0, 100.0))
    assert view(quiet)["services"][0]["alarms"]["spike"] == 10
    assert view(busy)["services"][0]["alarms"]["spike"] == 300


def test_queues_are_spread_over_as_many_alarms_as_needed() -> None:
    queues = [{"id": f"Q{number}", "name": f"q{number}"} for number in range(METRICS_PER_ALARM * 2 + 1)]
    parts = chunks(queues)
    assert [len(part) for part in parts] == [METRICS_PER_ALARM, METRICS_PER_ALARM, 1]
    assert [one for part in parts for one in part] == queues


def test_every_dead_letter_queue_is_watched() -> None:
    sales, money = view(watched_system())["services"]
    names = [one["name"] for part in sales["alarms"]["dead_letters"] for one in part]
    prefix = f"{watched_system().names.kebab}-${{Stage}}-sales"
    assert names[0] == f"{prefix}-stream-failures"
    assert sorted(names[1:]) == sorted(f"{prefix}-{one['kebab']}-dlq" for one in sales["reactions"])
    assert sales["alarms"]["readers"] == ["Publisher", "Projector"]
    assert money["alarms"]["readers"] == ["Publisher"]


def test_rows_of_the_dashboard_fill_its_width() -> None:
    graphs = view(watched_system())["system"]["dashboard"]
    rows = {graph["y"]: sum(one["width"] for one in graphs if one["y"] == graph["y"]) for graph in graphs}
    assert rows == {0: WHOLE_WIDTH, 6: WHOLE_WIDTH, 12: WHOLE_WIDTH}
    assert not [graph for graph in graphs if graph["title"] == "Money: requests"]
