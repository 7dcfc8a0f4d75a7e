"""Whose a mail address is: exact, and without the address in the open.

A mailbox is a keyed digest of an address: whoever reads the store cannot try addresses without the key.
"""

import hashlib
import hmac
from typing import Final

import msgspec

from skafu.contexts.identity.application.means import Means
from skafu.contexts.identity.application.people import is_forgotten
from skafu.contexts.identity.application.projections import PEOPLE
from skafu.contexts.identity.domain.mailboxes import normal_mail
from skafu.kernel.identity import SYSTEM
from skafu.storage.documents import Collection, Query, WrongRevision

MAILBOXES: Final = Collection("identity mailboxes")
OUTSIDE: Final = Collection("identity outside sign-ins")


class Holder(msgspec.Struct, frozen=True):
    """Whose it is."""

    user_id: str


async def mailbox_of(means: Means, mail: str) -> str:
    """The mailbox of an address."""
    key = await means.keyring.secret("mailboxes")
    return hmac.digest(key, normal_mail(mail).encode(), hashlib.sha256).hex()


async def holder_of(means: Means, mailbox: str) -> str | None:
    """The person whom a mailbox belongs to; nobody when they are forgotten.

    After a move of the store by export and import, the read model knows it and the document is made again.
    """
    held = await _held(means, MAILBOXES, mailbox)
    if held is not None:
        return None if await is_forgotten(means, held) else held
    query = Query(where={"mailbox": mailbox}, limit=1)
    found = (await means.ledger.documents.find(SYSTEM, PEOPLE, query)).documents
    if not found or await is_forgotten(means, found[0].key):
        return None
    return await _taken(means, MAILBOXES, mailbox, found[0].key)


async def take_mailbox(means: Means, mailbox: str, user_id: str) -> str:
    """Let a mailbox belong to a person, unless it belongs to somebody; of several at once, one gets it.

    Returns:
        Whose it is now.
    """
    holder = await holder_of(means, mailbox)
    if holder is not None:
        return holder
    taken = await _taken(means, MAILBOXES, mailbox, user_id)
    if not await is_forgotten(means, taken):
        return taken
    await let_go_of_mailbox(means, mailbox)
    return await _taken(means, MAILBOXES, mailbox, user_id)


async def let_go_of_mailbox(means: Means, mailbox: str) -> None:
    """Let a mailbox be free."""
    await means.ledger.documents.delete(SYSTEM, MAILBOXES, mailbox)


def outside_key(issuer: str, subject: str) -> str:
    """The name of a person at a provider."""
    return hashlib.sha256(f"{issuer}\n{subject}".encode()).hexdigest()


async def outside_holder(means: Means, issuer: str, subject: str) -> str | None:
    """The person who signs in as somebody at a provider."""
    return await _held(means, OUTSIDE, outside_key(issuer, subject))


async def take_outside(means: Means, issuer: str, subject: str, user_id: str) -> str:
    """Let a sign-in at a provider be a person's, unless it is somebody's."""
    return await _taken(means, OUTSIDE, outside_key(issuer, subject), user_id)


async def _held(means: Means, collection: Collection, key: str) -> str | None:
    found = (await means.ledger.documents.get(SYSTEM, collection, [key])).get(key)
    return msgspec.convert(found.body, Holder).user_id if found else None


async def _taken(means: Means, collection: Collection, key: str, user_id: str) -> str:
    try:
        await means.ledger.documents.put(SYSTEM, collection, key, {"user_id": user_id}, expected=0)
    except WrongRevision:
        return await _held(means, collection, key) or user_id
    return user_id
