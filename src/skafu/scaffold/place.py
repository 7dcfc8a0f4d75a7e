"""What a rendering may know of the world: where it stands, what time it is, where chance comes from."""

from collections.abc import Callable, MutableSequence, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from skafu.scaffold.values import Loose


class Dice(Protocol):
    """A source of chance, with the methods of Python's `random.Random` that templates can reach."""

    def randrange(self, start: int, stop: int | None = None, step: int = 1, /) -> int:
        """Give a number of a range."""
        ...

    def choice(self, seq: Sequence[Loose], /) -> Loose:
        """Give one of several."""
        ...

    def shuffle(self, x: MutableSequence[Loose], /) -> None:
        """Put a list in another order, in place."""
        ...

    def getrandbits(self, k: int, /) -> int:
        """Give a number of so many bits."""
        ...


def _nothing(path: str) -> bytes | None:
    del path
    return None


class Place(NamedTuple):
    """Where a rendering comes from and goes to, as far as templates and the answers file may see it.

    Attributes:
        source: where the template is from; `_src_path` in the answers file, left out when None.
        commit: which version of it; `_commit` in the answers file, left out when None.
        destination: path of the folder that is written to; its last name is `_folder_name`.
        written: the destination as somebody wrote it, which templates of Copier see; the same when None.
        folder: where the files of the template stand on this machine, for its code; the source when None.
        commit_hash: the full hash of the commit.
        at: the tag, branch or commit that was asked for.
        operation: `copy` or `update`, as templates see it in `_copier_operation`.
        former: of an update, the version of the template that the project is made from.
        now: the time, with its zone; templates that ask for the time are refused without it.
        dice: makes a source of chance from a seed, or from nothing; templates that ask for chance are refused
            without it. `random.Random` fits.
        existing: gives the content of a file of the destination, for `_external_data`.
        defaults: defaults of the user's own settings, which go before those of the template.
    """

    source: str | None = None
    commit: str | None = None
    destination: str = ""
    written: str | None = None
    folder: str | None = None
    commit_hash: str | None = None
    at: str | None = None
    operation: str = "copy"
    former: str | None = None
    now: datetime | None = None
    dice: Callable[[Loose], Dice] | None = None
    existing: Callable[[str], bytes | None] = _nothing
    defaults: tuple[tuple[str, Loose], ...] = ()
