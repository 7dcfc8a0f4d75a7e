"""Runs the tasks and hooks of a template that a local user trusts."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from skafu.kernel.errors import Refused, Unavailable
from skafu.scaffold import Command, FileTree
from skafu.workspace.folders import read_folder
from skafu.workspace.pending import write_files

_BEFORE = frozenset({"pre_gen_project"})


def after_questions(commands: Iterable[Command]) -> None:
    """Run the hooks that come before there are any files: they check answers, in an empty folder.

    Raises:
        Refused: one of them says no.
    """
    for command in commands:
        if command.kind in _BEFORE:
            with tempfile.TemporaryDirectory(prefix="skafu-trusted-") as empty:
                run_script(command, Path(empty))


def after_files(commands: Iterable[Command], folder: Path, project: Path) -> None:
    """Run the tasks and hooks that work on the files.

    Args:
        commands: what the template wants to run.
        folder: where the files were written to.
        project: the project's folder in it; the same for Copier.

    Raises:
        Refused: one of them failed.
        Unavailable: one of them can't be started.
    """
    for command in commands:
        if command.kind == "task":
            run_tasks((command,), folder)
        elif command.kind == "post_gen_project":
            run_script(command, project)


def before_questions(files: FileTree) -> FileTree:
    """Run a hook that may change the template before anything is asked, on a copy of it.

    Raises:
        Refused: it failed.
    """
    hooks = [path for path in files if path.startswith("hooks/pre_prompt.") and not path.endswith("~")]
    if not hooks:
        return files
    with tempfile.TemporaryDirectory(prefix="skafu-trusted-") as home:
        write_files(files, Path(home))
        for path in hooks:
            script = files[path].content.decode(errors="surrogateescape")
            run_script(Command("pre_prompt", path, script=script), Path(home))
        return read_folder(Path(home), without=())


def run_tasks(commands: Iterable[Command], folder: Path, *, operation: str = "copy") -> None:
    """Run the tasks of a template of Copier.

    Args:
        commands: what the template wants to run; others than tasks are left out.
        folder: the project.
        operation: `copy` or `update`, as tasks see it.

    Raises:
        Refused: one of them failed.
        Unavailable: one of them can't be started.
    """
    for command in commands:
        if command.kind == "task":
            _run_in(command, folder, {"STAGE": "task", "COPIER_OPERATION": operation})


def run_migrations(commands: Iterable[Command], stage: str, folder: Path) -> None:
    """Run the migrations of an update that belong to a stage, `before` or `after`.

    Raises:
        Refused: one of them failed.
        Unavailable: one of them can't be started.
    """
    for command in commands:
        if command.kind == "migration" and command.stage == stage:
            names = {"STAGE": stage, "COPIER_OPERATION": "update", **dict(command.environment)}
            _run_in(command, folder, names)


def _run_in(command: Command, folder: Path, names: Mapping[str, str]) -> None:
    words = command.text or list(command.words)
    _run(words, folder / command.folder, names, f"the {command.kind} {command}")


def run_script(command: Command, folder: Path) -> None:
    """Run one hook, with Python or by its own first line, as Cookiecutter does.

    Raises:
        Refused: it failed.
        Unavailable: it can't be started.
    """
    written = command.text.split(" ")[0]
    ending = Path(written).suffix
    with tempfile.TemporaryDirectory(prefix="skafu-hook-") as home:
        path = Path(home, f"hook{ending}")
        path.write_text(command.script, encoding="utf-8")
        path.chmod(0o700)
        words = [sys.executable, str(path)] if ending == ".py" else [str(path)]
        _run(words, folder, {}, f"the hook {written}")


def _run(words: str | list[str], folder: Path, extra: Mapping[str, str], what: str) -> None:
    try:
        # Tasks are lines for a shell; whoever runs them said so with --trust.
        done = subprocess.run(words, cwd=folder, env={**os.environ, **extra}, shell=isinstance(words, str), check=False)
    except OSError as error:
        raise Unavailable(
            f"{what} can't be started: {error}", fix="install what it needs, or leave --trust out"
        ) from error
    if done.returncode:
        raise Refused(f"{what} failed with exit code {done.returncode}", fix="see what it said above")
