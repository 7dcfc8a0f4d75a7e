"""The stored shapes of all events of the platform still load.

A new event, and an event with a new schema, needs its file: `python tests/support/sample_events.py` writes those that
are missing. Files that are there stay as they are: stores hold events like them.
"""

from sample_events import FOLDER, PLATFORM_EVENTS, sample

from skafu.kernel.personal import personal_fields
from skafu.storage.golden import check_golden


def test_every_event_of_the_platform_loads_from_its_released_shape() -> None:
    files = {path.name: path.read_bytes() for path in FOLDER.iterdir()}
    assert len(files) >= 100
    assert check_golden(PLATFORM_EVENTS, files) == []


def test_samples_leave_no_field_out() -> None:
    for each in PLATFORM_EVENTS:
        event = sample(each.event)
        empty = [name for name in event.__struct_fields__ if getattr(event, name) in ("", (), {}, None)]
        assert empty == [], each.name


def test_personal_fields_of_all_events_have_their_subject() -> None:
    marked = {each.name: [field.name for field in personal_fields(each.event)] for each in PLATFORM_EVENTS}
    assert sum(len(fields) for fields in marked.values()) >= 5
