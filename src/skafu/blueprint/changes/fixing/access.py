"""Changes for who may do what, for routes, and for what runs by itself."""

import re
from collections.abc import Iterator, Mapping

from skafu.blueprint.changes.change import AddItem, Changes, RemoveItem, SetValue
from skafu.blueprint.changes.fixing.sight import Proposer, Sight, removes, sets
from skafu.blueprint.naming import names_of

KINDS_OF_STEPS = ("do", "call", "wait_for", "wait", "choose")
KINDS_OF_TIMERS = ("after", "at", "every")
OWNER = re.compile(r"caller\.id == (?:state|command|row)\.(\w+)|(?:state|command|row)\.(\w+) == caller\.id")


def _roles_beside(sight: Sight) -> list[str]:
    """The roles that may do something else with the same aggregate, else those of the service, else all."""
    for depth in (4, 2):
        text = repr(sight.at(sight.around(depth)))
        named = [role for role in sight.at(("auth", "roles")) or () if f"'{role}'" in text or f'"{role}"' in text]
        if named:
            return named
    return list(sight.at(("auth", "roles")) or ())


def _rule(roles: list[str]) -> str:
    return " || ".join(f'"{role}" in caller.roles' for role in roles)


def _guarded(sight: Sight) -> Iterator[Changes]:
    """Let those use it who use its neighbours, on every instance: said in a rule, where it can be read and narrowed."""
    roles = _roles_beside(sight)
    if roles:
        named = SetValue((*sight.place, "roles"), roles)
        yield (named,)
        for rule in (*_owner_rules(sight), _rule(roles)):
            yield named, SetValue((*sight.place, "allow"), rule)


def _owner_rules(sight: Sight) -> Iterator[str]:
    """Compare the caller with the owner that rules beside it know."""
    root, depth = ("row", 2) if "queries" in sight.place else ("state", 4)
    for name in dict.fromkeys(one or other for one, other in OWNER.findall(repr(sight.at(sight.around(depth))))):
        yield f"caller.id == {root}.{name}"


def _instance_rule(sight: Sight) -> Iterator[Changes]:
    """Let owners alone act on what is theirs; without any, say that the roles may act on every instance."""
    for rule in _owner_rules(sight):
        yield (SetValue((*sight.place, "allow"), rule),)
    roles = (sight.here or {}).get("roles")
    if roles:
        yield (SetValue((*sight.place, "allow"), _rule(list(roles))),)


def _public_and_guarded(sight: Sight) -> Iterator[Changes]:
    """Keep the guard: what was open by mistake is worse than what was closed by mistake."""
    yield (RemoveItem((*sight.place[:-1], "public")),)
    yield (RemoveItem(sight.place),)


def _unclear_caller(sight: Sight) -> Iterator[Changes]:
    if sight.here != "caller.id":
        return
    for aggregate, _ in sight.named(sight.around(2), "aggregates"):
        fields = sight.at((*sight.around(2), "aggregates", aggregate, "fields")) or {}
        for name, type_ in fields.items():
            if type_ == "id" or (isinstance(type_, Mapping) and type_.get("type") == "id"):
                yield (SetValue(sight.place, f"{name} = caller.id"),)


def _one_of_many(sight: Sight) -> Iterator[Changes]:
    """Give a page; where a rule compares each row with the caller, find the rows by the caller instead."""
    page, query = SetValue(sight.place, "page"), sight.place[:-1]
    yield (page,)
    owner = OWNER.fullmatch(str(sight.at((*query, "allow"))))
    if owner:
        by = SetValue((*query, "by"), [f"{owner[1] or owner[2]} = caller.id"])
        yield page, by, RemoveItem((*query, "allow"))


def _other_route(sight: Sight) -> Iterator[Changes]:
    """Put the name behind the route that both have."""
    element = sight.at(sight.place[:-1]) or {}
    route = re.search(r"([A-Z]+) (/\S*)$", sight.finding.message)
    if route:
        path = re.sub(r"\{(\w+)\}", r":\1", route[2])
        yield (SetValue(sight.place, f"{route[1]} {path}/{names_of(str(element.get('name'))).kebab}"),)


def _route_without_id(sight: Sight) -> Iterator[Changes]:
    yield (SetValue(sight.place, f"{sight.here}/{sight.finding.expected}"),)
    yield from removes(sight)


def _method(sight: Sight) -> Iterator[Changes]:
    path = str(sight.here).partition(" ")[2]
    yield (SetValue(sight.place, f"{'GET' if 'queries' in sight.place else 'POST'} {path}"),)


def _route(sight: Sight) -> Iterator[Changes]:
    """Write parameters as `:order_id`; else use the route that follows from the names."""
    written = re.sub(r"\{(\w+)\}", r":\1", str(sight.here))
    if written != sight.here:
        yield (SetValue(sight.place, written),)
    yield from removes(sight)


def _keeps_one(kinds: tuple[str, ...]) -> Proposer:
    """Keep the first of several kinds; or take away the key that does not belong to it."""

    def proposer(sight: Sight) -> Iterator[Changes]:
        if not isinstance(sight.here, Mapping):
            yield from removes(sight)
            return
        there = [key for key in kinds if key in sight.here]
        for kept in there if len(there) > 1 else ():
            yield tuple(RemoveItem((*sight.place, key)) for key in there if key != kept)
        if "when" in sight.here:
            yield (RemoveItem((*sight.place, "when")),)

    return proposer


def _choice(sight: Sight) -> Iterator[Changes]:
    """Move the branch to the end."""
    yield RemoveItem(sight.place), AddItem(sight.place[:-1], sight.here)


def _loop(sight: Sight) -> Iterator[Changes]:
    """Take away what surely runs for ever; what a condition may end is for its author to look at."""
    if sight.finding.is_error:
        yield from removes(sight)


def _empty_workflow(sight: Sight) -> Iterator[Changes]:
    yield (RemoveItem(sight.place[:-1]),)


ACCESS_PROPOSERS: Mapping[str, Proposer] = {
    "command_without_role": _guarded,
    "different_parameters": lambda _: [(SetValue(("api",), "http"),)],
    "empty_workflow": _empty_workflow,
    "equal_routes": _other_route,
    "integration_without_use": removes,
    "no_instance_rule": _instance_rule,
    "one_of_many": _one_of_many,
    "policy_loop": _loop,
    "public_and_guarded": _public_and_guarded,
    "query_without_role": _guarded,
    "query_without_use": removes,
    "route_without_id": _route_without_id,
    "too_slow_for_express": removes,
    "unclear_caller": _unclear_caller,
    "unsigned_webhook": sets("hmac-sha256"),
    "wrong_choice": _choice,
    "wrong_inbound": removes,
    "wrong_method": _method,
    "wrong_route": _route,
    "wrong_step": _keeps_one(KINDS_OF_STEPS),
    "wrong_timer": _keeps_one(KINDS_OF_TIMERS),
}

MEANING_WITHOUT: Mapping[str, str] = {
    "caller_is_system": "the system needs a command of its own, which its author has to think of",
    "command_of_other_service": "the reaction has to move to the service whose command it runs, with its data",
    "command_without_use": "its author has to say who or what runs it: people could do what only the system may",
    "event_of_log": "a timer over a query has to take the place of the reaction, and its author knows how often",
    "large_stack": "only its author knows where the service can be split",
    "missing_id": "nothing tells which instance is meant",
    "read_of_other_service": "the service has to keep a copy of its own, by a policy",
    "type_too_large": "only its author knows what can be left out or referred to",
}
"""Why there is no change for a code."""
