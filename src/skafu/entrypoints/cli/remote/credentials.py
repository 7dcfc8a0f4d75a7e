"""What was signed in with, for each server: one file that only its owner reads."""

import fcntl
import json
import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from skafu.kernel.errors import Invalid
from skafu.workspace.single_file import write_whole

OWNER_ONLY = 0o600
OTHERS = 0o077


class Credential(msgspec.Struct, frozen=True, omit_defaults=True):
    """What shows a server who calls: an API token, or the two tokens of a session. None stands in its repr.

    Attributes:
        token: an API token.
        access: what requests of a session are sent with.
        until: when that ends, in seconds since 1970.
        refresh: gets the next pair; works once.
    """

    token: str = ""
    access: str = ""
    until: float = 0.0
    refresh: str = ""

    def __repr__(self) -> str:
        """Say which kind it is."""
        return f"Credential({'token' if self.token else 'session'})"


class Kept(msgspec.Struct, frozen=True):
    """The file: the current server, and what each is called with."""

    current: str = ""
    servers: dict[str, Credential] = {}


class CredentialFile:
    """The file of credentials, and its lock."""

    def __init__(self, path: Path | None = None) -> None:
        """Know where it is: below $XDG_CONFIG_HOME unless somebody says otherwise."""
        self.path = path or _usual_place()

    def read(self) -> Kept:
        """What is kept.

        Raises:
            Invalid: the file is not what this program writes, or others may read it.
        """
        try:
            mode, text = self.path.stat().st_mode, self.path.read_text()
        except FileNotFoundError:
            return Kept()
        if mode & OTHERS:
            raise Invalid(f"others may read {self.path}", fix=f"chmod 600 {self.path}; then sign in anew")
        try:
            return msgspec.convert(tomllib.loads(text), Kept)
        except (tomllib.TOMLDecodeError, msgspec.ValidationError):
            raise Invalid(
                f"{self.path} cannot be read", fix="remove it, and sign in again: skafu login"
            ) from None  # what stands in it is secret

    def keep(self, server: str, credential: Credential, *, current: bool = True) -> None:
        """Keep what a server is called with."""
        kept = self.read()
        servers = {**kept.servers, server: credential}
        self._write(Kept(server if current or not kept.current else kept.current, servers))

    def choose(self, server: str) -> None:
        """Make a known server the current one."""
        self._write(msgspec.structs.replace(self.read(), current=server))

    def forget(self, server: str) -> None:
        """Keep nothing of a server."""
        kept = self.read()
        servers = {name: each for name, each in kept.servers.items() if name != server}
        current = next(iter(servers), "") if kept.current == server else kept.current
        self._write(Kept(current, servers))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else changes the file meanwhile: two commands at once do not use up one refresh token twice."""
        self._make_folder()
        handle = os.open(self.path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, OWNER_ONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _write(self, kept: Kept) -> None:
        self._make_folder()
        write_whole(_toml(kept).encode(), self.path, mode=OWNER_ONLY)

    def _make_folder(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)


def _usual_place() -> Path:
    home = os.environ.get("XDG_CONFIG_HOME")
    return (Path(home) if home else Path.home() / ".config") / "skafu" / "credentials.toml"


def _toml(kept: Kept) -> str:
    """The file; a string of JSON is one of TOML as well."""
    lines = [f"current = {json.dumps(kept.current)}"]
    for server, credential in kept.servers.items():
        lines += ["", f"[servers.{json.dumps(server)}]"]
        lines += [f"{name} = {json.dumps(value)}" for name, value in msgspec.to_builtins(credential).items()]
    return "\n".join([*lines, ""])
