"""A system whose names are as long as the language lets them be, with resources of each kind."""

SYSTEM = "a-system-with-a-name-of-forty-characters"
SERVICE = "the-service-which-also-has-a-long-name-1"
OTHER = "the-service-which-also-has-a-long-name-2"


def _pascal(start: str) -> str:
    """A name of 60 characters."""
    return (start + "WhichIsSomethingThatPeopleWouldRatherCallByAShorterNameInTheirDailyWork")[:60]


OPEN, CLOSE, OPENED, CLOSED, CASE = (_pascal(one) for one in ("Open", "Close", "Opened", "Closed", "Case"))
ROWS, FLOW, TELL, HEARD = (_pascal(one) for one in ("Rows", "Flow", "Tell", "Heard"))
PEER, SCANS, DRIVE, GAUGE = (_pascal(one)[:40] for one in ("Peer", "Scans", "Drive", "Gauge"))
TEXT = f"""\
skafu: 1
name: {SYSTEM}
summary: Has long names.
auth: {{roles: [member]}}
integrations:
  - {{name: {PEER}, kind: queue, operations: [{{name: tell, fields: {{title: text}}}}]}}
  - {{name: {DRIVE}, kind: files, operations: [{{name: keep, fields: {{title: text}}}}]}}
  - name: {SCANS}
    kind: http
    secret: true
    operations: [{{name: look, method: POST, path: /looks, fields: {{title: text}}}}]
  - name: {GAUGE}
    kind: mqtt
    inbound:
      - name: a_message_with_a_name_of_40_characters_x
        kind: mqtt
        dedup: id
        fields: {{id: text, title: text}}
        then: {SERVICE}.{OPEN}
        with: {{title: message.title}}
services:
  - name: {SERVICE}
    aggregates:
      - name: {CASE}
        states: [open, closed]
        fields: {{title: text, scan: optional file}}
        commands:
          - name: {OPEN}
            creates: true
            roles: [member]
            fields: {{title: text, scan: optional file}}
            emits: [{OPENED}]
          - {{name: {CLOSE}, roles: [member], in: [open], emits: [{CLOSED}]}}
        events:
          - {{name: {OPENED}, to: open, fields: {{title: text, scan: optional file}}}}
          - {{name: {CLOSED}, to: closed, fields: {{title: text}}}}
    queries:
      - {{name: {ROWS}, roles: [member], from: [{OPENED}, {CLOSED}]}}
    timers:
      - {{when: {OPENED}, after: 3 days, unless: [{CLOSED}], then: {CLOSE}}}
      - {{when: {OPENED}, after: 1 minute, unless: [{CLOSED}], then: {CLOSE}}}
      - {{every: day at 03:00 UTC, for_each: {ROWS}, if: row.status == "open", then: {CLOSE}}}
    calls:
      - {{when: {OPENED}, call: {PEER}.tell, with: {{title: event.title}}}}
      - {{when: {CLOSED}, call: {DRIVE}.keep, with: {{title: event.title}}}}
      - {{when: {CLOSED}, call: {SCANS}.look, with: {{title: event.title}}}}
    workflows:
      - name: {FLOW}
        starts: {OPENED}
        steps:
          - {{wait_for: {CLOSED}, within: 2 days}}
  - name: {OTHER}
    aggregates:
      - name: {TELL}
        fields: {{title: text}}
        commands: [{{name: {HEARD}, creates: true, fields: {{title: text}}, emits: [Told]}}]
        events: [{{name: Told, fields: {{title: text}}}}]
    policies:
      - {{when: {SERVICE}.{OPENED}, then: {HEARD}}}
"""
