"""The code that jinja2 makes of a template, with a meter in every loop, macro, block, comparison and output."""

from collections.abc import Iterable
from typing import IO, Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame, MacroRef, operators, optimizeconst

_SMALL = 32
_IN = frozenset({"in", "notin"})


class MeteredCode(CodeGenerator):
    """jinja2's code generator; where it differs, the code calls a `MeteredContext`. jinja2 finds methods by name."""

    def __init__(
        self,
        environment: Environment,
        name: str | None,
        filename: str | None,
        stream: IO[str] | None = None,
        defer_init: bool = False,  # noqa: FBT001, FBT002 - jinja2 passes it by its place
        optimized: bool = True,  # noqa: FBT001, FBT002
    ) -> None:
        """Start with nothing to charge for."""
        super().__init__(environment, name, filename, stream, defer_init, optimized)  # type: ignore[arg-type]
        self._bodies: dict[int, int] = {}
        self._counted: set[int] = set()

    def _charge(self, body: list[nodes.Node]) -> None:
        """Have a body charged by its size each time that it runs."""
        size = sum(1 for one in body for _ in one.find_all(nodes.Node))
        self._bodies[id(body)] = 1 + size // _SMALL

    def blockvisit(self, nodes: Iterable[nodes.Node], frame: Frame) -> None:
        """Write a body."""
        if cost := self._bodies.get(id(nodes)):
            self.writeline(f"context.step({cost})")
        super().blockvisit(nodes, frame)

    def write_commons(self) -> None:
        """Write the start of a function; what blocks put out is joined by the context."""
        super().write_commons()
        self.writeline("concat = context.joined")

    def visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as in jinja2
        """Write a node; an iterable with a condition is counted item by item, because few of them reach the body."""
        if id(node) not in self._counted:
            return super().visit(node, *args, **kwargs)
        self.write("context.each(")
        super().visit(node, *args, **kwargs)
        return self.write(")")

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802
        """Write the whole."""
        self._charge(node.body)
        for block in node.find_all(nodes.Block):
            self._charge(block.body)
        super().visit_Template(node, frame)

    def visit_For(self, node: nodes.For, frame: Frame) -> None:  # noqa: N802
        """Write a loop."""
        self._charge(node.body)
        if node.test is not None:
            self._counted.add(id(node.iter))
        super().visit_For(node, frame)

    def macro_body(self, node: nodes.Macro | nodes.CallBlock, frame: Frame) -> tuple[Frame, MacroRef]:
        """Write a macro."""
        self._charge(node.body)
        return super().macro_body(node, frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:  # noqa: ANN401, ARG002
        """Write what turns a value into text; there is never a `finalize`."""
        if frame.eval_ctx.volatile:
            self.write("(context.escaped if context.eval_ctx.autoescape else context.text)(")
        else:
            self.write("context.escaped(" if frame.eval_ctx.autoescape else "context.text(")

    @optimizeconst
    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802
        """Write `~`."""
        if frame.eval_ctx.volatile:
            join = "(markup_join if context.eval_ctx.volatile else str_join)"
        else:
            join = "markup_join" if frame.eval_ctx.autoescape else "str_join"
        self.write(f"context.tilde({join}, (")
        for one in node.nodes:
            self.visit(one, frame)
            self.write(", ")
        self.write("))")

    @optimizeconst
    def visit_Compare(self, node: nodes.Compare, frame: Frame) -> None:  # noqa: N802
        """Write a comparison; one with a constant is quick, unless it searches."""
        parts = [node.expr, *(one.expr for one in node.ops)]
        searches = any(one.op in _IN for one in node.ops)
        charged = searches or not any(isinstance(one, nodes.Const) for one in parts)
        self.write("(")
        self._operand(node.expr, frame, charged=charged)
        for one in node.ops:
            self.write(f" {operators[one.op]} ")
            self._operand(one.expr, frame, charged=charged)
        self.write(")")

    def _operand(self, node: nodes.Expr, frame: Frame, *, charged: bool) -> None:
        if not charged or _is_constant(node):
            self.visit(node, frame)
            return
        self.write("context.operand(")
        self.visit(node, frame)
        self.write(")")

    def visit_Dict(self, node: nodes.Dict, frame: Frame) -> None:  # noqa: N802
        """Write a mapping; its keys are hashed."""
        self.write("{")
        for item in node.items:
            self._operand(item.key, frame, charged=True)
            self.write(": ")
            self.visit(item.value, frame)
            self.write(", ")
        self.write("}")

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: N802
        """Write a subscript; a slice makes a new value, and a key is hashed."""
        if isinstance(node.arg, nodes.Const):
            return super().visit_Getitem(node, frame)
        if not isinstance(node.arg, nodes.Slice):
            self.write("environment.getitem(")
            self.visit(node.node, frame)
            self.write(", ")
            self._operand(node.arg, frame, charged=True)
            return self.write(")")
        self.write("context.sliced(")
        super().visit_Getitem(node, frame)
        return self.write(")")


def _is_constant(node: nodes.Expr) -> bool:
    if isinstance(node, nodes.List | nodes.Tuple):
        return all(isinstance(one, nodes.Const) for one in node.items)
    return isinstance(node, nodes.Const)
