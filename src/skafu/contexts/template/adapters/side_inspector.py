"""Looks into templates in a process of its own for each, without network, and fills them in by the pool of workers."""

import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from skafu.contexts.template.adapters.inspecting import filled_of
from skafu.contexts.template.ports import Filled, Inspected
from skafu.kernel.errors import Invalid, NotFound, Refused, SkafuError, Unavailable
from skafu.scaffold import FileTree, Place
from skafu.scaffold.merging.archive import packed
from skafu.scaffold.untrusted import UntrustedRenderer
from skafu.workspace.side_process import side_process

PROCESS: Final = "skafu.contexts.template.adapters.side_process"
CATEGORIES: Final[dict[str, type[SkafuError]]] = {each.__name__: each for each in (Invalid, NotFound, Refused)}
DESTINATION: Final = "/project"
"""Where a preview stands, as far as templates may see it."""


class Said(msgspec.Struct, frozen=True):
    """What came of looking into a template."""

    inspected: Inspected | None = None
    error: str = ""
    message: str = ""
    fix: str = ""


def place_of(moment: datetime) -> Place:
    """What a template may know of the world."""
    return Place(destination=DESTINATION, now=moment, dice=random.Random)


def _now() -> datetime:
    return datetime.now(UTC)


class SideInspector:
    """Trusts no template."""

    def __init__(
        self, renderer: UntrustedRenderer, limit_seconds: float = 60, clock: Callable[[], datetime] = _now
    ) -> None:
        """Fill templates in by a renderer, and look into each for at most so long."""
        self._renderer = renderer
        self._limit = limit_seconds
        self._clock = clock

    async def inspect(self, template: FileTree) -> Inspected:
        """See the port: all combinations of answers take longer than a worker of the pool has for a job."""
        async with side_process(PROCESS, packed(template), self._limit) as side:
            said = msgspec.json.decode(await side.line(), type=Said)
        if said.error or said.inspected is None:
            raise CATEGORIES.get(said.error, Unavailable)(said.message or "nobody has looked into it", fix=said.fix)
        return said.inspected

    async def render(self, template: FileTree, answers: Mapping[str, Any]) -> Filled:
        """See the port."""
        return filled_of(await self._renderer.render(template, answers, place=place_of(self._clock())))
