"""Tells binary files from text as Cookiecutter does, which asks `binaryornot`."""

from pathlib import PurePosixPath

_ENOUGH = 512


def is_binary(path: str, content: bytes) -> bool:
    """Tell whether a file is binary, by its extension and its first bytes.

    Args:
        path: path of the template file, not yet filled in.
        content: all of it, or its start.
    """
    from binaryornot.helpers import BINARY_EXTENSIONS, is_binary_string

    if PurePosixPath(path).suffix.lower().lstrip(".") in BINARY_EXTENSIONS:
        return True
    return bool(is_binary_string(content[:_ENOUGH]))
