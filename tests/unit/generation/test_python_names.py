"""Names that mean something in Python get another name in generated code, and nothing else changes."""

import sys

import pytest
from small_systems import aggregate_of, command_of, service_of, system_of

from skafu.blueprint import System
from skafu.blueprint.expressions import to_python
from skafu.generation.python_names import MODULES, pythonic

READING = """\
- name: SERVICE
  aggregates:
    - name: Request
      fields: {title: text}
      commands: [{name: FileRequest, creates: true, roles: [member], fields: {title: text}, emits: [RequestFiled]}]
      events: [{name: RequestFiled, fields: {title: text}}]
    - name: Member
      fields: {names: list of text, request_id: ref Request}
      commands:
        - name: JoinUs
          creates: true
          roles: [member]
          fields: {request_id: ref Request}
          emits: [MemberJoined]
        - name: Return
          roles: [member]
          fields: {member_id_of_friend: ref Member}
          reads: {request: Request(state.request_id), member: Member(command.member_id_of_friend)}
          invariants:
            - code: strange
              rule: any(state.names, one, one == member.request_id) || request.title != "x"
              message: Strange.
          emits: [MemberReturned]
      events: [{name: MemberJoined, fields: {request_id: ref Request}}, {name: MemberReturned}]
  queries: [{name: Import, roles: [member], from: [MemberJoined]}]
"""


def _system(service: str = "desk") -> System:
    return system_of(READING.replace("SERVICE", service))


def test_ordinary_names_stay() -> None:
    system = _system()
    assert service_of(pythonic(system)).names == service_of(system).names
    assert aggregate_of(pythonic(system), "Member").names == aggregate_of(system, "Member").names


def test_aggregates_commands_and_queries_called_like_variables_or_keywords() -> None:
    system = pythonic(_system())
    assert aggregate_of(system, "Request").names.snake == "request_state"
    assert command_of(system, "Return").names.snake == "return_member"
    assert service_of(system).queries[0].names.snake == "import_query"


def test_what_is_sent_and_stored_keeps_its_name() -> None:
    before, after = _system("calendar"), pythonic(_system("calendar"))
    for one, other in zip(service_of(before).aggregates, service_of(after).aggregates, strict=True):
        assert (one.names.pascal, one.names.kebab, one.id_name) == (
            other.names.pascal,
            other.names.kebab,
            other.id_name,
        )
        for command, same in zip(one.commands, other.commands, strict=True):
            assert (command.route, command.fields, command.names.kebab) == (same.route, same.fields, same.names.kebab)
    assert service_of(after).names.kebab == "calendar"


def test_reads_called_like_variables_or_like_their_own_aggregate() -> None:
    command = command_of(pythonic(_system()), "Return")
    assert [one.name for one in command.reads] == ["known_request", "known_member"]
    rule = to_python(command.invariants[0].rule).code
    assert "known_request.title" in rule
    assert "known_member.request_id" in rule


def test_twice_is_once() -> None:
    once = pythonic(_system("email"))
    assert pythonic(once) == once


@pytest.mark.parametrize("name", ["calendar", "email", "queue", "import", "tables", "requests", "profile"])
def test_services_called_like_modules(name: str) -> None:
    assert service_of(pythonic(_system(name))).names.snake == f"{name}_service"


def test_every_module_of_this_python_is_known() -> None:
    public = {name for name in sys.stdlib_module_names if not name.startswith("_")}
    assert {name for name in public if name == name.lower()} <= MODULES
