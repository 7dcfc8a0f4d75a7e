"""Every published event has a sample, played where it can be played."""

from typing import Any

from watched_systems import watched_system

from skafu.blueprint.simulation import Simulation
from skafu.generation.event_samples import samples_of
from skafu.generation.scenarios import scenarios_of


def samples(*, played: bool) -> dict[str, Any]:
    service = watched_system().services[0]
    simulation = Simulation(service)
    scenarios = {one.names.pascal: scenarios_of(simulation, one) for one in service.aggregates} if played else {}
    return {one["event"]: one for one in samples_of(service, scenarios)}


def test_a_sample_is_what_was_played() -> None:
    found = samples(played=True)
    assert found["OrderPlaced"]["file"] == "OrderPlaced.v1"
    detail = found["OrderPaid"]["detail"]
    assert detail["metadata"]["sequenceNumber"] == 2
    assert detail["data"] == {"order_id": detail["metadata"]["aggregateId"]}


def test_an_event_that_is_never_played_has_a_sample_all_the_same() -> None:
    made_up = samples(played=False)["OrderPlaced"]["detail"]
    assert made_up["data"].keys() == {"order_id", "customer_id", "email", "total"}
    assert made_up["metadata"]["sequenceNumber"] == 1


def test_samples_do_not_change() -> None:
    assert samples(played=True) == samples(played=True)
