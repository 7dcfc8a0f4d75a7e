"""An instance of any event, with a value in every field; as a program, it writes the golden files that are missing."""

from collections.abc import Mapping
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

import msgspec

from skafu.kernel.event_types import EventTypes
from skafu.kernel.events import Event
from skafu.server_bootstrap.makers import MAKERS
from skafu.storage.golden import golden_event

FOLDER = Path(__file__).parents[1] / "golden" / "platform_events"
PLATFORM_EVENTS: EventTypes = reduce(or_, (each.EVENT_TYPES for each in MAKERS), EventTypes())
_PLAIN: Mapping[type, object] = {
    msgspec.inspect.IntType: 7,
    msgspec.inspect.FloatType: 1.5,
    msgspec.inspect.BoolType: True,
    msgspec.inspect.NoneType: None,
    msgspec.inspect.BytesType: "c2FtcGxl",
    msgspec.inspect.DateTimeType: "2026-01-02T03:04:05Z",
    msgspec.inspect.DateType: "2026-01-02",
    msgspec.inspect.UUIDType: "01234567-89ab-4cde-8f01-23456789abcd",
    msgspec.inspect.AnyType: "anything",
}


def sample(event: type[Event]) -> Event:
    """An instance of an event; texts hold the names of their fields."""
    return msgspec.convert(_value(msgspec.inspect.type_info(event), event.__name__), event, strict=False)


def _value(known: Any, name: str) -> object:  # noqa: ANN401 whatever msgspec knows of a type
    if isinstance(known, msgspec.inspect.Metadata):
        return _value(known.type, name)
    if type(known) in _PLAIN:
        return _PLAIN[type(known)]
    match known:
        case msgspec.inspect.StrType():
            return f"some {name}"
        case msgspec.inspect.LiteralType(values=values):
            return values[-1]
        case msgspec.inspect.EnumType(cls=cls):
            return next(iter(cls)).value
        case msgspec.inspect.UnionType(types=types):
            return _value(next(each for each in types if not isinstance(each, msgspec.inspect.NoneType)), name)
        case _:
            return _container(known, name)


def _container(known: Any, name: str) -> object:  # noqa: ANN401 whatever msgspec knows of a type
    match known:
        case msgspec.inspect.TupleType(item_types=types):
            return [_value(each, name) for each in types]
        case msgspec.inspect.DictType(key_type=key, value_type=value):
            return {_value(key, "key"): _value(value, name)}
        case msgspec.inspect.StructType(fields=fields, tag_field=tag_field, tag=tag):
            tags = {} if tag_field is None else {tag_field: tag}
            return tags | {each.encode_name: _value(each.type, each.name) for each in fields}
        case _:
            return [_value(known.item_type, name)]


def write_missing() -> list[str]:
    """Write the golden file of each event that has none; those that are there are never written again."""
    FOLDER.mkdir(exist_ok=True)
    written = []
    for each in PLATFORM_EVENTS:
        name, content = golden_event(PLATFORM_EVENTS, sample(each.event))
        if not (FOLDER / name).exists():
            (FOLDER / name).write_bytes(content)
            written.append(name)
    return written


if __name__ == "__main__":
    for file in write_missing():
        print(file)
