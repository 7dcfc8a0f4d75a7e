"""What a proof says, as an in-toto statement.

The statement is of type https://in-toto.io/Statement/v1 with the predicate `test-result` (version 0.1); what in-toto
has no word for stands in the predicate under `skafu`.
"""

import platform
from datetime import datetime
from typing import Literal

import msgspec

from skafu import __version__
from skafu.proof.checks import LEVELS, CheckResult, Level
from skafu.proof.model_level import BLUEPRINT_FILE
from skafu.proof.proof import Proof
from skafu.proof.proof_stage import Change

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://in-toto.io/attestation/test-result/v0.1"


class Digested(msgspec.Struct, frozen=True):
    """A file by its digest: a resource descriptor of in-toto."""

    name: str
    digest: dict[str, str]


class Override(msgspec.Struct, frozen=True):
    """Somebody takes over a project that is not proven."""

    name: str
    because: str
    at: datetime


class Details(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What the proof says beyond in-toto's words.

    Attributes:
        version: of Skafu.
        system: name of the system.
        level: how far it went.
        proven: no check failed.
        finished_at: when it ended.
        seconds: wall time.
        machine: what it ran on.
        template: name of the template that the project was generated from.
        blueprint_digest: SHA-256 of the blueprint.
        template_digest: SHA-256 of the template.
        tools: the tool, with version, of each check that used one.
        checks: everything that each check said.
        not_proven: the checks that could not show something.
        changed_for_proof: what the stage `proof` changes.
        override: who took it over unproven.
    """

    version: str
    system: str
    level: Level
    proven: bool
    finished_at: datetime
    seconds: float
    machine: dict[str, str]
    template: str
    blueprint_digest: str
    template_digest: str
    tools: dict[str, str]
    checks: tuple[CheckResult, ...]
    not_proven: tuple[str, ...]
    changed_for_proof: tuple[Change, ...] = ()
    override: Override | None = None


class Predicate(msgspec.Struct, frozen=True, rename="camel"):
    """The result of a test run, as in-toto says it.

    `WARNED` is a proof that went well as far as it went, but was not asked to go all the way.
    """

    result: Literal["PASSED", "WARNED", "FAILED"]
    configuration: tuple[Digested, ...]
    passed_tests: tuple[str, ...]
    warned_tests: tuple[str, ...]
    failed_tests: tuple[str, ...]
    skafu: Details


class Statement(msgspec.Struct, frozen=True, rename={"type_": "_type", "predicate_type": "predicateType"}):
    """An in-toto statement about the files of a project."""

    subject: tuple[Digested, ...]
    predicate: Predicate
    type_: str = STATEMENT
    predicate_type: str = PREDICATE


def statement_of(proof: Proof) -> Statement:
    """Put a proof into in-toto's words."""
    lock = proof.lock
    blueprint_digest = proof.files.get(BLUEPRINT_FILE, "")
    details = Details(
        version=__version__,
        system=proof.system,
        level=proof.level,
        proven=proof.proven,
        finished_at=proof.finished_at,
        seconds=round(proof.seconds, 2),
        machine={"python": platform.python_version(), "platform": platform.platform(terse=True)},
        template=lock.template if lock else "",
        blueprint_digest=blueprint_digest,
        template_digest=lock.template_digest if lock else "",
        tools={result.name: result.tool for result in proof.results if result.tool},
        checks=tuple(msgspec.structs.replace(result, seconds=round(result.seconds, 3)) for result in proof.results),
        not_proven=tuple(result.name for result in proof.not_proven),
        changed_for_proof=proof.changes,
    )
    configuration = [_digested(path, proof.files[path]) for path in (BLUEPRINT_FILE, "uv.lock") if path in proof.files]
    if lock:
        configuration.append(_digested(f"template:{lock.template}", lock.template_digest))
    predicate = Predicate(
        result=_result(proof),
        configuration=tuple(configuration),
        passed_tests=tuple(result.name for result in proof.results if result.verdict == "passed"),
        warned_tests=(),
        failed_tests=tuple(result.name for result in proof.failed),
        skafu=details,
    )
    return Statement(tuple(_digested(path, digest) for path, digest in sorted(proof.files.items())), predicate)


def _result(proof: Proof) -> Literal["PASSED", "WARNED", "FAILED"]:
    if not proof.proven:
        return "FAILED"
    return "PASSED" if proof.level == LEVELS[-1] else "WARNED"


def _digested(name: str, sha256: str) -> Digested:
    return Digested(name, {"sha256": sha256})
