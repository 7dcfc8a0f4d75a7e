"""The process beside: reads a template, looks into it or fills it in, says what came of it, and ends."""

import random
import resource
import sys
from datetime import UTC, datetime
from typing import Final

import msgspec

from skafu.contexts.template.adapters.inspecting import inspect, render
from skafu.contexts.template.adapters.side_inspector import Asked, Said
from skafu.kernel.errors import Invalid, NotFound, Refused, SkafuError
from skafu.scaffold import Place
from skafu.scaffold.merging.archive import packed, unpacked

MOST_MEMORY: Final = 1_500_000_000


def main() -> None:
    """Serve one request."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    line, _, content = sys.stdin.buffer.read().partition(b"\n")
    asked = msgspec.json.decode(line, type=Asked)
    try:
        said, rest = _answer(asked, content)
    except SkafuError as error:
        category = next(
            (each.__name__ for each in (Invalid, NotFound, Refused) if isinstance(error, each)), "Unavailable"
        )
        said, rest = Said(error=category, message=error.message, fix=error.fix), b""
    except (RecursionError, MemoryError):
        said = Said(error="Refused", message="the template takes too much memory", fix="look for what repeats")
        rest = b""
    sys.stdout.buffer.write(msgspec.json.encode(said) + b"\n" + rest)
    sys.stdout.buffer.flush()


def _answer(asked: Asked, content: bytes) -> tuple[Said, bytes]:
    template = unpacked(content)
    place = Place(destination="/project", now=datetime.now(UTC), dice=random.Random)
    if asked.task == "inspect":
        return Said(inspect(template, place)), b""
    filled = render(template, asked.answers, place)
    return Said(notes=filled.notes), packed(filled.tree)


if __name__ == "__main__":
    main()
