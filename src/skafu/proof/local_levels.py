"""The levels that need no AWS, as jobs that run side by side: `model`, `static` and `tests`."""

from collections.abc import Iterator

from skafu.blueprint import System
from skafu.proof import tests_level
from skafu.proof.checks import CheckResult
from skafu.proof.jobs import Job
from skafu.proof.static import documents, permissions, project_code, secret_scan, security, stacks, workflows
from skafu.proof.static.stack_sources import STACK_ENDINGS, read_sources
from skafu.proof.subject import Subject

LANES = 2
"""Jobs at once: each one keeps a processor busy, and needs up to 400 MB."""


def test_jobs(subject: Subject) -> list[Job]:
    """Give the jobs of the level `tests`."""
    return [Job((tests_level.TESTS, tests_level.COVERAGE), "tests", lambda: tests_level.run_tests(subject))]


def static_jobs(subject: Subject, system: System) -> list[Job]:
    """Give the jobs of the level `static`, the longest first.

    Args:
        subject: what is proven.
        system: the resolved blueprint.
    """
    of_stacks = (stacks.LINT, stacks.TRANSLATION, permissions.CHECK, security.CHECK)
    of_code = (project_code.RUFF, project_code.FORMAT)
    of_documents = (documents.OPENAPI, documents.ASYNCAPI)
    return [
        Job((project_code.MYPY,), "static", lambda: project_code.check_mypy(subject)),
        Job(of_stacks, "static", lambda: _stacks(subject, system.region)),
        Job(of_documents, "static", lambda: documents.check_documents(subject, system)),
        Job((workflows.CHECK,), "static", lambda: workflows.check_workflows(subject)),
        Job(of_code, "static", lambda: project_code.check_ruff(subject)),
        Job((secret_scan.CHECK,), "static", lambda: secret_scan.check_secrets(subject)),
    ]


def _stacks(subject: Subject, region: str) -> Iterator[CheckResult]:
    """Read, lint and translate the stacks once; what looks at the translation comes after it."""
    sources, unreadable = read_sources(subject.root, subject.matching(*STACK_ENDINGS))
    results, translated = stacks.check_stacks(subject, sources, unreadable, region)
    yield from results
    yield from permissions.check_permissions(translated)
    yield from security.check_security(subject, translated)


__all__ = ["LANES", "static_jobs", "test_jobs"]
