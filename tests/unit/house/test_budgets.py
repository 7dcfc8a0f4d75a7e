"""Files and functions stay small enough to be read at once."""

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[3]
TEMPLATES = ROOT / "src" / "skafu" / "catalog"
"""What is generated has its own rules."""
SOURCES = sorted(
    path
    for folder in ("src", "tests", "benchmarks")
    for path in (ROOT / folder).rglob("*.py")
    if TEMPLATES not in path.parents or path.parent == TEMPLATES
)
FILE_LINES, FILE_AIM, FUNCTION_LINES, FUNCTION_MEDIAN = 400, 150, 40, 8
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Sized(NamedTuple):
    """A function, where it stands and how many lines it has."""

    place: str
    lines: int


def _functions() -> Iterator[Sized]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, Function) and not _is_a_table(node):
                lines = _lines(node) - sum(_lines(one) for one in node.body if _is_said(one))
                yield Sized(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", lines)


def _lines(node: Function | ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _is_said(statement: ast.stmt) -> bool:
    """Docstrings tell what the public face promises; they are no lines of code."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _is_a_table(function: Function) -> bool:
    """A function that only gives back a literal list or mapping is a table, as long as its subject is."""
    body = [one for one in function.body if not _is_said(one)]
    given = body[0].value if len(body) == 1 and isinstance(body[0], ast.Return) else None
    return isinstance(given, ast.Dict | ast.List | ast.Tuple)


def test_no_file_is_too_long() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in SOURCES}
    assert {path: lines for path, lines in lengths.items() if lines > FILE_LINES} == {}
    assert len(lengths) > 400
    assert sum(lines <= FILE_AIM for lines in lengths.values()) >= 0.7 * len(lengths)


def test_no_function_is_too_long() -> None:
    functions = list(_functions())
    assert [one for one in functions if one.lines > FUNCTION_LINES] == []
    assert statistics.median(one.lines for one in functions) <= FUNCTION_MEDIAN
