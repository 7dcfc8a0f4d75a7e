"""Checks that a template and what it renders stay within what may be uploaded."""

from collections.abc import Iterator

from skafu.scaffold.checking.findings import Finding
from skafu.scaffold.checking.trial import Trial
from skafu.scaffold.tree import FileTree

MOST_FILES = 2_000
LARGEST_FILE = 2_000_000
LARGEST_TEMPLATE = 50_000_000


def check_size(files: FileTree) -> Iterator[Finding]:
    """Say what is too large."""
    if len(files) > MOST_FILES:
        message = f"it has {len(files)} files; {MOST_FILES} may be uploaded"
        yield Finding("size", "warning", message, fix="leave out what is no part of the template")
    total = sum(len(file.content) for file in files.values())
    if total > LARGEST_TEMPLATE:
        yield Finding("size", "warning", f"it has {total:,} bytes; {LARGEST_TEMPLATE:,} may be uploaded")
    for path, file in files.items():
        if len(file.content) > LARGEST_FILE:
            message = f"has {len(file.content):,} bytes; a file of {LARGEST_FILE:,} may be uploaded"
            yield Finding("size", "warning", message, path, fix="download it when it is needed")


class Growth:
    """Notes renderings that are too large."""

    def __init__(self) -> None:
        """Start without any."""
        self._found: list[Finding] = []

    def see(self, trial: Trial) -> None:
        """Look at one rendering."""
        if trial.rendered is None or self._found:
            return
        total = sum(len(file.content) for file in trial.rendered.tree.values())
        if total > LARGEST_TEMPLATE or len(trial.rendered.tree) > MOST_FILES:
            message = f"it renders to {len(trial.rendered.tree)} files of {total:,} bytes in all{trial.words}"
            self._found.append(Finding("size", "warning", message))

    def findings(self) -> Iterator[Finding]:
        """Say what was seen."""
        yield from self._found
