"""Checks and descriptions of templates by strangers: whole, from a worker that a bomb may take with it."""

import os
import resource
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from command_line import CommandLine, skafu
from template_zips import BROKEN, COOKIES, GREETING, zipped

from skafu.kernel.errors import Refused
from skafu.scaffold import FileTree, TemplateInvalid, load
from skafu.scaffold.checking import check_template
from skafu.scaffold.checking.rendered_files import expected_files
from skafu.scaffold.describing import describe
from skafu.workspace.worker_pool import WorkerLimits, WorkerPool
from skafu.workspace.worker_pool import messages as say
from skafu.workspace.worker_pool.results import found_of

__all__ = ["skafu"]

LOOPS = b"\n{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
MANY = "".join(f"q{number}: false\n" for number in range(100)).encode()
GROWING = b"{% set x = [] %}{% for i in range(15) %}{% if x.append('a' * (4000000 - i)) %}{% endif %}{% endfor %}"
TEMPLATES = {
    "good": GREETING,
    "broken": BROKEN,
    "cookies": COOKIES,
    "code": {"copier.yml": b"_jinja_extensions: [its.Own]\nname: x\n_tasks: [make]\n"},
    "manifest": {"copier.yml": b"a: ["},
}


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(size=1) as started:
        yield started


@pytest.mark.parametrize("name", ["good", "broken", "cookies", "code", "manifest"])
def test_a_report_from_a_worker_is_the_one_from_here(name: str, pool: WorkerPool) -> None:
    files = FileTree(TEMPLATES[name])
    there, here = pool.check(files, limit=20), check_template(files, limit=20)
    assert there == here
    assert here.errors == (1 if name in {"broken", "manifest"} else 0)
    assert [(one.file, one.line) for one in there.findings if one.code == "syntax"] == [
        ("a.txt.jinja", 1) for _ in range(name == "broken")
    ]


def test_answers_and_numbers_of_any_size_come_through(pool: WorkerPool) -> None:
    files = FileTree({"copier.yml": MANY, "a.jinja": b"{{ q1 }}"})
    assert pool.check(files, limit=2).coverages[0].possible == 2**100
    given = pool.check(files, limit=200, answers={f"q{number}": True for number in range(99)})
    assert (given.coverages[0].tried, given.coverages[0].complete) == (2, True)


@pytest.mark.parametrize("name", ["good", "cookies", "code"])
def test_a_description_from_a_worker_is_the_one_from_here(name: str, pool: WorkerPool) -> None:
    files = FileTree(TEMPLATES[name])
    if name == "code":
        with pytest.raises(TemplateInvalid, match=r"its\.Own"):
            pool.describe(files)
        return
    template = load(files)
    assert pool.describe(files) == describe(template, expected_files(template))


def test_a_bomb_is_a_finding_with_its_place(pool: WorkerPool) -> None:
    report = pool.check(FileTree({"copier.yml": b"a: [1, 2]\nb: true", "a.jinja": LOOPS}), limit=100)
    assert [(one.code, one.file, one.line) for one in report.findings if one.severity == "error"] == [
        ("render", "a.jinja", 2)
    ]
    assert "steps" in next(one.message for one in report.findings if one.severity == "error")


def test_a_check_that_takes_too_long_is_stopped_by_the_kernel() -> None:
    slow = FileTree({"copier.yml": "".join(f"q{number}: false\n" for number in range(900)).encode()})
    with WorkerPool(size=1, limits=WorkerLimits(cpu_seconds=1)) as pool:
        with pytest.raises(Refused, match="more processor time"):
            pool.check(slow, limit=100_000)
        assert pool.check(FileTree(GREETING), limit=10).errors == 0


def test_a_check_that_takes_too_much_memory_is_refused_and_this_process_does_not_grow() -> None:
    files = FileTree({"copier.yml": b"a: 1", "a.jinja": GROWING})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with WorkerPool(size=1) as pool:
        assert pool.check(FileTree(GREETING), limit=10).errors == 0
        size = psutil.Process(next(iter(pool._running)).pid).memory_info().vms
        assert pool.check(files, limit=10).errors == 0, "it is within what may be counted"
    with WorkerPool(size=1, limits=WorkerLimits(memory_bytes=size + 20_000_000)) as pool:
        (found,) = (one for one in pool.check(files, limit=10).findings if one.severity == "error")
        assert ("memory" in found.message.lower(), found.file) == (True, "a.jinja")
        assert pool.check(FileTree(GREETING), limit=10).errors == 0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000


@pytest.mark.parametrize(
    "message", [say.Looked(b"{}"), say.Looked(b"\xff"), say.Looked(b"[" * 10_000), say.Ready(True), say.Failed("x", {})]
)
def test_what_is_no_report_is_refused(message: say.FromWorker) -> None:
    from skafu.scaffold.checking import Report

    with pytest.raises(Refused, match="may not"):
        found_of(message, Report)


def test_the_command_line_checks_and_documents_a_zip_in_a_worker(
    tmp_path: Path, skafu: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "bomb.zip"
    archive.write_bytes(zipped({"copier.yml": b"a: 1", "a.jinja": LOOPS}))

    def here(*_: object, **__: object) -> None:
        raise AssertionError(f"rendered in the process {os.getpid()}")

    for place in ("template.check_command.check_template", "template.reading.load"):
        monkeypatch.setattr(f"skafu.entrypoints.cli.{place}", here)
    ended = skafu("template", "check", archive)
    assert ended.code == 1
    assert "a.jinja:2: error [render]" in ended.output
    assert "| `a` | int | `1` |" in skafu("template", "docs", archive).output
