"""How a patch takes hold of MiniStack: replace a function, or act before and after a resource is provisioned."""

import json
import os
from collections.abc import Callable
from typing import Any

from ministack.services.cloudformation import provisioners

Props = dict[str, Any]
Patches = dict[str, Callable[[], None]]
Provisioned = tuple[str, dict[str, Any]]


def switched_off() -> frozenset[str]:
    """Names of the patches that `PLUS_OFF` (comma separated) leaves out, to see MiniStack's own behaviour."""
    return frozenset(filter(None, os.environ.get("PLUS_OFF", "").split(",")))


def wrap(module: Any, name: str, make: Callable[[Any], Any]) -> None:
    """Replace `module.name` by `make(original)`.

    Raises:
        AttributeError: this MiniStack has no such function, so the patch needs a new look.
    """
    setattr(module, name, make(getattr(module, name)))


def answer_of(response: Any) -> dict[str, Any]:
    """The JSON body of a MiniStack response `(status, headers, body)`."""
    answer: dict[str, Any] = json.loads(response[2] or b"{}")
    return answer


def before_provisioning(kind: str, change: Callable[[Props], Props]) -> None:
    """Let `change` read or rewrite the properties of every resource of a type, on create and on update."""
    handler = provisioners._RESOURCE_HANDLERS[kind]
    create, update = handler["create"], handler.get("update")
    changed = {**handler, "create": lambda logical_id, props, stack: create(logical_id, change(props), stack)}
    if update:
        changed["update"] = lambda physical_id, old, new, *rest, **more: update(
            physical_id, old, change(new), *rest, **more
        )
    provisioners._RESOURCE_HANDLERS[kind] = changed


def after_provisioning(kind: str, act: Callable[[str, Props], None]) -> None:
    """Call `act(physical_id, props)` after every create and update of a resource of a type."""
    handler = provisioners._RESOURCE_HANDLERS[kind]
    create, update = handler["create"], handler.get("update")

    def created(logical_id: str, props: Props, stack: str) -> Provisioned:
        done: Provisioned = create(logical_id, props, stack)
        act(done[0], props)
        return done

    def updated(physical_id: str, old: Props, new: Props, *rest: Any, **more: Any) -> Provisioned:
        done: Provisioned = update(physical_id, old, new, *rest, **more)
        act(done[0], new)
        return done

    provisioners._RESOURCE_HANDLERS[kind] = {**handler, "create": created, **({"update": updated} if update else {})}
