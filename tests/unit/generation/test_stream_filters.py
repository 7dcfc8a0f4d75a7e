"""What the publisher hears of: events one by one, and never the entries of logs."""

import json

from small_systems import service_of, system_of

from skafu.generation.service_view import service_view

METERS = """\
- name: meters
  aggregates:
    - name: Meter
      fields: {place: text}
      commands: [{name: AddMeter, creates: true, roles: [clerk], fields: {place: text}, emits: [MeterAdded]}]
      events: [{name: MeterAdded, fields: {place: text}}]
"""
READINGS = """\
    - name: Reading
      store: log
      retention: 30 days
      fields: {value: decimal}
      commands:
        - {name: RecordReading, creates: true, roles: [clerk], fields: {value: decimal}, emits: [ReadingRecorded]}
      events: [{name: ReadingRecorded, fields: {value: decimal}}]
"""


def _published(services: str) -> object:
    system = system_of(services)
    return json.loads(service_view(service_of(system), system)["published"])


def test_everything_with_a_type_is_an_event() -> None:
    assert _published(METERS) == {"eventType": {"S": [{"exists": True}]}}


def test_entries_of_logs_are_left_out_by_their_names() -> None:
    assert _published(METERS + READINGS) == {"eventType": {"S": [{"anything-but": ["ReadingRecorded"]}]}}
