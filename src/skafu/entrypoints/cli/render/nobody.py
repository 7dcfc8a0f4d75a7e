"""Stands in for the person when there is no terminal: says which answer is missing."""

from typing import NoReturn

from skafu.kernel.errors import Invalid
from skafu.scaffold import Prompt


class Nobody:
    """An interviewer that nobody listens to."""

    def greet(self, words: str) -> None:
        """Say nothing."""

    def ask(self, prompt: Prompt) -> NoReturn:
        """Refuse.

        Raises:
            Invalid: always.
        """
        raise Invalid(
            f"the question {prompt.name!r} is open, and there is no terminal to ask on",
            fix=f"give --data {prompt.name}=..., or --defaults for all that is not given",
        )
