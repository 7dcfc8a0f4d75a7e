from pathlib import Path

from skafu.blueprint import read, resolve
from skafu.proof.driving.drive import never_driven

EXAMPLES = Path(__file__).parents[4] / "examples"


def said(example: str) -> str:
    system = resolve(read((EXAMPLES / example / "skafu.yaml").read_bytes()).blueprint)
    return "\n".join(one.message for one in never_driven(system))


def test_what_no_check_drives_is_told() -> None:
    assert "no file was uploaded to or downloaded from reports" in said("cold-chain")


def test_a_system_without_such_things_has_no_gaps() -> None:
    assert said("todo") == ""
