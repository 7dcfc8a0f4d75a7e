"""Hashes passwords with Argon2id (RFC 9106), in threads, a few at once: each takes 64 MiB for a moment."""

import asyncio
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

AT_ONCE: Final = 2


class Argon2Passwords:
    """Fills `Passwords`, with the low-memory parameters of RFC 9106, which are the defaults of the library."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """Hash with this effort."""
        self._hasher = hasher or PasswordHasher()
        self._free = asyncio.Semaphore(AT_ONCE)
        self._nobodys = ""

    async def hashed(self, password: str, /) -> str:
        """The hash of a password."""
        async with self._free:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def match(self, password: str, hashed: str | None, /) -> bool:
        """Whether a password is the one of a hash; without a hash, another one is tried, so that it takes as long."""
        if hashed is None and not self._nobodys:
            self._nobodys = await self.hashed("nobody has this password")
        async with self._free:
            right = await asyncio.to_thread(self._verify, hashed or self._nobodys, password)
        return right and hashed is not None

    def is_outdated(self, hashed: str, /) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(hashed)

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False
