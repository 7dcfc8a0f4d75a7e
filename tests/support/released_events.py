"""An event that was released three times, with the upcasters that bring its old shapes up to date."""

from typing import Annotated

from skafu.kernel.event_types import EventType, EventTypes, Fields
from skafu.kernel.events import Event
from skafu.kernel.personal import Personal


class MemberJoined(Event, frozen=True):
    """Somebody joined. Schema 1 had one name; schema 2 split it; schema 3 counts money in cents."""

    member: str
    first_name: Annotated[str, Personal(subject="member")]
    last_name: Annotated[str, Personal(subject="member")]
    fee_cents: int = 0


class MemberLeft(Event, frozen=True):
    member: str


def split_name(fields: Fields) -> Fields:
    first, _, last = str(fields.pop("name")).partition(" ")
    return {**fields, "first_name": first, "last_name": last}


def count_cents(fields: Fields) -> Fields:
    return {**fields, "fee_cents": round(float(str(fields.pop("fee"))) * 100)}


RELEASED = EventTypes(
    EventType(MemberJoined, "member.joined", (split_name, count_cents)), EventType(MemberLeft, "member.left")
)
