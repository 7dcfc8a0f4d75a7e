"""The addresses of servers, and what stands in a link."""

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

from skafu.kernel.errors import Invalid

DEFAULT: Final = "http://127.0.0.1:8400"
_SECRET: Final = re.compile(r"#(owner|invitation|password)=")
_LINK: Final = re.compile(r"(?P<server>https?://[^\s#]+?)/sign-in#(?P<kind>owner|invitation|password)=(?P<text>[\w-]+)")
_TOKEN: Final = re.compile(r"skafu_[\w-]+")


def checked_server(address: str) -> str:
    """The address of a server without a slash at the end.

    Raises:
        Invalid: it is none, or it holds a secret; the secret is not repeated.
    """
    if _SECRET.search(address):
        raise Invalid(
            "a sign-in link is a secret, and other users of this machine see what stands on a command line",
            fix="run `skafu login` and paste the link, or pipe it in",
        )
    try:
        parts = urlsplit(address.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in {"http", "https"} or parts.username or parts.query or parts.fragment:
        raise Invalid("that is no address of a server", fix=f"give one such as {DEFAULT} or https://skafu.example.org")
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/").removesuffix("/api/v1")


def is_loopback(server: str) -> bool:
    """Whether a server is on this machine: no proxy leads there."""
    host = urlsplit(server).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def read_link(text: str) -> tuple[str, str, str] | None:
    """The server, the kind and the secret of a sign-in link; none when there is no link in the text."""
    found = _LINK.search(text)
    return None if found is None else (found["server"], found["kind"], found["text"])


def is_token(text: str) -> bool:
    """Whether a text looks like an API token."""
    return _TOKEN.fullmatch(text) is not None
