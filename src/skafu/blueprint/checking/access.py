"""Who may do what: roles that exist, rules that guard, and the ones that are missing."""

from collections.abc import Iterator

from skafu.blueprint.checking.flow import reactions_of
from skafu.blueprint.expressions import Checked, Node, path_of, roots_of, walk
from skafu.blueprint.expressions.nodes import Binary, Text
from skafu.blueprint.findings import Location, listed
from skafu.blueprint.index import ServiceIndex
from skafu.blueprint.model import Command, Query
from skafu.blueprint.problems import did_you_mean, nearest
from skafu.blueprint.resolved import Access, ResolvedCommand, ResolvedRoute, ResolvedService, System
from skafu.blueprint.resolving.context import Context


def check_access(context: Context, system: System) -> None:
    """Look at the roles and rules of everything that people can call."""
    auth = context.blueprint.auth
    if auth.sign_up is not None and auth.sign_up not in auth.roles:
        context.unknown("role", auth.sign_up, auth.roles, ("auth", "sign_up"))
    used = {auth.sign_up}
    for service in system.services:
        index = context.index.services[service.names.kebab]
        for aggregate in service.aggregates:
            for command in aggregate.commands:
                entry = index.commands[command.names.pascal]
                used |= _check_roles(context, entry.element, command.access, entry.location)
                _check_guard(context, entry.element, command.route, entry.location, is_open=command.creates)
        for query in service.queries:
            query_entry = index.queries[query.names.pascal]
            used |= _check_roles(context, query_entry.element, query.access, query_entry.location)
            own = any(key.is_caller for key in query.by) or (query.returns == "page" and not query.by)
            _check_guard(context, query_entry.element, query.route, query_entry.location, is_open=own)
        _check_callers(context, index, service)
    for at, role in enumerate(auth.roles):
        if role not in used:
            message = f"nothing is open to role {role} alone"
            context.note(
                "role_without_use", ("auth", "roles", at), message, severity="hint", fix="Use it, or remove it."
            )


def _check_roles(context: Context, element: Command | Query, access: Access, place: Location) -> set[str | None]:
    """Note unknown roles, and give the ones that are named."""
    roles = context.blueprint.auth.roles
    for at, role in enumerate(element.roles):
        if role not in roles:
            context.unknown("role", role, roles, (*place, "roles", at))
    named = set(_roles_in(access.allow.node)) if access.allow else set()
    for role in sorted(named - set(roles)):
        near = nearest(role, roles)
        message = f"role {role} is not declared{did_you_mean(near)}"
        fix = f"Write {near}." if near else "Declare it: auth.roles."
        context.note("unknown_role", (*place, "allow"), message, expected=listed(roles), near=near, fix=fix)
    return {*element.roles, *named}


def _roles_in(node: Node) -> Iterator[str]:
    """Give the words that a rule looks for among the roles of the caller."""
    for found in walk(node):
        if isinstance(found, Binary) and found.operator == "in" and path_of(found.right) == ("caller", "roles"):
            yield from (found.left.value,) if isinstance(found.left, Text) else ()


def _check_guard(
    context: Context, element: Command | Query, route: ResolvedRoute | None, place: Location, *, is_open: bool
) -> None:
    kind = "command" if isinstance(element, Command) else "query"
    if element.public and (element.roles or element.allow):
        what = "roles" if element.roles else "allow"
        message = f"{element.name} is public, and {what} is for people who are signed in"
        context.note("public_and_guarded", (*place, what), message, fix=f"Remove public or {what}.", at_key=True)
    if route is None or element.public or element.allow:
        return
    if not element.roles:
        message = f"everybody who is signed in may use {element.name}"
        fix = "Add roles, or allow, or public: true."
        context.note(f"{kind}_without_role", place, message, severity="warning", fix=fix)
    elif not is_open:
        message = f"every {listed(element.roles)} may use {element.name} on every instance"
        fix = "Add allow: a rule such as caller.id == state.owner_id, if it is not meant so."
        context.note("no_instance_rule", place, message, severity="hint", fix=fix)


def _check_callers(context: Context, index: ServiceIndex, service: ResolvedService) -> None:
    """Note rules about the caller in commands that the system itself runs."""
    run = {reaction.command.command for reaction in reactions_of(service)}
    for aggregate in service.aggregates:
        for command in aggregate.commands:
            name = command.names.pascal
            if name in run and any("caller" in roots_of(rule.node) for rule in _inner_rules(command)):
                message = f"{name} is also run by the system, whose id is no person's, and looks at the caller"
                fix = "Make a command of its own for the system, or give what is needed as a field."
                context.note("caller_is_system", index.commands[name].location, message, severity="warning", fix=fix)


def _inner_rules(command: ResolvedCommand) -> Iterator[Checked]:
    """Give the expressions that are worked out whoever runs the command."""
    yield from (invariant.rule for invariant in command.invariants)
    yield from (read.id for read in command.reads)
    for emit in command.emits:
        yield from (value.value for value in emit.values)
        yield from (condition for condition in (emit.condition,) if condition)
