"""The desk: reads what is asked, works, says its steps and the answer, and ends."""

import sys
from typing import Final

import msgspec

from skafu.contexts.ai.adapters.desk_words import Asked, Said
from skafu.kernel.errors import Conflict, Invalid, NotFound, Refused, SkafuError
from skafu.workspace.worker_pool.lockdown import WorkerLimits, close_network, limit

LIMITS: Final = WorkerLimits(memory_bytes=2_000_000_000, cpu_seconds=180, lifetime_cpu_seconds=180)
"""What takes more than that was made to."""


def say(said: Said) -> None:
    """Write a line, so that it is heard at once."""
    sys.stdout.buffer.write(msgspec.json.encode(said) + b"\n")
    sys.stdout.buffer.flush()


def answer(asked: Asked) -> Said:
    """Do what is asked.

    Raises:
        SkafuError: it cannot be done; says why.
    """
    match asked.task:
        case "plan":
            from skafu.planning.rules import RulesPlanner

            plan = RulesPlanner(lambda step, text: say(Said(step, text))).plan(asked.text)
            return Said(text=plan.written(), questions=tuple(each.text for each in plan.questions))
        case "advise":
            from skafu.blueprint.changes.fixing import advise

            return Said(advice=advise(asked.text))
        case "change":
            from skafu.blueprint.changes import change_text

            return Said(text=change_text(asked.text, asked.changes))


def main() -> None:
    """Serve one request."""
    close_network()
    limit(LIMITS)
    asked = msgspec.json.decode(sys.stdin.buffer.read(), type=Asked)
    try:
        say(answer(asked))
    except SkafuError as error:
        say(Said(error=_category(error), text=error.message, fix=error.fix))
    except (RecursionError, MemoryError):
        say(Said(error="Refused", text="the text is nested or repeated too much", fix="write it more plainly"))


def _category(error: SkafuError) -> str:
    return next(
        (each.__name__ for each in (Invalid, NotFound, Conflict, Refused) if isinstance(error, each)), "Unavailable"
    )


if __name__ == "__main__":
    main()
