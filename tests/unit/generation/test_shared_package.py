"""The shared package of a generated system stays small enough to be read."""

import ast
import io
import tokenize
from pathlib import PurePosixPath

import pytest
from generated_projects import NAMES, tree_of

CORE = ("event_store", "http", "messaging", "observability")
"""What every handler stands on."""
CORE_LINES = 600
MODULE_LINES = 200
WHOLE_LINES = 1500
"""With every module that some blueprint asks for."""
SILENT = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE),
    *(tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER),
}


def code_lines(source: str) -> int:
    """Count lines with code: no docstrings, comments and empty lines."""
    texts = {
        line
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    tokens = (one for one in tokenize.generate_tokens(io.StringIO(source).readline) if one.type not in SILENT)
    return len({line for one in tokens for line in range(one.start[0], one.end[0] + 1)} - texts)


def test_lines_of_code_are_counted() -> None:
    assert code_lines('"""Docstring\nof two lines."""\n\n# comment\nx = (\n    1,\n)\n') == 3


@pytest.mark.parametrize("example", NAMES)
def test_the_shared_package_can_be_read_in_an_hour(example: str) -> None:
    modules = {
        PurePosixPath(path).stem: code_lines(file.content.decode())
        for path, file in tree_of(example).items()
        if path.startswith("shared/src/shared/") and path.endswith(".py")
    }
    assert sum(modules[name] for name in CORE) <= CORE_LINES
    assert max(modules.values()) <= MODULE_LINES
    assert sum(modules.values()) <= WHOLE_LINES
