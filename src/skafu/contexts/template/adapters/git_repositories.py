"""Reads repositories with git: over https, from known hosts, at one commit, and without running anything of theirs."""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from skafu.contexts.template.adapters.git_addresses import (
    PORT,
    Resolve,
    addresses_of,
    allowed_address,
    public_address,
)
from skafu.contexts.template.ports import Fetched
from skafu.kernel.errors import Invalid, NotFound, Refused, Unavailable
from skafu.scaffold import File, FileTree
from skafu.workspace.git_objects import file_of, reading
from skafu.workspace.sources_zip import (
    MOST_BYTES,
    MOST_BYTES_OF_A_FILE,
    MOST_FILES,
    check_links,
    check_names,
)

MOST_PACKED_BLOCKS: Final = 400_000
"""How large a file may be that git writes, in blocks of 512 bytes: 200 MB."""
LIMIT_SECONDS: Final = 120.0
LONGEST_PLACE: Final = 200
_LINKED = "160000"


class GitRepositories:
    """Asks the hosts that are allowed."""

    def __init__(self, hosts: Collection[str], resolve: Resolve = addresses_of) -> None:
        """Ask these hosts, and no others."""
        self._hosts = frozenset(hosts)
        self._resolve = resolve

    def check(self, address: str) -> None:
        """See the port."""
        allowed_address(address, self._hosts)

    async def fetch(self, address: str, at: str) -> Fetched:
        """See the port."""
        allowed = allowed_address(address, self._hosts)
        pinned = await asyncio.to_thread(public_address, allowed.host, self._resolve)
        return await fetched(allowed.url, at, https_only(allowed.host, pinned))


def https_only(host: str, address: str) -> tuple[str, ...]:
    """Settings under which git asks this host at this address, and follows nobody elsewhere."""
    shown = f"[{address}]" if ":" in address else address
    settings = (
        "protocol.allow=never",
        "protocol.https.allow=always",
        "http.followRedirects=false",
        f"http.curloptResolve={host}:{PORT}:{shown}",
        "http.proxy=",
        "http.lowSpeedLimit=1000",
        "http.lowSpeedTime=20",
    )
    return tuple(word for each in settings for word in ("-c", each))


async def fetched(url: str, at: str, settings: Sequence[str]) -> Fetched:
    """Get one commit of a repository, and read its files without checking them out.

    Raises:
        Invalid: the place is no name of a tag, branch or commit.
        NotFound: there is no such place.
        Refused: it is more than a template may be.
        Unavailable: the repository does not answer.
    """
    if (
        at.startswith("-")
        or len(at) > LONGEST_PLACE
        or (at and not at.isprintable())
        or any(c in " :^~?*[\\" for c in at)
    ):
        raise Invalid(f"{at[:40]!r} is no tag, branch or commit", fix="give its name as `git tag` shows it")
    with tempfile.TemporaryDirectory(prefix="skafu-fetch-") as home:
        repository = Path(home, "repository")
        await _git(("init", "--quiet", "--bare", str(repository)), Path(home), ())
        words = ("fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--", url, at or "HEAD")
        await _git(words, repository, settings)
        commit = (await _git(("rev-parse", "FETCH_HEAD^{commit}"), repository, ())).strip()
        return Fetched(await asyncio.to_thread(_files, repository, await _listed(repository)), commit)


async def _listed(repository: Path) -> list[tuple[str, str, int, str]]:
    """Mode, object, size and path of each file, when they are not more than a template may have."""
    said = await _git(("ls-tree", "-r", "-z", "-l", "FETCH_HEAD"), repository, ())
    entries: list[tuple[str, str, int, str]] = []
    for line in filter(None, said.split("\0")):
        head, _, path = line.partition("\t")
        mode, _kind, name, size = head.split()
        if mode != _LINKED:
            entries.append((mode, name, int(size), path))
    if len(entries) > MOST_FILES:
        raise Refused(f"the repository has more than {MOST_FILES} files", fix="give a repository of the template alone")
    largest = max(entries, key=lambda each: each[2], default=None)
    if largest is not None and largest[2] > MOST_BYTES_OF_A_FILE:
        raise Refused(f"{largest[3]} has more than {MOST_BYTES_OF_A_FILE // 1_000_000} MB", fix="leave it out")
    if sum(each[2] for each in entries) > MOST_BYTES:
        raise Refused(f"the repository has more than {MOST_BYTES // 1_000_000} MB", fix="leave out what is large")
    return entries


def _files(repository: Path, entries: Sequence[tuple[str, str, int, str]]) -> FileTree:
    with reading(repository) as reader:
        contents = reader.read(name for _, name, _, _ in entries)
    files: dict[str, File] = {path: file_of(mode, contents[name]) for mode, name, _, path in entries}
    check_names(list(files), "the repository")
    tree = FileTree(files)
    check_links(tree, "the repository")
    return tree


async def _git(words: Sequence[str], at: Path, settings: Sequence[str]) -> str:
    """Run git: deaf to all settings but these, asking nobody, and writing no more than it may."""
    git = shutil.which("git")
    if git is None:
        raise Unavailable("there is no git here", fix="install git 2.39 or newer")
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(at),
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "false",
    }
    bounded = ("sh", "-c", f'ulimit -f {MOST_PACKED_BLOCKS} && exec "$@"', "sh")
    process = await asyncio.create_subprocess_exec(
        *bounded,
        git,
        *settings,
        *words,
        cwd=at,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            output, said = await process.communicate()
    except TimeoutError:
        raise Unavailable(f"the repository took longer than {LIMIT_SECONDS:g} s", fix="try again later") from None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
    if process.returncode:
        raise _failure(words, said.decode(errors="replace").strip())
    return output.decode(errors="surrogateescape")


def _failure(words: Sequence[str], said: str) -> NotFound | Unavailable:
    last = said.splitlines()[-1][:300] if said else f"git {words[0]} failed"
    if "couldn't find remote ref" in said or "not our ref" in said:
        return NotFound(f"the repository has no {words[-1]}", fix="look at `git ls-remote` of it")
    if "not found" in said or "could not read Username" in said:
        return NotFound("there is no such repository that everybody may read", fix="check the address")
    return Unavailable(f"git can't read the repository: {last}", fix="check the address, and try again later")
