"""The level `model`: the blueprint's own checks, and whether the project was generated from it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from skafu.blueprint import BlueprintInvalid, Finding, System, check, read, resolve
from skafu.blueprint.lock import LOCK_PATH, Lock, read_lock
from skafu.kernel.errors import Invalid
from skafu.proof.checks import CheckResult, Problem
from skafu.proof.subject import Subject, Timed
from skafu.scaffold.merging import BASE_PATH

BLUEPRINT, LOCK = "model.blueprint", "model.lock"
BLUEPRINT_FILE = "skafu.yaml"


@dataclass(frozen=True)
class Origin:
    """What a project was generated from.

    Attributes:
        lock: None when the project was never generated, or the lock can't be read.
        edited: paths of generated files that people have changed since.
    """

    lock: Lock | None
    edited: tuple[str, ...] = ()

    def element_of(self, file: str) -> str:
        """Give the blueprint element that a file comes from; empty when that is not known."""
        known = self.lock.files.get(file) if self.lock else None
        return known.element if known else ""


def check_blueprint(subject: Subject) -> tuple[CheckResult, System | None]:
    """Run the blueprint's own checks; its resolved form is what the other levels compare with."""
    timed = Timed(BLUEPRINT, "model")
    path = subject.root / BLUEPRINT_FILE
    if not path.is_file():
        fix = "Point to the folder of a generated project, the one that holds skafu.yaml."
        return timed.result("", [Problem(f"{BLUEPRINT_FILE} is missing", BLUEPRINT_FILE, fix=fix)]), None
    try:
        document = read(path.read_bytes(), file=BLUEPRINT_FILE)
    except BlueprintInvalid as invalid:
        return timed.result("", _problems(invalid.findings)), None
    findings = check(document)
    errors = [found for found in findings if found.is_error]
    if errors:
        return timed.result("", _problems(errors)), None
    system = resolve(document.blueprint)
    remarks = [str(found) for found in findings if found.severity == "warning"]
    summary = f"{len(system.services)} services, {len(remarks)} warnings"
    return timed.result(summary, evidence={"warnings": remarks}), system


def _problems(findings: Iterable[Finding]) -> list[Problem]:
    return [Problem(one.message, BLUEPRINT_FILE, one.line, one.path, one.fix) for one in findings if one.is_error]


def check_lock(subject: Subject) -> tuple[CheckResult, Origin]:
    """See that everything that was generated is there, and that it was generated from this blueprint.

    Files that people have edited are listed, not refused: what they say now is what the proof is about.
    """
    timed = Timed(LOCK, "model")
    path = subject.root / LOCK_PATH
    if not path.is_file():
        problem = Problem(f"{LOCK_PATH} is missing", LOCK_PATH, fix="Generate the project with `skafu generate`.")
        return timed.result("", [problem]), Origin(None)
    try:
        lock = read_lock(path.read_bytes())
    except Invalid as error:
        return timed.result("", [Problem(error.message, LOCK_PATH, fix=error.fix)]), Origin(None)
    edited = tuple(_edited(lock, subject.files))
    problems = [*_stale_blueprint(lock, subject.files), *_missing(lock, subject.files)]
    summary = f"{len(lock.files)} files of the template {lock.template}, {len(edited)} edited"
    evidence = {"edited": list(edited), "added": sorted(set(subject.files) - set(lock.files) - {LOCK_PATH, BASE_PATH})}
    return timed.result(summary, problems, evidence), Origin(lock, edited)


def _edited(lock: Lock, files: Mapping[str, str]) -> Iterator[str]:
    for path, locked in sorted(lock.files.items()):
        if locked.owner == "generated" and path in files and files[path] != locked.sha256:
            yield path


def _stale_blueprint(lock: Lock, files: Mapping[str, str]) -> Iterator[Problem]:
    now = files.get(BLUEPRINT_FILE)
    if now is not None and now != lock.blueprint_digest:
        yield Problem(
            "the project was generated from an earlier blueprint", BLUEPRINT_FILE, fix="Run `skafu generate`."
        )


def _missing(lock: Lock, files: Mapping[str, str]) -> Iterator[Problem]:
    for path, locked in sorted(lock.files.items()):
        if path not in files and locked.owner != "yours":
            yield Problem(
                "this file was generated, and is gone", path, element=locked.element, fix="Run `skafu generate`."
            )
