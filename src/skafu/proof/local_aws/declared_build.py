"""Builds a project's bundles for the machine that its stacks declare, which is not the one that runs the proof."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from skafu.kernel.errors import Refused
from skafu.proof.local_aws.bundles import Target, function_contents, install_dependencies, layer_contents
from skafu.proof.local_aws.stack_files import Stack, StackFile, is_local, read_project, resources_of

# "Deployment package size: 250 MB (unzipped)", layers included:
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
UNZIPPED_LIMIT_BYTES = 250 * 1024**2

# The runtimes from Python 3.12 on are on Amazon Linux 2023 (glibc 2.34), older ones on Amazon Linux 2 (glibc 2.26):
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
_CPU = {"arm64": "aarch64", "x86_64": "x86_64"}
_FIRST_ON_AL2023 = 12


@dataclass(frozen=True)
class DeclaredBuild:
    """What a build for one declared runtime gave; it was resolved and measured, never executed.

    Attributes:
        runtime: for example `python3.13`.
        architecture: `arm64` or `x86_64`.
        unzipped_bytes: the largest function with all layers of the project.
    """

    runtime: str
    architecture: str
    unzipped_bytes: int


@dataclass
class _Bundles:
    layers: set[Path] = field(default_factory=set)
    functions: dict[tuple[str, str], set[Path]] = field(default_factory=dict)


def build_as_declared(root: Path, cache: Path) -> tuple[DeclaredBuild, ...]:
    """Build all functions and layers once for each runtime and architecture that the stacks declare.

    Args:
        root: the root stack file.
        cache: the folder to keep installed dependencies in.

    Raises:
        Invalid: a dependency has no wheel for a declared runtime.
        Refused: a function with its layers is larger than Lambda takes.
        Unavailable: the package registry did not answer.
    """
    found = _Bundles()
    _collect(read_project(root), found)
    return tuple(
        DeclaredBuild(runtime, architecture, _largest(found, sources, _target(runtime, architecture), cache))
        for (runtime, architecture), sources in sorted(found.functions.items())
    )


def _collect(file: StackFile, found: _Bundles) -> None:
    for _properties, _key, nested in file.nested:
        _collect(nested, found)
    for kind, declared in _declarations(file.stack):
        if kind == "AWS::Serverless::LayerVersion" and is_local(declared.get("ContentUri")):
            found.layers.add(file.pointed_at(declared["ContentUri"]))
        runtime = _plain(declared.get("Runtime"), file.stack)
        if kind == "AWS::Serverless::Function" and is_local(declared.get("CodeUri")) and runtime.startswith("python"):
            architecture = _plain((declared.get("Architectures") or ["x86_64"])[0], file.stack)
            found.functions.setdefault((runtime, architecture), set()).add(file.pointed_at(declared["CodeUri"]))


def _declarations(stack: Stack) -> Iterator[tuple[str, Mapping[str, Any]]]:
    function_globals = stack.get("Globals", {}).get("Function", {})
    for _logical_id, kind, properties in resources_of(stack):
        yield kind, {**function_globals, **properties} if kind == "AWS::Serverless::Function" else properties


def _plain(value: object, stack: Stack) -> str:
    """Give a property's text; of a parameter its default."""
    if isinstance(value, dict) and "Ref" in value:
        return str(stack.get("Parameters", {}).get(value["Ref"], {}).get("Default", ""))
    return str(value or "")


def _target(runtime: str, architecture: str) -> Target:
    version = runtime.removeprefix("python")
    glibc = "manylinux_2_28" if int(version.split(".")[1]) >= _FIRST_ON_AL2023 else "manylinux2014"
    return Target(version, f"{_CPU.get(architecture, architecture)}-{glibc}")


def _largest(found: _Bundles, functions: set[Path], target: Target, cache: Path) -> int:
    def installed(source: Path) -> Path | None:
        return install_dependencies(source, target, cache)

    layers = sum(_size(layer_contents(source, installed(source))) for source in found.layers)
    sizes = {source: _size(function_contents(source, installed(source))) for source in functions}
    largest = max(sizes, key=lambda source: sizes[source])
    total = layers + sizes[largest]
    if total > UNZIPPED_LIMIT_BYTES:
        raise Refused(
            f"{largest} and the layers unzip to {total / 1024**2:.0f} MB; Lambda takes 250 MB",
            fix="Drop dependencies from requirements.txt, or split the function.",
        )
    return total


def _size(contents: Mapping[str, Path]) -> int:
    return sum(path.stat().st_size for path in contents.values())
