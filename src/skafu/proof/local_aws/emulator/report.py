"""What the emulator saw and a proof must know: placeholders, denials, lost deliveries; one list each, all accounts.

What happens again, as a denial does with every retry, is one entry that counts its `times`.
"""

import logging
import threading
from typing import Any

from ministack.core.responses import get_account_id

log = logging.getLogger("emulator")
KINDS = ("placeholders", "denials", "lost")
_entries: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
_lock = threading.Lock()


def placeholder(stack: str, logical_id: str, kind: str) -> None:
    """A resource of a type that is not emulated was created in name only."""
    _add("placeholders", stack=stack, logical_id=logical_id, type=kind)


def denial(how: str, *, principal: str, source: str, action: str, resource: str, reason: str) -> str:
    """A permission is missing; gives the sentence that names it.

    Args:
        how: `identity` (a signed call), `role` (a service using its role) or `resource_policy` (a service using none).
        principal: ARN of the role that lacks the permission, or the service that the policy does not name.
        source: who acted: session or function of the role, service, or ARN of the rule, API, schedule.
        action: `sqs:SendMessage` ...
        resource: ARN, or `*`.
        reason: why it was denied.
    """
    _add("denials", how=how, principal=principal, source=source, action=action, resource=resource, reason=reason)
    return f"{principal} is not authorized to perform: {action} on resource: {resource} ({reason})"


def lost(source: str, target: str, reason: str) -> None:
    """An event or record was dropped, because no dead-letter target could take it."""
    _add("lost", source=source, target=target, reason=reason)


def entries(account: str = "") -> dict[str, list[dict[str, Any]]]:
    """All entries, or those of one account, oldest first, by kind."""
    with _lock:
        return {
            kind: [dict(entry) for entry in found if account in ("", entry["account"])]
            for kind, found in _entries.items()
        }


def clear(account: str) -> None:
    """Forget the entries of one account."""
    with _lock:
        for kind, found in _entries.items():
            _entries[kind] = [entry for entry in found if entry["account"] != account]


def _add(kind: str, **facts: str) -> None:
    entry = {"account": get_account_id(), **facts}
    with _lock:
        for known in _entries[kind]:
            if entry.items() <= known.items():
                known["times"] += 1
                return
        _entries[kind].append({**entry, "times": 1})
    log.warning("%s %s", kind, entry)
