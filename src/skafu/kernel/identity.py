"""Who, for whom, when and why: the values that every command and event carries."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal, NewType
from uuid import UUID

import msgspec

from skafu.kernel.errors import Invalid

TenantId = NewType("TenantId", str)
"""The unit of isolation; people know it as their organisation."""

SYSTEM = TenantId("skafu")
"""Whose things are that belong to no organisation; ids of organisations are UUIDs, so that none can be this."""

Clock = Callable[[], datetime]
"""Gives the present moment, with a time zone."""

NewId = Callable[[], UUID]
"""Gives an id that nobody has used before."""

LONGEST_NAME = 200


def tenant_id(text: str) -> TenantId:
    """Read the id of a tenant.

    Raises:
        Invalid: it is empty, too long, or holds characters that cannot be seen.
    """
    return TenantId(checked_name(text, "the id of a tenant"))


def checked_name(text: str, what: str) -> str:
    """Let a name pass that people can see and every engine can store.

    Raises:
        Invalid: it is empty, longer than 200 characters, or holds characters that cannot be seen.
    """
    if not text or len(text) > LONGEST_NAME or not text.isprintable():
        raise Invalid(f"{what} is not usable: {text[:40]!r}", fix="use 1 to 200 visible characters")
    return text


class Actor(msgspec.Struct, frozen=True, array_like=True):
    """Who wants something: a person, a token of a person, or a part of the system.

    The ids are opaque: no name or address stands in them, so that they may stay when a person is forgotten.

    Attributes:
        kind: which of these.
        id: of the person, of the token, or the name of the part.
        via: the session through which a person acts; by it, an audit finds from where they did.
    """

    kind: Literal["person", "token", "system"]
    id: str
    via: str = ""


class Origin(msgspec.Struct, frozen=True, array_like=True):
    """Where a change comes from.

    Attributes:
        actor: who wants it.
        correlation_id: the same for everything that follows from one request.
        causation_id: the command or event that led to it directly.
    """

    actor: Actor
    correlation_id: UUID
    causation_id: UUID
