"""Sessions while they last: documents that can be found by their id alone, so that ending one works at once."""

from contextlib import suppress
from datetime import datetime
from typing import Final, Literal

import msgspec

from skafu.contexts.identity.application.asking import Asking
from skafu.contexts.identity.application.means import Means
from skafu.contexts.identity.application.people import membership_of
from skafu.contexts.identity.domain.errors import NoSuchOrganisation
from skafu.contexts.identity.domain.events import Method
from skafu.contexts.identity.domain.secret_texts import digest_of, matches, read_link, written_link
from skafu.contexts.identity.domain.sessions import (
    GRACE,
    INACTIVE,
    NOTED_EVERY,
    EndSession,
    KeptSession,
    MoveSession,
    StartSession,
)
from skafu.kernel.errors import Unavailable
from skafu.kernel.identity import SYSTEM, TenantId
from skafu.storage.documents import FIRST_PAGE, Collection, Document, PageMark, Query, WrongRevision

SESSIONS: Final = Collection("identity sessions", (("user_id",), ("used",)))
MOST_ADDRESSES: Final = 10
_AT_ONCE: Final = 50
_ON_A_PAGE: Final = 500
_TRIES: Final = 10
Reason = Literal["signed_out", "switched", "ended", "stolen"]


class OpenedSession(msgspec.Struct, frozen=True):
    """A session and the secret that proves it; the secret is handed out once, and is not in the repr."""

    kept: KeptSession
    secret: str

    def __repr__(self) -> str:
        """Say which session it is."""
        return f"OpenedSession({self.kept.session_id})"


class _Found(msgspec.Struct, frozen=True):
    kept: KeptSession
    revision: int


async def start_session(
    means: Means, user_id: str, organisation_id: str, method: Method, asking: Asking
) -> OpenedSession:
    """Let a person in who has shown who they are."""
    identifier, secret = str(means.ledger.new_id()), means.new_secret()
    kept = KeptSession(
        identifier, user_id, organisation_id, digest_of(secret), asking.now, asking.now, (asking.address,)
    )
    await _record(means, kept, StartSession(identifier, user_id, method, asking.address), asking)
    await _put(means, kept, 0)
    await _sweep(means, asking.now)
    return OpenedSession(kept, written_link(identifier, secret))


async def session_of(means: Means, text: str, asking: Asking) -> KeptSession | None:
    """The session that a secret proves, noted as used; none when it is none, or has ended.

    A secret that rotation has replaced is taken for half a minute, because the answer with the new one may have been
    lost. Later it shows that two have the session, and ends it for both.
    """
    found = await _proven(means, text, asking)
    if found is None:
        return None
    kept = found.kept
    new_address = asking.address not in kept.addresses
    if not new_address and asking.now < kept.seen_at + NOTED_EVERY:
        return kept
    addresses = (*kept.addresses, asking.address)[-MOST_ADDRESSES:] if new_address else kept.addresses
    used = msgspec.structs.replace(kept, seen_at=max(asking.now, kept.seen_at), addresses=addresses)
    with suppress(WrongRevision):
        await _put(means, used, found.revision)
    if new_address:
        await _record(means, used, MoveSession(used.session_id, asking.address), asking)
    return used


async def rotate(means: Means, text: str, asking: Asking) -> OpenedSession | None:
    """Give a session another secret; none when there is no session."""
    for _ in range(_TRIES):
        found = await _proven(means, text, asking)
        if found is None:
            return None
        secret = means.new_secret()
        rotated = msgspec.structs.replace(
            found.kept,
            digest=digest_of(secret),
            before=found.kept.digest,
            rotated_at=asking.now,
            seen_at=max(asking.now, found.kept.seen_at),
        )
        with suppress(WrongRevision):
            await _put(means, rotated, found.revision)
            return OpenedSession(rotated, written_link(rotated.session_id, secret))
    raise Unavailable("this session is being used by too many at once", fix="try again")


async def switch(means: Means, session_id: str, organisation_id: str, asking: Asking) -> KeptSession:
    """Let a session go on in another organisation of its person.

    Raises:
        NoSuchOrganisation: they do not belong to it, or the session has ended.
    """
    found = await _read(means, session_id)
    if found is None or await membership_of(means, found.kept.user_id, organisation_id) is None:
        raise NoSuchOrganisation
    if found.kept.organisation_id == organisation_id:
        return found.kept
    switched = msgspec.structs.replace(found.kept, organisation_id=organisation_id)
    start = StartSession(session_id, switched.user_id, "switch", asking.address)
    await _record(means, switched, start, asking)
    await _put(means, switched, found.revision)
    await _record(means, found.kept, EndSession(session_id, "switched"), asking)
    return switched


async def end_session(means: Means, session_id: str, reason: Reason, asking: Asking) -> None:
    """Let a session not work any more, from now on; nothing happens when it has ended."""
    found = await _read(means, session_id)
    if found is not None:
        # On record first: while the session is there, who was cut off can end it again.
        await _record(means, found.kept, EndSession(session_id, reason), asking)
        await means.ledger.documents.delete(SYSTEM, SESSIONS, session_id)


async def kept_session(means: Means, session_id: str) -> KeptSession | None:
    """A session that was not ended; none when it was. It may have been left unused for too long."""
    found = await _read(means, session_id)
    return None if found is None else found.kept


async def sessions_of(means: Means, user_id: str, now: datetime) -> list[KeptSession]:
    """The sessions of a person that last, the newest first."""
    kept = [msgspec.convert(each.body, KeptSession) for each in await _all_of(means, user_id)]
    return sorted((each for each in kept if each.lasts(now)), key=lambda each: each.started_at, reverse=True)


async def end_all(means: Means, user_id: str, asking: Asking, *, but: str = "") -> None:
    """End the sessions of a person, but one."""
    for kept in await sessions_of(means, user_id, asking.now):
        if kept.session_id != but:
            await end_session(means, kept.session_id, "ended", asking)


async def forget_sessions(means: Means, user_id: str) -> None:
    """Remove all that is kept of the sessions of a person; nothing is put on record."""
    for each in await _all_of(means, user_id):
        await means.ledger.documents.delete(SYSTEM, SESSIONS, each.key)


async def _all_of(means: Means, user_id: str) -> list[Document]:
    """All sessions that are kept of a person: who signs in again and again gets no session past those that end them."""
    found: list[Document] = []
    after: PageMark | None = FIRST_PAGE
    while after is not None:
        query = Query(where={"user_id": user_id}, limit=_ON_A_PAGE, after=after)
        page = await means.ledger.documents.find(SYSTEM, SESSIONS, query)
        found += page.documents
        after = page.next
    return found


async def _proven(means: Means, text: str, asking: Asking) -> _Found | None:
    link = read_link(text)
    found = await _read(means, link.identifier) if link else None
    if link is None or found is None:
        return None
    if not found.kept.lasts(asking.now):
        await means.ledger.documents.delete(SYSTEM, SESSIONS, link.identifier)
        return None
    if matches(link.secret, found.kept.digest):
        return found
    if found.kept.rotated_at is None or not matches(link.secret, found.kept.before):
        return None
    if asking.now < found.kept.rotated_at + GRACE:
        return found
    await end_session(means, link.identifier, "stolen", asking)
    return None


async def _read(means: Means, session_id: str) -> _Found | None:
    found = (await means.ledger.documents.get(SYSTEM, SESSIONS, [session_id])).get(session_id)
    return _Found(msgspec.convert(found.body, KeptSession), found.revision) if found else None


async def _put(means: Means, kept: KeptSession, revision: int) -> None:
    body = {**msgspec.to_builtins(kept), "used": int(kept.seen_at.timestamp())}
    await means.ledger.documents.put(SYSTEM, SESSIONS, kept.session_id, body, expected=revision)


async def _record(
    means: Means, kept: KeptSession, command: StartSession | MoveSession | EndSession, asking: Asking
) -> None:
    origin = asking.by(kept.user_id, kept.session_id)
    await means.ledger.commands.send(TenantId(kept.organisation_id), command, origin=origin)


async def _sweep(means: Means, now: datetime) -> None:
    """Remove sessions that nobody has used for a day, some at each sign-in."""
    query = Query(order=("used",), below=int((now - INACTIVE).timestamp()), limit=_AT_ONCE)
    for found in (await means.ledger.documents.find(SYSTEM, SESSIONS, query)).documents:
        with suppress(WrongRevision):
            await means.ledger.documents.delete(SYSTEM, SESSIONS, found.key, expected=found.revision)
