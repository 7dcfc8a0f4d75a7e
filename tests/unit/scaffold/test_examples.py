"""The examples in the documentation of the engine's face hold."""

import doctest
import importlib

import pytest


@pytest.mark.parametrize(
    "module",
    ["skafu.scaffold", "skafu.scaffold.formats", "skafu.scaffold.template", "skafu.workspace.sources_git"],
)
def test_examples(module: str) -> None:
    assert doctest.testmod(importlib.import_module(module)).failed == 0
