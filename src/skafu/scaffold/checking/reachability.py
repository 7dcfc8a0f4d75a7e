"""Checks that every file of a template is rendered under some answers, or included by one that is."""

from collections.abc import Iterator

from skafu.scaffold.checking.findings import Finding
from skafu.scaffold.checking.names import loading_of
from skafu.scaffold.checking.pieces import Piece
from skafu.scaffold.checking.rendered_files import expected_files
from skafu.scaffold.checking.trial import Trial
from skafu.scaffold.copier_template import CopierTemplate
from skafu.scaffold.template import Template


class Reached:
    """Notes which files were rendered."""

    def __init__(self, template: Template, pieces: tuple[Piece, ...]) -> None:
        """Find out which files should be.

        Args:
            template: the template.
            pieces: its texts.
        """
        loadings = [loading_of(piece) for piece in pieces]
        self._included = {file for one in loadings for file in one.files}
        self._any_is_included = any(one.any_file for one in loadings)
        self._template = template
        self._rendered: set[str] = set()

    def see(self, trial: Trial) -> None:
        """Look at one rendering."""
        if trial.rendered is not None:
            self._rendered.update(source for _, source in trial.rendered.origins)

    def findings(self) -> Iterator[Finding]:
        """Say which files were never rendered; nothing when no rendering succeeded."""
        if not self._rendered:
            return
        for path in expected_files(self._template):
            if path in self._rendered or path in self._included:
                continue
            if hidden_by := self._hidden_by(path):
                yield Finding(
                    "unreachable", "warning", f"{hidden_by} takes its place", path, fix=f"remove it, or {hidden_by}"
                )
            elif not self._any_is_included:
                yield Finding(
                    "unreachable",
                    "warning",
                    "no combination of answers that was tried renders it",
                    path,
                    fix="mend the condition in its path, or remove it",
                )

    def _hidden_by(self, path: str) -> str:
        if not isinstance(self._template, CopierTemplate) or not self._template.settings.suffix:
            return ""
        hiding = path + self._template.settings.suffix
        return hiding if self._template.sources.exists(hiding) else ""
