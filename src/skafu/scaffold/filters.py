"""The filters that Copier adds to those of jinja2 (by jinja2-ansible-filters), written anew for plain values."""

import json
from collections.abc import Callable, Iterator
from typing import NoReturn

import yaml
from jinja2 import Undefined, pass_environment
from jinja2.environment import Environment
from jinja2.exceptions import FilterArgumentError
from jinja2.filters import sync_do_groupby

from skafu.scaffold import filters_structure as structure
from skafu.scaffold import filters_text as text
from skafu.scaffold.run import refuse
from skafu.scaffold.values import Loose, from_yaml, plain_problem
from skafu.scaffold.yaml_loader import YAML_LOADER

_YAML_OPTIONS = frozenset(
    {
        "canonical",
        "default_flow_style",
        "default_style",
        "explicit_end",
        "explicit_start",
        "indent",
        "line_break",
        "sort_keys",
        "width",
    }
)
_JSON_OPTIONS = frozenset(
    {"allow_nan", "check_circular", "ensure_ascii", "indent", "separators", "skipkeys", "sort_keys"}
)


_SORTED = True


class _PlainDumper(yaml.SafeDumper):
    """Writes plain values; a tuple gets the tag that PyYAML's full dumper gives it."""


_PlainDumper.add_representer(
    tuple, lambda dumper, items: dumper.represent_sequence("tag:yaml.org,2002:python/tuple", items)
)


def _dump(value: Loose, options: dict[str, Loose]) -> str:
    if unknown := options.keys() - _YAML_OPTIONS:
        raise FilterArgumentError(f"unknown YAML option {min(unknown)!r}")
    try:
        return str(yaml.dump(value, Dumper=_PlainDumper, allow_unicode=True, **options))
    except yaml.representer.RepresenterError as error:
        raise FilterArgumentError(f"{type(error.args[-1]).__name__} cannot be written as YAML") from error


def to_yaml(value: Loose, *_: Loose, default_flow_style: bool | None = None, **options: Loose) -> str:
    """Write YAML, collections of scalars inline."""
    return _dump(value, {"default_flow_style": default_flow_style, **options})


def to_nice_yaml(value: Loose, indent: int = 4, *_: Loose, **options: Loose) -> str:
    """Write YAML as a person would, one item a line."""
    return _dump(value, {"indent": indent, "default_flow_style": False, **options})


def _json_options(options: dict[str, Loose]) -> dict[str, Loose]:
    if unknown := options.keys() - _JSON_OPTIONS:
        raise FilterArgumentError(f"unknown JSON option {min(unknown)!r}")
    return options


def _as_json(value: object) -> object:
    if isinstance(value, Iterator):
        return list(value)
    raise FilterArgumentError(f"{type(value).__name__} cannot be written as JSON")


def to_json(value: Loose, **options: Loose) -> str:
    """Write JSON on one line."""
    return json.dumps(value, default=_as_json, **_json_options(options))


def to_nice_json(value: Loose, indent: int = 4, sort_keys: Loose = _SORTED, **options: Loose) -> str:
    """Write JSON as a person would; keys that cannot be sorted stay in order, on one line."""
    try:
        return json.dumps(value, indent=indent, sort_keys=sort_keys, separators=(",", ": "), **_json_options(options))
    except TypeError:
        return json.dumps(value, **options)


def _plain(value: Loose) -> Loose:
    if problem := plain_problem(value):
        raise FilterArgumentError(problem)
    return value


def _from_yaml_all(value: Loose) -> Loose:
    if not isinstance(value, str):
        return value
    return [_plain(document) for document in yaml.load_all(value, Loader=YAML_LOADER)]


def _ternary(value: Loose, true_val: Loose, false_val: Loose, none_val: Loose = None) -> Loose:
    if value is None and none_val is not None:
        return none_val
    return true_val if value else false_val


def _to_bool(value: Loose) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    return (value.lower() if isinstance(value, str) else value) in ("yes", "on", "1", "true", 1)


def _mandatory(value: Loose, msg: object = None) -> Loose:
    if isinstance(value, Undefined):
        raise FilterArgumentError("a mandatory value is not defined" if msg is None else str(msg))
    return value


@pass_environment
def _groupby(environment: Environment, value: Loose, attribute: str | int) -> list[tuple[Loose, ...]]:
    return [tuple(group) for group in sync_do_groupby(environment, value, attribute)]


def _refused(name: str) -> Callable[..., NoReturn]:
    def refused(*_: object, **__: object) -> NoReturn:
        refuse(f"the filter {name!r}")

    return refused


_REFUSED = ("expanduser", "expandvars", "realpath", "relpath", "fileglob")

FILTERS: dict[str, Callable[..., Loose]] = {
    **{name: _refused(name) for name in _REFUSED},
    **text.FILTERS,
    **structure.FILTERS,
    "ans_groupby": _groupby,
    "bool": _to_bool,
    "from_json": json.loads,
    "from_yaml": lambda value: _plain(from_yaml(value)),
    "from_yaml_all": _from_yaml_all,
    "mandatory": _mandatory,
    "ternary": _ternary,
    "to_json": to_json,
    "to_nice_json": to_nice_json,
    "to_nice_yaml": to_nice_yaml,
    "to_yaml": to_yaml,
    "type_debug": lambda value: type(value).__name__,
}
