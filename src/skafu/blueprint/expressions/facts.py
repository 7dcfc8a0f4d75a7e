"""Which optional values are present where a condition is known to be true or false."""

from skafu.blueprint.expressions.nodes import Binary, Call, Node, Null, Path, Unary, path_of

NOTHING: frozenset[Path] = frozenset()


def present_if(condition: Node, outcome: bool) -> frozenset[Path]:  # noqa: FBT001
    """Find what must be present for a condition to have an outcome.

    Args:
        condition: `has(x)`, a comparison with null, or these under `!`, `&&` and `||`; others say nothing.
        outcome: what the condition is known to be.

    Returns:
        The paths that are then not null.
    """
    match condition:
        case Call("has", (argument,)):
            return _path(argument) if outcome else NOTHING
        case Binary("!=" | "==" as operator, left, right):
            return _compared(left, right) if outcome == (operator == "!=") else NOTHING
        case Unary("!", operand):
            return present_if(operand, not outcome)
        case Binary("&&" | "||" as operator, left, right):
            one, other = present_if(left, outcome), present_if(right, outcome)
            return one | other if outcome == (operator == "&&") else one & other
        case _:
            return NOTHING


def _compared(left: Node, right: Node) -> frozenset[Path]:
    if isinstance(left, Null):
        return _path(right)
    return _path(left) if isinstance(right, Null) else NOTHING


def _path(node: Node) -> frozenset[Path]:
    path = path_of(node)
    return NOTHING if path is None else frozenset({path})
