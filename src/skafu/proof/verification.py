"""Compares a project with the record of its proof."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from skafu.kernel.errors import Invalid, NotFound
from skafu.proof.checks import Level
from skafu.proof.project_files import RECORD_FOR_PEOPLE, digests_of
from skafu.proof.record import read_record
from skafu.proof.record_text import text_of
from skafu.proof.statement import Override, Statement

State = Literal["fresh", "stale", "unproven", "missing", "damaged"]


class Verification(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the record of a project is worth.

    Attributes:
        state: `fresh`: it is PROVEN and about these very files; `stale`: files differ; `unproven`: it is about these
            files, and some check failed; `missing`: there is none; `damaged`: it can't be read.
        message: one sentence for people.
        level: how far the proof went.
        changed: files with another content than the proven one.
        added: files that were not there.
        removed: files that are gone.
        failed: the checks that failed.
        override: who took the project over unproven.
    """

    state: State
    message: str
    level: Level | None = None
    changed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    override: Override | None = None


def verify(project: Path) -> Verification:
    """Say whether the files of a project are the ones that its record is about, and whether they are proven.

    Raises:
        Invalid: it is no folder, or a link leads out of it.
    """
    if not project.is_dir():
        raise Invalid(f"{project} is no folder", fix="Point to the folder of a project.")
    try:
        statement = read_record(project)
    except NotFound as missing:
        return Verification("missing", missing.message)
    except Invalid as damaged:
        return Verification("damaged", damaged.message)
    return _compared(statement, digests_of(project), _words_differ(project, statement))


def _words_differ(project: Path, statement: Statement) -> bool:
    path = project / RECORD_FOR_PEOPLE
    return not path.is_file() or path.read_text(errors="replace") != text_of(statement)


def _compared(statement: Statement, now: Mapping[str, str], words_differ: bool) -> Verification:  # noqa: FBT001
    details = statement.predicate.skafu
    proven = {one.name: one.digest.get("sha256", "") for one in statement.subject}
    changed = sorted(path for path in proven.keys() & now.keys() if proven[path] != now[path])
    changed += [RECORD_FOR_PEOPLE] if words_differ else []
    added, removed = sorted(now.keys() - proven.keys()), sorted(proven.keys() - now.keys())
    failed = statement.predicate.failed_tests
    state: State = "fresh"
    message = f"PROVEN at level {details.level}, and nothing has changed since"
    if changed or added or removed:
        state = "stale"
        message = f"the record is about other files: {len(changed)} changed, {len(added)} added, {len(removed)} removed"
    elif failed or not details.proven:
        state, message = "unproven", f"NOT PROVEN: {', '.join(failed)} failed"
    return Verification(
        state, message, details.level, tuple(changed), tuple(added), tuple(removed), failed, details.override
    )
