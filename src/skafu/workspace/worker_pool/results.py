"""From messages to values of the engine; what a worker says is checked as if a stranger said it."""

from typing import Any, TypeVar

import msgspec

from skafu.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused, SkafuError, Unavailable
from skafu.scaffold import AnswerInvalid, Command, Place, Rendered, TemplateInvalid
from skafu.scaffold.output_checks import checked_output
from skafu.scaffold.untrusted import Inspection, QuestionSeen
from skafu.workspace.steady_dice import steady_dice
from skafu.workspace.worker_pool import messages as say

_Found = TypeVar("_Found")
_ERRORS: dict[str, type[SkafuError]] = {
    one.__name__: one
    for one in (AnswerInvalid, Conflict, Forbidden, Invalid, NotFound, Refused, TemplateInvalid, Unavailable)
}


def scene_of(place: Place) -> say.Scene:
    """Give a place without its functions."""
    now = place.now
    offset = None if now is None else now.utcoffset()
    return say.Scene(
        source=place.source,
        commit=place.commit,
        destination=place.destination,
        written=place.written,
        folder=place.folder,
        commit_hash=place.commit_hash,
        at=place.at,
        operation=place.operation,
        former=place.former,
        now=None
        if now is None
        else (now.timestamp(), int(offset.total_seconds()) if offset else 0, now.tzname() or ""),
        chance=place.dice is not None,
        steady=place.dice is steady_dice,
        defaults=place.defaults,
    )


def rendered_of(message: say.FromWorker) -> Rendered:
    """Give a rendering.

    Raises:
        SkafuError: the worker says why there is none.
    """
    if not isinstance(message, say.Done):
        raise _error(message)
    keeps = frozenset(message.keeps)
    return Rendered(
        tree=checked_output(say.unpacked(message.files)),
        answers=message.answers,
        folders=lambda: tuple(message.folders),
        keeps=keeps.__contains__,
        before=message.before,
        after=message.after,
        commands=tuple(_made(Command, one) for one in message.commands),
        root=message.root,
        notes=tuple(message.notes),
    )


def inspection_of(message: say.FromWorker) -> Inspection:
    """Give what a template is.

    Raises:
        SkafuError: the worker says why it can't be told.
    """
    if not isinstance(message, say.Inspected):
        raise _error(message)
    questions = tuple(_made(QuestionSeen, one) for one in message.questions)
    return Inspection(message.format, questions, tuple(_made(TemplateInvalid, one) for one in message.problems))


def found_of(message: say.FromWorker, kind: type[_Found]) -> _Found:
    """Give what a check or a description found.

    Raises:
        SkafuError: the worker says why there is nothing.
    """
    if not isinstance(message, say.Looked):
        raise _error(message)
    try:
        return msgspec.json.decode(message.found, type=kind)
    except msgspec.DecodeError as error:
        raise Refused("the template was stopped: a worker said what it may not") from error


def _error(message: say.FromWorker) -> SkafuError:
    if not isinstance(message, say.Failed) or message.category not in _ERRORS:
        return Refused("the template was stopped: a worker said what it may not")
    return _made(_ERRORS[message.category], message.details)  # type: ignore[no-any-return]


def _made(kind: Any, fields: dict[str, Any]) -> Any:  # noqa: ANN401 - an instance of the kind
    try:
        fields = {
            name: tuple(one) if isinstance(one, list) and name in {"words", "environment"} else one
            for name, one in fields.items()
        }
        return kind(**fields)
    except TypeError as error:
        raise Refused("the template was stopped: a worker said what it may not") from error
