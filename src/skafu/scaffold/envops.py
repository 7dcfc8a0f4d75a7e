"""Which settings of jinja2 a template may choose."""

from skafu.scaffold.values import Loose

_TEXTS = (
    *("block_start_string", "block_end_string", "variable_start_string", "variable_end_string"),
    *("comment_start_string", "comment_end_string", "line_statement_prefix", "line_comment_prefix"),
    *("newline_sequence", "undefined"),
)
_SWITCHES = ("trim_blocks", "lstrip_blocks", "keep_trailing_newline", "autoescape", "optimized")
_TYPES: dict[str, type] = {**dict.fromkeys(_TEXTS, str), **dict.fromkeys(_SWITCHES, bool)}


def check_envops(where: str, envops: Loose) -> str:
    """Say what is wrong with settings of jinja2; empty when nothing is.

    Args:
        where: the name under which they are written.
        envops: what is written there.
    """
    if not isinstance(envops, dict):
        return f"{where!r} is a mapping"
    for name, value in envops.items():
        if name not in _TYPES:
            return f"{where!r} knows no {name!r}"
        if not isinstance(value, _TYPES[name]) and not (value is None and name.endswith("_prefix")):
            return f"{name!r} must be {_TYPES[name].__name__}"
    if envops.get("undefined", "jinja2.Undefined") not in {"jinja2.Undefined", "jinja2.StrictUndefined"}:
        return "'undefined' is jinja2.Undefined or jinja2.StrictUndefined"
    return ""
