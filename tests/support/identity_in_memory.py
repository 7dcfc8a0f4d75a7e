"""The application of identity over a store in memory, with a clock that a test moves."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from skafu.contexts.identity.adapters.chance import new_secret
from skafu.contexts.identity.adapters.keyring import SealedKeyring
from skafu.contexts.identity.adapters.signed_tokens import SignedTokens
from skafu.contexts.identity.application.aggregates import AGGREGATES
from skafu.contexts.identity.application.asking import Asking
from skafu.contexts.identity.application.audit import audit_projection
from skafu.contexts.identity.application.joining import Newcomer, accept, enter_as_owner
from skafu.contexts.identity.application.links import owner_link
from skafu.contexts.identity.application.mailboxes import mailbox_of, take_mailbox
from skafu.contexts.identity.application.means import Means
from skafu.contexts.identity.application.people import user_of
from skafu.contexts.identity.application.projections import PROJECTIONS, usage_projection
from skafu.contexts.identity.application.sessions import OpenedSession
from skafu.contexts.identity.domain.events import EVENT_TYPES
from skafu.contexts.identity.domain.organisations import InviteMember
from skafu.contexts.identity.domain.roles import Role
from skafu.contexts.identity.domain.users import RegisterUser, User
from skafu.contexts.identity.ports import OutsideSignIn
from skafu.kernel.event_types import EventType, EventTypes
from skafu.kernel.events import Event
from skafu.kernel.identity import SYSTEM, TenantId
from skafu.storage.adapters.aes_gcm import AesGcm
from skafu.storage.adapters.memory import MemoryBlobs, memory_storage
from skafu.storage.adapters.memory.erasure import MemoryErasureLog, MemorySubjectKeys
from skafu.storage.dispatching import CommandBus
from skafu.storage.erasure import Eraser, SealedCodec
from skafu.storage.ledger import Ledger
from skafu.storage.projections import Worker
from skafu.web_api.quotas import Use

START = datetime(2026, 1, 2, 12, tzinfo=UTC)
ANNS_PASSWORD = "three green kettles"  # noqa: S105 of nobody


class Started(Event, frozen=True):
    """Something of another context that uses up a quota."""

    amount: int = 1


class Stopped(Event, frozen=True):
    """Something that gives it back."""


class QuickPasswords:
    """Fills `Passwords` without any effort, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def hashed(self, password: str, /) -> str:
        return hashlib.sha256(password.encode()).hexdigest()

    async def match(self, password: str, hashed: str | None, /) -> bool:
        self.asked += 1
        return await self.hashed(password) == hashed

    def is_outdated(self, hashed: str, /) -> bool:
        return hashed == ""


@dataclass
class Village:
    """Identity in memory."""

    now: datetime = START
    providers: dict[str, OutsideSignIn] = field(default_factory=dict)
    open_to_all: bool = False
    passwords: QuickPasswords = field(default_factory=QuickPasswords)

    def __post_init__(self) -> None:
        self.keys, self.log = MemorySubjectKeys(), MemoryErasureLog()
        other = EventTypes(EventType(Started, "other.Started"), EventType(Stopped, "other.Stopped"))
        self.types = EVENT_TYPES | other
        codec = SealedCodec(self.types, self.keys, AesGcm())
        self.storage = memory_storage(codec, clock=self.clock)
        bus = CommandBus(self.storage.events, AGGREGATES)
        self.ledger = Ledger(self.storage.events, self.storage.documents, MemoryBlobs(), bus, self.clock, uuid4)
        keyring = SealedKeyring(self.storage.documents, self.keys, AesGcm())
        self.signed = SignedTokens(keyring)
        self.eraser = Eraser(self.keys, self.log, self.storage.documents, self.clock)
        uses: dict[type[Event], Use] = {
            Started: Use("proofs", lambda event: event.amount),
            Stopped: Use("proofs", lambda _event: -1),
        }
        projections = (*PROJECTIONS, audit_projection(self.types), usage_projection(uses))
        self.worker = Worker(self.storage, self.clock, projections=projections)
        self.means = Means(
            self.ledger, self.passwords, keyring, self.signed, new_secret, self.providers, self.open_to_all
        )

    def clock(self) -> datetime:
        return self.now

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def asking(self, address: str = "192.0.2.1") -> Asking:
        return Asking(self.now, address, uuid4())

    async def owner(self) -> OpenedSession:
        link = await owner_link(self.means, self.asking().by_nobody())
        ann = Newcomer("Ann", "ann@example.org", ANNS_PASSWORD, "Acme")
        return await enter_as_owner(self.means, link, ann, self.asking())

    async def member(self, owner: OpenedSession, mail: str, role: Role) -> User:
        """Somebody who was invited and came, by the shortest way."""
        organisation_id, user_id, invitation_id = owner.kept.organisation_id, str(uuid4()), str(uuid4())
        mailbox = await take_mailbox(self.means, await mailbox_of(self.means, mail), user_id)
        assert mailbox == user_id
        register = RegisterUser(user_id, mail, await mailbox_of(self.means, mail), mail.split("@", maxsplit=1)[0])
        await self.ledger.commands.send(SYSTEM, register, origin=self.asking().by(user_id))
        invite = InviteMember(
            organisation_id, invitation_id, mail, role, owner.kept.user_id, self.now, self.now + timedelta(days=1)
        )
        await self.ledger.commands.send(TenantId(organisation_id), invite, origin=self.asking().by(owner.kept.user_id))
        user = await user_of(self.means, user_id)
        await accept(self.means, user, organisation_id, invitation_id, self.asking())
        return await user_of(self.means, user_id)
