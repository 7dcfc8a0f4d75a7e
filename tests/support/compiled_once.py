"""Lets the real tools keep what jinja2 compiled: most of their time goes into compiling the same texts again."""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from jinja2 import Environment

_ENVIRONMENT = (
    *("block_start_string", "block_end_string", "variable_start_string", "variable_end_string", "undefined"),
    *("comment_start_string", "comment_end_string", "line_statement_prefix", "line_comment_prefix", "autoescape"),
    *("trim_blocks", "lstrip_blocks", "newline_sequence", "keep_trailing_newline", "optimized", "sandboxed"),
)
_compiled: dict[Hashable, Any] = {}
_compile = Environment.compile


@contextmanager
def compiled_once() -> Iterator[None]:
    """Give the same byte code for the same text, name and settings, as jinja2's own cache does for files."""
    with patch.object(Environment, "compile", _kept):
        yield


def _kept(environment: Environment, source: Any, *rest: Any, **named: Any) -> Any:  # noqa: ANN401 - as in jinja2
    if not isinstance(source, str):
        return _compile(environment, source, *rest, **named)
    settings = tuple(str(getattr(environment, name)) for name in _ENVIRONMENT)
    # A constant expression is worked out while it is compiled, by the filters that are there.
    filters = frozenset((name, id(one)) for name, one in environment.filters.items())
    key = (type(environment), settings, frozenset(environment.extensions), filters, source, rest, *named.items())
    if key not in _compiled:
        _compiled[key] = _compile(environment, source, *rest, **named)
    else:
        # Copier's tag `yield` starts anew with each text that is read.
        environment.preprocess(source)
    return _compiled[key]
