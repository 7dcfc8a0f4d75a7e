"""A scene for a reaction leads to where its command does something, not only to where it is accepted."""

from small_systems import aggregate_of, service_of, system_of

from skafu.blueprint.simulation import Simulation
from skafu.proof.driving.landscape import Landscape
from skafu.proof.driving.scene_search import Search, Wanted

CLASSES = """\
- name: classes
  aggregates:
    - name: Course
      fields: {places: integer, waiting: list of id}
      commands:
        - {name: AddCourse, creates: true, roles: [clerk], fields: {places: integer}, emits: [CourseAdded]}
        - {name: JoinQueue, roles: [member], emits: [{event: QueueJoined, with: {member_id: caller.id}}]}
        - name: MoveUp
          http: none
          emits: [{event: MovedUp, if: size(state.waiting) > 0, with: {member_id: "state.waiting[0]"}}]
      events:
        - {name: CourseAdded, fields: {places: integer}}
        - {name: QueueJoined, fields: {member_id: id}, add: {waiting: event.member_id}}
        - {name: MovedUp, fields: {member_id: id}, remove: {waiting: event.member_id}}
    - name: Booking
      states: [booked, cancelled]
      fields: {course_id: ref Course}
      commands:
        - name: Book
          creates: true
          roles: [member]
          fields: {course_id: ref Course}
          reads: {course: Course(command.course_id)}
          invariants: [{code: full, rule: course.places > 0, message: The course is full.}]
          emits: [Booked]
        - {name: Cancel, in: [booked], roles: [member], emits: [Cancelled]}
      events:
        - {name: Booked, to: booked, fields: {course_id: ref Course}}
        - {name: Cancelled, to: cancelled, fields: {course_id: ref Course}}
  policies:
    - {when: Cancelled, then: MoveUp, with: {course_id: event.course_id}}
"""


def test_the_instance_of_the_journey_is_led_to_where_something_changes() -> None:
    system = system_of(CLASSES)
    (policy,) = service_of(system).policies
    booking = aggregate_of(system, "Booking")
    journey = booking.journeys.events["Cancelled"]
    search = Search(
        Landscape(system), Simulation(service_of(system)), booking, policy.when, policy.condition, policy.then
    )

    own = search.own(journey)
    found = search.fitting(journey, Wanted(own, None, lambda _roots: True))

    assert own == "course"
    assert found
    assert [move.command for move in found] == ["AddCourse", "JoinQueue", "Book", "Cancel"]
