"""What an update does, in words for people and as JSON for programs."""

import difflib
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import click

from skafu.entrypoints.cli.harmless import harmless
from skafu.scaffold import File
from skafu.scaffold.merging import Conflict
from skafu.workspace.differences import file_difference
from skafu.workspace.updating import Prospect

_SHOWN_LINES = 10_000
_DECIDED = {
    "by_key": "merged by key",
    "stayed_away": "was removed by hand and stays removed; the template changed it",
    "kept": "is no longer in the template; it was edited by hand and stays",
    "overruled": "was edited by hand, and is what the template says",
}
"""What was decided without anybody being asked, in words."""


@dataclass(frozen=True)
class Told:
    """An update, and what became of it."""

    prospect: Prospect
    state: str
    branch: str = ""
    commit: str = ""
    proven: bool | None = None


def tell(told: Told, *, differences: bool) -> None:
    """Print the files that change with their hunks, what was decided, and the conflicts.

    Args:
        told: the update.
        differences: whether the differences are shown too.
    """
    found = told.prospect
    conflicts = {one.path: one for one in found.merge.conflicts}
    for path in found.changes:
        if path not in conflicts:
            _line(*_change(found, path))
    for path, one in conflicts.items():
        _line("!", path, f"conflict: {one.message}", color="red")
    for decision, words in _DECIDED.items():
        for path in getattr(found.merge, decision):
            _line("=", path, words)
    for words in found.notices:
        click.secho(f"note: {harmless(words)}", dim=True)
    if differences:
        for path in found.changes:
            text = file_difference(path, found.ours.get(path), found.merge.tree.get(path))
            click.echo(harmless(text) if sys.stdout.isatty() else text, nl=False)


def _line(mark: str, path: str, words: str, *, color: str | None = None) -> None:
    shown = f"{mark} {path}" + (f"  {words}" if words else "")
    click.secho(harmless(shown, newlines=False), fg=color)


def _change(found: Prospect, path: str) -> tuple[str, str, str]:
    before, after = found.ours.get(path), found.merge.tree.get(path)
    if before is None:
        return "+", path, ""
    if after is None:
        return "-", path, ""
    number = hunks(before, after)
    return "~", path, f"{number} hunk{'s' if number != 1 else ''}" if number else ""


def hunks(before: File, after: File) -> int:
    """How many places of a text differ; 0 for what is no text."""
    if b"\0" in before.content or b"\0" in after.content:
        return 0
    old, new = before.content.splitlines(), after.content.splitlines()
    if len(old) + len(new) > _SHOWN_LINES:
        return 1
    groups = difflib.SequenceMatcher(None, old, new).get_grouped_opcodes(3)
    return sum(1 for group in groups if any(tag != "equal" for tag, *_ in group))


def summary(told: Told, folder: Path) -> str:
    """The last lines: what happened, and what to do next."""
    found, plan = told.prospect, told.prospect.plan
    conflicts = len(found.merge.conflicts)
    if told.state == "up-to-date":
        return f"{folder} is up to date: {plan.after}"
    files = sum(1 for _ in found.changes)
    counts = f"{files} file{'s' if files != 1 else ''}, {conflicts} conflict{'s' if conflicts != 1 else ''}"
    versions = f"{plan.before} -> {plan.after}"
    match told.state:
        case "preview":
            return f"{folder} would be updated, {versions}: {counts}; nothing was written"
        case "branch":
            return f"branch {told.branch}: updated, {versions}: {counts}; look at it with git diff HEAD {told.branch}"
        case _:
            back = f"go back with skafu update {folder} --abort"
            decide = "decide about what is marked, or " if conflicts else ""
            return f"{folder} is updated, {versions}: {counts}; {decide}{back}"


def as_json_text(told: Told) -> str:
    """The same for programs."""
    found = told.prospect
    content = {
        "project": str(found.folder),
        "kind": found.plan.kind,
        "from": found.plan.before,
        "to": found.plan.after,
        "state": told.state,
        "branch": told.branch or None,
        "commit": told.commit or None,
        "changes": [_change_of(found, path) for path in found.changes],
        "conflicts": [_conflict_of(one) for one in found.merge.conflicts],
        "merged_by_key": list(found.merge.by_key),
        "stayed_removed": list(found.merge.stayed_away),
        "kept": list(found.merge.kept),
        "overruled": list(found.merge.overruled),
        "notices": list(found.notices),
        "proven": told.proven,
    }
    return json.dumps(content, indent=1)


def _change_of(found: Prospect, path: str) -> dict[str, object]:
    words = {"+": "added", "-": "removed", "~": "changed"}
    mark, _, _ = _change(found, path)
    before, after = found.ours.get(path), found.merge.tree.get(path)
    return {"path": path, "change": words[mark], "hunks": hunks(before, after) if before and after else 0}


def _conflict_of(one: Conflict) -> dict[str, object]:
    versions = {"base": one.base, "yours": one.ours, "template": one.theirs}
    return {"path": one.path, "kind": one.kind, "message": one.message} | {
        name: _text(file) for name, file in versions.items()
    }


def _text(file: File | None) -> str | None:
    if file is None:
        return None
    return file.content.decode(errors="replace") if file.link is None else f"link to {file.link}"
