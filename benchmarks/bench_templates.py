"""Public templates at pinned commits: the same bytes as with Copier and Cookiecutter, and how much faster."""

import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import Figure, write_section
from benchmarks.public_templates import OUTPUT, SOURCE, Public, Real, digest_of, files_of, public_templates, tree_of
from benchmarks.template_processes import processes, zipped
from skafu.kernel.errors import SkafuError
from skafu.scaffold import FileTree, Place, Template, fill, load
from skafu.scaffold.wanted_extensions import wanted_extensions
from skafu.workspace.trusted_code import trusted_extensions

_SHOWN = 5


@dataclass
class Tally:
    """What was seen of one template.

    Attributes:
        template: which one.
        same: how many sets of answers gave the same bytes.
        refused: how many were refused by both.
        total: of how many.
        recorded: how many of the real tool's outputs are those of the recorded digests.
        ratios: CPU of the tool over CPU of the engine, one each set.
        zip_ratios: the same when the engine also packs the result as a zip.
        problems: what differs.
    """

    template: Public
    same: int = 0
    refused: int = 0
    total: int = 0
    recorded: int = 0
    ratios: list[float] = field(default_factory=list)
    zip_ratios: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def engine(template: Public, files: FileTree) -> Template:
    """Compile a template, with the extensions that it brings along."""
    trusted = trusted_extensions(files, wanted_extensions(files, template.kind))
    return load(files, kind=template.kind, trusted=trusted)


def place_at(folder: Path, now: datetime) -> Place:
    """Where the real tool renders, as the engine sees it."""
    destination = OUTPUT if folder == Path() else str(folder / OUTPUT)
    return Place(source=SOURCE, destination=destination, now=now, dice=random.Random)


def main() -> None:
    """Render everything with both."""
    _, templates = public_templates()
    only = sys.argv[1] if len(sys.argv) > 1 else ""
    tallies = [_tally(one, files) for one, files in files_of([one for one in templates if only in one.name])]
    for tally in tallies:
        for problem in tally.problems[:_SHOWN]:
            print(f"{tally.template.name}: {problem}")
    if only:
        for tally in tallies:
            print(
                tally.template.name, tally.same, tally.refused, tally.total, f"{statistics.median(tally.ratios):.0f}x"
            )
        return
    write_section("Templates", [*_counts(tallies), *_speeds(tallies), *processes()], _NOTE)


def _tally(template: Public, files: FileTree) -> Tally:
    tally = Tally(template, total=len(template.answers))
    compiled = engine(template, files)
    with tempfile.TemporaryDirectory() as home:
        real = Real(template, files, Path(home))
        for number, answers in enumerate(template.answers):
            place = place_at(Path(home, str(number + 1)), datetime.now(UTC).astimezone())
            _compare(tally, compiled, real, answers, place, template.digests[number])
    return tally


def _compare(
    tally: Tally, compiled: Template, real: Real, answers: dict[str, object], place: Place, digest: str
) -> None:
    ours, theirs, hooks = FileTree(), FileTree(), False
    refusals = []
    try:
        rendered = fill(compiled, answers, place=place)  # type: ignore[arg-type] # read from JSON: plain values
        ours, hooks = rendered.tree, not rendered.commands
    except SkafuError as error:
        refusals.append(str(error))
    begun = _cpu()
    try:
        theirs = tree_of(real.render(answers, hooks=hooks))
    except Exception as error:  # noqa: BLE001 - a refusal is an outcome
        refusals.append(f"{type(error).__name__}: {error}")
    spent = _cpu() - begun
    tally.recorded += digest in (digest_of(theirs), f"refused: {refusals[-1].split(':')[0]}" if refusals else "")
    if len(refusals) == 1:
        tally.problems.append(f"{answers}: only one refuses: {refusals[0]}")
    elif refusals:
        tally.refused += 1
        tally.problems.append(f"{answers}: refused by both: {refusals[0]}")
    elif dict(ours) != dict(theirs):
        paths = [path for path in sorted({*ours, *theirs}) if ours.get(path) != theirs.get(path)]
        tally.problems.append(f"{answers}: {', '.join(paths[:_SHOWN])}")
    else:
        tally.same += 1
        tally.ratios.append(spent / _median_cpu(lambda: fill(compiled, answers, place=place)))  # type: ignore[arg-type]
        packed = _median_cpu(lambda: zipped(fill(compiled, answers, place=place).tree))  # type: ignore[arg-type]
        tally.zip_ratios.append(spent / packed)


def _median_cpu(action: Callable[[], object], runs: int = 5) -> float:
    spent = []
    for _ in range(runs):
        begun = _cpu()
        action()
        spent.append(_cpu() - begun)
    return statistics.median(spent) or 1e-4


def _cpu() -> float:
    """CPU seconds of this process and of the children that it waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _counts(tallies: list[Tally]) -> list[Figure]:
    figures = []
    groups: dict[str, list[Tally]] = {}
    for tally in tallies:
        name = tally.template.repository.split("/")[1]
        groups.setdefault(f"{name} ({tally.template.kind})", []).append(tally)
    for name, group in groups.items():
        same, refused, total = (sum(getattr(one, part) for one in group) for part in ("same", "refused", "total"))
        count = f", {len(group)} templates" if len(group) > 1 else ""
        both = f", {refused} refused by both" if refused else ""
        figures.append(Figure(f"{name}{count}: same bytes", f"{same} of {total}{both}", "all", same + refused == total))
    recorded, total = (sum(getattr(one, part) for one in tallies) for part in ("recorded", "total"))
    figures.append(Figure("real output as recorded (the clock shows in some)", f"{recorded} of {total}"))
    return figures


def _speeds(tallies: list[Tally]) -> list[Figure]:
    figures = []
    for kind, aim, aim_with_zip in (("copier", 100, 50), ("cookiecutter", 40, 15)):
        group = [tally for tally in tallies if tally.template.kind == kind]
        words = f"CPU of {kind.title()} over the engine's, warm, median (lowest)"
        figures.append(_speed(words, [ratio for tally in group for ratio in tally.ratios], aim))
        words = f"the same, with a zip of the result against {kind.title()}'s folder"
        figures.append(_speed(words, [ratio for tally in group for ratio in tally.zip_ratios], aim_with_zip))
    return figures


def _speed(words: str, ratios: list[float], aim: int) -> Figure:
    median = statistics.median(ratios)
    return Figure(words, f"{median:.0f}x ({min(ratios):.0f}x)", f">= {aim}x", median >= aim)


_NOTE = (
    "Public templates at the commits in `benchmarks/public_templates.json`, rendered with several sets of answers by"
    " the real tools (Copier 9.19.1, Cookiecutter 2.7.1) and by the engine; names, contents, executable bits and links"
    " are compared. Tasks do not run. Hooks run when the engine follows them all, and with neither otherwise. The"
    " engine renders from memory to memory, compiled beforehand; the tools read and write folders. A cold process of"
    " either side has the byte code of its modules, and the engine that of the template; most of what is left is"
    " importing. Python and jinja2 are in all of them, so no renderer that uses these is faster than the time that is"
    " named for them."
)

if __name__ == "__main__":
    main()
