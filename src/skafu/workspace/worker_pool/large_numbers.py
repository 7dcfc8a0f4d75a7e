"""Whole numbers of any size in messages: MessagePack knows those of 64 bits, and has room for further types."""

from typing import Any, Final

import msgspec

_WHOLE: Final = 1
"""The type of the extension: a whole number, the most significant byte first, in two's complement."""
_LEAST, _MOST = -(2**63), 2**64 - 1


def wrapped(value: Any) -> Any:  # noqa: ANN401 - any plain value, or a message
    """Give the same value with extensions in place of numbers that are too large."""
    if isinstance(value, msgspec.Struct):
        fields = {name: wrapped(getattr(value, name)) for name in value.__struct_fields__}
        return msgspec.structs.replace(value, **fields)
    if isinstance(value, list | tuple):
        return [wrapped(one) for one in value]
    if isinstance(value, dict):
        return {key: wrapped(one) for key, one in value.items()}
    if type(value) is int and not _LEAST <= value <= _MOST:
        return msgspec.msgpack.Ext(_WHOLE, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))
    return value


def unwrapped(code: int, content: memoryview) -> int:
    """Give the number that an extension stands for.

    Raises:
        ValueError: it stands for something else.
    """
    if code != _WHOLE:
        raise ValueError(f"there is no extension {code}")
    return int.from_bytes(content, "big", signed=True)
