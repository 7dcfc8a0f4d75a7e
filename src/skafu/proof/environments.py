"""Builds an environment of tools once per content, safe against crashes and against a second process."""

import fcntl
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from skafu.kernel.errors import Unavailable

_COMPLETE = ".complete"
_NOT_FOR_THE_BUILD = frozenset({"VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "UV_PROJECT_ENVIRONMENT", "UV_PYTHON"})
_SIGNS_OF_NO_NETWORK = ("failed to fetch", "failed to download", "dns error", "enotfound", "econnrefused", "network")
_NPM_OPTIONS = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error", "--fetch-retries", "1")
_OFFLINE = "The package registry did not answer: check the network (or the proxy and index settings) and run again."
_BROKEN = "Run again; if it fails the same way, remove the tools folder ($SKAFU_HOME or ~/.cache/skafu) first."

Build = Callable[[Path], None]

_finding_uv = threading.Lock()


class InstallFailed(Unavailable):
    """An installer failed.

    Attributes:
        offline: because the registry did not answer, so it says nothing about what was to be installed.
    """

    def __init__(self, tool: str, said: str) -> None:
        """Keep the last words of the installer.

        Args:
            tool: what failed, for example `uv pip`.
            said: all that it wrote.
        """
        self.offline = any(sign in said.lower() for sign in _SIGNS_OF_NO_NETWORK)
        super().__init__(f"{tool} failed: {_last_lines(said)}", fix=_OFFLINE if self.offline else _BROKEN)


def is_complete(folder: Path) -> bool:
    """Say whether a build of this folder has ended well."""
    return (folder / _COMPLETE).is_file()


def build_once(folder: Path, build: Build) -> Path:
    """Build a folder unless it is there; whoever comes second waits and finds it built.

    The folder is built where it will be used, because virtual environments hold their own path in scripts. A mark
    written last says that it is complete; without it (the process was killed) the folder is built anew.

    Args:
        folder: where the result goes; its name must contain a digest of everything that it is built from.
        build: fills the folder, which does not exist when it is called.

    Raises:
        Unavailable: what the build needs (network, node) is not there.
    """
    if is_complete(folder):
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _locked(folder.with_name(f"{folder.name}.lock")):
        if not is_complete(folder):
            shutil.rmtree(folder, ignore_errors=True)
            build(folder)
            (folder / _COMPLETE).touch()
    return folder


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock that installers inherit: if this process is killed, it stays locked until they have ended too."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        os.set_inheritable(lock.fileno(), True)  # noqa: FBT003
        try:
            yield
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)


def python_environment(requirements: Path, *, interpreter: str = sys.executable) -> Build:
    """Give a build that installs a lock file with hashes into a virtual environment."""

    def build(folder: Path) -> None:
        run_uv(["venv", "--python", interpreter, str(folder)])
        python = str(python_of(folder))
        run_uv(["pip", "install", "--python", python, "--require-hashes", "--no-deps", "-r", str(requirements)])

    return build


def node_environment(source: Path) -> Build:
    """Give a build that installs a package-lock.json, and the scripts beside it, with `npm ci`."""

    def build(folder: Path) -> None:
        npm = shutil.which("npm")
        if npm is None or shutil.which("node") is None:
            raise Unavailable(
                f"Node.js is missing; {source.name} needs it",
                fix="Install Node.js 20 or newer with npm (https://nodejs.org) and run again.",
            )
        shutil.copytree(source, folder)
        run_tool([npm, "ci", *_NPM_OPTIONS], cwd=folder)

    return build


def python_of(folder: Path) -> Path:
    """Give the interpreter of a virtual environment."""
    return folder / "bin" / "python"


def run_uv(arguments: list[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> str:
    """Run uv, which comes with Skafu; see `run_tool`."""
    return run_tool([uv_binary(), *arguments, "--quiet"], cwd=cwd, env=env)


def uv_binary() -> str:
    """Give the path of the uv that comes with Skafu."""
    import uv

    with _finding_uv:  # it fills sysconfig's variables, which two threads must not do at once
        return uv.find_uv_bin()


def run_tool(argv: list[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> str:
    """Run an installer with the caller's environment (it needs the network settings) and give its standard output.

    Raises:
        InstallFailed: it has the installer's last lines.
    """
    own = {name: value for name, value in os.environ.items() if name not in _NOT_FOR_THE_BUILD}
    done = subprocess.run(
        argv, cwd=cwd, env={**own, **(env or {})}, capture_output=True, text=True, check=False, close_fds=False
    )
    if done.returncode == 0:
        return done.stdout
    said = (done.stderr or done.stdout).strip()
    raise InstallFailed(f"{Path(argv[0]).name} {argv[1]}", said)


def _last_lines(text: str, count: int = 6) -> str:
    return "\n".join(text.splitlines()[-count:])
