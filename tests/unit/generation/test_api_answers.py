"""The document of the API tells each command's codes, with examples."""

from typing import Any

from watched_systems import watched_system

from skafu.blueprint.simulation import Simulation
from skafu.generation.api_answers import answered, examples_of
from skafu.generation.api_document import paths_view
from skafu.generation.scenarios import scenarios_of


def operation(path: str, method: str) -> dict[str, Any]:
    system = watched_system()
    service = system.services[0]
    simulation = Simulation(service)
    played = examples_of({one.names.pascal: scenarios_of(simulation, one) for one in service.aggregates})
    paths = answered(paths_view(system), system, {"sales": played})
    found = next(one for one in paths if one["path"] == path)
    return next(one for one in found["operations"] if one["method"] == method)


def test_a_command_tells_its_refusals_by_code() -> None:
    place = operation("/orders", "post")
    answers = {one["status"]: one for one in place["responses"]}
    assert [one["name"] for one in answers[422]["examples"]] == ["too_small"]
    assert answers[422]["examples"][0]["value"]["error"]["message"] == "An order is worth the effort."
    assert 409 not in answers
    assert answers[401]["ref"] == "Unauthorized"


def test_a_command_shows_what_is_sent_and_answered() -> None:
    place = operation("/orders", "post")
    accepted = place["responses"][0]
    assert place["example"].keys() == {"customer_id", "email", "total"}
    assert accepted["examples"][0]["value"]["data"]["events"] == ["OrderPlaced"]
    assert accepted["headers"].keys() == {"ETag", "Location"}


def test_a_query_has_the_common_answers_by_reference() -> None:
    refs = [one["ref"] for one in operation("/orders/{order_id}", "get")["responses"] if "ref" in one]
    assert refs == [
        "BadRequest", "Unauthorized", "Forbidden", "NotFound", "TooManyRequests", "InternalError",
    ]  # fmt: skip
