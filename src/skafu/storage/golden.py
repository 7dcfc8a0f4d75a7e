"""Golden events: the stored shapes of every released event, kept as files that must load for ever."""

from collections.abc import Mapping

import msgspec

from skafu.kernel.errors import SkafuError
from skafu.kernel.event_types import EncodedEvent, EventType, EventTypes, Fields
from skafu.kernel.events import Event
from skafu.kernel.personal import personal_fields

_fields = msgspec.json.Decoder(Fields).decode


def golden_name(name: str, schema: int) -> str:
    """The name of the file with the golden event of a type and schema: `project.created.v1.json`."""
    return f"{name}.v{schema}.json"


def golden_event(types: EventTypes, event: Event) -> tuple[str, bytes]:
    """The golden file of an event in its present shape: its name and what it holds.

    Raises:
        UnknownEvent: its class is not registered.
    """
    encoded = types.encode(event)
    return golden_name(encoded.type, encoded.schema), msgspec.json.format(encoded.data, indent=2) + b"\n"


def check_golden(types: EventTypes, files: Mapping[str, bytes]) -> list[str]:
    """What is wrong with the golden events of a registry.

    Every schema of every type has a golden event, from the first one on: the same event in each shape. Each loads
    through its upcasters, as that of the present schema does, and also after its personal fields were erased. That of
    the present schema is written again as it was: a field that came or went without a new schema shows.

    Args:
        types: what the program knows.
        files: name of the file -> what it holds.

    Returns:
        A sentence for each fault, with the file first; none when all is well.
    """
    wanted = {golden_name(each.name, schema): (each, schema) for each in types for schema in range(1, each.schema + 1)}
    faults = [
        f"{name}: there is no such file; write it when the shape is released" for name in sorted(wanted.keys() - files)
    ]
    faults += [
        f"{name}: no event has this name and schema; released shapes stay" for name in sorted(files.keys() - wanted)
    ]
    for name in sorted(wanted.keys() & files):
        known, schema = wanted[name]
        newest = files.get(golden_name(known.name, known.schema), b"{}")
        faults += [f"{name}: {fault}" for fault in _faults(types, known, schema, files[name], newest)]
    return faults


def _faults(types: EventTypes, known: EventType[Event], schema: int, golden: bytes, newest: bytes) -> list[str]:
    try:
        fields = _fields(golden)
        event = types.read(known.name, schema, golden)
        _read_erased(types, known, schema, fields)
        written, now = _fields(types.encode(event).data), _fields(newest)
    except (SkafuError, msgspec.MsgspecError) as error:
        return [f"it does not load: {error}"]
    except (LookupError, TypeError, ValueError) as error:
        return [f"an upcaster fails: {type(error).__name__}: {error}"]
    changed = ", ".join(sorted(name for name in written.keys() | now if written.get(name) != now.get(name)))
    if not changed:
        return []
    if schema == known.schema:
        return [f"it is written otherwise today ({changed}); give the event a new schema and an upcaster"]
    return [f"it loads otherwise than {golden_name(known.name, known.schema)} ({changed}); look at the upcasters"]


def _read_erased(types: EventTypes, known: EventType[Event], schema: int, fields: Fields) -> None:
    """Read an event without its personal fields, as far as an old shape has them under today's names."""
    erased = {each.name: each.erased for each in personal_fields(known.event) if each.name in fields}
    types.decode(EncodedEvent(known.name, schema, msgspec.json.encode({**fields, **erased})))
