"""The budget of one rendering: steps and text, counted down, never filled up again."""

from typing import NamedTuple, TypeAlias

from jinja2.exceptions import SecurityError

Size: TypeAlias = tuple[int, int]
"""Files and bytes."""

LONGEST_TEXT = 5_000_000
"""Characters of one text that a template makes."""

LONGEST_LIST = 1_000_000
"""Items of one list that a template makes."""

LONGEST_NUMBER = 100_000
"""Bits of a whole number."""


class Exhausted(SecurityError):
    """A template wants more than it may have."""


class Limits(NamedTuple):
    """What one rendering may use. Counted, not timed, so that the same template always ends in the same way.

    Attributes:
        steps: passes of loops, calls, filters, includes; long texts and lists count for many.
        text: characters of all texts that are made on the way and put out.
        output_bytes: bytes of all files, beyond those of the template itself.
        files: files, beyond those of the template itself.
    """

    steps: int = 1_000_000
    text: int = 64_000_000
    output_bytes: int = 100_000_000
    files: int = 20_000


DEFAULT_LIMITS = Limits()
"""Far more than ordinary templates use."""


class Meter:
    """Counts what one rendering uses; who is over the limit stays over it.

    Attributes:
        limits: where it stops.
        room: how many characters may still be made.
    """

    __slots__ = ("_bytes", "_files", "_steps", "limits", "room")

    def __init__(self, limits: Limits = DEFAULT_LIMITS, own: Size = (0, 0)) -> None:
        """Start with everything left.

        Args:
            limits: what may be used.
            own: files and bytes of the template itself; the output may have as many on top of the limits.
        """
        self.limits = limits
        self._steps = limits.steps
        self.room = limits.text
        self._files = limits.files + own[0]
        self._bytes = limits.output_bytes + own[1]

    def step(self, cost: int = 1) -> None:
        """Take steps.

        Raises:
            Exhausted: there are none left.
        """
        self._steps -= cost
        if self._steps < 0:
            raise Exhausted(
                f"the template takes more than {self.limits.steps} steps (loops, calls, and work on long texts)"
            )

    def grow(self, size: int) -> None:
        """Make a text of so many characters.

        Raises:
            Exhausted: it is too long, or all of them together are.
        """
        self.room -= size
        if size > LONGEST_TEXT:
            raise Exhausted(f"a text may have at most {LONGEST_TEXT} characters")
        if self.room < 0:
            raise Exhausted(f"the template makes more than {self.limits.text} characters of text")

    def write(self, size: int) -> None:
        """Make so many characters of output, of any length at once.

        Raises:
            Exhausted: all texts together are too long.
        """
        self.room -= size
        if self.room < 0:
            raise Exhausted(f"the template makes more than {self.limits.text} characters of text")

    def put(self, size: int) -> None:
        """Put a file out.

        Raises:
            Exhausted: there are too many files or bytes.
        """
        self._files -= 1
        self._bytes -= size
        if self._files < 0:
            raise Exhausted(f"the template makes more than {self.limits.files} files beyond its own")
        if self._bytes < 0:
            raise Exhausted(f"the template makes more than {self.limits.output_bytes} bytes beyond its own")


def check_length(size: int, limit: int = LONGEST_TEXT, what: str = "a text") -> None:
    """Refuse a value before it is made.

    Raises:
        Exhausted: it would be longer than the limit.
    """
    if size > limit:
        raise Exhausted(f"{what} may have at most {limit} {'characters' if limit == LONGEST_TEXT else 'items'}")
