"""Regular expressions of templates: run by Python's `re`, but only when it is known to end soon.

Python's `re` tries one way after the other, and some patterns have more ways than anybody can wait for. A pattern that
repeats nothing takes time in proportion to the text. Any other one is first played through by `bounds.trial`, which
takes the same ways and counts them; `re` itself gives the result, so that it is the same to the byte.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeAlias

from skafu.scaffold.bounds.meter import Exhausted, Meter
from skafu.scaffold.bounds.program import Program, compile_program
from skafu.scaffold.bounds.trial import Trial
from skafu.scaffold.bounds.weight import measure

Replacement: TypeAlias = str | Callable[[re.Match[str]], str]

_LONGEST_PATTERN = 2_000
_MOST_TRIES = 200_000


@lru_cache(maxsize=256)
def _compiled(pattern: str, flags: int) -> tuple[re.Pattern[str], Program]:
    return re.compile(pattern, flags), compile_program(pattern, flags)


def checked(meter: Meter, pattern: Any, text: str, flags: int = 0, *, times: int | None = None) -> re.Pattern[str]:  # noqa: ANN401
    """Compile a pattern that ends soon on a text.

    Args:
        meter: is charged for what `re` will do.
        pattern: as a template writes it.
        text: what it is going to be used on.
        flags: of `re`.
        times: how many matches are wanted; all when None.

    Raises:
        Exhausted: it is too long, or there are too many ways to read the text by it.
        re.error: it is no pattern.
    """
    if not isinstance(pattern, str):
        return re.compile(pattern, flags)
    if len(pattern) > _LONGEST_PATTERN:
        raise Exhausted(f"a regular expression may have at most {_LONGEST_PATTERN} characters")
    found, program = _compiled(pattern, flags)
    if not program.repeats:
        meter.step(len(text) * program.size >> 6)
        return found
    trial = Trial(program, text, _MOST_TRIES)
    if not trial.search(times):
        raise Exhausted(
            f"the regular expression {pattern[:80]!r} reads this text in too many ways (over {_MOST_TRIES} steps)"
        )
    meter.step(trial.steps >> 2)
    return found


def substitute(meter: Meter, pattern: Any, replacement: Any, text: str, flags: int = 0) -> str:  # noqa: ANN401
    """Replace every match, as `re.sub` does.

    Raises:
        Exhausted: it takes too long, or gives too much.
        re.error: it is no pattern, or the replacement asks for a group that is not there.
    """
    found = checked(meter, pattern, text, flags)
    if not isinstance(replacement, str):
        return found.sub(replacement, text)

    def counted(match: re.Match[str]) -> str:
        made = match.expand(replacement)
        meter.step(4)
        meter.grow(len(made))
        return made

    # A replacement without a match is checked all the same.
    if found.search(text) is None:
        return found.sub(replacement, text)
    return str(measure(meter, found.sub(counted, text)))
