"""Hashes of passwords: kept in documents that can be destroyed, never in events."""

from typing import Final

import msgspec

from skafu.contexts.identity.application.asking import Asking
from skafu.contexts.identity.application.means import Means
from skafu.contexts.identity.domain.passwords import check_password, normal_password
from skafu.contexts.identity.domain.users import SetPassword, User
from skafu.kernel.identity import SYSTEM
from skafu.storage.documents import Collection

CREDENTIALS: Final = Collection("identity credentials")


class Credential(msgspec.Struct, frozen=True):
    """The hash of a password; not in the repr."""

    hashed: str

    def __repr__(self) -> str:
        """Say nothing of it."""
        return "Credential()"


def check_new_password(user_mail: str, user_name: str, password: str) -> None:
    """Refuse what others guess easily.

    Raises:
        PasswordTooWeak: says why.
    """
    check_password(password, not_in_it=(user_mail, user_mail.split("@", 1)[0], user_name))


async def set_password(means: Means, user: User, password: str, asking: Asking, *, session_id: str = "") -> None:
    """Let a person sign in by a new password alone.

    The hash is written under a new id before the event names it: whatever interrupts this, one password works.

    Raises:
        PasswordTooWeak: says why.
    """
    check_new_password(user.mail, user.name, password)
    hashed = await means.passwords.hashed(normal_password(password))
    credential_id = str(means.ledger.new_id())
    await means.ledger.documents.put(SYSTEM, CREDENTIALS, credential_id, {"hashed": hashed}, expected=0)
    origin = asking.by(user.user_id, session_id)
    await means.ledger.commands.send(SYSTEM, SetPassword(user.user_id, credential_id), origin=origin)
    await forget_credential(means, user.credential_id)


async def is_password_of(means: Means, user: User | None, password: str) -> bool:
    """Whether a password is that of a person; takes as long when there is no such person or password."""
    found = {}
    if user is not None and user.credential_id:
        found = await means.ledger.documents.get(SYSTEM, CREDENTIALS, [user.credential_id])
    hashed = next((msgspec.convert(each.body, Credential).hashed for each in found.values()), None)
    right = await means.passwords.match(normal_password(password), hashed)
    if right and user is not None and hashed is not None and means.passwords.is_outdated(hashed):
        renewed = await means.passwords.hashed(normal_password(password))
        await means.ledger.documents.put(SYSTEM, CREDENTIALS, user.credential_id, {"hashed": renewed})
    return right


async def forget_credential(means: Means, credential_id: str) -> None:
    """Destroy a hash."""
    if credential_id:
        await means.ledger.documents.delete(SYSTEM, CREDENTIALS, credential_id)
