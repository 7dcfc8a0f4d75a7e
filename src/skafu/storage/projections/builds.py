"""Builds of read models: which one is asked, which one is being filled, and the change from one to the other."""

from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from skafu.kernel.errors import Conflict, NotFound
from skafu.kernel.events import Cursor
from skafu.storage.documents import Collection, Documents, WrongRevision
from skafu.storage.projections.parking import OPERATORS

BUILDS: Final = Collection("projection builds")
MOST_SHARDS = 256


class Build(msgspec.Struct, frozen=True):
    """The builds of a projection.

    Attributes:
        projection: its name.
        current: the number of the build that answers questions, from 1.
        shards: how many parts each build follows; `next_shards` those of the build to come.
        next: the number of the build that is being filled, if one is.
        phase: `filling` while both builds follow the feed; `swapping` once the current one is to stand still.
        stopped_at: a place that the current build will never pass, once it stands still.
        retired: builds whose documents can go.
    """

    projection: str
    current: int = 1
    shards: int = 1
    next: int | None = None
    next_shards: int = 1
    phase: Literal["filling", "swapping"] = "filling"
    stopped_at: Cursor | None = None
    retired: tuple[int, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether a rebuild is under way, or its remains are to be removed."""
        return self.next is not None or bool(self.retired)

    def following(self) -> tuple[tuple[int, int], ...]:
        """The builds that follow the feed now, each with its number of shards."""
        current = () if self.next is not None and self.phase == "swapping" else ((self.current, self.shards),)
        return current if self.next is None else (*current, (self.next, self.next_shards))


def physical_name(name: str, build: int) -> str:
    """What the documents and the checkpoints of a build stand under."""
    return name if build == 1 else f"{name}~{build}"


class Builds:
    """The builds of all projections of a store, changed by one process at a time."""

    def __init__(self, documents: Documents) -> None:
        """Keep them as documents of the operators."""
        self._documents = documents

    async def read(self, projection: str, *, shards: int = 1) -> tuple[Build, int]:
        """The builds of a projection with the revision of their document; the first one when there are none yet."""
        return (await self.read_all([projection], shards=shards))[projection]

    async def read_all(self, projections: Sequence[str], *, shards: int = 1) -> dict[str, tuple[Build, int]]:
        """The same of many projections, by name: a worker looks at all of them again and again."""
        found = await self._documents.get(OPERATORS, BUILDS, projections)
        return {
            name: (msgspec.convert(found[name].body, Build), found[name].revision)
            if name in found
            else (Build(name, shards=shards), 0)
            for name in projections
        }

    async def write(self, build: Build, revision: int) -> bool:
        """Change the builds, unless somebody else was first."""
        try:
            body = msgspec.to_builtins(build)
            await self._documents.put(OPERATORS, BUILDS, build.projection, body, expected=revision)
        except WrongRevision:
            return False
        return True

    async def begin(self, projection: str, *, shards: int | None = None) -> Build:
        """Let a new build be filled beside the current one.

        Args:
            projection: its name.
            shards: into how many parts the new build is cut; as many as now when none is given.

        Raises:
            NotFound: no worker has ever followed this projection.
            Conflict: a new build is being filled already.
        """
        build, revision = await self.read(projection)
        if not revision:
            raise NotFound(f"there is no projection {projection!r} in this store", fix="see the names in the status")
        if build.next is not None:
            raise Conflict(f"projection {projection!r} is being rebuilt already", fix="wait until it has ended")
        begun = msgspec.structs.replace(
            build, next=build.current + 1, next_shards=min(shards or build.shards, MOST_SHARDS), phase="filling"
        )
        if not await self.write(begun, revision):
            raise Conflict(f"projection {projection!r} has just been changed by somebody else", fix="try again")
        return begun
