"""Renders hostile templates, each in a process of its own with limits, so that one that gets through is no harm."""

import json
import os
import resource
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from subprocess import run

from skafu.kernel.errors import SkafuError
from skafu.scaffold import load, render

MEMORY_BYTES = 1_000_000_000
CPU_SECONDS = 20
_AT_ONCE = 2
_FILES = {
    "copier.yml": b"_exclude: [half, twice, leaf]",
    "half.jinja": b"{% include 'twice' %}{% include 'twice' %}",
    "twice": b"{% include 'leaf' %}{% include 'leaf' %}",
    "leaf": b"x",
}


@dataclass(frozen=True)
class Outcome:
    """What became of a template.

    Attributes:
        status: how its process ended; 0 is by itself.
        refusal: why it was refused; empty when it was rendered.
        content: the beginning of what it gave.
    """

    status: int = -1
    refusal: str = ""
    content: str = ""


def outcomes(texts: Iterable[str]) -> dict[str, Outcome]:
    """Render texts, and say what became of each."""
    texts = list(texts)
    # A bomb keeps one core busy.
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        shares = list(pool.map(_told, (texts[part::_AT_ONCE] for part in range(_AT_ONCE))))
    return {text: outcome for share in shares for text, outcome in share.items()}


def _told(texts: list[str]) -> dict[str, Outcome]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    done = run(
        [sys.executable, "-W", "ignore", __file__],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    return {text: Outcome(**told) for text, told in zip(texts, json.loads(done.stdout), strict=True)}


def _apart(text: str) -> Outcome:
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.write(writer, json.dumps(asdict(_outcome(text))).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as told:
        said = told.read()
    _, status = os.waitpid(child, 0)
    return Outcome(**json.loads(said)) if said else Outcome(status=status or -1)


def _outcome(text: str) -> Outcome:
    files = {**_FILES, "file.jinja": f"first\n{text}".encode()}
    try:
        tree = render(load(files), {"numbers": list(range(1000)), "big": "a" * 1000})
    except SkafuError as error:
        return Outcome(0, refusal=str(error)[:1000])
    return Outcome(0, content=tree["file"].content.decode()[:1000])


if __name__ == "__main__":
    json.dump([asdict(_apart(text)) for text in json.load(sys.stdin)], sys.stdout)
