"""The plain values that may reach a template, and the conversions of answers to the type of their question."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import yaml

Value: TypeAlias = "str | int | float | bool | list[Value] | dict[str, Value] | None"

# What an expression in a template may give: plain values, but also whatever jinja2 makes of them.
Loose: TypeAlias = Any

_SCALARS = frozenset({str, int, float, bool, type(None)})
_TRUE = frozenset({"y", "yes", "t", "true", "on"})
_FALSE = frozenset({"n", "no", "f", "false", "off", "~", "null", "none"})
_MOST_VALUES = 500_000
_DEEPEST = 100
_LONGEST_LIST = 100_000


def plain_problem(value: object) -> str:
    """Say why a value may not reach a template; empty when it is plain.

    Plain are str, int, float, bool, None and lists and dictionaries of those, at most 100 deep and 500,000 values
    in all. Subclasses are not plain: their methods are somebody's code.
    """
    if type(value) in _SCALARS:
        return ""
    level: list[object] = [value]
    seen = 0
    for _ in range(_DEEPEST):
        for item in level:
            if type(item) not in _SCALARS and type(item) is not list and type(item) is not dict:
                return f"{type(item).__name__} is no plain value (text, number, true/false, null, list, mapping)"
        containers = [_inner(item) for item in level if type(item) not in _SCALARS]
        # Count before unfolding: values may be shared, and few of them look like many.
        seen += sum(map(len, containers))
        if seen > _MOST_VALUES:
            return f"it holds more than {_MOST_VALUES} values"
        level = [inner for container in containers for inner in container]
        if not level:
            return ""
    return f"it is nested more than {_DEEPEST} deep"


def _inner(value: object) -> list[object]:
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    return value if isinstance(value, list) else []


def as_bool(value: Loose) -> bool:
    """Read a truth value as Copier does: numbers first, then YAML's words, then Python's truth."""
    with suppress(TypeError, ValueError):
        return bool(float(value))
    if isinstance(value, str):
        word = value.strip().lower()
        if not word or word in _FALSE:
            return False
        if word in _TRUE:
            return True
    return bool(value)


def as_str(value: object) -> str:
    """Turn text and numbers into text.

    Raises:
        ValueError: the value is neither.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return str(value)
    raise ValueError(f"could not convert {value!r} to text")


def from_yaml(value: Loose) -> Loose:
    """Read text as one YAML document without custom tags; anything but text is itself.

    Raises:
        ValueError: the text is no YAML.
    """
    if not isinstance(value, str):
        return value
    import yaml

    from skafu.scaffold.yaml_loader import YAML_LOADER

    loader = YAML_LOADER(value)
    try:
        return loader.get_single_data()
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error
    finally:
        loader.dispose()


def from_json(value: Loose) -> Loose:
    """Read text as JSON; anything but text is itself.

    Raises:
        ValueError: the text is no JSON.
    """
    return json.loads(value) if isinstance(value, str) else value


def yaml_items(text: str) -> list[str]:
    """Split a YAML list into the raw text of its items; quotes around a text item are taken off.

    Raises:
        TypeError: the text is no YAML list.
    """
    if len(text) > _LONGEST_LIST:
        raise ValueError(f"a list of answers has at most {_LONGEST_LIST} characters")
    import yaml

    node = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(node, yaml.SequenceNode):
        raise TypeError(f"not a YAML list: {text!r}")
    return [_raw_item(text, item) for item in node.value]


def _raw_item(text: str, item: "yaml.Node") -> str:
    import yaml

    raw = text[item.start_mark.index : item.end_mark.index].strip()
    is_text = isinstance(item, yaml.ScalarNode) and item.tag == "tag:yaml.org,2002:str"
    quoted = len(raw) > 1 and raw[0] == raw[-1] and raw[0] in "'\""
    return raw[1:-1] if is_text and quoted else raw


CASTS: dict[str, Callable[[Loose], Loose]] = {
    "bool": as_bool,
    "float": float,
    "int": int,
    "json": from_json,
    "path": str,
    "str": as_str,
    "yaml": from_yaml,
}
