"""Ways through an aggregate are found by playing it, and they work when they are played again."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from shop_blueprint import document

from skafu.blueprint import read, resolve
from skafu.blueprint.resolved import Journey, ResolvedAggregate, ResolvedService
from skafu.blueprint.simulation import SYSTEM, Caller, Instance, Outcome, Simulation, filled

EXAMPLES = sorted(Path(__file__).parents[3].glob("examples/*/skafu.yaml"))
START = datetime(2030, 1, 31, 23, 59, tzinfo=UTC)


def play(simulation: Simulation, journey: Journey) -> tuple[Outcome, dict[str, Instance]]:
    """Play a journey with people and times of our own; give the last outcome and everything there is."""
    people = {"caller": "ann-1", "other": "ben-2"}
    instances: dict[str, Instance] = {}
    now, outcome = START, Outcome()
    for move in journey:
        now += timedelta(seconds=move.wait + 1)
        caller = SYSTEM if move.caller == "system" else Caller(people[move.caller], move.roles)
        body = filled(move.body, people | {name: found.id for name, found in instances.items()}, now)
        instance = instances.get(move.instance)
        wanted = simulation.read_ids(move.command, body, instance, caller, now)
        known = {found.id: found for found in instances.values()}
        reads = {name: known[found] for name, found in wanted.items() if found in known}
        outcome = simulation.decide(move.command, body, instance, caller, now, reads)
        made = instance.id if instance else simulation.key_of(move.command, body, caller, now) or f"id-{move.instance}"
        for happened in outcome.events:
            instance = simulation.evolve(instance, happened, made, now)
        if instance is not None:
            instances[move.instance] = instance
    return outcome, instances


def services() -> list[ResolvedService]:
    systems = [resolve(read(path.read_bytes()).blueprint) for path in EXAMPLES]
    return [service for system in systems for service in system.services]


@pytest.mark.parametrize("service", services(), ids=lambda service: service.names.kebab)
def test_each_way_leads_where_it_says_whoever_plays_it_and_when(service: ResolvedService) -> None:
    simulation = Simulation(service)
    for aggregate in service.aggregates:
        name = aggregate.names.snake
        for state, journey in aggregate.journeys.states.items():
            assert (play(simulation, journey)[1][name].status or "exists") == state
        for command, journey in aggregate.journeys.commands.items():
            assert journey[-1].command == command
            assert play(simulation, journey)[0].refusal is None, command
        for event, journey in aggregate.journeys.events.items():
            assert event in {happened.event for happened in play(simulation, journey)[0].events}
        for refusal, journey in aggregate.journeys.refusals.items():
            assert f"{journey[-1].command}.{play(simulation, journey)[0].refusal}" == refusal


def shop_order(*edits: tuple[str, str]) -> ResolvedAggregate:
    return resolve(document(*edits).blueprint).services[0].aggregates[1]


def test_what_rules_look_at_is_made_first() -> None:
    journey = shop_order().journeys.commands["PlaceOrder"]

    assert [move.command for move in journey] == ["AddProduct", "PlaceOrder"]
    assert journey[1].body["product_id"] == "$product"
    assert journey[1].body["customer_id"] == "$caller"


def test_a_rule_about_how_many_is_reached_by_doing_it_again() -> None:
    limit = ("{code: gone, rule: product.stock >= 0,", "{code: gone, rule: product.stock < 6,")
    journey = shop_order(limit).journeys.refusals["PlaceOrder.gone"]

    assert journey[-1].command == "PlaceOrder"
    assert [move.command for move in journey].count("Restock") >= 1


def test_a_rule_about_time_is_reached_by_waiting() -> None:
    late = (
        "{code: gone, rule: product.stock >= 0,",
        "{code: gone, rule: 'has(product.seen) && now - product.seen > duration(\"3 days\")',",
    )
    journey = shop_order(late).journeys.commands["PlaceOrder"]

    assert journey[-1].wait > 3 * 86_400


def test_what_cannot_be_reached_is_left_out() -> None:
    never = ("if: state.version < 100", "if: state.version < 0")

    assert "OrderCancelled" not in shop_order(never).journeys.events
    assert "cancelled" not in shop_order(never).journeys.states
