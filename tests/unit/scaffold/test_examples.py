"""The examples in the documentation of the engine's face hold."""

import doctest
import importlib
import re
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    "module",
    [
        "skafu.scaffold",
        "skafu.scaffold.checking",
        "skafu.scaffold.formats",
        "skafu.scaffold.template",
        "skafu.workspace.sources_git",
    ],
)
def test_examples(module: str) -> None:
    assert doctest.testmod(importlib.import_module(module)).failed == 0


def test_the_examples_of_the_guide() -> None:
    guide = Path(__file__).parents[3] / "docs" / "guides" / "templates.md"
    examples = re.findall(r"```python\n(.*?)```", guide.read_text(), re.DOTALL)
    assert len(examples) >= 4
    known: dict[str, object] = {}
    for example in examples:
        exec(compile(example, str(guide), "exec"), known)  # noqa: S102 - the project's own words
