"""What the stage `proof` changes, compared with `prod`, so that a proof ends while one waits for it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from skafu.proof.static.stack_sources import StackSource

STAGE = "proof"
_COMPARED_WITH = "prod"


class Change(msgspec.Struct, frozen=True):
    """A value that is another one in a proof.

    Attributes:
        stack: path of the stack file.
        name: of the parameter, mapping value or condition.
        proof: its value in a proof.
        prod: its value in production.
    """

    stack: str
    name: str
    proof: str
    prod: str


def changes_of(sources: Iterable[StackSource]) -> tuple[Change, ...]:
    """List every value of the stacks that differs between the stages `proof` and `prod`."""
    return tuple(change for source in sources for change in (*_mapped(source), *_conditional(source)))


def _mapped(source: StackSource) -> Iterator[Change]:
    for stages in source.stack.get("Mappings", {}).values():
        here, there = stages.get(STAGE), stages.get(_COMPARED_WITH)
        if isinstance(here, dict) and isinstance(there, dict):
            for name in sorted(here):
                if here[name] != there.get(name):
                    yield Change(source.name, name, str(here[name]), str(there.get(name)))


def _conditional(source: StackSource) -> Iterator[Change]:
    conditions = source.stack.get("Conditions", {})
    for name in sorted(conditions):
        here, there = (_holds(conditions[name], conditions, stage) for stage in (STAGE, _COMPARED_WITH))
        if here is not None and there is not None and here != there:
            yield Change(source.name, name, str(here).lower(), str(there).lower())


def _holds(rule: Any, conditions: Mapping[str, Any], stage: str) -> bool | None:  # noqa: ANN401
    """Work a condition out for a stage; None when it depends on something else."""
    if not isinstance(rule, dict) or len(rule) != 1:
        return None
    ((function, argument),) = rule.items()
    if function == "Condition":
        return _holds(conditions.get(argument), conditions, stage)
    if function == "Fn::Equals":
        values = [stage if one == {"Ref": "Stage"} else one for one in argument]
        return None if any(isinstance(one, dict) for one in values) else values[0] == values[1]
    parts = [_holds(one, conditions, stage) for one in argument] if isinstance(argument, list) else []
    if function == "Fn::Not":
        return None if parts[0] is None else not parts[0]
    if function == "Fn::Or":
        return True if True in parts else None if None in parts else False
    if function == "Fn::And":
        return False if False in parts else None if None in parts else True
    return None
