"""A blueprint that is written in every way that YAML allows and few people use."""

ODD = """\
# head
skafu: 1   # version
name: odd
summary: |
  Two
  lines.

auth:
  roles:   # who
  # above a
  - a
  - b # behind b
services:
- name: s
  # about aggregates
  aggregates:
  -
    name: X
    fields: {
      a: text,   # first
      b: "te#xt",
    }
    key: [ a , b, ]
    unique:
    - - a
      - b
    - [a]
    summary: >-
      folded
      text
    states:
    commands: []

  queries: [{name: Q, from: [E]}, {name: R}]
# the end
"""
