"""The record of a proof: an in-toto statement beside the project's files, and the same in words for people."""

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from skafu.kernel.errors import Invalid, NotFound
from skafu.proof.project_files import RECORD, RECORD_FOR_PEOPLE
from skafu.proof.record_text import text_of
from skafu.proof.statement import PREDICATE, STATEMENT, Override, Statement, statement_of

__all__ = ["accept_unproven", "decoded", "encoded", "read_record", "statement_of", "taken_over", "write_record"]


def write_record(project: Path, statement: Statement) -> None:
    """Write the record into a project, each file whole or not at all."""
    _write(project / RECORD, encoded(statement))
    _write(project / RECORD_FOR_PEOPLE, text_of(statement).encode())


def encoded(statement: Statement) -> bytes:
    """Give the statement as JSON, indented."""
    return msgspec.json.format(msgspec.json.encode(statement), indent=1) + b"\n"


def read_record(project: Path) -> Statement:
    """Read the record of a project.

    Raises:
        NotFound: there is none.
        Invalid: it can't be read.
    """
    path = project / RECORD
    if not path.is_file():
        raise NotFound(f"{project} has no record of a proof", fix=f"Make one with `skafu prove {project}`.")
    return decoded(path.read_bytes(), str(path), fix=f"Make a new one with `skafu prove {project}`.")


def decoded(content: bytes, name: str, *, fix: str = "") -> Statement:
    """Read a record; `name` is what errors call it, `fix` what they say to do.

    Raises:
        Invalid: it can't be read.
    """
    try:
        statement = msgspec.json.decode(content, type=Statement)
    except msgspec.DecodeError as problem:
        raise Invalid(f"{name} can't be read: {problem}", fix=fix) from None
    if (statement.type_, statement.predicate_type) != (STATEMENT, PREDICATE):
        raise Invalid(f"{name} is no record of a proof: it is a {statement.predicate_type}")
    return statement


def accept_unproven(project: Path, *, name: str, because: str) -> None:
    """Put on record that somebody takes a project over though it is not proven.

    Args:
        project: a project with a record.
        name: who takes it over.
        because: why.

    Raises:
        Invalid: the name or the reason is empty, or the record can't be read.
        NotFound: there is no record.
    """
    if not name.strip() or not because.strip():
        raise Invalid("An override needs a name and a reason", fix="Give --accept-unproven NAME --because TEXT.")
    override = Override(name.strip(), because.strip(), datetime.now(UTC))
    write_record(project, taken_over(read_record(project), override))


def taken_over(statement: Statement, override: Override) -> Statement:
    """The record that says who took the project over."""
    details = msgspec.structs.replace(statement.predicate.skafu, override=override)
    predicate = msgspec.structs.replace(statement.predicate, skafu=details)
    return msgspec.structs.replace(statement, predicate=predicate)


def _write(path: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
