"""Fills in the variables of a Cookiecutter template: choices, texts, dictionaries, and what a person answers."""

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping

from skafu.scaffold.asking import Back, Choice, Interviewer, Prompt
from skafu.scaffold.errors import AnswerInvalid
from skafu.scaffold.values import Loose

Fill = Callable[[str, Mapping[str, Loose]], str]


def fill_variables(
    context: "OrderedDict[str, Loose]", fill: Fill, interviewer: Interviewer | None
) -> "OrderedDict[str, Loose]":
    """Fill in all variables, in order; dictionaries after all others, as they may lean on them.

    Args:
        context: variables as written, with answers laid over; the prompts are taken out of it.
        fill: renders a text with the variables so far.
        interviewer: asks a person; without one, defaults stand.

    Raises:
        AnswerInvalid: there is nothing to choose from.
        TemplateInvalid: a text cannot be rendered.
    """
    prompts = context.pop("__prompts__", {})
    first = [name for name, written in context.items() if name.startswith("_") or not isinstance(written, dict)]
    second = [name for name, written in context.items() if isinstance(written, dict) and not _is_raw(name)]
    names = [*first, *second]
    filling = _Filling(context, fill, prompts if isinstance(prompts, dict) else {}, interviewer)
    number, asked = 0, list[int]()
    while number < len(names):
        try:
            put = filling.fill(names[number])
        except Back:
            number = asked.pop() if asked else number
            filling.forget(names[number:])
            continue
        if put and (not asked or asked[-1] != number):
            asked.append(number)
        number += 1
    return filling.done


def _is_raw(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


class _Filling:
    """The variables in the making."""

    def __init__(
        self,
        context: Mapping[str, Loose],
        fill: Fill,
        prompts: Mapping[str, Loose],
        interviewer: Interviewer | None,
    ) -> None:
        self.done: OrderedDict[str, Loose] = OrderedDict()
        self._context = context
        self._fill = fill
        self._prompts = prompts
        self._interviewer = interviewer
        self._said: dict[str, Loose] = {}
        self._visible = [name for name in context if not name.startswith("_")]

    def forget(self, names: list[str]) -> None:
        """Take back what is known of some variables."""
        for name in names:
            self.done.pop(name, None)

    def fill(self, name: str) -> bool:
        """Fill in one variable; says whether a person was asked."""
        written = self._context[name]
        if _is_raw(name):
            self.done[name] = written
            return False
        filled = self._filled(written)
        if isinstance(written, list) and not name.startswith("__"):
            if not filled:
                raise AnswerInvalid("there is nothing to choose from", question=name)
            filled = filled[0] if self._interviewer is None else self._put(name, filled[0], filled)
        elif self._interviewer is not None and not name.startswith("_"):
            filled = self._put(name, filled, [])
        self.done[name] = filled
        return self._interviewer is not None and not name.startswith("_")

    def _filled(self, written: Loose) -> Loose:
        if written is None or isinstance(written, bool):
            return written
        if isinstance(written, dict):
            return {self._filled(name): self._filled(value) for name, value in written.items()}
        if isinstance(written, list):
            return [self._filled(one) for one in written]
        return self._fill(written if isinstance(written, str) else str(written), self.done)

    def _put(self, name: str, default: Loose, choices: list[Loose]) -> Loose:
        words = self._prompts.get(name) or ""
        names = words if isinstance(words, dict) else {}
        written = default
        if name in self._said and (not choices or self._said[name] in choices):
            default = self._said[name]
        kind = "bool" if isinstance(default, bool) else "json" if isinstance(default, dict) else "str"
        prompt = Prompt(
            name=name,
            type=kind,
            help=str(names.get("__prompt__", "") if names else words),
            default=default,
            has_default=True,
            choices=tuple(Choice(str(names.get(one, one)), one) for one in choices),
            multiselect=False,
            secret=False,
            multiline=False,
            placeholder="",
            number=self._visible.index(name) + 1,
            total=len(self._visible),
            problem=_problem_of_object if kind == "json" else _no_problem,
        )
        answer = self._interviewer.ask(prompt) if self._interviewer is not None else default
        answer = json.loads(answer) if kind == "json" and isinstance(answer, str) else answer
        # A default that was taken may be another one when an answer before it has changed.
        self._said.pop(name, None)
        if answer != written:
            self._said[name] = answer
        return answer


def _no_problem(answer: Loose) -> str:
    del answer
    return ""


def _problem_of_object(answer: Loose) -> str:
    try:
        read = json.loads(answer) if isinstance(answer, str) else answer
    except ValueError as error:
        return str(error)
    return "" if isinstance(read, dict) else "write a JSON object"
