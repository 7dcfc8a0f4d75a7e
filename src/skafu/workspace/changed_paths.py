"""What writing a tree over a folder means, path by path."""

from typing import NamedTuple


class Update(NamedTuple):
    """What writing a new tree over a project means, path by path.

    Attributes:
        add: new files.
        replace: untouched generated files that change.
        remove: untouched generated files that the blueprint no longer asks for.
        keep: files that are their people's, or stand as they should.
        edited: generated files that the new tree would change or remove, but that were edited by hand or were
            never written by Skafu.
    """

    add: tuple[str, ...] = ()
    replace: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether anything would be written or removed."""
        return bool(self.add or self.replace or self.remove)
