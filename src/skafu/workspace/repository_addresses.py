"""Tells addresses of git repositories from paths and names."""

from pathlib import Path

_SHORT = {"gh:": "https://github.com/", "gl:": "https://gitlab.com/"}
_STARTS = ("git@", "git://", "git+", "ssh://", "file://", "https://github.com/", "https://gitlab.com/")


def address_of_repository(address: str) -> str | None:
    """The address that git understands, if this is one of a repository that is elsewhere.

    Example:
        >>> address_of_repository("gh:jlevy/simple-modern-uv")
        'https://github.com/jlevy/simple-modern-uv.git'
        >>> address_of_repository("folder/template") is None
        True
    """
    for short, long in _SHORT.items():
        if address.startswith(short):
            return f"{long}{address.removeprefix(short).strip('/').removesuffix('.git')}.git"
    if address.startswith("git+"):
        return address.removeprefix("git+")
    if address.startswith(_STARTS) or (address.endswith(".git") and not Path(address).is_dir()):
        return address
    return str(Path(address).absolute()) if address.endswith((".git", ".bundle")) else None
