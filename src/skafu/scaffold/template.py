"""A template, compiled once and rendered as often as wanted."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from jinja2 import TemplateSyntaxError

from skafu.scaffold.context import Context, Place, check_given
from skafu.scaffold.copier_yml import read
from skafu.scaffold.errors import TemplateInvalid
from skafu.scaffold.interview import hold_interview
from skafu.scaffold.paths import Entry, folder_of, list_entries
from skafu.scaffold.rendering import Rendering
from skafu.scaffold.sandbox import sandbox
from skafu.scaffold.sources import gather
from skafu.scaffold.texts import Constant, Texts
from skafu.scaffold.tree import File, FileTree
from skafu.scaffold.values import Value

_NOWHERE = Place()


class Template:
    """A template in Copier's format, compiled.

    Rendering changes nothing in it, so that one template serves any number of renderings, also at the same time.

    Attributes:
        settings: what copier.yml sets.
        questions: what it asks, in order.
        problems: files whose syntax is wrong; rendering raises such an error only when it reaches the file.
    """

    def __init__(self, files: FileTree) -> None:
        """Read copier.yml and compile every file that may be rendered.

        Args:
            files: the template, with copier.yml at its root.

        Raises:
            TemplateInvalid: copier.yml is wrong.
        """
        self._sources = gather(files)
        self.settings, self.questions = read(self._sources)
        environment = sandbox(self._sources.text, dict(self.settings.envops), self.settings.extensions)
        self._texts = Texts(environment, self._sources)
        self._entries = lru_cache(maxsize=16)(self._list)
        self.problems = tuple(self._compile())

    def render(self, answers: Mapping[str, Value], place: Place = _NOWHERE) -> FileTree:
        """Fill the template in; see `skafu.scaffold.render`."""
        check_given(answers)
        context = Context(self.settings, self.questions, self._texts, answers, place)
        hold_interview(self.questions, context, self._texts, self.settings.file)
        return Rendering(self.settings, self._sources, self._texts, context.render_scope()).tree(self._entries)

    def _list(self, subdirectory: str) -> tuple[Entry, ...]:
        keep_links = self.settings.preserve_symlinks
        return list_entries(self._sources, self._texts, subdirectory, self.settings.suffix, keep_links=keep_links)

    def _compile(self) -> Iterator[TemplateInvalid]:
        """Compile ahead what is known to be rendered; with a templated subdirectory that shows only later."""
        try:
            subdirectory = self._texts.string(self.settings.subdirectory)
        except TemplateSyntaxError:
            return
        if isinstance(subdirectory, Constant):
            for entry in self._entries(folder_of(subdirectory.value) or ""):
                if entry.filled and entry.source in self._sources.followed:
                    try:
                        self._texts.file(entry.source)
                    except TemplateInvalid as error:
                        yield error


def load(files: Mapping[str, File | bytes]) -> Template:
    """Compile a template.

    Args:
        files: path from the root of the template, where copier.yml is, to file; bare bytes are a plain file.

    Returns:
        The compiled template. Loading takes some milliseconds per templated file, rendering a fraction of one.

    Raises:
        Invalid: a path is not safe.
        TemplateInvalid: copier.yml is wrong; names file and line.
    """
    return Template(files if isinstance(files, FileTree) else FileTree(files))


def render(template: Template, answers: Mapping[str, Value], *, place: Place = _NOWHERE) -> FileTree:
    """Fill a template in, byte for byte as Copier 9.19.1 does for `copier copy --defaults` with these answers as data.

    Args:
        template: the compiled template.
        answers: answers to its questions; further ones are there for its files, but not for its answers file.
        place: source and destination, as far as the template may see them.

    Returns:
        The rendered files, sorted by path; the same for the same arguments, always.

    Raises:
        AnswerInvalid: an answer is missing, of the wrong type, not among the choices, or no plain value.
        TemplateInvalid: the template is wrong or does what a template may not; names file and line.
    """
    return template.render(answers, place)
