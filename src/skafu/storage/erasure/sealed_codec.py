"""Events as JSON whose personal fields only the key of their subject opens.

The sealed fields of an event stand together under one name that no field can have, each with its subject and its sealed
bytes: so they are found in old shapes too, and are opened before the upcasters see them.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from skafu.kernel.errors import Invalid
from skafu.kernel.event_types import EncodedEvent, EventTypes, Fields, UnreadableEvent
from skafu.kernel.events import Event, RecordedEvent
from skafu.kernel.identity import TenantId
from skafu.kernel.personal import PersonalField, personal_fields
from skafu.storage.codec import Row
from skafu.storage.erasure.keys import BrokenSeal, Cipher, Subject, SubjectKeys

SEALED: Final = "~sealed"
_MAYBE_SEALED: Final = f'"{SEALED}"'.encode()


class SealedField(msgspec.Struct, frozen=True, array_like=True):
    """A sealed field as it stands in the store: whose it is, its bytes, and what it reads as without them."""

    subject: str
    sealed: bytes
    erased: object


Sealed = dict[str, SealedField]
_write = msgspec.json.Encoder().encode
_read_fields = msgspec.json.Decoder(Fields).decode


class SealedCodec:
    """Fills `EventCodec`. Events without personal fields cost what they cost in `PlainCodec`."""

    def __init__(self, types: EventTypes, keys: SubjectKeys, cipher: Cipher) -> None:
        """Know these event types, and where the keys are.

        Raises:
            Invalid: the personal fields of an event are not declared well.
        """
        self._types = types
        self._keys = keys
        self._cipher = cipher
        self._personal = {each.event: personal_fields(each.event) for each in types}

    async def encode(self, tenant: TenantId, events: Sequence[Event], /) -> list[EncodedEvent]:
        """Events as JSON, their personal fields sealed; those of erased subjects are not written at all."""
        owners = {Subject(tenant, each) for event in events for each in self._subjects(event)}
        keys = await self._keys.sealing(owners) if owners else {}
        return [self._encoded(tenant, event, keys) for event in events]

    async def decode(self, rows: Sequence[Row], /) -> list[RecordedEvent[Event]]:
        """Events from JSON, their personal fields opened, or erased."""
        opened = {place: fields for place, row in enumerate(rows) if (fields := _sealed_fields(row)) is not None}
        owners = {
            Subject(rows[place].tenant, each.subject)
            for place, (_, sealed) in opened.items()
            for each in sealed.values()
        }
        keys = await self._keys.opening(owners) if owners else {}
        plain = (
            [
                EncodedEvent(row.type, row.schema, self._plain(row, *opened[place], keys)) if place in opened else row
                for place, row in enumerate(rows)
            ]
            if opened
            else rows
        )
        return list(map(RecordedEvent, self._types.read_all(plain), rows))

    def _subjects(self, event: Event) -> set[str]:
        return {_subject(event, field) for field in self._personal.get(type(event), ())}

    def _encoded(self, tenant: TenantId, event: Event, keys: Mapping[Subject, bytes]) -> EncodedEvent:
        encoded = self._types.encode(event)
        personal = self._personal[type(event)]
        if not personal:
            return encoded
        fields, sealed = _read_fields(encoded.data), dict[str, SealedField]()
        for field in personal:
            if fields.get(field.name) is None:
                continue
            subject = Subject(tenant, _subject(event, field))
            value = fields.pop(field.name)
            if subject in keys:
                bound = _bound(subject, field.name)
                sealed[field.name] = SealedField(
                    subject.id, self._cipher.seal(keys[subject], _write(value), bound), field.erased
                )
            else:
                fields[field.name] = field.erased
        return msgspec.structs.replace(encoded, data=_write({**fields, SEALED: sealed} if sealed else fields))

    def _plain(self, row: Row, fields: Fields, sealed: Sealed, keys: Mapping[Subject, bytes]) -> bytes:
        for name, field in sealed.items():
            subject = Subject(row.tenant, field.subject)
            fields[name] = self._opened(row, name, field, keys[subject]) if subject in keys else field.erased
        return _write(fields)

    def _opened(self, row: Row, name: str, field: SealedField, key: bytes) -> object:
        try:
            plain = self._cipher.open(key, field.sealed, _bound(Subject(row.tenant, field.subject), name))
        except BrokenSeal as error:
            raise UnreadableEvent(
                f"field {name!r} of event {row.type!r} {row.event_id} was changed in the store"
            ) from error
        return msgspec.json.decode(plain)


def _subject(event: Event, field: PersonalField) -> str:
    found = getattr(event, field.subject)
    if found is None or found == "":
        raise Invalid(f"{type(event).__name__}.{field.subject} is empty", fix="say whose the personal fields are")
    return str(found)


def _bound(subject: Subject, field: str) -> bytes:
    return _write([subject.tenant, subject.id, field])


def _sealed_fields(row: Row) -> tuple[Fields, Sealed] | None:
    """The plain fields and the sealed ones of a row; none when nothing in it is sealed."""
    if _MAYBE_SEALED not in row.data:
        return None
    try:
        fields = _read_fields(row.data)
        return None if SEALED not in fields else (fields, msgspec.convert(fields.pop(SEALED), Sealed))
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UnreadableEvent(f"event {row.type!r} {row.event_id} cannot be read: {error}") from error
