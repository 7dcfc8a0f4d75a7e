"""Checks a template: its manifest, its texts, and what it renders to under combinations of answers."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Protocol

from jinja2.ext import Extension

from skafu.scaffold.checking.combinations import Exploration, Tried
from skafu.scaffold.checking.dangers import Hooks, check_commands, check_extensions, check_links, check_own_git
from skafu.scaffold.checking.findings import Finding, in_order, of_error
from skafu.scaffold.checking.names import compared_constants, conditions_of
from skafu.scaffold.checking.outputs import Outputs
from skafu.scaffold.checking.pieces import Piece, pieces_of
from skafu.scaffold.checking.portable_paths import PortablePaths
from skafu.scaffold.checking.reachability import Reached
from skafu.scaffold.checking.report import Coverage, Report
from skafu.scaffold.checking.respondent import Plan
from skafu.scaffold.checking.sizes import Growth, check_size
from skafu.scaffold.checking.trial import Laboratory, Trial
from skafu.scaffold.checking.trials import Trials
from skafu.scaffold.checking.variables import check_variables
from skafu.scaffold.cookiecutter_json import FILE
from skafu.scaffold.cookiecutter_template import CookiecutterTemplate
from skafu.scaffold.copier_template import CopierTemplate
from skafu.scaffold.errors import TemplateInvalid
from skafu.scaffold.extensions import is_known
from skafu.scaffold.formats import format_of, has_manifest
from skafu.scaffold.place import Place
from skafu.scaffold.template import Template, load
from skafu.scaffold.tree import File, FileTree
from skafu.scaffold.values import Loose, Value
from skafu.scaffold.wanted_extensions import wanted_extensions

LIMIT = 100
"""How many combinations of answers are tried unless somebody says otherwise."""

_OF_NAMES = frozenset({"undefined", "unused"})
_OF_A_STRANGER = re.compile(r"No (?:filter|test) named|Encountered unknown tag|is undefined")


class Observer(Protocol):
    """Looks at every rendering, and says in the end what it saw."""

    def see(self, trial: Trial) -> None:
        """Look at one rendering."""
        ...

    def findings(self) -> Iterator[Finding]:
        """Say what was seen."""
        ...


def check_template(
    files: Mapping[str, File | bytes],
    *,
    kind: str | None = None,
    answers: Mapping[str, Value] | None = None,
    place: Place | None = None,
    limit: int = LIMIT,
) -> Report:
    """Check a template in every way that needs neither a disk nor its code.

    Args:
        files: path to file, with the manifest at the root.
        kind: `copier` or `cookiecutter` for a template that has both files.
        answers: answers that stand in every rendering; other questions get every answer that is tried.
        place: where it would be rendered to; time and chance for templates that ask for them.
        limit: how many combinations of answers are tried at most.

    Returns:
        What was found, and what was tried.

    Raises:
        Invalid: a path is not safe.
    """
    tree = files if isinstance(files, FileTree) else FileTree(files)
    found = [*check_size(tree)]
    if not has_manifest(tree):
        words = "there is no copier.yml and no cookiecutter.json: it asks nothing"
        found.append(Finding("manifest", "warning", words, fix="give the folder that holds one, or add it"))
    checked = [*_check(tree, "", kind, answers or {}, place or Place(), limit)]
    found.extend(finding for findings, _ in checked for finding in findings)
    coverages = tuple(coverage for _, coverage in checked if coverage is not None)
    return Report(kind or format_of(tree), len(tree), coverages, in_order(found))


_Checked = tuple[list[Finding], Coverage | None]


def _check(
    files: FileTree, folder: str, kind: str | None, answers: Mapping[str, Value], place: Place, limit: int
) -> Iterator[_Checked]:
    wanted = wanted_extensions(files, kind)
    strange = {name: type("StandIn", (Extension,), {}) for name in wanted if not is_known(name)}
    try:
        template = load(files, kind=kind, trusted=strange)
    except TemplateInvalid as error:
        yield [_inside(of_error(error, "manifest"), folder)], None
        return
    if nested := _nested(template):
        for below in nested:
            inner = posixpath.join(folder, below)
            yield from _check(files.under(below), inner, "cookiecutter", answers, place, limit)
        return
    findings, exploration = _Check(template, answers, place, limit).run(wanted)
    if strange:
        # Filters, tags and names may come from code that is not there.
        findings = [_beside_strangers(one) for one in findings if not _is_of_a_stranger(one)]
    coverage = Coverage(
        folder, exploration.tried, exploration.possible, limit, exploration.complete, exploration.rendered
    )
    yield [_inside(one, folder) for one in findings], coverage


def _is_of_a_stranger(finding: Finding) -> bool:
    return finding.code in _OF_NAMES or _OF_A_STRANGER.search(finding.message) is not None


def _beside_strangers(finding: Finding) -> Finding:
    """What fails to render may do with the code, which can also change answers."""
    return replace(finding, severity="warning") if finding.code == "render" else finding


def _inside(finding: Finding, folder: str) -> Finding:
    return replace(finding, file=posixpath.join(folder, finding.file)) if folder and finding.file else finding


def _nested(template: Template) -> tuple[str, ...]:
    """Give the folders of the templates in a template of Cookiecutter that is a choice of several."""
    if not isinstance(template, CookiecutterTemplate):
        return ()
    choices = template.manifest.variables.get("templates")
    if isinstance(choices, dict):
        paths = [one["path"] for one in choices.values() if isinstance(one, dict) and isinstance(one.get("path"), str)]
    else:
        old = template.manifest.variables.get("template")
        labels = [one for one in old if isinstance(one, str)] if isinstance(old, list) else []
        paths = [found.group(1) for label in labels if (found := re.search(r"\((.+)\)", label))]
    normal = (posixpath.normpath(path) for path in paths)
    return tuple(dict.fromkeys(path for path in normal if not path.startswith(("/", "..")) and path != "."))


class _Check:
    """The check of one template."""

    def __init__(self, template: Template, answers: Mapping[str, Value], place: Place, limit: int) -> None:
        self._template = template
        self._answers = answers
        self._place = place
        self._limit = limit
        self._manifest = template.settings.file if isinstance(template, CopierTemplate) else FILE

    def run(self, wanted: tuple[str, ...]) -> tuple[list[Finding], Exploration]:
        pieces = pieces_of(self._template)
        observers = self._observers(pieces)
        exploration = self._explore(pieces, observers)
        template = self._template
        found = [
            *check_extensions(template, wanted),
            *check_commands(template),
            *check_links(template),
            *check_own_git(template),
            *(of_error(problem, "syntax") for problem in template.problems),
            *check_variables(template, pieces, frozenset(self._answers)),
            *(finding for observer in observers for finding in observer.findings()),
        ]
        found = [self._with_folder(one) for one in found]
        # What the compiler says of a file is said again by every rendering of it.
        broken = {(one.file, one.line) for one in found if one.code == "syntax"}
        return [one for one in found if one.code != "render" or (one.file, one.line) not in broken], exploration

    def _with_folder(self, finding: Finding) -> Finding:
        """Name a file from the root; Cookiecutter's own texts know themselves from the folder that is rendered."""
        template = self._template
        if isinstance(template, CopierTemplate) or finding.file in template.sources.followed:
            return finding
        whole = f"{template.folder}/{finding.file}"
        return replace(finding, file=whole) if whole in template.sources.followed else finding

    def _observers(self, pieces: tuple[Piece, ...]) -> tuple[Observer, ...]:
        template = self._template
        reading = (Reached(template, pieces), Outputs(template.sources), Hooks(template))
        return (Trials(self._manifest), PortablePaths(), Growth(), *reading)

    def _explore(self, pieces: tuple[Piece, ...], observers: tuple[Observer, ...]) -> Exploration:
        laboratory = Laboratory(self._template, self._answers, self._place, _compared(pieces))
        exploration = Exploration(self._limit, conditions_of(pieces))

        def attempt(plan: Plan) -> Tried:
            trial, tried = laboratory.attempt(plan)
            for observer in observers:
                observer.see(trial)
            return tried

        exploration.run(attempt)
        return exploration


def _compared(pieces: tuple[Piece, ...]) -> dict[str, frozenset[Loose]]:
    found: dict[str, set[Loose]] = {}
    for piece in pieces:
        for name, value in compared_constants(piece):
            found.setdefault(name, set()).add(value)
    return {name: frozenset(values) for name, values in found.items()}
