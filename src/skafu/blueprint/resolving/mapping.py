"""Values for the fields of events, commands and operations: the ones written down, and same-named ones copied."""

from collections.abc import Mapping as Table
from collections.abc import Sequence

from skafu.blueprint.expressions import AnyType, Scope
from skafu.blueprint.findings import Location, listed
from skafu.blueprint.model import Mapping
from skafu.blueprint.problems import did_you_mean, nearest
from skafu.blueprint.resolved import Assignment
from skafu.blueprint.resolving.context import Context
from skafu.blueprint.types import Maybe, Type, type_text


def assignments(
    context: Context,
    written: Mapping,
    targets: Table[str, Type],
    scope: Scope,
    sources: Sequence[str],
    location: Location,
    *,
    of: str,
    may_lack: frozenset[str] = frozenset(),
) -> tuple[Assignment, ...]:
    """Give each target field its value.

    Args:
        context: where problems are noted.
        written: what the blueprint says, field -> expression.
        targets: the fields to fill.
        scope: the names that expressions may use.
        sources: the roots whose same-named fields are copied, in this order, where nothing is written.
        location: of the mapping.
        of: whose fields these are, for messages: `event OrderPlaced`.
        may_lack: targets that need no value, besides the optional ones.
    """
    for name in (one for one in written if one not in targets):
        _unknown_field(context, name, targets, (*location, name), of)
    found = []
    for name, target in targets.items():
        if name in written:
            value = context.expression(written[name], scope, target, (*location, name), code="wrong_mapping")
        elif source := source_of(name, scope, sources):
            copy = f"{source}.{name}"
            said = f"{of} copies {name} from {copy}"
            value = context.expression(copy, scope, target, location, code="wrong_mapping", of=said)
        else:
            value = None
            if not isinstance(target, Maybe) and name not in may_lack:
                _missing(context, name, target, scope, location, of)
        if value is not None:
            found.append(Assignment(name, value))
    return tuple(found)


def source_of(name: str, scope: Scope, sources: Sequence[str]) -> str | None:
    """Find the first root with a field of that name; a message without declared fields has every field."""
    for source in sources:
        root = scope.roots.get(source)
        if isinstance(root, AnyType) or (isinstance(root, Table) and name in root):
            return source
    return None


def _unknown_field(context: Context, name: str, targets: Table[str, Type], place: Location, of: str) -> None:
    near = nearest(name, targets)
    message = f"{of} has no field {name}{did_you_mean(near)}"
    fix = f"Write {near}." if near else "Declare the field, or remove it here."
    context.note("unknown_field", place, message, expected=listed(targets), near=near, fix=fix, at_key=True)


def _missing(context: Context, name: str, target: Type, scope: Scope, location: Location, of: str) -> None:
    roots = [root for root, fields in scope.roots.items() if isinstance(fields, Table)]
    message = f"{of} needs {name} ({type_text(target)}), and nothing gives it"
    fix = f"Add with: {{{name}: ...}} from {listed(roots)}, or make the field optional."
    context.note("missing_mapping", location, message, expected=type_text(target), fix=fix)
