"""The work that makes the files of a revision."""

from skafu.contexts.project.application.revising import text_of
from skafu.contexts.project.application.running import begun, fail, finish
from skafu.contexts.project.domain.events import GenerationRequested
from skafu.contexts.project.domain.facts import SHIPPED_TEMPLATE
from skafu.contexts.project.domain.run_events import RunFinished
from skafu.contexts.project.ports import TemplateFiles, TemplateShelf, Workshop
from skafu.kernel.identity import TenantId
from skafu.storage.ledger import Ledger
from skafu.storage.work import GivenUp, Work


class Generating:
    """Generates in the workshop, and keeps the files as one archive."""

    def __init__(self, ledger: Ledger, workshop: Workshop, shelf: TemplateShelf) -> None:
        """Take what it works with."""
        self._ledger = ledger
        self._workshop = workshop
        self._shelf = shelf

    async def perform(self, work: Work) -> None:
        """Make the files, unless nobody waits for them any more.

        Raises:
            SkafuError: they cannot be made.
        """
        asked = work.event.event
        if not isinstance(asked, GenerationRequested) or await begun(self._ledger, work, asked) is None:
            return
        clock = self._ledger.clock
        before = clock()
        text = await text_of(self._ledger, work.tenant, asked.blueprint)
        made = await self._workshop.generate(text, await self._template(work.tenant, asked))
        tree = await self._ledger.blobs.put(work.tenant, made.archive)
        result = RunFinished(
            asked.run_id,
            asked.project_id,
            "generate",
            asked.revision,
            verdict="generated",
            tree=tree,
            files=made.files,
            record="",
            report="",
            failed=(),
            passed=0,
            open_questions=0,
            seconds=round((clock() - before).total_seconds(), 3),
            size=len(made.archive),
        )
        await finish(self._ledger, work, result)

    async def gave_up(self, work: Work, why: GivenUp) -> None:
        """Put on record that there are no files, and why."""
        await fail(self._ledger, work, work.event.event, why)

    async def _template(self, tenant: TenantId, asked: GenerationRequested) -> TemplateFiles:
        if asked.template == SHIPPED_TEMPLATE:
            return TemplateFiles(asked.template)
        archive = await self._shelf.archive_of(tenant, asked.template, asked.template_version)
        return TemplateFiles(asked.template, archive)
