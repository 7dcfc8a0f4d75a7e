"""Filters over lists and mappings: combine, extract, flatten, subelements."""

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from functools import reduce

from jinja2 import Undefined
from jinja2.exceptions import FilterArgumentError

from skafu.scaffold.values import Loose

_LIST_MERGES: dict[str, Callable[[list[Loose], list[Loose]], list[Loose]]] = {
    "replace": lambda _, new: new,
    "keep": lambda old, _: old,
    "append": lambda old, new: old + new,
    "prepend": lambda old, new: new + old,
    "append_rp": lambda old, new: [item for item in old if item not in new] + new,
    "prepend_rp": lambda old, new: new + [item for item in old if item not in new],
}


def flatten(items: Sequence[Loose], levels: int | None = None) -> list[Loose]:
    """Unpack nested lists, all levels or so many; as in Ansible, a null ends its list."""
    flat: list[Loose] = []
    for item in items:
        if item in (None, "None", "null"):
            break
        nested = isinstance(item, Sequence) and not isinstance(item, str | bytes)
        if nested and (levels is None or levels >= 1):
            flat.extend(flatten(item, None if levels is None else int(levels) - 1))
        else:
            flat.append(item)
    return flat


def combine(*terms: Loose, recursive: bool = False, list_merge: str = "replace") -> Loose:
    """Merge mappings, the later ones winning."""
    mappings = flatten(terms, levels=1)
    _check_defined(mappings)
    if list_merge not in _LIST_MERGES:
        raise FilterArgumentError(f"'list_merge' must be one of {', '.join(_LIST_MERGES)}")
    if not mappings:
        return {}
    # The fold goes from the last mapping to the first: with a recursive merge of lists the order shows.
    return reduce(lambda high, low: _merged(low, high, recursive, list_merge), reversed(mappings))


def _merged(low: Loose, high: Loose, recursive: Loose, list_merge: str) -> dict[Loose, Loose]:
    if not (isinstance(low, Mapping) and isinstance(high, Mapping)):
        raise FilterArgumentError(
            f"failed to combine, expected mappings but got {type(low).__name__} and {type(high).__name__}"
        )
    if not low or low == high:
        return dict(high)
    merged = dict(low)
    for key, new in high.items():
        old = merged.get(key)
        if recursive and isinstance(old, MutableMapping) and isinstance(new, MutableMapping):
            merged[key] = _merged(old, new, recursive, list_merge)
        elif isinstance(old, list) and isinstance(new, list):
            merged[key] = _LIST_MERGES[list_merge](old, new)
        else:
            merged[key] = new
    return merged


def _check_defined(value: Loose) -> None:
    if isinstance(value, Undefined):
        raise FilterArgumentError("cannot combine an undefined value")
    for inner in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        _check_defined(inner)


def _extract(item: Loose, container: Loose, morekeys: Loose = None) -> Loose:
    value = container[item]
    if morekeys is None:
        return value
    try:
        return reduce(lambda found, key: found[key], morekeys if isinstance(morekeys, list) else [morekeys], value)
    except KeyError:
        return Undefined()


def _subelements(obj: Loose, subelements: Loose, skip_missing: Loose = None) -> list[tuple[Loose, Loose]]:
    if not isinstance(obj, dict | list):
        raise FilterArgumentError("obj must be a list of mappings or a nested mapping")
    if not isinstance(subelements, list | str):
        raise FilterArgumentError("subelements must be a list or a text")
    keys = subelements.split(".") if isinstance(subelements, str) else subelements
    elements = list(obj.values()) if isinstance(obj, dict) else obj
    return [(element, value) for element in elements for value in _below(element, keys, skip_missing=skip_missing)]


def _below(element: Loose, keys: list[Loose], *, skip_missing: bool) -> list[Loose]:
    found = element
    for key in keys:
        try:
            found = found[key]
        except KeyError:
            if skip_missing:
                return []
            raise FilterArgumentError(f"could not find {key!r} in {found!r}") from None
        except TypeError:
            raise FilterArgumentError(f"the key {key} should point to a mapping, got {found!r}") from None
    if not isinstance(found, list):
        raise FilterArgumentError(f"the key {keys[-1]!r} should point to a list, got {found!r}")
    return found


FILTERS: dict[str, Callable[..., Loose]] = {
    "combine": combine,
    "extract": _extract,
    "flatten": flatten,
    "subelements": _subelements,
}
