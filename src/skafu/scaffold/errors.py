"""The two ways in which a rendering can be wrong: the template is, or an answer is.

Invalid
├── TemplateInvalid   the template cannot be read or rendered; knows file and line
└── AnswerInvalid     an answer does not fit its question; knows the question
"""

from types import TracebackType

from jinja2 import Template as Compiled
from jinja2 import TemplateNotFound, TemplateSyntaxError
from jinja2.utils import internal_code

from skafu.kernel.errors import Invalid

_LONGEST = 2_000


class TemplateInvalid(Invalid):
    """The template cannot be read or rendered.

    Attributes:
        file: path inside the template.
        line: line in that file, counted from 1, or None when no line is to blame.
    """

    def __init__(self, problem: str, *, file: str, line: int | None = None, fix: str = "") -> None:
        """Put the place in front of the problem.

        Args:
            problem: what is wrong.
            file: path inside the template.
            line: line in that file, counted from 1.
            fix: what to do about it.
        """
        super().__init__(f"{file}: {problem}" if line is None else f"{file}:{line}: {problem}", fix=fix)
        self.problem = problem
        self.file = file
        self.line = line


class AnswerInvalid(Invalid):
    """An answer does not fit its question.

    Attributes:
        question: the name of the question or of the extra answer.
        problem: what is wrong.
    """

    def __init__(self, problem: str, *, question: str, fix: str = "") -> None:
        """Put the question in front of the problem.

        Args:
            problem: what is wrong.
            question: the name of the question or of the extra answer.
            fix: what to do about it.
        """
        super().__init__(f"answer {question!r}: {problem}", fix=fix)
        self.question = question
        self.problem = problem


UNCOMPILABLE = (TemplateSyntaxError, RecursionError, SyntaxError, ValueError, OverflowError, MemoryError)
"""What jinja2 and Python raise about a text that they can't compile: nested too deep, too many loops in each other."""


def locate(error: Exception, *, file: str, line: int | None = None) -> TemplateInvalid:
    """Turn whatever a template raised into an error that names file and line.

    Args:
        error: what was caught.
        file: the file whose rendering failed.
        line: its line, if the failing text is only a part of that file.

    Returns:
        The error to raise.
    """
    if isinstance(error, TemplateSyntaxError):
        name = error.name
        return TemplateInvalid(error.message or "syntax error", file=name or file, line=error.lineno if name else line)
    place = _deepest_place(error.__traceback__)
    if place is not None:
        file, line = place
    if isinstance(error, TemplateNotFound):
        return TemplateInvalid(f"the template has no file {error.message!r}", file=file, line=line)
    return TemplateInvalid(_words(error), file=file, line=line)


def _words(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "the template calls itself without end, or nests too deep"
    if isinstance(error, MemoryError):
        return "the template wants more memory than there is, or nests too deep"
    said = str(error)
    # Some errors quote the value that they are about, and it may be long.
    return (said if len(said) <= _LONGEST else f"{said[:_LONGEST]}...") or type(error).__name__


def _deepest_place(traceback: TracebackType | None) -> tuple[str, int] | None:
    """Find the innermost template file on the way to the error; jinja2 marks its frames."""
    place = None
    while traceback is not None:
        frame = traceback.tb_frame
        compiled = frame.f_globals.get("__jinja_template__")
        if isinstance(compiled, Compiled) and compiled.name is not None and frame.f_code not in internal_code:
            place = compiled.name, compiled.get_corresponding_lineno(traceback.tb_lineno)
        traceback = traceback.tb_next
    return place
