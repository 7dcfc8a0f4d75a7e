"""The text that goes to GitHub and back while an organisation connects: it says for whom, and only we can make it."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Final

import msgspec

from skafu.contexts.github.ports import Secret
from skafu.kernel.errors import Refused
from skafu.kernel.identity import TenantId

LIFE: Final = timedelta(minutes=30)


class StateRefused(Refused):
    """The text was made for somebody else, or too long ago."""


class _Said(msgspec.Struct, frozen=True, array_like=True):
    tenant: str
    person: str
    ends: int


class States:
    """Makes and checks the texts."""

    def __init__(self, secret: Secret) -> None:
        """Sign with a key that follows from the secret of the App."""
        self._key = hmac.new(secret.reveal().encode(), b"skafu installation state", hashlib.sha256).digest()

    def make(self, tenant: TenantId, person: str, now: datetime) -> str:
        """A text for a person of an organisation."""
        said = msgspec.json.encode(_Said(tenant, person, int((now + LIFE).timestamp())))
        return _text(said + self._seal(said))

    def check(self, state: str, tenant: TenantId, person: str, now: datetime) -> None:
        """Let a text pass that was made for this person of this organisation, not long ago.

        Raises:
            StateRefused: it was not.
        """
        raw = _bytes(state)
        said, seal = raw[:-32], raw[-32:]
        if not hmac.compare_digest(self._seal(said), seal):
            raise StateRefused("the state was not made here", fix="begin again with a new link")
        found = msgspec.json.decode(said, type=_Said)
        if (found.tenant, found.person) != (tenant, person) or found.ends < now.timestamp():
            raise StateRefused("the state is of somebody else, or too old", fix="begin again with a new link")

    def _seal(self, said: bytes) -> bytes:
        return hmac.new(self._key, said, hashlib.sha256).digest()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return b""
