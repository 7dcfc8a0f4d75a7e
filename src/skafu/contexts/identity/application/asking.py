"""Who asks for something, and from where: what the application needs to know of a request."""

from datetime import datetime
from uuid import UUID

import msgspec

from skafu.kernel.identity import Actor, Origin

ANONYMOUS = Actor("system", "visitor")


class Asking(msgspec.Struct, frozen=True):
    """A request, before or after its person is known.

    Attributes:
        now: the present moment.
        address: the network address that it came from; empty when there is none.
        request_id: the correlation of all that follows.
        key: makes its command safe to repeat, when the caller wants that.
    """

    now: datetime
    address: str
    request_id: UUID
    key: str | None = None

    def by(self, user_id: str, session_id: str = "") -> Origin:
        """The origin of what a person wants in this request."""
        return Origin(Actor("person", user_id, session_id), self.request_id, self.request_id)

    def by_nobody(self) -> Origin:
        """The origin of what is done before it is known who asks."""
        return Origin(ANONYMOUS, self.request_id, self.request_id)
