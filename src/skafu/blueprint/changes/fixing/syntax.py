"""Changes for what is wrong with the form: keys, words and kinds of values."""

from collections.abc import Iterator, Mapping

from skafu.blueprint.changes.change import Changes, SetValue
from skafu.blueprint.changes.fixing.sight import Proposer, Sight, removes, swaps_word


def _key(sight: Sight) -> Iterator[Changes]:
    yield from swaps_word(sight)
    yield from removes(sight)


def _shape(sight: Sight) -> Iterator[Changes]:
    """Write a number as a text or a text as a number, and one item as a list of it."""
    here = sight.here
    if isinstance(here, bool):
        yield (SetValue(sight.place, str(here).lower()),)
    elif isinstance(here, int | float):
        yield (SetValue(sight.place, str(here)),)
        yield (SetValue(sight.place, int(here)),)
    elif isinstance(here, str):
        yield from _read_otherwise(sight, here)
    if here is not None and not isinstance(here, list):
        yield (SetValue(sight.place, [here]),)
    yield from removes(sight)


def _read_otherwise(sight: Sight, text: str) -> Iterator[Changes]:
    if text.lower() in {"true", "yes", "on", "false", "no", "off"}:
        yield (SetValue(sight.place, text.lower() in {"true", "yes", "on"}),)
    for kind in (int, float):
        try:
            yield (SetValue(sight.place, kind(text)),)
        except ValueError:
            continue


def _value(sight: Sight) -> Iterator[Changes]:
    yield from swaps_word(sight)
    yield from removes(sight)


SYNTAX_PROPOSERS: Mapping[str, Proposer] = {
    "unknown_key": _key,
    "wrong_name": swaps_word,
    "wrong_shape": _shape,
    "wrong_value": _value,
}

SYNTAX_WITHOUT: Mapping[str, str] = {
    "duplicate_key": "only its author knows which of the two is meant",
    "format_version": "a newer version of Skafu is needed",
    "missing_key": "only its author knows the value",
    "not_text": "the file has to be saved as UTF-8",
    "too_deep": "the values have to be nested less by their author",
    "too_few": "only its author knows what is missing",
    "too_large": "the system has to be split by its author",
    "yaml_anchor": "the values have to be written out by their author",
    "yaml_syntax": "the text can't be read, so it can't be changed either",
    "yaml_tag": "the text with tags is not read any further",
}
"""Why there is no change for a code."""
