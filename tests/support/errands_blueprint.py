"""A small system with a workflow, a long timer, a message from a queue and a file: quick to deploy and to drive."""

ERRANDS = """\
skafu: 1
name: errands
summary: Errands that are run for people.
auth: {roles: [runner], sign_up: runner}
integrations:
  - name: Shop
    kind: http
    operations:
      - {name: reserve, method: POST, path: /reservations, fields: {item: text}, returns: {number: text}}
  - name: Desk
    kind: queue
    inbound:
      - {name: cancelled, kind: queue, dedup: id, fields: {id: text, errand_id: id}, then: errands.DropErrand}
services:
  - name: errands
    aggregates:
      - name: Errand
        states: [asked, reserved, done, dropped]
        fields: {item: text, picture: optional file, number: optional text}
        commands:
          - name: AskErrand
            creates: true
            roles: [runner]
            fields: {item: text, picture: optional file}
            emits: [ErrandAsked]
          - {name: NoteReservation, http: none, in: [asked], fields: {number: text}, emits: [ErrandReserved]}
          - {name: FinishErrand, in: [reserved], roles: [runner], emits: [ErrandDone]}
          - {name: DropErrand, http: none, in: [asked, reserved], emits: [ErrandDropped]}
        events:
          - {name: ErrandAsked, to: asked, fields: {item: text, picture: optional file}}
          - {name: ErrandReserved, to: reserved, fields: {number: text}}
          - {name: ErrandDone, to: done}
          - {name: ErrandDropped, to: dropped}
    timers:
      - {when: ErrandAsked, after: 3 days, unless: [ErrandDone, ErrandDropped], then: DropErrand}
    workflows:
      - name: Fetching
        starts: ErrandAsked
        steps:
          - {name: reserve, call: Shop.reserve, with: {item: event.item}, undo: DropErrand}
          - {do: NoteReservation, with: {number: result.number}}
          - {name: done, wait_for: ErrandDone, within: 2 days}
"""
