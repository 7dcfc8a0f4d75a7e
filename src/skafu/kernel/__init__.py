"""Pure words that every room shares."""

import sys


def _import_msgspec() -> None:
    """Import msgspec without typing_extensions, which takes longer than all of the kernel.

    msgspec takes three names from there, and from `typing` when it is not installed. From Python 3.11 on they do the
    same. Whoever asks for typing_extensions afterwards gets it.
    """
    asked = "typing_extensions"
    if "msgspec" in sys.modules or asked in sys.modules:
        return
    sys.modules[asked] = None  # type: ignore[assignment]
    try:
        import msgspec  # noqa: F401
    finally:
        del sys.modules[asked]


_import_msgspec()
