"""Which names the texts of a template use, bind, and compare with constants."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jinja2 import TemplateAssertionError, nodes
from jinja2.meta import find_undeclared_variables

from skafu.scaffold.checking.pieces import Piece
from skafu.scaffold.values import Loose

_YIELD = re.compile(r"\byield\s+(\w+)\s+from\b")


@dataclass(frozen=True, slots=True)
class Use:
    """One name that a text uses and does not bind itself.

    Attributes:
        name: the name; of Cookiecutter, that of the variable.
        file: where it is used.
        line: the line there; 0 in a path.
    """

    name: str
    file: str
    line: int


def free_names(piece: Piece) -> Iterator[Use]:
    """Give the names that a text expects from outside, each at its first place."""
    try:
        # A name that is set in one branch alone counts as set.
        free = find_undeclared_variables(piece.tree) - bound_names(piece)
    except TemplateAssertionError:
        # A filter that is not there; the compiler tells.
        free = {node.name for node in piece.tree.find_all(nodes.Name)}
    for name in sorted(free):
        line = next((piece.line_of(node) for node in piece.tree.find_all(nodes.Name) if node.name == name), 0)
        yield Use(name, piece.file, line)


def variables_of_cookiecutter(piece: Piece) -> Iterator[Use]:
    """Give the variables that a text reads from `cookiecutter`."""
    for node in _reads(piece):
        if isinstance(node.node, nodes.Name) and node.node.name == "cookiecutter" and (name := _key(node)):
            yield Use(name, piece.file, piece.line_of(node))


def _reads(piece: Piece) -> Iterator[nodes.Getattr | nodes.Getitem]:
    yield from piece.tree.find_all(nodes.Getattr)
    yield from piece.tree.find_all(nodes.Getitem)


def _key(node: nodes.Node) -> str:
    if isinstance(node, nodes.Getattr):
        return node.attr
    return str(node.arg.value) if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const) else ""


def is_taken_whole(pieces: Iterable[Piece]) -> bool:
    """Whether some text takes all variables of Cookiecutter at once, so that each of them counts as used."""
    for piece in pieces:
        read = {id(node.node) for node in _reads(piece) if _key(node) not in {"items", "keys", "values"}}
        names = (node for node in piece.tree.find_all(nodes.Name) if node.name == "cookiecutter")
        if any(id(node) not in read for node in names):
            return True
    return False


def bound_names(piece: Piece) -> set[str]:
    """Give the names that a text sets, loops over, defines or imports."""
    bound = {node.name for node in piece.tree.find_all(nodes.Name) if node.ctx in {"store", "param"}}
    bound |= {node.name for node in piece.tree.find_all(nodes.Macro)}
    bound |= {node.target for node in piece.tree.find_all(nodes.Import)}
    for imported in piece.tree.find_all(nodes.FromImport):
        bound |= {one if isinstance(one, str) else one[1] for one in imported.names}
    return bound


def repeated_names(path: str) -> set[str]:
    """Give the names that the yield tags of a path bind for the file."""
    return set(_YIELD.findall(path))


def guarded_names(piece: Piece) -> set[str]:
    """Give the names that a text expects to be missing: it asks whether they are defined, or gives them a default."""
    tests = (one.node for one in piece.tree.find_all(nodes.Test) if one.name in {"defined", "undefined", "none"})
    filters = (one.node for one in piece.tree.find_all(nodes.Filter) if one.name in {"default", "d"})
    guarded = (node for node in (*tests, *filters) if node is not None)
    return {_variable(node) for node in guarded} - {""}


@dataclass(frozen=True, slots=True)
class Loading:
    """What a text includes, imports or extends.

    Attributes:
        files: the files that it names.
        any_file: whether a name is worked out only when it is rendered.
    """

    files: frozenset[str]
    any_file: bool


def loading_of(piece: Piece) -> Loading:
    """Tell which other files a text loads."""
    found: set[str] = set()
    worked_out = False
    for node in _loadings(piece):
        names = _constants(node)
        found.update(str(name).removeprefix("./") for name in names)
        worked_out = worked_out or not names
    return Loading(frozenset(found), worked_out)


def _loadings(piece: Piece) -> Iterator[nodes.Expr]:
    """Give the expression that names the other file, of each statement that loads one."""
    yield from (node.template for node in piece.tree.find_all(nodes.Include))
    yield from (node.template for node in piece.tree.find_all(nodes.Import))
    yield from (node.template for node in piece.tree.find_all(nodes.FromImport))
    yield from (node.template for node in piece.tree.find_all(nodes.Extends))


def compared_constants(piece: Piece) -> Iterator[tuple[str, Loose]]:
    """Give each name that is compared with a constant, and the constant."""
    for node in piece.tree.find_all(nodes.Compare):
        name = _variable(node.expr)
        for operand in node.ops if name else ():
            yield from ((name, value) for value in _constants(operand.expr))


def conditions_of(pieces: Iterable[Piece]) -> tuple[tuple[str, ...], ...]:
    """Give the names that stand in one condition together, three or more; two of them meet anyway."""
    found: dict[tuple[str, ...], None] = {}
    for piece in pieces:
        # A text of the manifest, such as `when`, is a condition as a whole.
        tests = [node.test for node in piece.tree.find_all(nodes.If)] if piece.rendered else [piece.tree]
        for test in tests:
            names = {_variable(node) for node in (*test.find_all(nodes.Name), *test.find_all(nodes.Getattr))}
            names |= {test.name} if isinstance(test, nodes.Name) else set()
            if len(names - {"", "cookiecutter"}) > 2:
                found[tuple(sorted(names - {"", "cookiecutter"}))] = None
    return tuple(found)


def _constants(node: nodes.Node) -> list[Loose]:
    if isinstance(node, nodes.Const):
        return [node.value]
    if isinstance(node, nodes.List | nodes.Tuple):
        return [value for item in node.items for value in _constants(item)]
    return []


def _variable(node: nodes.Node) -> str:
    """Name the variable at the root of an expression such as `cookiecutter.name.lower()` or `name | lower`."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr | nodes.Getitem):
        owner = node.node
        return _key(node) if isinstance(owner, nodes.Name) and owner.name == "cookiecutter" else _variable(owner)
    if isinstance(node, nodes.Call | nodes.Filter) and node.node is not None:
        return _variable(node.node)
    return ""
