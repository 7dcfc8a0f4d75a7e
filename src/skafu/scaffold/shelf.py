"""Compiled texts of one template, kept from one process to the next by whoever has a place for them."""

from collections.abc import Callable, Mapping
from types import CodeType


class Shelf:
    """Code by the key of its text: the text itself, its name, and the settings that it was compiled under.

    What takes long to find out about a file of the template is kept beside it.

    Attributes:
        codes: everything that is there.
        grew: whether something was added.
    """

    def __init__(self, codes: Mapping[str, CodeType | bool] | None = None) -> None:
        """Start with what was kept.

        Args:
            codes: from an earlier process, and only from this engine: code that comes from elsewhere is not checked.
        """
        self.codes = dict(codes or {})
        self.grew = False

    def get(self, key: str) -> CodeType | None:
        """Give what is kept under a key."""
        found = self.codes.get(key)
        return found if isinstance(found, CodeType) else None

    def put(self, key: str, code: CodeType) -> None:
        """Keep a text."""
        self.codes[key] = code
        self.grew = True

    def verdict(self, question: str, find: Callable[[], bool]) -> bool:
        """Give the answer to a question about the template, or find it out.

        Args:
            question: in words that no key of a text has.
            find: gives the answer.
        """
        found = self.codes.get(question)
        if not isinstance(found, bool):
            found = self.codes[question] = find()
            self.grew = True
        return found
