"""The templates that an organisation can use: its own, and those that come with the program."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import msgspec

from skafu.contexts.template.application.aggregates import NAMES, TEMPLATES, name_stream, template_stream
from skafu.contexts.template.domain import commands as c
from skafu.contexts.template.domain.template import NoTemplate, Template
from skafu.contexts.template.domain.template_name import TemplateNameTaken
from skafu.contexts.template.ports import Catalog, Filled, Shipped, TemplateInspector
from skafu.kernel.errors import Conflict, Invalid, Refused
from skafu.kernel.identity import Origin, TenantId
from skafu.scaffold import FileTree
from skafu.scaffold.merging.archive import packed, unpacked
from skafu.storage.blobs import BlobId
from skafu.storage.handling import Outcome
from skafu.storage.ledger import Ledger

UNFINISHED: Final = timedelta(minutes=10)
"""After so long, an upload that was begun is not going on any more."""


class TemplateIsShipped(Refused):
    """The template comes with the program: everybody may use it, nobody may change it."""


class EmptyTemplate(Invalid):
    """There is no file in the template."""


class SuccessorUnusable(Conflict):
    """The successor of a deprecated template must be there."""


def refuse_empty(files: FileTree) -> None:
    """Refuse a template without files.

    Raises:
        EmptyTemplate: there are none.
    """
    if not files:
        raise EmptyTemplate("there is no file in the template", fix="give a copier.yml and what it renders")


class NewVersion(msgspec.Struct, frozen=True):
    """Files that are to become a version.

    Attributes:
        template_id: of a new template, or of one that is there.
        name: of a new template; that of the template counts otherwise.
    """

    template_id: str
    name: str
    files: FileTree
    address: str = ""
    commit: str = ""
    fetch_id: str = ""


class Library(msgspec.Struct, frozen=True):
    """What routes and work need of templates."""

    ledger: Ledger
    inspector: TemplateInspector
    catalog: Catalog

    async def add(
        self, tenant: TenantId, new: NewVersion, *, origin: Origin, key: str | None = None
    ) -> Outcome[Template]:
        """Keep files as a version of a template.

        Raises:
            EmptyTemplate: there are none.
            TemplateNameTaken: another template has the name.
            SkafuError: the template takes no versions.
        """
        refuse_empty(new.files)
        content = packed(new.files)
        blob = await self.ledger.blobs.put(tenant, content)
        size = sum(len(each.content) for each in new.files.values())
        command = c.UploadTemplate(
            new.template_id, new.name, blob, len(new.files), size, new.address, new.commit, new.fetch_id
        )
        return await self.ledger.commands.send(tenant, command, origin=origin, key=key)

    async def claim(self, tenant: TenantId, name: str, template_id: str, *, origin: Origin) -> None:
        """Give a name to a new template; one whose upload was never finished gives it away.

        Raises:
            TemplateNameTaken: another template has it.
            TemplateIsShipped: a template that comes with the program has it.
        """
        if any(each.name == name.casefold() for each in self.catalog.shipped()):
            raise TemplateIsShipped(
                f"{name} is the name of a template that comes with Skafu", fix="choose another name"
            )
        commands = self.ledger.commands
        try:
            await commands.send(tenant, c.ClaimTemplateName(name, template_id), origin=origin)
        except TemplateNameTaken as taken:
            if not await self._is_free(tenant, name, taken.by):
                raise
            await commands.send(tenant, c.ClaimTemplateName(name, template_id, taken.by), origin=origin)

    async def delete(
        self, tenant: TenantId, template_id: str, reason: str, *, origin: Origin, if_version: int | None
    ) -> None:
        """Offer a template no more; its name is free, its contents stay."""
        command = c.DeleteTemplate(template_id, reason)
        outcome = await self.ledger.commands.send(tenant, command, origin=origin, if_version=if_version)
        release = c.ReleaseTemplateName(outcome.state.name, template_id)
        await self.ledger.commands.send(tenant, release, origin=origin)

    async def deprecate(
        self, tenant: TenantId, command: c.DeprecateTemplate, *, origin: Origin, if_version: int | None
    ) -> Outcome[Template]:
        """Warn of a template.

        Raises:
            SuccessorUnusable: the successor is not there, is deleted, or is the template itself.
        """
        if command.successor == command.template_id:
            raise SuccessorUnusable("a template can't be its own successor", fix="name another one")
        if command.successor:
            await self._check_successor(tenant, command)
        return await self.ledger.commands.send(tenant, command, origin=origin, if_version=if_version)

    async def name_of(self, tenant: TenantId, name: str) -> str:
        """The template that has a name; empty when none has."""
        standing = await self.ledger.commands.state(tenant, NAMES, name_stream(name))
        found: str = standing.state.template_id
        return found

    def shipped(self, template_id: str) -> Shipped | None:
        """A template that comes with the program, if it is one."""
        return next((each for each in self.catalog.shipped() if each.template_id == template_id), None)

    async def template(self, tenant: TenantId, template_id: str) -> tuple[Template, int]:
        """A template of the organisation as it stands, also a deleted one, and the version of its stream.

        Raises:
            NoTemplate: there is none.
        """
        standing = await self.ledger.commands.state(tenant, TEMPLATES, template_stream(template_id))
        if not standing.state.exists:
            raise NoTemplate(f"there is no template {template_id}")
        return standing.state, standing.version

    async def check_usable(self, tenant: TenantId, template_id: str, version: int) -> int:
        """The number of a version that can be used; of the newest that can, for 0.

        Raises:
            SkafuError: it cannot; says why.
        """
        if self.shipped(template_id) is not None:
            if version not in {0, 1}:
                raise NoTemplate(f"what comes with Skafu has no version {version}", fix="take version 1")
            return 1
        template, _ = await self.template(tenant, template_id)
        return template.usable(version).uploaded.version

    async def files(self, tenant: TenantId, template_id: str, version: int) -> FileTree:
        """The files of a version, also of a deleted template: projects were made from it.

        Raises:
            NoTemplate: there is no such template.
            NoTemplateVersion: it has no such version.
        """
        found = self.shipped(template_id)
        if found is not None:
            return found.files
        template, _ = await self.template(tenant, template_id)
        uploaded = template.version(version).uploaded
        return unpacked(await self.ledger.blobs.get(tenant, BlobId(uploaded.content)))

    async def render(
        self,
        tenant: TenantId,
        rendering_id: str,
        wanted: tuple[str, int],
        answers: Mapping[str, Any],
        *,
        origin: Origin,
    ) -> Filled:
        """Fill in a version, and keep what came of it.

        Raises:
            SkafuError: it cannot be used, or it or an answer is wrong.
        """
        number = await self.check_usable(tenant, *wanted)
        filled = await self.inspector.render(await self.files(tenant, wanted[0], number), answers)
        blob = await self.ledger.blobs.put(tenant, packed(filled.tree))
        names = ",".join(sorted(answers))
        size = sum(len(each.content) for each in filled.tree.values())
        command = c.RecordRendering(rendering_id, wanted[0], number, names, blob, len(filled.tree), size, filled.notes)
        await self.ledger.commands.send(tenant, command, origin=origin)
        return filled

    async def _is_free(self, tenant: TenantId, name: str, owner: str) -> bool:
        """Whether a name is kept by nothing: by a deleted template, or by one that was to be and never was."""
        other = (await self.ledger.commands.state(tenant, TEMPLATES, template_stream(owner))).state
        if other.exists:
            return other.deleted is not None
        claims = await self.ledger.events.read_stream(tenant, name_stream(name))
        return self.ledger.clock() - claims[-1].recorded_at > UNFINISHED

    async def _check_successor(self, tenant: TenantId, command: c.DeprecateTemplate) -> None:
        try:
            await self.check_usable(tenant, command.successor, 0)
        except (NoTemplate, Refused) as error:
            raise SuccessorUnusable(f"the successor can't be used: {error.message}", fix="name another one") from error
