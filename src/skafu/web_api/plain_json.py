"""Any value of JSON as a field of a body: what JSON itself cannot write is refused."""

import json
from typing import Annotated, Any

from pydantic import AfterValidator


def _plain(value: Any) -> Any:  # noqa: ANN401 whatever JSON holds
    """Let a value pass that can be written again.

    Raises:
        ValueError: it holds half of a character, or a number that is none.
    """
    try:
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise ValueError("this is no value that JSON can write in UTF-8") from error
    return value


PlainJson = Annotated[Any, AfterValidator(_plain)]
"""A value of JSON, checked."""
