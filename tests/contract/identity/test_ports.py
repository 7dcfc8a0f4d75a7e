"""What fills the ports of identity keeps their promises, on every engine that it stands on."""

import asyncio
import json
from base64 import b64decode
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from argon2 import PasswordHasher
from joserfc import jwt
from joserfc.jwk import ECKey
from storage_engines import ENGINES, engine

from skafu.contexts.identity.adapters.argon2_passwords import Argon2Passwords
from skafu.contexts.identity.adapters.keyring import KEYRING, SealedKeyring
from skafu.contexts.identity.adapters.mailers import FolderMailer, MemoryMailer
from skafu.contexts.identity.adapters.signed_tokens import SignedTokens
from skafu.contexts.identity.domain import signing
from skafu.contexts.identity.ports import Claims
from skafu.kernel.errors import Unavailable
from skafu.kernel.identity import SYSTEM
from skafu.kernel.mailing import Mail
from skafu.storage import Storage
from skafu.storage.adapters.aes_gcm import AesGcm
from skafu.storage.adapters.memory.erasure import MemorySubjectKeys

NOW = datetime(2026, 1, 2, tzinfo=UTC)
CLAIMS = Claims("ann", "acme", "admin", "team", "s-1")
LIGHT = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)


@pytest.fixture(params=ENGINES)
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    async with engine(request.param, request, tmp_path)() as storage:
        yield storage


@pytest.fixture
def keys() -> MemorySubjectKeys:
    return MemorySubjectKeys()


def _claims_of(token: str) -> dict[str, object]:
    part = token.split(".")[1]
    found = json.loads(b64decode(part + "=" * (-len(part) % 4), altchars=b"-_"))
    assert isinstance(found, dict)
    return found


def _signed_at(moment: datetime) -> Claims:
    return msgspec.structs.replace(CLAIMS, iat=int(moment.timestamp()))


def _ring(storage: Storage, keys: MemorySubjectKeys) -> SealedKeyring:
    return SealedKeyring(storage.documents, keys, AesGcm())


async def test_all_processes_have_the_same_keys_whoever_was_first(storage: Storage, keys: MemorySubjectKeys) -> None:
    rings = [_ring(storage, keys) for _ in range(5)]
    secrets = await asyncio.gather(*(each.secret(name) for each in rings for name in ("links", "mailboxes")))
    assert len(set(secrets)) == 2
    assert {len(each) for each in secrets} == {32}
    signers = await asyncio.gather(*(each.signing(NOW) for each in rings))
    assert len({each.time.key_id for each in signers}) == 1


async def test_keys_are_sealed_and_lost_with_the_key_that_seals_them(storage: Storage, keys: MemorySubjectKeys) -> None:
    private = (await _ring(storage, keys).signing(NOW)).private["d"]
    kept = (await storage.documents.get(SYSTEM, KEYRING, ["keyring"]))["keyring"].body
    assert private.encode() not in b64decode(str(kept["sealed"]))
    other = _ring(storage, MemorySubjectKeys())
    assert await other.secret("links") != await _ring(storage, keys).secret("links")
    with pytest.raises(Unavailable, match="cannot be opened"):
        await other.signing(NOW)


async def test_tokens_outlive_the_key_that_signed_them_by_their_own_life(
    storage: Storage, keys: MemorySubjectKeys
) -> None:
    here, there = SignedTokens(_ring(storage, keys)), SignedTokens(_ring(storage, keys))
    first = await here.issue(CLAIMS, NOW)
    last_moment = NOW + signing.SIGNS_FOR - timedelta(seconds=1)
    last = await here.issue(CLAIMS, last_moment)
    after = last_moment + timedelta(seconds=2)
    new = await here.issue(CLAIMS, after)
    assert await there.read(last, after) == _signed_at(last_moment)
    assert await there.read(new, after) == _signed_at(after)
    assert await there.read(first, after) is None
    set_before, set_after = await there.key_set(last_moment), await there.key_set(after + signing.KEPT_AFTER)
    assert isinstance(set_before["keys"], list)
    assert isinstance(set_after["keys"], list)
    assert [each["kid"] for each in set_before["keys"]][1:] == [each["kid"] for each in set_after["keys"]]


async def test_tokens_of_other_installations_and_other_times_are_worth_nothing(
    storage: Storage, keys: MemorySubjectKeys
) -> None:
    ours = SignedTokens(_ring(storage, keys))
    token = await ours.issue(CLAIMS, NOW)
    assert await ours.read(token, NOW + timedelta(minutes=5)) == _signed_at(NOW)
    assert await ours.read(token, NOW + timedelta(minutes=5, seconds=6)) is None
    key = await _ring(storage, keys).signing(NOW)
    header = {"alg": "ES256", "kid": key.time.key_id, "typ": "JWT"}
    other_kind = jwt.encode(header, _claims_of(token), ECKey.import_key(dict(key.private)), ["ES256"])
    assert await ours.read(other_kind, NOW) is None
    for text in ("", "a.b.c", token[:-4], token + "A", token.replace(".", "..", 1), "é" * 20):
        assert await ours.read(text, NOW) is None


async def test_a_password_matches_its_hash_alone() -> None:
    passwords = Argon2Passwords(LIGHT)
    one, two = [await passwords.hashed("three green kettles") for _ in range(2)]
    assert one != two
    assert "kettles" not in one
    assert await passwords.match("three green kettles", one)
    assert not await passwords.match("three green kettle", one)
    assert not await passwords.match("three green kettles", None)
    assert not await passwords.match("nobody has this password", None)
    assert not await passwords.match("three green kettles", "junk")
    assert not passwords.is_outdated(one)
    assert Argon2Passwords().is_outdated(one)


async def test_a_mail_is_sent_once_however_often_it_is_tried(tmp_path: Path) -> None:
    mail = Mail("ann@example.org", "Ünïcode subject", "https://skafu.example.org/sign-in#invitation=" + "x" * 120)
    memory, folder = MemoryMailer(), FolderMailer(tmp_path / "outbox")
    for mailer in (memory, folder):
        for _ in range(2):
            await mailer.send(mail, key="k-1")
        await mailer.send(mail, key="k-2")
    assert list(memory.sent.values()) == [mail, mail]
    files = _files(tmp_path / "outbox")
    assert [mode for mode, _ in files] == [0o600] * 2
    assert all("To: ann@example.org" in text for _, text in files)
    assert "invitation" not in repr(mail)


def _files(folder: Path) -> list[tuple[int, str]]:
    return [(each.stat().st_mode & 0o777, each.read_text()) for each in sorted(folder.iterdir())]
