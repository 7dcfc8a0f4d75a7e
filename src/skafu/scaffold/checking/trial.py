"""One rendering of a template for its check: which answers, which files, or why not."""

from collections.abc import Mapping
from dataclasses import dataclass

from skafu.kernel.errors import Invalid, Refused
from skafu.scaffold.bounds.meter import Exhausted
from skafu.scaffold.checking.combinations import Tried
from skafu.scaffold.checking.respondent import Plan, Respondent
from skafu.scaffold.place import Place
from skafu.scaffold.rendered import Rendered
from skafu.scaffold.template import Template, fill
from skafu.scaffold.values import Loose, Value

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Trial:
    """What came out of one combination of answers.

    Attributes:
        answers: what was answered, by question.
        by_default: whether each answer is the one that stands when nobody answers.
        rendered: the result; None when there is none.
        error: why there is none.
    """

    answers: Mapping[str, Loose]
    by_default: bool
    rendered: Rendered | None = None
    error: Invalid | Refused | None = None

    @property
    def words(self) -> str:
        """The answers, for people."""
        shown = ", ".join(f"{name}={_short(value)}" for name, value in self.answers.items())
        return f" (with {shown})" if shown else ""


def _short(value: Loose) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _root(error: BaseException | None) -> BaseException | None:
    while error is not None and error.__cause__ is not None:
        error = error.__cause__
    return error


@dataclass(frozen=True, slots=True)
class Laboratory:
    """Renders a template with plans.

    Attributes:
        template: what is rendered.
        given: answers that stand in every rendering.
        place: where it is rendered to.
        compared: constants that the template compares answers with, by question.
    """

    template: Template
    given: Mapping[str, Value]
    place: Place
    compared: Mapping[str, frozenset[Loose]]

    def attempt(self, plan: Plan) -> tuple[Trial, Tried]:
        """Render with a plan; whatever a template does wrong is in the trial."""
        person = Respondent(plan, self.compared)
        try:
            rendered = fill(self.template, self.given, place=self.place, interviewer=person)
            trial = Trial(person.answers, person.by_default, rendered)
        except (Invalid, Refused) as error:
            trial = Trial(person.answers, person.by_default, error=error)
        ran_out = isinstance(_root(trial.error), Exhausted)
        return trial, Tried(person.offered, person.picked, ran_out, trial.rendered is not None)
