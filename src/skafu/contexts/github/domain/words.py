"""The words that commands, events and ports of the context share, and what may be written in them."""

import re
from datetime import datetime
from typing import Final, Literal

import msgspec

from skafu.kernel.errors import Invalid

Provider = Literal["local", "github"]
"""Where repositories stand: in a folder of this installation, or at GitHub."""

Step = Literal["create", "push", "configure"]
"""What can go wrong with a repository."""

Status = Literal["waiting", "running", "succeeded", "failed"]
"""How far a run of a workflow, or a deployment, has come."""

LONGEST_BODY: Final = 60_000
"""Of a pull request; GitHub takes 65,536 characters."""

_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")
_OWNER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9])){0,38}")
_SETTING = re.compile(r"(?!GITHUB_)[A-Z_][A-Z0-9_]{0,99}")
_WORKFLOW = re.compile(r"[A-Za-z0-9._-]{1,100}\.ya?ml")
_REF = re.compile(r"(?!.*(?:\.\.|//|@\{|\.lock(?:/|$)))[A-Za-z0-9_][A-Za-z0-9._/@+-]{0,199}(?<![./])")


class Protection(msgspec.Struct, frozen=True):
    """How the main branch is guarded.

    Attributes:
        checks: the names of the status checks that must pass before a merge.
        approvals: how many people must approve a pull request, 0 to 6.
        admins_too: whether it also holds for administrators.
    """

    checks: tuple[str, ...] = ()
    approvals: int = 0
    admins_too: bool = False


class LeftOut(msgspec.Struct, frozen=True):
    """What a host does not offer here, and why."""

    what: str
    why: str


class Sighting(msgspec.Struct, frozen=True):
    """A run or deployment as its host told it at a moment.

    Attributes:
        status: how far it has come.
        seen_at: when the host changed it last; tells old news from new.
        attempt: counts how often the run was started, from 1.
        conclusion: the host's own word for its end.
        address: where people can look at it.
        commit: what was run.
    """

    status: Status
    seen_at: datetime
    attempt: int = 1
    conclusion: str = ""
    address: str = ""
    commit: str = ""


def check_name(name: str) -> None:
    """Let a name of a repository pass that every host takes.

    Raises:
        Invalid: it has other characters, is too long, or means something to git.
    """
    if not _NAME.fullmatch(name) or name in {".", ".."} or name.lower().endswith((".git", ".wiki")):
        raise Invalid(
            f"{name[:120]!r} can't name a repository",
            fix="use 1 to 100 letters, digits, dots, hyphens and underscores, not ending in .git or .wiki",
        )


def check_owner(owner: str) -> None:
    """Let the name of an account at GitHub pass.

    Raises:
        Invalid: no account can have it.
    """
    if not _OWNER.fullmatch(owner):
        raise Invalid(
            f"{owner[:60]!r} can't be an account at GitHub",
            fix="name the organisation as it stands in the address of its page",
        )


def check_setting(name: str) -> None:
    """Let the name of a variable or secret of a repository pass.

    Raises:
        Invalid: GitHub does not take it.
    """
    if not _SETTING.fullmatch(name):
        raise Invalid(
            f"{name[:120]!r} can't name a variable or secret",
            fix="use capital letters, digits and underscores; don't start with a digit or GITHUB_",
        )


def check_workflow(file: str) -> None:
    """Let the file name of a workflow pass.

    Raises:
        Invalid: it is no name of a YAML file.
    """
    if not _WORKFLOW.fullmatch(file):
        raise Invalid(
            f"{file[:120]!r} can't be a workflow", fix="name the file in .github/workflows, such as deploy.yml"
        )


def check_ref(ref: str) -> None:
    """Let the name of a branch or tag pass.

    Raises:
        Invalid: git does not take it.
    """
    if not _REF.fullmatch(ref):
        raise Invalid(f"{ref[:120]!r} can't be a branch or tag", fix="use letters, digits, dots, slashes and hyphens")


def check_words(text: str, what: str) -> None:
    """Let words pass that a commit can have.

    Raises:
        Invalid: there are none, or a NUL is among them.
    """
    if not text.strip() or "\0" in text:
        raise Invalid(f"{what} can't be {text[:40]!r}", fix="say in words what the change is")
