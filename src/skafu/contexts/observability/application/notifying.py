"""Tells people of alerts, each way once."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal, cast

import msgspec

from skafu.contexts.observability.application.aggregates import ALERT_RULE, CHANNEL
from skafu.contexts.observability.domain.channel import Channel
from skafu.contexts.observability.domain.events import (
    AlertResolved,
    AlertTriggered,
    ChannelKind,
    NotificationFailed,
    NotificationSent,
)
from skafu.contexts.observability.ports import MailOfOwner, Message, Messenger
from skafu.kernel.errors import Refused, SkafuError, Unavailable
from skafu.kernel.events import Event, RecordedEvent
from skafu.kernel.identity import SYSTEM, Actor, TenantId
from skafu.storage.documents import Collection
from skafu.storage.event_store import ANY
from skafu.storage.ledger import Ledger
from skafu.storage.work import GivenUp, Work, WorkKind

if TYPE_CHECKING:
    from skafu.contexts.observability.domain.alert_rule import AlertRule

CHANNEL_SECRETS: Final = Collection("channel secrets")
"""What webhooks are signed with: not among the events, so that it can be forgotten and is shown to nobody."""
OWNER: Final = "owner"
"""The channel of alerts of the installation itself: the mail of its owner. Its address stands in no event."""
TOLD: Final = Collection("told of alerts")

Messengers = Mapping[ChannelKind, Messenger]


class Outside(msgspec.Struct, frozen=True):
    """By whom people are told, and who is told of what concerns the installation itself."""

    messengers: Messengers
    mail_of_owner: MailOfOwner


def notifying(ledger: Ledger, outside: Outside) -> WorkKind:
    """The work of telling people."""

    async def perform(work: Work) -> None:
        for channel_id in await _channels(ledger, work):
            await _tell(ledger, outside, work, channel_id)

    async def gave_up(work: Work, error: GivenUp) -> None:
        for channel_id in await _channels(ledger, work):
            if not await _is_told(ledger, work, channel_id):
                await _record(ledger, work, channel_id, error.message)

    return WorkKind(
        "observability.notify",
        (AlertTriggered, AlertResolved),
        perform,
        gave_up,
        _rule_of,
        limit_seconds=60,
        retries=(5.0, 30.0, 120.0, 600.0),
    )


def _rule_of(event: RecordedEvent[Event]) -> str:
    return event.event.rule_id if isinstance(event.event, AlertTriggered | AlertResolved) else ""


async def _channels(ledger: Ledger, work: Work) -> tuple[str, ...]:
    """Who is to be told; nobody while the rule is muted."""
    standing = await ledger.commands.state(work.tenant, ALERT_RULE, f"alert-rule-{_rule_of(work.event)}")
    rule = cast("AlertRule", standing.state)
    muted = rule.muted_until is not None and rule.muted_until > work.event.recorded_at
    if rule.settings is None or muted:
        return ()
    return (OWNER,) if work.tenant == SYSTEM else rule.settings.channels


async def _channel(ledger: Ledger, outside: Outside, work: Work, channel_id: str) -> Channel:
    if work.tenant == SYSTEM:
        return Channel("mail", OWNER, await outside.mail_of_owner())
    standing = await ledger.commands.state(work.tenant, CHANNEL, f"channel-{channel_id}")
    return cast("Channel", standing.state)


async def _tell(ledger: Ledger, outside: Outside, work: Work, channel_id: str) -> None:
    if await _is_told(ledger, work, channel_id):
        return
    channel = await _channel(ledger, outside, work, channel_id)
    if not channel.target and work.tenant != SYSTEM:
        return  # it was removed meanwhile
    try:
        if not channel.target:
            raise Refused("the owner of the installation has given no mail address", fix="give one")
        secret = await _secret(ledger, work.tenant, channel_id)
        message = message_of(work.event, f"{work.id} {channel_id}")
        await outside.messengers[channel.kind].send(channel.target, secret, message)
    except Unavailable:
        raise
    except SkafuError as error:
        await _record(ledger, work, channel_id, error.message)
    else:
        await _record(ledger, work, channel_id, "")
    await ledger.documents.put(work.tenant, TOLD, f"{work.id} {channel_id}", {"at": str(ledger.clock())})


async def _is_told(ledger: Ledger, work: Work, channel_id: str) -> bool:
    key = f"{work.id} {channel_id}"
    return key in await ledger.documents.get(work.tenant, TOLD, [key])


async def _secret(ledger: Ledger, tenant: TenantId, channel_id: str) -> str:
    found = (await ledger.documents.get(tenant, CHANNEL_SECRETS, [channel_id])).get(channel_id)
    return str(found.body["secret"]) if found else ""


async def _record(ledger: Ledger, work: Work, channel_id: str, reason: str) -> None:
    said = work.event.event
    if not isinstance(said, AlertTriggered | AlertResolved):
        raise Refused(f"nobody is told of {type(said).__name__}")
    about: Literal["triggered", "resolved"] = "triggered" if isinstance(said, AlertTriggered) else "resolved"
    alert = said.alert_id
    event: Event = (
        NotificationFailed(channel_id, alert, about, reason) if reason else NotificationSent(channel_id, alert, about)
    )
    origin = work.event.leads_to(Actor("system", work.kind))
    key = f"{work.id} {channel_id}"
    await ledger.events.append(work.tenant, f"notifications-{alert}", [event], expected=ANY, origin=origin, key=key)


OF_ALL: Final = " (the installation itself)"
SEEN_THERE: Final = "What failed is listed at /api/v1/admin/installation/errors, for its owner alone.\n"


def message_of(event: RecordedEvent[Event], identifier: str) -> Message:
    """What people are told of an alert."""
    said = event.event
    of_whom, where = (OF_ALL, SEEN_THERE) if event.tenant == SYSTEM else ("", "")
    if isinstance(said, AlertTriggered):
        subject = f"[{said.urgency}] {said.title}{of_whom}"
        text = (
            f"{said.title}{of_whom}\n\n{said.metric} was {said.value:g}; the bound is {said.threshold:g}.\n"
            f"Since {_shown(said.at)}.\n{where}"
        )
    elif isinstance(said, AlertResolved):
        subject = f"[resolved] {said.title}{of_whom}"
        text = f"{said.title}{of_whom}\n\nThe alert is over since {_shown(said.at)}: {said.note}\n"
    else:
        raise Refused(f"nobody is told of {type(said).__name__}")
    payload = {"id": identifier, "type": type(said).__name__, "data": msgspec.to_builtins(said)}
    return Message(identifier, subject, text, payload)


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
