"""Asks the questions of a template: given answers first, then a person if there is one, defaults else."""

from collections.abc import Callable

from jinja2 import StrictUndefined, UndefinedError

from skafu.kernel.errors import Invalid
from skafu.scaffold.asking import Back, Choice, Interviewer, Prompt
from skafu.scaffold.context import Context
from skafu.scaffold.errors import AnswerInvalid, TemplateInvalid
from skafu.scaffold.questions import MISSING, Question
from skafu.scaffold.texts import Texts
from skafu.scaffold.values import CASTS, Loose, as_bool, from_yaml, plain_problem, yaml_items


class _Unset(UndefinedError):
    """A default says that there is none."""


def hold_interview(
    questions: tuple[Question, ...], context: Context, texts: Texts, file: str, interviewer: Interviewer | None = None
) -> None:
    """Ask all questions in order and note the answers.

    Args:
        questions: of the template.
        context: holds the given answers, and takes the others.
        texts: compiles the texts in the questions.
        file: where the questions are written.
        interviewer: puts to a person what is not given; without one, defaults stand.

    Raises:
        AnswerInvalid: an answer is missing or wrong.
        TemplateInvalid: a question is wrong.
    """
    number, asked, said = 0, list[int](), dict[str, Loose]()
    while number < len(questions):
        asking = Asking(questions[number], context, texts, file, said)
        try:
            answer = _answer(asking, interviewer, number, len(questions))
        except Back:
            back = asked.pop() if asked else number
            context.forget(question.name for question in questions[back : number + 1])
            number = back
            continue
        if asking.was_put and (not asked or asked[-1] != number):
            asked.append(number)
        if answer is not MISSING:
            context.answer(questions[number].name, answer)
        number += 1


def _answer(asking: "Asking", interviewer: Interviewer | None, number: int, total: int) -> Loose:
    try:
        return asking.answer(interviewer, number + 1, total)
    except (Invalid, Back):
        raise
    except Exception as error:
        raise AnswerInvalid(str(error) or type(error).__name__, question=asking.name) from error


class Asking:
    """One question being asked.

    Attributes:
        name: of the question.
        was_put: whether a person was asked.
    """

    def __init__(
        self, question: Question, context: Context, texts: Texts, file: str, said: dict[str, Loose] | None = None
    ) -> None:
        """Take a question.

        Args:
            question: what is asked.
            context: the answers so far.
            texts: compiles the texts in the question.
            file: where it is written.
            said: what the person has typed so far, so that who goes back finds it again.
        """
        self.name = question.name
        self._said = {} if said is None else said
        self.was_put = False
        self._question = question
        self._context = context
        self._texts = texts
        self._file = file

    def answer(self, interviewer: Interviewer | None, number: int, total: int) -> Loose:
        """Give the answer, or MISSING when there needs to be none.

        Args:
            interviewer: puts it to a person.
            number: which question it is.
            total: of how many.
        """
        question = self._question
        self._check_previous()
        ask = as_bool(self._filled(question.ask))
        asked = as_bool(self._filled(question.when))
        if not asked:
            self._context.keep_out(self.name)
            self._context.drop_previous(self.name)
            if self._default(asked=asked) is MISSING:
                return MISSING
        if self.name in self._context.given:
            answer = self._parse(self._context.given[self.name])
            self._validate(answer)
            return answer
        if not ask and self.name in self._context.previous:
            return MISSING
        if ask and asked and interviewer is not None:
            self.was_put = True
            return self._put(interviewer, number, total)
        answer = self._default(asked=asked)
        if answer is MISSING and ask:
            fix = f"give one, such as --data {self.name}=...; there is no default"
            raise AnswerInvalid("is required", question=self.name, fix=fix)
        return answer

    def _check_previous(self) -> None:
        """Forget an earlier answer that does not fit any more, so that the default stands."""
        if self.name in self._context.previous:
            try:
                self._validate(self._parse(self._context.previous[self.name]))
            except Exception:  # noqa: BLE001 - whatever is wrong with it, it does not fit
                self._context.drop_previous(self.name)

    def _put(self, interviewer: Interviewer, number: int, total: int) -> Loose:
        question = self._question
        try:
            default = self._default(asked=True)
        except AnswerInvalid:
            default = MISSING
        written = default
        if self.name in self._said and not self._problem(self._said[self.name]):
            default = self._said[self.name]
        prompt = Prompt(
            name=self.name,
            type=self._filled(question.type),
            help=self._filled(question.help),
            default=None if default is MISSING else default,
            has_default=default is not MISSING,
            choices=tuple(self._choices(self._cast())),
            multiselect=question.multiselect,
            secret=question.secret,
            multiline=as_bool(self._filled(question.multiline)),
            placeholder=self._filled(question.placeholder),
            number=number,
            total=total,
            problem=self._problem,
            mark=question.mark,
        )
        answer = self._parse(interviewer.ask(prompt))
        # A default that was taken may be another one when an answer before it has changed.
        self._said.pop(self.name, None)
        if answer != written:
            self._said[self.name] = answer
        return answer

    def _problem(self, answer: Loose) -> str:
        """Say what is wrong with what a person types."""
        try:
            self._validate(self._parse(answer))
        except AnswerInvalid as error:
            return error.problem
        except Exception as error:  # noqa: BLE001 - shown to the person, who types something else
            return str(error) or "this is no answer"
        return ""

    def _default(self, *, asked: bool) -> Loose:
        for answers in (self._context.given, self._context.previous):
            if self.name in answers:
                result = answers[self.name]
                break
        else:
            result = self._written_default()
        if result is MISSING:
            return MISSING
        answer = self._parse(result)
        if asked and not self._question.secret:
            self._validate(answer)
        return answer

    def _written_default(self) -> Loose:
        try:
            written = dict(self._context.place.defaults).get(self.name, self._question.default)
            return self._filled(written, UNSET=StrictUndefined("UNSET", exc=_Unset))
        except TemplateInvalid as error:
            if isinstance(error.__cause__, _Unset):
                return MISSING
            raise

    def _validate(self, answer: Loose) -> None:
        try:
            problem = self._filled(self._question.validator, **{self.name: answer}).strip()
        except TemplateInvalid as error:
            problem = error.problem
        if problem:
            raise AnswerInvalid(problem, question=self.name)

    def _parse(self, answer: Loose) -> Loose:
        cast = self._cast()
        choices = self._choices(cast)
        if self._question.multiselect:
            items = yaml_items(answer) if isinstance(answer, str) else answer
            picked = [_picked(cast(item), choices) for item in items]
            return [choice.value for choice in choices if choice.value in picked]
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

    def _choices(self, cast: Callable[[Loose], Loose]) -> list[Choice]:
        choices = self._question.choices
        if isinstance(choices, str):
            choices = from_yaml(self._filled(choices)) or []
        if isinstance(choices, dict):
            choices = list(choices.items())
        return [self._choice(cast, choice) for choice in choices]

    def _choice(self, cast: Callable[[Loose], Loose], choice: Loose) -> Choice:
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
        shown, filled = str(self._filled(name)), self._filled(value)
        # A choice without a value stands for its name.
        return Choice(shown, cast(shown if filled is None else filled), disabled)

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
        return TemplateInvalid(f"question {self.name!r}: {problem}", file=self._file, line=self._question.line)


def _picked(answer: Loose, choices: list[Choice]) -> Loose:
    if not choices:
        return answer
    matching = [choice.disabled for choice in choices if choice.value == answer]
    if "" in matching:
        return answer
    possible = [choice.value for choice in choices if not choice.disabled]
    raise ValueError(matching[0] if matching else f"{answer!r} is not in {possible}")
