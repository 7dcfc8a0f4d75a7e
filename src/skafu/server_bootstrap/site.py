"""Where contexts are built: what is there already, and what they add for others."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Protocol

from skafu.kernel.error_bus import ErrorBus, SilentErrorBus
from skafu.kernel.event_types import EventTypes
from skafu.settings import Settings
from skafu.storage import Storage
from skafu.storage.dispatching import Aggregate
from skafu.storage.erasure import ErasureLog, SubjectKeys
from skafu.storage.ledger import Ledger
from skafu.storage.work import WorkQueue
from skafu.web_api.parts import Part
from skafu.web_api.principal import Authenticator, Credentials, Principal
from skafu.web_api.quotas import NoQuotas, Quotas


class Nobody:
    """Lets nobody in: until the identity context stands."""

    async def authenticate(self, _credentials: Credentials, /) -> Principal | None:
        """Nobody."""
        return None


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
        authenticator: filled by identity.
        quotas: filled by identity.
        errors: filled by observability.
    """

    settings: Settings
    storage: Storage
    keys: SubjectKeys
    erasures: ErasureLog
    ledger: Ledger
    queue: WorkQueue
    exits: AsyncExitStack
    authenticator: Authenticator = field(default_factory=Nobody)
    quotas: Quotas = field(default_factory=NoQuotas)
    errors: ErrorBus = field(default_factory=SilentErrorBus)


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
