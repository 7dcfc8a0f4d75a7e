"""Proves a project: runs the levels in order, says live what happens, and writes the record."""

import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from skafu.blueprint import System
from skafu.kernel.errors import Invalid
from skafu.proof import model_level
from skafu.proof.checks import LEVELS, CheckResult, Level, Problem
from skafu.proof.declared_builds import Builds
from skafu.proof.jobs import Job, run_jobs
from skafu.proof.local_levels import LANES, static_jobs, test_jobs
from skafu.proof.model_level import BLUEPRINT_FILE, Origin
from skafu.proof.progress import Preparing, Progress, Started, Step, silent
from skafu.proof.project_files import copy_of, digests_of, files_of
from skafu.proof.proof import Proof
from skafu.proof.proof_stage import changes_of
from skafu.proof.record import statement_of, write_record
from skafu.proof.runs import Runs
from skafu.proof.static.stack_sources import STACK_ENDINGS, read_sources
from skafu.proof.subject import Subject
from skafu.proof.toolbox import Tool, Toolbox

_TOOLS: dict[Level, tuple[Tool, ...]] = {
    "model": (),
    "static": ("cfn-lint", "checkov", "openapi", "asyncapi", "actionlint"),
    "tests": (),
    "deployed": ("local-aws", "lambda"),
}

_DEPENDENCIES = "the project's dependencies"


def prove(
    project: Path,
    *,
    level: Level = "deployed",
    home: Path | None = None,
    progress: Progress = silent,
    keep: bool = False,
) -> Proof:
    """Prove a project, and write the record into it: `proof.json` and `PROOF.md`.

    The checks work on a copy, so they leave nothing in the project but the record.

    Args:
        project: the folder of a generated project.
        level: how far to go; the levels before it are run too.
        home: where tools are kept between runs; the user's own place by default.
        progress: hears each check, from several threads.
        keep: leave the deployed system up; end it by `proof.kept.stop()`.

    Returns:
        The proof; a failed check is in it, not raised.

    Raises:
        Invalid: this is not the folder of a project.
        Unavailable: something is missing on this machine (network for the first run, Node.js); nothing is recorded.
        KeyboardInterrupt: all that was started is ended; nothing is recorded.
    """
    begun = time.monotonic()
    root = project.resolve()
    if not (root / BLUEPRINT_FILE).is_file():
        raise Invalid(f"{project} has no {BLUEPRINT_FILE}", fix="Point to the folder of a generated project.")
    toolbox = Toolbox(home) if home else Toolbox.default()
    _prepare(toolbox, root, level, progress)
    with copy_of(root, files_of(root)) as copy:
        runs = Runs()
        subject = Subject(copy, copy.parent / "out", digests_of(copy), toolbox, runs)
        proof = _Levels(subject, level, progress, keep).run(begun)
    write_record(root, statement_of(proof))
    return proof


def _prepare(toolbox: Toolbox, project: Path, level: Level, progress: Progress) -> None:
    """Build what is missing while the first checks run; a check that needs it waits, and says why it can't be had."""
    missing = [tool for one in _up_to(level) for tool in _TOOLS[one] if not toolbox.ready(tool)]

    def build_tools() -> None:
        with suppress(Exception):  # the check that needs the tool meets the same error, and says it
            toolbox.ensure(missing, lambda name, state: progress(Preparing(name, state)))

    def build_environment() -> None:
        with suppress(Exception):
            if level != "model" and not toolbox.project_is_ready(project):
                progress(Preparing(_DEPENDENCIES, "building"))
                toolbox.project_environment(project)
                progress(Preparing(_DEPENDENCIES, "ready"))

    for build in (build_environment, *([build_tools] if missing else [])):
        threading.Thread(target=build, name="preparation", daemon=True).start()


def _up_to(level: Level) -> Sequence[Level]:
    return LEVELS[: LEVELS.index(level) + 1]


@dataclass
class _Levels:
    """One run through the levels; `results` grows while it runs."""

    subject: Subject
    level: Level
    progress: Progress
    keep: bool
    origin: Origin = field(default_factory=lambda: Origin(None))
    results: list[CheckResult] = field(default_factory=list)

    def run(self, begun: float) -> Proof:
        system = self._model()
        builds = Builds(self.subject)
        kept = None
        if system is not None:
            jobs = self._jobs(system, builds)
            run_jobs(jobs, workers=LANES, runs=self.subject.runs, progress=self.hear)
            if self.level == "deployed":
                from skafu.proof.deployed_level import prove_deployed

                kept = prove_deployed(self.subject, system, builds.done, keep=self.keep, progress=self.hear)
        sources, _unreadable = read_sources(self.subject.root, self.subject.matching(*STACK_ENDINGS))
        return Proof(
            system=system.names.kebab if system else "",
            level=self.level,
            results=tuple(sorted(self.results, key=_place)),
            files=self.subject.files,
            finished_at=datetime.now(UTC),
            seconds=time.monotonic() - begun,
            lock=self.origin.lock,
            changes=changes_of(sources) if self.level == "deployed" else (),
            kept=kept,
        )

    def hear(self, step: Step) -> None:
        """Note a result, with the blueprint elements behind its files, and pass it on."""
        if isinstance(step, CheckResult):
            problems = tuple(self._with_element(problem) for problem in step.problems)
            step = msgspec.structs.replace(step, problems=problems)
            self.results.append(step)
        self.progress(step)

    def _with_element(self, problem: Problem) -> Problem:
        if problem.element or not problem.file:
            return problem
        return msgspec.structs.replace(problem, element=self.origin.element_of(problem.file))

    def _model(self) -> System | None:
        self.hear(Started(model_level.BLUEPRINT))
        result, system = model_level.check_blueprint(self.subject)
        self.hear(result)
        self.hear(Started(model_level.LOCK))
        locked, self.origin = model_level.check_lock(self.subject)
        self.hear(locked)
        return system

    def _jobs(self, system: System, builds: Builds) -> list[Job]:
        wanted = _up_to(self.level)
        jobs = test_jobs(self.subject) if "tests" in wanted else []
        jobs += static_jobs(self.subject, system) if "static" in wanted else []
        return [*jobs, builds.job()] if "deployed" in wanted else jobs


def _place(result: CheckResult) -> tuple[int, str]:
    """The levels in order; what runs side by side by its name, so that two records can be compared."""
    return LEVELS.index(result.level), "" if result.level == "deployed" else result.name
