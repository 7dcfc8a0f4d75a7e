"""Which addresses of repositories are asked: https, a known host, and nothing on this network."""

import ipaddress
import re
import socket
from collections.abc import Callable, Collection, Sequence
from typing import Final
from urllib.parse import urlsplit

import msgspec

from skafu.kernel.errors import Invalid, Unavailable

PORT: Final = 443
LONGEST: Final = 500
_PATH = re.compile(r"/[A-Za-z0-9._~/-]+")

Resolve = Callable[[str], Sequence[str]]
"""From the name of a host to its addresses."""


class RepositoryAddress(msgspec.Struct, frozen=True):
    """An address that may be asked.

    Attributes:
        url: as git is given it.
        host: in lower case.
    """

    url: str
    host: str


def allowed_address(address: str, hosts: Collection[str]) -> RepositoryAddress:
    """Read an address.

    Args:
        address: as somebody wrote it.
        hosts: the names of hosts that may be asked.

    Raises:
        Invalid: it is not https, its host is not allowed, or there is something in it that does not belong there.
    """
    fix = f"give an address such as https://{min(hosts, default='github.com')}/owner/name.git"
    if len(address) > LONGEST or not address.isascii() or not address.isprintable():
        raise Invalid("the address of the repository can't be read", fix=fix)
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise Invalid("the address of the repository can't be read", fix=fix) from None
    if parts.scheme != "https":
        raise Invalid("repositories are read over https only", fix=fix)
    if (
        parts.username is not None
        or parts.password is not None
        or parts.query
        or parts.fragment
        or port not in {None, PORT}
    ):
        raise Invalid("the address holds more than a host and a path", fix=fix)
    host = (parts.hostname or "").rstrip(".")
    if host not in hosts:
        raise Invalid(
            f"repositories of {host[:100] or 'nowhere'} are not read here",
            fix=f"allowed are: {', '.join(sorted(hosts))}",
        )
    if not _PATH.fullmatch(parts.path) or ".." in parts.path or parts.path.endswith("/"):
        raise Invalid("the path of the repository can't be read", fix=fix)
    return RepositoryAddress(f"https://{host}{parts.path}", host)


def public_address(host: str, resolve: Resolve) -> str:
    """The network address of a host, for git to use this one and no other.

    Raises:
        Invalid: one of its addresses is not public: a name may lead anywhere.
        Unavailable: it has none.
    """
    found = resolve(host)
    if not found:
        raise Unavailable(f"there is no host {host}", fix="try again later")
    for each in found:
        if not is_public(each):
            raise Invalid(f"{host} is not on the public internet", fix="give a repository that everybody can reach")
    return found[0]


def is_public(address: str) -> bool:
    """Whether a network address is one of the public internet."""
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return False
    inner = getattr(read, "ipv4_mapped", None) or getattr(read, "sixtofour", None)
    return read.is_global and not read.is_multicast and (inner is None or inner.is_global)


def addresses_of(host: str) -> Sequence[str]:
    """Ask the system for the addresses of a host; those of version 4 first."""
    try:
        found = socket.getaddrinfo(host, PORT, type=socket.SOCK_STREAM)
    except OSError:
        return []
    return sorted({str(each[4][0]) for each in found}, key=lambda address: (":" in address, address))
