"""Links that work once.

Their secrets follow from a key of the installation: they stand nowhere, and a mail that is sent again holds the same
link.
"""

import hashlib
import hmac
from datetime import timedelta
from typing import Final
from uuid import UUID

from skafu.contexts.identity.application.aggregates import LINKS
from skafu.contexts.identity.application.asking import Asking
from skafu.contexts.identity.application.means import Means
from skafu.contexts.identity.domain import links
from skafu.contexts.identity.domain.errors import LinkNotUsable
from skafu.contexts.identity.domain.links import IssueLink, OpenLink, Purpose, UseLink
from skafu.contexts.identity.domain.secret_texts import (
    read_invitation,
    read_link,
    written_invitation,
    written_link,
)
from skafu.contexts.identity.ports import Keyring
from skafu.kernel.identity import SYSTEM, Origin

OWNER_LINK_LASTS: Final = timedelta(hours=1)
PASSWORD_LINK_LASTS: Final = timedelta(hours=1)
INVITATION_LASTS: Final = timedelta(days=7)


async def owner_link(means: Means, origin: Origin) -> str:
    """The end of a link by which the owner of the installation comes in: for the way in that starts it."""
    link_id, now = means.ledger.new_id(), means.ledger.clock()
    command = IssueLink(str(link_id), "owner", now + OWNER_LINK_LASTS)
    await means.ledger.commands.send(SYSTEM, command, origin=origin)
    return await link_text(means.keyring, link_id, "owner")


async def link_text(keyring: Keyring, link_id: UUID, purpose: Purpose) -> str:
    """The end of a link."""
    return written_link(str(link_id), await _secret(keyring, f"{purpose} {link_id}"))


async def invitation_text(keyring: Keyring, organisation_id: str, invitation_id: str) -> str:
    """The end of the link of an invitation."""
    secret = await _secret(keyring, f"invitation {UUID(organisation_id)} {UUID(invitation_id)}")
    return written_invitation(organisation_id, invitation_id, secret)


async def invitation_of(keyring: Keyring, text: str) -> tuple[str, str] | None:
    """The organisation and the invitation that a text names and proves."""
    found = read_invitation(text)
    if found is None:
        return None
    secret = await _secret(keyring, f"invitation {found.organisation_id} {found.token_id}")
    return (found.organisation_id, found.token_id) if hmac.compare_digest(secret, found.secret) else None


async def open_link(means: Means, text: str, purpose: Purpose) -> tuple[str, OpenLink]:
    """The id of a link that can be used, and what it is for; it is not used up.

    Raises:
        LinkNotUsable: it cannot.
    """
    found = read_link(text)
    if found is None:
        raise LinkNotUsable
    secret = await _secret(means.keyring, f"{purpose} {found.identifier}")
    if not hmac.compare_digest(secret, found.secret):
        raise LinkNotUsable
    state = (await means.ledger.commands.state(SYSTEM, LINKS, links.stream_of(found.identifier))).state
    if not isinstance(state, OpenLink):
        raise LinkNotUsable
    return found.identifier, state


async def use_up(means: Means, link_id: str, purpose: Purpose, asking: Asking) -> None:
    """Use a link up: of several at once, one succeeds.

    Raises:
        LinkNotUsable: it was used, or has expired.
    """
    await means.ledger.commands.send(SYSTEM, UseLink(link_id, purpose, asking.now), origin=asking.by_nobody())


async def _secret(keyring: Keyring, what: str) -> bytes:
    return hmac.digest(await keyring.secret("links"), what.encode(), hashlib.sha256)
