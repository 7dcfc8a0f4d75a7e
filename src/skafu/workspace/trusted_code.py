"""Code of a template that a local user trusts: extensions of jinja2 that it brings along, loaded into this process."""

import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from jinja2 import Environment
from jinja2.ext import Extension

from skafu.kernel.errors import Invalid
from skafu.scaffold import FileTree
from skafu.scaffold.extensions import is_known
from skafu.workspace.standing_templates import standing

_LOADERS = ("copier_templates_extensions", "copier_template_extensions")


class ContextHook(Extension):
    """What template extensions for Copier inherit from: it changes the names that templates see."""

    def __init__(self, environment: Environment) -> None:
        """Have the hook called for each text."""
        super().__init__(environment)
        hook = self.hook

        class Hooked(environment.context_class):  # type: ignore[name-defined, misc] # the class is only known now
            def __init__(self, env: Environment, parent: dict[str, Any], *rest: Any, **named: Any) -> None:  # noqa: ANN401
                if "_copier_conf" in parent:
                    parent.update(hook(parent) or {})
                super().__init__(env, parent, *rest, **named)

        environment.context_class = Hooked

    def hook(self, context: dict[str, Any]) -> dict[str, Any] | None:
        """Change the names in place, or give further ones; extensions say how."""
        raise NotImplementedError


def simple_filter(function: Callable[..., Any]) -> type[Extension]:
    """Make an extension of a filter; stands in for `cookiecutter.utils.simple_filter`."""

    class Filter(Extension):
        def __init__(self, environment: Environment) -> None:
            super().__init__(environment)
            environment.filters[function.__name__] = function

    return Filter


def trusted_extensions(files: FileTree, names: tuple[str, ...]) -> dict[str, type[Extension]]:
    """Load extensions that a template brings along: this runs its code, with all rights of this process.

    Args:
        files: the template.
        names: what it asks for: `path/to/file.py:Class` or `module.Class`; those that are known anyway are left out.

    Raises:
        Invalid: there is no such code, or it fails.
    """
    wanted = [name for name in names if not is_known(name)]
    if not wanted:
        return {}
    home = standing(files)
    with _importable(str(home)):
        return {name: _loaded(name, home) for name in wanted}


@contextmanager
def _importable(home: str) -> Iterator[None]:
    for name in _LOADERS:
        stand_in = ModuleType(name)
        stand_in.__dict__.update(ContextHook=ContextHook)
        sys.modules[name] = stand_in
    if importlib.util.find_spec("cookiecutter") is None:
        package, utils = ModuleType("cookiecutter"), ModuleType("cookiecutter.utils")
        utils.__dict__.update(simple_filter=simple_filter)
        sys.modules.update({"cookiecutter": package, "cookiecutter.utils": utils})
    sys.path.insert(0, home)
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(home)
        for name in _LOADERS:
            del sys.modules[name]


def _loaded(name: str, home: Path) -> type[Extension]:
    place, _, attribute = name.rpartition(":" if ":" in name else ".")
    try:
        found = getattr(_module(place, home), attribute)
    except Exception as error:
        raise Invalid(
            f"the extension {name!r} can't be loaded: {error}", fix="ask whoever wrote the template"
        ) from error
    if not (isinstance(found, type) and issubclass(found, Extension)):
        raise Invalid(f"{name!r} is no extension of jinja2", fix="ask whoever wrote the template")
    return found


def _module(place: str, home: Path) -> ModuleType:
    if not place.endswith(".py"):
        sys.modules.pop(place, None)
        return importlib.import_module(place)
    path = (home / place).resolve()
    spec = importlib.util.spec_from_file_location(f"skafu_trusted_{path.stem}", path)
    if not path.is_relative_to(home.resolve()) or spec is None or spec.loader is None:
        raise ImportError(f"there is no file {place}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
