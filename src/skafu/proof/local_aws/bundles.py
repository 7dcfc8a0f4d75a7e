"""Makes the zip files of functions and layers: deterministic, fast, with dependencies built once per requirements."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from skafu.kernel.errors import Invalid
from skafu.proof.environments import InstallFailed, build_once, run_uv

REQUIREMENTS = "requirements.txt"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date of a zip file: same content, same bytes
_NOT_SHIPPED = frozenset({"__pycache__", ".venv", ".git", ".mypy_cache", ".ruff_cache", ".pytest_cache"})
_LEFT_BY_INSTALLERS = frozenset({"bin", ".lock", ".complete"})


@dataclass(frozen=True)
class Target:
    """The machine that dependencies are installed for.

    Attributes:
        python: an interpreter (for this machine) or a version such as `3.13`.
        platform: uv's name of the platform; empty is this machine.
    """

    python: str
    platform: str = ""

    def arguments(self) -> list[str]:
        """Give uv's arguments; wheels alone, because building a source distribution would run its code here."""
        wanted = ["--python-platform", self.platform, "--python-version", self.python]
        return [*(wanted if self.platform else ["--python", self.python]), "--only-binary", ":all:"]


def install_dependencies(source: Path, target: Target, cache: Path) -> Path | None:
    """Install a folder's `requirements.txt` once per content and target, and give the folder with the packages.

    Args:
        source: a function's or layer's folder.
        target: where the packages will run.
        cache: the folder to keep them in.

    Raises:
        Invalid: the requirements can't be met for this target.
        Unavailable: the registry did not answer.
    """
    requirements = source / REQUIREMENTS
    if not requirements.is_file() or not requirements.read_text().strip():
        return None
    arguments = target.arguments()
    key = hashlib.sha256(requirements.read_bytes() + "\0".join(arguments).encode()).hexdigest()[:16]

    def build(folder: Path) -> None:
        folder.mkdir()
        wanted = ["pip", "install", *arguments, "--target", str(folder), "-r", str(requirements)]
        try:
            run_uv(wanted)
        except InstallFailed as problem:
            if problem.offline:
                raise
            raise Invalid(f"{requirements} can't be installed {target_words(target)}: {problem.message}") from problem

    return build_once(cache / key, build)


def target_words(target: Target) -> str:
    """Say for whom dependencies are installed."""
    return f"for Python {target.python} on {target.platform}" if target.platform else "for this machine's Python"


def shipped_files(source: Path) -> Iterator[tuple[str, Path]]:
    """Give relative name and path of each file that goes into a bundle, in a stable order.

    Raises:
        Invalid: a link leads out of the folder.
    """
    for path in sorted(source.rglob("*")):
        relative = path.relative_to(source)
        if not path.is_file() or _NOT_SHIPPED.intersection(relative.parts):
            continue
        if path.is_symlink() and not path.resolve().is_relative_to(source.resolve()):
            raise Invalid(f"{path} is a link that leads out of {source}")
        yield relative.as_posix(), path


def zip_of(contents: dict[str, Path]) -> bytes:
    """Zip files quickly (level 1) and always to the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bundle:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (contents[name].stat().st_mode & 0o755 | 0o444) << 16
            bundle.writestr(entry, contents[name].read_bytes(), compresslevel=1)
    return buffer.getvalue()


def function_contents(source: Path, dependencies: Path | None) -> dict[str, Path]:
    """Give what a function's zip holds: its own code over its dependencies."""
    found = dict(shipped_files(dependencies)) if dependencies else {}
    libraries = {name: path for name, path in found.items() if name.split("/")[0] not in _LEFT_BY_INSTALLERS}
    return {**libraries, **dict(shipped_files(source))}


def layer_contents(source: Path, dependencies: Path | None) -> dict[str, Path]:
    """Give what a layer's zip holds: all under `python/`, unless the folder has that shape already."""
    found = function_contents(source, dependencies)
    if dependencies is None and (source / "python").is_dir():
        return found
    return {f"python/{name}": path for name, path in found.items() if name != REQUIREMENTS}
