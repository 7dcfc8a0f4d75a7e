"""Tells whether a template is among those that somebody trusts, by its address, as Copier 9.19.1 does."""

import os
import posixpath
import re
from collections.abc import Iterable
from pathlib import PureWindowsPath
from urllib.parse import urlsplit, urlunsplit

_SHORT = ("gh:", "gl:")
_OF_SCP = re.compile(r"(?:[^/@:\s]+@)?[^/:\s]+:.+")
_PLAIN = re.compile(r"[A-Za-z0-9._~-]+")


def is_trusted(address: str, trusted: Iterable[str]) -> bool:
    """Tell whether an address is one of those that are trusted, or below one of them that ends in a slash.

    Args:
        address: as somebody wrote it.
        trusted: addresses; what is not spelled plainly must be the same to the letter.

    Example:
        >>> is_trusted("gh:ours/library", ["gh:ours/", "/srv/templates/one"])
        True
        >>> is_trusted("gh:ours/../theirs/library", ["gh:ours/"])
        False
    """
    return any(_covers(one, address) for one in trusted)


def _covers(trusted: str, address: str) -> bool:
    if not (_is_plain(trusted) and _is_plain(address)):
        return trusted == address
    if trusted.endswith("/"):
        return _resolved(address).startswith(_resolved(trusted))
    return _resolved(address) == _resolved(trusted)


def _is_url(address: str) -> bool:
    return "://" in address or address.startswith(_SHORT)


def _is_of_scp(address: str) -> bool:
    return not PureWindowsPath(address).is_absolute() and bool(_OF_SCP.fullmatch(address))


def _is_plain(address: str) -> bool:
    """Whether what a server makes of the path is what is written; on a disk it always is."""
    if _is_url(address):
        try:
            path = urlsplit(address).path
        except ValueError:
            return False
    elif _is_of_scp(address):
        path = address.split(":", 1)[1]
    else:
        return True
    inner = path.removeprefix("/")
    return not inner or all(_PLAIN.fullmatch(part) for part in inner.removesuffix("/").split("/"))


def _resolved(address: str) -> str:
    """The address without `.` and `..`; a slash at the end stays."""
    if _is_url(address):
        parts = urlsplit(address)
        return urlunsplit(parts._replace(path=_resolved_path(parts.path)))
    if _is_of_scp(address):
        host, path = address.split(":", 1)
        return f"{host}:{_resolved_path(path)}"
    home = os.path.expanduser(address) if address.startswith("~") else address  # noqa: PTH111 - it stays a text
    normal = os.path.normpath(home)
    return normal + os.sep if address.endswith(("/", os.sep)) and not normal.endswith(os.sep) else normal


def _resolved_path(path: str) -> str:
    normal = posixpath.normpath(path) if path else path
    return f"{normal}/" if path.endswith("/") and not normal.endswith("/") else normal
