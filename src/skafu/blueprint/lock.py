"""The lock of a generated project: what it was made from, and whose each file is."""

import hashlib
import re
from collections.abc import Mapping
from typing import Literal

import msgspec

from skafu.kernel.errors import Invalid

LOCK_PATH = ".skafu/lock.json"
LOCK_FORMAT = 1

Owner = Literal["generated", "shared", "yours"]
"""Who may change a file: the generator alone, both (merged), or its people alone."""


_EVENT_SAMPLE = re.compile(r"services/[^/]+/tests/events/[^/]+\.json")


def is_event_sample(path: str) -> bool:
    """Whether a file shows what events of one version look like: once written it stays, as such events do."""
    return _EVENT_SAMPLE.fullmatch(path) is not None


class LockedFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file as it was generated.

    Attributes:
        sha256: digest of its content, in hex.
        owner: who may change it.
        element: the blueprint element that it comes from; empty for the system as a whole.
    """

    sha256: str
    owner: Owner
    element: str = ""


class Lock(msgspec.Struct, frozen=True):
    """What a project was made from.

    Attributes:
        template: name of the template.
        template_digest: digest of its files.
        answers_digest: digest of the view that it was rendered with.
        blueprint_digest: digest of `skafu.yaml`.
        formatter: the formatter and its version.
        files: path to what was generated there.
        format: version of this format.
    """

    template: str
    template_digest: str
    answers_digest: str
    blueprint_digest: str
    formatter: str
    files: dict[str, LockedFile]
    format: int = LOCK_FORMAT


def digest(content: bytes) -> str:
    """The SHA-256 of some bytes, in hex."""
    return hashlib.sha256(content).hexdigest()


def digest_of_file(content: bytes, link: str | None) -> str:
    """The digest of a file as the lock keeps it: of its bytes, or of the target of a link."""
    return digest(content if link is None else link.encode())


def digest_of_files(files: Mapping[str, bytes]) -> str:
    """One digest of many files: of their paths and contents, in sorted order."""
    whole = hashlib.sha256()
    for path in sorted(files):
        whole.update(f"{path}\0{digest(files[path])}\n".encode())
    return whole.hexdigest()


def write_lock(lock: Lock) -> bytes:
    """The lock as JSON, one file a line, sorted."""
    return msgspec.json.format(msgspec.json.encode(lock, order="deterministic"), indent=1) + b"\n"


def read_lock(content: bytes) -> Lock:
    """Read a lock.

    Raises:
        Invalid: it is damaged, or of a newer format.
    """
    try:
        lock = msgspec.json.decode(content, type=Lock)
    except msgspec.DecodeError as error:
        raise Invalid(
            f"{LOCK_PATH} can't be read: {error}", fix="restore it from version control; it is written by Skafu alone"
        ) from error
    if lock.format > LOCK_FORMAT:
        raise Invalid(f"{LOCK_PATH} has format {lock.format}, newer than {LOCK_FORMAT}", fix="update Skafu")
    return lock
