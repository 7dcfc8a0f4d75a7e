"""What all routes of projects work with."""

from typing import Final
from uuid import UUID

import msgspec
from fastapi import Response

from skafu.contexts.project.application.queries import ProjectView, project_of
from skafu.contexts.project.domain.commands import ProjectCommand
from skafu.contexts.project.ports import Prover, Workshop
from skafu.kernel.errors import Invalid
from skafu.storage.handling import Outcome
from skafu.storage.ledger import Ledger
from skafu.web_api.calls import Call

PROJECTS_AT: Final = "/api/v1/projects"
RUNS_AT: Final = "/api/v1/runs"


class Desk(msgspec.Struct, frozen=True):
    """The store, the workshop for what takes a while, and who writes the record of proofs."""

    ledger: Ledger
    workshop: Workshop
    prover: Prover

    async def project(self, call: Call, project_id: UUID) -> ProjectView:
        """The project that a request is about, as it stands.

        Raises:
            ProjectNotFound: the organisation has none.
        """
        return await project_of(self.ledger, call.tenant, str(project_id))

    async def send(
        self, call: Call, command: ProjectCommand, *, if_version: int | None = None, key: str | None = None
    ) -> Outcome[object]:
        """Let a command take effect.

        Raises:
            SkafuError: a rule says no.
            WrongVersion: the project has changed.
        """
        if if_version is not None:
            await project_of(self.ledger, call.tenant, command.project_id)  # one that is not there is 404, not stale
        return await self.ledger.commands.send(
            call.tenant, command, origin=call.origin, key=key or call.key, if_version=if_version
        )


def place_of(cursor: str) -> int:
    """The version that a page goes on behind.

    Raises:
        Invalid: the cursor is of another listing.
    """
    if not cursor:
        return 0
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 9:
        raise Invalid(f"the cursor is not of this listing: {cursor[:40]!r}", fix="take `meta.page.next`")
    return int(cursor)


def content_answer(content: bytes, name: str) -> Response:
    """A file as it is; what is no text is given as bytes to be saved."""
    try:
        content.decode()
        kind = "text/plain; charset=utf-8"
    except UnicodeDecodeError:
        kind = "application/octet-stream"
    safe = "".join(each if each.isascii() and (each.isalnum() or each in "._-") else "_" for each in name)
    return Response(content, media_type=kind, headers={"Content-Disposition": f'inline; filename="{safe}"'})


def archive_answer(content: bytes, name: str) -> Response:
    """A zip to be saved."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.zip"'}
    return Response(content, media_type="application/zip", headers=headers)
