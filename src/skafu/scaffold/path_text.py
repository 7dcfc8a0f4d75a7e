"""A path as templates see it: a text that answers to the usual parts of a path, and touches no disk."""

from pathlib import PurePosixPath


class PathText(str):
    """A text with the parts of `pathlib.PurePath` that templates use."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """The last part."""
        return PurePosixPath(self).name

    @property
    def stem(self) -> str:
        """The last part without its ending."""
        return PurePosixPath(self).stem

    @property
    def suffix(self) -> str:
        """The ending of the last part."""
        return PurePosixPath(self).suffix

    @property
    def parent(self) -> "PathText":
        """The folder that holds it."""
        return PathText(PurePosixPath(self).parent)

    @property
    def parts(self) -> tuple[str, ...]:
        """All parts."""
        return PurePosixPath(self).parts

    def as_posix(self) -> str:
        """The path as text."""
        return str(self)

    def joinpath(self, *parts: str) -> "PathText":
        """A path below this one."""
        return PathText(PurePosixPath(self).joinpath(*parts))

    def __truediv__(self, part: str) -> "PathText":
        """A path below this one."""
        return self.joinpath(part)
