"""Nothing in the project speaks of the machine that it was made on, or of another registry than the public ones."""

import re
from collections.abc import Iterator
from pathlib import Path

from project_documents import ROOT, name_of

FOLDERS = ("src", "tests", "docs", "examples", "benchmarks", ".ci")
PASSED_OVER = {"__pycache__", "node_modules"}
MACHINE_PATH = re.compile(r"(?<![\w.}$])/(work|tmp|root|home|Users)/[A-Za-z0-9_.-]")
PUBLIC_HOSTS = {"pypi.org", "files.pythonhosted.org", "registry.npmjs.org"}
LOCKS = ("uv.lock", "uv.lock.jinja", "package-lock.json")
INDEX = re.compile(r"(?:--(?:extra-|default-)?index(?:-url)?|index-url|registry)\s*[= ]\s*[\"']?(https?://[^\s\"']+)")
ADDRESS = re.compile(r"https?://([^/\s\"']+)")


def _files() -> Iterator[Path]:
    yield from (path for path in ROOT.iterdir() if path.is_file())
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and not PASSED_OVER & set(path.parts):
                yield path


def _text_of(path: Path) -> str:
    content = path.read_bytes()
    return "" if b"\0" in content else content.decode(errors="replace")


def test_no_path_of_a_machine() -> None:
    found = [f"{name_of(path)}: {hit[0]}" for path in _files() for hit in MACHINE_PATH.finditer(_text_of(path))]
    assert found == []


def test_locks_know_public_registries_only() -> None:
    locks = [path for path in _files() if path.name in LOCKS or ("tools" in path.parts and path.suffix == ".txt")]
    assert ROOT / "uv.lock" in locks
    hosts = {host for path in locks for host in ADDRESS.findall(_text_of(path))}
    assert hosts <= PUBLIC_HOSTS


def test_no_file_names_another_registry() -> None:
    named = {
        host for path in _files() for address in INDEX.findall(_text_of(path)) for host in ADDRESS.findall(address)
    }
    assert named <= PUBLIC_HOSTS
