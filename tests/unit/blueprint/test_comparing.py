"""What two blueprints differ in."""

from pathlib import Path

import pytest

from skafu.blueprint import read
from skafu.blueprint.comparing import ElementChange, changes_between

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.mark.parametrize("name", ["todo", "bookstore", "auction"])
def test_a_blueprint_does_not_differ_from_itself(name: str) -> None:
    values = read((EXAMPLES / name / "skafu.yaml").read_text()).source.values
    assert changes_between(values, values) == ()


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"name": "a"}, {"name": "b"}, [ElementChange("name", "changed", "a", "b")]),
        ({}, {"region": "eu"}, [ElementChange("region", "added", after="eu")]),
        ({"region": "eu"}, {}, [ElementChange("region", "removed", before="eu")]),
        (
            {"services": [{"name": "s", "size": 1}, {"name": "t"}]},
            {"services": [{"name": "u"}, {"name": "s", "size": 2}]},
            [
                ElementChange("services.u", "added", after={"name": "u"}),
                ElementChange("services.s.size", "changed", 1, 2),
                ElementChange("services.t", "removed", before={"name": "t"}),
            ],
        ),
        ({"in": ["a"]}, {"in": ["b"]}, [ElementChange("in", "changed", ["a"], ["b"])]),
        (
            {"x": [{"name": "a"}, {"name": "a"}]},
            {"x": [{"name": "a"}]},
            [ElementChange("x", "changed", [{"name": "a"}, {"name": "a"}], [{"name": "a"}])],
        ),
        ({"x": {"y": 1}}, {"x": 1}, [ElementChange("x", "changed", {"y": 1}, 1)]),
    ],
)
def test_elements_are_known_by_their_names(before: object, after: object, expected: list[ElementChange]) -> None:
    assert list(changes_between(before, after)) == expected


def test_the_place_is_said_as_findings_say_it() -> None:
    text = (EXAMPLES / "bookstore" / "skafu.yaml").read_text()
    changed = text.replace("name: CancelOrder", "name: CallOff", 1)
    found = changes_between(read(text).source.values, read(changed).source.values)
    assert [each.change for each in found] == ["added", "removed"]
    assert found[0].path.endswith("commands.CallOff")
