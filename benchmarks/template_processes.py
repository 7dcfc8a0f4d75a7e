"""Templates as people meet them: whole processes beside the tools' own, a preview of many files, memory."""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import psutil

from benchmarks.figures import Figure
from benchmarks.public_templates import OUTPUT, SOURCE, files_of, public_templates
from skafu.scaffold import FileTree, Place, fill, load, render
from skafu.scaffold.merging.archive import packed
from skafu.workspace.pending import write_files
from skafu.workspace.worker_pool import WorkerPool

_COPIER, _COOKIECUTTER = "simple-modern-uv (copier)", "cookiecutter-aws-sam-python (cookiecutter)"
_MANY = 586
_SHARED = "import gc; gc.disable(); import jinja2; gc.freeze()"
_WHAT = "Python with jinja2"


def processes() -> list[Figure]:
    """CPU of whole processes, cold, and of previews."""
    figures = []
    _, templates = public_templates()
    for name in (_COPIER, _COOKIECUTTER):
        ((template, files),) = files_of([one for one in templates if one.name == name])
        figures.append(_cold(template.kind, files))
    return [*figures, *_preview(), _worker()]


def _cold(kind: str, files: FileTree) -> Figure:
    with tempfile.TemporaryDirectory() as home:
        write_files(files, Path(home, SOURCE))
        stored = _with_byte_code(Path(home, "byte-code"))
        tool = Path(sys.executable).parent
        ours = [str(tool / "skafu"), "render", f"./{SOURCE}", "--output", OUTPUT, "--defaults"]
        theirs = {
            "copier": [str(tool / "copier"), "copy", "--defaults", "--quiet", "--trust", SOURCE, OUTPUT],
            "cookiecutter": [str(tool / "cookiecutter"), "--no-input", "-o", OUTPUT, SOURCE],
        }[kind]
        own, other = _process(ours, Path(home), stored), _process(theirs, Path(home), stored)
        shared = _process([sys.executable, "-c", _SHARED], Path(home), stored)
    words = f"whole process, cold: CPU of {kind.title()} over Skafu's"
    told = f"{other / own:.1f}x ({other * 1000:.0f} ms, {own * 1000:.0f} ms; {shared * 1000:.0f} ms of it {_WHAT})"
    return Figure(words, told, ">= 5x", other / own >= 5)


def _with_byte_code(folder: Path) -> dict[str, str]:
    """An environment in which Python keeps byte code, as it does unless it is forbidden, for either tool alike."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(folder), "SKAFU_HOME": str(folder)}


def _process(argv: list[str], home: Path, environment: dict[str, str], runs: int = 9) -> float:
    spent = []
    for _ in range(runs + 1):
        shutil.rmtree(home / OUTPUT, ignore_errors=True)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(argv, cwd=home, env=environment, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(spent[1:])


def zipped(tree: FileTree) -> bytes:
    """Pack a tree as somebody downloads it."""
    return packed(tree, compressed=True)


def _worker() -> Figure:
    """Render in a warm worker and in this process, new answers each time: CPU of both processes, and the wall time."""
    ((template, files),) = files_of([one for one in public_templates()[1] if one.name == _COPIER])
    compiled = load(files, kind=template.kind)
    place = Place(source=SOURCE, destination=OUTPUT, now=datetime(2026, 1, 1, tzinfo=UTC))
    answers = [{**template.answers[0], "package_description": f"number {number}"} for number in range(400)]
    with WorkerPool(size=1) as pool:
        pool.fill(files, answers[0], kind=template.kind, place=place)
        there = _each([partial(pool.fill, files, one, kind=template.kind, place=place) for one in answers])
    here = _each([partial(fill, compiled, one, place=place) for one in answers])
    more, wall = there[0] - here[0], there[1] - here[1]
    return Figure(
        "a render in a warm worker, over one in this process: CPU of both (wall)",
        f"{more:.1f} ms more ({wall:.1f} ms)",
        "<= 3 ms",
        more <= 3,
    )


def _each(actions: Sequence[Callable[[], object]]) -> tuple[float, float]:
    """Milliseconds of an action, as CPU of this process and its children, and as wall time."""
    family = [psutil.Process(), *psutil.Process().children(recursive=True)]
    before, begun = _cpu_of(family), time.perf_counter()
    for action in actions:
        action()
    each = 1000 / len(actions)
    return (_cpu_of(family) - before) * each, (time.perf_counter() - begun) * each


def _cpu_of(family: Sequence[psutil.Process]) -> float:
    return sum(one.cpu_times().user + one.cpu_times().system for one in family)


def _preview() -> list[Figure]:
    """Render a template of many files again after one answer changed, and zip the result."""
    text = "# {{ name }}\n{% for item in items %}\n- {{ item|upper }} of {{ name }}\n{% endfor %}\n" + "plain\n" * 20
    files = {f"src/part{number % 20}/{{{{ name }}}}-{number}.md.jinja": text.encode() for number in range(_MANY)}
    template = load({"copier.yml": b"name: shop\nitems: [a, b, c]", **files})
    names = iter(f"shop{number}" for number in range(1_000))

    def again() -> FileTree:
        return render(template, {"name": next(names)})

    preview, whole = _median(again), _median(lambda: zipped(again()))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        Figure(
            f"preview of {_MANY} files after one changed answer", f"{preview:.0f} ms of CPU", "<= 20 ms", preview <= 20
        ),
        Figure(f"the same, with a zip of the {_MANY} files", f"{whole:.0f} ms of CPU"),
        Figure("memory of the bench with all templates compiled, at most", f"{memory:.0f} MB"),
    ]


def _median(action: Callable[[], object], runs: int = 9) -> float:
    """The median of CPU in milliseconds, warm."""
    action()
    spent = []
    for _ in range(runs):
        begun = time.process_time()
        action()
        spent.append((time.process_time() - begun) * 1000)
    return statistics.median(spent)
