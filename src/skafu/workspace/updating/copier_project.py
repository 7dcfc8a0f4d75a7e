"""Updates of projects made by Copier: their answers file says from which template, which version, which answers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

import yaml

from skafu.kernel.errors import Conflict, Invalid, NotFound
from skafu.scaffold import FileTree, Place, Rendered, TemplateInvalid, Value
from skafu.scaffold.merging import Rules, matching
from skafu.workspace.folders import PASSED_OVER, is_safe
from skafu.workspace.steady_dice import steady_dice
from skafu.workspace.updating.plan import Plan
from skafu.workspace.updating.renderers import Renderer, renderer
from skafu.workspace.updating.template_repository import (
    TemplateRepository,
    TemplateVersion,
    release,
    template_repository,
)

ANSWERS = ".copier-answers.yml"
_NONE: Mapping[str, Value] = MappingProxyType({})
_PATTERN = ".copier-answers*.y*ml"
_NOT_RUN = "not run, as it is code of the template"
_MEANT = "it is meant for"
_MOST_BROKEN = 50
"""How many files of an old template are left out because they do not render, before it is given up."""


@dataclass(frozen=True, slots=True)
class Trust:
    """What of the code of a template may run.

    Attributes:
        run: whether tasks run on what is merged; its extensions are loaded anyway.
        former: the project as it was before migrations changed its answers; None when it is the same.
    """

    run: bool = False
    former: "CopierProject | None" = None


@dataclass(frozen=True, slots=True)
class CopierProject:
    """What the answers file of a project says.

    Attributes:
        folder: the project.
        answers_file: its path.
        source: where the template is.
        commit: the version that the project is made from.
        answers: by question.
    """

    folder: Path
    answers_file: str
    source: str
    commit: str
    answers: Mapping[str, Value]


def copier_project(folder: Path, answers_file: str | None = None) -> CopierProject | None:
    """Read the answers file of a project; None when it has none.

    Raises:
        Conflict: there are several.
        Invalid: it can't be read, or does not say from which version of which template the project is made.
        NotFound: the one that was asked for is not there.
    """
    name = _answers_file(folder, answers_file)
    if name is None:
        return None
    path = folder / name
    try:
        said = yaml.safe_load(path.read_bytes())
    except (yaml.YAMLError, ValueError) as error:
        raise Invalid(f"{path} can't be read: {error}", fix="restore it from version control") from error
    if not isinstance(said, dict) or not all(isinstance(one, str) for one in said):
        raise Invalid(f"{path} holds no answers", fix="restore it from version control")
    source, commit = said.get("_src_path"), said.get("_commit")
    if not source or not commit:
        missing = "_commit" if source else "_src_path"
        raise Invalid(
            f"{path} does not say {missing}, so there is no former version to compare with",
            fix="write the template's address to _src_path and the tag that the project is made from to _commit",
        )
    answers = {name: value for name, value in said.items() if not name.startswith("_")}
    return CopierProject(folder, name, str(source), str(commit), answers)


def _answers_file(folder: Path, asked: str | None) -> str | None:
    if asked is not None:
        if not is_safe(asked) or not (folder / asked).is_file():
            raise NotFound(f"there is no answers file {folder / asked}", fix="give its path within the project")
        return asked
    if (folder / ANSWERS).is_file():
        return ANSWERS
    found = sorted(path.name for path in folder.glob(_PATTERN) if path.is_file())
    if len(found) > 1:
        raise Conflict(f"{folder} has several answers files: {', '.join(found)}", fix="choose one with --answers-file")
    return found[0] if found else None


def projects_below(folder: Path) -> list[str]:
    """Folders below that hold a project, for whoever named the wrong one."""
    names = (ANSWERS, ".skafu/lock.json")
    found = []
    for one in sorted(path for path in folder.iterdir() if path.is_dir() and path.name not in PASSED_OVER):
        found += [str(path) for path in (one, *one.glob("*")) if any((path / name).is_file() for name in names)]
    return found


def plan_of_copier(
    project: CopierProject,
    *,
    to: str | None,
    data: Mapping[str, Value],
    defaults: Mapping[str, Value] = _NONE,
    trust: Trust | None = None,
) -> Plan:
    """Plan the update of a project made by Copier.

    Args:
        project: what its answers file says.
        to: the version to update to; the latest release when None.
        data: answers that change.
        defaults: the user's own, which go before those of the template.
        trust: what of the template's code may run; none when None.

    Raises:
        Refused: the template was stopped, or one of its tasks failed.
        NotFound: the template, or the version, is not there.
        Conflict: the template is no git repository, or the latest release is older than the project's version.
        Unavailable: git can't get the template.
        AnswerInvalid: an answer is missing or wrong.
        TemplateInvalid: the new version of the template is wrong.
    """
    with template_repository(project.source, project.folder) as repository:
        new = repository.at(to or _latest(repository, project))
        old = repository.at(project.commit) if repository.commit_of(project.commit) else None
    with renderer(repository, trust=trust is not None) as (render, words):
        rendering = _Rendering(project, datetime.now().astimezone(), tuple(defaults.items()), render, trust)
        base, notices = rendering.base(old)
        theirs = rendering.rendered(new, new.name, data, tuple(base))
        made = rendering.after_tasks(theirs)
    rules = Rules(keep=theirs.keeps, template=matching(paths={project.answers_file}))
    notes = [*repository.notices, *words, *notices]
    notes.extend(_words_of_commands(theirs, trusted=trust is not None))
    return Plan("copier", project.commit, new.name, base, made, rules, tuple(notes), theirs.after, theirs.commands)


def _words_of_commands(theirs: Rendered, *, trusted: bool) -> Iterator[str]:
    """Code of the template is shown, migrations with the moment that they are meant for; it runs when it is trusted."""
    tasks = "; ".join(str(one) for one in theirs.commands if one.kind != "migration")
    if tasks:
        yield f"code of the template that runs after the merge: {tasks}" if trusted else f"{_NOT_RUN}: {tasks}"
    for one in theirs.commands:
        if one.kind == "migration":
            moment = f"{one.stage} the update" + ("" if one.folder == "." else f" in {one.folder}")
            yield (
                f"migration that runs {moment}: {one}" if trusted else f"migration {_NOT_RUN}; {_MEANT} {moment}: {one}"
            )


def _latest(repository: TemplateRepository, project: CopierProject) -> str:
    latest = repository.latest()
    now, then = release(latest), release(project.commit)
    if now is not None and then is not None and now < then:
        raise Conflict(
            f"the project is made from {project.commit}, and the latest release of the template is {latest}",
            fix=f"name the version with --to, such as --to {latest}",
        )
    return latest


def _within(tree: FileTree, project: CopierProject) -> FileTree:
    """What may be written, with the answers where this project has them."""
    files = {path: file for path, file in tree.items() if is_safe(path)}
    if project.answers_file not in files and ANSWERS in files:
        files[project.answers_file] = files.pop(ANSWERS)
    return FileTree(files)


@dataclass(frozen=True, slots=True)
class _Rendering:
    """Renders versions of a template for one project, all at one time and with the same dice."""

    project: CopierProject
    now: datetime
    defaults: tuple[tuple[str, Value], ...]
    render: Renderer
    trust: Trust | None = None

    @property
    def former(self) -> CopierProject:
        """The project as the old version of the template made it."""
        return (self.trust and self.trust.former) or self.project

    def after_tasks(self, rendered: Rendered) -> FileTree:
        """What may be written of a rendering, and what trusted tasks make of it."""
        tree = _within(rendered.tree, self.project)
        if self.trust is None or not self.trust.run:
            return tree
        from skafu.workspace.updating.trusted import after_tasks

        return after_tasks(tree, rendered.commands, self.project.folder.absolute().name)

    def rendered(
        self, version: TemplateVersion, name: str, data: Mapping[str, Value], paths: tuple[str, ...] = ()
    ) -> Rendered:
        return self.render(version, data, self.project.answers, self._place(name, version.commit), paths)

    def _of_before(self, old: TemplateVersion) -> Rendered:
        return self.render(old, {}, self.former.answers, self._place(self.former.commit, old.commit))

    def base(self, old: TemplateVersion | None) -> tuple[FileTree, list[str]]:
        """The project as the old version makes it, as far as it still does; and words about what it does not."""
        if old is None:
            return FileTree(), [_gone(self.project.commit, "is not in the template's repository any more")]
        broken: list[str] = []
        for _ in range(_MOST_BROKEN):
            try:
                tree = self.after_tasks(self._of_before(old))
            except TemplateInvalid as error:
                if error.file not in old.files or error.file.startswith("copier."):
                    return FileTree(), [_gone(self.project.commit, f"does not render any more ({error.message})")]
                broken.append(error.message)
                old = old.leaving_out(error.file)
            except Invalid as error:
                return FileTree(), [_gone(self.project.commit, f"does not render any more ({error.message})")]
            else:
                return tree, [_partly(self.project.commit, broken)] if broken else []
        return FileTree(), [_gone(self.project.commit, "does not render any more")]

    def _place(self, name: str, commit: str) -> Place:
        return Place(
            source=self.project.source,
            commit=name,
            commit_hash=commit,
            destination=str(self.project.folder.absolute()),
            operation="update",
            former=self.project.commit,
            now=self.now,
            dice=steady_dice,
            existing=_existing(self.project.folder),
            defaults=self.defaults,
        )


def _existing(folder: Path) -> Callable[[str], bytes | None]:
    def existing(path: str) -> bytes | None:
        target = folder / path
        inside = is_safe(path) and target.resolve().is_relative_to(folder.resolve())
        return target.read_bytes() if inside and target.is_file() else None

    return existing


def _gone(version: str, why: str) -> str:
    return (
        f"the version {version} {why}: the project is compared with the new version alone, and every difference is"
        " shown as a conflict"
    )


def _partly(version: str, broken: list[str]) -> str:
    return f"of the version {version} some files do not render any more, so they conflict: {'; '.join(broken)}"
