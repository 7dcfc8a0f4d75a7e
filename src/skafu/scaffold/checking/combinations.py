"""Which combinations of answers are tried: all when they are few, else so many that every two answers meet once."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from math import prod

from skafu.scaffold.checking.meetings import Level, Meetings
from skafu.scaffold.checking.respondent import Plan

_MOST_OF_A_CONDITION = 32
"""A condition whose questions have more combinations of answers than this is left to chance."""

_MOST_RUN_OUT = 3
"""A template that uses up all that a rendering may use so often is a bomb; to try on would take for ever."""


@dataclass(frozen=True, slots=True)
class Tried:
    """The outcome of one plan, as far as it matters for the next ones.

    Attributes:
        offered: the keys of the candidates of each question that was asked.
        picked: the key of each answer.
        ran_out: whether the rendering used up all that one may use.
        rendered: whether anything came out.
    """

    offered: Mapping[str, tuple[str, ...]]
    picked: Mapping[str, str]
    ran_out: bool = False
    rendered: bool = False


@dataclass(slots=True)
class Exploration:
    """Goes through the answers of a template, whose questions are found on the way.

    Attributes:
        limit: how many combinations may be tried.
        conditions: the questions that one condition of the template asks about together; of each, all combinations.
        tried: how many different ones were.
        rendered: of how many of them anything came out.
    """

    limit: int
    conditions: tuple[tuple[str, ...], ...] = ()
    tried: int = 0
    rendered: int = 0
    _levels: dict[str, list[str]] = field(default_factory=dict)
    _plans: set[tuple[Level, ...]] = field(default_factory=set)
    _meetings: Meetings = field(default_factory=Meetings)
    _seen: dict[tuple[Level, ...], Plan] = field(default_factory=dict)
    _complete: bool = False
    _run_out: int = 0

    @property
    def possible(self) -> int:
        """How many combinations there are, also those in which some questions are not asked."""
        return prod((len(levels) for levels in self._levels.values()), start=1)

    @property
    def exhaustive(self) -> bool:
        """Whether all of them were tried."""
        return self._complete and self.possible <= self.limit

    @property
    def complete(self) -> bool:
        """Whether all, or every two answers together, were tried within the limit."""
        return self._complete

    def run(self, attempt: Callable[[Plan], Tried]) -> None:
        """Try plan after plan.

        Args:
            attempt: renders with a plan.
        """
        plan: Plan | None = {}
        attempts = self._run_out = 0
        while plan is not None and not self._is_over(attempts):
            attempts += 1
            self._plans.add(_signature(plan))
            outcome = attempt(plan)
            self._run_out += outcome.ran_out
            self._note(outcome, plan)
            plan = self._next()
        self._complete = plan is None

    def _is_over(self, attempts: int) -> bool:
        return attempts >= 4 * self.limit or self.tried >= self.limit or self._run_out >= _MOST_RUN_OUT

    def _note(self, outcome: Tried, plan: Plan) -> None:
        for name, keys in outcome.offered.items():
            known = self._levels.setdefault(name, [])
            known.extend(key for key in keys if key not in known)
        # What was planned counts as met, also where a question was not asked or did not take the answer.
        for met in (plan, {**plan, **outcome.picked}):
            self._meetings.note(met)
        signature = _signature(outcome.picked)
        if signature not in self._seen:
            self.tried += 1
            self.rendered += outcome.rendered
            self._seen[signature] = outcome.picked

    def _next(self) -> Plan | None:
        if self.possible <= self.limit:
            return next(self._remaining(), None)
        return self._next_pair() or self._next_condition() or self._next_single()

    def _remaining(self) -> Iterator[Plan]:
        for keys in product(*self._levels.values()):
            plan = dict(zip(self._levels, keys, strict=True))
            if _signature(plan) not in self._plans:
                yield plan

    def _next_pair(self) -> Plan | None:
        """Start from a pair that has not met, and give each other question the answer that meets most new ones."""
        first = self._meetings.first_open(self._levels)
        if first is None:
            return None
        plan = dict(first)
        chosen = self._meetings.bits(first)
        for name, keys in self._levels.items():
            if name not in plan:
                plan[name] = max(keys, key=lambda key: self._meetings.missing((name, key), chosen).bit_count())
                chosen |= self._meetings.bits([(name, plan[name])])
        return plan

    def _next_condition(self) -> Plan | None:
        """Give a combination of answers to the questions of one condition that was not planned yet."""
        for names in self.conditions:
            known = [name for name in names if name in self._levels]
            levels = [self._levels[name] for name in known]
            for keys in product(*levels) if prod(map(len, levels)) <= _MOST_OF_A_CONDITION else ():
                plan = dict(zip(known, keys, strict=True))
                if _signature(plan) not in self._plans:
                    return plan
        return None

    def _next_single(self) -> Plan | None:
        """Give an answer that never came up, where its question is known to be asked."""
        used = {level for picked in self._seen.values() for level in picked.items()}
        for name, keys in self._levels.items():
            for key in keys:
                for picked in self._seen.values() if (name, key) not in used else ():
                    plan = {**picked, name: key}
                    if name in picked and _signature(plan) not in self._plans:
                        return plan
        return None


def _signature(plan: Plan) -> tuple[Level, ...]:
    return tuple(sorted(plan.items()))
