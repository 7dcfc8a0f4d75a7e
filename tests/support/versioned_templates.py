"""A template in git with a tag for each version, and a project that was made from one of them."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from copier_oracle import write_tree

from skafu.scaffold import File, FileTree, Place, Value, fill, load
from skafu.workspace.folders import read_folder
from skafu.workspace.project_folder import write_new

ANSWERS = ".copier-answers.yml"
ANSWERS_TEMPLATE = {"{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers|to_nice_yaml }}"}
Written = Mapping[str, File | bytes | str]


def git(folder: Path, *words: str) -> str:
    """Run git as somebody."""
    person = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "init.defaultBranch=main")
    return subprocess.run(["git", *person, *words], cwd=folder, check=True, capture_output=True, text=True).stdout


def commit_all(folder: Path, *, tag: str | None = None) -> None:
    """Commit everything in a folder, which becomes a repository."""
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet")
        git(folder, "config", "user.name", "Ada")
        git(folder, "config", "user.email", "ada@example.org")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "work")
    if tag:
        git(folder, "tag", tag)


def template_of(folder: Path, versions: Mapping[str, Written]) -> Path:
    """Write a template with a tag for each version; each version is whole."""
    folder.mkdir(parents=True)
    for tag, files in versions.items():
        for path in read_folder(folder, without={".git"}):
            (folder / path).unlink()
        write_tree(folder, {**ANSWERS_TEMPLATE, **files})
        commit_all(folder, tag=tag)
    return folder


def project_of_template(
    template: Path, folder: Path, version: str, answers: Mapping[str, Value] | None = None, *, committed: bool = True
) -> Path:
    """Make a project from a version of a template, as Copier does."""
    files = {
        path: git_show(template, version, path)
        for path in git(template, "ls-tree", "-r", "-z", "--name-only", version).split("\0")
        if path
    }
    place = Place(source=str(template), commit=version, destination=str(folder))
    write_new(fill(load(FileTree(files)), answers or {}, place=place).tree, folder)
    if committed:
        commit_all(folder)
    return folder


def git_show(repository: Path, version: str, path: str) -> File:
    """A file of a version."""
    words = ("cat-file", "blob", f"{version}:{path}")
    content = subprocess.run(["git", *words], cwd=repository, check=True, capture_output=True).stdout
    mode = git(repository, "ls-tree", version, "--", path).split()[0]
    return File(b"", link=content.decode()) if mode == "120000" else File(content, executable=mode == "100755")
