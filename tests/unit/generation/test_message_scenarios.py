"""Policies and timers have tests of their own: for one instance, for each row, and for a timer that is set."""

from small_systems import service_of, system_of

from skafu.blueprint import System
from skafu.generation.aggregate_view import View
from skafu.generation.message_scenarios import armed_scenario, message_scenario
from skafu.generation.timer_view import timer_view

DESK = """\
- name: desk
  aggregates:
    - name: Room
      states: [open, closed]
      fields: {title: text}
      commands:
        - {name: OpenRoom, creates: true, roles: [clerk], fields: {title: text}, emits: [RoomOpened]}
        - {name: CloseRoom, roles: [clerk], in: [open], emits: [RoomClosed]}
      events: [{name: RoomOpened, to: open, fields: {title: text}}, {name: RoomClosed, to: closed}]
    - name: Seat
      states: [free, gone]
      fields: {room_id: ref Room, until: datetime}
      commands:
        - {name: AddSeat, creates: true, fields: {room_id: ref Room, until: datetime}, emits: [SeatAdded]}
        - {name: RemoveSeat, in: [free], emits: [SeatRemoved]}
      events:
        - {name: SeatAdded, to: free, fields: {room_id: ref Room, until: datetime}}
        - {name: SeatRemoved, to: gone}
  queries: [{name: SeatsOfRoom, by: [room_id], from: [SeatAdded, SeatRemoved]}]
  policies:
    - {when: RoomClosed, then: RemoveSeat, if: row.status == "WANTED", for_each: SeatsOfRoom}
  timers:
    - {when: SeatAdded, at: event.until, unless: [SeatRemoved], then: RemoveSeat}
    - {when: SeatAdded, after: 2 days, then: RemoveSeat}
"""


def _system(wanted: str = "free") -> System:
    return system_of(DESK.replace("WANTED", wanted))


def _scenario(system: System) -> View | None:
    return message_scenario(service_of(system).policies[0], service_of(system), system)


def test_a_policy_with_rows_has_a_row_that_the_event_finds() -> None:
    found = _scenario(_system())
    assert found is not None
    assert (found["instance_id"], found["event_list"]) == ("seat-1", "['SeatRemoved']".replace("'", '"'))
    (told,) = found["past"]
    room = told["data"].partition('"room_id": ')[2].partition(",")[0]
    assert f'"room_id": {room}' in found["data"]


def test_a_row_that_the_condition_leaves_out_makes_no_scenario() -> None:
    assert _scenario(_system("gone")) is None


def test_a_timer_is_due_when_the_event_says_or_some_time_later() -> None:
    system = _system()
    service = service_of(system)
    at, after = (armed_scenario(one, system) for one in service.timers)
    assert at is not None
    assert after is not None
    assert (at["instance_id"], after["instance_id"]) == ("seat-1", "seat-1")
    assert at["due"].removesuffix("+00:00") in at["data"]
    assert after["due"] == "2026-03-17T09:30:00+00:00"


def test_a_timer_is_overtaken_by_the_events_that_end_it_and_by_a_later_setting() -> None:
    system = _system()
    service = service_of(system)
    assert timer_view(service.timers[0], service, system)["overtaken_by"] == ["SeatRemoved", "SeatAdded"]
