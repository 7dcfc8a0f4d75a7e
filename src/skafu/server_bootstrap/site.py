"""Where contexts are built: what is there already, and what they add for others."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Protocol

from skafu.contexts.observability.application.metric_points import Measurer
from skafu.contexts.observability.ports import IsOperator, MailOfOwner, People, Person
from skafu.contexts.project.ports import Workshop
from skafu.kernel.error_bus import ErrorBus, SilentErrorBus
from skafu.kernel.errors import Unavailable
from skafu.kernel.event_types import EventTypes
from skafu.kernel.events import Event
from skafu.kernel.identity import TenantId
from skafu.kernel.mailing import Mail, Mailer
from skafu.kernel.telemetry import Tracer
from skafu.processes.rationing import TierOf
from skafu.settings import Settings
from skafu.storage import Storage
from skafu.storage.dispatching import Aggregate
from skafu.storage.erasure import ErasureLog, SubjectKeys
from skafu.storage.ledger import Ledger
from skafu.storage.projections import ShardStatus
from skafu.storage.work import WorkQueue
from skafu.web_api.parts import Part
from skafu.web_api.principal import Authenticator, Credentials, Principal, Tier
from skafu.web_api.quotas import NoQuotas, Quotas, Use
from skafu.web_api.streaming import Ear


class Nobody:
    """Lets nobody in: until the identity context stands."""

    async def authenticate(self, _credentials: Credentials, /) -> Principal | None:
        """Nobody."""
        return None


class NoPeople:
    """Knows nobody: until the identity context stands."""

    async def members(self, _tenant: TenantId, /) -> Sequence[Person]:
        """Nobody."""
        return ()


class NoMailer:
    """Sends nothing: until the identity context stands."""

    async def send(self, mail: Mail, *, key: str) -> None:
        """Refuse."""
        raise Unavailable(f"nobody sends mails ({mail.subject!r}, {key})", fix="build identity first")


async def no_shards() -> Sequence[ShardStatus]:
    """None, before the worker stands."""
    return ()


async def no_operator(_user_id: str) -> bool:
    """Nobody, until the identity context stands."""
    return False


async def no_owner() -> str:
    """Nobody, until the identity context stands."""
    return ""


async def no_tiers(_tenant: TenantId) -> Tier:
    """The highest: until the identity context stands, nothing is rationed."""
    return "enterprise"


Answered = Callable[[TenantId | None, int, float], None]


@dataclass
class Site:
    """What the makers of parts work with.

    Attributes:
        settings: of the installation.
        storage: the store.
        keys: the keys of people's personal fields.
        erasures: the log of erasures.
        ledger: the store as contexts see it.
        queue: the work that waits.
        exits: closes what was opened, in reverse.
        types: the events of all contexts.
        process: the name of this process among those of the installation.
        tracer: hears of work that begins and ends.
        uses: which events use up a quota; each context adds its own.
        personal: names of the read models that hold personal fields; each context adds its own.
        first_link: gives the end of the link by which the owner comes in, empty when there is to be none; filled by
            identity.
        mailer: sends mails; filled by identity.
        authenticator: filled by identity.
        quotas: filled by identity.
        tier_of: the tier of an organisation; filled by identity.
        errors: filled by observability.
        people: the members of organisations; filled by identity.
        is_operator: whether the installation belongs to a person; filled by identity.
        mail_of_owner: the mail address of that person; filled by identity.
        workshop: where other people's texts are worked on; filled by project.
        shards: how far the read models have come; filled when the worker stands.
        leaving: whether this process was told to stop, and is not ready any more.
        answered: hears of each request that was answered: whose it was, its status, and its time in seconds.
        endless: what else every process runs, by name.
        measurers: what events measure besides themselves.
        ears: hear of all events in this process, whatever else it does.
    """

    settings: Settings
    storage: Storage
    keys: SubjectKeys
    erasures: ErasureLog
    ledger: Ledger
    queue: WorkQueue
    exits: AsyncExitStack
    types: EventTypes
    process: str
    tracer: Tracer
    uses: dict[type[Event], Use] = field(default_factory=dict)
    personal: list[str] = field(default_factory=list)
    first_link: Callable[[], Awaitable[str]] | None = None
    mailer: Mailer = field(default_factory=NoMailer)
    authenticator: Authenticator = field(default_factory=Nobody)
    quotas: Quotas = field(default_factory=NoQuotas)
    errors: ErrorBus = field(default_factory=SilentErrorBus)
    people: People = field(default_factory=NoPeople)
    is_operator: IsOperator = no_operator
    mail_of_owner: MailOfOwner = no_owner
    workshop: Workshop | None = None
    tier_of: TierOf = no_tiers
    shards: Callable[[], Awaitable[Sequence[ShardStatus]]] = no_shards
    leaving: bool = False
    answered: list[Answered] = field(default_factory=list)
    endless: list[tuple[str, Callable[[], Awaitable[None]]]] = field(default_factory=list)
    measurers: list[Measurer] = field(default_factory=list)
    ears: list[Ear] = field(default_factory=list)


class PartMaker(Protocol):
    """Builds the part of one context; a module with these names is one."""

    @property
    def EVENT_TYPES(self) -> EventTypes:  # noqa: N802 a constant of the module
        """The events of the context: known before the store opens."""

    @property
    def AGGREGATES(self) -> tuple[Aggregate, ...]:  # noqa: N802 a constant of the module
        """The aggregates of the context."""

    async def open_part(self, site: Site, /) -> Part:
        """The part, with adapters that fit the settings."""
