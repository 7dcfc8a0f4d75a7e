"""The few categories that every error of Skafu belongs to.

SkafuError
├── Invalid       the input breaks a rule that its author can mend (exit code 2, HTTP 422)
├── NotFound      what was asked for does not exist (exit code 2, HTTP 404)
├── Conflict      somebody else changed it first, or it is edited by hand (exit code 1, HTTP 409)
├── Refused       a rule of the system says no (exit code 1, HTTP 422)
├── Forbidden     this person may not do this (exit code 1, HTTP 403)
└── Unavailable   a tool or service that is needed does not answer (exit code 2, HTTP 503)
"""

import re


class SkafuError(Exception):
    """An error with words for people.

    Attributes:
        message: what happened and where.
        fix: what to do about it; empty when the message says it all.
    """

    def __init__(self, message: str, *, fix: str = "") -> None:
        """Keep the words apart, so that each channel can lay them out.

        Args:
            message: what happened and where.
            fix: what to do about it.
        """
        super().__init__(message)
        self.message = message
        self.fix = fix


class Invalid(SkafuError):
    """The input breaks a rule that its author can mend."""


class NotFound(SkafuError):
    """What was asked for does not exist."""


class Conflict(SkafuError):
    """Somebody else changed it first, or it is edited by hand."""


class Refused(SkafuError):
    """A rule of the system says no."""


class Forbidden(SkafuError):
    """This person may not do this."""


class Unavailable(SkafuError):
    """A tool or service that is needed does not answer.

    Attributes:
        told: what people hear who do not run the installation: the message may name its machines and folders. Empty
            when they may hear the message.
    """

    def __init__(self, message: str, *, fix: str = "", told: str = "") -> None:
        """Keep apart what is for those who run the installation, and what is for everybody."""
        super().__init__(message, fix=fix)
        self.told = told


_CODES: dict[type[SkafuError], str] = {Invalid: "VALIDATION_ERROR"}


def code_of(kind: type[SkafuError]) -> str:
    """The code of a kind of error, for programs: `WrongVersion` is "WRONG_VERSION"."""
    return _CODES.get(kind) or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", kind.__name__).upper()
