"""Who renders the versions of a template for an update: this process, or a worker when it is a stranger's."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from skafu.scaffold import Place, Rendered, Template, Value, fill, load
from skafu.scaffold.wanted_extensions import wanted_extensions
from skafu.workspace.updating.template_repository import TemplateRepository, TemplateVersion


@dataclass(frozen=True, slots=True)
class Wish:
    """What a version is rendered with; see `skafu.scaffold.fill`.

    Attributes:
        answers: answers that change.
        previous: answers of before.
        place: where it is rendered to.
        paths: paths beside the rendered ones that `keeps` must know.
    """

    answers: Mapping[str, Value]
    previous: Mapping[str, Value]
    place: Place
    paths: tuple[str, ...] = ()


Renderer = Callable[[TemplateVersion, Wish], Rendered]
"""Renders a version of a template."""


@contextmanager
def renderer(repository: TemplateRepository, *, trust: bool) -> Iterator[tuple[Renderer, tuple[str, ...]]]:
    """Give a renderer for a template, and words that people should know.

    Args:
        repository: where the template is: on this machine it is the user's own, elsewhere a stranger's.
        trust: whether its extensions are loaded into this process, whoever wrote it.

    Raises:
        Unavailable: a worker does not start.
    """
    if trust or repository.is_own:
        yield _with_its_code if trust else _here, ()
        return
    from skafu.workspace.worker_pool import NETWORK_IS_OPEN, WorkerPool

    with WorkerPool(size=1) as pool:
        closed = pool.warm_up()

        def there(version: TemplateVersion, wish: Wish) -> Rendered:
            return pool.fill(version.files, wish.answers, place=wish.place, previous=wish.previous, paths=wish.paths)

        yield there, () if closed else (NETWORK_IS_OPEN,)


def _here(version: TemplateVersion, wish: Wish) -> Rendered:
    return fill(_compiled(version), wish.answers, previous=wish.previous, place=wish.place)


def _with_its_code(version: TemplateVersion, wish: Wish) -> Rendered:
    from skafu.workspace.standing_templates import standing
    from skafu.workspace.trusted_code import trusted_extensions

    trusted = trusted_extensions(version.files, wanted_extensions(version.files, None))
    place = wish.place._replace(folder=str(standing(version.files)))
    return fill(load(version.files, trusted=trusted), wish.answers, previous=wish.previous, place=place)


@lru_cache(maxsize=16)
def _compiled(version: TemplateVersion) -> Template:
    """A version, compiled once: that takes far longer than everything else."""
    return load(version.files)
