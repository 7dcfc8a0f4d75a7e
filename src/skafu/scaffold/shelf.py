"""Compiled texts of one template, kept from one process to the next by whoever has a place for them."""

from collections.abc import Mapping
from types import CodeType


class Shelf:
    """Code by the key of its text: the text itself, its name, and the settings that it was compiled under.

    Attributes:
        codes: everything that is there.
        grew: whether something was added.
    """

    def __init__(self, codes: Mapping[str, CodeType] | None = None) -> None:
        """Start with what was kept.

        Args:
            codes: from an earlier process, and only from this engine: code that comes from elsewhere is not checked.
        """
        self.codes = dict(codes or {})
        self.grew = False

    def get(self, key: str) -> CodeType | None:
        """Give what is kept under a key."""
        return self.codes.get(key)

    def put(self, key: str, code: CodeType) -> None:
        """Keep a text."""
        self.codes[key] = code
        self.grew = True
