"""Asks the questions of a template without a terminal: given answers first, defaults else."""

from collections.abc import Callable

from jinja2 import StrictUndefined, UndefinedError

from skafu.kernel.errors import Invalid
from skafu.scaffold.context import Context
from skafu.scaffold.errors import AnswerInvalid, TemplateInvalid
from skafu.scaffold.questions import MISSING, Question
from skafu.scaffold.texts import Texts
from skafu.scaffold.values import CASTS, Loose, as_bool, from_yaml, plain_problem, yaml_items

# Each choice as its value, and the reason why it may not be picked, empty when it may.
_Choices = list[tuple[Loose, str]]


class _Unset(UndefinedError):
    """A default says that there is none."""


def hold_interview(questions: tuple[Question, ...], context: Context, texts: Texts, file: str) -> None:
    """Ask all questions in order and note the answers.

    Args:
        questions: of the template.
        context: holds the given answers, and takes the others.
        texts: compiles the texts in the questions.
        file: where the questions are written.

    Raises:
        AnswerInvalid: an answer is missing or wrong.
        TemplateInvalid: a question is wrong.
    """
    for question in questions:
        try:
            answer = _Asking(question, context, texts, file).answer()
        except Invalid:
            raise
        except Exception as error:
            raise AnswerInvalid(str(error) or type(error).__name__, question=question.name) from error
        if answer is not MISSING:
            context.answer(question.name, answer)


class _Asking:
    """One question being asked."""

    def __init__(self, question: Question, context: Context, texts: Texts, file: str) -> None:
        self._question = question
        self._name = question.name
        self._context = context
        self._texts = texts
        self._file = file

    def answer(self) -> Loose:
        """Give the answer, or MISSING when there needs to be none."""
        question = self._question
        ask = as_bool(self._filled(question.ask))
        asked = as_bool(self._filled(question.when))
        if not asked:
            self._context.keep_out(self._name)
            if self._default(asked=asked) is MISSING:
                return MISSING
        if self._name in self._context.given:
            answer = self._parse(self._context.given[self._name])
            self._validate(answer)
            return answer
        answer = self._default(asked=asked)
        if answer is MISSING and ask:
            raise AnswerInvalid("is required", question=self._name, fix="give an answer, there is no default")
        return answer

    def _default(self, *, asked: bool) -> Loose:
        result = self._context.given[self._name] if self._name in self._context.given else self._written_default()
        if result is MISSING:
            return MISSING
        answer = self._parse(result)
        if asked and not self._question.secret:
            self._validate(answer)
        return answer

    def _written_default(self) -> Loose:
        try:
            return self._filled(self._question.default, UNSET=StrictUndefined("UNSET", exc=_Unset))
        except TemplateInvalid as error:
            if isinstance(error.__cause__, _Unset):
                return MISSING
            raise

    def _validate(self, answer: Loose) -> None:
        try:
            problem = self._filled(self._question.validator, **{self._name: answer}).strip()
        except TemplateInvalid as error:
            problem = error.problem
        if problem:
            raise AnswerInvalid(problem, question=self._name)

    def _parse(self, answer: Loose) -> Loose:
        cast = self._cast()
        choices = self._choices(cast)
        if self._question.multiselect:
            items = yaml_items(answer) if isinstance(answer, str) else answer
            picked = [_picked(cast(item), choices) for item in items]
            return [value for value, _ in choices if value in picked]
        return _picked(cast(answer), choices)

    def _cast(self) -> Callable[[Loose], Loose]:
        name = self._filled(self._question.type)
        if name not in CASTS:
            raise self._invalid(f"there is no type {name!r}")

        def cast(answer: Loose) -> Loose:
            if answer is None and name not in {"json", "yaml"}:
                raise ValueError(f"null is no {name}")
            if self._question.multiselect and isinstance(answer, list):
                return [cast(item) for item in answer]
            value = CASTS[name](answer)
            if problem := plain_problem(value):
                raise ValueError(problem)
            return value

        return cast

    def _choices(self, cast: Callable[[Loose], Loose]) -> _Choices:
        choices = self._question.choices
        if isinstance(choices, str):
            choices = from_yaml(self._filled(choices)) or []
        if isinstance(choices, dict):
            choices = list(choices.items())
        return [self._choice(cast, choice) for choice in choices]

    def _choice(self, cast: Callable[[Loose], Loose], choice: Loose) -> tuple[Loose, str]:
        name, value, disabled = choice, choice, ""
        if isinstance(choice, list | tuple):
            if len(choice) != 2:
                raise self._invalid(f"the choice {choice!r} is no pair of name and value")
            name, value = choice
            if isinstance(value, dict):
                if "value" not in value:
                    raise self._invalid(f"the choice {name!r} has no 'value'")
                disabled = self._filled(value.get("validator", ""))
                value = value["value"]
        filled = self._filled(value)
        # A choice without a value stands for its name.
        return cast(str(self._filled(name)) if filled is None else filled), disabled

    def _filled(self, value: Loose, **extra: Loose) -> Loose:
        """Fill in a text, or the texts of a list; anything else is itself."""
        if isinstance(value, list):
            return [self._filled(item) for item in value]
        if not isinstance(value, str):
            return value
        scope = self._context.prompt_scope()
        return self._texts.fill(
            value, {**scope, **extra} if extra else scope, file=self._file, line=self._question.line
        )

    def _invalid(self, problem: str) -> TemplateInvalid:
        return TemplateInvalid(f"question {self._name!r}: {problem}", file=self._file, line=self._question.line)


def _picked(answer: Loose, choices: _Choices) -> Loose:
    if not choices:
        return answer
    matching = [disabled for value, disabled in choices if value == answer]
    if "" in matching:
        return answer
    possible = [value for value, disabled in choices if not disabled]
    raise ValueError(matching[0] if matching else f"{answer!r} is not in {possible}")
