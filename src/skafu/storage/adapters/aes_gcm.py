"""Seals with AES-256 in Galois/Counter Mode (NIST SP 800-38D); needs the extra `erasure`.

The nonce is random, 96 bits long, and stands in front of the sealed bytes: a key of one person never comes near the
2^32 sealings after which a random nonce may repeat.
"""

import secrets
from typing import Final

from skafu.kernel.errors import Unavailable
from skafu.storage.erasure import BrokenSeal

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12


def new_key() -> bytes:
    """A random key."""
    return secrets.token_bytes(KEY_BYTES)


class AesGcm:
    """Fills `Cipher`."""

    def __init__(self) -> None:
        """Import what seals.

        Raises:
            Unavailable: it is not installed.
        """
        try:
            from cryptography.exceptions import InvalidTag
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        except ImportError as error:
            raise Unavailable(
                f"personal fields cannot be sealed: {error}", fix="install the package cryptography"
            ) from error
        self._aead = AESGCM
        self._invalid = InvalidTag

    def seal(self, key: bytes, plain: bytes, bound_to: bytes) -> bytes:
        """The sealed bytes."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._aead(key).encrypt(nonce, plain, bound_to)

    def open(self, key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
        """The plain bytes."""
        try:
            return self._aead(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)
        except (self._invalid, ValueError) as error:
            raise BrokenSeal from error
