"""What projects need from outside: somewhere to do sums with other people's texts, and somebody who proves files."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import msgspec

from skafu.blueprint.comparing import ElementChange
from skafu.blueprint.findings import Finding
from skafu.contexts.project.domain.run_events import RunStep
from skafu.kernel.identity import TenantId


class PlannedElement(msgspec.Struct, frozen=True):
    """Where an element of a planned blueprint comes from: the words of the description, and the planner's rule."""

    path: str
    words: str
    rule: str


class MadePlan(msgspec.Struct, frozen=True):
    """A blueprint that was planned from a description.

    Attributes:
        blueprint: its text.
        name: of the system.
        planner: who planned it.
        questions: what the description leaves open.
        elements: where each element comes from.
    """

    blueprint: str
    name: str
    planner: str
    questions: tuple[str, ...]
    elements: tuple[PlannedElement, ...]


class MadeCheck(msgspec.Struct, frozen=True):
    """What is wrong with a blueprint, or could be better; `system` is its name where that can be read."""

    findings: tuple[Finding, ...]
    system: str = ""

    @property
    def errors(self) -> int:
        """How many findings keep it from being generated."""
        return sum(1 for each in self.findings if each.is_error)


class MadeTree(msgspec.Struct, frozen=True):
    """The files of a blueprint as one archive, and how many they are."""

    archive: bytes
    files: int


class MadeDifference(msgspec.Struct, frozen=True):
    """What two blueprints differ in.

    Attributes:
        lines: a unified difference of their texts.
        elements: the same by element; nothing when one of them cannot be read.
        readable: whether both can be read.
    """

    lines: str
    elements: tuple[ElementChange, ...]
    readable: bool


class TemplateFiles(msgspec.Struct, frozen=True):
    """A template to generate from: the shipped one of a name, or another one as an archive of its files."""

    name: str
    archive: bytes = b""


class Workshop(Protocol):
    """Does what takes a while, or may take too long, outside of the process that answers requests.

    Each call may raise Unavailable: there is too much to do, or the text kept it busy for too long.
    """

    async def plan(self, description: str) -> MadePlan:
        """Plan a system.

        Raises:
            Invalid: nothing can be planned from the description.
        """

    async def check(self, blueprint: str) -> MadeCheck:
        """Find what is wrong with a blueprint."""

    async def generate(self, blueprint: str, template: TemplateFiles) -> MadeTree:
        """Make the files of a blueprint.

        Raises:
            Invalid: the blueprint has errors, or the template cannot be used.
        """

    async def compare(self, before: str, after: str) -> MadeDifference:
        """Say what two blueprints differ in."""


Hear = Callable[[RunStep], None]
"""Hears each step of a proof as it happens, on the event loop."""


class MadeProof(msgspec.Struct, frozen=True):
    """What a proof came to, and its record for programs and for people."""

    proven: bool
    record: bytes
    report: bytes
    failed: tuple[str, ...]
    passed: int
    open_questions: int
    seconds: float


class Taken(msgspec.Struct, frozen=True):
    """Who takes over what is not proven, why, and when."""

    person: str
    reason: str
    at: datetime


class Prover(Protocol):
    """Proves files, and writes the record of proofs."""

    async def prove(self, archive: bytes, hear: Hear) -> MadeProof:
        """Prove the files of an archive. When it is cancelled, all that it started is ended.

        Raises:
            Invalid: these are not the files of a project.
            Unavailable: something that a proof needs is missing here.
        """

    async def taken_over(self, record: bytes, taken: Taken) -> tuple[bytes, bytes]:
        """The record of a proof, for programs and for people, that says who took the files over.

        Raises:
            Invalid: this is no record of a proof.
        """


class TemplateShelf(Protocol):
    """Where templates stand that organisations have brought along."""

    async def archive_of(self, tenant: TenantId, template: str, version: str) -> bytes:
        """The files of a template, as one archive.

        Raises:
            NotFound: the organisation has no such template.
            Refused: nothing may be made from it.
        """
