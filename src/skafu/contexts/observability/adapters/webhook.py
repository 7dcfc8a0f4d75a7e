"""Tells programs by webhook: a signed POST, never to an address inside."""

import asyncio
import hashlib
import hmac
import ipaddress
import socket
from urllib.parse import urlsplit, urlunsplit

import msgspec

from skafu.contexts.observability.ports import Message
from skafu.kernel.errors import Refused, Unavailable
from skafu.kernel.identity import Clock

SECONDS = 10.0
GONE_FOR_GOOD = frozenset({400, 401, 403, 404, 405, 410, 413, 415, 422})


class Webhook:
    """Fills `Messenger` for webhooks.

    The header `Skafu-Signature` is `t=SECONDS,v1=HEX`: HMAC-SHA256 of `SECONDS.BODY` under the channel's secret.
    """

    def __init__(self, clock: Clock, *, inside: bool) -> None:
        """Send to addresses of the internet; with `inside` to any, and without TLS too."""
        self._clock = clock
        self._inside = inside

    async def send(self, target: str, secret: str, message: Message) -> None:
        """Send a message; the header `Skafu-Delivery` is the same when it is sent again."""
        import httpx

        body = msgspec.json.encode(message.payload)
        seconds = str(int(self._clock().timestamp()))
        signature = hmac.new(secret.encode(), seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
        url, headers, extensions = await self._place(target)
        headers |= {
            "Content-Type": "application/json",
            "Skafu-Delivery": message.id,
            "Skafu-Signature": f"t={seconds},v1={signature}",
            "User-Agent": "skafu",
        }
        try:
            async with httpx.AsyncClient(timeout=SECONDS, follow_redirects=False, trust_env=False) as client:
                answer = await client.post(url, content=body, headers=headers, extensions=extensions)
        except httpx.HTTPError as error:
            raise Unavailable(f"the webhook does not answer: {type(error).__name__}") from error
        if answer.status_code in GONE_FOR_GOOD or answer.is_redirect:
            raise Refused(f"the webhook says {answer.status_code}", fix="check the address of the channel")
        if not answer.is_success:
            raise Unavailable(f"the webhook says {answer.status_code}")

    async def _place(self, target: str) -> tuple[str, dict[str, str], dict[str, str]]:
        """Where to connect: the address that was looked at, so that its name cannot mean another a moment later."""
        parts = urlsplit(target)
        host = parts.hostname or ""
        if parts.scheme != "https" and not (self._inside and parts.scheme == "http"):
            raise Refused("a webhook must be https", fix="give an https address")
        if self._inside:
            return target, {}, {}
        address = await asyncio.to_thread(_outside, host, parts.port or 443)
        shown = f"[{address}]" if ":" in address else address
        netloc = f"{shown}:{parts.port}" if parts.port else shown
        name = f"{host}:{parts.port}" if parts.port else host
        return urlunsplit(parts._replace(netloc=netloc)), {"Host": name}, {"sni_hostname": host}


def _outside(host: str, port: int) -> str:
    """An address of a host, none of whose addresses lies inside.

    Raises:
        Refused: one does.
        Unavailable: the name cannot be looked up.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unavailable("the name of the webhook's host cannot be looked up") from error
    addresses = [str(each[4][0]).partition("%")[0] for each in found]
    if not addresses or not all(ipaddress.ip_address(each).is_global for each in addresses):
        raise Refused("the webhook's host is not in the internet", fix="give a public address")
    return addresses[0]
