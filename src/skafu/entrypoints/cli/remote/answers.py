"""What a server answers, and what its errors are here."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import msgspec

from skafu.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused, SkafuError, Unavailable

Json: TypeAlias = dict[str, Any]
"""A JSON object; its fields are those that the API documents."""

REQUEST_ID: Final = "x-request-id"
MOST_SHOWN: Final = 10
_KINDS: Final[Mapping[int, type[SkafuError]]] = {
    400: Invalid,
    403: Forbidden,
    404: NotFound,
    405: Invalid,
    409: Conflict,
    412: Conflict,
    413: Invalid,
    415: Invalid,
    422: Refused,
    429: Refused,
}
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "uuid_parsing": ("that is no id", "a `list` command shows the ids, such as 70662fd4-be36-54ca-bc92-591680a030e8"),
    "uuid_type": ("that is no id", "a `list` command shows the ids, such as 70662fd4-be36-54ca-bc92-591680a030e8"),
    "date_from_datetime_parsing": ("that is no day", "write it as 2026-01-31"),
}
"""Kinds of errors of fields: what they are called here, and what to do."""
_SLUG: Final = "match pattern '^[a-z]["
"""How the refusal begins of what should be a name of small letters."""


class NotSignedIn(SkafuError):
    """The server does not know who calls."""


class ServerUnreachable(Unavailable):
    """The server does not answer, or not as Skafu does."""


class Answered(msgspec.Struct, frozen=True):
    """An answer that says that all went well.

    Attributes:
        data: what was asked for; nothing after a request that leaves nothing to say.
        version: what the ETag says; empty without one.
        following: the mark of the next page; none on the last one.
    """

    data: Any = None
    version: str = ""
    following: str | None = None

    @property
    def thing(self) -> Json:
        """The one thing that was asked for; none of its fields where nothing was said."""
        return self.data if isinstance(self.data, dict) else {}


def read_answer(status: int, headers: Mapping[str, str], content: bytes, server: str) -> Answered:
    """An answer, taken apart.

    Raises:
        SkafuError: the answer is an error.
        ServerUnreachable: it is no answer of Skafu.
    """
    if status >= 300:
        raise error_of(status, headers, content, server)
    version = headers.get("etag", "").removeprefix("W/").strip('"')
    if not content:
        return Answered(version=version)
    whole = _object(content)
    if whole is None or "data" not in whole:
        raise _not_skafu(server, status)
    page = (whole.get("meta") or {}).get("page") or {}
    return Answered(whole["data"], version, page.get("next"))


def read_file(status: int, headers: Mapping[str, str], content: bytes, server: str) -> bytes:
    """The bytes of an answer that is a file.

    Raises:
        SkafuError: the answer is an error.
        ServerUnreachable: it is no answer of Skafu, which gives each a request id.
    """
    if status >= 300:
        raise error_of(status, headers, content, server)
    if REQUEST_ID not in headers:
        raise _not_skafu(server, status)
    return content


def error_of(status: int, headers: Mapping[str, str], content: bytes, server: str) -> SkafuError:
    """The error that an answer tells of, with all that helps to mend it."""
    whole = _object(content) or {}
    told = whole.get("error")
    if not isinstance(told, dict) or "message" not in told:
        return ServerUnreachable(
            f"{server} answers {status}, but not as Skafu does",
            fix="look at the address, and at what stands in between",
        )
    message, details = str(told["message"]), told.get("details") or {}
    if status == 401:
        return NotSignedIn(f"{server}: {message}", fix="sign in: skafu login")
    if fields := details.get("fields"):
        message, details = _of_fields(fields), {"fix": _mending(fields)}
    more = [str(each) for each in details.get("findings", ())]
    words = "\n".join([message, *(f"  {each}" for each in more[:MOST_SHOWN])])
    kind = Invalid if told.get("code") == "VALIDATION_ERROR" else _KINDS.get(status, Unavailable)
    fix = str(details.get("fix", ""))
    if status == 412:
        words, fix = "somebody has changed it since that version", "look at it again, and take the version of now"
    if status >= 500 and not fix:
        fix = f"try again; the operator finds it in the log as request {headers.get(REQUEST_ID, '?')}"
    return kind(words, fix=fix)


def _of_fields(fields: Sequence[Json]) -> str:
    """What is wrong with the fields of a request, in the words of the command line."""
    said = [
        f"{str(each.get('field', '')).partition('.')[2] or each.get('field')}: {_words_of(each)}"
        for each in fields[:MOST_SHOWN]
    ]
    return "; ".join(said)


def _words_of(field: Json) -> str:
    return _WORDS.get(str(field.get("kind")), ("", ""))[0] or str(field.get("message"))


def _mending(fields: Sequence[Json]) -> str:
    if any(_SLUG in str(each.get("message")) for each in fields):
        return "begin with a small letter, and go on with small letters, digits and hyphens"
    return next((_WORDS[each["kind"]][1] for each in fields if each.get("kind") in _WORDS), "")


def _not_skafu(server: str, status: int) -> ServerUnreachable:
    return ServerUnreachable(
        f"{server} answers {status}, but not as Skafu does", fix="look at the address, and at what stands in between"
    )


def _object(content: bytes) -> Json | None:
    try:
        found = msgspec.json.decode(content)
    except msgspec.DecodeError:
        return None
    return found if isinstance(found, dict) else None
