"""How secrets look that people copy: links and tokens name what they belong to, so that one look finds it."""

import base64
import binascii
import hashlib
import hmac
from typing import Final
from uuid import UUID

import msgspec

SECRET_BYTES: Final = 32
"""256 random bits: nobody guesses them, and a fast digest is enough."""

TOKEN_PREFIX: Final = "skafu_"  # noqa: S105
"""By this, tools that look for secrets in repositories find the tokens."""


class TokenText(msgspec.Struct, frozen=True):
    """A token, taken apart; `secret` never stands in its repr."""

    organisation_id: str
    token_id: str
    secret: bytes

    def __repr__(self) -> str:
        """Say which token it is."""
        return f"TokenText({self.token_id})"


class LinkText(msgspec.Struct, frozen=True):
    """A link or session, taken apart; `secret` never stands in its repr."""

    identifier: str
    secret: bytes

    def __repr__(self) -> str:
        """Say which link it is."""
        return f"LinkText({self.identifier})"


def digest_of(secret: bytes) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret).hexdigest()


def matches(secret: bytes, digest: str) -> bool:
    """Whether a secret is the one that a digest was made of; takes as long for all."""
    return hmac.compare_digest(digest_of(secret), digest)


def written_token(organisation_id: str, token_id: str, secret: bytes) -> str:
    """The token as its person copies it."""
    return TOKEN_PREFIX + _text(UUID(organisation_id).bytes + UUID(token_id).bytes + secret)


def read_token(text: str) -> TokenText | None:
    """A token, taken apart; none when the text cannot be one."""
    raw = _bytes(text.removeprefix(TOKEN_PREFIX)) if text.startswith(TOKEN_PREFIX) else b""
    if len(raw) != 32 + SECRET_BYTES:
        return None
    return TokenText(str(UUID(bytes=raw[:16])), str(UUID(bytes=raw[16:32])), raw[32:])


def written_link(identifier: str, secret: bytes) -> str:
    """A link's end, or a session, as it is handed out."""
    return _text(UUID(identifier).bytes + secret)


def read_link(text: str) -> LinkText | None:
    """A link's end, taken apart; none when the text cannot be one."""
    raw = _bytes(text)
    return LinkText(str(UUID(bytes=raw[:16])), raw[16:]) if len(raw) == 16 + SECRET_BYTES else None


def written_invitation(organisation_id: str, invitation_id: str, secret: bytes) -> str:
    """The end of the link of an invitation."""
    return _text(UUID(organisation_id).bytes + UUID(invitation_id).bytes + secret)


def read_invitation(text: str) -> TokenText | None:
    """The end of the link of an invitation, taken apart; none when the text cannot be one."""
    return read_token(TOKEN_PREFIX + text)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
