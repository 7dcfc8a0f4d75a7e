"""Bytes that sort as the values do, so that every engine finds and sorts documents alike.

The escaping of texts follows the tuple layer of FoundationDB
(https://github.com/apple/foundationdb/blob/main/design/tuple.md).
"""

import hashlib
import math
import struct
from typing import Final

from skafu.kernel.errors import Invalid
from skafu.storage.documents import Scalar

NULL: Final = b"\x05"
FALSE: Final = b"\x10"
TRUE: Final = b"\x11"
NUMBER: Final = b"\x20"
TEXT: Final = b"\x30"
AFTER_ALL: Final = b"\xff"

EXACT: Final = 2**53
"""Whole numbers beyond this are no longer told apart as floats."""

SORTED_BYTES: Final = 240
"""Texts are sorted by this much of their UTF-8; the digest of a longer one keeps equality exact."""


def sort_key(value: object) -> bytes:
    """The bytes of a value. No key is a prefix of another.

    Raises:
        Invalid: the value is not null, a boolean, a number that floats tell apart, or a text.
    """
    match value:
        case str():
            return TEXT + _text(value)
        case None:
            return NULL
        case bool():
            return TRUE if value else FALSE
        case int() | float() if abs(value) <= EXACT or isinstance(value, float):
            return NUMBER + _number(float(value))
        case _:
            raise Invalid(f"an index cannot hold {value!r:.60}", fix="index booleans, numbers and texts")


def bounds_of_kind(value: Scalar) -> tuple[bytes, bytes]:
    """Where the values of the same kind begin and end."""
    tag = sort_key(value)[:1]
    if tag in (FALSE, TRUE):
        return FALSE, NUMBER
    return tag, bytes([tag[0] + 1])


def _number(value: float) -> bytes:
    if not math.isfinite(value):
        raise Invalid(f"an index cannot hold {value}", fix="index finite numbers")
    (bits,) = struct.unpack(">Q", struct.pack(">d", value + 0.0))
    flipped = bits ^ (0xFFFF_FFFF_FFFF_FFFF if bits >> 63 else 1 << 63)
    return struct.pack(">Q", flipped)


def _text(value: str) -> bytes:
    try:
        raw = value.encode()
    except UnicodeEncodeError:
        raise Invalid(f"{value[:40]!r} is no text that can be stored", fix="use characters of Unicode") from None
    if len(raw) <= SORTED_BYTES and b"\0" not in raw:  # nearly all are plain
        return raw + b"\0\0"
    escaped = raw[:SORTED_BYTES].replace(b"\0", b"\0\xff")
    digest = AFTER_ALL + hashlib.sha256(raw).digest().replace(b"\0", b"\0\xff") if len(raw) > SORTED_BYTES else b""
    return escaped + digest + b"\0\0"
