"""Quick stand-ins for what generates and proves; tests of processes walk through hundreds of them."""

import asyncio
from collections.abc import Sequence

from skafu.blueprint.findings import Finding
from skafu.contexts.project.domain.run_events import RunStep
from skafu.contexts.project.ports import (
    Hear,
    MadeCheck,
    MadeDifference,
    MadePlan,
    MadeProof,
    MadeTree,
    Taken,
    TemplateFiles,
)
from skafu.kernel.errors import Invalid, NotFound
from skafu.kernel.identity import TenantId
from skafu.scaffold import File
from skafu.scaffold.merging.archive import packed

PASSED = RunStep("static.ruff", "passed", 0.1, "no findings")


class QuickWorkshop:
    """Finds an error in each text for each time that it says WRONG."""

    def __init__(self) -> None:
        self.generated: list[str] = []
        self.troubles: list[Exception] = []

    async def plan(self, description: str) -> MadePlan:
        return MadePlan(f"skafu: 1\nname: {description}\n", description, "quick", (), ())

    async def check(self, blueprint: str) -> MadeCheck:
        return MadeCheck((Finding("wrong", "error", "this is wrong"),) * blueprint.count("WRONG"))

    async def generate(self, blueprint: str, template: TemplateFiles) -> MadeTree:
        if self.troubles:
            raise self.troubles.pop(0)
        if "WRONG" in blueprint:
            raise Invalid("this is wrong")
        self.generated.append(template.name)
        files = {"skafu.yaml": File(blueprint.encode()), "README.md": File(template.name.encode())}
        return MadeTree(packed(files, compressed=True), len(files))

    async def compare(self, before: str, after: str) -> MadeDifference:
        return MadeDifference(f"-{before}\n+{after}\n", (), readable=True)


class QuickProver:
    """Says of each proof what it is told to say, and can be made to take its time."""

    def __init__(self, *, failed: Sequence[tuple[str, ...]] = ()) -> None:
        self.failed = list(failed)
        self.troubles: list[Exception] = []
        self.proven = 0
        self.begun = asyncio.Event()
        self.hold: asyncio.Event | None = None

    async def prove(self, archive: bytes, hear: Hear) -> MadeProof:
        del archive
        hear(RunStep(PASSED.name, "started"))
        self.begun.set()
        if self.hold is not None:
            await self.hold.wait()
        if self.troubles:
            raise self.troubles.pop(0)
        hear(PASSED)
        self.proven += 1
        failed = self.failed.pop(0) if self.failed else ()
        return MadeProof(not failed, b'{"proven": true}', b"# Proof\n", failed, 3, 1, 1.0)

    async def taken_over(self, record: bytes, taken: Taken) -> tuple[bytes, bytes]:
        return record + b" taken over", f"# Proof\n{taken.person}: {taken.reason}\n".encode()


class EmptyShelf:
    """Has no template but those that it is given."""

    def __init__(self) -> None:
        self.archives: dict[tuple[str, str], bytes] = {}

    async def archive_of(self, tenant: TenantId, template: str, version: str) -> bytes:
        del tenant
        try:
            return self.archives[template, version]
        except KeyError:
            raise NotFound(f"there is no template {template} {version}") from None
