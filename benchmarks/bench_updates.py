"""How long updates take and how many conflicts they leave, beside `copier update` on the same templates and edits."""

import re
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median

import copier

from benchmarks.figures import ROOT, Figure, skafu, write_section
from benchmarks.public_templates import local_repository
from skafu.kernel.errors import NotFound, SkafuError
from skafu.scaffold import FileTree
from skafu.workspace.folders import read_folder
from skafu.workspace.git_merge import update_many
from skafu.workspace.pending import write_files
from skafu.workspace.updating import apply, copier_project, plan_of_copier, prospect, repository_of

sys.path.insert(0, str(ROOT / "tests" / "support"))
RANDOM_UPDATES = 10_000
BATCH = 500
SEEDS = range(3)
REACH_SECONDS = 0.15
ANSWERS = ".copier-answers.yml"
MARKED = re.compile(rb"^<{7,} ", re.MULTILINE)


@dataclass(frozen=True)
class Pair:
    """Two versions of a public template."""

    repository: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.repository.partition('/')[2]} {self.before} -> {self.after}"


PAIRS = (
    Pair("jlevy/simple-modern-uv", "v0.2.10", "v0.5.0"),
    Pair("jlevy/simple-modern-uv", "v0.2.20", "v0.4.0"),
    Pair("jlevy/simple-modern-uv", "v0.3.0", "v0.5.0"),
    Pair("serious-scaffold/ss-python", "v0.0.40", "v0.0.67"),
    Pair("serious-scaffold/ss-python", "v0.0.53", "v0.0.67"),
    Pair("serious-scaffold/ss-python", "v0.0.62", "v0.0.67"),
    Pair("lincc-frameworks/python-project-template", "v2.0.0", "v2.2.0"),
    Pair("lincc-frameworks/python-project-template", "v2.0.5", "v2.2.0"),
)


@dataclass(frozen=True)
class Outcome:
    """What an update took and left: seconds, files in conflict, files of which lines written by hand are gone."""

    seconds: float
    conflicts: int
    lost: int


def main() -> None:
    """Measure on own templates, on public ones where they can be had, and on random ones."""
    with tempfile.TemporaryDirectory(prefix="skafu-bench-") as name:
        home = Path(name)
        own = list(_compared(_own_template(home / "own"), "v1", "v2", home / "runs"))
        process = _process_seconds(home / "own", home / "process")
        public = {str(pair): list(_public(pair, home / "public")) for pair in PAIRS}
    figures = [*_rows("own template, 60 files", own), Figure("the same, `skafu update` as a whole process", process)]
    for pair, found in public.items():
        figures += _rows(pair, found) if found else [Figure(pair, "not had here")]
    figures += _totals([one for found in public.values() for one in found])
    write_section("Updates", [*figures, *_random()], NOTE)


NOTE = (
    "A project is made by Copier from the old version, edited at random three times (lines inserted, changed and cut, a"
    " file added), and updated by `copier update` (conflicts inline, tasks skipped) and by `skafu update`, both in"
    " process and warm; Skafu reads the template straight from its repository. In conflict is a file that people must"
    " decide about; a line is lost when it was written by hand and stands in no file afterwards. Medians and sums of"
    " the three. Copier's conflicts leave out edited files that it drops when the template moved or removed them."
)


def _rows(name: str, outcomes: list[tuple[Outcome, Outcome]]) -> list[Figure]:
    ours, theirs = ([one[side] for one in outcomes] for side in (0, 1))
    seconds, slow = median(one.seconds for one in ours), median(one.seconds for one in theirs)
    return [
        Figure(
            f"{name}: Skafu; Copier",
            f"{seconds * 1000:.0f} ms; {slow * 1000:.0f} ms ({slow / seconds:.0f}x)",
            "< 150 ms",
            seconds < REACH_SECONDS,
        ),
        _counts(f"{name}: files in conflict, files with lost lines", ours, theirs),
    ]


def _counts(what: str, ours: Sequence[Outcome], theirs: Sequence[Outcome]) -> Figure:
    conflicts, more = (sum(one.conflicts for one in side) for side in (ours, theirs))
    lost, also_lost = (sum(one.lost for one in side) for side in (ours, theirs))
    words = f"{conflicts}, {lost}; Copier {more}, {also_lost}"
    return Figure(what, words, "<= Copier's, 0", conflicts <= more and not lost)


def _totals(outcomes: list[tuple[Outcome, Outcome]]) -> list[Figure]:
    ours, theirs = ([one[side] for one in outcomes] for side in (0, 1))
    return [_counts("all public pairs: files in conflict, files with lost lines", ours, theirs)] if outcomes else []


def _random() -> list[Figure]:
    from random_updates import lost_lines, random_update

    lost = conflicts = 0
    begun = time.perf_counter()
    for start in range(0, RANDOM_UPDATES, BATCH):
        batch = [random_update(seed) for seed in range(start, start + BATCH)]
        for (base, ours, _), merge in zip(batch, update_many(batch), strict=True):
            lost += len(lost_lines(base, ours, merge.tree))
            conflicts += bool(merge.conflicts)
    seconds = time.perf_counter() - begun
    return [
        Figure(f"{RANDOM_UPDATES} random edits x template changes: lines lost", str(lost), "0", lost == 0),
        Figure("of these, updates with conflicts", f"{conflicts / RANDOM_UPDATES:.0%}"),
        Figure("time for all of them", f"{seconds:.0f} s"),
    ]


def _public(pair: Pair, home: Path) -> Iterator[tuple[Outcome, Outcome]]:
    clone = _clone(pair.repository, home)
    if clone is not None:
        yield from _compared(clone, pair.before, pair.after, home / f"{pair.before}-{pair.after}")


def _clone(repository: str, home: Path) -> Path | None:
    """A clone that Copier takes for a repository: one with a folder `.git`."""
    target = home / repository.replace("/", "+")
    if not target.exists():
        try:
            source = local_repository(repository)
        except (NotFound, subprocess.CalledProcessError):
            return None
        subprocess.run(["git", "clone", "--quiet", str(source), str(target)], capture_output=True, check=True)
    return target


def _compared(template: Path, before: str, after: str, home: Path) -> Iterator[tuple[Outcome, Outcome]]:
    """Update the same edited projects with both tools."""
    made = home / "made" / "project"
    _quietly(lambda: copier.run_copy(str(template), made, vcs_ref=before, defaults=True, quiet=True, skip_tasks=True))
    base = read_folder(made)
    for seed in SEEDS:
        edited = _edited(base, seed)
        ours = _project(edited, home / f"ours-{seed}" / "project")
        theirs = _project(edited, home / f"theirs-{seed}" / "project")
        _with_skafu(ours, after, write=False)
        mine = _outcome(ours, base, edited, lambda here=ours: _with_skafu(here, after))  # type: ignore[misc]
        yield mine, _outcome(theirs, base, edited, lambda here=theirs: _with_copier(here, after))  # type: ignore[misc]


def _edited(base: FileTree, seed: int) -> FileTree:
    from random_updates import Hand

    hand = Hand("mine", Random(seed))
    hand.acts = [*[hand.insert] * 6, hand.change, hand.change, hand.cut, hand.make_file]
    files = FileTree({path: file for path, file in base.items() if path != ANSWERS})
    for _ in range(4):
        files = hand.edit(files)
    return files | {ANSWERS: base[ANSWERS]}


def _project(files: FileTree, folder: Path) -> Path:
    write_files(files, folder)
    _commit(folder)
    return folder


def _commit(folder: Path) -> None:
    person = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "core.hooksPath=/dev/null")
    for words in (("init", "--quiet"), ("add", "--all", "--force"), ("commit", "--quiet", "--message", "work")):
        subprocess.run(["git", *person, *words], cwd=folder, check=True, capture_output=True)


def _outcome(folder: Path, base: FileTree, edited: FileTree, act: Callable[[], int]) -> Outcome:
    from random_updates import lost_lines

    begun = time.perf_counter()
    conflicts = act()
    seconds = time.perf_counter() - begun
    found = read_folder(folder, without={".git", ".skafu"})
    lost = [path for path, file in edited.items() if lost_lines(base, FileTree({path: file}), found)]
    return Outcome(seconds, conflicts, len(lost))


def _with_skafu(folder: Path, version: str, *, write: bool = True) -> int:
    project = copier_project(folder)
    if project is None:
        raise SkafuError(f"{folder} holds no answers file")
    found = prospect(folder, plan_of_copier(project, to=version, data={}), repository_of(folder))
    if write:
        apply(found)
    return len(found.merge.conflicts)


def _with_copier(folder: Path, version: str) -> int:
    _quietly(
        lambda: copier.run_update(
            folder, vcs_ref=version, defaults=True, overwrite=True, quiet=True, skip_tasks=True, conflict="inline"
        )
    )
    files = read_folder(folder, without={".git"})
    return sum(bool(MARKED.search(file.content)) or path.endswith(".rej") for path, file in files.items())


def _quietly(act: Callable[[], object]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        act()


def _process_seconds(template: Path, home: Path) -> str:
    seconds = []
    for run in range(3):
        folder = home / str(run) / "project"
        _quietly(lambda here=folder: copier.run_copy(str(template), here, vcs_ref="v1", defaults=True, quiet=True))  # type: ignore[misc]
        begun = time.perf_counter()
        subprocess.run(skafu("update", folder), check=False, capture_output=True)
        seconds.append(time.perf_counter() - begun)
    return f"{median(seconds) * 1000:.0f} ms"


def _own_template(folder: Path) -> Path:
    """A template of 60 files with two versions that differ in a third of them."""
    folder.mkdir(parents=True)
    (folder / "copier.yml").write_text("name: shop\nport: 8080\n")
    (folder / "{{ _copier_conf.answers_file }}.jinja").write_text("{{ _copier_answers|to_nice_yaml }}")
    for version in (1, 2):
        for number in range(60):
            path = folder / f"part{number % 6}" / f"file{number}.{('py', 'yml', 'toml', 'md')[number % 4]}.jinja"
            path.parent.mkdir(exist_ok=True)
            path.write_text("".join(_line(number, row, version) for row in range(80)))
        _commit(folder)
        subprocess.run(["git", "tag", f"v{version}"], cwd=folder, check=True)
    return folder


def _line(number: int, row: int, version: int) -> str:
    changed = version if number % 3 == 0 and row % 20 == 7 else 1
    value = "{{ name }}" if row % 10 == 0 else f"{changed}"
    shape = ("key_{row} = '{value}'\n", "key_{row}: '{value}'\n", "key_{row} = '{value}'\n", "Line {row} {value}.\n")
    return shape[number % 4].format(row=row, value=value)


if __name__ == "__main__":
    main()
