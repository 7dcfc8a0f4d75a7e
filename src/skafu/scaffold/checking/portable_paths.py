"""Checks that rendered paths can stand on every system, and shows those that set up workflows."""

import re
from collections.abc import Iterator

from skafu.scaffold.checking.findings import Finding
from skafu.scaffold.checking.trial import Trial

_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\..*)?$", re.IGNORECASE)
_NOT_EVERYWHERE = re.compile(r'[<>:"|?*\x00-\x1f]')
_LONGEST = 200


class PortablePaths:
    """Looks at the paths of renderings."""

    def __init__(self) -> None:
        """Start without any."""
        self._found: dict[tuple[str, str], Finding] = {}

    def see(self, trial: Trial) -> None:
        """Look at one rendering."""
        for path, source in trial.rendered.origins if trial.rendered else ():
            if problem := _problem(path):
                finding = Finding("path", "warning", f"renders to {path!r}, which {problem}{trial.words}", source)
                self._found.setdefault(("path", source), finding)
            if path.casefold().startswith(".github/workflows/") or "/.github/workflows/" in path.casefold():
                message = f"renders to {path!r}, which GitHub runs with the rights of the project"
                self._found.setdefault(("workflow", source), Finding("workflow", "hint", message, source))

    def findings(self) -> Iterator[Finding]:
        """Say what was seen."""
        yield from self._found.values()


def _problem(path: str) -> str:
    for part in path.split("/"):
        if found := _NOT_EVERYWHERE.search(part):
            return f"holds {found.group()!r}, and not every system takes that"
        if part != part.strip() or part.endswith("."):
            return "begins or ends with a space or a dot, and not every system keeps that"
        if _RESERVED.match(part):
            return f"has the part {part!r}, which Windows keeps for itself"
    return f"is longer than {_LONGEST} characters" if len(path) > _LONGEST else ""
