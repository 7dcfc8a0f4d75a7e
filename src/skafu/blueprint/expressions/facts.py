"""What holds at a place of an expression: variables of loops, and optionals that a condition shows to be present."""

import msgspec

from skafu.blueprint.expressions.kinds import Kind
from skafu.blueprint.expressions.nodes import Binary, Call, Node, Null, Path, Unary, path_of

NOTHING: frozenset[Path] = frozenset()


class Env(msgspec.Struct, frozen=True):
    """What holds at a place of the expression: the variables of loops, and the optionals that are present."""

    variables: dict[str, Kind] = {}
    present: frozenset[Path] = frozenset()

    def knowing(self, paths: frozenset[Path]) -> "Env":
        """Where these paths are present, too."""
        return Env(self.variables, self.present | paths)

    def forgetting(self, path: Path | None) -> "Env":
        """Where it is not known whether a path is present."""
        return Env(self.variables, self.present - {path} if path else self.present)

    def binding(self, variable: str, kind: Kind) -> "Env":
        """Inside a loop over items of a kind."""
        return Env({**self.variables, variable: kind}, self.present)


def present_if(condition: Node, *, outcome: bool) -> frozenset[Path]:
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
            return present_if(operand, outcome=not outcome)
        case Binary("&&" | "||" as operator, left, right):
            one, other = present_if(left, outcome=outcome), present_if(right, outcome=outcome)
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
