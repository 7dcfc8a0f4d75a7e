"""Stands in for the person that a template asks: answers by a plan, and notes what could have been answered."""

from collections.abc import Mapping

from skafu.scaffold.asking import Prompt
from skafu.scaffold.checking.candidates import candidates
from skafu.scaffold.errors import AnswerInvalid
from skafu.scaffold.values import Loose

Plan = Mapping[str, str]
"""Question to the key of its answer; the first candidate stands for a question that is not in it."""


class Unanswerable(AnswerInvalid):
    """A question accepts none of the answers that are tried."""


class Respondent:
    """Answers the questions of one rendering.

    Attributes:
        offered: the keys of all candidates of each question that was asked.
        picked: the key of each answer.
        answers: each answer.
    """

    def __init__(self, plan: Plan, compared: Mapping[str, frozenset[Loose]]) -> None:
        """Take the plan.

        Args:
            plan: what to answer.
            compared: constants that the template compares an answer with, by question.
        """
        self.offered: dict[str, tuple[str, ...]] = {}
        self.picked: dict[str, str] = {}
        self.answers: dict[str, Loose] = {}
        self._plan = plan
        self._compared = compared

    @property
    def by_default(self) -> bool:
        """Whether each answer so far is the first that was offered."""
        return all(key == self.offered[name][0] for name, key in self.picked.items())

    def greet(self, words: str) -> None:
        """Pass over what the template says."""

    def ask(self, prompt: Prompt) -> Loose:
        """Answer as planned.

        Raises:
            Unanswerable: the question accepts nothing that is tried.
        """
        compared = sorted(self._compared.get(prompt.name, frozenset()), key=repr)
        possible = candidates(prompt, compared)
        if not possible:
            refused = prompt.problem("sample") or "there is nothing to choose from"
            raise Unanswerable(
                f"nothing that was tried is accepted: {refused}",
                question=prompt.name,
                fix=f"give an answer to check with: --data {prompt.name}=...",
            )
        self.offered[prompt.name] = tuple(possible)
        key = self._plan.get(prompt.name, "")
        key = key if key in possible else next(iter(possible))
        self.picked[prompt.name], self.answers[prompt.name] = key, possible[key]
        return possible[key]
