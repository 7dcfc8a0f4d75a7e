"""Small systems for tests of what is generated from them."""

from textwrap import indent

from skafu.blueprint import System, read, resolve
from skafu.blueprint.resolved import ResolvedAggregate, ResolvedCommand, ResolvedField, ResolvedService

HEAD = """\
skafu: 1
name: small
summary: A small system.
auth: {roles: [member, clerk], sign_up: member}
services:
"""
DESK = """\
- name: desk
  value_types: [{name: Line, fields: {book_id: id, quantity: {type: integer, min: 1}}}]
  aggregates:
    - name: Order
      fields: FIELDS
      commands: [{name: PlaceOrder, creates: true, roles: [member], fields: FIELDS, emits: [OrderPlaced]}]
      events: [{name: OrderPlaced, fields: FIELDS}]
"""


def system_of(services: str) -> System:
    """Resolve a system with these services, as YAML list items."""
    return resolve(read(HEAD + indent(services, "  ")).blueprint)


def fields_of(fields: str) -> dict[str, ResolvedField]:
    """The resolved fields of a command, from YAML in flow style."""
    return {field.name: field for field in command_of(system_of(DESK.replace("FIELDS", fields)), "PlaceOrder").fields}


def field_of(type_: str) -> ResolvedField:
    """One resolved field, `it`."""
    return fields_of(f"{{it: {type_}}}")["it"]


def service_of(system: System) -> ResolvedService:
    """The only service."""
    (service,) = system.services
    return service


def aggregate_of(system: System, pascal: str) -> ResolvedAggregate:
    """An aggregate of the only service."""
    return next(one for one in service_of(system).aggregates if one.names.pascal == pascal)


def command_of(system: System, pascal: str) -> ResolvedCommand:
    """A command of the only service."""
    commands = [one for aggregate in service_of(system).aggregates for one in aggregate.commands]
    return next(one for one in commands if one.names.pascal == pascal)
