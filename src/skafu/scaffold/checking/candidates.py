"""Which answers to a question are tried: each choice, both truth values, what the template compares an answer with."""

from collections.abc import Iterable, Iterator

from skafu.scaffold.asking import Prompt
from skafu.scaffold.values import Loose

_SAMPLES: dict[str, tuple[Loose, ...]] = {
    "str": (
        *("sample", "sample-name", "sample_name", "Sample", "sample.name", "Sample Name", "sample/name"),
        *("someone@example.com", "https://example.com", "example.com", "1.0.0", "1.0", "2024-01-31", "8080", "1"),
        *("123456789012", "eu-west-1", "10.0.0.0/16", "192.0.2.1", "00000000-0000-4000-8000-000000000000", "y", ""),
    ),
    "path": ("sample", "sample/path", "/sample/path", "sample.txt"),
    "int": (1, 0, 10, 100, 8080, 3000, 2024, -1),
    "float": (1.5, 0.5, 1.0, 0.0, 10.0, 100.0),
    "json": ({}, [], {"sample": "value"}, ["sample"], "sample", 1, None),
    "yaml": ({}, [], {"sample": "value"}, ["sample"], "sample", 1, None),
}
"""Plain answers by type; the first that the question accepts stands for all of them."""
_MOST_COMPARED = 6
_EMPTY: tuple[Loose, ...] = ("", None, [], {})


def candidates(prompt: Prompt, compared: Iterable[Loose]) -> dict[str, Loose]:
    """Give the answers to try by a key that stays the same; only those that the question accepts.

    Args:
        prompt: the question as it is put.
        compared: constants that the template compares the answer with.

    Returns:
        Key to answer, the default first. The default of a question without choices has a key of its own, because it
        may depend on other answers.
    """
    found: dict[str, Loose] = {}
    for key, value in _proposed(prompt, compared):
        if value not in found.values() and not prompt.problem(value):
            found[key] = value
    return found


def _proposed(prompt: Prompt, compared: Iterable[Loose]) -> Iterator[tuple[str, Loose]]:
    possible = [choice.value for choice in prompt.choices if not choice.disabled]
    if prompt.multiselect:
        yield "default", [*prompt.default] if isinstance(prompt.default, list) else []
        yield "none", []
        yield "all", possible
        yield from ((f"only {one!r}", [one]) for one in possible)
    elif prompt.choices:
        yield from ((repr(value), value) for value in possible if prompt.has_default and value == prompt.default)
        yield from ((repr(value), value) for value in possible)
    elif prompt.type == "bool":
        yield from ((str(value), value) for value in (prompt.default is True, prompt.default is not True))
    else:
        yield from _free(prompt, compared)


def _free(prompt: Prompt, compared: Iterable[Loose]) -> Iterator[tuple[str, Loose]]:
    if prompt.has_default and (prompt.default is not None or prompt.type in {"json", "yaml"}):
        yield "default", prompt.default
    if not prompt.has_default or prompt.default in _EMPTY:
        samples = _SAMPLES.get(prompt.type, _SAMPLES["str"])
        yield "sample", next((one for one in samples if not prompt.problem(one)), samples[0])
    if prompt.type == "str":
        yield from ((repr(one), one) for one in [*compared][:_MOST_COMPARED] if isinstance(one, str))
