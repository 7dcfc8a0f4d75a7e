"""Keys of the installation. What they come from stands with the keys of persons, apart from the database.

Secrets for a purpose are derived from a key that stands there; keys that sign are in a document that another one seals.
Who reads the database alone can sign nothing and make no link. Each process keeps what it has opened. What signs is
imported when it is used: the platform starts sooner without it.
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Final

import msgspec

from skafu.contexts.identity.domain import signing
from skafu.contexts.identity.domain.signing import SigningTime
from skafu.kernel.errors import Unavailable
from skafu.kernel.identity import SYSTEM
from skafu.storage.documents import Collection, Documents, WrongRevision
from skafu.storage.erasure import BrokenSeal, Cipher, Subject, SubjectKeys

KEYRING: Final = Collection("identity keyring")
OWNER: Final = Subject(SYSTEM, "keyring of the installation")
ROOT: Final = Subject(SYSTEM, "secrets of the installation")
_DOCUMENT: Final = "keyring"
_BOUND: Final = b"skafu identity keyring"
_TRIES: Final = 10


class SigningKey(msgspec.Struct, frozen=True):
    """A private key, and when it signs; not in the repr."""

    time: SigningTime
    private: dict[str, str]

    def __repr__(self) -> str:
        """Say which key it is."""
        return f"SigningKey({self.time.key_id})"


class _Kept(msgspec.Struct, frozen=True):
    signing: tuple[SigningKey, ...] = ()


class _Published(msgspec.Struct, frozen=True):
    """What counts between two moments, by the keys that were kept."""

    kept: _Kept
    since: datetime
    until: datetime
    keys: tuple[SigningKey, ...]

    def holds(self, kept: _Kept, now: datetime) -> bool:
        return self.kept is kept and self.since <= now < self.until


class SealedKeyring:
    """Fills `Keyring`, and keeps the keys that sign."""

    def __init__(self, documents: Documents, keys: SubjectKeys, cipher: Cipher) -> None:
        """Keep the ring among these documents, sealed."""
        self._documents = documents
        self._keys = keys
        self._cipher = cipher
        self._kept = _Kept()
        self._published: _Published | None = None
        self._root = b""

    async def secret(self, purpose: str, /) -> bytes:
        """The key of a purpose; it moves with the keys of the persons when a store moves."""
        if not self._root:
            self._root = (await self._keys.sealing([ROOT])).get(ROOT, b"")
        if not self._root:
            raise Unavailable("the secrets of the installation were erased", fix="restore the keys of the store")
        return hmac.digest(self._root, purpose.encode(), hashlib.sha256)

    async def signing(self, now: datetime) -> SigningKey:
        """The key that signs now; those to come are made when they are due."""
        times = _times(self._kept)
        if signing.next_begins(times, now) is not None:
            await self._changed(lambda kept: _with_next_key(kept, now))
            times = _times(self._kept)
        time = signing.signing(times, now)
        return next(each for each in self._kept.signing if each.time == time)

    async def published(self, now: datetime, *, needed: str = "") -> tuple[SigningKey, ...]:
        """The keys whose signatures count; looked up again when the needed one is not among those known here."""
        if self._published is None or not self._published.holds(self._kept, now):
            await self.signing(now)
        if needed and all(each.time.key_id != needed for each in self._kept.signing):
            self._kept, _ = await self._read()
        if self._published is None or not self._published.holds(self._kept, now):
            self._published = _published(self._kept, now)
        return self._published.keys

    async def _changed(self, change: Callable[[_Kept], _Kept]) -> None:
        """Change the ring, unless somebody else has made the same change first."""
        for _ in range(_TRIES):
            kept, revision = await self._read()
            changed = change(kept)
            if changed == kept or await self._written(changed, revision):
                self._kept = changed
                return
        raise Unavailable("the keyring of the installation is being changed by others", fix="try again")

    async def _read(self) -> tuple[_Kept, int]:
        found = (await self._documents.get(SYSTEM, KEYRING, [_DOCUMENT])).get(_DOCUMENT)
        if found is None:
            return _Kept(), 0
        key = (await self._keys.opening([OWNER])).get(OWNER)
        sealed = msgspec.convert(found.body["sealed"], bytes)
        try:
            opened = self._cipher.open(key or b"", sealed, _BOUND)
        except BrokenSeal as error:
            fix = "restore the keys of the store from their backup, beside the store that they belong to"
            raise Unavailable("the keyring of the installation cannot be opened", fix=fix) from error
        return msgspec.json.decode(opened, type=_Kept), found.revision

    async def _written(self, kept: _Kept, revision: int) -> bool:
        key = (await self._keys.sealing([OWNER]))[OWNER]
        sealed = self._cipher.seal(key, msgspec.json.encode(kept), _BOUND)
        try:
            body = {"sealed": msgspec.to_builtins(sealed)}
            await self._documents.put(SYSTEM, KEYRING, _DOCUMENT, body, expected=revision)
        except WrongRevision:
            return False
        return True


def _times(kept: _Kept) -> list[SigningTime]:
    return [each.time for each in kept.signing]


def _published(kept: _Kept, now: datetime) -> _Published:
    times = _times(kept)
    counts = signing.published(times, now)
    keys = tuple(each for each in kept.signing if each.time in counts)
    return _Published(kept, now, signing.next_change(times, now), keys)


def _with_next_key(kept: _Kept, now: datetime) -> _Kept:
    """The ring with the key that is due, and without those that nobody needs any more."""
    begins = signing.next_begins(_times(kept), now)
    if begins is None:
        return kept
    from joserfc.jwk import ECKey

    made = ECKey.generate_key("P-256")
    time = SigningTime(made.thumbprint(), begins, begins + signing.SIGNS_FOR)
    private = {name: str(value) for name, value in made.as_dict(private=True).items()}
    needed = signing.published(_times(kept), now)
    left = tuple(each for each in kept.signing if each.time in needed)
    return msgspec.structs.replace(kept, signing=(*left, SigningKey(time, private)))
