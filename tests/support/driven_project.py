"""Generated example projects, changed by tests, deployed to an account of their own, and driven."""

import itertools
from collections.abc import Collection, Mapping
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import boto3
from errands_blueprint import ERRANDS

from skafu.blueprint import System, read, resolve
from skafu.bootstrap import project_of
from skafu.proof.checks import CheckResult
from skafu.proof.driving import CHECKS, Deployed, drive
from skafu.proof.driving.outside import OutsideSystems
from skafu.proof.local_aws.deployment import Deployment
from skafu.proof.local_aws.emulated import MiniStack
from skafu.proof.local_aws.packages import Packaging
from skafu.proof.toolbox import Toolbox

EXAMPLES = Path(__file__).parents[2] / "examples"
_accounts = itertools.count(200000000001)


@cache
def system_of(example: str) -> System:
    """The resolved blueprint of an example."""
    return resolve(read(_text_of(example)).blueprint)


def _text_of(example: str) -> str:
    return ERRANDS if example == "errands" else (EXAMPLES / example / "skafu.yaml").read_text()


@cache
def files_of(example: str) -> Mapping[str, bytes]:
    """The files of the project that an example becomes."""
    text = _text_of(example)
    return {path: file.content for path, file in project_of(read(text), text).items()}


def write_project(example: str, folder: Path, changes: Collection[tuple[str, str, str]] = ()) -> None:
    """Write the project of an example, with some text in files that end so replaced by another text.

    Args:
        example: its name.
        folder: where it goes.
        changes: how a path ends, what stands there, and what shall stand there.
    """
    files = dict(files_of(example))
    for ending, old, new in changes:
        path = next(path for path in files if path.endswith(ending))
        text = files[path].decode()
        assert old in text, f"{path} has no {old!r}"
        files[path] = text.replace(old, new).encode()
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def deploy(aws: MiniStack, folder: Path, outside: OutsideSystems | None = None) -> Deployed:
    """Deploy a project to an account of its own, with fakes of the outside systems that it asks."""
    account = str(next(_accounts))
    session, wiring = boto3.Session(), aws.wiring(account)
    packaging = Packaging.into(session.client("s3", **wiring), account, Toolbox.default().home / "dependencies")
    packaged = packaging.package(folder / "stack.yaml")
    outputs = Deployment(session.client("cloudformation", **wiring), "system").deploy(
        packaged.template_url, {"Stage": "proof", **(outside.parameters if outside else {})}
    )
    return Deployed(account, outputs, outside=outside)


def results_of(
    aws: MiniStack,
    example: str,
    folder: Path,
    changes: Collection[tuple[str, str, str]] = (),
    checks: Collection[str] = CHECKS,
    patience: float = 6.0,
) -> dict[str, CheckResult]:
    """Deploy an example with some changes, drive it, and give the results by the names of the checks."""
    write_project(example, folder, changes)
    system = system_of(example)
    with ExitStack() as ends:
        # Without fakes, calls are left out, which takes long in the big examples.
        outside = ends.enter_context(OutsideSystems(system, aws)) if example == "errands" else None
        deployed = deploy(aws, folder, outside)
        ends.callback(aws.forget, deployed.account)
        return {one.name: one for one in drive(system, deployed, aws, checks=checks, patience=patience)}


def said(result: CheckResult) -> str:
    """All problems of a result in one text."""
    return "\n".join(f"{problem.element}: {problem.message}" for problem in result.problems)
