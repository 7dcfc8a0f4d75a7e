"""The last error of work, as it stands in the queue until its failure has been recorded."""

import msgspec

from skafu.kernel.errors import SkafuError, code_of
from skafu.storage.work.work import GivenUp

UNEXPECTED = "UNEXPECTED_ERROR"
LOOK_AT_WORKERS = "whoever runs the installation finds more in the logs of the workers"


class Failure(msgspec.Struct, frozen=True):
    """An error in words."""

    code: str
    message: str
    fix: str = ""


def written_failure(error: Exception) -> str:
    """An error as text. What nobody expected shows only its kind: its words may hold secrets."""
    if isinstance(error, SkafuError):
        code = error.code if isinstance(error, GivenUp) and error.code else code_of(type(error))
        failure = Failure(code, error.message, error.fix)
    else:
        failure = Failure(UNEXPECTED, f"something unexpected happened: {type(error).__name__}", LOOK_AT_WORKERS)
    return msgspec.json.encode(failure).decode()


def read_failure(text: str) -> GivenUp:
    """The error of a text."""
    failure = msgspec.json.decode(text, type=Failure)
    return GivenUp(failure.message, fix=failure.fix, code=failure.code)
