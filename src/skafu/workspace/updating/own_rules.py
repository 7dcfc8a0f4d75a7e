"""Rules of a project's own: whose its paths are when its template changes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from skafu.kernel.errors import Invalid
from skafu.scaffold.merging import Rules, matching
from skafu.workspace.folders import obstacle

RULES = ".skafu/rules.yaml"
_KEYS = ("keep", "template", "again")
_FIX = "write lists of gitignore patterns below keep, template and again"


def with_own_rules(rules: Rules, folder: Path) -> Rules:
    """Add what the project says about its paths to the rules that hold anyway.

    Raises:
        Invalid: the file with the rules is wrong.
    """
    written = _written(folder)
    if not written:
        return rules
    keep, template, again = (matching(written.get(key, [])) for key in _KEYS)
    once = rules.once
    return Rules(
        keep=_either(rules.keep, keep),
        template=_either(rules.template, template),
        once=lambda path: once(path) and not again(path),
    )


def _either(one: Callable[[str], bool], other: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda path: one(path) or other(path)


def _written(folder: Path) -> dict[str, list[str]]:
    path = folder / RULES
    if obstacle(folder, RULES) or not path.is_file():
        return {}
    try:
        said: Any = yaml.safe_load(path.read_bytes()) or {}
    except (yaml.YAMLError, ValueError) as error:
        raise Invalid(f"{path} can't be read: {error}", fix=_FIX) from error
    if not isinstance(said, dict) or not all(key in _KEYS and _is_list(value) for key, value in said.items()):
        raise Invalid(f"{path} holds something else than lists of patterns", fix=_FIX)
    return said


def _is_list(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)
