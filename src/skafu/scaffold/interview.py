"""Asks the questions of a template without a terminal: from given answers and defaults to everything a file may use."""

from collections import ChainMap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from jinja2 import StrictUndefined, UndefinedError

from skafu.kernel.errors import Invalid
from skafu.scaffold.copier_yml import Settings
from skafu.scaffold.errors import AnswerInvalid, TemplateInvalid
from skafu.scaffold.questions import MISSING, Question
from skafu.scaffold.texts import Scope, Texts
from skafu.scaffold.values import CASTS, Loose, Value, as_bool, from_yaml, plain_problem, yaml_items


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rendering comes from and goes to, as far as templates and the answers file may see it.

    Attributes:
        source: where the template is from; `_src_path` in the answers file, left out when None.
        commit: which version of it; `_commit` in the answers file, left out when None.
        destination: path of the folder that is written to; its last name is `_folder_name`.
    """

    source: str | None = None
    commit: str | None = None
    destination: str = ""


class _Unset(UndefinedError):
    """A default says that there is none."""


class _Interview:
    """Answers in the making."""

    def __init__(self, settings: Settings, texts: Texts, given: Mapping[str, Value], place: Place) -> None:
        self._settings = settings
        self._texts = texts
        self._given = given
        self._place = place
        self._metadata = {
            name: value for name, value in (("_commit", place.commit), ("_src_path", place.source)) if value is not None
        }
        self._answers: dict[str, Loose] = {}
        self._hidden: set[str] = set()
        self._kept: frozenset[str] = frozenset()
        self._scope: Scope | None = None

    def hold(self, questions: tuple[Question, ...]) -> Scope:
        """Ask all questions and give the scope of the files."""
        self._kept = frozenset(question.name for question in questions if not question.secret)
        for question in questions:
            try:
                answer = self._ask(question)
            except Invalid:
                raise
            except Exception as error:
                raise AnswerInvalid(str(error) or type(error).__name__, question=question.name) from error
            if answer is not MISSING:
                self._answers[question.name] = answer
            self._scope = None
        return self._texts.scope(self._context("render"))

    def _ask(self, question: Question) -> Loose:
        ask = as_bool(self._filled(question, question.ask))
        asked = as_bool(self._filled(question, question.when))
        if not asked:
            self._hidden.add(question.name)
            if self._default(question, asked=asked) is MISSING:
                return MISSING
        if question.name in self._given:
            answer = self._parse(question, self._given[question.name])
            self._validate(question, answer)
            return answer
        answer = self._default(question, asked=asked)
        if answer is MISSING and ask:
            raise AnswerInvalid("is required", question=question.name, fix="give an answer, there is no default")
        return answer

    def _default(self, question: Question, *, asked: bool) -> Loose:
        if question.name in self._given:
            result: Loose = self._given[question.name]
        else:
            try:
                result = self._filled(question, question.default, UNSET=StrictUndefined("UNSET", exc=_Unset))
            except TemplateInvalid as error:
                if isinstance(error.__cause__, _Unset):
                    return MISSING
                raise
            if result is MISSING:
                return MISSING
        answer = self._parse(question, result)
        if asked and not question.secret:
            self._validate(question, answer)
        return answer

    def _validate(self, question: Question, answer: Loose) -> None:
        try:
            problem = self._filled(question, question.validator, **{question.name: answer}).strip()
        except TemplateInvalid as error:
            problem = error.problem
        if problem:
            raise AnswerInvalid(problem, question=question.name)

    def _parse(self, question: Question, answer: Loose) -> Loose:
        cast = self._cast(question)
        choices = self._choices(question, cast)
        if question.multiselect:
            items = yaml_items(answer) if isinstance(answer, str) else answer
            picked = [_picked(cast(item), choices) for item in items]
            return [value for value, _ in choices if value in picked]
        return _picked(cast(answer), choices)

    def _cast(self, question: Question) -> Callable[[Loose], Loose]:
        name = self._filled(question, question.type)
        if name not in CASTS:
            raise self._invalid(question, f"there is no type {name!r}")

        def cast(answer: Loose) -> Loose:
            if answer is None and name not in {"json", "yaml"}:
                raise ValueError(f"null is no {name}")
            if question.multiselect and isinstance(answer, list):
                return [cast(item) for item in answer]
            value = CASTS[name](answer)
            if problem := plain_problem(value):
                raise ValueError(problem)
            return value

        return cast

    def _choices(self, question: Question, cast: Callable[[Loose], Loose]) -> list[tuple[Loose, str]]:
        """Give each choice as its value and the reason why it may not be picked, empty when it may."""
        choices = question.choices
        if isinstance(choices, str):
            choices = from_yaml(self._filled(question, choices)) or []
        if isinstance(choices, dict):
            choices = list(choices.items())
        return [self._choice(question, cast, choice) for choice in choices]

    def _choice(self, question: Question, cast: Callable[[Loose], Loose], choice: Loose) -> tuple[Loose, str]:
        if not isinstance(choice, list | tuple):
            return cast(self._filled(question, choice)), ""
        if len(choice) != 2:
            raise self._invalid(question, f"the choice {choice!r} is no pair of name and value")
        value, disabled = choice[1], ""
        if isinstance(value, dict):
            if "value" not in value:
                raise self._invalid(question, "a choice has no 'value'")
            disabled = self._filled(question, value.get("validator", ""))
            value = value["value"]
        return cast(self._filled(question, value)), disabled

    def _filled(self, question: Question, value: Loose, **extra: Loose) -> Loose:
        """Fill in a text, or the texts of a list; anything else is itself."""
        if isinstance(value, list):
            return [self._filled(question, item) for item in value]
        if not isinstance(value, str):
            return value
        if self._scope is None:
            self._scope = self._texts.scope(self._context("prompt"))
        scope = {**self._scope, **extra} if extra else self._scope
        return self._texts.fill(value, scope, file=self._settings.file, line=question.line)

    def _invalid(self, question: Question, problem: str) -> TemplateInvalid:
        return TemplateInvalid(f"question {question.name!r}: {problem}", file=self._settings.file, line=question.line)

    def _context(self, phase: str) -> dict[str, Loose]:
        # The order of the layers shows in `_copier_answers`: given answers come before defaults.
        combined = dict(ChainMap(self._answers, dict(self._given), self._metadata))
        context = {
            **combined,
            "_external_data": {},
            "_copier_answers": self._remembered(combined),
            "_copier_conf": self._conf(),
            "_copier_phase": phase,
            "_folder_name": PurePosixPath(self._place.destination).name,
        }
        blind = {**context, "_copier_conf": {**context["_copier_conf"], "answers_file": ""}}
        path = self._texts.fill(self._settings.answers_file, self._texts.scope(blind), file=self._settings.file)
        context["_copier_conf"]["answers_file"] = str(PurePosixPath(path))
        return context

    def _remembered(self, combined: Mapping[str, Loose]) -> dict[str, Loose]:
        kept = self._kept - self._hidden
        return {**self._metadata, **{name: value for name, value in combined.items() if name in kept}}

    def _conf(self) -> dict[str, Loose]:
        return {
            "src_path": self._place.source or "",
            "dst_path": self._place.destination,
            "data": dict(self._given),
            "vcs_ref": None,
            "vcs_ref_hash": None,
            "sep": "/",
            "os": "linux",
            "defaults": True,
            "overwrite": False,
            "pretend": False,
            "quiet": True,
            "unsafe": False,
        }


def _picked(answer: Loose, choices: list[tuple[Loose, str]]) -> Loose:
    if not choices:
        return answer
    matching = [disabled for value, disabled in choices if value == answer]
    if "" in matching:
        return answer
    possible = [value for value, disabled in choices if not disabled]
    raise ValueError(matching[0] if matching else f"{answer!r} is not in {possible}")


def hold_interview(
    settings: Settings, questions: tuple[Question, ...], texts: Texts, given: Mapping[str, Value], place: Place
) -> Scope:
    """Ask all questions of a template.

    Args:
        settings: of the template.
        questions: of the template, in order.
        texts: compiles the texts in the questions.
        given: answers to questions, and extra ones that are no question.
        place: source and destination.

    Returns:
        Everything that files and paths may use.

    Raises:
        AnswerInvalid: an answer is missing or wrong.
        TemplateInvalid: a question is wrong.
    """
    for name, value in given.items():
        if name in {"_copier_answers", "_copier_conf", "_copier_phase", "_folder_name"} or not isinstance(name, str):
            raise AnswerInvalid("this name is taken", question=str(name))
        if problem := plain_problem(value):
            raise AnswerInvalid(problem, question=name)
    return _Interview(settings, texts, given, place).hold(questions)
