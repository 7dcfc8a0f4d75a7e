"""Stored shapes of every released event still load; what would break them is found."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import pytest
from released_events import RELEASED, MemberJoined, MemberLeft, count_cents, split_name

from skafu.kernel.event_types import EventType, EventTypes, Fields, Upcaster
from skafu.kernel.events import Event
from skafu.kernel.personal import Personal
from skafu.storage.golden import check_golden, golden_event, golden_name

FOLDER = Path(__file__).parents[2] / "golden" / "events"
ADA = MemberJoined("m-1", "Ada", "Lovelace", 1250)


class Longer(Event, frozen=True):
    """`MemberLeft` with a field more, and no new schema."""

    member: str
    reason: str = ""


class Nicknamed(Event, frozen=True):
    """A personal field that an upcaster looks into."""

    member: str
    nick: Annotated[str, Personal(subject="member")]
    letters: int


@pytest.fixture
def files() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in FOLDER.iterdir()}


def _types(*upcasters: Upcaster, left: type[Event] = MemberLeft) -> EventTypes:
    return EventTypes(EventType(MemberJoined, "member.joined", upcasters), EventType(left, "member.left"))


def test_every_released_shape_loads(files: dict[str, bytes]) -> None:
    assert check_golden(RELEASED, files) == []
    read = [RELEASED.read("member.joined", schema, files[golden_name("member.joined", schema)]) for schema in (1, 2, 3)]
    assert read == [ADA, ADA, ADA]
    assert golden_event(RELEASED, ADA) == ("member.joined.v3.json", files["member.joined.v3.json"])


def test_no_shape_is_forgotten(files: dict[str, bytes]) -> None:
    del files["member.joined.v2.json"]
    assert check_golden(RELEASED, files) == [
        "member.joined.v2.json: there is no such file; write it when the shape is released"
    ]
    files["member.lost.v1.json"] = b"{}"
    assert "released shapes stay" in check_golden(RELEASED, files)[1]


@pytest.mark.parametrize(
    ("types", "place", "words"),
    [
        (_types(count_cents, split_name), "member.joined.v2.json", "an upcaster fails: KeyError: 'name'"),
        (
            _types(split_name, dict),
            "member.joined.v2.json",
            "it loads otherwise than member.joined.v3.json (fee_cents)",
        ),
        (_types(split_name, count_cents, left=Longer), "member.left.v1.json", "it is written otherwise today (reason)"),
        (_types(split_name), "member.joined.v3.json", "no event has this name and schema"),
    ],
)
def test_what_breaks_them_is_found(types: EventTypes, place: str, words: str, files: dict[str, bytes]) -> None:
    faults = check_golden(types, files)
    assert [fault for fault in faults if fault.startswith(f"{place}: {words}")], faults


@pytest.mark.parametrize(("measure", "faults"), [(len, 0), (int, 1)])
def test_upcasters_meet_the_marker(measure: Callable[[str], int], faults: int) -> None:
    def counted(fields: Fields) -> Fields:
        return {**fields, "letters": measure(str(fields["nick"]))}

    types = EventTypes(EventType(Nicknamed, "nicknamed", (counted,)))
    letters = measure("12")
    files = {
        "nicknamed.v1.json": b'{"member": "m", "nick": "12"}',
        "nicknamed.v2.json": f'{{"member": "m", "nick": "12", "letters": {letters}}}'.encode(),
    }
    assert len(check_golden(types, files)) == faults
