"""The versions of the blueprint format: an older one is upgraded on read, step by step; a newer one is refused."""

from collections.abc import Callable, Mapping
from typing import Any

from skafu.blueprint.model import FORMAT_VERSION

Step = Callable[[dict[str, Any]], dict[str, Any]]

UPGRADES: Mapping[int, Step] = {}
"""From a version to the step that leads to the next one; each takes and gives plain values."""


class NewerFormat(ValueError):
    """The blueprint was written by a newer Skafu."""


def upgrade(
    values: dict[str, Any], *, steps: Mapping[int, Step] = UPGRADES, newest: int = FORMAT_VERSION
) -> dict[str, Any]:
    """Bring plain values to the newest format.

    Args:
        values: what was read; `skafu` is its version, the newest where it is missing or no number.
        steps: from a version to the step that leads to the next one.
        newest: the version to reach.

    Raises:
        NewerFormat: the version is newer than `newest`, or so old that no step starts from it.
    """
    version = values.get("skafu", newest)
    if not isinstance(version, int) or isinstance(version, bool):
        return values
    if version > newest:
        raise NewerFormat(f"the blueprint has format {version}, this Skafu knows formats up to {newest}")
    while version < newest:
        if version not in steps:
            raise NewerFormat(f"no step leads from blueprint format {version} to format {newest}")
        values = {**steps[version](values), "skafu": version + 1}
        version += 1
    return values
