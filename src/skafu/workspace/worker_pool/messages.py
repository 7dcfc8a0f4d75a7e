"""What a worker and its pool say to each other: length and MessagePack, of types that are checked while reading.

The pool starts with `Job`; the worker answers `Done`, `Inspected`, `Looked` or `Failed`, and may ask before that:
`Wanted` for the files of a template that it does not have, `Asked` for an answer, `Read` for a file of the destination.
"""

import socket
import struct
from typing import Any, Literal, TypeAlias

import msgspec

from skafu.scaffold import File, FileTree
from skafu.workspace.worker_pool.large_numbers import unwrapped, wrapped

_LENGTH = struct.Struct(">I")
MOST_BYTES = 400_000_000
"""Of one message; the files of a rendering are in one."""

Files: TypeAlias = list[tuple[str, bytes, bool, str | None]]
"""Path, content, executable, link."""


def packed(tree: FileTree) -> Files:
    """Give the files of a tree as they travel."""
    return [(path, one.content, one.executable, one.link) for path, one in tree.items()]


def unpacked(files: Files) -> dict[str, File]:
    """Give files that have travelled."""
    return {path: File(content, executable, link) for path, content, executable, link in files}


class Scene(msgspec.Struct, frozen=True):
    """A `Place` without its functions; `steady` is a chance that always begins in the same way."""

    source: str | None = None
    commit: str | None = None
    destination: str = ""
    written: str | None = None
    folder: str | None = None
    commit_hash: str | None = None
    at: str | None = None
    operation: str = "copy"
    former: str | None = None
    now: tuple[float, int, str] | None = None
    chance: bool = False
    steady: bool = False
    defaults: tuple[tuple[str, Any], ...] = ()


class Job(msgspec.Struct, tag="job"):
    """What is to be done; the template is named by a digest of its files and kind.

    Attributes:
        limit: of a check, how many combinations of answers are tried.
        paths: of a rendering, paths beside its own of which it says whether they are kept.
    """

    template: str
    kind: str | None = None
    task: Literal["fill", "inspect", "check", "describe"] = "fill"
    limit: int = 0
    paths: list[str] = []
    answers: dict[str, Any] = {}
    previous: dict[str, Any] = {}
    scene: Scene = Scene()
    interview: bool = False


class Template(msgspec.Struct, tag="template"):
    """The files of a template."""

    files: Files


class Answer(msgspec.Struct, tag="answer"):
    """What a person answered, or that it wants back, or a try at an answer, or a file."""

    value: Any = None
    back: bool = False
    trying: bool = False


class Ready(msgspec.Struct, tag="ready"):
    """The worker has started."""

    network_closed: bool


class Wanted(msgspec.Struct, tag="wanted"):
    """The worker does not have the template."""


class Read(msgspec.Struct, tag="read"):
    """The worker wants a file of the destination."""

    path: str


class Greeted(msgspec.Struct, tag="greeted"):
    """The template says something before its questions."""

    words: str


class Asked(msgspec.Struct, tag="asked"):
    """The worker wants an answer; the fields are those of a `Prompt`."""

    prompt: dict[str, Any]
    choices: list[tuple[str, Any, str]]


class Tried(msgspec.Struct, tag="tried"):
    """What is wrong with an answer that was tried."""

    problem: str


class Done(msgspec.Struct, tag="done"):
    """A rendering; the fields are those of `Rendered`."""

    files: Files
    answers: dict[str, Any]
    folders: list[str]
    keeps: list[str]
    before: str
    after: str
    commands: list[dict[str, Any]]
    root: str
    notes: list[str]


class Inspected(msgspec.Struct, tag="inspected"):
    """What a template is; the fields are those of `Inspection`."""

    format: str
    questions: list[dict[str, Any]]
    problems: list[dict[str, Any]]


class Looked(msgspec.Struct, tag="looked"):
    """What a check or a description found: a `Report` or a `Description`, as JSON, which knows large numbers."""

    found: bytes


class Failed(msgspec.Struct, tag="failed"):
    """An error of Skafu: its class, and what it is made of."""

    category: str
    details: dict[str, Any]


ToWorker: TypeAlias = Job | Template | Answer
FromWorker: TypeAlias = Ready | Wanted | Read | Greeted | Asked | Tried | Done | Inspected | Looked | Failed

_ENCODER = msgspec.msgpack.Encoder()
_DECODERS: dict[str, msgspec.msgpack.Decoder[Any]] = {
    "worker": msgspec.msgpack.Decoder(ToWorker, ext_hook=unwrapped),
    "pool": msgspec.msgpack.Decoder(FromWorker, ext_hook=unwrapped),
}


class BrokenTalk(Exception):
    """The other side has gone, or says what it may not."""


class Unsayable(Exception):
    """A message holds something that can't travel, such as half a character, or a mapping by very large numbers."""


def send(connection: socket.socket, message: ToWorker | FromWorker) -> None:
    """Send a message.

    Raises:
        OSError: the other side has gone.
        Unsayable: it can't travel; nothing was sent.
    """
    packed = _encoded(message)
    connection.sendall(_LENGTH.pack(len(packed)) + packed)


def _encoded(message: ToWorker | FromWorker) -> bytes:
    try:
        try:
            return _ENCODER.encode(message)
        except OverflowError:
            return _ENCODER.encode(wrapped(message))
    except (OverflowError, RecursionError, TypeError, ValueError) as error:
        raise Unsayable(str(error)) from error


def receive(connection: socket.socket, side: str) -> Any:  # noqa: ANN401 - one of the messages
    """Wait for a message.

    Args:
        connection: where it comes from.
        side: who reads, `worker` or `pool`.

    Raises:
        BrokenTalk: the other side has gone, or says what it may not.
        TimeoutError: nothing came in time.
    """
    (length,) = _LENGTH.unpack(_exactly(connection, _LENGTH.size))
    if length > MOST_BYTES:
        raise BrokenTalk(f"a message of {length} bytes")
    try:
        return _DECODERS[side].decode(_exactly(connection, length))
    except (msgspec.DecodeError, ValueError) as error:
        raise BrokenTalk(str(error)) from error


def _exactly(connection: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = connection.recv(min(size - len(parts), 1 << 20))
        if not part:
            raise BrokenTalk("the connection was closed")
        parts += part
    return bytes(parts)
