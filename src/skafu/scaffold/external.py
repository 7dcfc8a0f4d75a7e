"""The `_external_data` of Copier: YAML files of the destination, read when a template first asks for one."""

from collections.abc import Callable, Iterator, Mapping

from skafu.scaffold.copier_yml import Settings
from skafu.scaffold.errors import TemplateInvalid
from skafu.scaffold.texts import Scope, Texts
from skafu.scaffold.tree import path_problem
from skafu.scaffold.values import Loose, from_yaml


class External(Mapping[str, Loose]):
    """Name to content of a file; a file that is not there is an empty mapping.

    Attributes:
        scope: what the paths may use; set when it is complete.
    """

    def __init__(self, settings: Settings, texts: Texts, read: Callable[[str], bytes | None]) -> None:
        """Take the paths, and what reads the files.

        Args:
            settings: of the template.
            texts: fills the paths in.
            read: gives the content of a file of the destination, or None.
        """
        self.scope: Scope = {}
        self._settings = settings
        self._texts = texts
        self._read = read
        self._loaded: dict[str, Loose] = {}

    def __getitem__(self, name: str) -> Loose:
        """Read a file, once."""
        if name not in self._loaded:
            self._loaded[name] = self._load(self._settings.external_data[name])
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        """Go through the names."""
        return iter(self._settings.external_data)

    def __len__(self) -> int:
        """Count the names."""
        return len(self._settings.external_data)

    def _load(self, written: str) -> Loose:
        path = self._texts.fill(written, self.scope, file=self._settings.file)
        if problem := path_problem(path):
            raise TemplateInvalid(f"the path {path!r} in '_external_data' {problem}", file=self._settings.file)
        content = self._read(path)
        return {} if content is None else from_yaml(content.decode())
