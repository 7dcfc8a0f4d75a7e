"""Writing one file, whole or not at all."""

import secrets
from pathlib import Path


def write_whole(content: bytes, path: Path, *, mode: int | None = None) -> None:
    """Write a file, in place of the one that is there; the folders above it are made.

    Args:
        content: all of it.
        path: where it goes.
        mode: its permissions; what is usual when None.

    Raises:
        OSError: the disk says no; what was there is still there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{secrets.token_hex(8)}.new")
    try:
        aside.touch(mode=0o666 if mode is None else 0o600)  # nobody reads it before it has its permissions
        aside.write_bytes(content)
        if mode is not None:
            aside.chmod(mode)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
