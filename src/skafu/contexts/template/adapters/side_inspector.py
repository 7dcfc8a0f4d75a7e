"""The inspector in a process beside this one, which is bounded and sees no secret."""

from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec

from skafu.contexts.template.ports import Filled, Inspected
from skafu.kernel.errors import Invalid, NotFound, Refused, SkafuError, Unavailable
from skafu.scaffold import FileTree
from skafu.scaffold.merging.archive import packed, unpacked
from skafu.workspace.side_process import side_process

PROCESS: Final = "skafu.contexts.template.adapters.side_process"
CATEGORIES: Final[dict[str, type[SkafuError]]] = {each.__name__: each for each in (Invalid, NotFound, Refused)}


class Asked(msgspec.Struct, frozen=True):
    """What is to be done with the template that follows behind this line."""

    task: Literal["inspect", "render"]
    answers: dict[str, Any] = {}


class Said(msgspec.Struct, frozen=True):
    """What came of it; the rendered tree follows behind this line."""

    inspected: Inspected | None = None
    notes: tuple[str, ...] = ()
    error: str = ""
    message: str = ""
    fix: str = ""


class SideInspector:
    """Looks into each template in a process of its own."""

    def __init__(self, limit_seconds: float = 30) -> None:
        """Look into each for at most this long."""
        self._limit = limit_seconds

    async def inspect(self, template: FileTree) -> Inspected:
        """See the port."""
        said, _ = await self._asked(Asked("inspect"), template)
        if said.inspected is None:
            raise Unavailable("nobody has looked into the template", fix="try again")
        return said.inspected

    async def render(self, template: FileTree, answers: Mapping[str, Any]) -> Filled:
        """See the port."""
        said, rest = await self._asked(Asked("render", dict(answers)), template)
        return Filled(unpacked(rest), said.notes)

    async def _asked(self, asked: Asked, template: FileTree) -> tuple[Said, bytes]:
        given = msgspec.json.encode(asked) + b"\n" + packed(template)
        async with side_process(PROCESS, given, self._limit) as side:
            said = msgspec.json.decode(await side.line(), type=Said)
            if said.error:
                raise CATEGORIES.get(said.error, Unavailable)(said.message, fix=said.fix)
            return said, await side.rest()
