"""The chance of the machine."""

import secrets

from skafu.contexts.identity.domain.secret_texts import SECRET_BYTES


def new_secret() -> bytes:
    """256 random bits."""
    return secrets.token_bytes(SECRET_BYTES)
