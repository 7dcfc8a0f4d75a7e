"""Checks what every rendering says: errors, answers that are refused, two files on one path."""

from collections.abc import Iterator

from skafu.kernel.errors import Refused
from skafu.scaffold.checking.findings import Finding, Severity, of_error
from skafu.scaffold.checking.respondent import Unanswerable
from skafu.scaffold.checking.trial import Trial
from skafu.scaffold.errors import AnswerInvalid, TemplateInvalid


class Trials:
    """Notes the errors of renderings, each with the answers of its first one."""

    def __init__(self, manifest: str) -> None:
        """Start without any.

        Args:
            manifest: the file with the questions.
        """
        self._manifest = manifest
        self._found: dict[tuple[str, str, int, str], Finding] = {}

    def see(self, trial: Trial) -> None:
        """Look at one rendering."""
        for finding in _of(trial, self._manifest):
            self._found.setdefault(
                (finding.code, finding.file, finding.line, finding.message.split(" (with ")[0]), finding
            )

    def findings(self) -> Iterator[Finding]:
        """Say what was seen."""
        yield from self._found.values()


def _of(trial: Trial, manifest: str) -> Iterator[Finding]:
    error = trial.error
    if isinstance(error, Unanswerable):
        yield of_error(error, "no_answer", severity="warning", file=manifest)
    elif isinstance(error, AnswerInvalid | Refused):
        severity: Severity = "error" if trial.by_default else "hint"
        yield of_error(error, "answer_refused", severity=severity, addition=trial.words, file=manifest)
    elif isinstance(error, TemplateInvalid):
        yield of_error(error, _code_of(error), addition=trial.words)
    elif error is not None:
        yield of_error(error, "render", addition=trial.words)
    elif trial.rendered is not None:
        yield from _meetings(trial)


def _code_of(error: TemplateInvalid) -> str:
    if error.problem.startswith("renders to"):
        return "same_target"
    return "path" if error.problem.startswith("the rendered path") else "render"


def _meetings(trial: Trial) -> Iterator[Finding]:
    """Two files on one path: Copier takes them when they are the same, Cookiecutter takes the last one."""
    first: dict[str, str] = {}
    for path, source in trial.rendered.origins if trial.rendered else ():
        if first.setdefault(path, source) != source:
            message = f"renders to {path!r}, as {first[path]} does{trial.words}"
            yield Finding("same_target", "warning", message, source, fix="give one of them a condition in its name")
