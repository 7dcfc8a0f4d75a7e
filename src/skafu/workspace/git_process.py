"""Running git: deaf to the settings of whoever runs this, and with words when it fails."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from skafu.kernel.errors import Unavailable

OLDEST = (2, 39)
"""The first git that merges many trees in one process (`git merge-tree --stdin`)."""
_SILENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
}
_NEVER = {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
"""Asks nobody, writes nothing by the way, and speaks English, which is read here."""
_THEIR_OWN = ("GIT_SSH", "GIT_CONFIG", "GIT_AUTHOR_", "GIT_COMMITTER_")
"""How people reach their servers, and who they are."""
LIMIT_SECONDS = 300


class GitFailed(Unavailable):
    """Git says no.

    Attributes:
        said: its words.
    """

    def __init__(self, words: Sequence[str], said: str) -> None:
        """Keep its words.

        Args:
            words: what was run.
            said: what it said.
        """
        super().__init__(f"git {' '.join(words[:3])} failed: {said}")
        self.said = said


def environment(*, own_settings: bool = False) -> dict[str, str]:
    """The environment for git.

    Args:
        own_settings: whether the settings of whoever runs this count, as they must for reaching their servers.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    if own_settings:
        asked = {name: value for name, value in os.environ.items() if name.startswith(_THEIR_OWN)}
        return kept | asked | _NEVER
    return kept | _SILENT | _NEVER


def git(
    *words: str,
    at: Path | None = None,
    given: bytes = b"",
    own_settings: bool = False,
    extra: Mapping[str, str] | None = None,
) -> bytes:
    """Run git and give what it prints.

    Args:
        words: the words after `git`.
        at: the folder to run it in.
        given: its input.
        own_settings: whether the settings of whoever runs this count.
        extra: further environment.

    Raises:
        GitFailed: it ended with an error.
        Unavailable: there is no git.
    """
    done = _run(words, at, given, environment(own_settings=own_settings) | dict(extra or {}))
    if done.returncode:
        raise GitFailed(words, done.stderr.decode(errors="replace").strip()[-2000:])
    return done.stdout


def _run(
    words: Sequence[str], at: Path | None, given: bytes, env: Mapping[str, str]
) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            [git_binary(), *words],
            cwd=at,
            input=given,
            env=env,
            capture_output=True,
            timeout=LIMIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"git {words[0]} did not end in {LIMIT_SECONDS} s", fix="try again") from error


@cache
def git_binary() -> str:
    """Where git stands.

    Raises:
        Unavailable: there is none.
    """
    found = shutil.which("git")
    if found is None:
        raise Unavailable("there is no git here", fix="install git 2.39 or newer")
    return found


@cache
def require_git() -> None:
    """Make sure that git is there, and new enough.

    Raises:
        Unavailable: it is not.
    """
    said = git("version").decode().split()
    numbers = tuple(int(one) for one in said[2].split(".")[:2] if one.isdigit()) if len(said) > 2 else ()
    if numbers < OLDEST:
        raise Unavailable(f"{' '.join(said)} is too old to merge trees", fix="install git 2.39 or newer")
