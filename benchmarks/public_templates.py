"""The public templates that the bench renders: where they are, which answers they get, and the real tools' output."""

import hashlib
import json
import os
import subprocess
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import chdir
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import copier
from cookiecutter import main as cookiecutter

from benchmarks.figures import ROOT
from skafu.kernel.errors import NotFound
from skafu.scaffold import FileTree
from skafu.workspace.folders import read_folder
from skafu.workspace.pending import write_files
from skafu.workspace.sources_git import check_out

LIST = Path(__file__).with_name("public_templates.json")
REPOSITORIES = "SKAFU_BENCH_REPOSITORIES"
"""Environment variable: a folder with repositories as `owner+name/repo`; else they are cloned from GitHub."""

SOURCE, OUTPUT = "template", "rendered"


@dataclass(frozen=True)
class Public:
    """One template.

    Attributes:
        repository: owner and name on GitHub.
        commit: the pinned commit.
        kind: its format.
        directory: folder of the repository where it starts.
        answers: sets of answers.
        digests: of the real tool's output for each, as far as recorded.
    """

    repository: str
    commit: str
    kind: str
    directory: str
    answers: tuple[dict[str, Any], ...]
    digests: tuple[str, ...]

    @property
    def name(self) -> str:
        """A short name for people."""
        where = f" {self.directory}" if self.directory else ""
        return f"{self.repository.split('/')[1]}{where} ({self.kind})"


def public_templates() -> tuple[str, list[Public]]:
    """Read the list: the day on which the digests were taken, and the templates."""
    read = json.loads(LIST.read_text())
    templates = [
        Public(**{**one, "answers": tuple(one["answers"]), "digests": tuple(one["digests"])})
        for one in read["templates"]
    ]
    return read["recorded"], templates


def files_of(templates: list[Public]) -> Iterator[tuple[Public, FileTree]]:
    """Give each template with its files; every repository is read once."""
    checkouts: dict[tuple[str, str], FileTree] = {}
    for one in templates:
        key = (one.repository, one.commit)
        if key not in checkouts:
            checkouts[key] = check_out(str(local_repository(one.repository)), one.commit).files
        files = checkouts[key]
        yield one, files.under(one.directory) if one.directory else files


def local_repository(name: str) -> Path:
    """Where a public repository is on this machine; it is cloned when it is not there yet.

    Raises:
        NotFound: the folder that was named does not have it.
    """
    given = os.environ.get(REPOSITORIES)
    if given:
        folder = Path(given, name.replace("/", "+"), "repo")
        if not folder.exists():
            raise NotFound(f"{REPOSITORIES} has no {folder}", fix=f"clone https://github.com/{name} there")
        return folder
    folder = ROOT / ".cache" / "public-templates" / f"{name.replace('/', '+')}.git"
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        address = f"https://github.com/{name}.git"
        subprocess.run(["git", "clone", "--quiet", "--bare", address, str(folder)], check=True)
    return folder


class Real:
    """The real tools, working on a copy of a template."""

    def __init__(self, template: Public, files: FileTree, home: Path) -> None:
        """Write the template.

        Args:
            template: which one.
            files: its files.
            home: an empty folder.
        """
        self._template = template
        self._home = home
        self._count = 0
        (home / SOURCE).mkdir()
        write_files(files, home / SOURCE)

    def render(self, answers: Mapping[str, Any], *, hooks: bool) -> Path:
        """Render into a new folder, and give it.

        Args:
            answers: given to the tool.
            hooks: whether Cookiecutter runs its hooks.
        """
        self._count += 1
        place = self._home / str(self._count)
        place.mkdir()
        (place / SOURCE).symlink_to(self._home / SOURCE)
        with chdir(place), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if self._template.kind == "copier":
                self._copier(answers)
            else:
                self._cookiecutter(answers, hooks=hooks)
        return place / OUTPUT

    @staticmethod
    def _copier(answers: Mapping[str, Any]) -> None:
        copier.run_copy(
            SOURCE,
            OUTPUT,
            data=deepcopy(dict(answers)),
            defaults=True,
            quiet=True,
            unsafe=True,
            skip_tasks=True,
            settings=copier.Settings(),
        )

    @staticmethod
    def _cookiecutter(answers: Mapping[str, Any], *, hooks: bool) -> None:
        Path(OUTPUT).mkdir()
        with tempfile.TemporaryDirectory() as own:
            cookiecutter.cookiecutter(
                SOURCE,
                no_input=True,
                extra_context=deepcopy(dict(answers)),
                output_dir=OUTPUT,
                default_config={"replay_dir": own, "cookiecutters_dir": own},
                accept_hooks=hooks,
            )


def tree_of(folder: Path) -> FileTree:
    """Read what a tool wrote."""
    return read_folder(folder, without=()) if folder.exists() else FileTree()


def digest_of(tree: FileTree) -> str:
    """A digest of names, contents, executable bits and links."""
    whole = hashlib.sha256()
    for path, file in tree.items():
        content = hashlib.sha256(file.content).hexdigest()
        whole.update(f"{path}\0{content}\0{int(file.executable)}\0{file.link}\n".encode("utf-8", "surrogatepass"))
    return whole.hexdigest()
