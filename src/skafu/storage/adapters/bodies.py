"""Documents as bytes, the same for all engines."""

import msgspec

from skafu.kernel.errors import Invalid
from skafu.storage.documents import Body, Document

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict[str, object]).decode


def body_bytes(key: str, body: Body) -> bytes:
    """A body as compact JSON.

    Raises:
        Invalid: JSON cannot write it.
    """
    try:
        return _encode(body if isinstance(body, dict) else dict(body))
    except (TypeError, ValueError, OverflowError) as error:
        raise Invalid(f"document {key!r} cannot be written: {error}", fix="keep to what JSON knows") from error


def document(key: str, body: bytes, revision: int) -> Document:
    """A document from its row."""
    return Document(key, _decode(body), revision)
