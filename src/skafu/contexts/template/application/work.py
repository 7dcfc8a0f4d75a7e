"""The work of templates: repositories are fetched, versions are looked into, selections are answered."""

from collections.abc import Sequence
from typing import Final

from skafu.contexts.template.application.library import Library, NewVersion
from skafu.contexts.template.domain import commands as c
from skafu.contexts.template.domain import events as e
from skafu.contexts.template.ports import Repositories
from skafu.kernel.errors import Invalid, NotFound, Refused, code_of
from skafu.scaffold.merging.archive import unpacked
from skafu.storage.blobs import BlobId
from skafu.storage.work import GivenUp, Work, WorkKind

FETCH_SECONDS: Final = 180.0
LOOK_SECONDS: Final = 90.0


def work_of(library: Library, repositories: Repositories) -> Sequence[WorkKind]:
    """All work of the context."""
    return (_fetching(library, repositories), _validating(library), _selecting(library))


def _fetching(library: Library, repositories: Repositories) -> WorkKind:
    async def fetch(work: Work) -> None:
        event = work.event.event
        if isinstance(event, e.TemplateFetchRequested):
            fetched = await repositories.fetch(event.address, event.at)
            new = NewVersion(
                event.template_id, event.name, fetched.files, event.address, fetched.commit, event.fetch_id
            )
            await library.add(work.tenant, new, origin=work.origin, key=f"{work.id}:done")

    async def gave_up(work: Work, error: GivenUp) -> None:
        event = work.event.event
        if isinstance(event, e.TemplateFetchRequested):
            failed = c.FailFetch(event.template_id, event.fetch_id, error.code, error.message, error.fix)
            await library.ledger.commands.send(work.tenant, failed, origin=work.origin, key=f"{work.id}:failed")

    return WorkKind(
        "template.fetch",
        (e.TemplateFetchRequested,),
        fetch,
        gave_up,
        lambda event: event.stream,
        cancelled_by=(e.TemplateDeleted,),
        limit_seconds=FETCH_SECONDS,
    )


def _validating(library: Library) -> WorkKind:
    async def look(work: Work) -> None:
        event = work.event.event
        if isinstance(event, e.TemplateUploaded):
            content = await library.ledger.blobs.get(work.tenant, BlobId(event.content))
            found = await library.inspector.inspect(unpacked(content))
            command: c.ValidateTemplate | c.InvalidateTemplate = c.InvalidateTemplate(
                event.template_id, event.version, found.findings
            )
            if found.is_usable:
                command = c.ValidateTemplate(
                    event.template_id, event.version, found.format, found.questions, found.findings
                )
            await library.ledger.commands.send(work.tenant, command, origin=work.origin, key=f"{work.id}:done")

    async def gave_up(work: Work, error: GivenUp) -> None:
        event = work.event.event
        if isinstance(event, e.TemplateUploaded):
            finding = e.TemplateFinding("not_inspected", "error", error.message, fix=error.fix)
            command = c.InvalidateTemplate(event.template_id, event.version, (finding,))
            await library.ledger.commands.send(work.tenant, command, origin=work.origin, key=f"{work.id}:failed")

    return WorkKind(
        "template.validate",
        (e.TemplateUploaded,),
        look,
        gave_up,
        lambda event: event.stream,
        limit_seconds=LOOK_SECONDS,
    )


def _selecting(library: Library) -> WorkKind:
    async def answer(work: Work) -> None:
        event = work.event.event
        if not isinstance(event, e.TemplateSelectionRequested):
            return
        command: c.ConfirmSelection | c.RefuseSelection
        try:
            found = await library.check_usable(work.tenant, event.template_id, event.version)
            command = c.ConfirmSelection(event.project_id, event.template_id, event.version, found)
        except (NotFound, Refused, Invalid) as error:
            command = _refused(event, code_of(type(error)), error.message, error.fix)
        await library.ledger.commands.send(work.tenant, command, origin=work.origin, key=f"{work.id}:done")

    async def gave_up(work: Work, error: GivenUp) -> None:
        event = work.event.event
        if isinstance(event, e.TemplateSelectionRequested):
            command = _refused(event, error.code, error.message, error.fix)
            await library.ledger.commands.send(work.tenant, command, origin=work.origin, key=f"{work.id}:failed")

    return WorkKind("template.select", (e.TemplateSelectionRequested,), answer, gave_up, lambda event: event.stream)


def _refused(event: e.TemplateSelectionRequested, code: str, reason: str, fix: str) -> c.RefuseSelection:
    return c.RefuseSelection(event.project_id, event.template_id, event.version, code, reason, fix)
