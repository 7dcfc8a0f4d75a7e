"""What a deleted project has left behind is collected after a while, unless somebody else has it as well."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final

from msgspec import convert
from msgspec.structs import replace

from skafu.contexts.github.application.projections import REPOSITORIES
from skafu.contexts.github.domain.commands import RemoveRepository
from skafu.contexts.project.application.aggregates import PROJECT, project_stream
from skafu.contexts.project.domain.events import ProjectDeleted
from skafu.contexts.project.domain.project import Absent
from skafu.kernel.events import Event, RecordedEvent
from skafu.kernel.identity import TenantId
from skafu.processes.contents import CONTENTS, of_project, project_in
from skafu.storage.blobs import BlobId
from skafu.storage.documents import Collection, Document, Query
from skafu.storage.ledger import Ledger
from skafu.storage.work import GivenUp, Later, Work, WorkKind

STILL_COMES: Final = timedelta(hours=1)
"""What was under way when a project was deleted may keep contents for so long."""

_PATIENCE: Final = timedelta(days=90)
_RETRIES: Final = (60.0, 600.0, 3600.0, 86_400.0)
_PAGE: Final = 200


def collecting(ledger: Ledger, grace: timedelta) -> WorkKind:
    """The work that collects what a project has left behind, some time after it was deleted."""
    collector = _Collector(ledger, grace)
    return WorkKind(
        "processes.collect",
        (ProjectDeleted,),
        collector.perform,
        _let_be,
        _subject,
        limit_seconds=600.0,
        retries=_RETRIES,
        patience_seconds=(grace + _PATIENCE).total_seconds(),
    )


class _Collector:
    """Collects contents that no other holder names, and repositories in the data folder."""

    def __init__(self, ledger: Ledger, grace: timedelta) -> None:
        self._ledger = ledger
        self._grace = grace

    async def perform(self, work: Work) -> None:
        """Wait for the end of the grace, then collect. It may be done again at any time."""
        deleted = work.event.event
        if not isinstance(deleted, ProjectDeleted):
            return
        left = (work.event.recorded_at + self._grace - self._ledger.clock()).total_seconds()
        if left > 0:
            raise Later(left)
        await self._repositories(work, deleted.project_id)
        if await self._is_gone(work.tenant, deleted.project_id):
            await self._contents(work, deleted.project_id)

    async def _repositories(self, work: Work, project_id: str) -> None:
        """Have those in the data folder removed that the deleted project had; what others pushed to, stays."""
        until = work.event.recorded_at.isoformat()
        theirs = Query(where={"project_id": project_id}, order=("created_at",), limit=_PAGE)
        async for each in self._all(work.tenant, REPOSITORIES, theirs):
            row = each.body
            if row["provider"] == "local" and row["state"] == "standing" and str(row["created_at"]) <= until:
                command = RemoveRepository(each.key, "its project was deleted")
                await self._ledger.commands.send(work.tenant, command, origin=work.origin, key=f"{work.id}:{each.key}")

    async def _contents(self, work: Work, project_id: str) -> None:
        gone = {of_project(project_id): True}
        before = work.event.recorded_at + STILL_COMES
        async for each in self._all(
            work.tenant, CONTENTS, Query(where={"holder": of_project(project_id)}, limit=_PAGE)
        ):
            for blob in convert(each.body["blobs"], list[str]):
                if await self._nobody_names(work.tenant, blob, gone):
                    await self._ledger.blobs.collect(work.tenant, BlobId(blob), before=before)

    async def _nobody_names(self, tenant: TenantId, blob: str, gone: dict[str, bool]) -> bool:
        """Whether all who name a content are gone; `gone` remembers what was found out about holders."""
        async for each in self._all(tenant, CONTENTS, Query(where={"blobs": blob}, limit=_PAGE)):
            holder = str(each.body["holder"])
            if holder not in gone:
                project_id = project_in(holder)
                gone[holder] = bool(project_id) and await self._is_gone(tenant, project_id)
            if not gone[holder]:
                return False
        return True

    async def _is_gone(self, tenant: TenantId, project_id: str) -> bool:
        """Whether a project was deleted, its grace is over, and there is none of its name again."""
        stream = project_stream(project_id)
        standing = await self._ledger.commands.state(tenant, PROJECT, stream)
        if not isinstance(standing.state, Absent) or not standing.version:
            return False
        last = await self._ledger.events.read_stream(tenant, stream, from_version=standing.version, limit=1)
        return bool(last) and last[0].recorded_at + self._grace <= self._ledger.clock()

    async def _all(self, tenant: TenantId, collection: Collection, query: Query) -> AsyncIterator[Document]:
        while True:
            found = await self._ledger.documents.find(tenant, collection, query)
            for each in found.documents:
                yield each
            if found.next is None:
                return
            query = replace(query, after=found.next)


async def _let_be(_work: Work, _why: GivenUp) -> None:
    """What could not be collected stays; the error bus has heard why."""


def _subject(recorded: RecordedEvent[Event]) -> str:
    return recorded.event.project_id if isinstance(recorded.event, ProjectDeleted) else recorded.stream
