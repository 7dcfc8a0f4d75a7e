"""Reads a plain command line of `skafu render` without click, whose import takes a tenth of a short run.

What is not plain, or wrong, is left to click: it knows what to say.
"""

from collections.abc import Sequence
from pathlib import Path

from skafu.entrypoints.cli.render.filling import Options

_VALUES = {
    "--output": "output",
    "--data": "data",
    "--data-file": "data_file",
    "--at": "at",
    "--directory": "directory",
    "--format": "kind",
}
_FLAGS = {
    "--defaults": "defaults",
    "--dry-run": "dry_run",
    "--diff": "diff",
    "--trust": "trust",
    "--force": "force",
}
_MANY = frozenset({"data", "data_file"})
_FORMATS = frozenset({"copier", "cookiecutter"})


def plain_options(words: Sequence[str]) -> Options | None:
    """Read the words after `skafu render`; None when click must look at them."""
    found = _read(words)
    if found is None or "output" not in found or "source" not in found:
        return None
    (output,), (source,) = found["output"], found["source"]
    kind = found.get("kind", [None])[0]
    if (kind is not None and kind not in _FORMATS) or not output or Path(output).is_file():
        return None
    flags = {name: name in found for name in _FLAGS.values()}
    return Options(
        source=source,
        output=Path(output),
        data=tuple(found.get("data", ())),
        data_file=tuple(Path(one) for one in found.get("data_file", ())),
        at=found.get("at", [None])[0],
        directory=found.get("directory", [""])[0],
        kind=kind,
        **flags,
    )


def _read(words: Sequence[str]) -> dict[str, list[str]] | None:
    found: dict[str, list[str]] = {}
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if word in _FLAGS:
            field, value = _FLAGS[word], ""
        elif name in _VALUES:
            field = _VALUES[name]
            value = value if equals else next(rest, "-")
        else:
            field, value = "source", word
        if value.startswith("-") or (field in found and field not in _MANY):
            return None
        found.setdefault(field, []).append(value)
    return found
