"""What names which contents: a document for each event that does, so that what nobody names any more can be found."""

import re
from typing import Final

import msgspec

from skafu.processes.course.events import ProcessEvent
from skafu.storage.documents import Body, Collection
from skafu.storage.projections import Projection, Recorded

CONTENTS: Final = Collection("processes-contents", indexes=(("holder",), ("blobs",)))

_NAMES: Final = re.compile(rb'"([0-9a-f]{64})"')


def of_project(project_id: str) -> str:
    """How a project is called as a holder of contents; all others are called by their streams."""
    return f"project {project_id}"


def project_in(holder: str) -> str:
    """The project that holds contents; empty when the holder is none."""
    word, _, project_id = holder.partition(" ")
    return project_id if word == "project" else ""


def _named(recorded: Recorded) -> list[str]:
    """All digests in an event: whatever a context calls its contents, none is missed."""
    if isinstance(recorded.event, ProcessEvent):
        return []  # what they know, they know of others
    return sorted({each.decode() for each in _NAMES.findall(msgspec.json.encode(recorded.event))})


def _keys_of(recorded: Recorded) -> tuple[str, ...]:
    return (str(recorded.event_id),) if _named(recorded) else ()


def _fold(_body: Body | None, recorded: Recorded) -> Body | None:
    project_id = getattr(recorded.event, "project_id", "")
    holder = of_project(project_id) if project_id else f"stream {recorded.stream}"
    return {"holder": holder, "blobs": _named(recorded)}


CONTENTS_NAMED: Final = Projection("processes-contents", CONTENTS, _keys_of, _fold)
