"""Answers from the command line and from files."""

import json
from collections.abc import Iterable
from pathlib import Path

from skafu.kernel.errors import Invalid, NotFound
from skafu.scaffold import Value


def given_answers(pairs: Iterable[str], files: Iterable[Path]) -> dict[str, Value]:
    """Collect answers; those of the command line go before those of files.

    Args:
        pairs: texts like `name=value`.
        files: YAML or JSON files; a replay file of Cookiecutter is one too.

    Raises:
        Invalid: a pair has no `=`, or a file holds no mapping.
        NotFound: a file is not there.
    """
    answers: dict[str, Value] = {}
    for file in files:
        answers |= _of_file(file)
    for pair in pairs:
        name, found, value = pair.partition("=")
        if not found or not name:
            raise Invalid(f"--data {pair!r} is no answer", fix="write --data name=value")
        answers[name] = value
    return answers


def _of_file(path: Path) -> dict[str, Value]:
    if not path.is_file():
        raise NotFound(f"there is no file {path}", fix="give a YAML or JSON file with --data-file")
    import yaml

    try:
        text = path.read_text(encoding="utf-8")
        read = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        raise Invalid(f"{path} can't be read: {error}", fix="write it as YAML, one answer a line") from error
    if read is None:
        return {}
    if not isinstance(read, dict) or not all(isinstance(name, str) for name in read):
        raise Invalid(f"{path} holds no answers", fix="write it as YAML, one answer a line: `name: value`")
    replayed = read.get("cookiecutter")
    if isinstance(replayed, dict) and set(read) <= {"cookiecutter", "_cookiecutter"}:
        return {name: value for name, value in replayed.items() if not name.startswith("_")}
    return read
