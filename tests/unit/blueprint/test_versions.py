"""Older formats are upgraded step by step, newer ones are refused."""

from typing import Any

import pytest

from skafu.blueprint.versions import NewerFormat, upgrade


def rename_title(values: dict[str, Any]) -> dict[str, Any]:
    """An artificial step: format 0 called the name a title."""
    return {"name" if key == "title" else key: value for key, value in values.items()}


def to_two(values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "summary": values["name"].upper()}


def test_an_older_blueprint_goes_through_each_step() -> None:
    values = upgrade({"skafu": 0, "title": "shop"}, steps={0: rename_title, 1: to_two}, newest=2)

    assert values == {"skafu": 2, "name": "shop", "summary": "SHOP"}


def test_the_newest_format_stays_as_it_is() -> None:
    values = {"skafu": 1, "title": "shop"}

    assert upgrade(values, steps={0: rename_title}, newest=1) is values
    assert upgrade({"name": "shop"}, newest=1) == {"name": "shop"}


@pytest.mark.parametrize("version", [2, 99])
def test_a_newer_format_is_a_clear_error(version: int) -> None:
    with pytest.raises(NewerFormat, match=f"has format {version}, this Skafu knows formats up to 1"):
        upgrade({"skafu": version}, newest=1)


def test_a_format_that_nothing_leads_from_is_a_clear_error() -> None:
    with pytest.raises(NewerFormat, match="no step leads from blueprint format -1"):
        upgrade({"skafu": -1}, steps={0: rename_title}, newest=1)
