"""What one rendering remembers, and how filters and functions of templates find it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import NoReturn

from jinja2 import Template
from jinja2.environment import TemplateModule
from jinja2.exceptions import TemplateRuntimeError
from jinja2.runtime import Context

from skafu.scaffold.bounds.meter import Meter
from skafu.scaffold.place import Dice, Place
from skafu.scaffold.values import Loose

# A variable name that no template can write: the state of one rendering travels under it.
RUN = " run"


@dataclass(slots=True)
class Run:
    """What one rendering remembers.

    Attributes:
        answered: the names that answers and Copier give, without jinja2's globals.
        place: where it stands, what time it is, where chance comes from.
        meter: what the rendering may still use.
        modules: the modules imported so far.
        repeated: what the last path part asked to be repeated over, as name and items.
        dice: the source of chance, once somebody asked for it.
    """

    answered: Collection[str] = ()
    place: Place | None = None
    meter: Meter = field(default_factory=Meter)
    modules: dict[Template, TemplateModule] = field(default_factory=dict)
    repeated: tuple[str, Iterable[Loose]] | None = None
    dice: Dice | None = None


def run_of(context: Context) -> Run:
    """Give the run that a context belongs to; one of its own when it belongs to none."""
    run = context.resolve_or_missing(RUN)
    return run if isinstance(run, Run) else Run()


def refuse(what: str) -> NoReturn:
    """Say no to what would make a rendering depend on more than template and answers.

    Raises:
        TemplateRuntimeError: always.
    """
    raise TemplateRuntimeError(
        f"{what} depends on the clock, on chance or on this machine; pass such a value as an answer"
    )
