"""The errors of expressions.

Invalid
├── ExpressionInvalid   the text is no expression, or does not fit the names and types around it
└── ExpressionFailed    a valid expression has no value for these values: a division by zero, no such item
    └── DifferentCurrencies     amounts of two currencies are added or ordered
"""

from skafu.blueprint.problems import Problem
from skafu.kernel.errors import Invalid


class ExpressionInvalid(Invalid):
    """The text is no expression, or does not fit the names and types around it.

    Attributes:
        text: the expression.
        problems: everything that is wrong, in the order of the text; never empty.
    """

    def __init__(self, text: str, problems: tuple[Problem, ...]) -> None:
        """Take the first problem for the words to people, and keep them all."""
        super().__init__("; ".join(problem.message for problem in problems), fix=problems[0].fix)
        self.text = text
        self.problems = problems

    @property
    def offset(self) -> int:
        """Where the first problem starts, in characters from the start of the text."""
        return self.problems[0].offset


class ExpressionFailed(Invalid):
    """A valid expression has no value for these values."""


class DifferentCurrencies(ExpressionFailed):
    """Amounts of two currencies are added or ordered."""
