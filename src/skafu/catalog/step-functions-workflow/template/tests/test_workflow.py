"""What must hold for the workflow, whatever it does."""

import json
from pathlib import Path
from typing import Any

import pytest

MACHINE: dict[str, Any] = json.loads((Path(__file__).parent.parent / "workflows" / "main.asl.json").read_text())
STATES: dict[str, dict[str, Any]] = MACHINE["States"]
TASKS = [name for name, state in STATES.items() if state["Type"] == "Task"]


def following(state: dict[str, Any]) -> set[str]:
    ways = [state, *state.get("Catch", []), *state.get("Choices", [])]
    return {way["Next"] for way in ways if "Next" in way} | ({state["Default"]} if "Default" in state else set())


def test_it_ends() -> None:
    assert MACHINE["TimeoutSeconds"]
    reached, waiting = set(), {MACHINE["StartAt"]}
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= following(STATES[name]) - reached
    assert reached == set(STATES)
    assert {STATES[name]["Type"] for name in STATES if not following(STATES[name])} == {"Succeed", "Fail"}


@pytest.mark.parametrize("task", TASKS)
def test_every_task_is_tried_again_and_does_not_wait_for_ever(task: str) -> None:
    assert STATES[task]["Retry"]
    assert STATES[task]["TimeoutSeconds"] < MACHINE["TimeoutSeconds"]


@pytest.mark.parametrize("task", [name for name in TASKS if name != "GiveUp"])
def test_what_fails_in_the_end_goes_to_the_dead_letter_queue(task: str) -> None:
    assert STATES[task]["Catch"] == [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "GiveUp"}]
