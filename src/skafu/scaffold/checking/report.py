"""What the check of a template says as a whole."""

from dataclasses import dataclass

from skafu.scaffold.checking.findings import Finding

_AFTER_RENDERING = "further errors, rendered paths and files, and files that nothing renders"
_NOT_LOOKED_AT = "are not looked at until this is mended"


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which combinations of answers were tried.

    Attributes:
        template: the folder of the template, of several in one; empty for the only one.
        tried: how many different combinations were rendered.
        possible: how many there are, answers to questions that are not asked counted in.
        limit: how many might have been tried.
        complete: whether all were tried, or, when they are more than the limit, every two answers together.
        rendered: of how many of those that were tried anything came out.
    """

    template: str
    tried: int
    possible: int
    limit: int
    complete: bool
    rendered: int

    def __str__(self) -> str:
        """Say it in words."""
        inside = f"{self.template}: " if self.template else ""
        if self.possible <= self.limit and self.complete:
            return f"{inside}every combination of answers was tried, {self.tried} in all{self._later}"
        how = "every two answers met" if self.complete else f"stopped at {self.tried}, so not every two answers met"
        return f"{inside}{self.tried} of {self.possible:,} combinations of answers were tried; {how}{self._later}"

    @property
    def _later(self) -> str:
        return "" if self.rendered else f"; none rendered, so {_AFTER_RENDERING} {_NOT_LOOKED_AT}"


@dataclass(frozen=True, slots=True)
class Report:
    """The check of one template.

    Attributes:
        format: `copier` or `cookiecutter`.
        files: how many files the template has.
        coverages: what was tried, of each template in it.
        findings: what was found, by file and line.
    """

    format: str
    files: int
    coverages: tuple[Coverage, ...]
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return sum(1 for one in self.findings if one.severity == "error")

    @property
    def unread(self) -> tuple[str, ...]:
        """What is left for later because a manifest can't be read, in words."""
        files = [one.file for one in self.findings if one.code == "manifest" and one.severity == "error"]
        return tuple(f"{file}: questions, names and files {_NOT_LOOKED_AT}" for file in dict.fromkeys(files))
