"""When a message comes too early, and when too late."""

import pytest
from generated_projects import EXAMPLES

from skafu.blueprint import read, resolve
from skafu.blueprint.resolved import System
from skafu.generation.earliness import early_states, led_to_by_messages


@pytest.fixture(scope="module")
def bookstore() -> System:
    return resolve(read((EXAMPLES / "bookstore" / "skafu.yaml").read_bytes()).blueprint)


def test_what_waits_for_a_state_that_may_still_come_is_early(bookstore: System) -> None:
    found = {
        command.names.pascal: early_states(command, aggregate)
        for service in bookstore.services
        for aggregate in service.aggregates
        for command in aggregate.commands
        if command.in_states
    }
    assert found["CompleteOrder"] == ("placed",)
    assert found["RecordRefund"] == ("requested",)
    assert found["ConfirmOrder"] == found["CancelOrder"] == ()


def test_commands_that_only_people_use_are_never_early(bookstore: System) -> None:
    store = next(service for service in bookstore.services if service.names.kebab == "store")
    by_messages = led_to_by_messages(store)
    assert "CompleteOrder" in by_messages
    assert "RegisterBook" not in by_messages
