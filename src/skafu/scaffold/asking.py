"""How questions reach people: what is asked, and the port of whoever asks."""

from collections.abc import Callable
from typing import NamedTuple, Protocol

from skafu.scaffold.values import Loose


class Back(Exception):
    """The person wants to answer the question before once more."""


class Choice(NamedTuple):
    """One choice of a question.

    Attributes:
        name: what people read.
        value: the answer.
        disabled: why it may not be picked now; empty when it may.
    """

    name: str
    value: Loose
    disabled: str = ""


class Prompt(NamedTuple):
    """A question as it is put to a person, all texts filled in.

    Attributes:
        name: the name of the answer.
        type: str, int, float, bool, yaml, json or path.
        help: words for people; empty when the template has none.
        default: what stands when nothing is typed; None is a default too, `has_default` tells.
        has_default: whether there is a default.
        choices: what may be picked; empty when anything may be answered.
        multiselect: whether any number of choices may be picked.
        secret: whether what is typed must not be seen.
        multiline: whether the answer may have several lines.
        placeholder: words in the empty field.
        number: which question of how many this is.
        total: how many questions there may be.
        problem: says what is wrong with an answer; empty when nothing is.
        mark: what stands before the question; empty for the usual mark.
    """

    name: str
    type: str
    help: str
    default: Loose
    has_default: bool
    choices: tuple[Choice, ...]
    multiselect: bool
    secret: bool
    multiline: bool
    placeholder: str
    number: int
    total: int
    problem: Callable[[Loose], str]
    mark: str = ""


class Interviewer(Protocol):
    """Somebody who puts questions to a person."""

    def greet(self, words: str) -> None:
        """Say what the template says before its questions."""
        ...

    def ask(self, prompt: Prompt) -> Loose:
        """Get one answer: a text, a truth value, the value of a choice, or a list of those.

        Raises:
            Back: the person wants the question before.
        """
        ...
