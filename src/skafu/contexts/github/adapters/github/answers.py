"""What GitHub answers, in our words: answers as values, refusals as errors. They never repeat what was sent."""

from collections import OrderedDict
from typing import Any, Final

import msgspec

from skafu.contexts.github.ports import HostDenies
from skafu.kernel.errors import Conflict, NotFound, Refused, SkafuError, Unavailable


class HostRefuses(Refused):
    """GitHub does not take what we sent."""


class HostDisagrees(Conflict):
    """What we ask for does not fit what is there."""


class HostFails(Unavailable):
    """GitHub did not answer, or said that it can't."""


class Answer(msgspec.Struct, frozen=True):
    """An answer. `body` is what JSON says, none when it is empty; `next` is the address of the next page."""

    status: int
    body: Any
    next: str = ""


class Fault(msgspec.Struct):
    """What GitHub says is wrong."""

    message: str = ""
    errors: list[Any] = msgspec.field(default_factory=list)


def words_of(raw: bytes) -> str:
    """What GitHub says is wrong, on one line."""
    try:
        fault = msgspec.json.decode(raw, type=Fault)
    except msgspec.MsgspecError:
        return "it gave no reason"
    more = [str(each.get("message") or each.get("code") or "") for each in fault.errors if isinstance(each, dict)]
    more += [each for each in fault.errors if isinstance(each, str)]
    return " ".join("; ".join(each for each in (fault.message, *more) if each).split())[:300]


def refusal(method: str, path: str, status: int, raw: bytes) -> SkafuError:
    """The error that a refusal is."""
    said = f"GitHub refused {method} {path} ({status}): {words_of(raw)}"
    match status:
        case 401:
            return HostDenies(said, fix="check the key of the GitHub App, and whether it is still installed")
        case 403:
            return HostDenies(said, fix="give the GitHub App the permission, and accept it in the organisation")
        case 404:
            return NotFound(said, fix="check the name, and whether the GitHub App may see it")
        case 301 | 307 | 308:
            return HostDisagrees(said, fix="it was renamed or moved at GitHub: name it as it is called now")
        case 409:
            return HostDisagrees(said, fix="look at the repository at GitHub, and try again")
        case _ if status >= 500:
            return HostFails(said, fix="try again; GitHub's status page says whether it is known")
        case _:
            return HostRefuses(said, fix="mend what GitHub names, and try again")


_MOST_ENTRIES: Final = 500
_LARGEST: Final = 500_000


class ETags:
    """Answers that GitHub need not send again while they hold."""

    def __init__(self) -> None:
        """Know none."""
        self._known: OrderedDict[tuple[int, str], tuple[str, bytes, str]] = OrderedDict()

    def tag(self, installation: int, address: str) -> str:
        """The tag of the answer that is known; empty when none is."""
        found = self._known.get((installation, address))
        return found[0] if found else ""

    def known(self, installation: int, address: str) -> tuple[bytes, str]:
        """The answer that still holds, and its link."""
        self._known.move_to_end((installation, address))
        _, raw, link = self._known[installation, address]
        return raw, link

    def keep(self, installation: int, address: str, tag: str, raw: bytes, link: str) -> None:
        """Keep an answer, if it is not too large."""
        if not tag or len(raw) > _LARGEST:
            return
        self._known[installation, address] = (tag, raw, link)
        self._known.move_to_end((installation, address))
        if len(self._known) > _MOST_ENTRIES:
            self._known.popitem(last=False)
