"""Any value of JSON as a field of a body: what JSON itself cannot write is refused."""

import json
from typing import Annotated, Any

import msgspec
from pydantic import AfterValidator


def _plain(value: Any) -> Any:  # noqa: ANN401 whatever JSON holds
    """Let a value pass that can be written again, also by those that know 64 bits for a whole number.

    Raises:
        ValueError: it holds half of a character, a number that is none, or one that is too large.
    """
    try:
        json.dumps(value, allow_nan=False)
        msgspec.msgpack.encode(value)
    except (ValueError, OverflowError, RecursionError) as error:
        raise ValueError("this is no value of JSON in UTF-8 with numbers of 64 bits") from error
    return value


PlainJson = Annotated[Any, AfterValidator(_plain)]
"""A value of JSON, checked."""
