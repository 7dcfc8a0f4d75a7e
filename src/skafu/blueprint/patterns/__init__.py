r"""Regular expressions that mean the same everywhere and are matched in linear time.

    pattern = sequence {"|" sequence}
    sequence = {atom ["*" | "+" | "?" | "{2}" | "{2,}" | "{2,5}"]}
    atom = character | "." | "[a-z]" | "[^a-z]" | escape | "(" pattern ")" | "(?:" pattern ")"
    escape = "\d" | "\w" | "\s" (of ASCII) | "\D" | "\W" | "\S" | "\n" | "\t" | "\x2d" | "\u20ac" | "\" punctuation

No look-around, no references back, no flags, no lazy or possessive repetitions: JSON Schema, JavaScript and Python do
not agree on them, or take time without end. A text may be read in at most 64 ways up to any of its characters, so a
matcher that goes back and tries again is done in time proportional to the length of the text.
"""

from skafu.blueprint.patterns.reading import read_pattern
from skafu.blueprint.patterns.sampling import NoMatch, matching
from skafu.blueprint.patterns.trees import PatternInvalid
from skafu.blueprint.patterns.ways import Patience, refuse_many_ways

__all__ = ["NoMatch", "Patience", "PatternInvalid", "matching", "portable"]


def portable(pattern: str, patience: Patience | None = None) -> str:
    r"""Give a pattern as Python's `re` and ECMA-262 (JSON Schema, OpenAPI) understand it alike.

    Args:
        pattern: that the whole text must match.
        patience: how much may be looked at; shared by all patterns of a blueprint.

    Returns:
        The same pattern with `\d`, `.` and the like written out, and without anchors at its ends.

    Raises:
        PatternInvalid: it is not in the grammar, too large, or can be matched in too many ways.
    """
    read = read_pattern(pattern)
    refuse_many_ways(read.tree, patience or Patience())
    return read.text
