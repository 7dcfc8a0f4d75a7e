"""Checks that rendered Python, YAML, JSON and TOML can be read."""

import ast
import json
import re
import sys
import tomllib
import warnings
from collections.abc import Callable, Iterator
from hashlib import blake2b

import yaml

from skafu.scaffold.checking.findings import Finding
from skafu.scaffold.checking.trial import Trial
from skafu.scaffold.sources import Sources
from skafu.scaffold.tree import File
from skafu.scaffold.yaml_loader import YAML_LOADER

_LARGEST = 1_000_000
_COMMENT_LINE = re.compile(r"^\s*//.*$", re.MULTILINE)
_WITH_COMMENTS = ("tsconfig", "jsconfig", "devcontainer", ".vscode/", ".jsonc", ".json5", ".code-workspace", "renovate")
_NEWER = (
    ((3, 12), re.compile(r"^\s*(?:(?:async\s+)?def|class)\s+\w+\s*\[|^\s*type\s+\w+(?:\[.*\])?\s*=")),
    ((3, 12), re.compile(r"""[fF][rR]?(["'])[^{]*\{[^}]*\1""")),
    ((3, 14), re.compile(r"""^\s*except\s+[\w.]+\s*,|\b[tT][rR]?["']""")),
)
"""Lines that only Pythons from a version on can read; templates may be for newer ones than the one that checks."""


class Outputs:
    """Reads what was rendered, each content once."""

    def __init__(self, sources: Sources) -> None:
        """Take the template's files.

        Args:
            sources: to tell what was copied as it stands.
        """
        self._sources = sources
        self._read: set[tuple[str, bytes]] = set()
        self._found: dict[tuple[str, str], Finding] = {}

    def see(self, trial: Trial) -> None:
        """Look at one rendering."""
        if trial.rendered is None:
            return
        for path, source in trial.rendered.origins:
            file = trial.rendered.tree.get(path)
            reader = _reader_of(path)
            if file is not None and file.link is None and reader and len(file.content) <= _LARGEST:
                self._check(path, source, file, reader, trial)

    def findings(self) -> Iterator[Finding]:
        """Say what can't be read."""
        yield from self._found.values()

    def _check(self, path: str, source: str, file: File, reader: "_Reader", trial: Trial) -> None:
        seen = reader.kind, blake2b(file.content, digest_size=16).digest()
        if seen in self._read or (source, reader.kind) in self._found:
            return
        self._read.add(seen)
        if not (problem := reader.problem(file.content)):
            return
        original = self._sources.followed.get(source)
        copied = original is not None and original.content == file.content
        words = "" if copied else trial.words
        message = f"{path} is no {reader.name}: {problem}{words}"
        fix = "" if copied else "mend what is rendered, such as quotes, commas and indents around `if` and `for`"
        self._found[source, reader.kind] = Finding(
            f"not_{reader.kind}", "warning" if copied else "error", message, source, fix=fix
        )


class _Reader:
    def __init__(self, kind: str, name: str, read: Callable[[str], object]) -> None:
        self.kind = kind
        self.name = name
        self._read = read

    def problem(self, content: bytes) -> str:
        """Say why a file can't be read; empty when it can."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._read(content.decode())
        except SyntaxError as error:
            return f"line {error.lineno}: {error.msg}"
        except yaml.MarkedYAMLError as error:
            line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
            return f"{line}{error.problem}"
        except (ValueError, yaml.YAMLError) as error:
            return str(error)
        except (RecursionError, MemoryError):
            return "it is nested too deep"
        return ""


def _read_python(text: str) -> None:
    try:
        ast.parse(text)
    except SyntaxError as error:
        lines = text.splitlines()
        line = lines[error.lineno - 1] if error.lineno and error.lineno <= len(lines) else ""
        if not any(sys.version_info < version and sign.search(line) for version, sign in _NEWER):
            raise


def _read_yaml(text: str) -> None:
    # Nodes alone: tags such as `!Ref` belong to whoever reads the file.
    for _ in yaml.compose_all(text, Loader=YAML_LOADER):
        pass


def _read_json(text: str) -> None:
    try:
        json.loads(text)
    except ValueError:
        # Many a tool takes comments on lines of their own.
        json.loads(_COMMENT_LINE.sub("", text))


_PYTHON = _Reader("python", "Python", _read_python)
_YAML = _Reader("yaml", "YAML", _read_yaml)
_BY_ENDING = {
    ".py": _PYTHON,
    ".pyi": _PYTHON,
    ".yaml": _YAML,
    ".yml": _YAML,
    ".json": _Reader("json", "JSON", _read_json),
    ".toml": _Reader("toml", "TOML", tomllib.loads),
}


def _reader_of(path: str) -> _Reader | None:
    if any(sign in path for sign in _WITH_COMMENTS):
        return None
    name = path.rpartition("/")[2]
    return _BY_ENDING.get(f".{name.rpartition('.')[2]}") if "." in name else None
