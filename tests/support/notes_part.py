"""The smallest context: notes of an organisation, with work that counts their words."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from skafu.kernel.errors import Conflict, NotFound
from skafu.kernel.event_types import EventType, EventTypes
from skafu.kernel.events import Command, Event
from skafu.server_bootstrap.site import Site
from skafu.storage import Body, Collection
from skafu.storage.dispatching import Aggregate
from skafu.storage.ledger import Ledger
from skafu.storage.projections import Projection, Recorded
from skafu.storage.work import GivenUp, Work, WorkKind
from skafu.web_api import envelope
from skafu.web_api.calls import Call, DeveloperCall, IfMatch, ViewerCall
from skafu.web_api.envelope import Answer, Listing, answer, errors_documented, listing
from skafu.web_api.paging import Fields, Pages
from skafu.web_api.parts import Part
from skafu.web_api.routing import router


class NoteWritten(Event, frozen=True):
    note_id: str
    text: str


class WordsCounted(Event, frozen=True):
    note_id: str
    words: int


class WriteNote(Command, frozen=True):
    note_id: str
    text: str


class CountWords(Command, frozen=True):
    note_id: str
    words: int


class NoteTextTaken(Conflict):
    """The note has this text already."""


class Note(msgspec.Struct, frozen=True):
    text: str = ""
    words: int = -1


class NoteDecider:
    initial_state = Note()

    def decide(self, command: WriteNote | CountWords, state: Note, /) -> Sequence[Event]:
        match command:
            case WriteNote(note_id, text):
                if text == state.text:
                    raise NoteTextTaken(f"note {note_id} says so already", fix="write something else")
                return [NoteWritten(note_id, text)]
            case CountWords(note_id, words):
                return [] if words == state.words else [WordsCounted(note_id, words)]

    def evolve(self, state: Note, event: Event, /) -> Note:
        match event:
            case NoteWritten(_, text):
                return msgspec.structs.replace(state, text=text)
            case WordsCounted(_, words):
                return msgspec.structs.replace(state, words=words)
            case _:
                return state


NOTES = Aggregate(NoteDecider(), (WriteNote, CountWords), lambda command: f"note-{command.note_id}")
NOTE_LIST = Collection("notes", (("text",),))
EVENT_TYPES = EventTypes(EventType(NoteWritten, "notes.NoteWritten"), EventType(WordsCounted, "notes.WordsCounted"))
AGGREGATES = (NOTES,)


def _keys(event: Recorded) -> Sequence[str]:
    return [event.event.note_id] if isinstance(event.event, NoteWritten | WordsCounted) else []


def _fold(before: Body | None, event: Recorded) -> Body | None:
    row = dict(before or {"text": "", "words": -1})
    if isinstance(event.event, NoteWritten):
        row["text"] = event.event.text
    if isinstance(event.event, WordsCounted):
        row["words"] = event.event.words
    return row


class NoteBody(envelope.Body):
    """A note."""

    text: str = Field(min_length=1, max_length=100)


class NoteView(BaseModel):
    """A note as it is shown."""

    id: str
    text: str
    words: int | None


async def open_part(site: Site) -> Part:
    notes = router("notes")
    _writing(notes, site.ledger)
    _reading(notes, site.ledger)
    projection = Projection("notes", NOTE_LIST, _keys, _fold)
    return Part("notes", notes, (projection,), (_counting(site.ledger),), streamed=(NoteWritten, WordsCounted))


def _writing(notes: APIRouter, ledger: Ledger) -> None:
    @notes.post("/notes", response_model=Answer[NoteView], status_code=201, responses=errors_documented(409))
    async def write_note(body: NoteBody, call: DeveloperCall) -> Response:
        identifier = str(call.id_for("note"))
        command = WriteNote(identifier, body.text)
        outcome = await ledger.commands.send(call.tenant, command, origin=call.origin, key=call.key)
        view = NoteView(id=identifier, text=outcome.state.text, words=None)
        return answer(call, view, status=201, version=outcome.version, location=f"/api/v1/notes/{identifier}")

    @notes.put("/notes/{note_id}", response_model=Answer[NoteView], responses=errors_documented(404, 409, 412))
    async def change_note(note_id: UUID, body: NoteBody, call: DeveloperCall, if_match: IfMatch) -> Response:
        await _note(ledger, call, note_id)
        command = WriteNote(str(note_id), body.text)
        outcome = await ledger.commands.send(call.tenant, command, origin=call.origin, if_version=if_match)
        return answer(call, NoteView(id=str(note_id), text=body.text, words=None), version=outcome.version)

    @notes.post("/notes/broken", include_in_schema=False)
    async def break_down(call: DeveloperCall) -> Response:
        raise ValueError(f"hunter2 is the secret of {call.tenant}")


def _reading(notes: APIRouter, ledger: Ledger) -> None:
    @notes.get("/notes/{note_id}", response_model=Answer[NoteView], responses=errors_documented(404))
    async def get_note(note_id: UUID, call: ViewerCall, fields: Fields) -> Response:
        note, version = await _note(ledger, call, note_id)
        view = NoteView(id=str(note_id), text=note.text, words=None if note.words < 0 else note.words)
        return answer(call, view, version=version, fields=fields)

    @notes.get("/notes", response_model=Listing[NoteView], responses=errors_documented())
    async def list_notes(call: ViewerCall, page: Pages, fields: Fields) -> Response:
        question = page.question(sorts={"text": ("text",)}, default="text")
        found = await ledger.documents.find(call.tenant, NOTE_LIST, question)
        rows = [NoteView.model_validate({"id": each.key, **each.body}) for each in found.documents]
        return listing(call, rows, limit=page.limit, following=found.next, fields=fields)


async def _note(ledger: Ledger, call: Call, note_id: UUID) -> tuple[Note, int]:
    standing = await ledger.commands.state(call.tenant, NOTES, f"note-{note_id}")
    if not standing.version:
        raise NotFound(f"there is no note {note_id}")
    return standing.state, standing.version


def _counting(ledger: Ledger) -> WorkKind:
    async def count(work: Work) -> None:
        assert isinstance(work.event.event, NoteWritten)
        words = len(work.event.event.text.split())
        command = CountWords(work.event.event.note_id, words)
        await ledger.commands.send(work.tenant, command, origin=work.origin, key=f"{work.id}:done")

    async def gave_up(work: Work, error: GivenUp) -> None:
        raise AssertionError((work, error))

    return WorkKind("notes.count", (NoteWritten,), count, gave_up, lambda event: event.stream)
