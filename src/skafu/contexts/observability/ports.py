"""What observability asks others: telemetry of any provider, people, and ways to tell them."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from typing import Protocol

import msgspec

from skafu.contexts.observability.domain.events import Statistic
from skafu.kernel.identity import TenantId
from skafu.storage.documents import PageMark

IsOperator = Callable[[str], Awaitable[bool]]
"""Whether the installation belongs to a person."""

MailOfOwner = Callable[[], Awaitable[str]]
"""The mail address of whoever the installation belongs to; empty when there is nobody."""


class Point(msgspec.Struct, frozen=True):
    """A value of a metric, of the period that begins at a moment."""

    at: datetime
    value: float


class Series(msgspec.Struct, frozen=True):
    """A metric over time; periods without measures have no point."""

    metric: str
    unit: str
    statistic: Statistic
    period_seconds: int
    points: tuple[Point, ...]


class Total(msgspec.Struct, frozen=True):
    """All that was measured of a metric, added up."""

    metric: str
    unit: str
    count: int
    sum: float
    average: float
    minimum: float
    maximum: float


class Window(msgspec.Struct, frozen=True):
    """A span of time, its end left out."""

    start: datetime
    end: datetime


class Span(msgspec.Struct, frozen=True):
    """A step of a trace."""

    id: str
    parent: str
    name: str
    subject: str
    at: datetime
    is_error: bool = False


class Trace(msgspec.Struct, frozen=True):
    """All that followed from one request."""

    id: str
    root: str
    started: datetime
    ended: datetime
    errors: int
    steps: int
    spans: tuple[Span, ...] = ()


class LogLine(msgspec.Struct, frozen=True):
    """Something that was logged."""

    id: str
    at: datetime
    level: str
    source: str
    message: str
    correlation_id: str
    subject: str
    actor: str


class Person(msgspec.Struct, frozen=True):
    """A member of the organisation, as others may see them."""

    user_id: str
    name: str
    mail: str
    role: str


class CostLine(msgspec.Struct, frozen=True):
    """What one kind of use costs on one day.

    Attributes:
        day: in UTC.
        service: what is used.
        quantity: how much of it.
        unit: of the quantity.
        usd: at list price.
    """

    day: date
    service: str
    quantity: float
    unit: str
    usd: float


class Page(msgspec.Struct, frozen=True):
    """Where a listing is to go on, and how far."""

    limit: int = 50
    after: PageMark = PageMark("")


class Metrics(Protocol):
    """Answers what was measured."""

    async def names(self, tenant: TenantId) -> Sequence[str]:
        """The metrics that there are."""

    async def series(
        self, tenant: TenantId, metric: str, statistic: Statistic, window: Window, period_seconds: int
    ) -> Series:
        """A metric over time."""

    async def totals(self, tenant: TenantId, window: Window) -> Sequence[Total]:
        """Every metric of the whole hours of a window, by name."""


class Traces(Protocol):
    """Answers what followed from what."""

    async def traces(self, tenant: TenantId, window: Window, page: Page) -> tuple[Sequence[Trace], PageMark | None]:
        """The traces that began in a window, the newest first, without their spans."""

    async def trace(self, tenant: TenantId, identifier: str) -> Trace | None:
        """A trace with its spans."""


class Logs(Protocol):
    """Answers what was logged."""

    async def lines(
        self, tenant: TenantId, window: Window, filters: "LogFilters", page: Page
    ) -> tuple[Sequence[LogLine], PageMark | None]:
        """Lines in a window, the newest first."""


class LogFilters(msgspec.Struct, frozen=True):
    """Which lines are wanted; the first that is given is answered by an index, `text` by looking."""

    level: str = ""
    source: str = ""
    correlation_id: str = ""
    text: str = ""


class Costs(Protocol):
    """Answers what the use of the platform costs."""

    async def by_day(self, tenant: TenantId, first: date, last: date) -> Sequence[CostLine]:
        """What each day costs, by kind of use, both ends included."""


class People(Protocol):
    """Knows the members of an organisation: identity fills it."""

    async def members(self, tenant: TenantId) -> Sequence[Person]:
        """All members."""


class Message(msgspec.Struct, frozen=True):
    """What people are told of an alert.

    Attributes:
        id: the same when it is sent again.
        subject: a line.
        text: all of it.
        payload: the same for programs.
    """

    id: str
    subject: str
    text: str
    payload: dict[str, object]


class Messenger(Protocol):
    """Tells somebody something, by one kind of channel."""

    async def send(self, target: str, secret: str, message: Message) -> None:
        """Send a message.

        Raises:
            Unavailable: it did not arrive and may later.
            Refused: it will never arrive.
        """
