"""What happens by itself, resolved: policies, timers, calls, messages, workflows."""

from typing import Any, Literal

import msgspec

from skafu.blueprint.expressions import Checked
from skafu.blueprint.naming import Names
from skafu.blueprint.resolved.fields import Assignment, Method, ResolvedField


class EventRef(msgspec.Struct, frozen=True):
    """An event of a service: `payments.PaymentFailed`."""

    service: str
    aggregate: str
    event: str


class CommandRef(msgspec.Struct, frozen=True):
    """A command of a service."""

    service: str
    aggregate: str
    command: str


class Reaction(msgspec.Struct, frozen=True):
    """A command to run, and how its id and fields are filled."""

    command: CommandRef
    id: Checked | None
    values: tuple[Assignment, ...]


class ForEach(msgspec.Struct, frozen=True):
    """The rows of a query of the same service to run something for; `keys` give its access keys."""

    query: str
    keys: tuple[Assignment, ...]


class ResolvedPolicy(msgspec.Struct, frozen=True):
    """Whenever `when`, then `then`, for the one instance or each row; the condition may look at `row`."""

    names: Names
    when: EventRef
    condition: Checked | None
    for_each: ForEach | None
    then: Reaction


class ResolvedTimer(msgspec.Struct, frozen=True):
    """A command some time after `when`, at a time that it tells, or on a schedule (`cron(...)`, `rate(...)`).

    `unless` are events of the command's aggregate: when one of them happened before the timer fires, nothing is done.
    """

    names: Names
    when: EventRef | None
    after_seconds: int | None
    at: Checked | None
    schedule: str | None
    timezone: str
    unless: tuple[str, ...]
    condition: Checked | None
    for_each: ForEach | None
    then: Reaction


class ResolvedOperation(msgspec.Struct, frozen=True):
    """An operation of an integration."""

    integration: str
    names: Names
    method: Method
    path: str
    fields: tuple[ResolvedField, ...]
    returns: tuple[ResolvedField, ...]


class ResolvedCall(msgspec.Struct, frozen=True):
    """Whenever `when`, ask the operation, then run `ok` or `failed`."""

    names: Names
    when: EventRef
    condition: Checked | None
    operation: ResolvedOperation
    values: tuple[Assignment, ...]
    ok: Reaction | None
    failed: Reaction | None


class ResolvedInbound(msgspec.Struct, frozen=True):
    """A message from outside that becomes a command.

    `fields` are the ones that are declared or that its kind always has; without any, a message may hold anything.
    `sample` is a whole message (JSON) that leads to a valid command; `dedup` is the path of the field that names it.
    """

    names: Names
    integration: str
    kind: Literal["webhook", "queue", "mqtt", "email", "file"]
    signature: Literal["hmac-sha256", "none"]
    dedup: str
    fields: tuple[ResolvedField, ...]
    sample: dict[str, Any]
    then: Reaction


class ResolvedIntegration(msgspec.Struct, frozen=True):
    """An outside system."""

    names: Names
    summary: str
    kind: Literal["http", "email", "sms", "chat", "queue", "mqtt", "files"]
    secret: bool
    operations: tuple[ResolvedOperation, ...]


class ResolvedChoice(msgspec.Struct, frozen=True):
    """A branch of a workflow."""

    condition: Checked | None
    steps: tuple["ResolvedStep", ...]


class ResolvedStep(msgspec.Struct, frozen=True):
    """One step of a workflow: `seconds` is the time to wait, or how long an event is waited for."""

    names: Names
    kind: Literal["do", "call", "wait_for", "wait", "choose"]
    command: Reaction | None = None
    operation: ResolvedOperation | None = None
    values: tuple[Assignment, ...] = ()
    event: EventRef | None = None
    seconds: int | None = None
    choices: tuple[ResolvedChoice, ...] = ()
    undo: Reaction | None = None


class ResolvedWorkflow(msgspec.Struct, frozen=True):
    """A process of several steps."""

    names: Names
    summary: str
    starts: EventRef
    express: bool
    steps: tuple[ResolvedStep, ...]
