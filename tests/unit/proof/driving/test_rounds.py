"""What is driven at the same time does not get into each other's way."""

from pathlib import Path

from skafu.blueprint import read, resolve
from skafu.proof.driving.deployed import ResourceNames
from skafu.proof.driving.landscape import Landscape
from skafu.proof.driving.reactors import calls, messages, policies, rounds, timers

EXAMPLES = Path(__file__).parents[4] / "examples"


def _rounds(example: str) -> list[set[str]]:
    landscape = Landscape(resolve(read((EXAMPLES / example / "skafu.yaml").read_bytes()).blueprint))
    names = ResourceNames(example, "proof")
    kinds = (policies, calls, messages, timers)
    found = rounds(landscape, [one for kind in kinds for one in kind(landscape, names)])
    return [{one.said for one in together} for together in found]


def test_everything_is_driven_once() -> None:
    found = [said for together in _rounds("cold-chain") for said in together]
    assert len(found) == len(set(found))
    assert "SensorsReading -> RecordReading" in found


def test_reactions_that_hear_of_each_other_are_driven_one_after_the_other() -> None:
    for together in _rounds("bookstore"):
        heard = {said.partition(" -> ")[0].removeprefix("after ") for said in together}
        assert len(heard) == len(together)
